"""`export`: what is in the files is what is in the database, hostile titles and all."""

from __future__ import annotations

import csv
import json
import resource
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from forked_simulator import Simulator
from typed import CommandLine

from progressive_capture.__main__ import group

Build = Callable[..., CommandLine]

REPOSITORIES = ("octo/example", "octo/other")
JSON_COLUMNS = {"labels", "steps", "pull_request_numbers", "parameters"}


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of two repositories; whoever changes it takes a copy."""
    database = tmp_path_factory.mktemp("captured") / "capture.db"
    arguments = [argument for name in REPOSITORIES for argument in ("--repository", name)]
    with Simulator("--runs", "40", "--cpu-scale", "0.02", *arguments) as simulator:
        run = CommandLine(database, simulator)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(database.parent)
            assert run("sync", *REPOSITORIES, "--depth", "full").exit_code == 0
    return database


@pytest.fixture
def run(captured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    return CommandLine(captured)


def query(database: Path, sql: str, *values: object) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, values)]


def tables(database: Path) -> list[str]:
    names = query(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [row["name"] for row in names if row["name"] != "alembic_version"]


def stored(database: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table as JSON has them."""
    rows = query(database, f"SELECT * FROM {table}")
    for row in rows:
        for name in JSON_COLUMNS & row.keys():
            row[name] = None if row[name] is None else json.loads(row[name])
        if table == "repositories":
            row["private"] = bool(row["private"])
    return rows


def read_ndjson(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def read_csv(file: Path) -> list[list[str]]:
    csv.field_size_limit(sys.maxsize)  # a cell holds all jobs of a run
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, strict=True))


def as_cell(value: Any) -> str:
    """What stands in a cell, reasoned from the rule: empty, a number, or text that is no formula."""
    text = "" if value is None else str(value)
    is_text = isinstance(value, str)
    return f"'{text}" if is_text and text.lstrip(" '").startswith(("=", "+", "-", "@", "\t", "\r")) else text


# ---- ndjson ------------------------------------------------------------------------------------------------


def test_every_table_read_back_equals_the_table(run: CommandLine, tmp_path: Path) -> None:
    assert run("export", "ndjson").exit_code == 0
    files = {file.stem for file in (tmp_path / "export").glob("*.ndjson")}
    assert files == set(tables(run.database))
    for table in files:
        found = read_ndjson(tmp_path / "export" / f"{table}.ndjson")
        wanted = stored(run.database, table)
        assert sorted(found, key=repr) == sorted(wanted, key=repr), table
        assert [list(row) for row in found] == [list(row) for row in wanted], table
    jobs = read_ndjson(tmp_path / "export" / "workflow_jobs.ndjson")
    assert isinstance(jobs[0]["steps"], list)
    assert jobs[0]["captured_at"].endswith("Z")


def test_the_manifest_says_what_is_there(run: CommandLine, tmp_path: Path) -> None:
    run("export", "ndjson", "--output", "here")
    manifest = json.loads((tmp_path / "here" / "manifest.json").read_text(encoding="utf-8"))
    counts = {table: len(stored(run.database, table)) for table in tables(run.database)}
    assert manifest["rows"] == counts
    assert counts["workflow_runs"] == 80
    (version,) = query(run.database, "SELECT version_num FROM alembic_version")
    assert manifest["schema_version"] == version["version_num"]
    assert manifest["repository"] is None
    assert manifest["exported_at"].endswith("Z")


# ---- csv ---------------------------------------------------------------------------------------------------


def test_the_csv_module_reads_back_the_view(run: CommandLine, tmp_path: Path) -> None:
    assert run("export", "csv").exit_code == 0
    header, *rows = read_csv(tmp_path / "export" / "builds_features.csv")
    builds = query(run.database, "SELECT * FROM builds ORDER BY id_build")
    assert header == list(builds[0])
    assert header[:2] == ["repo", "id_build"]
    assert rows == [[as_cell(value) for value in build.values()] for build in builds]
    assert len(rows) == 80


def test_a_file_can_be_named(run: CommandLine, tmp_path: Path) -> None:
    assert run("export", "csv", "--output", "deep/er/mine.csv").exit_code == 0
    assert [file.name for file in (tmp_path / "deep" / "er").iterdir()] == ["mine.csv"]


