"""`clean-up`: the bytes of old artifacts go, their rows and texts stay, nobody else's bytes are touched."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asking import fingerprints, is_refused
from forked_simulator import Simulator
from truth import stored
from typed import CommandLine, Ran

from progressive_capture.lib import cleaning
from progressive_capture.lib.capture_job import CaptureJob, JobStatus
from progressive_capture.lib.files.local_folder import LocalFolder
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.opening import open_store

AGE_DAYS = 30
HOUR = timedelta(hours=1)


@dataclass
class Kept:
    """A database with artifacts, and the folder of their files."""

    database: Path

    @property
    def folder(self) -> Path:
        return self.database.parent / "files"

    def run(self, *arguments: object, env: dict[str, str] | None = None) -> Ran:
        environment = {"FILE_STORAGE": str(self.folder)} | (env or {})
        return CommandLine(self.database)(*arguments, env=environment)

    def clean_up(self, *arguments: object, days: int = AGE_DAYS, env: dict[str, str] | None = None) -> Ran:
        return self.run("clean-up", "--older-than", days, *arguments, env=env)

    def rows(self, table: str) -> dict[Any, dict[str, Any]]:
        key = {"artifacts": ("id",), "artifact_files": ("artifact_id", "position")}
        found: dict[Any, dict[str, Any]] = stored(
            self.database, table, key.get(table, ("artifact_id", "file_position", "position"))
        )
        return found

    def hashes(self, *, older: bool | None = None) -> set[str]:
        """Of stored contents: all, or those of artifacts that are older than the limit, or of the others."""
        limit = (datetime.now(UTC) - timedelta(days=AGE_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
        old = {row["id"]: row["created_at"] < limit for row in self.rows("artifacts").values()}
        files = self.rows("artifact_files").values()
        wanted = {id_ for id_, is_old in old.items() if older in (None, is_old)}
        return {file["sha256"] for file in files if file["storage_key"] and file["artifact_id"] in wanted}

    def bytes_of(self, hashes: set[str]) -> int:
        return sum((self.folder / each[:2] / each).stat().st_size for each in hashes)

    def on_disk(self) -> set[str]:
        """The hashes that there are files of; every one must hold what its name says."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        for path in files:
            assert path.name == hashlib.sha256(path.read_bytes()).hexdigest()
        return {path.name for path in files}

    def touch(self, sha256: str, at: datetime) -> None:
        """As a capture does that keeps the same bytes again."""
        os.utime(self.folder / sha256[:2] / sha256, (at.timestamp(), at.timestamp()))

    def change(self, statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(statement, values)

    @contextmanager
    def store(self) -> Iterator[Store]:
        with open_store(f"sqlite:///{self.database}") as store:
            yield store


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Captured an hour ago: a file that was just kept is left alone."""
    database = tmp_path_factory.mktemp("captured") / "capture.db"
    world = ("--runs", "40", "--unfinished", "0", "--artifacts-share", "1", "--now", "real")
    with Simulator(*world, "--cpu-scale", "0.01") as simulator:
        kept, run = Kept(database), CommandLine(database, simulator)
        ran = run("artifact-bulk", "--repository", simulator.repository, "--file-storage", kept.folder)
        assert ran.exit_code == 0, ran.stderr
    for sha256 in kept.on_disk():
        kept.touch(sha256, datetime.now(UTC) - HOUR)
    assert kept.hashes() == kept.on_disk()
    return database


@pytest.fixture
def kept(captured: Path, tmp_path: Path) -> Kept:
    shutil.copytree(captured.parent, tmp_path, dirs_exist_ok=True)
    return Kept(tmp_path / captured.name)


def test_the_bytes_of_old_artifacts_go_and_nothing_else(kept: Kept) -> None:
    old, young = kept.hashes(older=True), kept.hashes(older=False)
    assert old - young
    assert young
    before = {table: kept.rows(table) for table in ("artifacts", "artifact_files", "test_results")}
    size = kept.bytes_of(old - young)
    ran = kept.clean_up("--json")
    assert ran.exit_code == 0, ran.stderr
    assert kept.on_disk() == young
    after = {table: kept.rows(table) for table in before}
    removed = {key for key, row in after["artifacts"].items() if row["content_status"] == "removed"}
    assert ran.data == {
        "dry_run": False,
        "artifacts": len(removed),
        "files": len(old - young),
        "size_bytes": size,
        "kept_bytes": 0,
    }
    assert after["test_results"] == before["test_results"]
    for key, row in before["artifacts"].items():
        given_up = {name: after["artifacts"][key][name] for name in ("content_status", "content_reason")}
        assert after["artifacts"][key] == row | (given_up if key in removed else {})
    for place, file in before["artifact_files"].items():
        gone = place[0] in removed and file["status"] == "stored"
        assert after["artifact_files"][place] == file | (
            {"status": "removed", "storage_key": None} if gone else {}
        )
    assert any(row["content"] for row in after["artifact_files"].values() if row["status"] == "removed")


def test_which_artifacts_are_old_is_told_by_their_creation(kept: Kept) -> None:
    today = datetime.now(UTC)
    kept.clean_up()
    for row in kept.rows("artifacts").values():
        is_old = row["created_at"] < (today - timedelta(days=AGE_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
        has_files = any(file["artifact_id"] == row["id"] for file in kept.rows("artifact_files").values())
        assert (row["content_status"] == "removed") == (is_old and has_files)
        if is_old and has_files:
            limit = today - timedelta(days=AGE_DAYS)
            reason = f"created before {limit:%Y-%m-%d}, removed by a clean-up on {today:%Y-%m-%d}"
            assert row["content_reason"] == reason, "or was it midnight?"


def test_bytes_that_a_younger_artifact_needs_stay(kept: Kept) -> None:
    """The same file in an old artifact and in a young one."""
    shared = min(kept.hashes(older=True) - kept.hashes(older=False))
    young = next(
        place
        for place, file in kept.rows("artifact_files").items()
        if file["storage_key"] and file["sha256"] not in kept.hashes(older=True)
    )
    kept.change(
        "UPDATE artifact_files SET sha256 = ?, storage_key = ? WHERE artifact_id = ? AND position = ?",
        *(shared, f"{shared[:2]}/{shared}", *young),
    )
    foretold = kept.clean_up("--dry-run", "--json").data
    done = kept.clean_up("--json").data
    assert foretold == done | {"dry_run": True}
    assert shared in kept.on_disk()
    assert kept.on_disk() >= kept.hashes() == kept.hashes(older=False)


def test_a_rehearsal_says_the_same_numbers_and_changes_nothing(kept: Kept) -> None:
    before = fingerprints(kept.folder), kept.rows("artifacts"), kept.rows("artifact_files")
    ran = kept.clean_up("--dry-run", "--json")
    assert ran.exit_code == 0
    assert "would be removed" in ran.stderr
    assert (fingerprints(kept.folder), kept.rows("artifacts"), kept.rows("artifact_files")) == before
    assert ran.data["files"] > 0
    assert kept.clean_up("--json").data == ran.data | {"dry_run": False}


def test_a_second_one_finds_nothing_to_do_and_says_so(kept: Kept) -> None:
    kept.clean_up()
    before = fingerprints(kept.folder), kept.rows("artifacts")
    ran = kept.clean_up("--json")
    assert ran.exit_code == 0
    assert ran.data == {"dry_run": False, "artifacts": 0, "files": 0, "size_bytes": 0, "kept_bytes": 0}
    assert ran.stderr.startswith("0 stored files of 0 artifacts created before ")
    assert (fingerprints(kept.folder), kept.rows("artifacts")) == before


def test_where_everything_is_young_nothing_goes(kept: Kept) -> None:
    before = kept.on_disk()
    assert kept.clean_up("--json", days=400).data["artifacts"] == 0
    assert kept.on_disk() == before


class Killed(BaseException):
    """As if the process ended here."""


class KilledOver(LocalFolder):
    """The process dies when it has removed so many files."""

    def __init__(self, path: Path, after: int) -> None:
        super().__init__(path)
        self._left = after

    def remove(self, key: str, *, untouched_since: datetime) -> bool:
        if not self._left:
            raise Killed
        self._left -= 1
        return super().remove(key, untouched_since=untouched_since)


@pytest.mark.parametrize("after", [0, 2])
def test_the_next_one_completes_what_a_killed_one_began(kept: Kept, after: int) -> None:
    old, young, now = kept.hashes(older=True), kept.hashes(older=False), datetime.now(UTC)
    limit = now - timedelta(days=AGE_DAYS)
    with kept.store() as store, pytest.raises(Killed):
        cleaning.clean_up(store, KilledOver(kept.folder, after), limit, None, now=now)
    assert len(kept.on_disk() - young) == len(old - young) - after > 0
    assert kept.hashes() == young  # no row promises what is half gone
    left = kept.bytes_of(kept.on_disk() - young)
    foretold = kept.clean_up("--dry-run", "--json").data
    done = kept.clean_up("--json").data
    assert foretold == done | {"dry_run": True}
    assert (done["artifacts"], done["files"], done["size_bytes"]) == (0, len(old - young) - after, left)
    assert kept.on_disk() == young


def test_a_running_capture_is_not_robbed_of_bytes_that_it_kept_again(kept: Kept) -> None:
    """It has stored the file and not yet the row that says so."""
    now, only_old = datetime.now(UTC), kept.hashes(older=True) - kept.hashes(older=False)
    again = min(only_old)
    kept.touch(again, now - timedelta(minutes=5))
    job = CaptureJob(
        id="a-capture",
        kind="artifacts",
        repository="octo/example",
        status=JobStatus.RUNNING,
        started_at=now - timedelta(minutes=10),
        created_at=now - timedelta(minutes=10),
        claimed_by="another process",
        heartbeat_at=now,
    )
    with kept.store() as store:
        store.add_job(job)
    size = kept.bytes_of({again})
    ran = kept.clean_up("--json")
    assert ran.exit_code == 0
    assert kept.on_disk() & only_old == {again}
    assert (ran.data["files"], ran.data["kept_bytes"]) == (len(only_old) - 1, size)
    assert "more may be needed by a capture that runs now" in ran.stderr
    kept.change("UPDATE progressive_capture_jobs SET status = 'succeeded' WHERE id = 'a-capture'")
    later = kept.clean_up("--json")
    assert (later.data["artifacts"], later.data["files"], later.data["size_bytes"]) == (0, 1, size)
    assert kept.on_disk() & only_old == set()


def test_another_kind_of_capture_holds_nothing_back(kept: Kept) -> None:
    now, only_old = datetime.now(UTC), kept.hashes(older=True) - kept.hashes(older=False)
    job = CaptureJob(
        id="of-runs",
        kind="workflow_runs",
        repository="octo/example",
        status=JobStatus.RUNNING,
        started_at=now - 2 * HOUR,
        created_at=now - 2 * HOUR,
    )
    with kept.store() as store:
        store.add_job(job)
    assert kept.clean_up("--json").data["files"] == len(only_old)


def test_only_the_named_repository_is_cleaned_up(kept: Kept) -> None:
    kept.change("UPDATE artifacts SET repository_id = 7 WHERE id = (SELECT min(id) FROM artifacts)")
    kept.change("UPDATE repositories SET full_name = 'octo/renamed'")
    oldest = min(kept.rows("artifacts"))
    assert kept.clean_up("--repository", "octo/renamed").exit_code == 0
    statuses = {row["id"]: row["content_status"] for row in kept.rows("artifacts").values()}
    assert statuses[oldest] == "stored"
    assert "removed" in statuses.values()
    assert kept.hashes() <= kept.on_disk()


def test_a_repository_that_is_not_in_the_database_is_a_mistake(kept: Kept) -> None:
    before = fingerprints(kept.folder)
    is_refused(kept.clean_up("--repository", "octo/other"), 2, "octo/other")
    assert fingerprints(kept.folder) == before


def test_without_a_database_there_is_nothing_to_clean_up(tmp_path: Path) -> None:
    is_refused(Kept(tmp_path / "none.db").clean_up(), 6, "none.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [(), ("--older-than", 0), ("--older-than", "soon")])
def test_how_old_is_never_guessed(kept: Kept, arguments: tuple[object, ...]) -> None:
    is_refused(kept.run("clean-up", *arguments), 2, "--older-than")


def test_how_old_may_be_said_by_the_environment(kept: Kept) -> None:
    ran = kept.run("clean-up", "--json", env={"CLEANUP_OLD_FILES_DAYS": str(AGE_DAYS)})
    assert ran.data["artifacts"] > 0


@pytest.mark.parametrize("rehearsal", [(), ("--dry-run",)], ids=["", "dry run"])
@pytest.mark.parametrize("elsewhere", [{"GITHUB_ACTIONS": "true"}, {"FILE_STORAGE": "another"}], ids=str)
def test_no_row_gives_up_bytes_that_are_somewhere_else(
    kept: Kept, elsewhere: dict[str, str], rehearsal: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(kept.database.parent)
    before = kept.rows("artifacts"), fingerprints(kept.folder)
    ran = kept.clean_up(*rehearsal, env={"FILE_STORAGE": ""} | elsewhere)
    is_refused(ran, 2, "stored files that would go is here", "--file-storage")
    assert (kept.rows("artifacts"), fingerprints(kept.folder)) == before


def test_what_was_removed_is_told_afterwards_and_is_not_fetched_again(kept: Kept) -> None:
    removed = kept.clean_up("--json").data["artifacts"]
    lines = {line["content_status"]: line for line in _artifacts(kept.run("status", "--json"))}
    assert lines["removed"]["artifacts"] == removed
    assert (lines["removed"]["stored_files"], lines["removed"]["distinct_bytes"]) == (0, 0)
    assert f"{removed} removed" in kept.run("status").stderr + kept.run("status").stdout
    with Simulator("--runs", "3", "--artifacts-share", "0", "--now", "real") as simulator:
        again = CommandLine(kept.database, simulator)("retry", "--json", "--file-storage", kept.folder)
        assert again.exit_code == 0, again.stderr
        assert again.data["captures"] == []
        assert simulator.ledger()["requests"]["total"] == 0
    assert kept.hashes() == kept.hashes(older=False)


def test_what_was_removed_is_exported_without_a_key_and_with_its_text(kept: Kept) -> None:
    kept.clean_up()
    folder = kept.database.parent / "exported"
    assert kept.run("export", "ndjson", "--output", folder).exit_code == 0
    lines = (folder / "artifact_files.ndjson").read_text(encoding="utf-8").splitlines()
    files = [json.loads(line) for line in lines]
    assert len(files) == len(kept.rows("artifact_files"))
    removed = [file for file in files if file["status"] == "removed"]
    assert {file["storage_key"] for file in removed} == {None}
    assert any(file["content"] for file in removed)


def _artifacts(ran: Ran) -> list[dict[str, Any]]:
    (repository,) = ran.data["repositories"]
    found: list[dict[str, Any]] = repository["artifacts"]
    return found
