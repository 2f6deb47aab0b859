"""Comments on pull requests: those of changed pull requests, and then whatever was edited, by the feeds.

An edit of a comment does not always move its pull request. GitHub's feeds of a whole repository give every
comment that changed since a moment, a hundred a request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click

from progressive_capture.lib.base_capture import BaseCapture
from progressive_capture.lib.capture_values import Asked, Collaborators, Pass, Repository
from progressive_capture.lib.command_line import (
    HELP_NAMES,
    JOB_ID,
    ends_well,
    pull_request_options,
    repository_option,
    run_from_shell,
)
from progressive_capture.lib.discovery.listing import Proof
from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.normalize.comments import issue_comment_row, review_comment_row
from progressive_capture.lib.normalize.rows import Batch, Failure, Part, Row
from progressive_capture.lib.pull_request_parts import PullRequestParts
from progressive_capture.lib.windows import Window, whole_seconds

FEED_LAG = timedelta(seconds=60)
"""The newest minute is read, but not counted as covered: a feed may lag behind what it tells of."""


@dataclass(frozen=True)
class Feed:
    """One of GitHub's two feeds, and since when it is to be read."""

    part: Part
    since: datetime


class HistoricalCommentsSync(BaseCapture):
    """The capture of kind `comments`; its windows are spans of `updated_at`, one ledger a feed."""

    kind = "comments"

    def __init__(
        self, repository: Repository, asked: Asked, collaborators: Collaborators, github: GitHub
    ) -> None:
        super().__init__(repository, asked, collaborators)
        self._github = github
        self._now = whole_seconds(github.server_now())

    def passes(self) -> Iterator[Pass]:
        """What is missing; then the feeds, from where they were read to the last time."""
        yield from PullRequestParts(self, self._github).passes(
            ["reviews", "review_comments", "issue_comments"]
        )
        yield Pass(title="edited comments", units=self._feeds(), fetch=self._read, key=_name)

    def _feeds(self) -> Iterator[Feed]:
        parts: tuple[Part, Part] = ("issue_comments", "review_comments")
        for part in parts:
            since = self._read_until(part) or self.with_.store.oldest_part_captured_at(
                self.repository.id, [part]
            )
            if since is not None:
                yield Feed(part, since)

    def _read_until(self, part: Part) -> datetime | None:
        windows = self.with_.store.windows(self.repository.id, self.kind, slice_=part)
        return max((row["window_to"] for row in windows if row["status"] == "covered"), default=None)

    def _read(self, feed: Feed) -> Iterator[Batch]:
        """One feed to its end; what it proves is told with its last page."""
        pulls, name = self._github.pulls, self.repository.full_name
        pages = (
            pulls.issue_comments_since(name, feed.since)
            if feed.part == "issue_comments"
            else pulls.review_comments_since(name, feed.since)
        )
        listed = 0
        for page in pages:
            listed += len(page.comments)
            rows: list[Row] = []
            failures: list[Failure] = []
            for comment in page.comments:
                try:
                    row = self._row(feed.part, comment, page.captured_at)
                except UnexpectedPayloadError as error:
                    item = self.item(f"{feed.part} {comment.get('id')}")
                    failures.append(Failure(item=item, error=str(error)))
                    continue
                rows += [] if row is None else [row]
            yield Batch(rows={feed.part: rows}, failures=failures, processed=len(rows))
        until = self._now - FEED_LAG
        if until >= feed.since:
            window = Window(whole_seconds(feed.since), until)
            proof = Proof(window=window, status="covered", item_count=listed, slice=feed.part)
            yield Batch(rows={"capture_windows": [self.window_row(proof, self._now)]})

    def _row(self, part: Part, comment: dict[str, Any], captured_at: datetime) -> Row | None:
        """A comment's row; None where it is on an issue that is no pull request."""
        if part == "issue_comments":
            return issue_comment_row(comment, repository_id=self.repository.id, captured_at=captured_at)
        return review_comment_row(comment, repository_id=self.repository.id, captured_at=captured_at)


def _name(feed: Feed) -> str:
    return f"the feed of {feed.part}"


@click.command("historical-comments-sync", context_settings=HELP_NAMES)
@repository_option
@JOB_ID
@pull_request_options
@ends_well
def command(repository: str | None, **chosen: Any) -> int:
    """Capture comments on the pull requests in the database: missing ones, and those that were edited since.

    Run historical-pr-sync first: it brings the pull requests, and most of their comments.
    """
    from progressive_capture.lib.capture_command import run_command  # noqa: PLC0415  (--help stays quick)

    return run_command([HistoricalCommentsSync], [repository] if repository else [], **chosen)


if __name__ == "__main__":
    run_from_shell(command)
