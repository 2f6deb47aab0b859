"""What only a file can suffer: wrong paths, strangers' files, full disks, locks."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from store_rows import NOON, batch, capture_job, rest_job, run_row

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.contract import Span
from progressive_capture.lib.store.sql_store import SqlStore
from progressive_capture.lib.store.sqlite import SqliteDatabase


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "capture #1?%.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    with SqlStore(SqliteDatabase(path, busy_timeout_seconds=0.05)) as store:
        store.migrate()
        yield store


def engine_of(store: SqlStore) -> Engine:
    assert isinstance(store._database, SqliteDatabase)
    return store._database._engine


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file and what is in it."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in folder.rglob("*")
    }


def refusal(path: Path) -> StoreError:
    """What opening and setting up this path is refused with."""
    with (
        pytest.raises(StoreError) as caught,
        SqlStore(SqliteDatabase(path, busy_timeout_seconds=0.05)) as store,
    ):
        store.migrate()
    assert caught.value.exit_code == 6
    assert caught.value.hint
    assert str(path) in str(caught.value)
    return caught.value


def test_a_new_database_makes_its_folders_and_is_one_file(path: Path) -> None:
    with SqlStore(SqliteDatabase(path)) as store:
        store.migrate()
        store.write(batch(workflow_runs=run_row()))
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_looking_at_a_database_that_is_not_there_does_not_make_one(tmp_path: Path) -> None:
    for path in (tmp_path / "capture.db", tmp_path / "no such folder" / "capture.db"):
        with SqlStore(SqliteDatabase(path)) as store, pytest.raises(StoreError, match="cannot be opened"):
            store.jobs()
    assert list(tmp_path.iterdir()) == []


def test_what_was_stored_is_there_after_opening_again(path: Path, store: SqlStore) -> None:
    store.write(batch(workflow_runs=run_row()))
    store.close()
    with SqlStore(SqliteDatabase(path)) as again:
        again.migrate()
        assert again.counts(1)["workflow_runs"] == 1


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "made by mktemp"
    path.touch()
    with SqlStore(SqliteDatabase(path)) as store:
        store.migrate()
        assert store.jobs() == []


def test_setting_up_twice_changes_nothing(path: Path, store: SqlStore) -> None:
    store.close()
    before = fingerprint(path.parent)
    store.migrate()
    store.close()
    assert fingerprint(path.parent) == before


def test_readers_and_a_writer_do_not_wait_for_each_other(path: Path, store: SqlStore) -> None:
    with closing(sqlite3.connect(path, timeout=0)) as reader:
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        reader.execute("BEGIN")
        assert reader.execute("SELECT COUNT(*) FROM workflow_runs").fetchone() == (0,)
        store.write(batch(workflow_runs=run_row()))
        assert reader.execute("SELECT COUNT(*) FROM workflow_runs").fetchone() == (0,)
        reader.execute("COMMIT")
        assert reader.execute("SELECT COUNT(*) FROM workflow_runs").fetchone() == (1,)


def test_the_description_names_the_file(path: Path, store: SqlStore) -> None:
    assert store.describe() == f"SQLite file {path}"


def test_eight_programs_that_set_up_one_database_agree(path: Path) -> None:
    start = threading.Barrier(8)
    errors: list[BaseException] = []

    def set_up() -> None:
        try:
            with SqlStore(SqliteDatabase(path)) as store:
                start.wait(timeout=30)
                store.migrate()
                store.write(batch(workflow_runs=run_row()))
        except BaseException as error:  # noqa: BLE001  (told below)
            errors.append(error)

    threads = [threading.Thread(target=set_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    with SqlStore(SqliteDatabase(path)) as store:
        assert store.counts(1)["workflow_runs"] == 1


# -- wrong places ------------------------------------------------------------------------------------


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert "is a folder" in str(refusal(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_path_through_a_file_cannot_be_created(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert "cannot be created" in str(refusal(tmp_path / "file" / "capture.db"))
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is where even root may not create a file")
@pytest.mark.parametrize("path", [Path("/proc/capture.db"), Path("/proc/no such folder/capture.db")])
def test_where_nobody_may_write_nothing_is_created(path: Path) -> None:
    assert "cannot be created" in str(refusal(path))


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 1000)
    before = fingerprint(tmp_path)
    assert "is not an SQLite database" in str(refusal(path))
    assert fingerprint(tmp_path) == before


STRANGERS = [
    ["CREATE TABLE cats (name TEXT)", "INSERT INTO cats VALUES ('Tom')"],
    ["CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('0001')"],
]


@pytest.mark.parametrize("statements", STRANGERS, ids=["without Alembic", "with Alembic, like many others"])
def test_somebody_elses_database_is_left_alone(tmp_path: Path, statements: list[str]) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    before = fingerprint(tmp_path)
    assert "somebody else's" in str(refusal(path))
    assert fingerprint(tmp_path) == before


@pytest.mark.parametrize(
    ("revision", "matches"), [("9999", "newer version"), (None, "does not say which version")]
)
def test_a_database_of_an_unknown_revision_is_left_alone(
    path: Path, store: SqlStore, revision: str | None, matches: str
) -> None:
    store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM alembic_version")
        if revision is not None:
            connection.execute("INSERT INTO alembic_version VALUES (?)", [revision])
    before = fingerprint(path.parent)
    assert matches in str(refusal(path))
    assert fingerprint(path.parent) == before


def test_a_damaged_database_says_so(path: Path, store: SqlStore) -> None:
    store.write(batch(workflow_runs=[run_row(id=n) for n in range(1000)]))
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) // 2))
    with SqlStore(SqliteDatabase(path)) as damaged, pytest.raises(StoreError, match="is damaged") as caught:
        damaged.counts(1)
    assert "fetch" in caught.value.hint


@pytest.mark.parametrize(
    "values", [{"display_title": b"bytes"}, {"run_number": 1.5}, {"event": ["a", "list"]}]
)
def test_a_value_of_another_type_than_its_column_is_refused(store: SqlStore, values: dict[str, Any]) -> None:
    with pytest.raises(StoreError):
        store.write(batch(workflow_runs=[run_row(), run_row(id=1001, **values)]))
    assert store.counts(1)["workflow_runs"] == 0


# -- while writing -----------------------------------------------------------------------------------


def on_every_connection(store: SqlStore, statement: str) -> None:
    store.close()
    event.listen(engine_of(store), "connect", lambda connection, _: connection.execute(statement).close())


def limit_pages(store: SqlStore, pages: int) -> None:
    """A disk that is full after so many pages of 4 KiB."""
    on_every_connection(store, f"PRAGMA max_page_count = {pages}")


def test_on_a_full_disk_a_batch_is_stored_whole_or_not_at_all(path: Path, store: SqlStore) -> None:
    store.write(batch(workflow_runs=run_row()))
    limit_pages(store, path.stat().st_size // 4096 + 20)
    job = store.add_job(capture_job())
    with pytest.raises(StoreError, match="the disk is full") as caught:
        store.write(
            batch(workflow_runs=run_row(id=1001), workflow_jobs=[rest_job(id=n) for n in range(5000)])
        )
    assert "Free some space" in caught.value.hint
    assert store.counts(1)["workflow_runs"] == 1
    assert store.counts(1)["workflow_jobs"] == 0
    store.write(batch(workflow_runs=run_row(id=1001)))
    assert store.job(job.id) == job


def test_a_database_that_cannot_be_set_up_for_want_of_space_is_not_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "capture.db"
    with SqlStore(SqliteDatabase(path)) as store:
        limit_pages(store, 5)
        with pytest.raises(StoreError, match="the disk is full"):
            store.migrate()
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_another_program_holds_is_waited_for_and_then_given_up(
    path: Path, store: SqlStore
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"held by another program for more than 0\.05 seconds"):
            store.write(batch(workflow_runs=run_row()))
        assert store.counts(1)["workflow_runs"] == 0
        other.execute("ROLLBACK")
    store.write(batch(workflow_runs=run_row()))
    assert store.counts(1)["workflow_runs"] == 1


def test_a_file_that_may_only_be_read_says_so_when_written_to(store: SqlStore) -> None:
    store.write(batch(workflow_runs=run_row()))
    on_every_connection(store, "PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="may not be written to"):
        store.write(batch(workflow_runs=run_row(id=1001)))
    assert store.counts(1)["workflow_runs"] == 1


# -- speed and memory --------------------------------------------------------------------------------


def test_every_walk_goes_along_an_index_and_sorts_nothing(path: Path, store: SqlStore) -> None:
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine_of(store), "before_cursor_execute")
    def _note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    span = Span(repository_id=1)
    store.unfinished_runs(span)
    for walk in (
        store.runs_without_jobs(span, depth="steps"),
        store.missing_attempts(span),
        store.jobs_without_steps(span),
        store.runs_in_doubt(span),
        store.artifacts_to_download(1, span),
        store.artifacts_of_unknown_attempt(1),
        store.removable_artifacts(NOON, 1),
        store.removable_keys(NOON, 1),
        store.keys_given_up(),
    ):
        assert list(walk) == []
    assert len(asked) == 12, asked
    plans = []
    with closing(sqlite3.connect(path)) as connection:
        for statement, parameters in asked:
            steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            assert steps[0].startswith("SEARCH"), steps
            assert not any("TEMP B-TREE" in step for step in steps), steps
            plans += steps
    # Not the wider index of all that are still there.
    assert sum("ix_artifacts_to_download" in step for step in plans) == 2


@pytest.mark.parametrize("span", [Span(repository_id=1), Span(repository_id=1, first_id=5, last_id=9)])
def test_no_plan_and_no_part_of_one_reads_a_whole_table(path: Path, store: SqlStore, span: Span) -> None:
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine_of(store), "before_cursor_execute")
    def _note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    for depth in ("jobs", "steps", "full"):
        assert [*store.ids_to_detail(span, depth), *store.runs_without_jobs(span, depth=depth)] == []
        assert store.count_ids_to_detail(span, depth) == store.count_runs_without_jobs(span, depth=depth) == 0
    for walk in (
        store.jobs_without_steps(span),
        store.runs_in_doubt(span),
        store.ids_of_artifacts_to_download(span),
        store.artifacts_to_download(1, span),
        store.artifacts_of_unknown_attempt(1, span),
    ):
        assert list(walk) == []
    assert store.count_artifacts_to_download(1, span) == 0
    assert len(asked) == 20
    with closing(sqlite3.connect(path)) as connection:
        for statement, parameters in asked:
            steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            # What has a number is a part of the question itself, a page at most.
            read_whole = [step for step in steps if step.startswith("SCAN ") and "SCAN anon_" not in step]
            assert not read_whole, steps
            assert any("SEARCH" in step and "repository_id=?" in step for step in steps), steps


def test_capture_jobs_are_found_along_their_indexes_however_they_are_asked_for(
    path: Path, store: SqlStore
) -> None:
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine_of(store), "before_cursor_execute")
    def _note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    job = capture_job()
    questions: Mapping[str, Callable[[], object]] = {
        "newest": store.jobs,
        "newest after": lambda: store.jobs(after=job),
        "repository": lambda: store.jobs(repository="octo/hello"),
        "repository after": lambda: store.jobs(repository="octo/hello", after=job),
        "parent": lambda: store.children("parent"),
        "dispatched": store.dispatched_jobs,
        "running": lambda: store.abandoned_jobs(now=NOON),
        "paused": lambda: store.due_jobs(now=NOON),
        "queue": lambda: store.claim_next(worker="me", now=NOON),
        "processor": lambda: store.claim_next(worker="me", now=NOON, processor="inline"),
        "waiting": lambda: store.add_jobs([job]),
    }
    with closing(sqlite3.connect(path)) as connection:
        for index, ask in questions.items():
            asked.clear()
            ask()
            plans = [
                [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
                for statement, parameters in asked
                if statement.startswith(("SELECT", "UPDATE"))
            ]
            steps = [step for plan in plans for step in plan]
            name = f"ix_progressive_capture_jobs_{index.split()[0]}"
            assert any(name in step for step in steps), (index, steps)
            # What runs, or is due, is little: it may be sorted.
            few = index in {"running", "paused"}
            assert few or not any("TEMP B-TREE" in step for step in steps), (index, steps)
