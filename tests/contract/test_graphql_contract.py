"""What the client makes of GitHub's GraphQL answers; and that they tell the same as REST's."""

from __future__ import annotations

from datetime import datetime

from recording import Recorded

from progressive_capture.lib.github.client import JobsAnswer
from progressive_capture.lib.normalize.graphql_jobs import graphql_job_rows, graphql_job_with_steps
from progressive_capture.lib.normalize.jobs import rest_job_row
from progressive_capture.lib.normalize.rows import WorkflowJobRow
from progressive_capture.lib.normalize.runs import run_row
from progressive_capture.lib.store.contract import RunToCapture

SAME_IN_BOTH = (
    *("node_id", "run_id", "run_attempt", "name", "workflow_name"),
    *("status", "conclusion", "html_url", "head_sha", "head_branch"),
)
NOBODYS = "WFR_kwLOAAAAAc8AAAAIAAAAAA"


def run_to_capture(recorded: Recorded) -> RunToCapture:
    """The plain run as the store would name it."""
    answer = recorded.github.run(recorded.about.repository, recorded.about.plain)
    row = run_row(answer.body, repository_id=1, captured_at=answer.captured_at)
    return RunToCapture(
        run_id=row["id"],
        node_id=row["node_id"],
        run_attempt=row["run_attempt"],
        status=row["status"],
        updated_at=row["updated_at"],
        workflow_name=row["name"],
        head_sha=row["head_sha"],
        head_branch=row["head_branch"],
    )


def by_rest(answer: JobsAnswer) -> dict[int, WorkflowJobRow]:
    rows = [rest_job_row(job, repository_id=1, captured_at=answer.captured_at) for job in answer.jobs]
    return {row["id"]: row for row in rows}


def test_graphql_lists_the_same_jobs_as_rest(recorded: Recorded) -> None:
    github, about = recorded.github, recorded.about
    run, rest = run_to_capture(recorded), by_rest(github.run_jobs(about.repository, about.plain))
    answer = github.jobs_of_runs([about.plain_node])
    assert answer.missing == {}
    assert isinstance(answer.captured_at, datetime)
    jobs = graphql_job_rows(
        answer.found[about.plain_node], run=run, repository_id=1, captured_at=answer.captured_at
    )
    graphql = {row["id"]: row for row in jobs.rows}
    assert rest.keys() <= graphql.keys()
    for job_id, row in rest.items():
        for name in (
            "node_id",
            "run_id",
            "run_attempt",
            "name",
            "status",
            "conclusion",
            "html_url",
            "head_sha",
        ):
            assert graphql[job_id][name] == row[name], name
        if row["conclusion"] != "skipped":
            assert graphql[job_id]["started_at"] == row["started_at"]
            assert graphql[job_id]["completed_at"] == row["completed_at"]
    if recorded.is_simulated:
        assert rest.keys() == graphql.keys()
        assert jobs.foreign_count == 2  # one of them under the address of a job, but of another run's


def test_graphql_gives_the_same_steps_as_rest(recorded: Recorded) -> None:
    github, about = recorded.github, recorded.about
    rest = by_rest(github.run_jobs(about.repository, about.plain))
    answer = github.steps_of_jobs(about.jobs)
    assert answer.missing == {}
    assert answer.captured_at is not None
    assert answer.found.keys() == set(about.jobs)
    for node in answer.found.values():
        row = graphql_job_with_steps(
            node, run_id=about.plain, repository_id=1, captured_at=answer.captured_at
        )
        assert row["steps"] == rest[row["id"]]["steps"]
    assert any(row["steps"] for row in rest.values())


def test_a_hundred_runs_would_cost_one_point_and_so_does_one(recorded: Recorded) -> None:
    recorded.github.jobs_of_runs([recorded.about.plain_node])
    recorded.github.steps_of_jobs(recorded.about.jobs)
    spent, budget = recorded.github.spent(), recorded.github.budget()["graphql"]
    assert spent.requests == 0
    assert spent.points >= 2  # a job of over 100 steps costs another
    assert 0 < budget.remaining < budget.limit
    if recorded.is_simulated:
        assert spent.points == 2
        assert (budget.limit, budget.remaining) == (5000, 4998)


def test_a_node_that_is_not_there_is_missing_and_the_others_come(recorded: Recorded) -> None:
    answer = recorded.github.jobs_of_runs([NOBODYS, recorded.about.plain_node])
    assert answer.found.keys() == {recorded.about.plain_node}
    assert answer.missing.keys() == {NOBODYS}
    assert "Could not resolve to a node" in answer.missing[NOBODYS]
