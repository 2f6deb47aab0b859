"""A whole database read page by page, where no transaction can be held open for as long as that takes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select, tuple_

from progressive_capture.lib.store.contract import StoredRows
from progressive_capture.lib.store.schema import METADATA, actions, artifacts
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT
from progressive_capture.lib.store.snapshot import (
    BUILDS,
    FILES_AT_ONCE,
    ROWS_AT_ONCE,
    of_repository,
    rows_of,
)
from progressive_capture.lib.store.statements import Statement, if_given, keep, statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnClause

    from progressive_capture.lib.store.contract import OneRepository
    from progressive_capture.lib.store.database import Connection, Database
    from progressive_capture.lib.store.statements import Kind

_GIVEN: Mapping[str, Kind] = {"repository_id": INTEGER, "repository_name": TEXT, "at_once": INTEGER}
"""The arguments of every page, beside the key that the last one ended with."""


class PagedSnapshot:
    """The answers of `contract.Snapshot`, of more than one moment: each page is a look of its own.

    What is written meanwhile may show in pages that come later. No row is given twice, and none is missed
    that was there from the beginning to the end: pages go by primary key, which never changes.

    Args:
        database: where the pages come from.
        rows_at_once: how many rows a page has at most.
        files_at_once: the same for files of artifacts, which are large.
    """

    def __init__(
        self, database: Database, *, rows_at_once: int = ROWS_AT_ONCE, files_at_once: int = FILES_AT_ONCE
    ) -> None:
        self._database = database
        self._rows_at_once = rows_at_once
        self._files_at_once = files_at_once

    def tables(self) -> Sequence[str]:
        return sorted(METADATA.tables)

    def rows(self, table_name: str, repository: OneRepository | None = None) -> StoredRows:
        stored = METADATA.tables[table_name]
        is_large = stored is artifacts.artifact_files
        at_once = self._files_at_once if is_large else self._rows_at_once
        keys = stored.primary_key.columns.keys()
        pages = self._pages(PAGES[table_name], keys, repository, at_once)
        return StoredRows(columns=tuple(stored.c.keys()), rows=pages)

    def builds(self, repository: OneRepository | None = None) -> StoredRows:
        pages = self._pages(page_of_builds, [BUILDS.c.id_build.name], repository, self._rows_at_once)
        return StoredRows(columns=tuple(BUILDS.c.keys()), rows=pages)

    def _pages(
        self, page_of: Statement, keys: Sequence[str], repository: OneRepository | None, at_once: int
    ) -> Iterator[tuple[Any, ...]]:
        given = {**of_repository(repository), "at_once": at_once, **{_after(name): None for name in keys}}
        # To an empty page, not to a short one: a database may give less than was asked for.
        while page := self._database.read(_page, page_of, given):
            yield from map(tuple, page)
            last = page[-1]._asdict()
            given |= {_after(name): last[name] for name in keys}
            page = ()  # let go before the next one comes, which is large enough by itself


def _page(connection: Connection, page_of: Statement, given: Mapping[str, Any]) -> Sequence[Any]:
    return connection.ask(page_of, **given)


def _after(name: str) -> str:
    """The argument that holds a part of the key that the last page ended with."""
    return f"after_{name}"


def _page_of(name: str, key: Sequence[ColumnClause[Any]], rows: Callable[..., Select[Any]]) -> Statement:
    """The statement that gives the next rows after a key, of one repository or all.

    Args:
        name: of the table or view.
        key: the columns that its rows are ordered by, and told apart.
        rows: makes the query for all of its rows, in that order.
    """
    kinds = {_after(column.name): column.type for column in key}

    def build(*, repository_id: Any, repository_name: Any, at_once: Any, **after: Any) -> Any:
        last = [after[name] for name in kinds]
        later = if_given(last[0], lambda: tuple_(*key) > tuple_(*last, types=list(kinds.values())))
        query = rows(repository_id=repository_id, repository_name=repository_name)
        return query.where(later).limit(at_once)

    return keep(Statement(f"page_of_{name}", {**_GIVEN, **kinds}, build))


PAGES = {
    name: _page_of(name, list(table.primary_key), partial(rows_of, table))
    for name, table in METADATA.tables.items()
}


@statement(repository_id=INTEGER, repository_name=TEXT, at_once=INTEGER, after_id_build=INTEGER)
def page_of_builds(
    repository_id: Any, repository_name: Any, at_once: Any, after_id_build: Any
) -> Select[Any]:
    """The next builds after a run, by runs that are chosen first: else each page would read all jobs."""
    del repository_name
    runs = actions.workflow_runs
    chosen = (
        select(runs.c.id)
        .where(
            if_given(repository_id, lambda: runs.c.repository_id == repository_id),
            if_given(after_id_build, lambda: runs.c.id > after_id_build),
        )
        .order_by(runs.c.id)
        .limit(at_once)
    )
    return select(BUILDS).where(BUILDS.c.id_build.in_(chosen)).order_by(BUILDS.c.id_build)
