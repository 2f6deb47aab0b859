"""The database as one SQLite file: no server, no set-up.

Write-ahead logging lets readers and one writer work side by side. A transaction that will write says so when
it begins (`BEGIN IMMEDIATE`): one that starts by reading and writes later fails at once when somebody else
wrote in between, whatever the busy timeout. `synchronous=NORMAL` keeps every commit through a kill of the
process; only a power cut may take the last ones, never their consistency.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import BindParameter, Tuple, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.pool import QueuePool

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.contract import SchemaVersion
from progressive_capture.lib.store.migrations import REVISIONS
from progressive_capture.lib.store.sql_database import SqlDatabase

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

MOST_BUSY = 20
BUSY_TIMEOUT_SECONDS = 30.0
"""How long to wait for another program that is writing."""


class SqliteDatabase(SqlDatabase):
    """One file, which is looked at here but made by `migrate` alone.

    Raises:
        StoreError: if something else is in its place, or a newer program's database.
    """

    def __init__(self, path: Path, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> None:
        self._path = path
        self._timeout = busy_timeout_seconds
        self._revision()
        super().__init__(_engine(path, busy_timeout_seconds))

    def describe(self) -> str:
        return f"SQLite file {self._path}"

    def schema_version(self) -> SchemaVersion:
        return SchemaVersion(found=self._revision(), newest=REVISIONS[-1], by_itself=True)

    def check_writable(self) -> None:
        self._revision()
        try:
            if self._path.exists():
                with closing(_connect(self._path, self._timeout)) as connection:
                    connection.execute("BEGIN IMMEDIATE")
                    # The lock alone is also given on a file that may only be read.
                    connection.execute("PRAGMA user_version = 0")
                    connection.execute("ROLLBACK")
            else:
                # Tried, not looked up: rights alone do not tell of a full or read-only disk.
                folder = next(parent for parent in self._path.absolute().parents if parent.exists())
                with TemporaryFile(dir=folder):
                    pass
        except sqlite3.Error as error:
            raise self._explain_sqlite(error) from error
        except OSError as error:
            raise self._cannot_create(error.strerror or str(error)) from error

    def prepare(self) -> None:
        self.migrate()

    def migrate(self) -> None:
        if self._revision() == REVISIONS[-1]:
            return
        # Alembic is slow to import, and seldom needed.
        from progressive_capture.lib.store.migrations.running import upgrade  # noqa: PLC0415

        created, held = self._create_file(), False
        try:
            with self._writing() as connection:
                held = True
                upgrade(connection)
        except BaseException:
            self.close()
            # Not where another program was faster: then the file is theirs by now.
            if created and held:
                self._path.unlink(missing_ok=True)
            raise

    def _create_file(self) -> bool:
        """Make the empty file and the folders above it; says whether it was not there."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644))
        except FileExistsError:
            if self._path.is_file():
                return False
            raise self._cannot_create(f"{self._path.parent} is no folder") from None
        except OSError as error:
            raise self._cannot_create(error.strerror or str(error)) from error
        return True

    def _cannot_create(self, reason: str) -> StoreError:
        return StoreError(
            f"The database {self._path} cannot be created: {reason}.",
            hint="Choose a file in a folder that you may write to: --database sqlite:///capture.db",
        )

    def _revision(self) -> str | None:
        """The schema's revision in the file, None where there is nothing yet; changes nothing."""
        try:
            if self._path.is_dir():
                raise StoreError(
                    f"{self._path} is a folder, not a database.",
                    hint=f"Name a file in it: --database sqlite:///{self._path / 'capture.db'}",
                )
            if not self._path.exists() or self._path.stat().st_size == 0:
                return None
            with closing(_connect(self._path, self._timeout)) as connection:
                return self._known_revision(connection)
        except sqlite3.Error as error:
            raise self._explain_sqlite(error) from error
        except OSError as error:
            raise self._cannot_create(error.strerror or str(error)) from error

    def _known_revision(self, connection: sqlite3.Connection) -> str | None:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not tables:
            return None
        if not tables >= {"alembic_version", "progressive_capture_jobs"}:
            raise self._refused("is somebody else's: it has tables, but not ours")
        revisions = [row[0] for row in connection.execute("SELECT version_num FROM alembic_version")]
        if len(revisions) != 1:
            raise self._refused("does not say which version of the schema it has")
        if revisions[0] not in REVISIONS:
            raise StoreError(
                f"The database {self._path} was made by a newer version of this program "
                f"(its schema is {revisions[0]}, this program knows up to {REVISIONS[-1]}).",
                hint="Install the newest version: pip install --upgrade progressive-capture",
            )
        return str(revisions[0])

    def _explain(self, error: Exception) -> Exception:
        cause = getattr(error, "orig", None)
        if isinstance(cause, sqlite3.Error):
            return self._explain_sqlite(cause)
        return super()._explain(error)

    def _explain_sqlite(self, error: sqlite3.Error) -> StoreError:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith("SQLITE_NOTADB"):
            return self._refused("is not an SQLite database")
        for prefix, (what, hint) in _CAUSES.items():
            if name.startswith(prefix):
                told = what.format(seconds=f"{self._timeout:g}")
                return StoreError(f"The database {self._path} {told} ({error}).", hint=hint)
        if "no such table" in str(error):
            return StoreError(
                f"The database {self._path} has not been set up ({error}).",
                hint="Set it up with: progressive-capture migrate",
            )
        return StoreError(f"The database {self._path} failed: {error}.")

    def _refused(self, reason: str) -> StoreError:
        return StoreError(
            f"The file {self._path} {reason}.",
            hint="Nothing was changed in it. Choose another file: --database sqlite:///capture.db",
        )


