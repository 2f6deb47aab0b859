"""Walking down GitHub's capped, shifting listing of runs: what to ask, what it proves (pure).

A filtered listing ends at 1,000 items whatever it matches
(https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-repository), and its pages
shift while runs arrive and are deleted. So the walk asks for the first page of `FROM..T`, lets T become the
oldest second seen, and goes on; a run of that second that comes again is dropped. No second page is needed,
so nothing can slip between two pages, and no cap is ever reached, but by one second that holds more than a
page: that second is listed whole, and split by event, branch, actor and status where it holds over 1,000.

Newest-first is observed, not promised: a page out of order makes the walk halve its window instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from progressive_capture.lib.discovery.crowded_second import DIMENSIONS, CrowdedSecond, facets
from progressive_capture.lib.discovery.listing import SEARCH_CAP, Found, Listing, ListPage, Proof, Run
from progressive_capture.lib.windows import SECOND, Window

CreatedAt = Callable[[Run], datetime]


@dataclass
class Walk:
    """One window, from its newest second down to its oldest.

    Attributes:
        window: what to list.
        list_page: fetches one page (100 runs) of a window under filters. May raise: the walk ends there,
            and what was proved before stays proved.
        created_at: reads a run's `created_at`.
        covered_until: nothing newer counts as covered, since a search may lag behind what it searches.
    """

    window: Window
    list_page: ListPage
    created_at: CreatedAt
    covered_until: datetime
    _reported: int | None = None
    _item_count: int = 0
    _boundary: set[int] = field(default_factory=set)
    _events: dict[str, None] = field(default_factory=dict)
    _proved_to: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._proved_to = min(self.window.end, self.covered_until)

    def down(self) -> Iterator[Found]:
        """Every run of the window, and its coverage as it is won."""
        top = self.window.end
        while top >= self.window.start:
            span = Window(self.window.start, top)
            listing = self.list_page(span, {}, 1)
            self._note_total(listing)
            if not listing.has_next and len(listing.runs) < listing.total_count:
                listing = self.list_page(span, {}, 1)  # an answer cut short is asked for once more
            times = [self.created_at(run) for run in listing.runs]
            self._events.update(
                dict.fromkeys(event for run in listing.runs if (event := facets(run)["event"]))
            )
            if not listing.has_next and len(listing.runs) < listing.total_count and span.seconds > 1:
                yield from self._halved(span)
                return
            if not listing.has_next:
                yield self._last(span, listing)
                return
            if not times or times != sorted(times, reverse=True):
                yield from self._halved(span)
                return
            if times[-1] == top:
                yield from self._crowded(top)
                top -= SECOND
            else:
                yield self._step(listing, top, times[-1])
                top = times[-1]

    def _note_total(self, listing: Listing) -> None:
        """GitHub's count for the whole window: a fact only below the cap, and of a window that is over."""
        over = self.window.end <= self.covered_until
        if self._reported is None and over and listing.total_count < SEARCH_CAP:
            self._reported = listing.total_count + self._item_count

    def _step(self, listing: Listing, top: datetime, oldest: datetime) -> Found:
        """A full page: every second newer than its oldest is whole."""
        fresh = self._count(listing.runs, top, down_to=oldest + SECOND)
        self._boundary = {run["id"] for run in fresh if self.created_at(run) == oldest}
        return Found(
            runs=fresh,
            proofs=self._covered(oldest + SECOND),
            captured_at=listing.captured_at,
            whole=self._whole(listing.runs, oldest + SECOND, top),
        )

    def _last(self, span: Window, listing: Listing) -> Found:
        """The page with which the window ends: one answer, so nothing can have shifted within it."""
        fresh = self._count(listing.runs, span.end, down_to=self.window.start)
        self._boundary = set()
        missing = listing.total_count - len(listing.runs)
        reason = f"GitHub counted {missing} more than it listed" if missing > 0 else None
        proofs = self._covered(self.window.start, self._reported, reason)
        whole = None if reason else self._whole(listing.runs, self.window.start, span.end)
        return Found(runs=fresh, proofs=proofs, captured_at=listing.captured_at, whole=whole)

    def _whole(
        self, runs: Sequence[Run], start: datetime, end: datetime
    ) -> tuple[Window, frozenset[int]] | None:
        """The seconds that one answer shows whole, as far as a search is to be trusted."""
        end = min(end, self.covered_until)
        if start > end:
            return None
        return Window(start, end), frozenset(run["id"] for run in runs if self.created_at(run) >= start)

    def _count(self, runs: Sequence[Run], top: datetime, *, down_to: datetime) -> list[Run]:
        """Count the runs of seconds that are whole now; returns those not listed before."""
        fresh = [run for run in runs if run["id"] not in self._boundary]
        whole = [moment for run in fresh if (moment := self.created_at(run)) >= down_to]
        self._item_count += sum(moment <= self._proved_to for moment in whole)
        self._item_count += len(self._boundary) if top <= self._proved_to else 0
        return fresh

    def _covered(
        self, start: datetime, reported: int | None = None, reason: str | None = None
    ) -> list[Proof]:
        if start > self._proved_to:
            return []
        window = Window(start, self._proved_to)
        return [
            Proof(
                window=window,
                status="covered",
                item_count=self._item_count,
                reported_count=reported,
                reason=reason,
            )
        ]

    def _halved(self, span: Window) -> Iterator[Found]:
        """A listing out of order proves nothing of its edge: smaller windows, until one page holds each."""
        if span.seconds == 1:
            yield from self._crowded(span.end)
            return
        for half in span.halves():
            yield from Walk(half, self.list_page, self.created_at, self.covered_until).down()

    def _crowded(self, second: datetime) -> Iterator[Found]:
        """A second that holds more than a page."""
        crowd = CrowdedSecond(Window(second, second), self.list_page, self._events)
        whole, _ = yield from crowd.slice({}, DIMENSIONS)
        self._boundary = set()
        if whole:
            self._item_count += len(crowd.seen) if second <= self._proved_to else 0
            yield Found(
                proofs=self._covered(second),
                captured_at=crowd.captured_at,
                whole=(Window(second, second), frozenset(crowd.seen)) if second <= self._proved_to else None,
            )
        else:
            self._proved_to, self._item_count, self._reported = second - SECOND, 0, None
