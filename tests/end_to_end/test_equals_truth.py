"""What is captured equals what is true, field by field, whichever way it came."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from truth import (
    ONLY_REST,
    differences,
    dump,
    expected_attempts,
    expected_commits,
    expected_jobs,
    expected_runs,
    expected_workflows,
    stored,
)

from github_simulator.process import Simulator

SEEDS = (1, 2, 3)


def database_is_true(database: Path, simulator: Simulator, *, without: tuple[str, ...] = ()) -> None:
    assert differences(stored(database, "workflows"), expected_workflows(simulator)) == []
    assert differences(stored(database, "commits", ["sha"]), expected_commits(simulator)) == []
    assert differences(stored(database, "workflow_runs"), expected_runs(simulator)) == []
    attempts = stored(database, "workflow_run_attempts", ["run_id", "run_attempt"])
    assert differences(attempts, expected_attempts(simulator)) == []
    jobs = stored(database, "workflow_jobs")
    assert differences(jobs, expected_jobs(simulator), without=without) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_by_rest_every_field_of_every_run_attempt_job_and_step_is_there(
    seed: int, simulate: Callable[..., Simulator], command_line: Callable[..., Callable[..., object]]
) -> None:
    simulator = simulate("--seed", seed, "--runs", 250, "--rerun-share", 0.2)
    run = command_line(simulator)
    assert run("sync", simulator.repository, "--depth", "full").exit_code == 0
    database_is_true(run.database, simulator)
    assert {job["source"] for job in stored(run.database, "workflow_jobs").values()} == {"rest"}


@pytest.mark.parametrize("seed", SEEDS)
def test_by_graphql_everything_that_graphql_knows_is_there(
    seed: int, simulate: Callable[..., Simulator], command_line: Callable[..., Callable[..., object]]
) -> None:
    simulator = simulate("--seed", seed, "--runs", 250)
    run = command_line(simulator)
    assert run("sync", simulator.repository, "--depth", "steps").exit_code == 0
    database_is_true(run.database, simulator, without=ONLY_REST)
    sources = [job["source"] for job in stored(run.database, "workflow_jobs").values()]
    assert sources.count("graphql") > 0.7 * len(sources)
    by_rest = {
        key: job for key, job in stored(run.database, "workflow_jobs").items() if job["source"] == "rest"
    }
    truth = expected_jobs(simulator)
    assert differences(by_rest, {key: truth[key] for key in by_rest}) == []


def test_a_second_sync_changes_no_row(
    simulate: Callable[..., Simulator], command_line: Callable[..., Callable[..., object]]
) -> None:
    simulator = simulate("--runs", 250)
    run = command_line(simulator)
    run("sync", simulator.repository)
    before = dump(run.database)
    simulator.reset_ledger()
    again = run("sync", simulator.repository, "--json")
    assert again.exit_code == 0
    assert dump(run.database) == before
    assert [(each["new"], each["changed"]) for each in again.data[0]["captures"]] == [({}, {}), ({}, {})]
    assert simulator.ledger()["requests"]["total"] <= 5
    assert simulator.ledger()["points"]["total"] == 0


def test_without_a_token_rest_alone_does_the_whole_job(
    simulate: Callable[..., Simulator], command_line: Callable[..., Callable[..., object]]
) -> None:
    simulator = simulate("--runs", 25)
    run = command_line(simulator, token="")
    assert run("sync", simulator.repository, "--leave-budget", 0).exit_code == 0
    database_is_true(run.database, simulator)
    assert simulator.ledger()["points"]["total"] == 0


def test_a_token_that_graphql_refuses_does_the_whole_job_by_rest(
    simulate: Callable[..., Simulator], command_line: Callable[..., Callable[..., object]]
) -> None:
    simulator = simulate("--runs", 60)
    run = command_line(simulator, token="sim-nograph")
    assert run("sync", simulator.repository, "--depth", "steps").exit_code == 0
    database_is_true(run.database, simulator)


def test_so_many_runs_come_with_all_their_steps_and_the_next_call_takes_the_next(
    simulate: Callable[..., Simulator], command_line: Callable[..., Callable[..., Any]]
) -> None:
    simulator = simulate("--runs", 40)
    run = command_line(simulator)
    assert run("historical-sync", "--repository", simulator.repository).exit_code == 0
    for covered in (10, 20):
        asked = run(
            "job-details", "--repository", simulator.repository, "--max-items", 10, "--depth", "steps"
        )
        assert asked.exit_code == 0
        assert len(stored(run.database, "workflow_job_coverage", ["run_id"])) == covered
        jobs = stored(run.database, "workflow_jobs").values()
        began = [job for job in jobs if job["status"] in ("in_progress", "completed")]
        assert [job["id"] for job in began if job["steps"] is None] == []
