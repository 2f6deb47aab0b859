"""Statements as SQL, inside the open transaction of an SQLAlchemy connection."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from progressive_capture.lib.store.database import AlreadyThereError
from progressive_capture.lib.store.overwrite import upsert
from progressive_capture.lib.store.rows import key_of, stored_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, CursorResult, Table

    from progressive_capture.lib.store.statements import Statement


class SqlConnection:
    """See `database.Connection` for what each method promises."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, statement: Statement, **given: Any) -> Sequence[Any]:
        return self._execute(statement, given).all()

    def value(self, statement: Statement, **given: Any) -> Any:
        return self._execute(statement, given).scalar()

    def values(self, statement: Statement, **given: Any) -> list[Any]:
        return list(self._execute(statement, given).scalars())

    def change(self, statement: Statement, **given: Any) -> int:
        try:
            return self._execute(statement, given).rowcount
        except IntegrityError as error:
            if not self._is_of_a_unique_key(error):
                raise
            raise AlreadyThereError(str(error.orig)) from error

    def upsert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
        named = [key_of(table, row) for row in rows]
        times = Counter(named)
        once = [row for key, row in zip(named, rows, strict=True) if times[key] == 1]
        inserted, updated = self._upsert_different(table, once) if once else (0, 0)
        # One thing seen twice in a batch counts once, so each row has to say for itself whether it changed.
        repeated = [(key, row) for key, row in zip(named, rows, strict=True) if times[key] > 1]
        added = {key for key, _ in repeated} - stored_keys(self, table, [key for key, _ in repeated])
        changed = {key for key, row in repeated if self._write(table, [row])}
        return inserted + len(added), updated + len(changed - added)

    def _upsert_different(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
        """The same for rows of which each is of another thing."""
        added = len(rows) - len(stored_keys(self, table, [key_of(table, row) for row in rows]))
        return added, self._write(table, rows) - added

    def _write(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
        return self._touched(upsert(table, self._connection.dialect.name), rows)

    def _touched(self, upserting: Any, rows: Sequence[Mapping[str, Any]] = ()) -> int:
        """How many rows a statement of the overwrite rule wrote."""
        # Not every driver keeps the count of an insert unless it is asked to.
        counting = upserting.execution_options(preserve_rowcount=True)
        return self._connection.execute(counting, list(rows) or None).rowcount

    def _execute(self, statement: Statement, given: Mapping[str, Any]) -> CursorResult[Any]:
        if (beside := statement.rows_of(given)) is None:
            return self._connection.execute(statement.build(**given))
        name, rows = beside
        built = statement.build(**{**given, name: None})
        return self._connection.execute(built.execution_options(preserve_rowcount=True), rows)

    def _is_of_a_unique_key(self, error: IntegrityError) -> bool:
        """Whether the same key is there already; other constraints say that a row is wrong."""
        name = getattr(error.orig, "sqlite_errorname", "") or getattr(error.orig, "sqlstate", "")
        return name in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"}
