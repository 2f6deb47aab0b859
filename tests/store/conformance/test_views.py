"""The views that users read: steps as rows, and builds as the feature table names them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from store_databases import Database
from store_rows import (
    at,
    batch,
    coverage_row,
    graphql_job,
    repository_row,
    rest_job,
    run_row,
    step,
    workflow_row,
)

BUILD_COLUMNS = [
    "repo",
    "id_build",
    "workflow_id",
    "workflow_name",
    "status",
    "conclusion",
    "created_at",
    "updated_at",
    "branch",
    "commit_sha",
    "event",
    "issuer_name",
    "run_number",
    "build_duration",
    "total_jobs",
    "job_details",
]
"""Users' own SQL reads these names."""


def build(database: Database) -> dict[str, Any]:
    (row,) = database.query("SELECT * FROM builds")
    return row


def details(database: Database) -> list[dict[str, Any]]:
    found = build(database)["job_details"]
    return json.loads(found) if isinstance(found, str) else found


def test_every_step_of_every_job_is_a_row(database: Database) -> None:
    unfinished = step(2, status="in_progress", conclusion=None, completed_at=None)
    database.store.write(
        batch(
            workflow_jobs=[
                rest_job(steps=[step(1), unfinished]),
                rest_job(id=5001, steps=[]),
                graphql_job(id=5002),
            ]
        )
    )
    rows = database.query("SELECT * FROM workflow_steps ORDER BY job_id, number")
    assert [(row["job_id"], row["number"], row["name"], row["conclusion"]) for row in rows] == [
        (5000, 1, "step 1", "success"),
        (5000, 2, "step 2", None),
    ]
    assert list(rows[0])[:7] == [
        "job_id",
        "number",
        "name",
        "status",
        "conclusion",
        "started_at",
        "completed_at",
    ]
    assert rows[1]["status"] == "in_progress"
    assert rows[1]["completed_at"] is None
    assert rows[0]["repository_id"] == 1


def test_a_build_has_the_columns_of_the_feature_table_and_the_runs_own_values(database: Database) -> None:
    database.store.write(
        batch(
            repositories=repository_row(),
            workflows=workflow_row(),
            workflow_runs=run_row(),
            workflow_jobs=rest_job(),
            workflow_job_coverage=coverage_row(),
        )
    )
    row = build(database)
    assert list(row) == BUILD_COLUMNS
    expected = {
        "repo": "octo/hello",
        "id_build": 1000,
        "workflow_id": 50,
        "workflow_name": "CI",
        "status": "completed",
        "conclusion": "success",
        "branch": "main",
        "commit_sha": "a" * 40,
        "event": "push",
        "issuer_name": "mona",
        "run_number": 7,
        "total_jobs": 1,
        # From run_started_at (590 s before noon) to completed_at (500 s before noon).
        "build_duration": 90,
    }
    assert {name: row[name] for name in expected} == expected


def test_the_details_of_a_build_are_its_jobs_with_their_steps(database: Database) -> None:
    database.store.write(
        batch(
            workflow_runs=run_row(),
            workflow_jobs=[graphql_job(id=5001), rest_job()],
            workflow_job_coverage=coverage_row(),
        )
    )
    assert details(database) == [
        {
            "id": 5000,
            "name": "build",
            "status": "completed",
            "conclusion": "success",
            "started_at": "2026-11-01T11:50:20Z",
            "completed_at": "2026-11-01T11:51:40Z",
            "carried_from_job_id": None,
            "steps": [step(1), step(2)],
        },
        {
            "id": 5001,
            "name": "build",
            "status": "completed",
            "conclusion": "success",
            "started_at": "2026-11-01T11:50:20Z",
            "completed_at": "2026-11-01T11:51:40Z",
            "carried_from_job_id": None,
            "steps": None,
        },
    ]


