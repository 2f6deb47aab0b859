"""A history in each of the three databases: what a command is told, and a look at the rows past the store."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, insert, make_url, select, text
from typed import CommandLine, Ran

from github_simulator.process import Simulator
from progressive_capture.lib.capture_command import run_command
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.files.storage import FileStorage
from progressive_capture.lib.places import opened_files
from progressive_capture.lib.running import CaptureKind
from progressive_capture.lib.settings import Settings, read_settings
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.schema import METADATA, VIEWS

sys.path.insert(0, str(Path(__file__).parents[1]))

from postgres_server import create_database, drop_database, migrated_template
from supabase_gateway import Gateway
from supabase_project import pushed_database

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]

BUCKET = "captured"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""When every stored file was touched last, as far as a clean-up can tell."""


@dataclass(frozen=True)
class Home:
    """Where a history is kept.

    Attributes:
        told: the variables by which a command is told so.
        files: the place of the artifacts' files, as `--file-storage` has it.
        url: the database itself, as SQLAlchemy reads it.
    """

    told: Mapping[str, str]
    files: str
    url: str

    @property
    def database(self) -> str:
        """What `--database` is where nobody gives it."""
        return self.told.get("DATABASE_URL") or self.told["SUPABASE_URL"]

    def settings(self, simulator: Simulator) -> Settings:
        """Those of a process that is told this, and to capture from a simulator."""
        return read_settings({**self.told, **told_of(simulator)})

    def run(self, simulator: Simulator, *arguments: object, **more: str) -> Ran:
        """A command as a person types it."""
        run = CommandLine(Path("named-by-nobody.db"), simulator)
        return run(*arguments, env={"DATABASE_URL": "", **self.told, **more})

    def capture(
        self, simulator: Simulator, kinds: Sequence[CaptureKind], clock: Clock, **options: Any
    ) -> int:
        """A capture command in this process, on another clock than the machine's; its exit code."""
        return run_command(
            kinds,
            [simulator.repository],
            settings=self.settings(simulator),
            clock=clock,
            **{"as_json": False, "leave_budget": 0} | options,
            database=self.database,
            file_storage=self.files,
        )

    def storage(self, simulator: Simulator) -> FileStorage:
        return opened_files(self.files, self.settings(simulator))

    def files_in(self, folder: Path, simulator: Simulator) -> Path:
        """The stored files in a folder, under their keys."""
        storage = self.storage(simulator)
        for key in {row["storage_key"] for row in self.tables()["artifact_files"]} - {None}:
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            with closing(storage.open(key)) as file:
                (folder / key).write_bytes(file.read())
        return folder

    def tables(self) -> Rows:
        """Every row of every table as Python values, by primary key."""
        with connection_to(self.url) as connection:
            return {
                name: _rows(connection, select(table).order_by(*table.primary_key))
                for name, table in METADATA.tables.items()
            }

    def count(self, table: str) -> int:
        """How many rows a table has; none where nothing was captured yet."""
        if self.url.startswith("sqlite") and not Path(self.url.removeprefix("sqlite:///")).exists():
            return 0
        return len(self.tables()[table])

    def views(self) -> Rows:
        """Every row of every view as Python values, in no order."""
        with connection_to(self.url) as connection:
            return {
                name: [_as_python(row) for row in _rows(connection, text(f"SELECT * FROM {name}"))]
                for name in VIEWS["sqlite"]
            }

    def as_file(self, path: Path) -> Path:
        """The same rows in a file of SQLite's, which those can read who know the truth."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_store(f"sqlite:///{path}") as store:
            store.prepare()
        with connection_to(f"sqlite:///{path}") as connection:
            for name, rows in self.tables().items():
                if rows:
                    connection.execute(insert(METADATA.tables[name]), rows)
        return path


@contextmanager
def connection_to(url: str) -> Iterator[Connection]:
    """A connection past the store, in a transaction."""
    place = make_url(url)
    driver = {"postgresql": "postgresql+psycopg"}.get(place.drivername, place.drivername)
    engine = create_engine(place.set(drivername=driver), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def _rows(connection: Connection, query: Any) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]


def told_of(simulator: Simulator) -> dict[str, str]:
    """The variables by which a command is told to capture from a simulator."""
    return {
        "GITHUB_API_URL": simulator.url,
        "GITHUB_GRAPHQL_URL": simulator.graphql_url,
        "GITHUB_TOKEN": simulator.token,
    }


def told_of_project(url: str, key: str) -> dict[str, str]:
    """The variables by which a command is told to use a Supabase project."""
    return {"SUPABASE_URL": url, "SUPABASE_SECRET_KEY": key}


@contextmanager
def in_sqlite(folder: Path) -> Iterator[Home]:
    url = f"sqlite:///{folder / 'capture.db'}"
    yield Home({"DATABASE_URL": url}, str(folder / "files"), url)


@contextmanager
def in_postgres(folder: Path) -> Iterator[Home]:
    url = create_database(migrated_template())
    yield Home({"DATABASE_URL": url}, str(folder / "files"), url)
    drop_database(url)


@contextmanager
def a_project() -> Iterator[tuple[Home, Gateway]]:
    """A history in a Supabase project, and the gateway that stands for it."""
    url = pushed_database()
    with Gateway(url) as gateway:
        gateway.now = lambda: LONG_AGO
        yield Home(told_of_project(gateway.url, gateway.secret_key), f"supabase:{BUCKET}", url), gateway
    drop_database(url)


@contextmanager
def in_supabase(folder: Path) -> Iterator[Home]:
    del folder
    with a_project() as (home, _):
        yield home


HOMES: Mapping[str, Callable[[Path], Any]] = {
    "SQLite": in_sqlite,
    "Postgres": in_postgres,
    "Supabase": in_supabase,
}


def differences(found: Rows, expected: Rows, *, without: Mapping[str, set[str]]) -> list[str]:
    """Where two databases differ, in words; `without`: by table, the columns that may."""
    problems = []
    for name in expected:
        ours, theirs = (_in_order(rows[name], without.get(name, set())) for rows in (found, expected))
        if len(ours) != len(theirs):
            problems.append(f"{name}: {len(ours)} rows instead of {len(theirs)}")
        problems += [
            f"{name}: {our} instead of {their}"
            for our, their in zip(ours, theirs, strict=False)
            if our != their or list(map(type, our.values())) != list(map(type, their.values()))
        ]
    return problems[:10]


def _in_order(rows: list[Row], left_out: set[str]) -> list[Row]:
    """The rows without some columns, in an order that does not depend on the database."""
    kept = [{name: value for name, value in row.items() if name not in left_out} for row in rows]
    return sorted(kept, key=_order)


def _order(row: Row) -> list[str]:
    return [f"{value}" for value in row.values()]


def _as_python(row: Row) -> Row:
    """A view's row: no database tells the kinds of its columns as ours."""
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if name.endswith("_at") and value is not None:
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)
    if name == "job_details" and isinstance(value, str):
        return json.loads(value)
    if name == "rerun" and value is not None:
        return bool(value)
    return int(value) if isinstance(value, Decimal) else value


def age(folder: Path) -> None:
    """As if nobody had touched the files below a folder for long."""
    then = LONG_AGO.timestamp()
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def shape_of(url: str) -> list[tuple[Any, ...]]:
    """The names of everything that somebody has made in a database."""
    query = (
        "SELECT name FROM sqlite_master ORDER BY 1"
        if url.startswith("sqlite")
        else "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    with connection_to(url) as connection:
        return [tuple(row) for row in connection.execute(text(query))]
