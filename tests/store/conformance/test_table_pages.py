"""The whole database page by page: what a snapshot gives, where no transaction can last as long as that."""

from __future__ import annotations

from typing import Any

import pytest
from store_databases import Database
from store_rows import (
    artifact_row,
    at,
    attempt_row,
    batch,
    capture_job,
    change_row,
    commit_row,
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
    window_row,
    workflow_row,
)

from progressive_capture.lib.normalize.rows import Batch, Failure, ItemKey
from progressive_capture.lib.store.contract import OneRepository, StoredRows
from progressive_capture.lib.store.schema import METADATA
from progressive_capture.lib.store.snapshot import FILES_AT_ONCE, ROWS_AT_ONCE
from progressive_capture.lib.store.table_pages import PagedSnapshot

REPOSITORIES = (1, 2)
HELLO = OneRepository(id=1, full_name="Octo/Hello")
PATHS = ("A.py", "a.py", "a/Ü.py", "b.py", "😀.py")


def paged(database: Database, at_once: int) -> PagedSnapshot:
    return PagedSnapshot(database.store._database, rows_at_once=at_once, files_at_once=at_once)


def as_read(stored: StoredRows) -> tuple[list[str], list[tuple[Any, ...]]]:
    return list(stored.columns), [tuple(row) for row in stored.rows]


def fill(database: Database) -> None:
    """Rows of two repositories in every table, whose keys differ now in one part, now in another."""
    for repository_id in REPOSITORIES:
        other = {"repository_id": repository_id}
        ids = [10 * number + repository_id for number in range(5)]
        database.store.write(
            batch(
                repositories=repository_row(id=repository_id, full_name=f"octo/{repository_id}"),
                workflows=[workflow_row(id=n, **other) for n in ids],
                commits=[commit_row(sha=f"{n:040x}", **other) for n in ids],
                workflow_runs=[run_row(id=n, node_id=None, **other) for n in ids],
                workflow_run_attempts=[
                    attempt_row(run_id=n, run_attempt=k, **other) for n in ids[:2] for k in (1, 2, 3)
                ],
                workflow_jobs=[rest_job(id=100 + n, run_id=n, **other) for n in ids],
                workflow_job_coverage=[coverage_row(run_id=n, **other) for n in ids],
                artifacts=[artifact_row(id=n, **other) for n in ids],
                artifact_files=[
                    file_row(artifact_id=n, position=k, **other) for n in ids[:2] for k in range(3)
                ],
                test_results=[
                    result_row(artifact_id=n, file_position=k, position=j, **other)
                    for n in ids[:2]
                    for k in (0, 1)
                    for j in (0, 1)
                ],
                pull_requests=[pull_row(id=n, **other) for n in ids],
                reviews=[review_row(id=n, **other) for n in ids],
                review_comments=[review_comment_row(id=n, **other) for n in ids],
                issue_comments=[issue_comment_row(id=n, **other) for n in ids],
                file_changes=[
                    change_row(pull_request_number=n, path=path, **other) for n in ids[:2] for path in PATHS
                ],
                pull_request_coverage=[
                    pull_coverage_row(pull_request_number=n, part=part, **other)
                    for n in ids[:2]
                    for part in ("reviews", "file_changes")
                ],
                capture_windows=[
                    window_row(-60 * n, 60 * n, slice=part, kind=kind, captured_at=at(-n), **other)
                    for n in (1, 2, 3)
                    for part in ("", "event=push")
                    for kind in ("workflow_runs", "artifacts")
                ],
            )
        )
    items = [
        ItemKey(kind, n, f"run {k}")
        for kind in ("workflow_jobs", "artifacts")
        for n in (1, 2)
        for k in (1, 2)
    ]
    job = database.store.add_job(running_job())
    database.store.write(Batch(failures=[Failure(item=item, error="502") for item in items]), checkpoint=job)
    for number, name in enumerate(("octo/hello", "OCTO/HELLO", "Octo/Hello", "octo/other"), start=2):
        database.store.add_job(capture_job(id=f"job-{number}", repository=name, request_key=f"{number}"))


@pytest.mark.parametrize("at_once", [1, 3])
@pytest.mark.parametrize("repository", [None, HELLO])
def test_pages_of_any_size_give_what_a_snapshot_gives(
    database: Database, at_once: int, repository: OneRepository | None
) -> None:
    fill(database)
    pages = paged(database, at_once)
    with database.store.snapshot() as snapshot:
        assert pages.tables() == snapshot.tables()
        for table in snapshot.tables():
            columns, rows = as_read(snapshot.rows(table, repository))
            assert as_read(pages.rows(table, repository)) == (columns, rows), table
            assert len(rows) > at_once or table == "repositories", table
        assert as_read(pages.builds(repository)) == as_read(snapshot.builds(repository))


