"""Pull requests with their reviews, comments and changed files: last updated first, down to what is known.

One walk by GraphQL brings each pull request with the first pages of all that belongs to it; what did not fit
is asked for in hundreds. What changes on GitHub moves to the front of the listing, so what was proved by one
walk need never be listed again: the next one ends there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from progressive_capture.lib.base_capture import GIVE_UP_AFTER, ITEM_ERRORS, BaseCapture, in_words
from progressive_capture.lib.capture_values import Asked, Collaborators, Pass, Repository
from progressive_capture.lib.collected_parts import Collected
from progressive_capture.lib.command_line import (
    HELP_NAMES,
    JOB_ID,
    ends_well,
    pull_request_options,
    repository_option,
    run_from_shell,
)
from progressive_capture.lib.discovery.listing import Proof
from progressive_capture.lib.errors import GitHubUnavailableError, UnexpectedPayloadError
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.fitted_sizes import FittedSizes
from progressive_capture.lib.github.pull_answers import PullRequestsPage
from progressive_capture.lib.normalize.pull_request_nodes import PullRequestWithParts, pull_request_with_parts
from progressive_capture.lib.normalize.rows import Batch, CaptureWindowRow, Failure
from progressive_capture.lib.pull_request_parts import (
    ALL_PARTS,
    PullRequestParts,
    numbers_of,
    pull_request_name,
)
from progressive_capture.lib.windows import SECOND, Window, joined, whole_seconds

LISTING = "the listing of pull requests"
BEFORE_GITHUB = datetime(2008, 1, 1, tzinfo=UTC)
LISTING_LAG = timedelta(seconds=60)
"""The newest minute is listed, but not counted as covered: a listing may lag behind what it lists."""
GOES_ON = re.compile(r"goes on after (\S+)")
"""How a window tells where in the listing it ends; a cursor is GitHub's own word for a place."""


@dataclass
class Stretch:
    """One way down the listing: from a cursor (None: its head) to an edge that is covered already."""

    after: str | None
    top: datetime
    bottom: datetime


class Counted:
    """How many pull requests a walk has listed down to some moment, of those updated until `top`."""

    def __init__(self, top: datetime) -> None:
        self._top = top
        self._all = self._of_last = 0
        self._last: datetime | None = None

    def add(self, times: Sequence[datetime]) -> None:
        """A page, newest first. Only its last second may go on with the next one."""
        within = [moment for moment in times if moment <= self._top]
        if not within:
            return
        before = self._of_last if within[-1] == self._last else 0
        self._all += len(within)
        self._of_last = before + within.count(within[-1])
        self._last = within[-1]

    def since(self, edge: datetime) -> int:
        """Those updated at that moment or later, which is above the last second or below everything."""
        return self._all - (self._of_last if self._last is not None and self._last < edge else 0)


