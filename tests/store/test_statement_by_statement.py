"""Where each statement is a request, committed by itself: few, and nothing lies between any two.

This is how Supabase is written to. A kill between two requests is told here on SQLite, after each statement.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table
from store_databases import sqlite_database
from store_rows import (
    artifact_row,
    at,
    attempt_row,
    change_row,
    coverage_row,
    file_row,
    graphql_job,
    pull_coverage_row,
    rest_job,
    result_row,
    review_row,
    run_row,
    running_job,
    window_row,
)

from progressive_capture.lib.normalize.rows import (
    Batch,
    Content,
    Failure,
    ItemKey,
    WholePart,
    WholeSpan,
)
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.sql_store import SqlStore
from progressive_capture.lib.store.sqlite import SqliteDatabase
from progressive_capture.lib.store.statements import Statement

NOW = at(9)
EARLIER, LATER = "c" * 40, "d" * 40
HOLE, CURED = (ItemKey("workflow_runs", 1, name) for name in ("run 4", "run 1"))

Tables = Mapping[str, list[dict[str, Any]]]
Work = Callable[[Store], None]


class KilledError(Exception):
    """Stands for SIGKILL: nothing that comes after it is done."""


class OneByOne:
    """What of a database a store needs: it commits each statement by itself, and is killed after some."""

    def __init__(self, database: SqliteDatabase, statements: int | None = None) -> None:
        self._database = database
        self._left = statements
        self.done = 0

    def read(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self._database.read(work, *args, **kwargs)

    def write(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return work(self, *args, **kwargs)

    def ask(self, statement: Statement, **given: Any) -> Sequence[Any]:
        return self._alone(lambda connection: connection.ask(statement, **given))

    def value(self, statement: Statement, **given: Any) -> Any:
        return self._alone(lambda connection: connection.value(statement, **given))

    def values(self, statement: Statement, **given: Any) -> list[Any]:
        return self._alone(lambda connection: connection.values(statement, **given))

    def change(self, statement: Statement, **given: Any) -> int:
        return self._alone(lambda connection: connection.change(statement, **given))

    def upsert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
        return self._alone(lambda connection: connection.upsert(table, rows))

    def _alone(self, work: Callable[[Any], Any]) -> Any:
        if self.done == self._left:
            raise KilledError
        self.done += 1
        return self._database.write(work)


def what_was_there() -> Batch:
    """Something for each word of a batch to find."""
    rows = {
        "workflow_runs": [run_row(), run_row(id=1001)],
        "workflow_jobs": [graphql_job(), graphql_job(id=5666)],
        "capture_windows": [window_row(-700, -650)],
        "artifacts": [artifact_row(id=n, expires_at=at(5 if n == 703 else 90)) for n in range(700, 705)],
        "artifact_files": [file_row(), file_row(position=7), file_row(artifact_id=701)],
        "test_results": [result_row(artifact_id=n) for n in (700, 701, 702)],
        "reviews": [review_row(id=1), review_row(id=2)],
        "file_changes": [change_row(path=path, head_sha=EARLIER) for path in ("left out", "counted")],
    }
    return Batch(rows=rows, failures=[Failure(item=CURED, error="502")])


def everything() -> Batch:
    """A batch with all of its words; what it brings was captured `NOW`."""
    seen: dict[str, Any] = {"captured_at": NOW}
    rows = {
        # Proofs first: the order of the tables must not matter.
        "capture_windows": [window_row(-800, -600, **seen)],
        "workflow_job_coverage": [coverage_row(job_count=1, **seen)],
        "pull_request_coverage": [
            pull_coverage_row(item_count=1, head_sha=LATER, **seen),
            pull_coverage_row(part="file_changes", item_count=2, head_sha=LATER, **seen),
        ],
        "workflow_runs": [run_row(event="schedule", **seen), run_row(id=1002, **seen)],
        "workflow_run_attempts": [attempt_row(**seen)],
        "workflow_jobs": [rest_job(**seen)],
        "artifacts": [artifact_row(size_in_bytes=5, **seen), artifact_row(id=705, **seen)],
        "artifact_files": [file_row(path="anew.xml", **seen), file_row(position=1, **seen)],
        "test_results": [result_row(position=3, **seen)],
        "reviews": [review_row(id=1, body="edited", **seen)],
        "file_changes": [change_row(path="new", head_sha=LATER, **seen)],
    }
    return Batch(
        rows=rows,
        failures=[Failure(item=HOLE, error="makes no sense")],
        resolved=[CURED],
        jobs_listed={1000: {5000}},
        whole_spans=[
            WholeSpan(
                repository_id=1,
                created_from=at(-800),
                created_to=at(-600),
                run_ids=frozenset({1000, 1002}),
                captured_at=NOW,
            )
        ],
        contents={700: Content(status="stored"), 701: Content(status="stored", reason="1 repeat")},
        emptied_artifacts={700},
        repeated_reports={(701, 0): "repeats b.xml"},
        run_attempts={700: (1, True), 702: (1, True)},
        gone_artifacts={704: NOW},
        expired_by={1: NOW},
        whole_parts=[
            WholePart(repository_id=1, pull_request_number=12, part="reviews", keys=[1], captured_at=NOW),
            WholePart(
                repository_id=1,
                pull_request_number=12,
                part="file_changes",
                keys=["new", "counted"],
                captured_at=NOW,
            ),
        ],
    )


PROOFS = {"workflow_job_coverage", "pull_request_coverage", "capture_windows"}
CHECKPOINT = running_job(updated_at=NOW, processed_items=42)


class Scene:
    """A database that is put back to how it was, as often as one wants to see it killed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "capture.db"
        self._look = sqlite_database(folder)
        self.store = self._look.store
        self._database = SqliteDatabase(self._path)
        self._begun = sqlite3.connect(":memory:")

    def begin(self) -> None:
        """Remember what is there now."""
        with closing(sqlite3.connect(self._path)) as now:
            now.backup(self._begun)

    def put_back(self) -> None:
        with closing(sqlite3.connect(self._path)) as now:
            self._begun.backup(now)

    def tables(self) -> Tables:
        with self.store.snapshot() as look:
            found = {name: look.rows(name) for name in look.tables()}
            return {
                name: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
                for name, table in found.items()
            }

    def done_in_one(self, work: Work) -> Tables:
        """What is there when all was done in one transaction."""
        work(self.store)
        whole = self.tables()
        self.put_back()
        assert whole != self.tables()
        return whole

    def killed_everywhere(self, work: Work) -> Iterator[tuple[Tables, Tables]]:
        """What is there after each number of statements, and what is when all of it was done again."""
        needed = self.one_by_one(work)
        for number in range(needed):
            self.put_back()
            with suppress(KilledError):
                self.one_by_one(work, killed_after=number)
            halfway = self.tables()
            self.one_by_one(work)
            yield halfway, self.tables()

    def one_by_one(self, work: Work, *, killed_after: int | None = None) -> int:
        """Do work, each statement for itself; says how many that took."""
        database = OneByOne(self._database, killed_after)
        work(SqlStore(database))
        return database.done

    def close(self) -> None:
        self._begun.close()
        self._database.close()
        self._look.close()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with closing(Scene(tmp_path)) as scene:
        yield scene


