"""The database as one of a Postgres server, or behind a pooler that gives each transaction any connection.

So nothing of ours outlives a transaction: no prepared statements, no settings, no locks. Where a connection
is lost, its work is done again from the start on a new one, as long as there is patience. A commit whose
answer was lost is asked after first, so that nothing is done twice.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import psycopg
from psycopg import IsolationLevel
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.patience import WorthWaitingError
from progressive_capture.lib.store.contract import SchemaVersion
from progressive_capture.lib.store.migrations import REVISIONS
from progressive_capture.lib.store.postgres_address import described, parameters_of
from progressive_capture.lib.store.postgres_connection import PostgresConnection
from progressive_capture.lib.store.postgres_errors import MIGRATE, explained
from progressive_capture.lib.store.postgres_schema import refuse_to_migrate_supabase, revision_of
from progressive_capture.lib.store.rows import change_nothing
from progressive_capture.lib.store.sql_database import SqlDatabase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from progressive_capture.lib.patience import Patience
    from progressive_capture.lib.store.snapshot import SqlSnapshot

P = ParamSpec("P")
Answer = TypeVar("Answer")

# The driver warns of what it cannot put away once a connection is lost; with no log, that went to the screen.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

MIGRATION_LOCK = int.from_bytes(b"capture", "big")
"""Whoever migrates holds this advisory lock of the database."""

_END_IF_LEFT = select(func.set_config("idle_in_transaction_session_timeout", "60s", True))
"""A machine that vanishes in the middle of a write would else hold rows until the server's TCP notices."""

_NUMBER = text("SELECT CAST(pg_current_xact_id_if_assigned() AS text)")
_OUTCOME = text("SELECT pg_xact_status(CAST(:number AS xid8))")


class PostgresDatabase(SqlDatabase):
    """One database; nothing is connected to before the first question.

    Args:
        url: `postgresql://…`, as libpq reads it.
        patience: how long a database that does not answer is waited for.

    Raises:
        ConfigurationError: if the URL cannot be read.
    """

    connection_type = PostgresConnection
    failures = (*SqlDatabase.failures, psycopg.Error)

    def __init__(self, url: str, patience: Patience) -> None:
        self._parameters = parameters_of(url)
        self._patience = patience
        engine = create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=1,  # for questions while a snapshot is read
            use_native_hstore=False,
        )
        super().__init__(engine)

    def describe(self) -> str:
        return described(self._parameters)

    def schema_version(self) -> SchemaVersion:
        found = self._until_it_works(self._revision)
        return SchemaVersion(found=found, newest=REVISIONS[-1], by_itself=False)

    def prepare(self) -> None:
        version = self.schema_version()
        if version.found is None:
            raise StoreError(f"The {self.describe()} has not been set up.", hint=MIGRATE)
        if version.found != version.newest:
            raise StoreError(
                f"The {self.describe()} has the schema {version.found}; this program needs {version.newest}.",
                hint=MIGRATE,
            )

    def migrate(self) -> None:
        # Alembic is slow to import, and seldom needed.
        from progressive_capture.lib.store.migrations.running import upgrade  # noqa: PLC0415

        def attempt() -> None:
            with self._writing() as connection:
                # Of two, the second waits here, and finds it done.
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                if revision_of(connection, f"The {self.describe()}") != REVISIONS[-1]:
                    refuse_to_migrate_supabase(connection, f"The {self.describe()}")
                    upgrade(connection)

        self._until_it_works(attempt)

    def check_writable(self) -> None:
        self._until_it_works(self._try_to_write)

    def write(
        self, work: Callable[Concatenate[PostgresConnection, P], Answer], *args: P.args, **kwargs: P.kwargs
    ) -> Answer:
        sent: list[tuple[str | None, Answer]] = []  # to be committed: the transaction's number, its answer

        def attempt() -> Answer:
            if sent and self._was_committed(sent[0][0]):
                return sent[0][1]
            sent.clear()
            with self._writing() as connection:
                answer = work(PostgresConnection(connection), *args, **kwargs)
                sent.append((connection.scalar(_NUMBER), answer))
            return answer

        return self._until_it_works(attempt)

    @contextmanager
    def snapshot(self) -> Iterator[SqlSnapshot]:
        # What has been read cannot be taken back: a look that breaks off is not looked again.
        try:
            with super().snapshot() as snapshot:
                yield snapshot
        except WorthWaitingError as failure:
            raise failure.told from failure

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(**self._parameters, prepare_threshold=None)  # type: ignore[arg-type]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._transaction(IsolationLevel.REPEATABLE_READ, read_only=True) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        # A server that wants nothing written (a standby, a full one) keeps its way: not to say is not to ask.
        with self._transaction(IsolationLevel.READ_COMMITTED, read_only=None) as connection:
            connection.execute(_END_IF_LEFT)
            yield connection

    @contextmanager
    def _transaction(self, isolation: IsolationLevel, *, read_only: bool | None) -> Iterator[Connection]:
        with self._explained(), self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            # Said as the transaction begins, and over with it.
            driver.isolation_level, driver.read_only = isolation, read_only
            with connection.begin():
                yield connection

    def _revision(self) -> str | None:
        with self._reading() as connection:
            return revision_of(connection, f"The {self.describe()}")

    def _try_to_write(self) -> None:
        with self._writing() as connection:
            if revision_of(connection, f"The {self.describe()}") is None:
                connection.execute(text("CREATE TABLE progressive_capture_trial (tried INTEGER)"))
            else:
                PostgresConnection(connection).change(change_nothing)
            if (transaction := connection.get_transaction()) is not None:
                transaction.rollback()

    def _was_committed(self, number: str | None) -> bool:
        """Whether a transaction was that we sent to be, before its connection was lost."""
        if number is None:  # it changed nothing
            return True
        with self._reading() as connection:
            outcome = connection.scalar(_OUTCOME, {"number": number})
        if outcome == "in progress":
            told = StoreError(f"The {self.describe()} has not yet noticed that a connection was lost.")
            raise WorthWaitingError(told)
        return bool(outcome == "committed")

    def _until_it_works(self, attempt: Callable[[], Answer]) -> Answer:
        def at_most_twice() -> Answer:
            try:
                return attempt()
            except WorthWaitingError:
                # The connection may only have lain idle for too long: a new one tells, and costs no waiting.
                return attempt()

        return self._patience.until_it_works(at_most_twice)

    def _explain(self, error: Exception) -> Exception:
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, psycopg.Error):
            return explained(cause, lost=lost, database=f"The {self.describe()}")
        return super()._explain(error)
