"""Whatever pauses a capture, its result says which of the few causes it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tiny_capture import NOW, Stage

from progressive_capture.lib.errors import CapturePaused, PauseCause


def pause(stage: Stage, happen: Callable[[int], None]) -> tuple[PauseCause | None, str | None]:
    with stage.open_store() as store:
        result = stage.capture(store, happen).run()
    return result.cause, result.reason


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "capture.db")


def raising(error: CapturePaused, stage: Stage, *, stop: bool = False) -> Callable[[int], None]:
    def happen(number: int) -> None:
        if number == 3:
            if stop:
                stage.stop.set()
            raise error

    return happen


def test_what_ran_to_its_end_was_paused_by_nothing(stage: Stage) -> None:
    assert pause(stage, lambda _: None) == (None, None)


def test_a_spent_budget_is_one_that_comes_back(stage: Stage) -> None:
    spent = CapturePaused("spent", resume_at=NOW + timedelta(hours=1))
    assert pause(stage, raising(spent, stage)) == ("budget", "spent")


def test_a_cause_that_is_told_is_kept(stage: Stage) -> None:
    over = CapturePaused("the token ran out", resume_at=NOW, cause="token")
    assert pause(stage, raising(over, stage)) == ("token", "the token ran out")
    assert pause(stage, raising(CapturePaused("?"), stage)) == ("other", "?")


def test_a_signal_is_one(stage: Stage) -> None:
    def happen(number: int) -> None:
        if number == 3:
            stage.stop.set()

    assert pause(stage, happen) == ("signal", "stopped by a signal")


def test_a_request_that_was_told_to_stop_was_stopped_by_the_signal(stage: Stage) -> None:
    assert pause(stage, raising(CapturePaused("stopped"), stage, stop=True))[0] == "signal"


def test_a_budget_that_was_spent_before_a_signal_came_is_still_the_cause(stage: Stage) -> None:
    with stage.open_store() as store:
        capture = stage.capture(store)
        stage.stop.set()
        assert capture._cause_of(CapturePaused("spent", resume_at=NOW)) == "budget"


def test_the_end_of_the_time_budget_is_no_signal(stage: Stage) -> None:
    def happen(number: int) -> None:
        if number == 3:
            stage.clock.advance(3600)

    with stage.open_store() as store:
        result = stage.capture(store, happen, deadline=NOW + timedelta(minutes=30)).run()
    assert (result.cause, result.reason) == ("time", "the time budget is used up")


def test_a_request_that_the_end_of_the_time_budget_stopped_is_no_signal_either(stage: Stage) -> None:
    with stage.open_store() as store:
        capture = stage.capture(store, deadline=NOW + timedelta(minutes=30))
        stage.stop.set()
        for told in (CapturePaused("stopped"), CapturePaused("stopped", cause="signal")):
            assert capture._cause_of(told) == "signal"
        stage.clock.advance(3600)
        for told in (CapturePaused("stopped"), CapturePaused("stopped", cause="signal")):
            assert capture._cause_of(told) == "time"