def test_a_batch_killed_between_any_two_statements_shows_no_proof_of_what_is_not_there(scene: Scene) -> None:
    scene.store.add_job(running_job())
    scene.store.write(what_was_there(), checkpoint=running_job())
    scene.begin()

    def store_everything(store: Store) -> None:
        store.write(everything(), checkpoint=CHECKPOINT)

    whole = scene.done_in_one(store_everything)
    number = 0
    for number, (halfway, again) in enumerate(scene.killed_everywhere(store_everything)):
        for proof, tables in proofs(halfway):
            for table in tables:
                assert halfway[table] == whole[table], f"{proof} lies of {table} after {number} statements"
        assert again == whole, f"not made good after {number} statements"
    assert number > 20


def proofs(rows: Tables) -> Iterator[tuple[str, Sequence[str]]]:
    """What is proved by now, with the tables that it is a proof of."""
    data = sorted(everything().rows.keys() - PROOFS)
    vouched: dict[str, Sequence[str]] = {
        "workflow_job_coverage": ["workflow_jobs"],
        "pull_request_coverage": ["reviews", "file_changes"],
        "capture_windows": data,
    }
    for name, tables in vouched.items():
        if any(row["captured_at"] == NOW for row in rows[name]):
            yield name, tables
    if any(row["captured_at"] == NOW for row in rows["capture_windows"]):
        assert HOLE.item_key in [row["item_key"] for row in rows["capture_failures"]]
    for artifact in rows["artifacts"]:
        if artifact["id"] in everything().contents and artifact["content_status"] == "stored":
            yield "the contents of an artifact", ["artifact_files", "test_results"]
        if artifact["run_attempt"]:
            own = [row for row in rows["test_results"] if row["artifact_id"] == artifact["id"]]
            assert {row["run_attempt"] for row in own} == {artifact["run_attempt"]}
    if any(row["resolved_at"] for row in rows["capture_failures"]):
        yield "a failure that is over", [*data, *PROOFS]
    if rows["progressive_capture_jobs"][0]["processed_items"] == CHECKPOINT.processed_items:
        yield "the checkpoint", list(rows)


