"""A capture larger than an hour's budget pauses or waits, and completes; GitHub never has to refuse it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rehearsal import SIMULATED_NOW, Rehearsal, outcomes
from truth import ONLY_REST, differences, expected_runs, stored
from typed import CommandLine
from whole_truth import covered, untruths

from github_simulator.process import Simulator
from progressive_capture.lib.capture_job import Outcome

QUICK = ("--cpu-scale", 0.01, "--giants-share", 0)
"""An answer costs GitHub next to no time, and no run has hundreds of jobs."""
HOUR = 3600
PAID_MINUTES = {"GITHUB_ACTIONS": "true"}
"""Inside Actions, with no event that says that the repository is public: waiting costs money."""
MOST_HOURS = 10


@dataclass
class Hours:
    """The same command, hour after hour, until it is done: what each call said, and what GitHub counted."""

    said: list[Any] = field(default_factory=list)
    ledgers: list[dict[str, Any]] = field(default_factory=list)

    def job_ids(self, kind: str) -> list[str]:
        """The capture job of this kind in each call that had one, up to the call in which it succeeded."""
        ids = []
        for captures in self.captures:
            for each in captures:
                if each["kind"] == kind:
                    ids.append(each["job_id"])
                    if each["outcome"] == "succeeded":
                        return ids
        return ids

    @property
    def captures(self) -> list[list[dict[str, Any]]]:
        return [data[0]["captures"] for data in self.said]

    @property
    def last_outcomes(self) -> list[str]:
        return [captures[-1]["outcome"] for captures in self.captures]


def hour_after_hour(run: CommandLine, simulator: Simulator, *command: object) -> Hours:
    hours = Hours()
    for _ in range(MOST_HOURS):
        ran = run(*command, "--json", env=PAID_MINUTES)
        assert ran.exit_code == 0, ran.stderr
        hours.said.append(ran.data)
        hours.ledgers.append(simulator.ledger())
        simulator.reset_ledger()
        if ran.data[0]["captures"][-1]["outcome"] == "succeeded":
            return hours
        simulator.advance(HOUR)
    raise AssertionError(f"not done after {MOST_HOURS} hours")


def nothing_was_refused(ledgers: list[dict[str, Any]]) -> bool:
    return all(ledger["rejections"] == {} for ledger in ledgers)


def test_a_capture_larger_than_an_hours_requests_pauses_and_goes_on_hour_after_hour(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine]
) -> None:
    budget = ("--requests-per-hour", 50, "--points-per-hour", 50, *QUICK)
    simulator = simulate("--runs", 110, *budget)
    run = command_line(simulator)
    hours = hour_after_hour(run, simulator, "sync", simulator.repository, "--depth", "full")
    assert hours.last_outcomes == ["paused"] * (len(hours.said) - 1) + ["succeeded"]
    assert len(hours.said) >= 3
    assert len(set(hours.job_ids("workflow_jobs"))) == 1
    assert len(hours.job_ids("workflow_jobs")) == len(hours.said)
    assert nothing_was_refused(hours.ledgers)
    assert untruths(run.database, simulator) == []


def test_a_pause_says_when_to_go_on(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine]
) -> None:
    simulator = simulate("--runs", 60, "--requests-per-hour", 40, *QUICK)
    ran = command_line(simulator)("sync", simulator.repository, "--depth", "full", "--json", env=PAID_MINUTES)
    assert ran.exit_code == 0
    paused = ran.data[0]["captures"][-1]
    assert paused["outcome"] == "paused"
    assert "budget" in paused["reason"]
    until = datetime.fromisoformat(paused["resume_at"])
    # The hour began with the first request, within the first minute of this test.
    assert timedelta(hours=1) <= until - SIMULATED_NOW < timedelta(minutes=61)
    assert f"Run the same command again after {until:%Y-%m-%d %H:%M:%S} UTC" in ran.stderr


def test_a_discovery_larger_than_an_hours_requests_is_resumed_as_the_same_job(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine]
) -> None:
    simulator = simulate("--runs", 900, "--rerun-share", 0, "--requests-per-hour", 10, *QUICK)
    run = command_line(simulator)
    command = ("historical-sync", "--repository", simulator.repository, "--leave-budget", 0)
    hours = hour_after_hour(run, simulator, *command)
    assert len(hours.job_ids("workflow_runs")) >= 2
    assert len(set(hours.job_ids("workflow_runs"))) == 1
    assert nothing_was_refused(hours.ledgers)
    assert differences(stored(run.database, "workflow_runs"), expected_runs(simulator)) == []
    assert len(covered(run.database)) == 1


def test_a_capture_larger_than_an_hours_points_pauses_and_goes_on(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine]
) -> None:
    simulator = simulate("--runs", 150, "--rerun-share", 0, "--points-per-hour", 5, *QUICK)
    run = command_line(simulator)
    hours = hour_after_hour(run, simulator, "sync", simulator.repository, "--depth", "steps")
    assert hours.last_outcomes[0] == "paused"
    assert [ledger["points"]["total"] <= 4 for ledger in hours.ledgers] == [True] * len(hours.said)
    assert nothing_was_refused(hours.ledgers)
    assert untruths(run.database, simulator, without=ONLY_REST) == []


@pytest.mark.parametrize(("percent", "most"), [(0, 80), (10, 72), (25, 60), (98, 1)])
def test_the_share_that_is_to_be_left_stays_untouched(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine], percent: int, most: int
) -> None:
    simulator = simulate("--runs", 90, "--requests-per-hour", 80, *QUICK)
    ran = command_line(simulator)(
        "sync", simulator.repository, "--depth", "full", "--leave-budget", percent, "--json", env=PAID_MINUTES
    )
    assert ran.exit_code == 0
    ledger = simulator.ledger()
    assert ledger["requests"]["total"] == most
    assert ledger["rejections"] == {}


def test_a_thousand_requests_and_points_an_hour_as_a_workflow_has_them_are_enough_in_the_end(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine]
) -> None:
    simulator = simulate("--runs", 870, "--requests-per-hour", 1000, "--points-per-hour", 1000, *QUICK)
    run = command_line(simulator)
    hours = hour_after_hour(run, simulator, "sync", simulator.repository, "--depth", "full")
    assert hours.last_outcomes == ["paused", "succeeded"]
    assert hours.ledgers[0]["requests"]["total"] == 900
    assert nothing_was_refused(hours.ledgers)
    assert untruths(run.database, simulator) == []


# ---- where waiting is free -------------------------------------------------------------------------------

FACTOR = 1800
"""An hour passes in two seconds."""


class FastClock:
    """A clock that runs as fast as the simulator's, and keeps the longest time that anybody waited."""

    def __init__(self, start: datetime, factor: float) -> None:
        self._start, self._factor = start, factor
        self._began = time.monotonic()
        self.longest_wait = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._began) * self._factor

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        self.longest_wait = max(self.longest_wait, seconds)
        return stop.wait(max(0.0, seconds) / self._factor)


@pytest.fixture
def fast(simulate: Callable[..., Simulator], tmp_path: Path) -> Rehearsal:
    simulator = simulate(
        *("--runs", 80, "--requests-per-hour", 50, "--points-per-hour", 50),
        *(*QUICK, "--clock-factor", FACTOR),
    )
    return Rehearsal(tmp_path / "capture.db", simulator, clock=FastClock(SIMULATED_NOW, FACTOR))


def test_where_waiting_is_free_it_waits_for_the_next_hour_and_completes_in_one_call(fast: Rehearsal) -> None:
    assert outcomes(fast(depth="full")) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert untruths(fast.database, fast.simulator) == []
    ledger = fast.simulator.ledger()
    assert ledger["requests"]["total"] > 2 * 50 * 0.9
    assert ledger["rejections"] == {}
    assert 300 < fast.clock.longest_wait <= HOUR


def test_it_does_not_wait_past_its_time_budget(fast: Rehearsal) -> None:
    ended = fast(depth="full", time_budget=timedelta(minutes=59))
    assert outcomes(ended)[-1] is Outcome.PAUSED
    assert ended.exit_code == 0
    assert fast.simulator.ledger()["requests"]["total"] <= 45
    assert fast.clock.longest_wait <= 300
