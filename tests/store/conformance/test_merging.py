"""A shard merged into a database, whichever that is. (What the rules are: `test_merging` of the store.)"""

from __future__ import annotations

from pathlib import Path

import pytest
from shard_worlds import LOOKS, World
from shards_made import Made, shard_maker, tables_in, tables_of
from store_databases import Database, sqlite_database
from store_rows import batch, capture_job, rest_job, run_row, running_job

from progressive_capture.lib.capture_job import JobStatus
from progressive_capture.lib.store.shards.merging import Merged, merge_shard

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
"""Everything happens while it is looked at, but for the ends."""

ENDING = World(
    run_ends=5,
    again=3,
    run_goes=24,
    foreign_comes=0,
    renamed=9,
    review_goes=18,
    head_moves=15,
    storage_from=12,
)


@pytest.fixture
def shard(tmp_path: Path) -> Made:
    return shard_maker(tmp_path)


def merge(database: Database, *shards: Path) -> Merged:
    for each in shards:
        merged = merge_shard(database.store, each, say=lambda _: None)
    return merged


def test_a_database_arrives_row_for_row_and_again_changes_nothing(database: Database, shard: Made) -> None:
    history = [look(WORLD, moment) for moment, look in enumerate(LOOKS * 2)]
    path = shard(*history, jobs=[capture_job(parameters={"since": "…", "depth": None})])
    whole = tables_in(path)
    assert all(whole.values()), [name for name, rows in whole.items() if not rows]
    merged = merge(database, path)
    assert tables_of(database) == whole
    assert merged.inserted == {name: len(rows) for name, rows in sorted(whole.items())}
    assert merged.repositories == ["octo/goodbye"]
    again = merge(database, path)
    assert (again.inserted, again.updated) == ({}, {})
    assert tables_of(database) == whole


def test_more_rows_than_a_page_arrive(database: Database, shard: Made) -> None:
    runs = [run_row(id=n) for n in range(2_001)]
    jobs = [rest_job(id=n, run_id=n % 3) for n in range(1_001)]
    merged = merge(database, shard(batch(workflow_runs=runs, workflow_jobs=jobs)))
    assert merged.inserted == {"workflow_jobs": 1_001, "workflow_runs": 2_001}
    assert len(database.rows("workflow_runs")) == 2_001
    assert [row["id"] for row in database.rows("workflow_jobs")] == list(range(1_001))


def test_what_several_legs_saw_is_the_same_here_as_in_any_database(
    database: Database, shard: Made, tmp_path: Path
) -> None:
    """Each sees every third look: so each knows something that the others do not, and of what has ended."""
    history = [look(ENDING, moment) for moment, look in enumerate(LOOKS * 3)]
    legs = [shard(*history[each::3], jobs=[capture_job(id=f"leg {each}")]) for each in range(3)]
    legs.append(shard(jobs=[running_job(id="left"), capture_job(id="leg 0", status=JobStatus.FAILED)]))
    (tmp_path / "other").mkdir()
    other = sqlite_database(tmp_path / "other")
    merge(database, *legs)
    merge(other, *legs)
    assert tables_of(database) == tables_of(other)
    other.close()
