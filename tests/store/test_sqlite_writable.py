"""Whether a file could be written to, and which schema it has: looked at, and left as it is."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.contract import SchemaVersion
from progressive_capture.lib.store.migrations import REVISIONS
from progressive_capture.lib.store.sql_store import SqlStore
from progressive_capture.lib.store.sqlite import SqliteDatabase


def refusal(path: Path) -> str:
    with (
        SqlStore(SqliteDatabase(path, busy_timeout_seconds=0.05)) as store,
        pytest.raises(StoreError) as caught,
    ):
        store.check_writable()
    assert caught.value.hint
    return str(caught.value)


def test_a_file_that_is_not_there_has_no_schema_and_may_be_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folders" / "capture.db"
    with SqlStore(SqliteDatabase(path)) as store:
        store.check_writable()
        assert store.schema_version() == SchemaVersion(found=None, newest=REVISIONS[-1])
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "capture.db"
    path.touch()
    with SqlStore(SqliteDatabase(path)) as store:
        store.check_writable()
    assert path.read_bytes() == b""


def test_a_database_says_its_version_and_keeps_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "capture.db"
    with SqlStore(SqliteDatabase(path)) as store:
        store.migrate()
    before = path.read_bytes()
    with SqlStore(SqliteDatabase(path)) as store:
        store.check_writable()
        assert store.schema_version().found == REVISIONS[-1]
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["capture.db"]


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    assert "cannot be created" in refusal(tmp_path / "a-file" / "capture.db")


def test_a_folder_of_the_kernel_is_refused_whatever_its_rights_say() -> None:
    assert "cannot be created" in refusal(Path("/proc/no-such-folder/capture.db"))


def test_a_database_that_somebody_else_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "capture.db"
    with SqlStore(SqliteDatabase(path)) as store:
        store.migrate()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "held by another program" in refusal(path)


@contextmanager
def without_right_to_write(path: Path) -> Iterator[None]:
    before = stat.S_IMODE(path.stat().st_mode)
    path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        path.chmod(before)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_rights_are_heeded(tmp_path: Path) -> None:
    path = tmp_path / "capture.db"
    with without_right_to_write(tmp_path):
        assert "cannot be created" in refusal(path)
    with SqlStore(SqliteDatabase(path)) as store:
        store.migrate()
    with without_right_to_write(path):
        assert "may not be written to" in refusal(path)
