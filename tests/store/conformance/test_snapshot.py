"""A look at a whole database at one moment, for exports; and whether it could be written to."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

from store_databases import Database
from store_rows import (
    artifact_row,
    at,
    attempt_row,
    batch,
    capture_job,
    change_row,
    coverage_row,
    file_row,
    issue_comment_row,
    pull_coverage_row,
    pull_row,
    repository_row,
    rest_job,
    result_row,
    review_comment_row,
    review_row,
    run_row,
    running_job,
    step,
    window_row,
    workflow_row,
)

from progressive_capture.lib.normalize.rows import Batch, Failure, ItemKey
from progressive_capture.lib.store.contract import OneRepository, StoredRows
from progressive_capture.lib.store.schema import METADATA
from progressive_capture.lib.store.snapshot import FILES_AT_ONCE, ROWS_AT_ONCE

HELLO = OneRepository(id=1, full_name="octo/hello")


def as_dicts(stored: StoredRows) -> list[dict[str, Any]]:
    return [dict(zip(stored.columns, row, strict=True)) for row in stored.rows]


def fill(database: Database) -> None:
    """Something of two repositories in most tables."""
    other = {"repository_id": 2}
    database.store.write(
        batch(
            repositories=[repository_row(), repository_row(id=2, full_name="octo/other", name="other")],
            workflows=workflow_row(),
            workflow_runs=[run_row(), run_row(id=2000, node_id=None, **other)],
            workflow_run_attempts=[attempt_row(), attempt_row(run_id=2000, **other)],
            workflow_jobs=[rest_job(), rest_job(id=6000, run_id=2000, steps=[step(1)], **other)],
            workflow_job_coverage=coverage_row(),
            capture_windows=window_row(-60, 0),
            artifacts=[artifact_row(), artifact_row(id=701, **other)],
            artifact_files=[file_row(), file_row(artifact_id=701, **other)],
            test_results=[result_row(), result_row(artifact_id=701, **other)],
            pull_requests=[pull_row(), pull_row(id=9001, **other)],
            reviews=[review_row(), review_row(id=9101, **other)],
            review_comments=[review_comment_row(), review_comment_row(id=9201, **other)],
            issue_comments=[issue_comment_row(), issue_comment_row(id=9301, **other)],
            file_changes=[change_row(), change_row(**other)],
            pull_request_coverage=[pull_coverage_row(), pull_coverage_row(**other)],
        )
    )
    items = [ItemKey("workflow_runs", repository_id, "run 7") for repository_id in (1, 2)]
    job = database.store.add_job(running_job())
    database.store.write(Batch(failures=[Failure(item=item, error="502") for item in items]), checkpoint=job)
    database.store.add_job(capture_job(id="job-2", repository="octo/other", request_key="another"))


def test_every_table_is_there_with_every_row_as_it_is_stored(database: Database) -> None:
    fill(database)
    with database.store.snapshot() as snapshot:
        assert set(snapshot.tables()) == set(METADATA.tables)
        for table in snapshot.tables():
            stored = snapshot.rows(table)
            assert list(stored.columns) == [column.name for column in METADATA.tables[table].columns]
            assert as_dicts(stored) == database.rows(table), table


def test_one_repository_is_its_own_rows_alone(database: Database) -> None:
    fill(database)
    with database.store.snapshot() as snapshot:
        for table in snapshot.tables():
            column = {"repositories": "id", "progressive_capture_jobs": "repository"}.get(
                table, "repository_id"
            )
            wanted = "octo/hello" if column == "repository" else 1
            rows = as_dicts(snapshot.rows(table, HELLO))
            assert rows == [row for row in database.rows(table) if row[column] == wanted], table
        assert len(as_dicts(snapshot.rows("progressive_capture_jobs", HELLO))) == 1
        assert [row["id_build"] for row in as_dicts(snapshot.builds(HELLO))] == [1000]


def test_builds_come_as_the_view_shows_them_in_its_own_order_of_columns(database: Database) -> None:
    fill(database)
    with database.store.snapshot() as snapshot:
        stored = snapshot.builds()
        assert list(stored.columns) == [
            *("repo", "id_build", "workflow_id", "workflow_name", "status", "conclusion", "created_at"),
            *("updated_at", "branch", "commit_sha", "event", "issuer_name", "run_number", "build_duration"),
            *("total_jobs", "job_details"),
        ]
        first, second = as_dicts(stored)
    assert (first["repo"], first["id_build"], first["total_jobs"]) == ("octo/hello", 1000, 1)
    assert (second["repo"], second["id_build"]) == ("octo/other", 2000)
    details = first["job_details"]
    (job,) = json.loads(details) if isinstance(details, str) else details
    assert job["name"] == "build"
    assert len(job["steps"]) == 2


def test_what_is_written_meanwhile_does_not_show(database: Database) -> None:
    rows = [run_row(id=number) for number in range(1, 3 * ROWS_AT_ONCE)]
    database.store.write(batch(workflow_runs=rows))
    with database.store.snapshot() as snapshot:
        runs = snapshot.rows("workflow_runs")
        first = next(runs.rows)
        other = database.open()
        other.write(batch(workflow_runs=run_row(id=9_000), workflow_jobs=rest_job()))
        seen = [first[0], *(row[0] for row in runs.rows)]
        # Where every page is a look of its own, what came meanwhile may show; nothing is missed or twice.
        assert seen[: len(rows)] == [row["id"] for row in rows]
        if database.in_one_transaction:
            assert len(seen) == len(rows)
            assert as_dicts(snapshot.rows("workflow_jobs")) == []
    assert len(database.rows("workflow_runs")) == len(rows) + 1


def test_reading_needs_the_memory_of_a_few_rows_not_of_all(database: Database) -> None:
    title, count = "x" * 8_000, 10 * ROWS_AT_ONCE
    rows = [run_row(id=number, display_title=title) for number in range(1, count + 1)]
    for first in range(0, count, ROWS_AT_ONCE):
        database.store.write(batch(workflow_runs=rows[first : first + ROWS_AT_ONCE]))
    with database.store.snapshot() as snapshot:
        tracemalloc.start()
        try:
            assert sum(1 for _ in snapshot.rows("workflow_runs").rows) == count
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < count * len(title) / (4 if database.in_one_transaction else 1)  # the gateway is in here too


def test_reading_files_with_long_texts_needs_the_memory_of_a_few(database: Database) -> None:
    content, count = "x" * 262_144, 5 * FILES_AT_ONCE
    for first in range(0, count, FILES_AT_ONCE):
        rows = [file_row(position=n, content=content) for n in range(first, first + FILES_AT_ONCE)]
        database.store.write(batch(artifact_files=rows))
    with database.store.snapshot() as snapshot:
        tracemalloc.start()
        try:
            assert sum(1 for _ in snapshot.rows("artifact_files").rows) == count
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < count * len(content) * (0.5 if database.in_one_transaction else 1.5)


def test_a_snapshot_that_is_left_early_leaves_nothing_open(database: Database) -> None:
    database.store.write(batch(workflow_runs=[run_row(id=number) for number in range(1, 1_000)]))
    with database.store.snapshot() as snapshot:
        next(snapshot.rows("workflow_runs").rows)
    database.store.write(batch(workflow_runs=run_row(id=5_000, captured_at=at(1))))
    assert len(database.rows("workflow_runs")) == 1_000


def test_a_migrated_database_has_the_newest_schema_and_may_be_written_to(database: Database) -> None:
    version = database.store.schema_version()
    assert version.found == version.newest
    before = {table: database.rows(table) for table in METADATA.tables}
    database.store.check_writable()
    assert {table: database.rows(table) for table in METADATA.tables} == before
