"""A machine that is lost, a person who cancels, a token that may not write: nothing is lost, all is said."""

from __future__ import annotations

from collections.abc import Callable

from executed import ALL, Executed, asked
from test_capture_workflows import is_whole

Execute = Callable[..., Executed]
THREE_LEGS = {"CAPTURE_CHUNK_SIZE": "30"}


def with_runs(execute: Execute, *arguments: object, **more: object) -> Executed:
    """A repository whose runs are known and kept."""
    repository = execute("--runs", 90, "--unfinished", 0, *arguments, variables=THREE_LEGS, **more)
    assert repository.run("historical-sync.yml", ALL).conclusion == "success"
    return repository


def test_a_leg_that_died_is_run_again_and_the_kept_database_is_the_truth(execute: Execute) -> None:
    repository = with_runs(execute, "--latency-ms", 120)
    run = repository.begin("job-details.yml", {**ALL, "depth": "full", "max_parallel": "1"})
    with run:
        run.wait_for("jobs, run by run", seconds=60)
        run.kill_leg("Capture / Leg 0")
        first = run.finished()
    assert first.conclusion == "failure"
    legs = {leg.name: leg.conclusion for leg in first.jobs["capture/capture"].legs}
    assert legs == {"Capture / Leg 0": "failure", "Capture / Leg 1": "success", "Capture / Leg 2": "success"}
    assert "1 leg of 3 left no result" in first.jobs["capture/finish"].legs[0].log
    kept = asked(repository.fetched(), "SELECT count(DISTINCT run_id) FROM workflow_jobs")
    assert kept[0][0] >= 50  # the work of the two others

    again = repository.run(
        "job-details.yml",
        {**ALL, "depth": "full", "max_parallel": "1"},
        run_id=repository.run_ids[-1],
        attempt=2,
        only_failed_of=first,
    )
    assert again.conclusion == "success", again.jobs["capture/finish"].legs[0].log
    is_whole(repository.fetched(), repository.simulator, without=())


def test_a_person_who_cancels_keeps_what_was_captured_and_starts_nothing(execute: Execute) -> None:
    repository = execute("--runs", 300, "--unfinished", 0, "--latency-ms", 150)
    repository.declare("scheduled-capture.yml")
    repository.variables = {"CAPTURE_DEPTH": "full"}
    run = repository.begin("scheduled-capture.yml")
    with run:
        run.wait_for("jobs, run by run", seconds=60)
        run.cancel()
        finished = run.finished()
    assert finished.conclusion == "cancelled"
    leg = finished.jobs["capture"].legs[0]
    assert "stopped by a signal" in leg.log
    assert "kept:" in leg.log
    assert not list(repository.simulator.truth("executions"))
    states = asked(repository.fetched(), "SELECT kind, status FROM progressive_capture_jobs ORDER BY 1")
    assert ("workflow_jobs", "paused") in states


def test_a_token_that_may_not_write_leaves_an_artifact_and_says_what_to_grant(execute: Execute) -> None:
    repository = execute("--runs", 40, token="sim-nocontents")
    finished = repository.run("scheduled-capture.yml")
    assert finished.conclusion == "failure"
    leg = finished.jobs["capture"].legs[0]
    assert "contents: write" in "".join(step.summary for step in leg.steps)
    assert [artifact.name for artifact in finished.artifacts] == ["progressive-capture-database-1"]
