"""One second that holds more runs than a page, and perhaps more than GitHub lists (pure).

Over 1,000 runs of one second cannot be listed by `created` alone: they are split by event, then branch, then
actor, then status, until GitHub's own count is reached. What still cannot be listed is said, never guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from progressive_capture.lib.discovery.listing import (
    LAST_PAGE,
    SEARCH_CAP,
    Filters,
    Found,
    ListPage,
    Proof,
    Run,
)
from progressive_capture.lib.windows import Window

EXACT_UP_TO = 2500
"""Above this many matches GitHub reports "2,500+" instead of a count (changelog of 2026-09-25)."""

EVENTS = (
    *("push", "pull_request", "schedule", "workflow_dispatch", "workflow_run", "merge_group", "dynamic"),
    *("pull_request_target", "repository_dispatch", "issue_comment", "issues", "release", "create", "delete"),
    *("check_run", "check_suite", "deployment", "deployment_status", "discussion", "discussion_comment"),
    *("fork", "gollum", "label", "milestone", "page_build", "project", "project_card", "project_column"),
    *("public", "pull_request_review", "pull_request_review_comment", "registry_package", "status", "watch"),
    *("branch_protection_rule", "image_version", "pull_request_comment", "workflow_call"),
)
"""Events that start workflows
(https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows)."""
STATUSES = (
    *("success", "failure", "cancelled", "skipped", "timed_out", "neutral", "action_required", "stale"),
    *("in_progress", "queued", "requested", "waiting", "pending"),
)
"""Values of the `status` filter that exclude each other (`completed` is the sum of the conclusions)."""
DIMENSIONS = ("event", "branch", "actor", "status")


class Seen(NamedTuple):
    """What came of a slice: whether all of it was listed, and how many runs GitHub counts in it."""

    whole: bool
    reported: int


@dataclass
class CrowdedSecond:
    """One second, listed whole, in slices where it holds over 1,000 runs; remembers the runs it has seen.

    `usual_events` are tried before all others that GitHub documents: most of those never happen here.
    """

    window: Window
    list_page: ListPage
    usual_events: Collection[str] = ()
    seen: dict[int, dict[str, str | None]] = field(default_factory=dict)
    captured_at: datetime = field(init=False)

    def slice(self, filters: Filters, dimensions: Sequence[str]) -> Generator[Found, None, Seen]:
        """List one slice, by the values of its first dimension where it holds too much; a hole says so."""
        by_event = dimensions[:1] == ("event",)
        reported = yield from self._pages(filters, first_only=by_event)
        if reported <= SEARCH_CAP and not self._complete(filters, reported):
            reported = yield from self._pages(filters, first_only=False)
        whole = self._complete(filters, reported)
        for index, dimension in enumerate(dimensions):
            if whole:
                break
            deeper = dimensions[index + 1 :]
            whole, nothing_else = yield from self._split(filters, dimension, deeper, reported)
            if nothing_else:
                break
        yield Found(proofs=self._proofs(filters, reported, whole=whole), captured_at=self.captured_at)
        return Seen(whole, reported)

    def _pages(self, filters: Filters, *, first_only: bool) -> Generator[Found, None, int]:
        """Read the slice's pages, or the first where all values to split by are known; returns the count.

        Branches and actors are known only from runs: the more of them are read, the more values show.
        """
        reported = 0
        for page in range(1, LAST_PAGE + 1):
            listing = self.list_page(self.window, filters, page)
            reported = max(reported, listing.total_count)
            fresh = [run for run in listing.runs if run["id"] not in self.seen]
            self.seen.update((run["id"], facets(run)) for run in fresh)
            self.captured_at = listing.captured_at
            yield Found(runs=fresh, captured_at=listing.captured_at)
            if not listing.has_next or (first_only and reported > SEARCH_CAP):
                break
        return reported

    def _split(
        self, filters: Filters, dimension: str, deeper: Sequence[str], reported: int
    ) -> Generator[Found, None, tuple[bool, bool]]:
        """List the slice value by value; says whether it is whole, and whether no other value can be."""
        parts: list[Seen] = []
        tried: set[str] = set()
        while value := next(self._values(filters, dimension, tried), None):
            tried.add(value)
            parts.append((yield from self.slice({**filters, dimension: value}, deeper)))
            if self._complete(filters, reported):
                return True, True
            if reported < EXACT_UP_TO and sum(part.reported for part in parts) >= reported:
                return False, True
        every_value = dimension in ("event", "status")
        return every_value and all(part.whole for part in parts), every_value

    def _values(self, filters: Filters, dimension: str, tried: set[str]) -> Iterator[str]:
        """Values still to try: those seen in this slice, then all that GitHub documents."""
        seen = (found[dimension] for found in self._matching(filters))
        documented = {"event": (*self.usual_events, *EVENTS), "status": STATUSES}.get(dimension, ())
        return (value for value in (*seen, *documented) if value is not None and value not in tried)

    def _matching(self, filters: Filters) -> list[dict[str, str | None]]:
        return [found for found in self.seen.values() if all(found[k] == v for k, v in filters.items())]

    def _complete(self, filters: Filters, reported: int) -> bool:
        """Whether as many runs were seen as GitHub counts; above its exact counts nothing can be said."""
        return reported < EXACT_UP_TO and len(self._matching(filters)) >= reported

    def _proofs(self, filters: Filters, reported: int, *, whole: bool) -> list[Proof]:
        """A slice is written down where it failed; what is whole becomes part of a wider window."""
        if whole:
            return []
        name = ",".join(f"{key}={value}" for key, value in filters.items())
        count = len(self._matching(filters))
        reason = f"GitHub lists 1,000 of {reported:,} runs here, and no filter splits them further"
        return [
            Proof(
                window=self.window,
                status="saturated",
                item_count=count,
                reported_count=reported,
                slice=name,
                reason=reason,
            )
        ]


def facets(run: Run) -> dict[str, str | None]:
    """What a run can be filtered by, under the names of GitHub's parameters."""
    actor = run.get("actor")
    status = run.get("status")
    return {
        "event": _text(run.get("event")),
        "branch": _text(run.get("head_branch")),
        "actor": _text(actor.get("login")) if isinstance(actor, dict) else None,
        "status": _text(run.get("conclusion") if status == "completed" else status),
    }


def _text(value: object) -> str | None:
    """A value to filter by; anything else that GitHub might send is none."""
    return value if isinstance(value, str) and value else None
