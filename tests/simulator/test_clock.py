import pytest

from github_simulator.clock import SimulatedClock
from github_simulator.instants import from_text, to_http_date, to_text, to_text_with_milliseconds

NOON = 1_795_176_000  # 2026-11-20T12:00:00Z, by `date -u -d`


class RealTime:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_the_clock_runs_by_its_factor() -> None:
    real = RealTime()
    clock = SimulatedClock(NOON, factor=60, real=real)
    real.seconds += 2
    assert clock.now() == NOON + 120


def test_the_clock_can_be_moved_but_never_back() -> None:
    clock = SimulatedClock(NOON, real=RealTime())
    clock.advance(3_600)
    assert clock.now() == NOON + 3_600
    with pytest.raises(ValueError, match="go back"):
        clock.advance(-1)


def test_a_clock_that_stands_still_is_refused() -> None:
    with pytest.raises(ValueError, match="forward"):
        SimulatedClock(NOON, factor=0)


def test_an_instant_is_written_in_every_form_that_github_uses() -> None:
    assert to_text(NOON) == "2026-11-20T12:00:00Z"
    assert to_text_with_milliseconds(NOON, 5) == "2026-11-20T12:00:00.005Z"
    assert to_text_with_milliseconds(NOON, 0, 1) == "2026-11-20T13:00:00.000+01:00"
    assert to_text_with_milliseconds(NOON, 617, -8) == "2026-11-20T04:00:00.617-08:00"
    assert to_http_date(NOON) == "Fri, 20 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize("text", ["2026-11-20T12:00:00Z", "2026-11-20T12:00:00", "2026-11-20T13:00:00+01:00"])
def test_an_instant_is_read_from_every_form(text: str) -> None:
    assert from_text(text) == NOON
