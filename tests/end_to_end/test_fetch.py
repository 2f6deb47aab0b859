"""`fetch`: what a workflow keeps on a shelf comes to this machine, and nothing that is here gets lost."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from asking import is_refused
from click import Group
from forked_simulator import Simulator
from typed import CommandLine, Ran

from github_simulator.waitless_clock import WaitlessClock
from progressive_capture import __main__ as front
from progressive_capture.commands import fetch
from progressive_capture.lib.assembly import open_connection
from progressive_capture.lib.settings import read_settings
from progressive_capture.lib.shelf.kept import Kept
from progressive_capture.lib.shelf.shelf import Shelf
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.shards.merging import merge_shard

OTHER = "octo/other"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    arguments = ("--repository", "octo/example", "--repository", OTHER, "--repository", "octo/empty")
    with Simulator("--runs", "30", "--cpu-scale", "0.01", *arguments) as running:
        yield running


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory, simulator: Simulator) -> Path:
    """A captured history of two repositories; whoever changes it takes a copy."""
    database = tmp_path_factory.mktemp("captured") / "capture.db"
    assert CommandLine(database, simulator)("sync", "octo/example", "--depth", "steps").exit_code == 0
    return database


@pytest.fixture
def clean(simulator: Simulator) -> Iterator[Simulator]:
    yield simulator
    simulator.clear_faults()


@pytest.fixture
def run(tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    monkeypatch.chdir(tmp_path)

    def ask(*arguments: object, token: str | None = None) -> Ran:
        return CommandLine(tmp_path / "unused.db", simulator, token)("fetch", *arguments)

    return ask


def keep(
    simulator: Simulator, database: Path, *, target: str, shelf: str, part: str, grown: bool = True
) -> Kept:
    """As a workflow's last job does."""

    def merge(other: Path) -> None:
        with open_store(f"sqlite:///{database}") as store:
            store.prepare()
            merge_shard(store, other, say=lambda _: None)

    settings = read_settings(
        {"GITHUB_API_URL": simulator.url, "GITHUB_TOKEN": simulator.token, "GITHUB_GRAPHQL_URL": ""}
    )
    clock = WaitlessClock(simulator.advance)
    with open_connection(settings, clock) as connection:
        github = connection.client()
        place = Shelf(
            github.releases,
            repository=shelf,
            target=target,
            target_id=github.repository(target).body["id"],
            clock=clock,
            say=lambda _: None,
        )
        return place.keep(database, grown_from=place.newest() if grown else None, merge=merge, name_part=part)


