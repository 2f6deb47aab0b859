"""`sync --watch`: round after round, each with what is new, until somebody says stop."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from child import Child, count_rows
from rehearsal import MAIN_JOB, SIMULATED_NOW
from truth import stored

from github_simulator.process import Simulator
from progressive_capture.lib.capture_command import run_command
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.settings import read_settings

EVERY_SECONDS = 300.0


class Rounds(ManualClock):
    """A clock on which something happens in every wait between two rounds, and a signal at the end."""

    def __init__(self, simulator: Simulator, *between: Callable[[], object]) -> None:
        super().__init__(SIMULATED_NOW)
        self._simulator = simulator
        self._between = list(between)
        self.waits: list[float] = []

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        if seconds < EVERY_SECONDS:
            return super().wait(seconds, stop)
        self.waits.append(seconds)
        if self._between:
            self._simulator.advance(seconds)
            self._between.pop(0)()
        else:
            stop.set()
        return super().wait(seconds, stop)


def watch(database: Path, simulator: Simulator, clock: Rounds, **chosen: Any) -> int:
    settings = read_settings(
        {
            "GITHUB_API_URL": simulator.url,
            "GITHUB_GRAPHQL_URL": simulator.graphql_url,
            "GITHUB_TOKEN": simulator.token,
        }
    )
    return run_command(
        MAIN_JOB,
        [simulator.repository],
        settings=settings,
        clock=clock,
        poll_interval=timedelta(seconds=EVERY_SECONDS),
        database=f"sqlite:///{database}",
        **({"as_json": True} | chosen),
    )


def rounds_in(text: str) -> list[Any]:
    return [json.loads(line)[0] for line in text.splitlines()]


def test_every_round_brings_what_has_happened_since_the_one_before(
    simulate: Callable[..., Simulator], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator = simulate("--runs", 40, "--unfinished", 3)
    clock = Rounds(
        simulator,
        lambda: simulator.arrive(2),
        lambda: simulator.finish(4),
        lambda: None,
    )
    assert watch(tmp_path / "capture.db", simulator, clock) == 0
    first, arrived, finished, quiet = rounds_in(capsys.readouterr().out)
    assert first["captures"][0]["new"]["workflow_runs"] == 40
    assert arrived["captures"][0]["new"]["workflow_runs"] == 2
    assert finished["captures"][0]["changed"]["workflow_runs"] == 4
    assert finished["captures"][0]["new"].get("workflow_runs") is None
    assert [(each["new"], each["changed"]) for each in quiet["captures"]] == [({}, {}), ({}, {})]
    assert quiet["rest_requests"] <= 5
    assert clock.waits == [EVERY_SECONDS] * 4
    unfinished = [
        row
        for row in stored(tmp_path / "capture.db", "workflow_runs").values()
        if row["status"] != "completed"
    ]
    assert len(unfinished) == 1


def test_people_get_one_line_a_round(
    simulate: Callable[..., Simulator], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator = simulate("--runs", 20)
    clock = Rounds(simulator, lambda: simulator.arrive(1))
    watch(tmp_path / "capture.db", simulator, clock, as_json=False)
    lines = [
        line for line in capsys.readouterr().err.splitlines() if "again at" in line or "last round" in line
    ]
    assert [line[:23] for line in lines] == ["2026-11-20 12:00:00 UTC", "2026-11-20 12:05:00 UTC"]
    assert "octo/example: new 20 workflow runs" in lines[0]
    assert lines[0].endswith("again at 12:05:00")
    assert "new 1 workflow run," in lines[1]


def test_github_away_for_a_round_is_said_and_the_next_round_goes_on(
    simulate: Callable[..., Simulator], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator = simulate("--runs", 20)

    def away() -> None:
        simulator.arrive(1)
        simulator.fault("status", status=503, times=1000)

    clock = Rounds(simulator, away, simulator.clear_faults)
    assert watch(tmp_path / "capture.db", simulator, clock) == 0
    first, broken, healed = rounds_in(capsys.readouterr().out)
    assert [each["exit_code"] for each in (first, broken, healed)] == [0, 4, 0]
    assert healed["captures"][0]["new"]["workflow_runs"] == 1


def test_a_token_that_is_refused_ends_the_watch_with_its_exit_code(
    simulate: Callable[..., Simulator], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator = simulate("--runs", 20)
    clock = Rounds(simulator, lambda: simulator.fault("bad_credentials", times=1000), lambda: None)
    assert watch(tmp_path / "capture.db", simulator, clock) == 3
    assert [each["exit_code"] for each in rounds_in(capsys.readouterr().out)] == [0, 3]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_wait_at_once_and_that_is_a_success(
    simulate: Callable[..., Simulator], tmp_path: Path, number: signal.Signals
) -> None:
    simulator, database = simulate("--runs", 15, "--now", "real"), tmp_path / "capture.db"
    with Child(
        database, simulator, "sync", simulator.repository, "--watch", POLL_INTERVAL_MINUTES="60"
    ) as child:
        child.until(lambda: settled(database) == 2)
        child.tell(number)
        end = child.end()
    assert end.exit_code == 0
    assert end.took < 5
    assert count_rows(database, "workflow_runs") == 15


def settled(database: Path) -> int:
    """How many capture jobs have succeeded."""
    if count_rows(database, "progressive_capture_jobs") == 0:
        return 0
    jobs = stored(database, "progressive_capture_jobs").values()
    return sum(job["status"] == "succeeded" for job in jobs)
