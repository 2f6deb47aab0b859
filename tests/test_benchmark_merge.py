"""A small version of the benchmark of merges: what is counted of it holds on any machine."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.merge import MergedShard, make_shard, merges, numbers
from benchmarks.world import World

SHARDS = 3


def rows_in(path: Path, *tables: str) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables]


def test_every_row_of_every_shard_arrives_once_and_none_again(tmp_path: Path) -> None:
    first = tmp_path / "first.db"
    make_shard(World(runs=120), first)
    taken = merges(first, tmp_path, shards=SHARDS, again=True)
    tables = ("workflow_runs", "workflow_run_attempts", "workflow_jobs", "workflow_job_coverage", "commits")
    each = rows_in(first, *tables)
    assert each[0] == 120
    assert rows_in(tmp_path / "whole.db", *tables) == [SHARDS * count for count in each]
    assert [shard.rows >= sum(each) for shard in taken] == [True] * SHARDS + [False]
    assert taken[-1].rows == 0


def test_what_grows_with_the_number_of_shards_breaks_the_promise() -> None:
    flat = [MergedShard(rows=100, seconds=1.0, megabytes=80.0)] * 20
    assert all(number.met for number in numbers(flat))
    growing = [MergedShard(rows=100, seconds=1.0 + n, megabytes=80.0 + 10 * n) for n in range(20)]
    assert not any(number.met for number in numbers(growing))
