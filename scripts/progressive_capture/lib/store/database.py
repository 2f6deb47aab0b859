"""What a store stands on: one database, and connections that carry statements to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Table

    from progressive_capture.lib.store.contract import SchemaVersion, Snapshot
    from progressive_capture.lib.store.statements import Statement

P = ParamSpec("P")
Answer = TypeVar("Answer")


class Connection(Protocol):
    """A way to the database for the length of one piece of work."""

    def ask(self, statement: Statement, **given: Any) -> Sequence[Any]:
        """The rows of an answer: named tuples of Python's values, with `_asdict()`."""

    def value(self, statement: Statement, **given: Any) -> Any:
        """The first value of the first row; None where there is none."""

    def values(self, statement: Statement, **given: Any) -> list[Any]:
        """The first value of every row."""

    def change(self, statement: Statement, **given: Any) -> int:
        """Carry out a change that returns no rows; says how many it touched.

        Raises:
            AlreadyThereError: if a unique key forbids it.
        """

    def upsert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
        """Write observations by the overwrite rule; says how many are new, and how many old rows changed.

        All have the same keys: every observed column of the table. One thing may come several times.
        """


class Database(Protocol):
    """Where statements go. Every method may raise StoreError, with a next step."""

    def read(
        self, work: Callable[Concatenate[Connection, P], Answer], *args: P.args, **kwargs: P.kwargs
    ) -> Answer:
        """Do work that only asks. It may be done again from its start where the connection is lost."""

    def write(
        self, work: Callable[Concatenate[Connection, P], Answer], *args: P.args, **kwargs: P.kwargs
    ) -> Answer:
        """Do work that changes something.

        In SQL all of it is committed, or nothing; where every statement is a request of its own (Supabase),
        what was done stays done, and doing it again changes nothing. It may be done again from its start.
        """

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """See `contract.Store.snapshot`."""

    def prepare(self) -> None:
        """See `contract.Store.prepare`."""

    def migrate(self) -> None:
        """See `contract.Store.migrate`."""

    def schema_version(self) -> SchemaVersion:
        """See `contract.Store.schema_version`."""

    def check_writable(self) -> None:
        """See `contract.Store.check_writable`."""

    def describe(self) -> str:
        """See `contract.Store.describe`."""

    def close(self) -> None:
        """Give back every connection."""


class AlreadyThereError(Exception):
    """A row with the same unique key is there already; whoever made the statement knows what that means."""
