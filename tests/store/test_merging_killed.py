"""A merge killed between any two statements leaves no proof without its rows, and another one mends it.

As where each statement is a request (Supabase). With transactions there are fewer moments, and no others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from shard_worlds import LOOKS, World
from shards_made import Tables, shard_maker
from store_rows import capture_job
from test_statement_by_statement import Scene

from progressive_capture.lib.capture_job import JobStatus
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.shards.merging import merge_shard

WORLD = World(
    run_ends=5,
    again=3,
    run_goes=60,
    foreign_comes=0,
    renamed=9,
    review_goes=12,
    head_moves=15,
    storage_from=0,
)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with closing(Scene(tmp_path)) as scene:
        yield scene


def test_a_merge_killed_anywhere_lies_of_nothing_and_is_mended_by_another(
    scene: Scene, tmp_path: Path
) -> None:
    history = [look(WORLD, moment) for moment, look in enumerate(LOOKS * 2)]
    job = capture_job(status=JobStatus.SUCCEEDED, updated_at=capture_job().created_at)
    shard = shard_maker(tmp_path)(*history, jobs=[job])
    for each in history[:8]:
        scene.store.write(each)
    scene.begin()

    def merge(store: Store) -> None:
        merge_shard(store, shard, say=lambda _: None)

    whole = scene.done_in_one(merge)
    before = scene.tables()
    number = 0
    for number, (halfway, again) in enumerate(scene.killed_everywhere(merge)):
        assert again == whole, f"not mended after {number} statements"
        for proof, tables in proofs(before, halfway):
            for table in tables:
                assert halfway[table] == whole[table], f"{proof} lies of {table} after {number} statements"
    assert number > 40


def proofs(before: Tables, halfway: Any) -> Iterator[tuple[str, list[str]]]:
    """What is proved that was not, with the tables that it vouches for."""
    vouched = {
        "workflow_job_coverage": ["workflow_jobs"],
        "pull_request_coverage": ["reviews", "file_changes"],
        "capture_windows": [
            "workflow_runs",
            "workflow_run_attempts",
            "workflow_jobs",
            "artifacts",
            "pull_requests",
        ],
        "progressive_capture_jobs": sorted(before.keys() - {"progressive_capture_jobs"}),
    }
    for name, tables in vouched.items():
        if halfway[name] != before[name]:
            yield name, tables
    if [row["content_status"] for row in halfway["artifacts"]] == ["stored"]:
        yield "contents", ["artifact_files", "test_results"]
