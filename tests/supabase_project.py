"""A Supabase project for the tests: our migrations pushed to a real Postgres, and the gateway in front.

One for all tests of a process, one test at a time: `emptied_project` forgets what the last one left.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import psycopg
from postgres_server import create_database, drop_database
from supabase_gateway import Gateway, prepare_database

from progressive_capture.lib.store.schema import METADATA

MIGRATIONS = Path(__file__).parents[1] / "supabase" / "migrations"


def push(url: str) -> None:
    """What `supabase db push` does to an empty project."""
    with psycopg.connect(url, autocommit=True) as connection:
        for path in sorted(MIGRATIONS.glob("*.sql")):
            connection.execute(path.read_bytes())


def pushed_database() -> str:
    """The URL of a new database with a project's roles and our schema; to be dropped by the caller."""
    url = create_database()
    prepare_database(url)
    push(url)
    return url


class Project:
    """Made when it is first asked for; `close` it at the end."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._made: tuple[str, Gateway] | None = None

    def made(self) -> tuple[str, Gateway]:
        if self._made is None:
            url = pushed_database()
            self._open.callback(drop_database, url)
            self._made = url, self._open.enter_context(Gateway(url))
        return self._made

    def close(self) -> None:
        self._open.close()
        self._made = None


PROJECT = Project()


def emptied_project() -> tuple[str, Gateway]:
    """The database's own URL, and the gateway in front of it; whoever asks closes `PROJECT` at the end."""
    url, gateway = PROJECT.made()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("; ".join(f"DELETE FROM {table}" for table in METADATA.tables).encode())
    gateway.forget()
    return url, gateway
