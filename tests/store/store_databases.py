"""Databases under test: many stores on one, and a look at its rows that does not go through a store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, select, text

from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.schema import METADATA

Row = dict[str, Any]


class Database:
    """One migrated database; `url` is SQLAlchemy's, `store` the first store on it, `open` makes more."""

    def __init__(self, *, url: str, connect: Callable[[], Store]) -> None:
        self.url = url
        self._connect = connect
        self._engine = create_engine(url, poolclass=NullPool)
        self._stores: list[Store] = []
        self.store = self.open()
        self.store.migrate()

    def open(self) -> Store:
        store = self._connect()
        self._stores.append(store)
        return store

    def rows(self, table: str, **where: Any) -> list[Row]:
        """Rows of a table as Python values, by primary key."""
        columns = METADATA.tables[table].c
        query = select(METADATA.tables[table]).where(*(columns[k] == v for k, v in where.items()))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(*METADATA.tables[table].primary_key)).mappings()
            return [dict(row) for row in rows]

    def row(self, table: str, **where: Any) -> Row:
        (row,) = self.rows(table, **where)
        return row

    def query(self, sql: str, **values: Any) -> list[Row]:
        """What a user's own SQL would show."""
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(sql), values).mappings()]

    def change(self, sql: str, values: Mapping[str, Any]) -> None:
        """What somebody else's hand does to the database."""
        with self._engine.begin() as connection:
            connection.execute(text(sql), values)

    def close(self) -> None:
        for store in self._stores:
            store.close()
        self._engine.dispose()


def sqlite_database(folder: Path) -> Database:
    url = f"sqlite:///{folder / 'capture.db'}"
    return Database(url=url, connect=lambda: open_store(url))
