"""Databases under test: many stores on one, and a look at its rows that does not go through a store."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from postgres_server import create_database, drop_database, emptied_database, migrated_template
from sqlalchemy import NullPool, create_engine, make_url, select, text
from supabase_gateway import Gateway
from supabase_project import emptied_project, pushed_database

from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.schema import METADATA

Row = dict[str, Any]


class Database:
    """One migrated database; `store` is the first store on it, `open` makes more.

    Args:
        url: where its rows are looked at.
        connect: opens a store.
        address: what a store is opened with, and the key that goes with it, where that is not the `url`.
        in_one_transaction: whether a write is; else each of its statements is one.
        afterwards: what is to be done when it is closed.
    """

    def __init__(
        self,
        *,
        url: str,
        connect: Callable[[], Store],
        address: tuple[str, str] | None = None,
        in_one_transaction: bool = True,
        afterwards: Callable[[], None] = lambda: None,
    ) -> None:
        self.url = url
        self.address = address or (url, "")
        self.in_one_transaction = in_one_transaction
        self._connect = connect
        self._afterwards = afterwards
        driver = {"postgresql": "postgresql+psycopg"}
        place = make_url(url)
        self._engine = create_engine(
            place.set(drivername=driver.get(place.drivername, place.drivername)), poolclass=NullPool
        )
        self._stores: list[Store] = []
        self.store = self.open()
        self.store.prepare()

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
        self._afterwards()


@functools.cache
def _migrated_file() -> bytes:
    """A migrated database of no rows: a copy is quicker than a migration for every test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        with open_store(f"sqlite:///{path}") as store:
            store.migrate()
        return path.read_bytes()


def sqlite_database(folder: Path) -> Database:
    path = folder / "capture.db"
    path.write_bytes(_migrated_file())
    url = f"sqlite:///{path}"
    return Database(url=url, connect=lambda: open_store(url))


def postgres_database(folder: Path) -> Database:
    """The one that tests use one after the other."""
    del folder
    url = emptied_database()
    return Database(url=url, connect=lambda: open_store(url))


def postgres_database_of_its_own(folder: Path) -> Database:
    del folder
    url = create_database(migrated_template())
    return Database(url=url, connect=lambda: open_store(url), afterwards=lambda: drop_database(url))


def supabase_project(folder: Path) -> Database:
    """The one that tests use one after the other, behind the gateway."""
    del folder
    url, gateway = emptied_project()
    return _behind(gateway, url)


def supabase_project_of_its_own(folder: Path) -> Database:
    del folder
    url = pushed_database()
    gateway = Gateway(url)
    gateway.__enter__()

    def end() -> None:
        gateway.__exit__(None, None, None)
        drop_database(url)

    return _behind(gateway, url, afterwards=end)


def _behind(gateway: Gateway, url: str, **more: Any) -> Database:
    address = gateway.url, gateway.secret_key
    return Database(
        url=url,
        connect=lambda: open_store(address[0], supabase_key=address[1]),
        address=address,
        in_one_transaction=False,
        **more,
    )
