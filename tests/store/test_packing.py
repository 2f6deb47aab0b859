"""A database packed and unpacked: compact, equal for equal, and never taken for whole where it is not."""

from __future__ import annotations

import gzip
import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from shards_made import Made, shard_maker, tables_in
from store_rows import at, batch, repository_row, run_row

from progressive_capture.lib.store.migrations import REVISIONS
from progressive_capture.lib.store.shards.errors import (
    DamagedShardError,
    MissingShardError,
    NewerShardError,
    NoRoomError,
    NotAShardError,
    ShardError,
)
from progressive_capture.lib.store.shards.packing import packed, unpacked

SOME = batch(repositories=repository_row(), workflow_runs=[run_row(id=n) for n in range(500)])


@pytest.fixture
def shard(tmp_path: Path) -> Made:
    return shard_maker(tmp_path)


def test_what_is_packed_is_told_and_comes_out_the_same(shard: Made, tmp_path: Path) -> None:
    path, archive, back = shard(SOME), tmp_path / "kept" / "capture.db.gz", tmp_path / "back" / "capture.db"
    told = packed(path, archive)
    assert told.sha256 == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert told.size_bytes == archive.stat().st_size
    assert told.schema_version == REVISIONS[-1]
    assert {name: count for name, count in told.rows.items() if count} == {
        "repositories": 1,
        "workflow_runs": 500,
    }
    unpacked(archive, back)
    assert back.stat().st_size == told.database_bytes
    assert tables_in(back) == tables_in(path)
    assert [each.name for each in archive.parent.iterdir()] == ["capture.db.gz"]
    assert "capture.db" in [each.name for each in back.parent.iterdir()]


def test_equal_databases_give_equal_bytes(shard: Made, tmp_path: Path) -> None:
    path = shard(SOME)
    first = packed(path, tmp_path / "first.gz")
    assert packed(path, tmp_path / "second.gz") == first


def test_what_was_deleted_takes_no_room_and_what_is_in_the_log_comes_along(
    shard: Made, tmp_path: Path
) -> None:
    path = shard(SOME)
    whole = packed(path, tmp_path / "whole.gz")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM workflow_runs WHERE id > 3")
        connection.commit()
        assert Path(f"{path}-wal").stat().st_size
        less = packed(path, tmp_path / "less.gz")
    assert less.rows["workflow_runs"] == 4
    assert less.database_bytes < whole.database_bytes


def _cut(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-200])


def _flipped(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 0xFF
    archive.write_bytes(data)


def _of(content: bytes) -> Callable[[Path], object]:
    return lambda archive: archive.write_bytes(gzip.compress(content))


def _newer(archive: Path) -> None:
    database = archive.with_name("newer.db")
    unpacked(archive, database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        connection.execute("PRAGMA journal_mode = DELETE")
    archive.write_bytes(gzip.compress(database.read_bytes()))


@pytest.mark.parametrize(
    ("spoil", "kind", "told"),
    [
        (Path.unlink, MissingShardError, "There is no file"),
        (_cut, DamagedShardError, "is damaged"),
        (_flipped, DamagedShardError, "is damaged"),
        (lambda archive: archive.write_bytes(b"PK\3\4"), NotAShardError, "not packed with gzip"),
        (_of(b""), NotAShardError, "holds nothing"),
        (_of(b"hello" * 99), NotAShardError, "no SQLite database"),
        (_newer, NewerShardError, "newer version"),
    ],
)
def test_nothing_else_is_unpacked(
    shard: Made, tmp_path: Path, spoil: Callable[[Path], object], kind: type[ShardError], told: str
) -> None:
    archive, back = tmp_path / "capture.db.gz", tmp_path / "back.db"
    packed(shard(SOME), archive)
    spoil(archive)
    back.write_text("what was there")
    with pytest.raises(kind, match=told) as refusal:
        unpacked(archive, back)
    assert refusal.value.hint
    assert back.read_text() == "what was there"
    assert not list(tmp_path.glob(".progressive*"))


def test_a_bomb_is_given_up_at_its_limit(tmp_path: Path) -> None:
    archive = tmp_path / "bomb.gz"
    archive.write_bytes(gzip.compress(b"SQLite format 3\0" + bytes(8_000_000)))
    assert archive.stat().st_size < 20_000
    with pytest.raises(NoRoomError, match="more than 3,000,000 bytes"):
        unpacked(archive, tmp_path / "back.db", most_bytes=3_000_000)
    assert not (tmp_path / "back.db").exists()


def test_a_database_in_use_is_not_replaced(shard: Made, tmp_path: Path) -> None:
    archive, path = tmp_path / "capture.db.gz", shard(SOME)
    packed(path, archive)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE workflow_runs SET captured_at = captured_at")
        connection.commit()
        with pytest.raises(NotAShardError, match="in use"):
            unpacked(archive, path)


def test_what_cannot_be_packed_is_refused(shard: Made, tmp_path: Path) -> None:
    with pytest.raises(MissingShardError):
        packed(tmp_path / "nothing.db", tmp_path / "capture.db.gz")
    path = shard(batch(workflow_runs=run_row(captured_at=at(1))))
    (tmp_path / "file").write_text("")
    with pytest.raises(NotAShardError, match="cannot be written"):
        packed(path, tmp_path / "file" / "capture.db.gz")