def test_formulas_from_github_are_text_in_a_spreadsheet(
    captured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hostile = ["=HYPERLINK(1)", "+1", "-2+3", "@SUM(1)", "  =cmd|' /C calc'!A0", "\t=1", "\r=1", 'a,"b"\r\nc']
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(captured)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        ids = [row[0] for row in target.execute("SELECT id FROM workflow_runs ORDER BY id")]
        for run_id, text in zip(ids, hostile, strict=False):
            target.execute(
                "UPDATE workflow_runs SET head_branch = ?, name = ? WHERE id = ?", (text, text, run_id)
            )
        target.commit()
    assert CommandLine(copy)("export", "csv").exit_code == 0
    header, *rows = read_csv(tmp_path / "export" / "builds_features.csv")
    for name in ("branch", "workflow_name"):
        cells = [row[header.index(name)] for row in rows[: len(hostile)]]
        assert cells[:-1] == [f"'{text}" for text in hostile[:-1]]
        assert cells[-1] == hostile[-1]
    assert all(row[header.index("id_build")].isdecimal() for row in rows)


def test_the_simulators_hostile_texts_are_in_the_round_trip(run: CommandLine) -> None:
    runs = stored(run.database, "workflow_runs")
    texts = {run[name] for run in runs for name in ("display_title", "head_branch") if run[name]}
    for mark in ("<script>", "::error", "=cmd|", '"', "\x1b"):
        assert any(mark in text for text in texts), mark


# ---- which rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["octo/other", "OCTO/Other"])
def test_one_repository_can_be_chosen(name: str, run: CommandLine, tmp_path: Path) -> None:
    assert run("export", "ndjson", "--repository", name).exit_code == 0
    assert run("export", "csv", "--repository", name).exit_code == 0
    runs = read_ndjson(tmp_path / "export" / "workflow_runs.ndjson")
    (own,) = [row for row in stored(run.database, "repositories") if row["full_name"] == "octo/other"]
    assert len(runs) == 40
    assert {row["repository_id"] for row in runs} == {own["id"]}
    assert read_ndjson(tmp_path / "export" / "repositories.ndjson") == [own]
    _, *rows = read_csv(tmp_path / "export" / "builds_features.csv")
    assert [row[0] for row in rows] == ["octo/other"] * 40
    jobs = read_ndjson(tmp_path / "export" / "progressive_capture_jobs.ndjson")
    assert {job["repository"] for job in jobs} == {"octo/other"}
    assert json.loads((tmp_path / "export" / "manifest.json").read_text())["repository"] == "octo/other"


def test_json_says_which_files_there_are(run: CommandLine) -> None:
    ran = run("export", "csv", "--json")
    assert ran.data == [{"path": "export/builds_features.csv", "rows": 80}]
    assert "80 rows" in ran.stderr


# ---- nothing half-written ----------------------------------------------------------------------------------


def test_a_second_export_replaces_the_first(run: CommandLine, tmp_path: Path) -> None:
    run("export", "ndjson")
    before = {file.name for file in (tmp_path / "export").iterdir()}
    (tmp_path / "export" / "workflow_runs.ndjson").write_text("old\n")
    assert run("export", "ndjson").exit_code == 0
    assert {file.name for file in (tmp_path / "export").iterdir()} == before
    assert len(read_ndjson(tmp_path / "export" / "workflow_runs.ndjson")) == 80


@contextmanager
def small_disk(largest_file: int) -> Iterator[None]:
    """No file can grow beyond so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("form", "file"), [("csv", "builds_features.csv"), ("ndjson", "workflow_runs.ndjson")]
)
def test_a_disk_that_fills_up_leaves_what_was_there_before(
    form: str, file: str, run: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / file).write_text("an earlier export")
    (folder / "manifest.json").write_text("an earlier manifest")
    with small_disk(40_000):  # SQLite itself needs a file of 32 KB beside the database
        ran = run("export", form)
    assert ran.exit_code == 6
    assert "Nothing half-written is left" in ran.stderr
    assert {each.name: each.read_text() for each in folder.iterdir()} == {
        file: "an earlier export",
        "manifest.json": "an earlier manifest",
    }


@pytest.mark.parametrize("form", ["csv", "ndjson"])
@pytest.mark.parametrize("output", ["a-file/inside", "/proc/no-such-place"])
def test_a_place_that_cannot_be_written_to_is_named(
    form: str, output: str, run: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "a-file").write_text("in the way")
    ran = run("export", form, "--output", output)
    assert ran.exit_code == 2
    assert output in ran.stderr
    assert "--output" in ran.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["a-file"]


def test_a_folder_in_the_place_of_a_file_is_left_alone(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "export" / "builds_features.csv").mkdir(parents=True)
    assert run("export", "csv").exit_code == 2
    assert [file.name for file in (tmp_path / "export").iterdir()] == ["builds_features.csv"]


def test_where_not_all_files_can_be_replaced_no_manifest_says_they_belong_together(
    run: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    (folder / "workflow_runs.ndjson").mkdir(parents=True)
    (folder / "manifest.json").write_text("an earlier manifest")
    assert run("export", "ndjson").exit_code == 2
    names = {file.name for file in folder.iterdir()}
    assert "manifest.json" not in names
    assert not [name for name in names if name.startswith(".")]


# ---- what cannot be exported -------------------------------------------------------------------------------


def test_an_unknown_repository_is_said_to_be_one(run: CommandLine) -> None:
    ran = run("export", "csv", "--repository", "octo/none")
    assert ran.exit_code == 2
    assert "octo/none is not in" in ran.stderr


def test_without_a_database_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = CommandLine(tmp_path / "none.db")("export", "csv")
    assert ran.exit_code == 6
    assert "sync" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_rows_has_a_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = CommandLine(tmp_path / "empty.db")
    assert run("migrate").exit_code == 0
    assert run("export", "csv").exit_code == 0
    ((*header,),) = read_csv(tmp_path / "export" / "builds_features.csv")
    assert header[:3] == ["repo", "id_build", "workflow_id"]


def test_a_form_that_is_none_is_a_usage_error(run: CommandLine) -> None:
    assert run("export", "xlsx").exit_code == 2


def test_help_says_what_comes_out() -> None:
    from click.testing import CliRunner  # noqa: PLC0415

    said = CliRunner().invoke(group, ["export", "--help"]).stdout
    assert "builds_features.csv" in said
    assert "manifest.json" in said