def test_a_clean_up_killed_between_any_two_statements_is_taken_up_by_the_next(scene: Scene) -> None:
    files = [file_row(artifact_id=n, sha256=f"{n:064}", storage_key=f"00/{n:064}") for n in (800, 801)]
    artifacts = [artifact_row(id=n, created_at=at(-900)) for n in (800, 801)]
    scene.store.write(
        Batch(
            rows={"artifacts": artifacts, "artifact_files": files},
            contents=dict.fromkeys((800, 801), Content(status="stored")),
        )
    )
    scene.begin()

    def clean_up(store: Store) -> None:
        store.mark_removed(list(store.removable_artifacts(at(-899), 1)), reason="old")

    whole = scene.done_in_one(clean_up)
    moments = list(scene.killed_everywhere(clean_up))
    assert len(moments) == 2
    for halfway, again in moments:
        assert again == whole
        kept = {row["artifact_id"] for row in halfway["artifact_files"] if row["storage_key"]}
        removed = {row["id"] for row in halfway["artifacts"] if row["content_status"] == "removed"}
        # Else nobody would look for their bytes again.
        assert not kept & removed


def many(number: int) -> Batch:
    """A batch about so many artifacts, runs and pull requests, of which the same is to be said."""
    artifacts, runs = range(700, 700 + number), range(1000, 1000 + number)
    return Batch(
        rows={
            "artifacts": [artifact_row(id=n) for n in artifacts],
            "artifact_files": [file_row(artifact_id=n) for n in artifacts],
            "test_results": [result_row(artifact_id=n) for n in artifacts],
            "workflow_runs": [run_row(id=n) for n in runs],
            "workflow_jobs": [rest_job(id=5000 + n, run_id=n) for n in runs],
            "reviews": [review_row(id=n, pull_request_number=n) for n in range(number)],
        },
        jobs_listed={n: {5000 + n} for n in runs},
        gone_runs=dict.fromkeys(runs, NOW),
        contents=dict.fromkeys(artifacts, Content(status="stored")),
        emptied_artifacts=set(artifacts),
        repeated_reports=dict.fromkeys([(n, 0) for n in artifacts], "repeats b.xml"),
        run_attempts=dict.fromkeys(artifacts, (1, True)),
        gone_artifacts=dict.fromkeys(artifacts, NOW),
        whole_parts=[
            WholePart(repository_id=1, pull_request_number=n, part="reviews", keys=[], captured_at=NOW)
            for n in range(number)
        ],
    )


def test_hundreds_of_items_take_as_many_statements_as_a_few(scene: Scene) -> None:
    scene.begin()
    needed = {}
    for number in (2, 400):
        needed[number] = scene.one_by_one(lambda store, number=number: store.write(many(number)))
        assert len(scene.tables()["artifacts"]) == number
        scene.put_back()
    assert needed[2] == needed[400] <= 30
