"""A whole database read row by row as it is at one moment, in bounded memory: for exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import column, func, select, table

from progressive_capture.lib.store.contract import StoredRows
from progressive_capture.lib.store.schema import METADATA, actions, artifacts, capture
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT, TIME, Json
from progressive_capture.lib.store.statements import if_given

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Dialect, Select, Table

    from progressive_capture.lib.store.contract import OneRepository

ROWS_AT_ONCE = 200
"""How many rows are held in memory; a row of `builds` may have the steps of hundreds of jobs."""

FILES_AT_ONCE = 20
"""The same for files of artifacts, each with up to 256 KB of text."""


class _JsonAsShown(Json):
    """JSON as a user's own SQL shows it: SQLite's is text, and stays the text that it is."""

    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        del dialect
        return value


BUILDS = table(
    "builds",
    column("repo", TEXT),
    column("id_build", INTEGER),
    column("workflow_id", INTEGER),
    column("workflow_name", TEXT),
    column("status", TEXT),
    column("conclusion", TEXT),
    column("created_at", TIME),
    column("updated_at", TIME),
    column("branch", TEXT),
    column("commit_sha", TEXT),
    column("event", TEXT),
    column("issuer_name", TEXT),
    column("run_number", INTEGER),
    column("build_duration", INTEGER),
    column("total_jobs", INTEGER),
    column("job_details", _JsonAsShown()),
)
"""The view, with the kinds of its columns: no database tells those of a view as ours."""


class SqlSnapshot:
    """The contract's snapshot inside a transaction that somebody else opened, and ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tables(self) -> Sequence[str]:
        return sorted(METADATA.tables)

    def rows(self, table_name: str, repository: OneRepository | None = None) -> StoredRows:
        stored = METADATA.tables[table_name]
        is_large = stored is artifacts.artifact_files
        query = rows_of(stored, **of_repository(repository))
        return self._stream(query, at_once=FILES_AT_ONCE if is_large else ROWS_AT_ONCE)

    def builds(self, repository: OneRepository | None = None) -> StoredRows:
        return self._stream(builds_of(**of_repository(repository)), at_once=ROWS_AT_ONCE)

    def _stream(self, query: Select[Any], *, at_once: int) -> StoredRows:
        return StoredRows(columns=tuple(query.selected_columns.keys()), rows=self._rows(query, at_once))

    def _rows(self, query: Select[Any], at_once: int) -> Iterator[tuple[Any, ...]]:
        # Asked when the first row is wanted; what is not read to its end is closed when it is let go.
        with self._connection.execute(query, execution_options={"yield_per": at_once}) as result:
            for row in result:
                yield tuple(row)


def of_repository(repository: OneRepository | None) -> Mapping[str, Any]:
    """A repository as arguments of the two below; None: all repositories."""
    return {
        "repository_id": repository.id if repository else None,
        # A job keeps the name that was asked for, in whatever case.
        "repository_name": repository.full_name.lower() if repository else None,
    }


def rows_of(stored: Table, *, repository_id: Any, repository_name: Any) -> Select[Any]:
    """A table's rows by primary key."""
    owner: Any = stored.c.get("repository_id")
    whose = repository_id
    if stored is actions.repositories:
        owner = stored.c.id
    elif stored is capture.progressive_capture_jobs:
        owner, whose = func.lower(stored.c.repository), repository_name
    return select(stored).where(if_given(whose, lambda: owner == whose)).order_by(*stored.primary_key)


def builds_of(*, repository_id: Any, repository_name: Any) -> Select[Any]:
    """The rows of the view `builds` by run id."""
    del repository_name  # a build knows its run's id

    runs = actions.workflow_runs
    own = select(runs.c.id).where(runs.c.repository_id == repository_id)
    is_theirs = if_given(repository_id, lambda: BUILDS.c.id_build.in_(own))
    return select(BUILDS).where(is_theirs).order_by(BUILDS.c.id_build)
