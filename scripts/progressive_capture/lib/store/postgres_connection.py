"""Statements in a transaction of Postgres, and the two ways in which rows come to it.

A statement of the overwrite rule is long, and nothing may be prepared: to plan it takes the time of storing
several hundred rows, so it is sent once for all of them. Up to a thousand go as arrays in the very statement,
one to a column; more are copied to a table of the transaction first, which takes more questions but streams.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.types.array import ListBinaryDumper
from sqlalchemy import Column, MetaData, Table, and_, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.schema import CreateTable, DropTable

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.overwrite import observed_columns, upsert
from progressive_capture.lib.store.postgres_errors import BUG
from progressive_capture.lib.store.sql_connection import SqlConnection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg
    from sqlalchemy import Connection

COPIED_FROM_ROWS = 1000
"""From how many rows of a table on they are copied."""


class PostgresConnection(SqlConnection):
    """See `database.Connection` for what each method promises."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        # In arrays as text each quotation mark of JSON is escaped, which takes half the time of a write.
        self._driver.adapters.register_dumper(list, ListBinaryDumper)

    @property
    def _driver(self) -> psycopg.Connection:
        driver: psycopg.Connection = self._connection.connection.driver_connection  # type: ignore[assignment]
        return driver

    def _upsert_different(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
        if len(rows) < COPIED_FROM_ROWS:
            return super()._upsert_different(table, rows)
        incoming = _incoming(table)
        # With or without a pooler, it goes with the transaction at the latest.
        self._connection.execute(CreateTable(incoming))
        self._copy(incoming, rows)
        known = self._connection.scalar(_number_of_known(table)) or 0
        touched = self._touched(_upsert_of_copied(table))
        self._connection.execute(DropTable(incoming))
        return len(rows) - known, touched - len(rows) + known

    def _write(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
        statement = _upsert_of_arrays(table)
        try:
            arrays = {name: [row[name] for row in rows] for name in observed_columns(table)}
        except KeyError as missing:
            raise _not_storable(table, f"there is no {missing}") from missing
        return self._touched(statement, [arrays])

    def _copy(self, incoming: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        dialect = self._connection.dialect
        columns = [
            (column.name, column.type.dialect_impl(dialect).bind_processor(dialect))
            for column in incoming.columns
        ]
        names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(incoming.name), names)
        with self._driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                try:
                    values = [process(row[name]) if process else row[name] for name, process in columns]
                except (AttributeError, LookupError, TypeError, ValueError) as error:
                    raise _not_storable(incoming, str(error)) from error
                copy.write_row(values)


def _not_storable(table: Table, reason: str) -> StoreError:
    return StoreError(f"A row cannot be stored ({table.name}): {reason}.", hint=BUG)


@cache
def _incoming(table: Table) -> Table:
    """A place for observations of a table on their way into it."""
    return Table(
        f"incoming_{table.name}",
        MetaData(),
        *(Column(name, table.c[name].type) for name in observed_columns(table)),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )


@cache
def _number_of_known(table: Table) -> Any:
    """How many of the incoming rows have one in the table."""
    incoming = _incoming(table)
    same = and_(*(incoming.c[key.name] == key for key in table.primary_key))
    return select(func.count()).select_from(incoming.join(table, same))


@cache
def _upsert_of_copied(table: Table) -> Any:
    return upsert(table, "postgresql", select(*_incoming(table).columns))


@cache
def _upsert_of_arrays(table: Table) -> Any:
    """The statement for rows whose values come as one array for each column."""
    observed = [table.c[name] for name in observed_columns(table)]
    arrays = [bindparam(each.name, type_=ARRAY(each.type, dimensions=1)) for each in observed]
    rows = func.unnest(*arrays).table_valued(*(column(each.name, each.type) for each in observed))
    return upsert(table, "postgresql", select(*rows.render_derived(name="incoming").columns))
