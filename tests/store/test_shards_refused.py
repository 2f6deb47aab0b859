"""What is no shard is refused before anything of it is merged; and no shard is ever changed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from shards_made import Made, shard_maker
from store_databases import Database, sqlite_database
from store_rows import at, batch, run_row

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.migrations import REVISIONS
from progressive_capture.lib.store.shards.errors import (
    DamagedShardError,
    MissingShardError,
    NewerShardError,
    NotAShardError,
    ShardError,
)
from progressive_capture.lib.store.shards.merging import Merged, merge_shard

MANY = [run_row(id=n, display_title="x" * 200) for n in range(2_000)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = sqlite_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def shard(tmp_path: Path) -> Made:
    return shard_maker(tmp_path)


def merge(database: Database, path: Path) -> Merged:
    return merge_shard(database.store, path, say=lambda _: None)


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def _overwritten(path: Path) -> None:
    """As a broken disk does it: a page in the middle is not what it was."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\xa5" * 4096
    path.write_bytes(data)


def _cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 40])


def _without_tables(path: Path) -> None:
    path.unlink()
    changed(path, "CREATE TABLE t (x)", "DROP TABLE t")


def _of_somebody_else(path: Path) -> None:
    path.unlink()
    changed(path, "CREATE TABLE notes (text)")


def _newer(path: Path) -> None:
    changed(path, "UPDATE alembic_version SET version_num = '9\x1b[31m9'")


def _of_no_version(path: Path) -> None:
    changed(path, "DELETE FROM alembic_version")


REFUSED: dict[str, tuple[Callable[[Path], object], type[ShardError], str, str]] = {
    "missing": (Path.unlink, MissingShardError, "no file", "capture.db in its folder"),
    "empty": (lambda path: path.write_bytes(b""), NotAShardError, "is empty", "capture-….db.gz"),
    "text": (lambda path: path.write_text("hello" * 99), NotAShardError, "no SQLite", "Nothing of it was"),
    "overwritten": (_overwritten, DamagedShardError, "is damaged", "Bring it here again"),
    "cut off": (_cut_off, DamagedShardError, "is damaged", "run its leg again"),
    "bare": (_without_tables, NotAShardError, "without a table", "Give a database of this program"),
    "another's": (_of_somebody_else, NotAShardError, "not one of this program's", "Give a database of this"),
    "newer": (_newer, NewerShardError, "9 [31m9", "pip install --upgrade"),
    "no version": (_of_no_version, NotAShardError, "which version", "Give a database of this program"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_shard_is_refused_with_the_next_step(database: Database, shard: Made, why: str) -> None:
    spoil, kind, told, hint = REFUSED[why]
    path = shard(batch(workflow_runs=MANY))
    spoil(path)
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(kind) as refusal:
        merge(database, path)
    assert isinstance(refusal.value, StoreError)
    assert refusal.value.exit_code == 6
    assert told in str(refusal.value)
    assert hint in refusal.value.hint
    assert str(refusal.value).isprintable()
    assert database.rows("workflow_runs") == []
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_name_is_told_without_what_it_could_do_to_a_terminal(database: Database, tmp_path: Path) -> None:
    with pytest.raises(MissingShardError) as refusal:
        merge(database, tmp_path / f"\x1b[2J{'long' * 60}.db")
    assert "\x1b" not in str(refusal.value)
    assert len(str(refusal.value)) < 250


OF_0005 = ("repository", "newest", "running", "paused", "parent", "dispatched", "processor")


def test_a_shard_of_an_older_schema_is_merged_and_stays_as_it_was(database: Database, shard: Made) -> None:
    path = shard(batch(workflow_runs=run_row()))
    changed(
        path,
        # What came with 0005; and the index that it replaced.
        *(f"DROP INDEX ix_progressive_capture_jobs_{name}" for name in OF_0005),
        "CREATE INDEX ix_progressive_capture_jobs_repository "
        "ON progressive_capture_jobs (repository, created_at)",
        "DROP INDEX ix_progressive_capture_jobs_queue",
        "UPDATE alembic_version SET version_num = '0003'",
    )
    before = path.read_bytes()
    assert merge(database, path).inserted == {"workflow_runs": 1}
    assert path.read_bytes() == before
    assert REVISIONS[-1] != "0003"


def test_a_shard_that_cannot_be_written_to_is_read_all_the_same(database: Database, shard: Made) -> None:
    path = shard(batch(workflow_runs=run_row()))
    path.chmod(0o444)
    path.parent.chmod(0o555)
    assert merge(database, path).inserted == {"workflow_runs": 1}
    assert [each.name for each in path.parent.iterdir()] == ["capture.db"]
    path.parent.chmod(0o755)


KILLED = """
import os, signal, sys
sys.path[:0] = sys.argv[2:]
from store_rows import batch, run_row
from progressive_capture.lib.store.opening import open_store
store = open_store(f"sqlite:///{sys.argv[1]}")
for number in range(3):
    store.write(batch(workflow_runs=[run_row(id=100 * number + n) for n in range(100)]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_leg_had_committed_is_merged_from_its_log(database: Database, shard: Made) -> None:
    path = shard()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, path, str(Path(__file__).parent)], check=False, timeout=60
    )
    assert killed.returncode == -9
    log = Path(f"{path}-wal")
    before = path.read_bytes(), log.read_bytes()
    assert before[1]
    assert merge(database, path).inserted == {"workflow_runs": 300}
    assert (path.read_bytes(), log.read_bytes()) == before
    assert merge(database, path).inserted == {}


def test_a_database_that_is_being_written_to_is_merged_as_at_one_moment(
    database: Database, shard: Made
) -> None:
    path = shard(batch(workflow_runs=run_row()))
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE workflow_runs SET event = 'half done'")
        merge(database, path)
        writer.execute("ROLLBACK")
    assert database.row("workflow_runs")["event"] == "push"


def test_a_value_that_is_none_of_its_kind_is_damage(database: Database, shard: Made) -> None:
    path = shard(batch(workflow_runs=run_row(captured_at=at(5))))
    changed(path, "UPDATE workflow_runs SET created_at = 'yesterday'")
    with pytest.raises(DamagedShardError, match="yesterday"):
        merge(database, path)
