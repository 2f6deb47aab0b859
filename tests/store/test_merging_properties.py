"""Whatever legs saw of one history: merged in any order, and however often, it is the same database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from shard_worlds import Look, World, as_captures_ask, looks, worlds
from shards_made import Tables, tables_of
from store_databases import Database, sqlite_database

from progressive_capture.lib.store.schema import METADATA
from progressive_capture.lib.store.shards.merging import Merged, merge_shard

LEGS = 3
ORDERS = ((0, 1, 2), (2, 1, 0), (1, 2, 0))
SAID_AGAIN = {"capture_windows", "capture_failures"}
"""Tables in which `captured_at` is news by itself."""


class Reused:
    """A database that is emptied, which takes less time than making one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.path = folder / "capture.db"
        self.database: Database = sqlite_database(folder)

    def emptied(self) -> Database:
        for name in METADATA.tables:
            self.database.change(f"DELETE FROM {name}", {})
        return self.database


@pytest.fixture(scope="module")
def places() -> Iterator[list[Reused]]:
    """One for each leg, and one to merge them into."""
    with tempfile.TemporaryDirectory() as folder:
        made = [Reused(Path(folder) / str(number)) for number in range(LEGS + 1)]
        yield made
        for each in made:
            each.database.close()


def merge_all(into: Database, shards: Sequence[Path]) -> list[Merged]:
    return [merge_shard(into.store, shard, say=lambda _: None) for shard in shards]


def comparable(found: Tables) -> Tables:
    """Without the times of rows in which a time is none: what says nothing new does not move it."""
    return {
        name: rows
        if name in SAID_AGAIN
        else [{key: value for key, value in row.items() if key != "captured_at"} for row in rows]
        for name, rows in found.items()
    }


@settings(max_examples=7, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds, seen=looks(LEGS))
def test_shards_merge_to_the_same_database_in_any_order_and_once_is_enough(
    places: list[Reused], world: World, seen: list[Look]
) -> None:
    *legs, target = places
    stores = [each.emptied().store for each in legs]
    for look in as_captures_ask(world, seen):
        stores[look.leg].write(look.batch(world))
    shards = [each.path for each in legs]
    results = []
    for order in ORDERS:
        into = target.emptied()
        merge_all(into, [shards[number] for number in order])
        results.append(tables_of(into))
    again = merge_all(target.database, shards)
    assert tables_of(target.database) == results[-1]
    assert not any(each.inserted or each.updated for each in again)
    event(f"{len({look.leg for look in seen})} legs")
    first, *others = map(comparable, results)
    for other in others:
        for name in METADATA.tables:
            assert other[name] == first[name], name
