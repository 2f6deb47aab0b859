"""`merge`: files and folders into one database; what is no shard is left out and said so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from shard_worlds import LOOKS, World
from shards_made import Made, shard_maker, tables_in, tables_of
from store_databases import Database, postgres_database
from store_rows import at, batch, capture_job, repository_row, run_row

from progressive_capture.commands.merge import command
from progressive_capture.lib.capture_job import JobStatus
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.shards.packing import packed

WORLD = World(
    run_ends=5,
    again=3,
    run_goes=60,
    foreign_comes=0,
    renamed=9,
    review_goes=60,
    head_moves=15,
    storage_from=0,
)


@pytest.fixture
def shard(tmp_path: Path) -> Made:
    (tmp_path / "shards").mkdir()
    return shard_maker(tmp_path / "shards")


def merge(*words: object, database: object = None, code: int = 0) -> Result:
    options = [] if database is None else ["--database", str(database)]
    result = CliRunner().invoke(command, [*map(str, words), *options], env={"DATABASE_URL": ""})
    assert result.exit_code == code, result.output
    return result


def run(number: int) -> Any:
    return batch(repositories=repository_row(), workflow_runs=run_row(id=number))


def test_files_packed_files_and_folders_go_into_one_database_that_is_made(
    shard: Made, tmp_path: Path
) -> None:
    one, other, third = (shard(run(n)) for n in (1, 2, 3))
    packed(other, tmp_path / "packed" / "capture-000001-7.db.gz")
    folder = tmp_path / "legs" / "deep"
    folder.mkdir(parents=True)
    shutil.copy(third, folder / "capture.db")
    (folder / "leg.json").write_text("{}")
    new = tmp_path / "new" / "capture.db"
    result = merge(one, tmp_path / "packed", tmp_path / "legs", database=f"sqlite:///{new}")
    assert [row["id"] for row in tables_in(new)["workflow_runs"]] == [1, 2, 3]
    assert f"{one} (octo/hello)" in result.stderr
    assert result.stderr.count("new:     1 workflow run\n") == 3
    assert result.stdout == ""


def test_what_came_of_each_is_told_to_a_program(shard: Made, tmp_path: Path) -> None:
    path, other = shard(run(1)), shard(run(1))
    url = f"sqlite:///{tmp_path / 'new.db'}"
    told = json.loads(merge(path, other, "--json", database=url).stdout)
    assert told["merged"][0] == {
        "shard": str(path),
        "repositories": ["octo/hello"],
        "inserted": {"repositories": 1, "workflow_runs": 1},
        "updated": {},
        "notes": [],
    }
    assert told["merged"][1]["inserted"] == {}
    assert told["refused"] == []


def test_the_others_are_merged_where_one_is_refused_and_all_refused_are_named(
    shard: Made, tmp_path: Path
) -> None:
    path, new = shard(run(1)), tmp_path / "new.db"
    bad, missing = tmp_path / "bad.db", tmp_path / "missing.db.gz"
    bad.write_text("hello")
    result = merge(bad, path, missing, "--json", database=f"sqlite:///{new}", code=6)
    assert f"Error: 2 of 3 were not merged: {bad}, {missing}." in result.stderr
    assert f"{bad} is no SQLite database" in result.stderr
    assert f"There is no file {missing}" in result.stderr
    told = json.loads(result.stdout)
    assert [each["shard"] for each in told["refused"]] == [str(bad), str(missing)]
    assert all(each["next"] for each in told["refused"])
    assert len(tables_in(new)["workflow_runs"]) == 1


def test_a_database_is_not_merged_into_itself(shard: Made) -> None:
    path = shard(run(1))
    result = merge(path, database=f"sqlite:///{path}", code=2)
    assert "into itself" in result.stderr
    other = shard(run(2))
    merge(path.parents[1], database=f"sqlite:///{path}")
    assert [row["id"] for row in tables_in(path)["workflow_runs"]] == [1, 2]
    assert len(tables_in(other)["workflow_runs"]) == 1


def test_a_folder_without_a_database_is_no_use(tmp_path: Path) -> None:
    result = merge(tmp_path, database=f"sqlite:///{tmp_path / 'new.db'}", code=2)
    assert "no database in the folder" in result.stderr
    assert not (tmp_path / "new.db").exists()


def test_without_a_shard_it_says_how_it_is_used() -> None:
    assert "SHARD..." in merge(code=2).stderr


def test_the_help_teaches_how_to_move_to_postgres() -> None:
    told = merge("--help").stdout
    assert "progressive-capture merge data/capture.db --database postgresql://" in told


VIEWS = {
    "workflow_steps": "SELECT job_id, number, name, status, conclusion FROM workflow_steps",
    "builds": "SELECT repo, id_build, workflow_name, status, conclusion, branch, commit_sha, event, "
    "issuer_name, run_number, build_duration, total_jobs FROM builds",
    "test_history": "SELECT artifact_id, suite, classname, name, status, run_attempt FROM test_history",
    "pull_request_runs": "SELECT pull_request_number, run_id, matched_by FROM pull_request_runs",
    "flaky_tests": "SELECT name, failures, passes, trees FROM flaky_tests",
}


def shown(database: Database) -> dict[str, list[tuple[str, ...]]]:
    """Every view, in the words of a user's own SQL."""
    return {
        name: sorted(tuple(str(value) for value in row.values()) for row in database.query(sql))
        for name, sql in VIEWS.items()
    }


def test_a_file_moves_to_postgres_with_every_table_and_view(shard: Made, tmp_path: Path) -> None:
    history = [look(WORLD, moment) for moment, look in enumerate(LOOKS * 2)]
    job = capture_job(status=JobStatus.SUCCEEDED, updated_at=at(9), parameters={"depth": "steps"})
    path = shard(*history, jobs=[job])
    url = f"sqlite:///{path}"
    file = Database(url=url, connect=lambda: open_store(url))
    postgres = postgres_database(tmp_path)
    try:
        merge(path, database=postgres.url)
        assert all(tables_of(file).values())
        assert tables_of(postgres) == tables_of(file)
        assert shown(postgres) == shown(file)
        assert [name for name, rows in shown(file).items() if not rows] == ["flaky_tests"]
    finally:
        file.close()
        postgres.close()
