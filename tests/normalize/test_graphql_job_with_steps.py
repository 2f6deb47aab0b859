"""A job that is known already, seen again with its steps."""

from __future__ import annotations

from datetime import UTC, datetime

from progressive_capture.lib.normalize.graphql_jobs import graphql_job_with_steps

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NODE = {
    "id": "CR_1",
    "databaseId": 51,
    "name": "test (3.11)",
    "status": "COMPLETED",
    "conclusion": "FAILURE",
    "startedAt": "2026-11-22T10:00:00Z",
    "completedAt": "2026-11-22T10:05:00Z",
    "detailsUrl": "https://github.com/octo/example/actions/runs/7/job/51",
    "steps": {
        "nodes": [
            {
                "number": 2,
                "name": "pytest",
                "status": "COMPLETED",
                "conclusion": "FAILURE",
                "startedAt": "2026-11-22T10:00:09Z",
                "completedAt": "2026-11-22T10:04:58Z",
            }
        ]
    },
}


def test_it_brings_its_steps_and_its_state() -> None:
    row = graphql_job_with_steps(NODE, run_id=7, repository_id=1, captured_at=NOW)
    assert (row["id"], row["run_id"], row["status"], row["conclusion"]) == (51, 7, "completed", "failure")
    assert row["steps"] == [
        {
            "number": 2,
            "name": "pytest",
            "status": "completed",
            "conclusion": "failure",
            "started_at": "2026-11-22T10:00:09Z",
            "completed_at": "2026-11-22T10:04:58Z",
        }
    ]


def test_what_is_known_of_the_run_is_left_to_the_row_that_is_there() -> None:
    row = graphql_job_with_steps(NODE, run_id=7, repository_id=1, captured_at=NOW)
    unsaid = (
        "run_attempt",
        "workflow_name",
        "head_sha",
        "head_branch",
        "labels",
        "created_at",
        "runner_name",
    )
    assert [row[name] for name in unsaid] == [None] * len(unsaid)  # type: ignore[literal-required]
