"""Reviews of the pull requests in the store: where one changed, or its reviews were never listed whole."""

from __future__ import annotations

from collections.abc import Iterator
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
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.pull_request_parts import PullRequestParts


class HistoricalReviewsSync(BaseCapture):
    """The capture of kind `reviews`; its items are pull requests."""

    kind = "reviews"

    def __init__(
        self, repository: Repository, asked: Asked, collaborators: Collaborators, github: GitHub
    ) -> None:
        super().__init__(repository, asked, collaborators)
        self._github = github

    def passes(self) -> Iterator[Pass]:
        """Reviews alone."""
        yield from PullRequestParts(self, self._github).passes(["reviews"])


@click.command("historical-reviews-sync", context_settings=HELP_NAMES)
@repository_option
@JOB_ID
@pull_request_options
@ends_well
def command(repository: str | None, **chosen: Any) -> int:
    """Capture the reviews of the pull requests in the database: those that are missing or have changed.

    Run historical-pr-sync first: it brings the pull requests, and most of their reviews.
    """
    from progressive_capture.lib.capture_command import run_command  # noqa: PLC0415  (--help stays quick)

    return run_command([HistoricalReviewsSync], [repository] if repository else [], **chosen)


if __name__ == "__main__":
    run_from_shell(command)