def test_a_build_is_its_latest_attempt_and_does_not_take_the_time_of_carried_jobs(database: Database) -> None:
    again = {"run_attempt": 2}
    database.store.write(
        batch(
            workflow_runs=run_row(**again, run_started_at=at(-400)),
            workflow_jobs=[
                rest_job(id=1, completed_at=at(-500)),
                rest_job(id=2, completed_at=at(-100), conclusion="failure"),
                # Carried: its time is the first attempt's, and later than all that ran again.
                rest_job(id=3, **again, completed_at=at(-100), carried_from_job_id=2),
                rest_job(id=4, **again, completed_at=at(-380)),
                rest_job(id=5, **again, completed_at=at(-350)),
                rest_job(id=7, run_id=1001, **again),
            ],
            workflow_job_coverage=coverage_row(**again),
        )
    )
    row = build(database)
    assert (row["build_duration"], row["total_jobs"]) == (50, 3)
    assert [job["id"] for job in details(database)] == [3, 4, 5]


def test_a_job_of_unknown_attempt_belongs_to_a_run_that_was_never_run_again(database: Database) -> None:
    database.store.write(
        batch(
            workflow_runs=run_row(),
            workflow_jobs=graphql_job(run_attempt=None),
            workflow_job_coverage=coverage_row(),
        )
    )
    assert (build(database)["build_duration"], build(database)["total_jobs"]) == (90, 1)


UNFINISHED: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    ({"status": "in_progress", "conclusion": None}, [rest_job()]),
    ({}, [rest_job(), rest_job(id=5001, status="in_progress", conclusion=None, completed_at=None)]),
    ({}, []),
    ({}, [rest_job(carried_from_job_id=4000)]),
    ({"run_started_at": None}, [rest_job()]),
]


@pytest.mark.parametrize(("run", "jobs"), UNFINISHED)
def test_a_build_whose_end_or_start_is_not_known_has_no_duration(
    database: Database, run: dict[str, Any], jobs: list[dict[str, Any]]
) -> None:
    database.store.write(
        batch(workflow_runs=run_row(**run), workflow_jobs=jobs, workflow_job_coverage=coverage_row())
    )
    row = build(database)
    assert (row["build_duration"], row["total_jobs"]) == (None, len(jobs))


def test_a_build_of_which_it_is_known_that_it_has_no_jobs_has_none(database: Database) -> None:
    database.store.write(batch(workflow_runs=run_row(), workflow_job_coverage=coverage_row(job_count=0)))
    assert build(database)["total_jobs"] == 0
    assert details(database) == []


def test_a_build_without_repository_is_still_listed(database: Database) -> None:
    database.store.write(batch(workflow_runs=run_row(name=None), workflows=workflow_row(name="Nightly")))
    row = build(database)
    assert (row["repo"], row["id_build"], row["workflow_name"]) == (None, 1000, "Nightly")


# What is stored of a run that was run again, and how many jobs its second attempt then is known to have.
AGAIN: dict[str, tuple[dict[str, Any], int | None]] = {
    "no jobs were captured": ({}, None),
    "they were captured before it was run again": (
        {"workflow_jobs": rest_job(), "workflow_job_coverage": coverage_row(depth="full")},
        None,
    ),
    "graphql listed them": (
        {
            "workflow_jobs": [graphql_job(id=1), graphql_job(id=2)],
            "workflow_job_coverage": coverage_row(run_attempt=2),
        },
        None,
    ),
    "graphql listed those that rest did not": (
        {
            "workflow_jobs": [rest_job(id=1), graphql_job(id=2)],
            "workflow_job_coverage": coverage_row(run_attempt=2),
        },
        None,
    ),
    "rest listed them": (
        {
            "workflow_jobs": [rest_job(id=1), rest_job(id=2, run_attempt=2)],
            "workflow_job_coverage": coverage_row(run_attempt=2, depth="full"),
        },
        1,
    ),
}


@pytest.mark.parametrize("stored", AGAIN)
def test_of_a_run_that_was_run_again_jobs_are_told_only_where_their_attempts_are_known(
    database: Database, stored: str
) -> None:
    rows, known = AGAIN[stored]
    database.store.write(batch(workflow_runs=run_row(run_attempt=2), **rows))
    row = build(database)
    assert row["total_jobs"] == known
    assert (row["build_duration"] is None, row["job_details"] is None) == (known is None, known is None)


def test_a_run_whose_jobs_were_not_captured_has_no_number_of_jobs(database: Database) -> None:
    # A job that came some other way is no proof that there are not more.
    database.store.write(batch(workflow_runs=run_row(), workflow_jobs=rest_job()))
    row = build(database)
    assert (row["total_jobs"], row["build_duration"], row["job_details"]) == (None, None, None)
