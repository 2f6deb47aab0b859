"""Jobs over GraphQL: which check runs are jobs, what is known of them, and their steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.graphql_jobs import JobsOfRun, graphql_job_rows
from progressive_capture.lib.normalize.steps import graphql_steps

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
RUN_ID = 36_000_000_433
JOB_ID = 54_251_022_208
RUN_PAGE = f"https://github.com/octocat/hello-world/actions/runs/{RUN_ID}"
JOB_PAGE = f"{RUN_PAGE}/job/{JOB_ID}"


@dataclass(frozen=True, kw_only=True)
class Run:
    run_id: int = RUN_ID
    run_attempt: int | None = 1
    updated_at: datetime | None = datetime(2026, 11, 20, 10, 6, tzinfo=UTC)
    workflow_name: str | None = "Build"
    head_sha: str | None = "acb5820ced9479c074f688cc328bf03f341a511d"
    head_branch: str | None = "main"


def check_run(**changes: Any) -> dict[str, Any]:
    job_id = changes.get("databaseId", JOB_ID)
    return {
        "id": f"CR_{job_id}",
        "databaseId": job_id,
        "name": "test (3.12)",
        "status": "COMPLETED",
        "conclusion": "SUCCESS",
        "startedAt": "2026-11-20T10:00:09Z",
        "completedAt": "2026-11-20T10:05:00Z",
        "detailsUrl": f"{RUN_PAGE}/job/{job_id}",
        **changes,
    }


def run_node(*check_runs: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    return {
        "id": "WFR_kwLOAAAAAc8AAAAIYZ",
        "databaseId": RUN_ID,
        "updatedAt": "2026-11-20T10:06:00Z",
        "checkSuite": {
            "id": "CS_1",
            "status": "COMPLETED",
            "checkRuns": {"totalCount": len(check_runs), "nodes": list(check_runs)},
        },
        **changes,
    }


def step_node(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "name": f"Step {number}",
        "status": "COMPLETED",
        "conclusion": "SUCCESS",
        "startedAt": "2026-11-20T10:00:10Z",
        "completedAt": "2026-11-20T10:00:12Z",
        **changes,
    }


def jobs(node: dict[str, Any], run: Run | None = None) -> JobsOfRun:
    return graphql_job_rows(node, run=run or Run(), repository_id=3, captured_at=NOW)


def test_a_check_run_becomes_a_job_with_what_graphql_knows() -> None:
    assert jobs(run_node(check_run())) == JobsOfRun(
        rows=[
            {
                "repository_id": 3,
                "captured_at": NOW,
                "id": JOB_ID,
                "node_id": f"CR_{JOB_ID}",
                "run_id": RUN_ID,
                "run_attempt": 1,
                "name": "test (3.12)",
                "workflow_name": "Build",
                "status": "completed",
                "conclusion": "success",
                "created_at": None,
                "started_at": datetime(2026, 11, 20, 10, 0, 9, tzinfo=UTC),
                "completed_at": datetime(2026, 11, 20, 10, 5, tzinfo=UTC),
                "head_sha": "acb5820ced9479c074f688cc328bf03f341a511d",
                "head_branch": "main",
                "labels": None,
                "runner_id": None,
                "runner_name": None,
                "runner_group_name": None,
                "html_url": JOB_PAGE,
                "steps": None,
                "source": "graphql",
                "carried_from_job_id": None,
            }
        ],
        foreign_count=0,
    )


@pytest.mark.parametrize(
    "page",
    [
        JOB_PAGE,
        JOB_PAGE + "/",
        JOB_PAGE + "?pr=5",
        JOB_PAGE + "#step:3:1",
        JOB_PAGE + "?pr=5&check=/a/b#step:3:1",
        f"https://github.example.com:8443/o/r/actions/runs/{RUN_ID}/job/{JOB_ID}",
        f"http://127.0.0.1:4001/o/r/actions/runs/{RUN_ID}/job/{JOB_ID}",
    ],
)
def test_a_check_run_with_this_runs_job_page_is_a_job(page: str) -> None:
    found = jobs(run_node(check_run(detailsUrl=page)))

    assert len(found.rows) == 1
    assert found.foreign_count == 0


@pytest.mark.parametrize(
    "page",
    [
        f"https://github.com/octocat/hello-world/runs/{JOB_ID}",
        f"https://github.com/octocat/hello-world/actions/runs/{RUN_ID + 1}/job/{JOB_ID}",
        f"https://github.com/octocat/hello-world/actions/runs/1{RUN_ID}/job/{JOB_ID}",
        f"{RUN_PAGE}/job/{JOB_ID + 1}",
        f"{RUN_PAGE}/job/{JOB_ID}0",
        f"{RUN_PAGE}/jobs/{JOB_ID}",
        RUN_PAGE,
        f"https://ci.example.com/?page=/actions/runs/{RUN_ID}/job/{JOB_ID}",
        f"https://ci.example.com/#/actions/runs/{RUN_ID}/job/{JOB_ID}",
        "http://[not a url",
        "",
        None,
    ],
)
def test_a_check_run_with_another_page_is_foreign(page: str | None) -> None:
    assert jobs(run_node(check_run(detailsUrl=page))) == JobsOfRun(rows=[], foreign_count=1)


def test_jobs_and_foreign_check_runs_are_told_apart_in_one_suite() -> None:
    node = run_node(
        check_run(databaseId=1),
        check_run(databaseId=2, detailsUrl="https://github.com/octocat/hello-world/runs/2"),
        check_run(databaseId=3),
        check_run(databaseId=4, detailsUrl=None),
    )

    found = jobs(node)

    assert [row["id"] for row in found.rows] == [1, 3]
    assert found.foreign_count == 2


def test_a_check_run_on_two_pages_counts_once() -> None:
    foreign = check_run(databaseId=2, detailsUrl=None)

    found = jobs(run_node(check_run(), foreign, check_run(), foreign))

    assert [row["id"] for row in found.rows] == [JOB_ID]
    assert found.foreign_count == 1


def test_a_run_without_check_runs_has_no_jobs() -> None:
    assert jobs(run_node()) == JobsOfRun(rows=[], foreign_count=0)


@pytest.mark.parametrize(
    ("known", "seen_at", "attempt"),
    [
        (Run(), "2026-11-20T10:06:00Z", 1),
        (Run(), "2026-11-20T11:06:00+01:00", 1),
        (Run(), "2026-11-20T10:06:01Z", None),  # re-run or still moving since the store saw it
        (Run(), "2026-11-20T10:05:59Z", None),  # GraphQL is behind REST
        (Run(), None, None),
        (Run(updated_at=None), "2026-11-20T10:06:00Z", None),
        (Run(updated_at=None), None, None),
        (Run(run_attempt=2), "2026-11-20T10:06:00Z", None),
        (Run(run_attempt=None), "2026-11-20T10:06:00Z", None),
    ],
)
def test_the_attempt_is_1_only_where_there_can_be_no_other(
    known: Run, seen_at: str | None, attempt: int | None
) -> None:
    found = jobs(run_node(check_run(), updatedAt=seen_at), known)

    assert [row["run_attempt"] for row in found.rows] == [attempt]


def test_the_steps_of_a_skipped_job_need_not_be_asked_for() -> None:
    skipped = check_run(conclusion="SKIPPED", startedAt=None, completedAt=None)
    running = check_run(databaseId=2, status="IN_PROGRESS", conclusion=None, completedAt=None)

    rows = jobs(run_node(skipped, running)).rows

    assert [(row["conclusion"], row["steps"]) for row in rows] == [("skipped", []), (None, None)]


@pytest.mark.parametrize(
    ("conclusion", "stored"),
    [("STARTUP_FAILURE", "startup_failure"), ("STALE", "stale"), ("NEXT_YEARS", "next_years"), (None, None)],
)
def test_graphql_words_become_those_of_rest(conclusion: str | None, stored: str | None) -> None:
    assert jobs(run_node(check_run(conclusion=conclusion))).rows[0]["conclusion"] == stored


@pytest.mark.parametrize(
    ("node", "named"),
    [
        (run_node(databaseId=RUN_ID + 1), "databaseId"),
        (run_node(databaseId=None), "databaseId"),
        (run_node(checkSuite=None), "checkSuite"),
        (run_node(checkSuite={"checkRuns": None}), "checkRuns"),
        (run_node(checkSuite={"checkRuns": {"nodes": None}}), "nodes"),
        (run_node(check_run(), None), "nodes"),
        (run_node(check_run(databaseId=None)), "databaseId"),
        (run_node(check_run(startedAt="soon")), "startedAt"),
    ],
)
def test_an_answer_that_hides_jobs_or_mixes_runs_up_is_an_error(node: dict[str, Any], named: str) -> None:
    with pytest.raises(UnexpectedPayloadError, match=named):
        jobs(node)


def test_a_null_in_the_place_of_the_run_is_an_error() -> None:
    with pytest.raises(UnexpectedPayloadError, match="workflow run"):
        graphql_job_rows(None, run=Run(), repository_id=3, captured_at=NOW)  # type: ignore[arg-type]


def test_graphql_steps_come_by_number_and_in_the_shape_of_rest() -> None:
    node = check_run(
        steps={
            "nodes": [
                step_node(12, name="Post", conclusion="SKIPPED", startedAt=None, completedAt=None),
                step_node(1, startedAt="2026-11-20T10:00:10.750Z", completedAt="2026-11-20T11:00:12+01:00"),
            ]
        }
    )

    assert graphql_steps(node) == [
        {
            "number": 1,
            "name": "Step 1",
            "status": "completed",
            "conclusion": "success",
            "started_at": "2026-11-20T10:00:10Z",
            "completed_at": "2026-11-20T10:00:12Z",
        },
        {
            "number": 12,
            "name": "Post",
            "status": "completed",
            "conclusion": "skipped",
            "started_at": None,
            "completed_at": None,
        },
    ]


@pytest.mark.parametrize("steps", [None, {"nodes": []}, {"nodes": None}])
def test_a_check_run_that_shows_no_steps_has_none(steps: dict[str, Any] | None) -> None:
    assert graphql_steps(check_run(steps=steps)) == []


def test_steps_that_were_not_asked_for_are_never_none() -> None:
    with pytest.raises(UnexpectedPayloadError, match=f"check run {JOB_ID} without steps"):
        graphql_steps(check_run())


def test_a_step_that_graphql_hides_is_an_error() -> None:
    with pytest.raises(UnexpectedPayloadError, match=r"steps\.nodes"):
        graphql_steps(check_run(steps={"nodes": [step_node(1), None]}))
