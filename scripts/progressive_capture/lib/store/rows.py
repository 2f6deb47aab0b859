"""Observations into tables, by the overwrite rule, and an honest count of what that changed."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import delete, false, select, update

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.schema import METADATA, actions, capture
from progressive_capture.lib.store.schema.column_types import INTEGER, TIME
from progressive_capture.lib.store.statements import (
    Keys,
    Statement,
    among,
    among_keys,
    keep,
    many,
    statement,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Table

    from progressive_capture.lib.normalize.rows import Row, WholeSpan
    from progressive_capture.lib.store.database import Connection

    Key = tuple[Any, ...]

_Item = TypeVar("_Item")

KEYS_PER_QUERY = 500
"""How many keys one question names; far below any database's limit of parameters, even for keys of five."""


def write_rows(connection: Connection, table_name: str, rows: Iterable[Row]) -> tuple[int, int]:
    """Write observations of one table; says how many rows are new, and how many old ones changed.

    Raises:
        StoreError: if there is no such table.
    """
    table = METADATA.tables[table_name]
    values = _without_repeats(table, rows)
    return connection.upsert(table, values) if values else (0, 0)


def _without_repeats(table: Table, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows, less those that say once more what the last one of the same thing has said.

    Many runs of a page have one commit: to write it again takes a statement of its own, and changes nothing.
    """
    last: dict[Key, Row] = {}
    kept = []
    for row in rows:
        key = key_of(table, row)
        if last.get(key) != row:
            last[key] = row
            kept.append(dict(row))
    return kept


def refuse_unfit(table_name: str, rows: Iterable[Row]) -> None:
    """Refuse rows that no table could take, before anything of their batch is written.

    Raises:
        StoreError: if there is no such table, or it holds no observations, or a row lacks a key, or has other
            columns than the first one.
    """
    table = METADATA.tables.get(table_name)
    if table is None:
        raise _bug(f"There is no table {table_name}.")
    if "captured_at" not in table.c:
        raise _bug(f"Rows of {table_name} are no observations.")
    columns = None
    for row in rows:
        key_of(table, row)
        columns = columns or row.keys()
        if row.keys() != columns:
            raise _bug(f"Rows of {table_name} differ in {', '.join(sorted(row.keys() ^ columns))}.")


@statement(run_ids=many(INTEGER))
def jobs_by_graphql(run_ids: Any) -> Any:
    """Jobs of runs that came by GraphQL."""
    jobs = actions.workflow_jobs
    return select(jobs.c.run_id, jobs.c.id).where(among(jobs.c.run_id, run_ids), jobs.c.source == "graphql")


@statement(ids=many(INTEGER))
def delete_jobs(ids: Any) -> Any:
    """Take out jobs that only GraphQL has told of, still."""
    jobs = actions.workflow_jobs
    return delete(jobs).where(among(jobs.c.id, ids), jobs.c.source == "graphql")


def delete_foreign(connection: Connection, listed: Mapping[int, Collection[int]]) -> None:
    """Take out what GraphQL gave as jobs of runs and REST does not list: check runs that are none.

    Args:
        connection: where to.
        listed: by run, the jobs that REST lists.
    """
    for runs in slices(listed):
        found = connection.ask(jobs_by_graphql, run_ids=runs)
        for foreign in slices(row.id for row in found if row.id not in listed[row.run_id]):
            connection.change(delete_jobs, ids=foreign)


@statement(ids=many(INTEGER), at=TIME)
def end_runs(ids: Any, at: Any) -> Any:
    """Note the end of runs that were not seen later."""
    runs = actions.workflow_runs
    return (
        update(runs)
        .where(among(runs.c.id, ids), runs.c.gone_at.is_(None), runs.c.captured_at <= at)
        .values(gone_at=at)
    )


def mark_gone(connection: Connection, gone_runs: Mapping[int, datetime]) -> int:
    """Note that GitHub no longer has these runs, unless they were seen later; says how many are news."""
    ended: defaultdict[datetime, list[int]] = defaultdict(list)
    for run_id, at in gone_runs.items():
        ended[at].append(run_id)
    return sum(
        connection.change(end_runs, ids=some, at=at) for at, ids in ended.items() for some in slices(ids)
    )


@statement(repository_id=INTEGER, created_from=TIME, created_to=TIME)
def present_runs(repository_id: Any, created_from: Any, created_to: Any) -> Any:
    """Runs created in a span that are not gone."""
    runs = actions.workflow_runs
    return select(runs.c.id).where(
        runs.c.repository_id == repository_id,
        runs.c.created_at.between(created_from, created_to),
        runs.c.gone_at.is_(None),
    )


def mark_unlisted(connection: Connection, span: WholeSpan) -> int:
    """Note that stored runs of a span are gone which a whole listing of it did not show; says how many."""
    stored = connection.values(
        present_runs,
        repository_id=span.repository_id,
        created_from=span.created_from,
        created_to=span.created_to,
    )
    return mark_gone(connection, dict.fromkeys(set(stored) - span.run_ids, span.captured_at))


@statement()
def change_nothing() -> Any:
    """A change of no row, which fails where rows may not be changed."""
    jobs = capture.progressive_capture_jobs
    return update(jobs).where(false()).values(status=jobs.c.status)


def key_of(table: Table, row: Mapping[str, Any]) -> Key:
    """A row's primary key.

    Raises:
        StoreError: if the row does not have it.
    """
    try:
        return tuple([row[name] for name in _key_names(table)])
    except KeyError as missing:
        raise _bug(f"A row of {table.name} has no {missing}.") from missing


@cache
def _key_names(table: Table) -> Sequence[str]:
    return tuple(table.primary_key.columns.keys())


def _bug(message: str) -> StoreError:
    return StoreError(message, hint="This is a bug: please report it.")


def slices(items: Iterable[_Item], size: int = KEYS_PER_QUERY) -> Iterator[list[_Item]]:
    """The items in lists of so many."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some


def stored_keys(connection: Connection, table: Table, named: Sequence[Key]) -> set[Key]:
    """Those of the primary keys that have a row."""
    found: set[Key] = set()
    for some in slices(named):
        found.update(tuple(row) for row in connection.ask(STORED_KEYS[table.name], named=some))
    return found


def _stored_keys_of(table: Table) -> Statement:
    """The statement that says which of some primary keys of a table have a row."""
    columns = list(table.primary_key)

    def build(named: Any) -> Any:
        return select(*columns).where(among_keys(columns, named))

    kinds = {column.name: column.type for column in columns}
    return keep(Statement(f"stored_{table.name}", {"named": Keys(kinds)}, build))


STORED_KEYS = {name: _stored_keys_of(table) for name, table in METADATA.tables.items()}
