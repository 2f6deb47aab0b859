"""A database that is down is waited for: growing delays, a limit, and an end when the program is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.patience import Patience, WorthWaitingError

DOWN = StoreError("db.example.com does not answer.", hint="Start it.")


class Waits(ManualClock):
    """A clock that remembers every wait."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 11, 1, tzinfo=UTC))
        self.waited: list[float] = []

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        self.waited.append(seconds)
        return super().wait(seconds, stop)


def down_for(times: int) -> Callable[[], str]:
    """Work that fails so many times, and then gives an answer."""
    failures = iter([WorthWaitingError(DOWN)] * times)

    def work() -> str:
        for failure in failures:
            raise failure
        return "answer"

    return work


def test_what_works_at_once_waits_for_nothing() -> None:
    clock = Waits()
    assert Patience(clock).until_it_works(down_for(0)) == "answer"
    assert clock.waited == []


def test_a_database_that_comes_back_is_waited_for_with_growing_delays() -> None:
    clock = Waits()
    assert Patience(clock).until_it_works(down_for(8)) == "answer"
    assert len(clock.waited) == 8
    for seconds, longest in zip(clock.waited, [0.5, 1, 2, 4, 8, 16, 30, 30], strict=True):
        assert longest / 2 <= seconds <= longest


def test_one_that_does_not_come_back_is_given_up_with_what_it_said_last() -> None:
    clock = Waits()
    with pytest.raises(StoreError) as caught:
        Patience(clock, give_up_after_seconds=300).until_it_works(down_for(1000))
    assert caught.value is DOWN
    assert 300 <= sum(clock.waited) <= 330


def test_each_piece_of_work_has_the_whole_limit() -> None:
    clock = Waits()
    patience = Patience(clock, give_up_after_seconds=100)
    for _ in range(4):
        assert patience.until_it_works(down_for(6)) == "answer"
    assert sum(clock.waited) > 25


def test_a_program_that_is_stopped_waits_a_few_seconds_more_and_not_for_minutes() -> None:
    clock, stop = Waits(), threading.Event()
    stop.set()
    assert Patience(clock, stop=stop).until_it_works(down_for(3)) == "answer"
    with pytest.raises(StoreError):
        Patience(clock, stop=stop).until_it_works(down_for(1000))
    assert sum(clock.waited) < 10


def test_a_stop_in_the_middle_of_a_long_wait_ends_it() -> None:
    class Stopped(Waits):
        def wait(self, seconds: float, stop: threading.Event) -> bool:
            if self.monotonic() > 60:
                stop.set()
            return super().wait(seconds, stop)

    clock = Stopped()
    with pytest.raises(StoreError):
        Patience(clock, stop=threading.Event()).until_it_works(down_for(1000))
    assert clock.monotonic() < 120


def test_another_error_is_not_waited_for() -> None:
    def work() -> None:
        raise StoreError("wrong password")

    clock = Waits()
    with pytest.raises(StoreError, match="wrong password"):
        Patience(clock).until_it_works(work)
    assert clock.waited == []


def test_a_person_is_told_before_every_longer_delay() -> None:
    said: list[str] = []
    Patience(Waits(), say=said.append).until_it_works(down_for(6))
    assert 4 <= len(said) <= 5  # the first delay is shorter than a second, the second may be
    assert all(line.startswith("db.example.com does not answer. Trying again in ") for line in said)
