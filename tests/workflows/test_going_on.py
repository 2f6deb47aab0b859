"""A workflow that could not do everything goes on by itself, where that brings something; and only there."""

from __future__ import annotations

from collections.abc import Callable

from executed import Executed, asked
from test_capture_workflows import is_whole

Execute = Callable[..., Executed]
FILE = "scheduled-capture.yml"


def test_a_chain_of_runs_with_little_time_each_ends_with_the_whole_truth(execute: Execute) -> None:
    """Every run brings something, and starts the next; the last one starts none.

    Two seconds of each go by before the first jobs come; then about thirty answers a second.
    """
    repository = execute(
        *("--runs", 380, "--latency-ms", 250, "--unfinished", 0),
        variables={"CAPTURE_TIME_BUDGET": "6s", "CAPTURE_DEPTH": "full"},
    )
    repository.declare(FILE)
    first = repository.run(FILE)
    assert first.conclusion == "success"
    assert first.jobs["capture"].legs[0].steps[-1].outputs["handed-over"] == "true"
    later = repository.go_on(FILE)
    assert len(later) >= 2
    assert {run.conclusion for run in later} == {"success"}
    is_whole(repository.fetched(), repository.simulator, without=())


def test_a_spent_budget_where_minutes_cost_money_does_not_spin(execute: Execute) -> None:
    repository = execute("--runs", 200, "--requests-per-hour", 200, "--points-per-hour", 5, private=True)
    repository.declare(FILE)
    run = repository.run(FILE)
    assert run.conclusion == "success", run.jobs["capture"].legs[0].log
    outputs = run.jobs["capture"].legs[0].steps[-1].outputs
    assert (outputs["outcome"], outputs["handed-over"]) == ("paused", "false")
    assert repository.go_on(FILE) == []
    ((resume_at,),) = asked(
        repository.fetched(), "SELECT resume_at FROM progressive_capture_jobs WHERE status = 'paused'"
    )
    assert resume_at is not None


def test_where_a_run_waits_already_none_is_started_beside_it(execute: Execute) -> None:
    """Else each scheduled run of a long first capture would begin a chain of its own."""
    repository = execute(
        *("--runs", 200, "--latency-ms", 250, "--unfinished", 0),
        variables={"CAPTURE_TIME_BUDGET": "6s", "CAPTURE_DEPTH": "full"},
    )
    repository.declare(FILE)
    repository.simulator.start_run(f".github/workflows/{FILE}")
    run = repository.run(FILE)
    leg = run.jobs["capture"].legs[0]
    assert leg.steps[-1].outputs["handed-over"] == "false"
    assert "waits already" in leg.log
    assert len(list(repository.simulator.truth("executions"))) == 1
