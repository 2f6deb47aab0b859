"""Dispatch → plan → matrix → merge → keep, executed against a simulated GitHub: the result is the truth."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from actions_runner import called
from executed import ALL, ROOT, Executed
from truth import ONLY_REST, differences, expected_attempts, expected_jobs, expected_runs, stored

from github_simulator.process import Simulator

Execute = Callable[..., Executed]


def is_whole(database: Path, simulator: Simulator, *, without: tuple[str, ...] = ONLY_REST) -> None:
    """But for the runs that captured it: the last one saw itself at work."""
    ours = {run["run_id"] for run in simulator.truth("executions")}
    for table, expected, key in (
        ("workflow_runs", expected_runs(simulator), "id"),
        ("workflow_jobs", expected_jobs(simulator), "run_id"),
        ("workflow_run_attempts", expected_attempts(simulator), "run_id"),
    ):
        keys = ["run_id", "run_attempt"] if table == "workflow_run_attempts" else ["id"]
        there, true = stored(database, table, keys), expected
        there, true = ({k: row for k, row in rows.items() if row[key] not in ours} for rows in (there, true))
        leave_out = without if table == "workflow_jobs" else ()
        assert differences(there, true, without=leave_out) == []


def test_runs_by_one_leg_and_their_jobs_by_three_make_the_truth(execute: Execute) -> None:
    repository = execute("--runs", 90, variables={"CAPTURE_CHUNK_SIZE": "30"})
    runs = repository.run("historical-sync.yml", ALL)
    assert runs.conclusion == "success"
    assert [leg.name for leg in runs.jobs["capture/capture"].legs] == ["Capture / Leg 0"]
    jobs = repository.run("job-details.yml", {**ALL, "depth": "steps"})
    assert jobs.conclusion == "success"
    assert len(jobs.jobs["capture/capture"].legs) == 3
    is_whole(repository.fetched(), repository.simulator)


def test_another_workflow_may_call_one_and_gets_its_outcome(execute: Execute) -> None:
    repository = execute("--runs", 20, "--unfinished", 0)
    finished = repository.run("historical-sync.yml", event=called({"time_range": 0, "max_items": 0}))
    assert finished.conclusion == "success"
    assert finished.outputs["outcome"] == "succeeded"
    assert len(stored(repository.fetched(), "workflow_runs")) == 20


def test_its_name_shows_what_it_does_for_whom_with_which_word_of_the_dispatcher(execute: Execute) -> None:
    repository = execute("--runs", 10, "--unfinished", 0)
    finished = repository.run("historical-sync.yml", {**ALL, "nonce": "abc123"})
    assert finished.run_name == "Workflow runs of octo/example  abc123"


def test_an_input_that_is_shell_text_is_refused_and_nothing_is_executed(
    execute: Execute, tmp_path: Path
) -> None:
    proof = tmp_path / "executed"
    repository = execute("--runs", 10)
    finished = repository.run(
        "historical-sync.yml", {"repository_name": f"octo/x; touch {proof} $(touch {proof})"}
    )
    assert finished.conclusion == "failure"
    assert not proof.exists()
    assert "does not name a repository" in finished.jobs["capture/plan"].legs[0].log
    assert finished.jobs["capture/capture"].conclusion == "skipped"


BOTH = """
name: Both
on: workflow_dispatch
permissions: {}
jobs:
  runs:
    uses: ./.github/workflows/historical-sync.yml
    permissions: {actions: write, checks: read, contents: write, issues: read, pull-requests: read}
    with: {time_range: 0, max_items: 0}
  jobs:
    needs: runs
    uses: ./.github/workflows/job-details.yml
    permissions: {actions: write, checks: read, contents: write, issues: read, pull-requests: read}
    with: {time_range: 0, max_items: 0, depth: steps}
"""


def test_two_captures_in_one_workflow_run_do_not_take_each_others_shards(
    execute: Execute, tmp_path: Path
) -> None:
    here = tmp_path / "repository/.github"
    shutil.copytree(ROOT / ".github", here)
    (here / "workflows/both.yml").write_text(BOTH, encoding="utf-8")
    repository = execute("--runs", 30, "--unfinished", 0)
    finished = repository.run(here / "workflows/both.yml")
    assert finished.conclusion == "success", finished.log
    is_whole(repository.fetched(), repository.simulator)
