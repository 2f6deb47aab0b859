"""Listings of runs: filters, order, pages, and GitHub's two caps.

With any filter a listing ends after 1,000 runs, whatever the page, and counts above 2,500
are no longer exact. Without a filter it goes 40,000 deep; beyond is 422
(https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-repository).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from github_simulator.created_range import CreatedRange
from github_simulator.history import Run, Workflow
from github_simulator.world import RepositoryHistory

FILTERED_CAP = 1_000
EXACT_COUNT_CAP = 2_500
UNFILTERED_CAP = 40_000


@dataclass(frozen=True)
class Page:
    """Which part of a listing is asked for."""

    number: int
    size: int

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Page":
        """From `page` and `per_page`; GitHub corrects nonsense silently."""
        number = _positive(query.get("page"), 1)
        return cls(number, min(100, _positive(query.get("per_page"), 30)))

    @property
    def begin(self) -> int:
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        return self.number * self.size


def _positive(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and int(text) > 0 else default


@dataclass(frozen=True)
class RunFilter:
    """What a listing is narrowed to; None: not narrowed."""

    created: CreatedRange | None = None
    workflow: Workflow | None = None
    actor: str | None = None
    branch: str | None = None
    event: str | None = None
    status: str | None = None
    head_sha: str | None = None
    check_suite_id: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, str], workflow: Workflow | None = None) -> "RunFilter":
        """From the query parameters. ValueError where `created` cannot be read."""
        created = query.get("created")
        return cls(
            created=CreatedRange.parse(created) if created else None,
            workflow=workflow,
            actor=query.get("actor"),
            branch=query.get("branch"),
            event=query.get("event"),
            status=query.get("status"),
            head_sha=query.get("head_sha"),
            check_suite_id=query.get("check_suite_id"),
        )

    @property
    def is_empty(self) -> bool:
        return self == RunFilter()

    @property
    def only_created(self) -> bool:
        return self == RunFilter(created=self.created)

    def admits(self, run: Run) -> bool:
        """Whether a run created inside the range passes the other filters.

        `status` takes statuses and conclusions; a run without an actor or a branch cannot
        be found by either.
        """
        return (
            (self.workflow is None or run.workflow is self.workflow)
            and (self.actor is None or (run.actor is not None and run.actor.login == self.actor))
            and (self.branch is None or run.head_branch == self.branch)
            and (self.event is None or run.event == self.event)
            and (self.status is None or self.status in {run.status, run.conclusion})
            and (self.head_sha is None or run.head_sha == self.head_sha)
            and (self.check_suite_id is None or str(run.check_suite_id) == self.check_suite_id)
        )


@dataclass(frozen=True)
class Listing:
    """One page of runs, newest first; how many there are (as GitHub says), and the last page."""

    runs: list[Run]
    total_count: int
    last_page: int


class TooDeepError(Exception):
    """A page beyond the 40,000 runs of an unfiltered listing."""


def list_runs(history: RepositoryHistory, wanted: RunFilter, page: Page) -> Listing:
    """The page, newest first. TooDeepError beyond GitHub's pagination limit."""
    if wanted.is_empty:
        if page.end > UNFILTERED_CAP:
            raise TooDeepError
        total = min(len(history.runs), UNFILTERED_CAP)
        return Listing(_newest(history.runs, page.begin, page.end), total, _pages(total, page.size))
    found = history.runs
    if wanted.created is not None:
        found = history.created_between(wanted.created.first, wanted.created.last)
    if not wanted.only_created:
        found = [run for run in found if wanted.admits(run)]
    reachable = min(len(found), FILTERED_CAP)
    runs = _newest(found, page.begin, min(page.end, reachable))
    return Listing(runs, min(len(found), EXACT_COUNT_CAP), _pages(reachable, page.size))


def _newest(runs: list[Run], begin: int, end: int) -> list[Run]:
    """The part `begin` to `end` (exclusive), counted from the newest."""
    return [runs[-1 - place] for place in range(begin, min(end, len(runs)))]


def _pages(count: int, size: int) -> int:
    return -(-count // size)
