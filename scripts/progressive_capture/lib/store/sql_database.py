"""A database that SQLAlchemy speaks to: opened, looked at, written to, and its errors explained."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from progressive_capture.lib.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from sqlalchemy import Connection, Engine


class SqlDatabase:
    """What every part of a store in SQL stands on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    def _page(self, ask: Any, *of: Any, **place: Any) -> Any:
        with self._reading() as connection:
            return ask(connection, *of, **place)

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

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        # Beside the database's own: text that is no Unicode and numbers over 64 bits, which cannot be sent.
        except (SQLAlchemyError, UnicodeError, OverflowError) as error:
            raise self._explain(error) from error

    def _explain(self, error: Exception) -> StoreError:
        """The error in a person's words, with a next step; a database that knows its own says more."""
        reason = getattr(error, "orig", None) or error
        return StoreError(f"The database failed: {reason}")
