"""Walking down a listing that is newest first, has no filter by date, and shifts (pure).

GitHub lists a repository's artifacts like that (https://docs.github.com/en/rest/actions/artifacts). Arrivals
push items down, onto pages still to come: they come twice. Deletions pull items up, onto pages already read:
they would be missed. So what an answer shows counts as proved only where the answer is *joined* to what was
proved before it, without a gap, by one of these:

- an item of the last joined answer shows in it;
- it begins where the last one ended, and GitHub's count has not fallen in between (a count falls by every
  deletion, wherever it is; a page can only lose by deletions);
- its first item belongs to what is covered already, so that all that is not covered comes after it.

What is not joined is asked for again from further up, so that it overlaps. Newest-first is observed, not
promised, and ids and times are given by different machines: an item may be newer than those above it by
`SLACK`, which proofs leave room for; by more, and the walk ends with a hole that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from progressive_capture.lib.discovery.listing import Proof
from progressive_capture.lib.windows import SECOND, Window, gaps, joined

PAGE = 100
"""GitHub's largest page."""
SLACK = timedelta(seconds=60)
SMALLEST_OVERLAPPING = 50
FIRST_STEP_BACK = 20
"""Items; each further step is three times as long."""
MOST_IN_VAIN = 20
"""Answers that bring nothing new, in a row."""
REMEMBERED = 1_000
"""Ids of items that were shown lately, so that few are shown twice."""

Item = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A page: its items, GitHub's count of all, whether another page follows.

    Where it is not `steady`, it came in parts between which the count fell: something may be missing in it.
    """

    items: Sequence[Item]
    total_count: int
    has_next: bool
    captured_at: datetime
    steady: bool = True


ListPage = Callable[[int, int], Listed | None]
"""The page of a number (from 1) and a size; None where GitHub lists no further. A size other than `PAGE` has
to be one answer. May raise: the walk ends there, and what was proved before stays proved."""


class Covered(NamedTuple):
    """A window that was listed before, and how many of its items GitHub still lists, roughly."""

    window: Window
    stored: int


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Items as listed at one moment (one may come twice), and what is proved with them."""

    captured_at: datetime
    items: Sequence[Item] = ()
    proofs: Sequence[Proof] = ()


class _Place(NamedTuple):
    """A page of a size, by its number from 1."""

    number: int
    size: int

    @property
    def start(self) -> int:
        """How many items come before it."""
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        return self.number * self.size


class _Joined(NamedTuple):
    """What has to be remembered of the last joined answer."""

    ids: frozenset[int]
    times: Sequence[datetime]
    start: int
    end: int
    total_count: int


