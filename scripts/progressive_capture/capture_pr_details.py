"""One pull request, everything that belongs to it, now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from progressive_capture.lib.base_capture import BaseCapture
from progressive_capture.lib.capture_values import Asked, Collaborators, Pass, Repository
from progressive_capture.lib.command_line import (
    AS_JSON,
    DATABASE,
    HELP_NAMES,
    JOB_ID,
    PACE_OPTIONS,
    ends_well,
    option,
    repository_option,
    run_from_shell,
    with_options,
)
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.pull_request_parts import PullRequestParts, pull_request_name


class CapturePrDetails(BaseCapture):
    """The capture of kind `pull_request_details`: of one pull request, by its number."""

    kind = "pull_request_details"

    def __init__(
        self, repository: Repository, asked: Asked, collaborators: Collaborators, github: GitHub
    ) -> None:
        super().__init__(repository, asked, collaborators)
        self._github = github

    def passes(self) -> Iterator[Pass]:
        """The pull request; where its files were moved from."""
        numbers = [] if self.asked.number is None else [self.asked.number]
        parts = PullRequestParts(self, self._github)
        yield Pass(title="pull request", units=numbers, fetch=parts.one_pull_request, key=pull_request_name)
        yield parts.previous_paths(numbers)


@click.command("capture-pr-details", context_settings=HELP_NAMES)
@repository_option
@option(
    "--number",
    envvar="CAPTURE_NUMBER",
    type=click.IntRange(min=1),
    required=True,
    metavar="N",
    help="The pull request's number.",
)
@JOB_ID
@with_options([DATABASE, *PACE_OPTIONS, AS_JSON])
@ends_well
def command(repository: str | None, **chosen: Any) -> int:
    """Capture one pull request with its reviews, comments and changed files, as it is now."""
    from progressive_capture.lib.capture_command import run_command  # noqa: PLC0415  (--help stays quick)

    return run_command([CapturePrDetails], [repository] if repository else [], **chosen)


if __name__ == "__main__":
    run_from_shell(command)
