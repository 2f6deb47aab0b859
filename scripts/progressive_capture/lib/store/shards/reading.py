"""A shard opened to be read, as the present schema has it; the file itself is never changed.

It is read where it lies, without locks and without a trace, for nobody writes to it any more. Two kinds are
read in a private copy instead: one whose writer was killed left a part of its rows in a write-ahead log, and
one of an older version of the schema is migrated.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from sqlalchemy import column, create_engine, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from progressive_capture.lib.store.migrations import REVISIONS
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.schema.column_types import INTEGER
from progressive_capture.lib.store.shards.errors import (
    DamagedShardError,
    MissingShardError,
    NewerShardError,
    NoRoomError,
    NotAShardError,
    shown,
)
from progressive_capture.lib.store.sql_connection import SqlConnection
from progressive_capture.lib.store.sqlite import AlongAnIndex, SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, Select

ROWS_AT_ONCE = 1_000
"""Rows of a page: as many as Postgres takes by COPY."""

WEIGHT_AT_ONCE = 8_000_000
"""Characters of text in a page, about; a row alone may have more."""

WEIGHT_OF_ITEM = 150
"""What an item of a list counts: a step of a job has about so many characters."""

LEFT_BEHIND = table("seed_left_behind", column("artifact_id", INTEGER))
"""In a seed alone (see `seeding`): artifacts of which it has the row, and not the files and test results."""

_HEADER = b"SQLite format 3\0"
_OURS = {"alembic_version", "progressive_capture_jobs"}

Row = dict[str, Any]
Answer = TypeVar("Answer")


class Shard:
    """A shard's rows and what the store's own statements say of it.

    Args:
        connection: to the file, or its private copy.
        path: the file's name, for errors.
    """

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        with self._explained():
            self._is_seed = inspect(connection).has_table(LEFT_BEHIND.name)

    def left_behind(self, artifact_ids: Sequence[int]) -> set[int]:
        """Those of some artifacts whose contents the shard knows by hearsay alone."""
        if not self._is_seed:
            return set()
        query = select(LEFT_BEHIND.c.artifact_id)
        return {
            row["artifact_id"]
            for some in slices(artifact_ids)
            for row in self.rows(query.where(LEFT_BEHIND.c.artifact_id.in_(some)))
        }

    def ask(self, statement: Any, **given: Any) -> Sequence[Any]:
        """What a statement of the store answers here.

        Raises:
            DamagedShardError: the file cannot be read.
        """
        return self.read(lambda connection: connection.ask(statement, **given))

    def read(self, ask: Callable[..., Answer], *args: Any, **given: Any) -> Answer:
        """What a question of the store, a function of a connection, answers here.

        Raises:
            DamagedShardError: the file cannot be read.
        """
        with self._explained():
            return ask(SqlConnection(self._connection), *args, **given)

    def rows(self, query: Select[Any], *, at_once: int = ROWS_AT_ONCE) -> Iterator[Row]:
        """The rows of a query as they come, by the names of its columns.

        Raises:
            DamagedShardError: the file cannot be read.
        """
        with (
            self._explained(),
            self._connection.execute(query, execution_options={"yield_per": at_once}) as result,
        ):
            for row in result.mappings():
                yield dict(row)

    def pages(self, query: Select[Any], *, at_once: int = ROWS_AT_ONCE) -> Iterator[list[Row]]:
        """The same in lists of few enough, and not too heavy."""
        page: list[Row] = []
        weight = 0
        for row in self.rows(query, at_once=min(at_once, 100)):
            page.append(row)
            weight += _weight(row)
            if len(page) == at_once or weight >= WEIGHT_AT_ONCE:
                yield page
                page, weight = [], 0
        if page:
            yield page

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise DamagedShardError(self._path, str(getattr(error, "orig", None) or error)) from error
        except ValueError as error:  # a time or a JSON text that is none
            raise DamagedShardError(self._path, str(error)) from error


@contextmanager
def opened_shard(path: Path) -> Iterator[Shard]:
    """A shard to be read, checked first.

    Raises:
        ShardError: it cannot be.
    """
    with readable_file(path) as file, opened_file(file, path) as shard:
        yield shard


@contextmanager
def opened_file(file: Path, path: Path) -> Iterator[Shard]:
    """A readable file to be read; path: what it is called in errors."""
    engine = create_engine("sqlite+pysqlite://", creator=lambda: _connect(file, path), poolclass=StaticPool)
    engine.dialect.statement_compiler = AlongAnIndex
    try:
        with engine.connect() as opened:
            yield Shard(opened, path)
    finally:
        engine.dispose()


@contextmanager
def readable_file(path: Path) -> Iterator[Path]:
    """The file, or a private copy of it, that is whole, ours, and of the present schema.

    Raises:
        ShardError: it is none of that, and cannot be made so.
    """
    refuse_other_files(path)
    with ExitStack() as stack:
        file = stack.enter_context(_private_copy(path)) if _has_log(path) else path
        revision = check(file, path)
        if revision != REVISIONS[-1]:
            file = file if file != path else stack.enter_context(_private_copy(path))
            with closing(SqliteDatabase(file)) as database:
                database.migrate()
        yield file


def refuse_other_files(file: Path, path: Path | None = None) -> None:
    """Refuse what is no SQLite file, by its first bytes.

    Args:
        file: what is looked at.
        path: what it is called in errors, if otherwise.

    Raises:
        ShardError: it is none.
    """
    path = path or file
    try:
        with file.open("rb") as opened:
            begin = opened.read(len(_HEADER))
    except FileNotFoundError:
        raise MissingShardError(path) from None
    except OSError as error:
        raise NotAShardError(path, f"cannot be read ({error.strerror})") from error
    if not begin and not _has_log(file):
        raise NotAShardError(path, "is empty: its writer ended before it stored anything")
    if begin and begin != _HEADER:
        raise NotAShardError(path, "is no SQLite database")


def check(file: Path, path: Path) -> str:
    """Which revision of the schema a file has that is whole and ours.

    Args:
        file: what is looked at.
        path: what it is called in errors.

    Raises:
        ShardError: it is not.
    """
    with closing(_connect(file, path)) as connection:
        try:
            revision = _revision(connection, path)
            problems = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
        except sqlite3.Error as error:
            raise DamagedShardError(path, str(error)) from error
    if problems != ["ok"]:
        raise DamagedShardError(path, " ".join(problems[0].split()))
    return revision


def _revision(connection: sqlite3.Connection, path: Path) -> str:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not tables >= _OURS:
        what = "is a database, but not one of this program's" if tables else "is a database without a table"
        raise NotAShardError(path, what)
    revisions = [str(row[0]) for row in connection.execute("SELECT version_num FROM alembic_version")]
    if len(revisions) != 1:
        raise NotAShardError(path, "does not say which version of the schema it has")
    if revisions[0] not in REVISIONS:
        raise NewerShardError(path, revisions[0], REVISIONS[-1])
    return revisions[0]


def _has_log(path: Path) -> bool:
    return Path(f"{path}-wal").exists()


@contextmanager
def _private_copy(path: Path) -> Iterator[Path]:
    """A copy in a temporary folder, with what its write-ahead log holds."""
    with tempfile.TemporaryDirectory(prefix="progressive-capture-") as folder:
        copy = Path(folder) / "shard.db"
        try:
            with closing(connect_read_only(path)) as source, closing(sqlite3.connect(copy)) as target:
                target.execute("PRAGMA synchronous = OFF").close()
                source.backup(target)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorname", "").startswith("SQLITE_FULL"):
                raise no_room(path, Path(folder)) from error
            raise DamagedShardError(path, str(error)) from error
        yield copy


def no_room(path: Path, folder: Path) -> NoRoomError:
    """What is said where a copy does not fit."""
    return NoRoomError(
        f"There is no room for {shown(path)} in {folder}.",
        hint="Free some space, or name a folder with more in TMPDIR.",
    )


def _connect(file: Path, path: Path) -> sqlite3.Connection:
    """To a file that nobody writes to: no lock is taken, and nothing is left beside it."""
    try:
        return _open(file, "immutable=1")
    except sqlite3.Error as error:
        raise DamagedShardError(path, str(error)) from error


def connect_read_only(path: Path) -> sqlite3.Connection:
    """To a file that somebody may be writing to, with what its write-ahead log holds."""
    return _open(path, "mode=ro")


def _open(path: Path, how: str) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?{how}"
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)


def _weight(row: Row) -> int:
    return sum(
        len(value) if isinstance(value, str) else WEIGHT_OF_ITEM * len(value)
        for value in row.values()
        if isinstance(value, str | list)
    )
