"""An empty database of each kind that keeps history: a file, a Postgres, a Supabase project.

The Postgres is the tests' (`TEST_DATABASE_URL` names another server; else the tests' extra brings one), the
project is their gateway over that same Postgres. Both work in processes of their own, on this machine: what
lies between is a Unix socket, or loopback.
"""

from __future__ import annotations

import importlib
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.opening import open_store

TESTS = Path(__file__).parents[1] / "tests"
CONDITIONS = (
    "all on one machine: Postgres over a Unix socket; Supabase over HTTP on loopback, where the tests' "
    "gateway stands for it, which is Python"
)

NAMES = ("SQLite", "Postgres", "Supabase")
SPAWN = multiprocessing.get_context("spawn")
"""Processes that begin with nothing: none inherits another's connections."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a store is: what another process needs to open it."""

    name: str
    url: str
    key: str | None = None

    def open(self) -> Store:
        """The store, to be closed by the caller."""
        return open_store(self.url, supabase_key=self.key)


@dataclass(frozen=True, kw_only=True)
class Databases:
    """A database of each kind, with our schema and no rows; `gateway` is what stands for Supabase."""

    places: tuple[Place, ...]
    gateway: GatewayProcess


def as_installed() -> None:
    """Let the tests' server keep data through a power cut, as every Postgres does unless it is told not to.

    Only before it is started.
    """
    from_tests("postgres_server").SETTINGS.update(
        fsync="on",
        full_page_writes="on",
        synchronous_commit="on",
        autovacuum="on",
        shared_buffers="128MB",
    )


@contextmanager
def empty_databases(folder: Path) -> Iterator[Databases]:
    """Make them, the file in a folder of its own, and remove what is not in the folder at the end."""
    servers, projects = from_tests("postgres_server"), from_tests("supabase_project")
    file = Place(name=NAMES[0], url=f"sqlite:///{folder / 'capture.db'}")
    with file.open() as store:
        store.migrate()
    with ExitStack() as stack:
        postgres = Place(name=NAMES[1], url=stack.enter_context(servers.migrated_database()))
        behind = projects.pushed_database()
        stack.callback(servers.drop_database, behind)
        gateway = stack.enter_context(GatewayProcess(behind))
        supabase = Place(name=NAMES[2], url=gateway.url, key=gateway.key)
        yield Databases(places=(file, postgres, supabase), gateway=gateway)


class GatewayProcess:
    """The tests' gateway in a process of its own, as a Supabase project is: none of its work is ours."""

    url: str
    key: str

    def __init__(self, dsn: str) -> None:
        self._ours, theirs = SPAWN.Pipe()
        self._process = SPAWN.Process(target=_serve, args=(dsn, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        self.url, self.key = self._ours.recv()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._ours.close()  # it notices, and ends
        self._process.join()

    def seen(self) -> tuple[Counter[str], float]:
        """Calls since the last question, by function; and processor seconds since its start."""
        self._ours.send("seen")
        calls, seconds = self._ours.recv()
        return calls, seconds


def _serve(dsn: str, asked: Connection) -> None:
    with from_tests("supabase_gateway").Gateway(dsn) as gateway:
        asked.send((gateway.url, gateway.secret_key))
        while True:
            try:
                asked.recv()
            except EOFError:
                return
            calls = Counter(request.path.rpartition("/")[2] for request in gateway.requests)
            gateway.requests.clear()
            asked.send((calls, time.process_time()))


def from_tests(name: str) -> Any:
    """A module of the tests, which are no package."""
    if str(TESTS) not in sys.path:
        sys.path.append(str(TESTS))
    return importlib.import_module(name)