def rows(database: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return sorted(connection.execute(f"SELECT id, name FROM {table}").fetchall())


def test_the_front_has_it() -> None:
    group = front.group
    assert isinstance(group, Group)
    assert "fetch" in group.list_commands(None)  # type: ignore[arg-type]
    assert fetch.command.name == "fetch"


def test_it_becomes_the_database_where_there_is_none(
    run: Callable[..., Ran], clean: Simulator, captured: Path, tmp_path: Path
) -> None:
    kept = keep(clean, captured, target="octo/example", shelf="octo/example", part="1")
    ran = run("octo/example")
    assert ran.exit_code == 0, ran.stderr
    database = tmp_path / "data" / "capture.db"
    for table in ("workflow_runs", "workflow_jobs"):
        assert rows(database, table) == rows(captured, table)
    assert f"kept at {kept.kept_at:%Y-%m-%d %H:%M} UTC, is now data/capture.db" in ran.stdout
    assert "It holds 30 workflow runs" in ran.stdout
    assert "Look at it: progressive-capture status\n" in ran.stdout
    assert [file.name for file in database.parent.iterdir()] == ["capture.db"]


def test_it_is_merged_into_what_is_there(
    run: Callable[..., Ran], clean: Simulator, captured: Path, tmp_path: Path
) -> None:
    """What only this machine has stays."""
    here = tmp_path / "here.db"
    assert CommandLine(here, clean)("sync", OTHER, "--depth", "jobs").exit_code == 0
    own = rows(here, "workflow_runs")
    keep(clean, captured, target="octo/example", shelf="octo/example", part="2")
    ran = run("octo/example", "--into", here, "--json")
    assert ran.exit_code == 0, ran.stderr
    assert ran.data["merged"] is True
    assert ran.data["rows"]["workflow_runs"] == 30
    assert rows(here, "workflow_runs") == sorted(own + rows(captured, "workflow_runs"))
    assert [file.name for file in tmp_path.glob("here.db*") if "fetched" in file.name] == []


def test_another_repository_may_keep_it(run: Callable[..., Ran], clean: Simulator, captured: Path) -> None:
    keep(clean, captured, target="octo/example", shelf=OTHER, part="3")
    ran = run("octo/example", "--shelf", OTHER, "--into", "there.db")
    assert ran.exit_code == 0, ran.stderr
    assert "Look at it: progressive-capture status --database sqlite:///there.db" in ran.stdout


def test_a_draft_is_fetched_by_those_who_may_write_and_others_are_told(
    run: Callable[..., Ran], clean: Simulator, captured: Path
) -> None:
    clean.immutable_releases("octo/empty")
    keep(clean, captured, target="octo/example", shelf="octo/empty", part="1")
    arguments = ("octo/example", "--shelf", "octo/empty", "--into", "there.db")
    refused = run(*arguments, token="sim-nocontents")
    is_refused(refused, 1, "a draft of a release is shown only to those who may write", "set GITHUB_TOKEN")
    assert run(*arguments).exit_code == 0


def test_what_another_job_kept_meanwhile_is_merged_in(
    run: Callable[..., Ran], clean: Simulator, captured: Path, tmp_path: Path
) -> None:
    """With real databases: of two that began from nothing, the second joins the first."""
    other = tmp_path / "other.db"
    assert CommandLine(other, clean)("sync", OTHER, "--depth", "jobs").exit_code == 0
    own = rows(other, "workflow_runs")
    keep(clean, captured, target=OTHER, shelf="octo/example", part="first")
    keep(clean, other, target=OTHER, shelf="octo/example", part="second", grown=False)
    ran = run(OTHER, "--shelf", "octo/example", "--into", "both.db", "--json")
    assert ran.exit_code == 0, ran.stderr
    assert rows(tmp_path / "both.db", "workflow_runs") == sorted(own + rows(captured, "workflow_runs"))
    assert ran.data["contains"] == ["capture-000001-first"]


def test_where_nothing_is_kept_it_is_said_how_to_set_it_up(run: Callable[..., Ran], tmp_path: Path) -> None:
    ran = run("octo/empty")
    is_refused(ran, 1, "octo/empty keeps no database of octo/empty", "Set up the workflow", "--shelf")
    assert not (tmp_path / "data").exists()


def test_where_none_is_complete_it_is_said_and_nothing_is_changed(
    run: Callable[..., Ran], clean: Simulator, captured: Path, tmp_path: Path
) -> None:
    keep(clean, captured, target=OTHER, shelf=OTHER, part="1")
    there = tmp_path / "there.db"
    there.write_bytes(captured.read_bytes())
    clean.fault("blob_wrong_bytes", path="blob:/release-assets/", times=None)
    ran = run(OTHER, "--into", there)
    is_refused(ran, 1, "no complete database", "look under Actions")
    assert there.read_bytes() == captured.read_bytes()


def test_what_is_no_database_is_not_written_over(
    run: Callable[..., Ran], clean: Simulator, captured: Path, tmp_path: Path
) -> None:
    keep(clean, captured, target="octo/example", shelf="octo/example", part="4")
    there = tmp_path / "notes.txt"
    there.write_text("my own notes, no database")
    assert run("octo/example", "--into", there).exit_code == 6
    assert there.read_text() == "my own notes, no database"
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_a_place_that_cannot_be_written_is_refused(
    run: Callable[..., Ran], clean: Simulator, captured: Path, tmp_path: Path
) -> None:
    keep(clean, captured, target="octo/example", shelf="octo/example", part="5")
    (tmp_path / "file").write_text("no folder")
    is_refused(run("octo/example", "--into", "file/capture.db"), 2, "cannot be written", "--into")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("no-repository",), 2, "does not name a repository"),
        (("octo/nowhere",), 3, "GITHUB_TOKEN"),
        (("octo/example", "--shelf", "$(id)"), 2, "does not name a repository"),
        (("octo/example", "--shelf", "octo/nowhere"), 3, "octo/nowhere"),
    ],
)
def test_what_is_not_there_is_refused(
    run: Callable[..., Ran], arguments: tuple[str, ...], exit_code: int, words: str
) -> None:
    is_refused(run(*arguments), exit_code, words)


def test_a_manifest_that_lies_is_no_way_into_the_database(
    run: Callable[..., Ran], clean: Simulator, captured: Path, tmp_path: Path
) -> None:
    """Somebody with a token replaces the bytes; the manifest still has the old sum."""
    keep(clean, captured, target="octo/example", shelf="octo/example", part="6")
    kept = keep(clean, captured, target="octo/example", shelf="octo/example", part="7")
    settings = read_settings({"GITHUB_API_URL": clean.url, "GITHUB_TOKEN": clean.token})
    other = tmp_path / "other.gz"
    other.write_bytes(gzip.compress(b"SQLite format 3\0 and nothing else"))
    with open_connection(settings, WaitlessClock(clean.advance)) as connection:
        releases = connection.client().releases
        (release,) = (each for each in releases.listed("octo/example") if each.tag.endswith("-data"))
        (asset,) = (
            each for each in releases.assets("octo/example", release) if each.name == f"{kept.name}.db.gz"
        )
        releases.delete_asset("octo/example", asset)
        releases.upload("octo/example", release, asset.name, other)
    ran = run("octo/example", "--json")
    assert ran.exit_code == 0, ran.stderr
    assert json.loads(ran.stdout)["name"] != kept.name
    assert f"The database {kept.name} is left out: it is not what its manifest says." in ran.stderr
    assert "is taken: what is newer is not complete, or broken." in ran.stderr