class HistoricalPrSync(BaseCapture):
    """The capture of kind `pull_requests`; its windows are spans of `updated_at`."""

    kind = "pull_requests"

    def __init__(
        self, repository: Repository, asked: Asked, collaborators: Collaborators, github: GitHub
    ) -> None:
        super().__init__(repository, asked, collaborators)
        self._github = github
        self._now = whole_seconds(github.server_now())
        oldest = repository.created_at or BEFORE_GITHUB
        self._oldest = whole_seconds(max(asked.since or oldest, oldest))
        self._parts = PullRequestParts(self, github)
        self._came: set[int] = set()

    def passes(self) -> Iterator[Pass]:
        """The listing; what did not come with an earlier one; then all parts that are still missing."""
        yield Pass(
            title="pull requests",
            units=self._stretches(),
            fetch=self._walk,
            key=lambda stretch: LISTING if stretch.after is None else f"{LISTING}, further down",
            always=True,
        )
        yield Pass(
            title="pull requests that did not come",
            units=[number for number in numbers_of(self.open_failures) if number not in self._came],
            fetch=self._parts.one_pull_request,
            key=pull_request_name,
        )
        yield from self._parts.passes(ALL_PARTS, cured=self._came)

    # -- what is to do ---------------------------------------------------------------------------------

    def _stretches(self) -> list[Stretch]:
        """From the newest down to what is covered, and on from where an earlier walk was stopped."""
        rows = [
            row
            for row in self.with_.store.windows(self.repository.id, self.kind)
            if row["status"] == "covered"
        ]
        covered = joined(Window(row["window_from"], row["window_to"]) for row in rows)
        cursors = {row["window_from"]: _cursor(row) for row in rows}
        stretches, after, top = [], None, self._now - LISTING_LAG
        for window in reversed(covered):
            if top < self._oldest:
                break
            stretches.append(Stretch(after, top, max(window.end, self._oldest)))
            after, top = cursors[window.start], window.start - SECOND
        if top >= self._oldest:
            stretches.append(Stretch(after, top, self._oldest))
        return stretches

    # -- how it is fetched (in a fetching thread; the store is not touched) --------------------------------

    def _walk(self, stretch: Stretch) -> Iterator[Batch]:
        """Page after page. A page proves all that was updated later than its last one."""
        sizes, after, left = FittedSizes(), stretch.after, self.asked.max_items
        counted = Counted(stretch.top)
        while True:
            page = self._github.pulls.pull_requests(self.repository.full_name, after=after, sizes=sizes)
            found, failures = self._read(page)
            yield from self._one_by_one(page)
            if left is not None and len(found) >= left:
                yield self._batch(found[:left], failures, page.captured_at, [])
                return
            times = [each.row["updated_at"] or self._oldest for each in found]
            if times != sorted(times, reverse=True):
                raise UnexpectedPayloadError(
                    "GitHub's listing of pull requests is not in the order of the last update.",
                    hint="Nothing is lost: run the same command again; if it stays so, please report this.",
                )
            at_end = not page.has_next or (bool(times) and times[-1] <= stretch.bottom)
            edge = stretch.bottom if at_end or not times else times[-1] + SECOND
            counted.add(times)
            listed = counted.since(edge)
            proofs = [] if not times and page.has_next else self._proof(edge, stretch, page, listed)
            yield self._batch(found, failures, page.captured_at, proofs)
            if at_end:
                return
            left = None if left is None else left - len(found)
            after = page.end_cursor

    def _read(self, page: PullRequestsPage) -> tuple[list[PullRequestWithParts], list[Failure]]:
        """The pull requests of a page, and those of them that make no sense."""
        found: list[PullRequestWithParts] = []
        failures: list[Failure] = []
        for node in page.nodes:
            try:
                found.append(
                    pull_request_with_parts(
                        node, repository_id=self.repository.id, captured_at=page.captured_at
                    )
                )
            except UnexpectedPayloadError as error:
                number = node.get("number")
                failures.append(Failure(item=self.item(f"pull request {number}"), error=str(error)))
        return found, failures

    def _one_by_one(self, page: PullRequestsPage) -> Iterator[Batch]:
        """Those of a page that did not come with it, or why not: before the page counts as listed."""
        silent_in_a_row = 0
        for missing in page.missing:
            if missing.number is None:
                raise UnexpectedPayloadError(
                    f"GitHub lists a pull request and does not say which ({missing.reason}).",
                    hint="What was captured stays; the listing is gone on with later.",
                )
            try:
                yield from self._parts.one_pull_request(missing.number)
            except ITEM_ERRORS as error:
                silent_in_a_row = silent_in_a_row + 1 if isinstance(error, GitHubUnavailableError) else 0
                if silent_in_a_row >= GIVE_UP_AFTER:
                    raise
                item = self.item(pull_request_name(missing.number))
                yield Batch(failures=[Failure(item=item, error=in_words(error))])
            else:
                silent_in_a_row = 0
                self._came.add(missing.number)

    def _proof(
        self, edge: datetime, stretch: Stretch, page: PullRequestsPage, listed: int
    ) -> list[CaptureWindowRow]:
        if edge > stretch.top:
            return []
        reason = f"goes on after {page.end_cursor}" if page.has_next else None
        window = Window(edge, stretch.top)
        proof = Proof(window=window, status="covered", item_count=listed, reason=reason)
        return [self.window_row(proof, page.captured_at)]

    def _batch(
        self,
        found: Sequence[PullRequestWithParts],
        failures: Sequence[Failure],
        captured_at: datetime,
        proofs: list[CaptureWindowRow],
    ) -> Batch:
        collected = Collected(self.repository.id)
        for each in found:
            collected.add_pull_request(each, captured_at)
            self._came.add(each.row["number"])
        collected.rows["capture_windows"] = list(proofs)
        return collected.batch(processed=len(found), failures=failures)


def _cursor(row: CaptureWindowRow) -> str | None:
    match = GOES_ON.fullmatch(row["reason"] or "")
    return match[1] if match else None


@click.command("historical-pr-sync", context_settings=HELP_NAMES)
@repository_option
@JOB_ID
@pull_request_options
@ends_well
def command(repository: str | None, **chosen: Any) -> int:
    """Capture pull requests with their reviews, comments and changed files.

    The last updated first; a second call asks only for what was updated since. A token is needed.
    """
    from progressive_capture.lib.capture_command import run_command  # noqa: PLC0415  (--help stays quick)

    return run_command([HistoricalPrSync], [repository] if repository else [], **chosen)


if __name__ == "__main__":
    run_from_shell(command)
