"""The database as a Supabase project, reached by HTTP alone: no port of Postgres, no IPv6, one key.

Every statement is a call of an SQL function, and a transaction of its own. What a store writes in several
statements is ordered so that a kill in between shows no lie, and writing it again ends it (`batch_writing`).
The schema comes from `supabase/migrations`, pushed by its owner: a key for data may not change it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.contract import SchemaVersion
from progressive_capture.lib.store.function_sql import VERSION_FUNCTION
from progressive_capture.lib.store.migrations import FUNCTIONS_VERSION, REVISIONS
from progressive_capture.lib.store.rows import change_nothing
from progressive_capture.lib.store.rpc_connection import RpcConnection
from progressive_capture.lib.store.snapshot import FILES_AT_ONCE, ROWS_AT_ONCE
from progressive_capture.lib.store.supabase_calls import SupabaseCalls
from progressive_capture.lib.store.supabase_errors import PUSH, SchemaMissingError
from progressive_capture.lib.store.table_pages import PagedSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from progressive_capture.lib.patience import Patience

P = ParamSpec("P")
Answer = TypeVar("Answer")


class SupabaseDatabase:
    """See `database.Database` for what each method promises.

    Args:
        url: the project's address.
        key: its secret key.
        patience: how long it is waited for when it does not answer.
    """

    def __init__(self, url: str, key: str, patience: Patience) -> None:
        self._calls = SupabaseCalls(url, key, patience)

    def close(self) -> None:
        self._calls.close()

    def read(
        self, work: Callable[Concatenate[RpcConnection, P], Answer], *args: P.args, **kwargs: P.kwargs
    ) -> Answer:
        return work(RpcConnection(self._calls.call), *args, **kwargs)

    write = read

    @contextmanager
    def snapshot(self) -> Iterator[PagedSnapshot]:
        yield PagedSnapshot(self, rows_at_once=ROWS_AT_ONCE // 2, files_at_once=FILES_AT_ONCE // 2)

    def describe(self) -> str:
        return f"Supabase project {self._calls.host}"

    def schema_version(self) -> SchemaVersion:
        try:
            rows = self._calls.call(VERSION_FUNCTION, {})
        except SchemaMissingError:
            rows = []
        found = _version(*rows[0]) if rows else None
        return SchemaVersion(found=found, newest=_version(REVISIONS[-1], FUNCTIONS_VERSION), by_itself=False)

    def check_writable(self) -> None:
        self.write(lambda connection: connection.change(change_nothing))

    def migrate(self) -> None:
        """Only look: whoever owns the project pushes its schema."""
        version = self.schema_version()
        if version.found is None:
            raise StoreError(f"{self.describe()} has not been set up.", hint=PUSH)
        revision, _, functions = version.found.partition("+")
        if revision not in REVISIONS or functions > FUNCTIONS_VERSION:
            raise StoreError(
                f"{self.describe()} was set up by a newer version of this program (its schema is "
                f"{version.found}, this program knows up to {version.newest}).",
                hint="Install the newest version: pip install --upgrade progressive-capture",
            )
        if version.found != version.newest:
            raise StoreError(
                f"{self.describe()} has the schema {version.found}; this program needs {version.newest}.",
                hint=PUSH,
            )

    prepare = migrate


def _version(revision: str, functions: str) -> str:
    """The tables' revision, and the version of the functions."""
    return f"{revision}+{functions}"
