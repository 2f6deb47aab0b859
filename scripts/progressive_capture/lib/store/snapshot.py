"""A whole database read row by row as it is at one moment, in bounded memory: for exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import column, func, literal_column, select, table

from progressive_capture.lib.store.contract import StoredRows
from progressive_capture.lib.store.schema import METADATA, actions, artifacts, capture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Select, Table

    from progressive_capture.lib.store.contract import OneRepository

ROWS_AT_ONCE = 200
"""How many rows are held in memory; a row of `builds` may have the steps of hundreds of jobs."""

FILES_AT_ONCE = 20
"""The same for files of artifacts, each with up to 256 KB of text."""

_BUILDS = table("builds", column("id_build"))


class SqlSnapshot:
    """The contract's snapshot inside a transaction that somebody else opened, and ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tables(self) -> Sequence[str]:
        return sorted(METADATA.tables)

    def rows(self, table_name: str, repository: OneRepository | None = None) -> StoredRows:
        stored = METADATA.tables[table_name]
        query = select(stored).order_by(*stored.primary_key)
        if repository is not None:
            query = query.where(_belongs_to(stored, repository))
        is_large = stored is artifacts.artifact_files
        return self._stream(query, at_once=FILES_AT_ONCE if is_large else ROWS_AT_ONCE)

    def builds(self, repository: OneRepository | None = None) -> StoredRows:
        query: Select[Any] = select(literal_column("*")).select_from(_BUILDS).order_by(_BUILDS.c.id_build)
        if repository is not None:
            runs = actions.workflow_runs
            own = select(runs.c.id).where(runs.c.repository_id == repository.id)
            query = query.where(_BUILDS.c.id_build.in_(own))
        return self._stream(query, at_once=ROWS_AT_ONCE)

    def _stream(self, query: Select[Any], *, at_once: int) -> StoredRows:
        result = self._connection.execute(query, execution_options={"yield_per": at_once})
        return StoredRows(columns=tuple(result.keys()), rows=(tuple(row) for row in result))


def _belongs_to(stored: Table, repository: OneRepository) -> ColumnElement[bool]:
    if stored is actions.repositories:
        return stored.c.id == repository.id
    if stored is capture.progressive_capture_jobs:  # a job keeps the name that was asked for
        return func.lower(stored.c.repository) == repository.full_name.lower()
    return stored.c.repository_id == repository.id
