"""A clock that moves the simulator's instead of waiting."""

import threading
from datetime import UTC, datetime

import pytest

from github_simulator.waitless_clock import WaitlessClock

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class SimulatedTime:
    """What the simulator does when its clock is moved."""

    def __init__(self) -> None:
        self.moved: list[float] = []

    def advance(self, seconds: float) -> float:
        self.moved.append(seconds)
        return NOON.timestamp() + sum(self.moved)


@pytest.fixture
def simulated() -> SimulatedTime:
    return SimulatedTime()


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


def test_it_shows_the_simulators_time(simulated: SimulatedTime) -> None:
    watch = iter([50.0, 50.0, 52.0, 53.0])
    clock = WaitlessClock(simulated.advance, factor=60, real=lambda: next(watch))
    assert clock.now() == NOON
    assert clock.now() == NOON.replace(minute=2)
    assert clock.monotonic() == 180.0


def test_to_wait_is_to_move_both_clocks(simulated: SimulatedTime, stop: threading.Event) -> None:
    clock = WaitlessClock(simulated.advance, real=lambda: 50.0)
    assert clock.wait(90, stop) is False
    assert simulated.moved == [0, 90]
    assert clock.now() == NOON.replace(minute=1, second=30)


def test_who_waits_together_waits_once(stop: threading.Event) -> None:
    """The second begins to wait while the first is still moving the clock: for the same minute."""
    began = threading.Event()
    others: list[threading.Thread] = []

    def real() -> float:
        if threading.current_thread() in others:
            began.set()
        return 50.0

    class SlowlySimulatedTime(SimulatedTime):
        def advance(self, seconds: float) -> float:
            if seconds and not others:
                others.append(threading.Thread(target=clock.wait, args=(60, stop)))
                others[0].start()
                assert began.wait(timeout=10)
            return super().advance(seconds)

    simulated = SlowlySimulatedTime()
    clock = WaitlessClock(simulated.advance, real=real)
    clock.wait(60, stop)
    others[0].join(timeout=10)
    assert simulated.moved == [0, 60]


def test_who_is_stopped_does_not_wait(simulated: SimulatedTime, stop: threading.Event) -> None:
    clock = WaitlessClock(simulated.advance, real=lambda: 50.0)
    stop.set()
    assert clock.wait(60, stop) is True
    assert clock.now() == NOON


def test_no_time_passes_in_a_wait_of_nothing(simulated: SimulatedTime, stop: threading.Event) -> None:
    clock = WaitlessClock(simulated.advance, real=lambda: 50.0)
    clock.wait(-5, stop)
    assert simulated.moved == [0]


def test_it_can_be_moved_without_waiting(simulated: SimulatedTime) -> None:
    clock = WaitlessClock(simulated.advance, real=lambda: 50.0)
    clock.advance(3_600)
    assert clock.now() == NOON.replace(hour=13)
    assert simulated.moved == [0, 3_600]
