"""A database that SQLAlchemy speaks to: opened, looked at, written to, and its errors explained."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.snapshot import SqlSnapshot
from progressive_capture.lib.store.sql_connection import SqlConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

P = ParamSpec("P")
Answer = TypeVar("Answer")


class SqlDatabase:
    """What every database in SQL has in common; how one opens and migrates it, each adds itself."""

    connection_type: ClassVar[type[SqlConnection]] = SqlConnection
    failures: ClassVar[tuple[type[Exception], ...]] = (SQLAlchemyError, UnicodeError, OverflowError)
    """What is explained. Beside the database's own errors: text that is no Unicode and numbers over 64 bits,
    which cannot be sent."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        self._engine.dispose()

    def read(
        self, work: Callable[Concatenate[SqlConnection, P], Answer], *args: P.args, **kwargs: P.kwargs
    ) -> Answer:
        def attempt() -> Answer:
            with self._reading() as connection:
                return work(self.connection_type(connection), *args, **kwargs)

        return self._until_it_works(attempt)

    def write(
        self, work: Callable[Concatenate[SqlConnection, P], Answer], *args: P.args, **kwargs: P.kwargs
    ) -> Answer:
        def attempt() -> Answer:
            with self._writing() as connection:
                return work(self.connection_type(connection), *args, **kwargs)

        return self._until_it_works(attempt)

    @contextmanager
    def snapshot(self) -> Iterator[SqlSnapshot]:
        with self._reading() as connection:
            yield SqlSnapshot(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One consistent look; nothing that others write meanwhile shows."""
        with self._explained(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """All of it is committed, or nothing."""
        with self._explained(), self._engine.connect() as connection:
            writer = connection.execution_options(writes=True)
            with writer.begin():
                yield writer

    def _until_it_works(self, attempt: Callable[[], Answer]) -> Answer:
        """What an attempt gives; a database that may be away for a while has it made again."""
        return attempt()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except self.failures as error:
            raise self._explain(error) from error

    def _explain(self, error: Exception) -> Exception:
        """The error in a person's words, with a next step; a database that knows its own says more."""
        reason = getattr(error, "orig", None) or error
        return StoreError(f"The database failed: {reason}")
