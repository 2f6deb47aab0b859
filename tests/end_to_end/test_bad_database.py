"""A place where no database can be, or another's: said, and left as it is. A full disk loses nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from asking import SMALL, Ask, fingerprints, is_refused
from child import Child, count_rows
from forked_simulator import Simulator
from whole_truth import untruths_by_any_source


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    return Ask(tmp_path / "capture.db")


@pytest.fixture(scope="module")
def small() -> Iterator[Simulator]:
    with Simulator(*SMALL) as simulator:
        yield simulator


def test_a_status_of_nothing_says_how_to_begin_and_makes_no_file(ask: Ask, tmp_path: Path) -> None:
    is_refused(ask("status"), 6, "There is no database", "progressive-capture sync")
    assert fingerprints(tmp_path) == {}


def folder(path: Path) -> None:
    path.mkdir()
    (path / "a file in it").write_text("precious")


def text_file(path: Path) -> None:
    path.write_text("Dear diary, this is no database. " * 40)


def anothers_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE invoices (id INTEGER PRIMARY KEY, amount INTEGER)")
        connection.execute("INSERT INTO invoices VALUES (1, 100)")
        connection.commit()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (folder, "is a folder"),
        (text_file, "is not an SQLite database"),
        (anothers_database, "somebody else's"),
    ],
)
def test_what_is_not_our_database_is_left_as_it_is(
    ask: Ask, small: Simulator, make: Callable[[Path], None], says: str
) -> None:
    make(ask.database)
    before = fingerprints(ask.database.parent)
    is_refused(ask("sync", small.repository, simulator=small), 6, says)
    is_refused(ask("status"), 6, says)
    assert fingerprints(ask.database.parent) == before


def test_a_database_from_the_future_is_left_as_it_is(ask: Ask, small: Simulator, tmp_path: Path) -> None:
    assert ask("sync", small.repository, "--max-items", 1, simulator=small).exit_code == 0
    with closing(sqlite3.connect(ask.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_much_later'")
        connection.commit()
    before = fingerprints(tmp_path)
    for command in (["sync", small.repository], ["status"]):
        is_refused(ask(*command, simulator=small), 6, "made by a newer version", "Install the newest version")
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("place", ["/proc/no-such-folder/capture.db", "{}/a file/capture.db", "/dev/null"])
def test_a_place_that_cannot_be_written_is_said_to_be_so(
    ask: Ask, small: Simulator, tmp_path: Path, place: str
) -> None:
    (tmp_path / "a file").write_text("not a folder")
    before = fingerprints(tmp_path)
    ran = ask("sync", small.repository, "--database", f"sqlite:///{place.format(tmp_path)}", simulator=small)
    is_refused(ran, 6, "cannot be created", "--database")
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ann:hunter2@db.example.com/history",
        "sqlite://",
        "sqlite:///",
        "history.db",
        "sqlite:///:memory:",
    ],
)
def test_a_database_of_another_kind_is_refused_and_its_password_is_not_repeated(
    ask: Ask, small: Simulator, url: str
) -> None:
    ran = ask("sync", small.repository, "--database", url, simulator=small)
    is_refused(ran, 2, "database URL", "sqlite:///")
    assert "hunter2" not in ran.stdout + ran.stderr


NO_FILE_LARGER = ("sh", "-c", 'ulimit -f 1200; exec "$@"', "sh")
"""Runs a command whose files may not grow beyond 600 kB (POSIX counts 512 bytes at a time)."""


def test_a_file_that_may_not_grow_stops_the_capture_and_loses_nothing(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate("--runs", 60, "--cpu-scale", 0.01)
    database = tmp_path / "capture.db"
    with Child(database, simulator, "sync", simulator.repository, within=NO_FILE_LARGER) as child:
        is_refused(child.end(), 6, str(database))
    assert is_intact(database)
    assert count_rows(database, "workflow_runs", "workflow_jobs") > 0
    with Child(database, simulator, "sync", simulator.repository) as child:
        assert child.end().exit_code == 0
    assert untruths_by_any_source(database, simulator) == []


IN_A_SMALL_ROOM = """
mount -t tmpfs -o size=400k tmpfs "$1" && cd "$1" || exit 99
"$2" -m progressive_capture sync octo/example; echo "full: $?"
"$2" -m progressive_capture status > /dev/null; echo "status: $?"
mount -o remount,size=50m "$1"
"$2" -m progressive_capture sync octo/example; echo "roomy: $?"
cp capture.db* "$3"
"""


def may_make_small_disks(room: Path) -> bool:
    """Whether this user may mount a file system in a name space of their own: not on every machine."""
    if shutil.which("unshare") is None:
        return False
    trial = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", str(room)]
    return subprocess.run(trial, check=False, capture_output=True).returncode == 0


def test_a_full_disk_is_named_and_with_room_again_it_goes_on(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    room, outside = tmp_path / "room", tmp_path / "outside"
    room.mkdir()
    outside.mkdir()
    if not may_make_small_disks(room):
        pytest.skip("this user may not make a small disk here")
    simulator = simulate("--runs", 60, "--cpu-scale", 0.01)
    here = {
        "DATABASE_URL": "sqlite:///capture.db",
        "GITHUB_TOKEN": simulator.token,
        "GITHUB_API_URL": simulator.url,
        "GITHUB_GRAPHQL_URL": simulator.graphql_url,
    }
    ran = subprocess.run(
        ["unshare", "-rm", "sh", "-c", IN_A_SMALL_ROOM, "sh", room, sys.executable, outside],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **here},
    )
    assert ran.stdout.split("\n")[:3] == ["full: 6", "status: 0", "roomy: 0"], ran.stderr
    assert "the disk is full" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert untruths_by_any_source(outside / "capture.db", simulator) == []


def is_intact(database: Path) -> bool:
    """What SQLite itself says about the file, and no row without the one that it belongs to."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        damage = connection.execute("PRAGMA integrity_check").fetchall()
        orphans = connection.execute(
            "SELECT count(*) FROM workflow_jobs WHERE run_id NOT IN (SELECT id FROM workflow_runs)"
        ).fetchone()[0]
    return damage == [("ok",)] and orphans == 0