def test_every_row_is_given_once_by_primary_key(database: Database) -> None:
    fill(database)
    pages = paged(database, 2)
    for table in METADATA.tables:
        columns, rows = as_read(pages.rows(table))
        assert [dict(zip(columns, row, strict=True)) for row in rows] == database.rows(table), table


def test_pages_of_one_repository_are_its_own_rows_alone(database: Database) -> None:
    fill(database)
    pages = paged(database, 2)
    for table in set(METADATA.tables) - {"repositories", "progressive_capture_jobs"}:
        columns, rows = as_read(pages.rows(table, HELLO))
        assert {row[columns.index("repository_id")] for row in rows} == {1}, table
        assert len(rows) == len(database.rows(table, repository_id=1)), table
    assert [row[0] for row in pages.rows("repositories", HELLO).rows] == [1]
    jobs = [row[0] for row in pages.rows("progressive_capture_jobs", HELLO).rows]
    assert jobs == ["job-1", "job-2", "job-3", "job-4"]


def test_pages_of_builds_are_what_the_view_shows(database: Database) -> None:
    fill(database)
    shown = database.query("SELECT * FROM builds ORDER BY id_build")
    columns, rows = as_read(paged(database, 3).builds())
    assert columns == list(shown[0])
    assert [row[1] for row in rows] == [1, 2, 11, 12, 21, 22, 31, 32, 41, 42]
    assert [row[1] for row in paged(database, 2).builds(HELLO).rows] == [1, 11, 21, 31, 41]
    build = dict(zip(columns, rows[0], strict=True))
    assert (build["repo"], build["created_at"], build["updated_at"]) == ("octo/1", at(-600), at(-60))
    assert (build["build_duration"], build["total_jobs"]) == (90, 1)
    assert build["job_details"] == shown[0]["job_details"]


def test_an_empty_database_has_columns_and_no_rows(database: Database) -> None:
    pages = paged(database, 2)
    with database.store.snapshot() as snapshot:
        for repository in (None, HELLO):
            for table in METADATA.tables:
                stored = as_read(pages.rows(table, repository))
                assert stored == as_read(snapshot.rows(table, repository))
                assert stored == (list(METADATA.tables[table].columns.keys()), []), table
            assert as_read(pages.builds(repository)) == as_read(snapshot.builds(repository))
            assert len(pages.builds(repository).columns) == 16


def test_what_stays_from_beginning_to_end_is_given_once_whatever_is_written_meanwhile(
    database: Database,
) -> None:
    database.store.write(batch(file_changes=[change_row(path=f"{n:02}") for n in range(10, 20)]))
    seen = []
    for row in paged(database, 3).rows("file_changes").rows:
        seen.append(row[2])
        if row[2] == "13":
            # Before and after what is read now; and one that is read already is seen again.
            new = [change_row(path=path) for path in ("00", "135", "175")]
            database.store.write(
                batch(file_changes=[*new, change_row(path="10", captured_at=at(9), changes=1)])
            )
            database.change("DELETE FROM file_changes WHERE path IN ('12', '19')", {})
    always = [str(n) for n in range(10, 19)]
    assert [path for path in seen if path in always] == always
    assert len(seen) == len(set(seen))
    assert set(seen) - set(always) <= {"135", "175"}


class Counting:
    """A database that counts the questions, and how many rows the longest answer had."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.asked = 0
        self.longest = 0

    def read(self, *work: Any) -> Any:
        page = self._database.read(*work)
        self.asked += 1
        self.longest = max(self.longest, len(page))
        return page


@pytest.mark.parametrize(
    ("table", "at_once", "make"),
    [
        ("workflow_runs", ROWS_AT_ONCE, lambda number: run_row(id=number)),
        ("artifact_files", FILES_AT_ONCE, lambda number: file_row(position=number)),
    ],
)
def test_a_page_holds_a_few_rows_and_is_asked_for_when_it_is_needed(
    database: Database, table: str, at_once: int, make: Any
) -> None:
    count = 2 * at_once + 1
    database.store.write(batch(**{table: [make(number) for number in range(count)]}))
    counting: Any = Counting(database.store._database)
    rows = PagedSnapshot(counting).rows(table).rows
    assert counting.asked == 0
    assert len([next(rows) for _ in range(at_once)]) == at_once
    assert counting.asked == 1
    assert len(list(rows)) == count - at_once
    assert (counting.asked, counting.longest) == (4, at_once)