@dataclass
class NewestFirst:
    """The listing, from its newest item down to `oldest`, without what is covered by walks before.

    Attributes:
        list_page: fetches one page.
        created_at: reads an item's time.
        covered: what earlier walks proved.
        oldest: nothing older is asked for.
        covered_until: nothing newer counts as covered, since a listing may lag.
    """

    list_page: ListPage
    created_at: Callable[[Item], datetime]
    covered: Sequence[Covered]
    oldest: datetime
    covered_until: datetime
    _last: _Joined | None = None
    _top: datetime = field(init=False)
    _edge: datetime = field(init=False)
    _captured_at: datetime = field(init=False)
    _count: int = 0
    _loose: dict[int, datetime] = field(default_factory=dict)
    _lately: dict[int, None] = field(default_factory=dict)
    _step_back: int = FIRST_STEP_BACK

    def __post_init__(self) -> None:
        self._captured_at = self._top = self.covered_until
        self._edge = self.covered_until + SECOND
        """All from here up to `_top` is proved by this walk, and all above that by earlier ones."""

    def down(self) -> Iterator[Shown]:
        """Every item above what is covered down to `oldest`, and the coverage as it is won."""
        place, in_vain = _Place(1, PAGE), 0
        while True:
            page = self._ask(place)
            if problem := self._problem(place, page, in_vain):
                yield self._hole(problem, page)
                return
            if page is not None and self._is_joined(place, page):
                edge = self._edge
                shown = self._take(place, page)
                yield shown
                if self._edge <= self.oldest:
                    return
                in_vain = 0 if shown.items or self._edge < edge else in_vain + 1
                place = self._next()
            else:
                if page is not None:
                    yield Shown(captured_at=page.captured_at, items=self._fresh(page))
                place, in_vain = self._further_up(place, page), in_vain + 1

    # ---- asking ------------------------------------------------------------------------------------------

    def _ask(self, place: _Place) -> Listed | None:
        """A page; one with which the listing ends before GitHub's count is reached is asked for once more."""
        page = self.list_page(place.number, place.size)
        if page is not None and _missing(place, page):
            page = self.list_page(place.number, place.size)
        self._captured_at = self._captured_at if page is None else page.captured_at
        return page

    def _next(self) -> _Place:
        """Where to go on after an answer that was joined: below what earlier walks have covered."""
        assert self._last is not None
        after = _Place(self._last.end // PAGE + 1, PAGE)
        self._step_back = FIRST_STEP_BACK
        reached = self._reached()
        if reached is None:
            return after
        above = sum(moment > reached.window.end for moment in self._last.times)
        self._begin_below(reached.window)
        bottom = self._last.start + above + reached.stored - FIRST_STEP_BACK
        return max(after, _Place(max(0, bottom) // PAGE + 1, PAGE))

    def _further_up(self, place: _Place, page: Listed | None) -> _Place:
        """A page that begins further up than one that was not joined, to overlap what is proved.

        By as many items as GitHub's count fell, the page can have moved up; by no more.
        """
        if self._last is None:
            return _Place(1, PAGE - 1)
        step, self._step_back = self._step_back, self._step_back * 3
        if place.start > self._last.end:  # it was a leap: one may also simply go on
            start = max(self._last.end, place.start - step)
            return _Place(start // PAGE + 1, PAGE)
        fallen = max(0, self._last.total_count - page.total_count) if page else 0
        start = max(0, self._last.end - step - fallen)
        sizes = range(SMALLEST_OVERLAPPING, PAGE)
        return max((_Place(start // size + 1, size) for size in sizes), key=lambda each: each.end)

    def _reached(self) -> Covered | None:
        """The covered window, as wide as may be, that continues what is proved."""
        for window in joined(each.window for each in self.covered):
            if window.start < self._edge <= window.end + SECOND:
                parts = (each.stored for each in self.covered if window.contains(each.window))
                return Covered(window, sum(parts))
        return None

    # ---- judging -----------------------------------------------------------------------------------------

    def _problem(self, place: _Place, page: Listed | None, in_vain: int) -> str | None:
        """Why the walk cannot go on, if it cannot."""
        if page is None:
            leapt = self._last is not None and place.start > self._last.end
            return None if leapt else f"GitHub lists no further than {place.start:,} items"
        if not self._in_order(page):
            return "GitHub's listing is not newest first here"
        if page.has_next and place.start > page.total_count + PAGE:
            return f"GitHub's listing does not end, though it counts {page.total_count:,} items"
        if in_vain >= MOST_IN_VAIN:
            return "GitHub's listing changes too fast to be read without a gap"
        return None

    def _in_order(self, page: Listed) -> bool:
        times = self._times(page)
        return all(
            later <= lowest + SLACK for later, lowest in zip(times, accumulate(times, min), strict=True)
        )

    def _is_joined(self, place: _Place, page: Listed) -> bool:
        """Whether nothing can be missing between this answer and what is proved."""
        if not page.steady or (page.has_next and not page.items):
            return False
        if self._last is None or place.start == 0:
            return place.start == 0
        times = self._times(page)
        if self._last.ids & _ids(page) or (times and times[0] >= self._edge + SLACK):
            return True
        on_time = not times or not self._last.times or times[0] <= min(self._last.times) + SLACK
        return place.start <= self._last.end and page.total_count >= self._last.total_count and on_time

    # ---- proving -----------------------------------------------------------------------------------------

    def _take(self, place: _Place, page: Listed) -> Shown:
        """Join an answer: count what it shows, and say how far down all is proved now."""
        times = self._times(page)
        self._last = _Joined(_ids(page), times, place.start, place.end, page.total_count)
        shown = zip((item["id"] for item in page.items), times, strict=True)
        self._loose.update((number, moment) for number, moment in shown if moment < self._edge)
        fresh, edge = self._fresh(page), self._edge
        if not page.has_next:
            self._edge = min(edge, self.oldest)
        elif times:
            self._edge = min(edge, max(self.oldest, min(times) + SLACK + SECOND))
        missing = _missing(place, page)
        reason = f"GitHub counted {missing} more than it listed" if missing else None
        proofs = self._proofs(reason) if self._edge < edge else []
        reached = self._reached()
        if reached is not None and reached.window.start <= self.oldest:
            self._edge = self.oldest
        return Shown(captured_at=page.captured_at, items=fresh, proofs=proofs)

    def _proofs(self, reason: str | None) -> list[Proof]:
        settled = [number for number, moment in self._loose.items() if moment >= self._edge]
        for number in settled:
            del self._loose[number]
        self._count += len(settled)
        if self._edge > self._top:
            return []
        window = Window(self._edge, self._top)
        return [Proof(window=window, status="covered", item_count=self._count, reason=reason)]

    def _begin_below(self, window: Window) -> None:
        """Begin a proof of its own below a covered window."""
        self._edge, self._top, self._count = window.start, window.start - SECOND, 0
        self._loose = {number: moment for number, moment in self._loose.items() if moment < window.start}

    def _hole(self, reason: str, page: Listed | None) -> Shown:
        """What is not covered, and why; an answer that could not be joined still shows items."""
        last = self._edge - SECOND
        holes = gaps(Window(min(self.oldest, last), last), [each.window for each in self.covered])
        loose = self._loose.values()
        proofs = [
            Proof(
                window=hole,
                status="saturated",
                item_count=sum(hole.start <= moment <= hole.end for moment in loose),
                reason=reason,
            )
            for hole in holes
        ]
        items = () if page is None else self._fresh(page)
        return Shown(captured_at=self._captured_at, items=items, proofs=proofs)

    def _fresh(self, page: Listed) -> list[Item]:
        """The items that were not shown lately."""
        fresh = [item for item in page.items if item["id"] not in self._lately]
        self._lately.update((item["id"], None) for item in fresh)
        for number in list(self._lately)[:-REMEMBERED]:
            del self._lately[number]
        return fresh

    def _times(self, page: Listed) -> list[datetime]:
        return [self.created_at(item) for item in page.items]


def _ids(page: Listed) -> frozenset[int]:
    return frozenset(item["id"] for item in page.items)


def _missing(place: _Place, page: Listed) -> int:
    """How many items GitHub counts and does not list, where a page is the last."""
    return 0 if page.has_next else max(0, page.total_count - place.start - len(page.items))
