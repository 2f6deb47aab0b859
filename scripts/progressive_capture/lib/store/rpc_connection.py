"""Statements as calls of SQL functions (`function_sql`), each a request and a transaction of its own.

Values go as JSON by the kinds of the arguments, and come back by the kinds of the statement's columns.
"""

from __future__ import annotations

import json
from collections import Counter, namedtuple
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, Double
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.function_sql import answered, argument, write_function
from progressive_capture.lib.store.overwrite import observed_columns
from progressive_capture.lib.store.rows import key_of, slices
from progressive_capture.lib.store.schema.column_types import Time
from progressive_capture.lib.store.statements import Keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Table
    from sqlalchemy.types import TypeEngine

    from progressive_capture.lib.store.statements import Kind, Statement

    Call = Callable[[str, Mapping[str, Any]], list[list[Any]]]

MOST_ROWS = 500
MOST_CHARACTERS = 1_000_000
"""Of rows in one request. Supabase documents no limit; larger ones run into its statement timeout of 8 s."""

_DIALECT: Any = postgresql.dialect()  # type: ignore[no-untyped-call]


class RpcConnection:
    """See `database.Connection` for what each method promises.

    Args:
        call: calls a function with JSON arguments, and gives its rows; see `supabase_calls`.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def ask(self, statement: Statement, **given: Any) -> Sequence[Any]:
        shape = tuple(given[name] for name in statement.choices)
        return _read_rows(statement, shape, self._said(statement, given))

    def value(self, statement: Statement, **given: Any) -> Any:
        rows = self.ask(statement, **given)
        return rows[0][0] if rows else None

    def values(self, statement: Statement, **given: Any) -> list[Any]:
        return [row[0] for row in self.ask(statement, **given)]

    def change(self, statement: Statement, **given: Any) -> int:
        return int(self._said(statement, given)[0][0])

    def upsert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
        added: set[tuple[Any, ...]] = set()
        changed: set[tuple[Any, ...]] = set()
        for together in _each_thing_once(table, rows):
            for some in _safe_batches(_as_json(table, row) for row in together):
                for *key, was_there in self._call(write_function(table), {argument("rows"): some}):
                    (changed if was_there else added).add(tuple(key))
        return len(added), len(changed - added)

    def _said(self, statement: Statement, given: Mapping[str, Any]) -> list[list[Any]]:
        arguments = {
            argument(name): _encoded(given[name], kind) for name, kind in statement.arguments.items()
        }
        return self._call(statement.function_name(given), arguments)


def _each_thing_once(table: Table, rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The rows in lists without the same key twice, which one statement could not write; order is kept."""
    seen: Counter[tuple[Any, ...]] = Counter()
    lists: list[list[Mapping[str, Any]]] = []
    for row in rows:
        key = key_of(table, row)
        if seen[key] == len(lists):
            lists.append([])
        lists[seen[key]].append(row)
        seen[key] += 1
    yield from lists


def _safe_batches(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The rows in lists of few enough and short enough for one request; one long row goes alone."""
    for some in slices(rows, MOST_ROWS):
        if _length(some) <= MOST_CHARACTERS:
            yield some
        else:
            yield from _short_enough(some)


def _short_enough(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    batch: list[Mapping[str, Any]] = []
    characters = 0
    for row in rows:
        length = _length(row)
        if batch and characters + length > MOST_CHARACTERS:
            yield batch
            batch, characters = [], 0
        batch.append(row)
        characters += length
    yield batch


def _length(rows: Any) -> int:
    try:
        return len(json.dumps(rows, allow_nan=False))
    except ValueError as error:
        raise StoreError(f"A row cannot be sent: {error}.") from error


def _as_json(table: Table, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row as it is sent.

    Raises:
        StoreError: if its columns are not the observed ones: more would be lost, fewer would become NULL.
    """
    encoders = _encoders(table)
    if row.keys() != encoders.keys():
        raise StoreError(
            f"A row of {table.name} has not what an observation has: {sorted(row.keys() ^ encoders.keys())}.",
            hint="This is a bug: please report it.",
        )
    return {name: None if row[name] is None else encode(row[name]) for name, encode in encoders.items()}


@cache
def _encoders(table: Table) -> Mapping[str, Callable[[Any], Any]]:
    """By observed column, what makes JSON of its values: looked up once, for it is done for every value."""
    return {name: _encoder(table.c[name].type) for name in observed_columns(table)}


def _encoder(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    if not isinstance(kind, TypeDecorator):
        return _as_it_is
    if isinstance(kind, Time):
        return lambda value: _bound(kind, value).isoformat()
    return partial(_bound, kind)


def _encoded(value: Any, kind: Kind) -> Any:
    """A value as JSON carries it."""
    if value is None:
        return None
    if isinstance(kind, Keys):
        return [
            {name: _encoded(part, each) for part, (name, each) in zip(key, kind.columns.items(), strict=True)}
            for key in value
        ]
    if isinstance(kind, ARRAY):
        return [_encoded(item, kind.item_type) for item in value]
    return _encoder(kind)(value)


def _bound(kind: TypeDecorator[Any], value: Any) -> Any:
    try:
        return kind.process_bind_param(value, _DIALECT)
    except (ValueError, TypeError) as error:
        raise StoreError(f"A value cannot be stored: {error}.") from error


def _read_rows(statement: Statement, shape: tuple[Any, ...], rows: Iterable[list[Any]]) -> list[Any]:
    named, decoders = _reader(statement, shape)
    return [named(*(decode(value) for decode, value in zip(decoders, row, strict=True))) for row in rows]


@cache
def _reader(statement: Statement, shape: tuple[Any, ...]) -> tuple[Callable[..., Any], list[Any]]:
    columns = answered(statement, shape)
    names = [name for name, _ in columns]  # known at run time alone
    named: Callable[..., Any] = namedtuple(statement.name, names, rename=True)  # type: ignore[misc]  # noqa: PYI024
    return named, [_decoder(kind) for _, kind in columns]


def _decoder(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    if isinstance(kind, Time):
        return _time
    if isinstance(kind, Double):
        return _number
    return _as_it_is


def _time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).astimezone(UTC)


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _as_it_is(value: Any) -> Any:
    return value
