"""Observations into tables, by the overwrite rule, and an honest count of what that changed."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import delete, select, tuple_, update

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.overwrite import upsert
from progressive_capture.lib.store.schema import METADATA, actions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from progressive_capture.lib.normalize.rows import Row, WholeSpan

    Key = tuple[Any, ...]

_Item = TypeVar("_Item")

KEYS_PER_QUERY = 500
"""How many keys one question names; far below any database's limit of parameters, even for keys of five."""


def write_rows(connection: Connection, table_name: str, rows: Iterable[Row]) -> tuple[int, int]:
    """Write observations of one table; says how many rows are new, and how many old ones changed.

    Raises:
        StoreError: if there is no such table.
    """
    table = METADATA.tables.get(table_name)
    if table is None:
        raise StoreError(f"There is no table {table_name}.", hint="This is a bug: please report it.")
    values = [dict(row) for row in rows]
    if not values:
        return 0, 0
    keys = [key_of(table, row) for row in values]
    added = set(keys) - stored_keys(connection, table, keys)
    # Not every driver keeps the count of an insert unless it is asked to.
    statement = upsert(table, connection.dialect.name).execution_options(preserve_rowcount=True)
    if len(set(keys)) == len(values):
        touched = connection.execute(statement, values).rowcount
        return len(added), touched - len(added)
    # One thing seen twice in a batch: counted once, so each row has to say for itself whether it changed.
    changed = {
        key for key, row in zip(keys, values, strict=True) if connection.execute(statement, row).rowcount
    }
    return len(added), len(changed - added)


def delete_foreign(connection: Connection, run_id: int, jobs_listed: Collection[int]) -> None:
    """Take out what GraphQL gave as jobs of a run and REST does not list: check runs that are none."""
    jobs = actions.workflow_jobs
    by_graphql = connection.scalars(
        select(jobs.c.id).where(jobs.c.run_id == run_id, jobs.c.source == "graphql")
    )
    for some in slices(set(by_graphql) - set(jobs_listed)):
        connection.execute(delete(jobs).where(jobs.c.id.in_(some)))


def mark_gone(connection: Connection, gone_runs: Mapping[int, datetime]) -> int:
    """Note that GitHub no longer has these runs, unless they were seen later; says how many are news."""
    runs = actions.workflow_runs
    return sum(
        connection.execute(
            update(runs)
            .where(runs.c.id == run_id, runs.c.gone_at.is_(None), runs.c.captured_at <= at)
            .values(gone_at=at)
        ).rowcount
        for run_id, at in gone_runs.items()
    )


def mark_unlisted(connection: Connection, span: WholeSpan) -> int:
    """Note that stored runs of a span are gone which a whole listing of it did not show; says how many."""
    runs = actions.workflow_runs
    stored = connection.scalars(
        select(runs.c.id).where(
            runs.c.repository_id == span.repository_id,
            runs.c.created_at.between(span.created_from, span.created_to),
            runs.c.gone_at.is_(None),
        )
    )
    return mark_gone(connection, dict.fromkeys(set(stored) - span.run_ids, span.captured_at))


def key_of(table: Table, row: Mapping[str, Any]) -> Key:
    """A row's primary key.

    Raises:
        StoreError: if the row does not have it.
    """
    try:
        return tuple(row[column.name] for column in table.primary_key)
    except KeyError as missing:
        raise StoreError(
            f"A row of {table.name} has no {missing}.", hint="This is a bug: please report it."
        ) from missing


def slices(items: Iterable[_Item], size: int = KEYS_PER_QUERY) -> Iterator[list[_Item]]:
    """The items in lists of so many."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some


def stored_keys(connection: Connection, table: Table, keys: Sequence[Key]) -> set[Key]:
    """Those of the primary keys that have a row."""
    columns = list(table.primary_key)
    found: set[Key] = set()
    for some in slices(keys):
        where = columns[0].in_([key[0] for key in some]) if len(columns) == 1 else tuple_(*columns).in_(some)
        found.update(tuple(row) for row in connection.execute(select(*columns).where(where)))
    return found
