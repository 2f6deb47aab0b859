"""Walking down a listing without filters: nothing slips through, nothing is read twice for long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from progressive_capture.lib.discovery.listing import Proof
from progressive_capture.lib.discovery.newest_first import SLACK, Covered, Item, Listed, NewestFirst, Shown
from progressive_capture.lib.windows import Window, gaps

START = datetime(2026, 9, 1, tzinfo=UTC)
STEP = 100
"""Seconds between two items of most of these tests: more than the slack."""


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


NOW = at(10**7)
OLDEST = at(-1_000)
NEXT_ID = count(10**6)


def item(number: int, second: int) -> dict[str, Any]:
    return {"id": number, "created_at": at(second)}


def spaced(how_many: int) -> list[dict[str, Any]]:
    """Items that are more than the slack apart, oldest first, their ids counted from 0."""
    return [item(number, number * STEP) for number in range(how_many)]


def created_at(found: Item) -> datetime:
    moment = found["created_at"]
    assert isinstance(moment, datetime)
    return moment


@dataclass
class FakeListing:
    """Lists as GitHub does: the latest id first, no filters, an end; can change after each answer."""

    items: list[dict[str, Any]]
    most: int | None = None
    after_each: Callable[[FakeListing], None] = lambda _: None
    asked: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, page: int, size: int) -> Listed | None:
        self.asked.append((page, size))
        if self.most is not None and page * size > self.most:
            return None
        begin = (page - 1) * size
        newest_first = self.items[::-1]
        listed = Listed(
            items=newest_first[begin : begin + size],
            total_count=len(self.items),
            has_next=begin + size < len(self.items),
            captured_at=NOW,
        )
        self.after_each(self)
        return listed


def walk(
    listing: Callable[[int, int], Listed | None],
    *covered: Covered,
    oldest: datetime = OLDEST,
    covered_until: datetime = NOW,
) -> list[Shown]:
    return list(NewestFirst(listing, created_at, covered, oldest, covered_until).down())


def ids(shown: Sequence[Shown]) -> set[int]:
    return {found["id"] for each in shown for found in each.items}


def proofs(shown: Sequence[Shown], status: str = "covered") -> list[Proof]:
    return [proof for each in shown for proof in each.proofs if proof.status == status]


def windows(shown: Sequence[Shown], status: str = "covered") -> list[Window]:
    return [proof.window for proof in proofs(shown, status)]


EVERYTHING = Window(OLDEST, NOW)


# ---- a listing that stands still ---------------------------------------------------------------------------


@pytest.mark.parametrize("how_many", [0, 1, 99, 100, 101, 200, 4_950])
def test_all_is_listed_at_a_hundred_a_request_and_proved_down_to_the_oldest(how_many: int) -> None:
    listing = FakeListing(spaced(how_many))
    shown = walk(listing)
    assert ids(shown) == set(range(how_many))
    assert proofs(shown)[-1] == Proof(window=EVERYTHING, status="covered", item_count=how_many)
    assert len(listing.asked) == max(1, -(-how_many // 100))


def test_each_page_proves_down_to_its_oldest_item_but_for_the_slack() -> None:
    shown = walk(FakeListing(spaced(250)))
    assert windows(shown)[:2] == [
        Window(at(150 * STEP) + SLACK + timedelta(seconds=1), NOW),
        Window(at(50 * STEP) + SLACK + timedelta(seconds=1), NOW),
    ]
    assert [proof.item_count for proof in proofs(shown)] == [99, 199, 250]


def test_no_item_is_shown_twice() -> None:
    shown = walk(FakeListing(spaced(450)))
    assert sum(len(each.items) for each in shown) == 450


def test_the_newest_minute_is_listed_but_not_counted_as_covered() -> None:
    shown = walk(FakeListing([item(1, 100), item(2, 9_990)]), covered_until=at(9_950))
    assert ids(shown) == {1, 2}
    assert proofs(shown) == [Proof(window=Window(OLDEST, at(9_950)), status="covered", item_count=1)]


def test_a_crowd_in_one_second_is_counted_once() -> None:
    shown = walk(FakeListing([item(number, 500) for number in range(730)]))
    assert ids(shown) == set(range(730))
    assert [proof.item_count for proof in proofs(shown)] == [0, 730]


# ---- what earlier walks have covered -----------------------------------------------------------------------


def test_a_walk_ends_at_the_last_covered_edge_with_one_request() -> None:
    listing = FakeListing(spaced(5_000))
    before = Window(at(-5_000), at(4_990 * STEP))
    shown = walk(listing, Covered(before, 4_991))
    assert listing.asked == [(1, 100)]
    assert gaps(EVERYTHING, [before, *windows(shown)]) == []


def test_the_first_known_item_is_no_edge() -> None:
    """Items of a minute that did not count as covered may be stored, and others beside them not."""
    listing = FakeListing(spaced(400))
    walk(listing, Covered(Window(OLDEST, at(150 * STEP)), 151))
    assert len(listing.asked) == 3


def test_a_walk_that_was_killed_goes_on_where_it_stopped() -> None:
    listing = FakeListing(spaced(5_000))
    begun = Window(at(1_500 * STEP), at(4_980 * STEP))
    shown = walk(listing, Covered(begun, 3_481))
    assert len(listing.asked) <= 1 + 16 + 2
    assert ids(shown) >= set(range(1_500)) | set(range(4_980, 5_000))
    assert gaps(EVERYTHING, [begun, *windows(shown)]) == []
    assert proofs(shown)[-1] == Proof(
        window=Window(OLDEST, at(1_500 * STEP - 1)), status="covered", item_count=1_500
    )


def test_two_holes_are_both_listed_and_no_more() -> None:
    listing = FakeListing(spaced(5_000))
    newer = Covered(Window(at(3_000 * STEP), at(4_900 * STEP)), 1_901)
    older = Covered(Window(at(1_000 * STEP), at(2_700 * STEP)), 1_701)
    shown = walk(listing, older, newer)
    assert gaps(EVERYTHING, [newer.window, older.window, *windows(shown)]) == []
    assert ids(shown) >= {*range(1_000), *range(2_701, 3_000), *range(4_901, 5_000)}
    assert len(listing.asked) <= 1 + 4 + 10 + 4


@pytest.mark.parametrize("really_there", [0, 700, 2_900, 3_400])
def test_a_leap_that_goes_too_far_is_taken_back(really_there: int) -> None:
    """Of what is stored, GitHub has deleted much."""
    old, stored, new = spaced(1_000), [item(n, n * STEP) for n in range(1_000, 4_481)], range(4_481, 4_600)
    listing = FakeListing([*old, *stored[:really_there], *(item(n, n * STEP) for n in new)])
    window = Window(at(1_000 * STEP), at(4_480 * STEP))
    shown = walk(listing, Covered(window, 3_481))
    assert gaps(EVERYTHING, [window, *windows(shown)]) == []
    assert ids(shown) >= {*range(1_000), *new}


def test_a_leap_that_falls_short_goes_on_page_by_page() -> None:
    listing = FakeListing(spaced(2_000))
    window = Window(at(500 * STEP), at(1_950 * STEP))
    shown = walk(listing, Covered(window, 1_000))
    assert gaps(EVERYTHING, [window, *windows(shown)]) == []
    assert ids(shown) >= set(range(500))


def test_a_longer_past_is_asked_for_from_where_the_covered_part_ends() -> None:
    listing = FakeListing(spaced(3_000))
    window = Window(at(100 * STEP), NOW)
    shown = walk(listing, Covered(window, 2_900))
    assert ids(shown) >= set(range(100))
    assert len(listing.asked) <= 4


# ---- a listing that shifts ---------------------------------------------------------------------------------


def test_what_slips_up_when_something_is_deleted_is_found() -> None:
    def delete_newest(listing: FakeListing) -> None:
        if len(listing.asked) == 1:
            del listing.items[-30:]

    listing = FakeListing(spaced(1_000), after_each=delete_newest)
    shown = walk(listing)
    assert ids(shown) == set(range(1_000))
    assert proofs(shown)[-1].window == EVERYTHING
    assert len(listing.asked) <= 12


def test_more_than_a_page_may_be_deleted_at_once() -> None:
    def delete_newest(listing: FakeListing) -> None:
        if len(listing.asked) == 5:
            del listing.items[-450:]

    listing = FakeListing(spaced(1_500), after_each=delete_newest)
    shown = walk(listing)
    assert ids(shown) >= set(range(1_050))
    assert proofs(shown)[-1].window == EVERYTHING


def test_deletions_at_the_old_end_all_the_time_do_not_hold_a_walk_up() -> None:
    def delete_oldest(listing: FakeListing) -> None:
        del listing.items[:3]

    listing = FakeListing(spaced(2_000), after_each=delete_oldest)
    shown = walk(listing)
    assert ids(shown) >= {left["id"] for left in listing.items}
    assert proofs(shown)[-1].window == EVERYTHING


def test_arrivals_cost_nothing_and_hide_nothing() -> None:
    def arrive(listing: FakeListing) -> None:
        listing.items.append(item(next(NEXT_ID), 10**6 + len(listing.asked)))

    listing = FakeListing(spaced(1_000), after_each=arrive)
    shown = walk(listing)
    assert ids(shown) >= set(range(1_000))
    assert len(listing.asked) <= 11
    assert sum(len(each.items) for each in shown) == len(ids(shown))


def test_a_deletion_and_an_arrival_in_one_go_leave_the_count_and_hide_nothing() -> None:
    def swap(listing: FakeListing) -> None:
        del listing.items[-1]
        listing.items.append(item(next(NEXT_ID), 10**6 + len(listing.asked)))

    listing = FakeListing(spaced(1_000), after_each=swap)
    assert ids(walk(listing)) >= set(range(999))


def test_a_page_put_together_from_parts_that_shifted_is_asked_for_in_one_answer() -> None:
    listing = FakeListing(spaced(400))

    def in_parts(page: int, size: int) -> Listed | None:
        listed = listing(page, size)
        assert listed is not None
        if size == 100:  # two halves, between which the newest item was deleted: item 50 slipped through
            return replace(listed, items=[*listed.items[:50], *listed.items[51:]], steady=False)
        return listed

    shown = walk(in_parts)
    assert ids(shown) == set(range(400))
    assert windows(shown)[-1] == EVERYTHING


def test_within_a_crowd_of_one_second_a_shift_costs_a_request_or_two() -> None:
    def delete_one(listing: FakeListing) -> None:
        if len(listing.asked) == 15:
            del listing.items[-1]

    listing = FakeListing([item(number, 500) for number in range(3_000)], after_each=delete_one)
    shown = walk(listing)
    assert ids(shown) == set(range(3_000))
    assert len(listing.asked) <= 32


def test_a_leap_has_to_land_well_above_the_edge() -> None:
    """Just below the covered part an item may stand above one of that part that is older by seconds."""
    older = [item(number, number * STEP) for number in range(90)]
    edge = 90 * STEP
    mixed = [item(90, edge + 10), item(91, edge - 5), *(item(n, edge + n) for n in range(92, 891))]
    listing = FakeListing([*older, *mixed])
    window = Window(at(edge), at(edge + 850))
    landed = [found["id"] for found in listing.items[::-1]].index(90)
    for stored in range(landed - 150, landed + 150):
        shown = walk(FakeListing(listing.items), Covered(window, stored))
        assert 91 in ids(shown) or not any(_in(at(edge - 5), proved) for proved in windows(shown))


changes = st.lists(st.tuples(st.lists(st.integers(0, 10**6), max_size=40), st.integers(0, 130)), max_size=12)


@settings(max_examples=200, deadline=None)
@given(
    steps=st.lists(st.integers(0, 200), max_size=700),
    changing=changes,
    covered=st.lists(st.tuples(st.integers(0, 700), st.integers(0, 300)), max_size=2),
    most=st.one_of(st.none(), st.integers(100, 700)),
)
def test_whatever_comes_and_goes_meanwhile_what_stays_is_found_or_not_covered(
    steps: list[int],
    changing: list[tuple[list[int], int]],
    covered: list[tuple[int, int]],
    most: int | None,
) -> None:
    seconds = [sum(steps[: index + 1]) for index in range(len(steps))]
    items = [item(number, second) for number, second in enumerate(seconds)]
    pending = list(changing)
    newest = seconds[-1] if seconds else 0

    def change(listing: FakeListing) -> None:
        if pending:
            deletions, arrivals = pending.pop()
            for where in deletions:
                if listing.items:
                    del listing.items[where % len(listing.items)]
            listing.items += [item(next(NEXT_ID), newest + 500) for _ in range(arrivals)]

    before = [
        Covered(Window(at(seconds[first]), at(seconds[min(first + length, len(seconds) - 1)])), length)
        for first, length in covered
        if first < len(seconds)
    ]
    listing = FakeListing(items, most=most, after_each=change)
    shown = walk(listing, *before, oldest=at(-1), covered_until=at(newest + 100))
    stays = {left["id"]: left["created_at"] for left in listing.items}
    known = {number for number, moment in stays.items() if any(_in(moment, each.window) for each in before)}
    missed = [moment for number, moment in stays.items() if number not in ids(shown) | known]
    for window in windows(shown):
        assert not [moment for moment in missed if _in(moment, window)]
    asked = Window(at(-1), at(newest + 100))
    everything = [*windows(shown), *(each.window for each in before)]
    assert gaps(asked, [*everything, *windows(shown, "saturated")]) == []
    assert len(listing.asked) < 100
    if most is None:
        assert windows(shown, "saturated") == []
        assert gaps(asked, everything) == []


def _in(moment: datetime, window: Window) -> bool:
    return window.start <= moment <= window.end


@settings(max_examples=100, deadline=None)
@given(
    steps=st.lists(st.integers(0, 100), min_size=1, max_size=500),
    jitters=st.lists(st.integers(0, 30), min_size=1, max_size=50),
    stop_after=st.integers(1, 6),
)
def test_what_is_proved_is_what_is_there_although_times_and_ids_disagree_by_seconds(
    steps: list[int], jitters: list[int], stop_after: int
) -> None:
    items = [
        item(number, sum(steps[: number + 1]) + jitters[number % len(jitters)])
        for number in range(len(steps))
    ]
    for each in walk(FakeListing(items))[:stop_after]:
        for proof in each.proofs:
            assert proof.status == "covered"
            assert proof.item_count == sum(_in(one["created_at"], proof.window) for one in items)


@settings(max_examples=100, deadline=None)
@given(
    steps=st.lists(st.integers(0, 20), min_size=1, max_size=500),
    jitters=st.lists(st.integers(0, 60), min_size=1, max_size=50),
    killed_after=st.integers(1, 5),
)
def test_a_walk_that_is_killed_and_taken_up_again_finds_all(
    steps: list[int], jitters: list[int], killed_after: int
) -> None:
    seconds = [sum(steps[: index + 1]) + jitters[index % len(jitters)] for index in range(len(steps))]
    items = [item(number, second) for number, second in enumerate(seconds)]
    first = walk(FakeListing(items))[:killed_after]
    items += [item(10**5 + number, seconds[-1] + number) for number in range(150)]
    before = [
        Covered(window, proof.item_count) for proof, window in zip(proofs(first), windows(first), strict=True)
    ][-1:]
    later = NOW + timedelta(days=1)
    second_walk = walk(FakeListing(items), *before, covered_until=later)
    window = [each.window for each in before]
    assert gaps(Window(OLDEST, later), [*window, *windows(second_walk)]) == []
    found = ids(first) | ids(second_walk)
    outside = {one["id"] for one in items if not any(_in(one["created_at"], each) for each in window)}
    assert found >= outside


# ---- a listing that is not as expected ---------------------------------------------------------------------


def test_a_listing_that_github_ends_early_is_a_hole_with_its_reason() -> None:
    listing = FakeListing(spaced(1_000), most=400)
    shown = walk(listing)
    assert ids(shown) == set(range(600, 1_000))
    (hole,) = proofs(shown, "saturated")
    assert hole.reason == "GitHub lists no further than 400 items"
    assert gaps(EVERYTHING, [hole.window, *windows(shown)]) == []
    assert windows(shown)[-1].start == hole.window.end + timedelta(seconds=1)


def test_a_hole_leaves_out_what_is_covered_and_costs_little_the_next_time() -> None:
    first = walk(FakeListing(spaced(1_000), most=400))
    again = FakeListing(spaced(1_000), most=400)
    known = Covered(windows(first)[-1], proofs(first)[-1].item_count)
    shown = walk(again, known)
    assert windows(shown, "saturated") == windows(first, "saturated")
    assert len(again.asked) <= 4


@pytest.mark.parametrize("order", ["oldest first", "one page out of place"])
def test_a_listing_that_is_not_newest_first_proves_nothing_below_and_says_why(order: str) -> None:
    items = spaced(600)
    mixed = items[::-1] if order == "oldest first" else [*items[:200], items[599], *items[200:599]]
    shown = walk(FakeListing(mixed))
    (hole,) = proofs(shown, "saturated")
    assert hole.reason == "GitHub's listing is not newest first here"
    assert hole.window.start == OLDEST
    below = {0: 599, 1: 200}[int(order != "oldest first")]
    assert hole.window.end >= at(below * STEP) if order != "oldest first" else windows(shown) == []


def test_a_last_page_that_shows_less_than_is_counted_is_asked_for_again_and_said() -> None:
    listing = FakeListing(spaced(150))

    def counts_more(page: int, size: int) -> Listed | None:
        listed = listing(page, size)
        return listed and replace(listed, total_count=153)

    shown = walk(counts_more)
    assert listing.asked == [(1, 100), (2, 100), (2, 100)]
    assert proofs(shown)[-1].reason == "GitHub counted 3 more than it listed"


def test_an_answer_cut_short_once_is_whole_the_second_time() -> None:
    listing = FakeListing(spaced(150))

    def short_once(page: int, size: int) -> Listed | None:
        listed = listing(page, size)
        return listed and (replace(listed, items=[], has_next=False) if len(listing.asked) == 1 else listed)

    shown = walk(short_once)
    assert ids(shown) == set(range(150))
    assert proofs(shown)[-1].reason is None


@pytest.mark.parametrize("size_of_page", [0, 100])
def test_a_listing_that_never_ends_is_left(size_of_page: int) -> None:
    items = spaced(200)[::-1][:size_of_page]
    asked = count()

    def endless(_page: int, _size: int) -> Listed | None:
        assert next(asked) < 50
        return Listed(items=items, total_count=200, has_next=True, captured_at=NOW)

    (hole,) = proofs(walk(endless), "saturated")
    assert hole.reason


def test_the_last_ids_alone_are_kept_in_memory() -> None:
    listing = FakeListing(spaced(20_000))
    walker = NewestFirst(listing, created_at, (), OLDEST, NOW)
    for _ in walker.down():
        assert len(walker._lately) + len(walker._loose) <= 1_200
