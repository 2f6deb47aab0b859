"""Many fetch, one stores: nothing piles up, nothing is lost or out of order, and nobody is left waiting."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import cast

import pytest

from progressive_capture.lib.errors import NotFoundError
from progressive_capture.lib.fetch_pool import Fetched, FetchPool
from progressive_capture.lib.normalize.rows import Batch

PATIENCE = 20.0
"""Seconds; for a machine that is busy with other things."""


def batch(number: int) -> Batch:
    return Batch(processed=number)


def one_batch(unit: int) -> Iterator[Batch]:
    yield batch(unit)


def pool(
    fetch: Callable[[int], Iterator[Batch]], concurrency: int = 3, stop: threading.Event | None = None
) -> FetchPool[int]:
    return FetchPool(fetch, concurrency=concurrency, stop=stop or threading.Event())


def happens(condition: Callable[[], bool]) -> bool:
    """Whether it comes to be so, sooner or later."""
    tick, give_up_at = threading.Event(), time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > give_up_at:
            return False
        tick.wait(0.005)
    return True


@pytest.fixture(autouse=True)
def no_thread_is_left_blocked() -> Iterator[None]:
    """Whatever a test did to a pool, its threads end by themselves."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(PATIENCE)
    assert [thread for thread in left if thread.is_alive()] == []


def test_every_batch_of_every_unit_comes_and_each_unit_ends_once() -> None:
    def three_batches(unit: int) -> Iterator[Batch]:
        yield from (batch(10 * unit + part) for part in range(3))

    came = [each for each in pool(three_batches).run(range(1, 21)) if each is not None]
    batches = sorted(each.batch.processed for each in came if each.batch is not None)
    assert batches == [10 * unit + part for unit in range(1, 21) for part in range(3)]
    assert Counter(each.unit for each in came if each.batch is None) == Counter(range(1, 21))
    assert {each.error for each in came} == {None}


def test_the_batches_of_one_unit_come_in_their_order_and_before_its_end() -> None:
    def many_batches(_: int) -> Iterator[Batch]:
        yield from map(batch, range(50))

    came: dict[int, list[int | None]] = {1: [], 2: [], 3: []}
    for each in pool(many_batches).run(came):
        if each is not None:
            came[each.unit].append(None if each.batch is None else each.batch.processed)
    assert came == {unit: [*range(50), None] for unit in (1, 2, 3)}


def test_with_one_thread_the_units_come_in_their_order() -> None:
    came = [each.unit for each in pool(one_batch, concurrency=1).run(range(20)) if each and each.batch]
    assert came == list(range(20))


def test_no_units_are_no_work() -> None:
    assert list(pool(one_batch).run([])) == []


def test_a_slow_consumer_stops_the_producers() -> None:
    made = Counter[str]()
    lock = threading.Lock()

    def without_end(_: int) -> Iterator[Batch]:
        while True:
            with lock:
                made["batches"] += 1
            yield batch(1)

    producing = pool(without_end, concurrency=3)
    consumer = cast("Generator[Fetched[int] | None]", producing.run(range(3)))
    with closing(consumer):
        for _ in range(5):
            next(consumer)
        assert happens(producing._results.full)
        waiting, in_hands, taken = 6, 3, 5
        assert happens(lambda: made["batches"] == waiting + in_hands + taken)
        # They have come to the end of what there is room for; one more goes in for each that is taken out.
        next(consumer)
        assert happens(lambda: made["batches"] == waiting + in_hands + taken + 1)


def test_units_are_drawn_only_as_threads_become_free_and_by_the_consumer_alone() -> None:
    drawn: list[int] = []
    drawn_by: set[int] = set()
    ended = 0

    def units() -> Iterator[int]:
        for unit in range(30):
            drawn.append(unit)
            drawn_by.add(threading.get_ident())
            yield unit

    for each in pool(one_batch, concurrency=3).run(units()):
        assert len(drawn) <= ended + 3
        ended += each is not None and each.batch is None
    assert len(drawn) == 30
    assert drawn_by == {threading.get_ident()}


def test_as_many_as_asked_for_fetch_at_once_and_no_more() -> None:
    together = threading.Barrier(4)
    at_once, most = 0, 0
    lock = threading.Lock()

    def meet(unit: int) -> Iterator[Batch]:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        together.wait(PATIENCE)
        with lock:
            at_once -= 1
        yield batch(unit)

    assert {each.error for each in pool(meet, concurrency=4).run(range(12)) if each} == {None}
    assert most == 4


def test_an_error_is_handed_over_with_its_unit_and_the_others_go_on() -> None:
    error = NotFoundError("gone", status=404)

    def fails_at_three(unit: int) -> Iterator[Batch]:
        yield batch(unit)
        if unit == 3:
            raise error

    came = [each for each in pool(fails_at_three).run(range(6)) if each is not None]
    assert [(each.unit, each.error) for each in came if each.error] == [(3, error)]
    assert sorted(each.batch.processed for each in came if each.batch) == list(range(6))
    assert Counter(each.unit for each in came if each.batch is None) == Counter(range(6))


