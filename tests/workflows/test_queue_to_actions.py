"""Submitted, dispatched, executed by the workflow, reconciled: a piece of work all the way through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner
from executed import Executed
from postgres_server import create_database, drop_database, migrated_template
from typed import Ran

from github_simulator.process import Simulator
from github_simulator.waitless_clock import WaitlessClock
from progressive_capture.lib.places import opened_store
from queue_manager.__main__ import group

Execute = Callable[..., Executed]
FILE = "historical-sync.yml"


@pytest.fixture
def database() -> Iterator[str]:
    url = create_database(migrated_template())
    yield url
    drop_database(url)


def queue(simulator: Simulator, database: str, *arguments: object) -> Ran:
    """`queue-manager …`, as the service that submits."""
    environment = {
        "DATABASE_URL": database,
        "GITHUB_API_URL": simulator.url,
        "GITHUB_GRAPHQL_URL": simulator.graphql_url,
        "GITHUB_TOKEN": simulator.token,
        "CAPTURE_JOBS_REPOSITORY": simulator.repository,
    }
    result = CliRunner().invoke(
        group, [str(each) for each in arguments], env=environment, obj=WaitlessClock(simulator.advance)
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def test_work_for_actions_is_dispatched_done_by_the_workflow_and_reconciled(
    execute: Execute, database: str
) -> None:
    repository = execute("--runs", 30, "--unfinished", 0, secrets={"DATABASE_URL": database})
    simulator = repository.simulator
    repository.declare(FILE)
    work = ("--kind", "workflow_runs", "--repository", simulator.repository, "--background")
    submitted = queue(simulator, database, "submit", *work, "--json")
    assert submitted.exit_code == 0, submitted.stderr
    job_id = submitted.data["id"]
    assert submitted.data["processor"] == "actions"
    assert "nobody waits" in submitted.data["route_reason"]
    assert queue(simulator, database, "submit", *work, "--json").data["id"] == job_id  # not twice

    (waiting,) = [run for run in simulator.truth("executions") if run["status"] == "queued"]
    assert waiting["run_id"] == submitted.data["workflow_run_id"]
    (finished,) = repository.go_on(FILE)
    assert finished.conclusion == "success"

    assert queue(simulator, database, "reconcile").exit_code == 0
    job = queue(simulator, database, "show", job_id, "--json").data
    assert (job["status"], job["processed_items"]) == ("succeeded", 31)  # the run that did it is one of them
    with opened_store(database) as store:
        (row,) = store.repositories()
        assert store.counts(row["id"])["workflow_runs"] == 31
    costs = {each["key"]: each for each in json.loads(queue(simulator, database, "costs", "--json").stdout)}
    assert costs[simulator.repository]["jobs"] == 1


def test_a_workflow_run_that_failed_gives_its_job_back_to_the_queue(execute: Execute, database: str) -> None:
    repository = execute("--runs", 5)
    simulator = repository.simulator
    repository.declare(FILE)
    work = ("--kind", "workflow_runs", "--repository", simulator.repository, "--background")
    job_id = queue(simulator, database, "submit", *work, "--json").data["id"]
    (waiting,) = list(simulator.truth("executions"))
    simulator.report_run(waiting["run_id"], conclusion="failure")
    assert queue(simulator, database, "reconcile").exit_code == 0
    job = queue(simulator, database, "show", job_id, "--json").data
    assert job["status"] == "queued"
    assert "failure" in job["error"]
    assert job["next_attempt_at"]