_CAUSES = {
    "SQLITE_FULL": (
        "could not grow: the disk is full, and nothing of this step was stored",
        "Free some space and start again: it goes on where it stopped.",
    ),
    "SQLITE_BUSY": (
        "was held by another program for more than {seconds} seconds",
        "Let the other capture finish, or close the program that has the database open.",
    ),
    "SQLITE_LOCKED": ("is locked", "Close the program that has the database open."),
    "SQLITE_READONLY": (
        "may not be written to",
        "Give this user the right to write, or choose another file.",
    ),
    "SQLITE_CANTOPEN": ("cannot be opened", "Check the path, and whether this user may write to its folder."),
    "SQLITE_CORRUPT": (
        "is damaged",
        "Fetch the copy that the repository keeps: progressive-capture fetch OWNER/NAME",
    ),
    "SQLITE_IOERR": ("could not be read or written", "Check the disk, then start again."),
}


def _connect(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection to a file that must be there: reading never makes one."""
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    # Transactions begin where we say so, not where the driver guesses.
    return sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)


def _engine(path: Path, timeout: float) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = _connect(path, timeout)
        _log_ahead(connection)
        connection.execute("PRAGMA synchronous = NORMAL").close()
        return connection

    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=QueuePool)
    engine.dialect.statement_compiler = AlongAnIndex
    event.listen(engine, "begin", _begin)
    return engine


class AlongAnIndex(SQLiteCompiler):
    """SQLite reads a whole table for `(a, b) IN (VALUES …)`; what a query of those gives, it looks up."""

    def visit_in_op_binary(self, binary: Any, operator: Any, **how: Any) -> str:
        del operator
        if isinstance(binary.left, Tuple) and isinstance(binary.right, BindParameter):
            left, right = (self.process(side, **how) for side in (binary.left, binary.right))
            return f"{left} IN (SELECT * FROM {right})"  # noqa: S608  (both are SQLAlchemy's)
        return self._generate_generic_binary(binary, " IN ", **how)


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Turn write-ahead logging on.

    While another program makes this very file, SQLite refuses that at once, whatever the busy timeout. It
    does wait where one wants to write: so we queue up like that, and ask again.
    """
    for _ in range(MOST_BUSY):
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                raise
            connection.execute("BEGIN IMMEDIATE").close()
            connection.execute("ROLLBACK").close()
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL").close()


def _begin(connection: Connection) -> Any:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
