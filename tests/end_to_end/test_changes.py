"""What happens on GitHub between two captures: the second one brings it, and asks for little else."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from rehearsal import SIMULATED_NOW, Rehearsal, outcomes
from truth import ONLY_REST, Rows, differences, expected_attempts, expected_jobs, expected_runs, stored

from github_simulator.process import Simulator
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.running import Ended

AN_HOUR, A_DAY = 3_600, 86_400


@dataclass
class Stage:
    """A simulated GitHub and a database of it, with one clock for both."""

    simulator: Simulator
    database: Path
    clock: ManualClock = field(default_factory=lambda: ManualClock(SIMULATED_NOW))

    def sync(self, **asked: Any) -> Ended:
        """Capture on a new page of the ledger."""
        self.simulator.reset_ledger()
        ended = Rehearsal(self.database, self.simulator, self.clock)(**asked)
        assert outcomes(ended) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
        return ended

    def pass_time(self, seconds: float) -> None:
        self.simulator.advance(seconds)
        self.clock.advance(seconds)

    def rows(self, table: str, *key: str) -> Rows:
        return stored(self.database, table, key or ("id",))

    def runs_asked_for(self, what: str = "jobs") -> list[int]:
        """Of which runs the last capture asked for jobs, or attempts, one by one."""
        lines = map(str, self.simulator.ledger(lines=True)["lines"])
        found = (re.search(rf"/actions/runs/(\d+)/{what}", line) for line in lines)
        return sorted({int(match.group(1)) for match in found if match})

    def untruths(self, *, without: tuple[str, ...] = ()) -> list[str]:
        """In what the database differs from GitHub, of all runs that it does not say are gone."""
        gone = {key for key, run in self.rows("workflow_runs").items() if run["gone_at"]}
        runs = {key: run for key, run in self.rows("workflow_runs").items() if key not in gone}
        attempts = self.rows("workflow_run_attempts", "run_id", "run_attempt")
        attempts = {key: attempt for key, attempt in attempts.items() if key[0] not in gone}
        jobs = {key: job for key, job in self.rows("workflow_jobs").items() if job["run_id"] not in gone}
        return [
            *differences(runs, expected_runs(self.simulator), without=without),
            *differences(attempts, expected_attempts(self.simulator)),
            *differences(jobs, expected_jobs(self.simulator), without=(*ONLY_REST, *without)),
        ]


@pytest.fixture
def stage(simulate: Callable[..., Simulator], tmp_path: Path) -> Stage:
    """A captured repository in which eight runs are not finished."""
    stage = Stage(simulate("--runs", 70, "--rerun-share", 0.1, "--unfinished", 8), tmp_path / "capture.db")
    stage.sync(depth="steps")
    return stage


@pytest.fixture
def at_rest(simulate: Callable[..., Simulator], tmp_path: Path) -> Stage:
    """A captured repository in which all runs are finished."""
    stage = Stage(simulate("--runs", 70, "--rerun-share", 0.1, "--unfinished", 0), tmp_path / "capture.db")
    stage.sync(depth="steps")
    return stage


def changed(ended: Ended, table: str, capture: int = 0) -> tuple[int, int]:
    """How many rows a capture added to a table, and how many it changed."""
    result = ended.results[capture]
    return result.inserted.get(table, 0), result.updated.get(table, 0)


# -- new and finished runs ---------------------------------------------------------------------------------


def test_runs_that_arrived_are_fetched_and_only_they(stage: Stage) -> None:
    stage.pass_time(AN_HOUR)
    arrived = stage.simulator.arrive(5)
    ended = stage.sync()
    assert changed(ended, "workflow_runs") == (5, 0)
    assert stage.runs_asked_for() == sorted(arrived)
    assert stage.untruths() == []


def test_runs_that_finished_are_fetched_again_and_only_they(stage: Stage) -> None:
    stage.pass_time(AN_HOUR)
    finished = stage.simulator.finish(3)
    ended = stage.sync()
    assert changed(ended, "workflow_runs") == (0, 3)
    assert stage.runs_asked_for() == sorted(finished)
    assert stage.untruths() == []


def test_unfinished_runs_far_behind_the_newest_are_found_by_their_status(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    """Deeper than the listing goes down for them: each status that runs wait in is listed instead."""
    stage = Stage(simulate("--runs", 60, "--unfinished", 6), tmp_path / "capture.db")
    stage.sync()
    stage.pass_time(A_DAY / 2)
    arrived = stage.simulator.arrive(250)
    stage.sync(depth="jobs")
    stage.pass_time(AN_HOUR)
    finished = stage.simulator.finish(4)
    assert not set(finished) & set(arrived)
    ended = stage.sync(depth="jobs")
    assert changed(ended, "workflow_runs") == (0, 4)
    statuses = Counter(run["status"] for run in stage.rows("workflow_runs").values())
    assert statuses["completed"] == 60 - 6 + 4
    assert statuses == Counter(run["status"] for run in stage.simulator.truth("runs"))


# -- runs that are run again -------------------------------------------------------------------------------


def rerun_and_finish(stage: Stage, runs: int, mode: str = "all") -> list[int]:
    """Runs that were complete are run again, to their end."""
    rerun = stage.simulator.rerun(runs, mode)
    stage.pass_time(AN_HOUR)
    stage.simulator.finish(1_000)
    return sorted(rerun)


def test_a_rerun_is_noticed_by_the_next_daily_listing_and_not_before(at_rest: Stage) -> None:
    rerun = rerun_and_finish(at_rest, 4)
    before = at_rest.rows("workflow_runs")
    at_rest.sync()
    assert at_rest.rows("workflow_runs") == before
    at_rest.pass_time(A_DAY)
    ended = at_rest.sync()
    assert changed(ended, "workflow_runs") == (0, 4)
    assert at_rest.runs_asked_for() == rerun
    assert at_rest.untruths() == []


def test_the_daily_listing_is_of_the_last_32_days_alone_and_once_a_day(at_rest: Stage) -> None:
    at_rest.pass_time(A_DAY)
    at_rest.sync()
    assert min(listed_from(at_rest)) == "2026-10-19"  # 32 days before the last complete capture
    assert at_rest.simulator.ledger()["requests"]["total"] <= 10
    at_rest.pass_time(AN_HOUR)
    at_rest.sync()
    assert min(listed_from(at_rest)) == "2026-11-21"


def listed_from(stage: Stage) -> list[str]:
    """The days from which the last capture listed runs."""
    lines = (unquote(str(line)) for line in stage.simulator.ledger(lines=True)["lines"])
    return [match.group(1) for line in lines if (match := re.search(r"created=(.{10})T", line))]


def test_earlier_attempts_stay_beside_the_new_one_with_their_jobs(at_rest: Stage) -> None:
    attempts, jobs = (
        at_rest.rows("workflow_run_attempts", "run_id", "run_attempt"),
        at_rest.rows("workflow_jobs"),
    )
    rerun = rerun_and_finish(at_rest, 5)
    at_rest.pass_time(A_DAY)
    at_rest.sync()
    now = at_rest.rows("workflow_run_attempts", "run_id", "run_attempt")
    new = now.keys() - attempts.keys()
    assert sorted(run_id for run_id, _ in new) == rerun
    assert {key: now[key] for key in attempts} == attempts
    jobs_now = at_rest.rows("workflow_jobs")
    assert jobs.keys() < jobs_now.keys()
    assert {jobs_now[key]["run_id"] for key in jobs_now.keys() - jobs.keys()} == set(rerun)
    assert at_rest.untruths() == []


def test_a_run_that_is_run_again_twice_between_two_captures_keeps_every_attempt(at_rest: Stage) -> None:
    everything = len(at_rest.rows("workflow_runs"))
    for _ in range(2):
        rerun_and_finish(at_rest, everything)
        at_rest.pass_time(60)
    at_rest.pass_time(A_DAY)
    at_rest.sync()
    assert at_rest.untruths() == []
    numbers = Counter(
        attempt for _, attempt in at_rest.rows("workflow_run_attempts", "run_id", "run_attempt")
    )
    assert numbers[3] > 20


def test_a_partial_rerun_carries_jobs_over_and_each_names_its_original(at_rest: Stage) -> None:
    known = at_rest.rows("workflow_jobs")
    rerun_and_finish(at_rest, 70, "failed")
    at_rest.pass_time(A_DAY)
    at_rest.sync()
    jobs = at_rest.rows("workflow_jobs")
    carried = [job for key, job in jobs.items() if job["carried_from_job_id"] and key not in known]
    assert len(carried) >= 4
    for job in carried:
        original = jobs[job["carried_from_job_id"]]
        assert (job["name"], job["started_at"]) == (original["name"], original["started_at"])
        assert job["run_attempt"] > original["run_attempt"]
    assert at_rest.untruths() == []


def test_a_rerun_that_is_seen_queued_and_then_finished_ends_true(at_rest: Stage) -> None:
    at_rest.pass_time(A_DAY)
    rerun = at_rest.simulator.rerun(6, "all")
    at_rest.sync()
    statuses = {at_rest.rows("workflow_runs")[run_id]["status"] for run_id in rerun}
    assert statuses == {"queued"}
    at_rest.pass_time(AN_HOUR)
    at_rest.simulator.finish(1_000)
    at_rest.sync()
    assert at_rest.untruths() == []


# -- runs that GitHub deletes ------------------------------------------------------------------------------


def test_a_deleted_run_is_gone_since_the_next_listing_and_its_rows_stay(at_rest: Stage) -> None:
    before = attached(at_rest)
    runs = at_rest.rows("workflow_runs")
    at_rest.pass_time(A_DAY)
    deleted = at_rest.simulator.delete(30)
    at_rest.sync()
    now = at_rest.rows("workflow_runs")
    gone = {key for key, run in now.items() if run["gone_at"]}
    # The daily listing reaches 32 days back; an older run's deletion changes nothing and is not looked for.
    assert gone == {key for key in deleted if runs[key]["created_at"] >= "2026-10-19T12"}
    assert 3 < len(gone) < 30
    # To a minute: the simulator's clock goes on while it is asked.
    assert {now[key]["gone_at"][:16] for key in gone} == {"2026-11-21T12:00"}
    assert {key: run | {"gone_at": None} for key, run in now.items()} == runs
    assert attached(at_rest) == before


def attached(stage: Stage) -> list[Rows]:
    """What is stored of runs beside the runs themselves, and what the view makes of both."""
    return [
        stage.rows("workflow_run_attempts", "run_id", "run_attempt"),
        stage.rows("workflow_jobs"),
        stage.rows("builds", "id_build"),
    ]


def test_a_run_that_is_deleted_before_it_finished_is_gone_too(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    stage = Stage(simulate("--runs", 30, "--unfinished", 6), tmp_path / "capture.db")
    stage.sync()
    finished = stage.simulator.finish(6)
    stage.pass_time(AN_HOUR)
    deleted = set(stage.simulator.delete(30))
    assert set(finished) <= deleted
    stage.sync()
    runs = stage.rows("workflow_runs")
    assert {key for key in finished if runs[key]["gone_at"]} == set(finished)
    stage.sync()
    assert stage.simulator.ledger()["requests"]["total"] <= 5


def test_what_is_deleted_while_its_jobs_are_waited_for_fails_nothing(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    """The runs are captured, then GitHub deletes some, then their jobs are asked for."""
    from progressive_capture.historical_sync import HistoricalSync  # noqa: PLC0415
    from progressive_capture.job_details import JobDetails  # noqa: PLC0415

    stage = Stage(simulate("--runs", 40, "--unfinished", 0), tmp_path / "capture.db")
    rehearse = Rehearsal(stage.database, stage.simulator, stage.clock)
    rehearse(kinds=(HistoricalSync,))
    deleted = stage.simulator.delete(7)
    ended = rehearse(kinds=(JobDetails,), depth="full")
    assert outcomes(ended) == [Outcome.SUCCEEDED]
    assert {key for key, run in stage.rows("workflow_runs").items() if run["gone_at"]} == set(deleted)
    assert not {job["run_id"] for job in stage.rows("workflow_jobs").values()} & set(deleted)


# -- names -------------------------------------------------------------------------------------------------


def test_a_renamed_repository_is_followed_and_its_old_name_still_works(stage: Stage) -> None:
    stage.pass_time(AN_HOUR)
    stage.simulator.finish(1_000)
    stage.simulator.arrive(2)
    stage.simulator.rename("renamed")
    ended = stage.sync()  # by the old name
    assert changed(ended, "workflow_runs")[0] == 2
    (repository,) = stage.rows("repositories").values()
    assert repository["full_name"] == "octo/renamed"
    # Addresses of what was captured before lead on from the old name, as on GitHub.
    assert stage.untruths(without=("html_url",)) == []
    stage.simulator.repository = "octo/renamed"
    quiet = stage.sync()
    tables = ("repositories", "workflow_runs", "workflow_run_attempts", "workflow_jobs")
    assert [changed(quiet, table, capture) for table in tables for capture in (0, 1)] == [(0, 0)] * 8
    assert stage.simulator.ledger()["requests"]["total"] <= 5


def test_a_renamed_workflow_has_its_new_name_and_old_runs_keep_the_one_they_ran_under(stage: Stage) -> None:
    """GitHub names the workflow anew; a run's own `name` is what the file said then."""
    with closing(sqlite3.connect(stage.database)) as connection:
        (workflow_id, name), *_ = connection.execute("SELECT id, name FROM workflows WHERE state = 'active'")
        connection.execute(
            "UPDATE workflows SET name = 'before', captured_at = '2026-11-20T11:00:00Z' WHERE id = ?",
            [workflow_id],
        )
        connection.commit()
    runs = stage.rows("workflow_runs")
    stage.pass_time(AN_HOUR)
    ended = stage.sync()
    assert changed(ended, "workflows") == (0, 1)
    assert stage.rows("workflows")[workflow_id]["name"] == name
    assert stage.rows("workflow_runs") == runs
