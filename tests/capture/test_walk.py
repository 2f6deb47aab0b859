"""Walking down the listing: nothing missed, nothing counted twice, whatever GitHub does meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from fake_listing import FakeListing, at, created_at, run
from hypothesis import given, settings
from hypothesis import strategies as st

from progressive_capture.lib.discovery.listing import Filters, Found, Listing
from progressive_capture.lib.discovery.walk import Walk
from progressive_capture.lib.windows import Window, gaps

WINDOW = Window(at(0), at(9_999))


def walked(listing: FakeListing, window: Window = WINDOW, covered_until: int = 10**6) -> list[Found]:
    return list(Walk(window, listing, created_at, covered_until=at(covered_until)).down())


def ids(founds: Sequence[Found]) -> set[int]:
    return {found["id"] for each in founds for found in each.runs}


def last_proof_counts(founds: Sequence[Found]) -> int:
    """The count of the widest covered window, which the store keeps in place of those within it."""
    proofs = [proof for each in founds for proof in each.proofs if proof.status == "covered"]
    return max(proofs, key=lambda proof: proof.window.seconds).item_count


def test_a_window_of_one_page_costs_one_request_and_is_proved() -> None:
    listing = FakeListing([run(number, number * 10) for number in range(60)])
    (found,) = walked(listing)
    assert len(found.runs) == 60
    assert [(proof.window, proof.item_count, proof.reported_count) for proof in found.proofs] == [
        (WINDOW, 60, 60)
    ]
    assert len(listing.asked) == 1


def test_an_empty_window_is_proved_empty() -> None:
    (found,) = walked(FakeListing([]))
    assert [(proof.window, proof.item_count) for proof in found.proofs] == [(WINDOW, 0)]


def test_far_more_than_a_thousand_runs_are_walked_at_a_hundred_a_request() -> None:
    listing = FakeListing([run(number, number) for number in range(5_000)])
    founds = walked(listing)
    assert len(ids(founds)) == 5_000
    assert last_proof_counts(founds) == 5_000
    assert len(listing.asked) <= 52


def test_each_page_proves_down_to_the_second_it_has_finished() -> None:
    founds = walked(FakeListing([run(number, number // 3) for number in range(300)]))
    first = founds[0].proofs[0]
    assert first.window == Window(at(67), WINDOW.end)
    assert first.item_count == len([number for number in range(300) if number // 3 >= 67])


def test_runs_that_are_deleted_between_two_pages_hide_no_other_run() -> None:
    def delete_newest(listing: FakeListing) -> None:
        del listing.runs[-1]

    runs = [run(number, number) for number in range(1_000)]
    listing = FakeListing(list(runs), after_each=delete_newest)
    founds = walked(listing)
    assert ids(founds) >= {left["id"] for left in listing.runs}


def test_runs_that_arrive_meanwhile_do_not_disturb() -> None:
    numbers = count(10_000)

    def arrive(listing: FakeListing) -> None:
        listing.runs.append(run(next(numbers), 9_998))

    listing = FakeListing([run(number, number) for number in range(1_000)], after_each=arrive)
    assert ids(walked(listing)) >= set(range(1_000))


def test_the_newest_minute_is_listed_but_not_counted_as_covered() -> None:
    listing = FakeListing([run(1, 9_950), run(2, 9_900)])
    (found,) = walked(listing, covered_until=9_939)
    assert len(found.runs) == 2
    assert [(proof.window.end, proof.item_count) for proof in found.proofs] == [(at(9_939), 1)]


def test_a_second_with_more_than_a_page_is_read_whole() -> None:
    crowd = [run(number, 500) for number in range(750)]
    founds = walked(FakeListing([run(1_000, 400), *crowd, run(2_000, 600)]))
    assert ids(founds) == {1_000, 2_000, *range(750)}
    assert last_proof_counts(founds) == 752


def test_a_second_with_over_a_thousand_runs_is_split_by_event() -> None:
    crowd = [run(number, 500, event="push" if number % 2 else "schedule") for number in range(1_400)]
    founds = walked(FakeListing([run(5_000, 400), *crowd, run(6_000, 600)]))
    assert ids(founds) == {5_000, 6_000, *range(1_400)}
    assert last_proof_counts(founds) == 1_402


def test_a_crowded_second_is_asked_for_the_events_of_this_repository_first() -> None:
    crowd = [run(number, 500, event="push" if number > 200 else "watch") for number in range(1_100)]
    newer = [run(7_000, 600, event="watch"), run(7_001, 601, event={"not": "a word"})]
    newer += [run(8_000 + number, 700) for number in range(100)]  # so that the crowd is not on the first page
    listing = FakeListing([*crowd, *newer])
    assert ids(walked(listing)) == {7_000, 7_001, *range(1_100), *range(8_000, 8_100)}
    assert {filters["event"] for _, filters, _ in listing.asked if filters} == {"push", "watch"}


def test_an_event_that_is_saturated_itself_is_split_by_branch_then_actor_then_status() -> None:
    crowd = [run(number, 500, head_branch="a" if number < 900 else "b") for number in range(1_100)]
    crowd += [
        run(2_000 + number, 500, event="schedule", actor={"login": f"user-{number % 2}"})
        for number in range(1_200)
    ]
    listing = FakeListing(crowd)
    founds = walked(listing)
    assert len(ids(founds)) == 2_300
    assert {"event": "push", "branch": "a"} in [filters for _, filters, _ in listing.asked]
    assert all(proof.status == "covered" for each in founds for proof in each.proofs)


def test_a_second_that_no_filter_splits_is_a_recorded_hole_and_the_rest_is_still_whole() -> None:
    crowd = [run(number, 500) for number in range(1_200)]
    others = [run(5_000 + number, 300) for number in range(7)]
    founds = walked(FakeListing([*crowd, *others, run(9_000, 700)]))
    proofs = [proof for each in founds for proof in each.proofs]
    holes = [proof for proof in proofs if proof.status == "saturated" and not proof.slice]
    assert [(proof.window, proof.reported_count) for proof in holes] == [(Window(at(500), at(500)), 1_200)]
    assert holes[0].reason == "GitHub lists 1,000 of 1,200 runs here, and no filter splits them further"
    assert gaps(WINDOW, [proof.window for proof in proofs if proof.status == "covered"]) == [
        Window(at(500), at(500))
    ]
    assert ids(founds) >= {9_000, *(5_000 + number for number in range(7))}


def test_a_listing_that_is_not_newest_first_is_halved_until_it_fits() -> None:
    listing = FakeListing([run(number, number * 20) for number in range(450)], shuffled=True)
    founds = walked(listing)
    assert ids(founds) == set(range(450))
    covered = [proof.window for each in founds for proof in each.proofs if proof.status == "covered"]
    assert gaps(WINDOW, covered) == []


@settings(max_examples=150, deadline=None)
@given(
    seconds=st.lists(st.integers(0, 40), max_size=120),
    deletions=st.lists(st.integers(0, 10**6), max_size=8),
    covered_until=st.integers(0, 45),
)
def test_whatever_the_bursts_and_deletions_every_surviving_run_is_found(
    seconds: list[int], deletions: list[int], covered_until: int
) -> None:
    pending = list(deletions)

    def delete_one(listing: FakeListing) -> None:
        if pending and listing.runs:
            del listing.runs[pending.pop() % len(listing.runs)]

    runs = [run(number, second) for number, second in enumerate(seconds)]
    listing = FakeListing(runs, page_size=5, cap=20, after_each=delete_one)
    window = Window(at(0), at(40))
    founds = walked(listing, window, covered_until)
    assert ids(founds) >= {left["id"] for left in listing.runs} or any(
        proof.status == "saturated" for each in founds for proof in each.proofs
    )


@settings(max_examples=150, deadline=None)
@given(seconds=st.lists(st.integers(0, 40), max_size=150), covered_until=st.integers(0, 45))
def test_what_is_proved_is_exactly_what_is_there(seconds: list[int], covered_until: int) -> None:
    listing = FakeListing([run(number, second) for number, second in enumerate(seconds)], page_size=5)
    founds = walked(listing, Window(at(0), at(40)), covered_until)
    for proof in (proof for each in founds for proof in each.proofs):
        there = [second for second in seconds if proof.window.start <= at(second) <= proof.window.end]
        assert proof.item_count == len(there)


@settings(max_examples=100, deadline=None)
@given(
    seconds=st.lists(st.integers(0, 40), max_size=120),
    deletions=st.lists(st.integers(0, 10**6), max_size=8),
    covered_until=st.integers(0, 45),
)
def test_no_run_that_is_still_there_is_ever_taken_for_gone(
    seconds: list[int], deletions: list[int], covered_until: int
) -> None:
    pending = list(deletions)

    def delete_one(listing: FakeListing) -> None:
        if pending and listing.runs:
            del listing.runs[pending.pop() % len(listing.runs)]

    listing = FakeListing(
        [run(number, second) for number, second in enumerate(seconds)],
        page_size=5,
        cap=20,
        after_each=delete_one,
    )
    founds = walked(listing, Window(at(0), at(40)), covered_until)
    for window, listed in (found.whole for found in founds if found.whole is not None):
        there = {left["id"] for left in listing.runs if window.start <= left["created_at"] <= window.end}
        assert there <= listed


def test_what_was_deleted_before_is_missing_from_what_is_shown_whole() -> None:
    founds = walked(FakeListing([run(number, number) for number in range(250) if number not in (7, 130)]))
    shown = [(window, listed) for found in founds if found.whole for window, listed in [found.whole]]
    assert gaps(WINDOW, [window for window, _ in shown]) == []
    assert set().union(*(listed for _, listed in shown)) == set(range(250)) - {7, 130}


def test_a_page_that_shows_fewer_runs_than_it_counts_is_asked_in_halves() -> None:
    class Forgetful(FakeListing):
        def __call__(self, window: Window, filters: Filters, page: int) -> Listing:
            listing = super().__call__(window, filters, page)
            short = window.seconds > 2_000 and not listing.has_next
            return replace(listing, runs=[]) if short else listing

    founds = walked(Forgetful([run(number, number * 100) for number in range(60)]))
    assert ids(founds) == set(range(60))
