"""Shards for tests: made of batches, and looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from store_databases import Database, sqlite_database

from progressive_capture.lib.capture_job import CaptureJob
from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.schema import METADATA

Tables = dict[str, list[dict[str, Any]]]
Made = Callable[..., Path]


def shard_maker(folder: Path) -> Made:
    """Makes shards below a folder, each of batches and of capture jobs."""
    made: list[Path] = []

    def make(*batches: Batch, jobs: Sequence[CaptureJob] = ()) -> Path:
        place = folder / f"leg {len(made)}"
        place.mkdir()
        made.append(place / "capture.db")
        database = sqlite_database(place)
        for each in batches:
            database.store.write(each)
        for job in jobs:
            database.store.add_job(job)
        database.close()
        return made[-1]

    return make


def tables_of(database: Database) -> Tables:
    """Every row, by table."""
    return {name: database.rows(name) for name in METADATA.tables}


def tables_in(path: Path) -> Tables:
    """The same of a file."""
    url = f"sqlite:///{path}"
    database = Database(url=url, connect=lambda: open_store(url))
    found = tables_of(database)
    database.close()
    return found