def test_even_what_is_no_ordinary_error_is_handed_over() -> None:
    def exits(_: int) -> Iterator[Batch]:
        yield batch(1)
        raise SystemExit(3)

    (end,) = [each for each in pool(exits).run([1]) if each is not None and each.batch is None]
    assert isinstance(end.error, SystemExit)


def test_an_error_while_units_are_drawn_reaches_the_consumer() -> None:
    def units() -> Iterator[int]:
        yield 1
        raise ValueError("the store is closed")

    with pytest.raises(ValueError, match="the store is closed"):
        list(pool(one_batch).run(units()))


def test_after_a_stop_no_unit_is_drawn_and_what_is_in_hand_still_comes() -> None:
    stop = threading.Event()
    begun = threading.Barrier(3)

    def fetch(unit: int) -> Iterator[Batch]:
        begun.wait(PATIENCE)
        stop.set()
        yield batch(unit)

    came = [each for each in pool(fetch, concurrency=3, stop=stop).run(range(100)) if each is not None]
    assert sorted(each.unit for each in came if each.batch is not None) == [0, 1, 2]
    assert sorted(each.unit for each in came if each.batch is None) == [0, 1, 2]


def test_a_pool_that_is_stopped_before_it_begins_does_nothing() -> None:
    stop = threading.Event()
    stop.set()
    assert list(pool(one_batch, stop=stop).run(range(5))) == []


@pytest.fixture
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("progressive_capture.lib.fetch_pool.GRACE_SECONDS", 0.2)
    monkeypatch.setattr("progressive_capture.lib.fetch_pool.TICK_SECONDS", 0.02)


@pytest.mark.usefixtures("short_grace")
def test_after_a_stop_an_answer_that_does_not_come_is_left_behind() -> None:
    stop, at_last = threading.Event(), threading.Event()

    def hangs_at_two(unit: int) -> Iterator[Batch]:
        if unit == 2:
            stop.set()
            at_last.wait(PATIENCE)
        yield batch(unit)

    came = [each for each in pool(hangs_at_two, concurrency=1, stop=stop).run([1, 2, 3]) if each is not None]
    assert [(each.unit, each.batch is None) for each in came] == [(1, False), (1, True)]
    at_last.set()  # the answer comes after all: nobody takes it, and its thread must not wait for anybody


@pytest.mark.usefixtures("short_grace")
def test_while_nothing_comes_the_consumer_is_woken_to_prove_life() -> None:
    answer = threading.Event()

    def waits(unit: int) -> Iterator[Batch]:
        answer.wait(PATIENCE)
        yield batch(unit)

    woken = 0
    came: list[Fetched[int]] = []
    for each in pool(waits).run([1]):
        if each is not None:
            came.append(each)
        else:
            woken += 1
            if woken == 3:
                answer.set()
    assert woken >= 3
    assert [each.batch.processed for each in came if each.batch] == [1]


@pytest.mark.usefixtures("short_grace")
def test_a_consumer_that_gives_up_leaves_no_thread_waiting_for_room() -> None:
    stopped_making = threading.Event()

    def without_end(_: int) -> Iterator[Batch]:
        try:
            while True:
                yield batch(1)
        finally:
            stopped_making.set()

    producing = pool(without_end, concurrency=4)

    def consume() -> None:
        for _ in producing.run(range(4)):
            assert happens(producing._results.full)
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk"):
        consume()
    assert stopped_making.wait(PATIENCE)  # and see `no_thread_is_left_blocked`


def test_batches_that_came_meanwhile_are_had_at_once_and_in_their_order_and_ends_wait_for_their_turn() -> (
    None
):
    handed_over = threading.Event()

    def two_batches(_: int) -> Iterator[Batch]:
        yield batch(1)
        yield batch(2)
        handed_over.set()

    one_thread = pool(two_batches, concurrency=1)
    came = one_thread.run([7, 8])
    first = next(each for each in came if each is not None)
    assert first.batch == batch(1)
    assert handed_over.wait(PATIENCE)
    assert happens(lambda: one_thread._results.qsize() == 2)  # the second batch, and the end of the unit
    assert one_thread.batches_waiting(9) == [batch(2)]
    assert one_thread.batches_waiting(9) == []
    end = next(each for each in came if each is not None)
    assert (end.unit, end.batch, end.error) == (7, None, None)
    assert [each.unit for each in came if each is not None and each.batch is None] == [8]


def test_no_more_batches_are_had_at_once_than_were_asked_for() -> None:
    def many(_: int) -> Iterator[Batch]:
        yield from map(batch, range(5))

    one_thread = pool(many, concurrency=3)
    came = one_thread.run([7])
    first = next(each for each in came if each is not None)
    assert first.batch == batch(0)
    assert happens(lambda: one_thread._results.qsize() == 5)
    assert one_thread.batches_waiting(2) == [batch(1), batch(2)]
    assert [each.batch for each in came if each is not None] == [batch(3), batch(4), None]
