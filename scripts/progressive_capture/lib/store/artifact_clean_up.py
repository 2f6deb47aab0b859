"""The stored bytes of old artifacts: which may go, and giving them up. Rows, texts and test results stay.

Walks go page by page, each page a question of its own, as in `queries`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, literal_column, or_, select, update

from progressive_capture.lib.store.artifact_contract import Removed
from progressive_capture.lib.store.queries import PAGE
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.schema import artifacts
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT, TIME
from progressive_capture.lib.store.statements import among, if_given, many, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from progressive_capture.lib.store.database import Connection

HOLDING_BYTES = ("stored", "skipped")
"""Content statuses of artifacts whose files may be in the storage; others are still being worked on."""

_artifacts = artifacts.artifacts
_files = artifacts.artifact_files


def page_of_removable_artifacts(
    connection: Connection, older_than: datetime, repository_id: int | None, *, after: int | None
) -> Sequence[int]:
    """The next ids above one whose bytes may go."""
    return connection.values(
        removable_artifacts, older_than=older_than, repository_id=repository_id, after=after
    )


@statement(older_than=TIME, repository_id=INTEGER, after=INTEGER)
def removable_artifacts(older_than: Any, repository_id: Any, after: Any) -> Any:
    """See `page_of_removable_artifacts`. One that was given up in part comes again: see `mark_removed`."""
    to_give_up = or_(_files.c.storage_key.is_not(None), _files.c.status == "removed")
    query = select(_artifacts.c.id).where(
        _is_removable(older_than, repository_id),
        exists().where(_files.c.artifact_id == _artifacts.c.id, to_give_up),
        if_given(after, lambda: _artifacts.c.id > after),
    )
    return query.order_by(_artifacts.c.id).limit(PAGE)


def page_of_removable_keys(
    connection: Connection, older_than: datetime, repository_id: int | None, *, after: str | None
) -> Sequence[tuple[str, int | None]]:
    """The next keys above one that no file needs but those of artifacts whose bytes may go."""
    page = connection.ask(removable_keys, older_than=older_than, repository_id=repository_id, after=after)
    return [(row.storage_key, row.size_bytes) for row in page]


@statement(older_than=TIME, repository_id=INTEGER, after=TEXT)
def removable_keys(older_than: Any, repository_id: Any, after: Any) -> Any:
    """See `page_of_removable_keys`."""
    other = _files.alias("other")
    removable = exists().where(
        _artifacts.c.id == other.c.artifact_id, _is_removable(older_than, repository_id)
    )
    needed = exists().where(other.c.storage_key == _files.c.storage_key, ~removable)
    query = select(_files.c.storage_key, func.max(_files.c.size_bytes).label("size_bytes")).where(
        _files.c.storage_key.is_not(None), ~needed, if_given(after, lambda: _files.c.storage_key > after)
    )
    return query.group_by(_files.c.storage_key).order_by(_files.c.storage_key).limit(PAGE)


def mark_removed(connection: Connection, artifact_ids: Collection[int], reason: str) -> Removed:
    """Give up the bytes of artifacts that hold some; see the contract.

    Files first: one that was given up is never taken for kept. A kill between the two leaves artifacts that
    promise more than their files do; they are still removable, so that the next clean-up marks them.
    """
    marked = files = 0
    for some in slices(set(artifact_ids)):
        files += connection.change(give_up_files, artifact_ids=some)
        marked += connection.change(give_up_artifacts, artifact_ids=some, reason=reason)
    return Removed(artifacts=marked, files=files)


@statement(artifact_ids=many(INTEGER))
def give_up_files(artifact_ids: Any) -> Any:
    """Take their keys from the stored files of those of the artifacts that hold bytes."""
    is_held = exists().where(_artifacts.c.id == _files.c.artifact_id, _holds_bytes())
    theirs = and_(among(_files.c.artifact_id, artifact_ids), _files.c.status == "stored", is_held)
    return update(_files).where(theirs).values(storage_key=None, status="removed")


@statement(artifact_ids=many(INTEGER), reason=TEXT)
def give_up_artifacts(artifact_ids: Any, reason: Any) -> Any:
    """Note that artifacts have no bytes any more; not where a capture stored files again meanwhile."""
    stored_again = exists().where(_files.c.artifact_id == _artifacts.c.id, _files.c.status == "stored")
    emptied = and_(among(_artifacts.c.id, artifact_ids), _holds_bytes(), ~stored_again)
    values = {"content_status": "removed", "content_reason": reason}
    return update(_artifacts).where(emptied).values(values)


def page_of_keys_given_up(connection: Connection, *, after: str | None) -> Sequence[tuple[str, int | None]]:
    """The next keys above one that removed files had and no file has now."""
    page = connection.ask(contents_given_up, after=None if after is None else _hash_of(after))
    return [(_key_of(row.sha256), row.size_bytes) for row in page]


@statement(after=TEXT)
def contents_given_up(after: Any) -> Any:
    """See `page_of_keys_given_up`; `after` is a hash."""
    removed = _files.alias("removed")
    key = func.substr(removed.c.sha256, 1, 2).concat("/").concat(removed.c.sha256)
    query = select(removed.c.sha256, func.max(removed.c.size_bytes).label("size_bytes")).where(
        # Word for word the condition of the index, so that the index serves it.
        removed.c.status == literal_column("'removed'"),
        removed.c.sha256.is_not(None),
        ~exists().where(_files.c.storage_key == key),
        if_given(after, lambda: removed.c.sha256 > after),
    )
    return query.group_by(removed.c.sha256).order_by(removed.c.sha256).limit(PAGE)


def _key_of(sha256: str) -> str:
    """The storage key of a content: a removed file has lost its own, but not its hash."""
    return f"{sha256[:2]}/{sha256}"


def _hash_of(key: str) -> str:
    return key.partition("/")[2]


def _holds_bytes() -> ColumnElement[bool]:
    return _artifacts.c.content_status.in_(HOLDING_BYTES)


def _is_removable(older_than: Any, repository_id: Any) -> ColumnElement[bool]:
    created_at = func.coalesce(_artifacts.c.created_at, _artifacts.c.captured_at)
    return and_(
        if_given(repository_id, lambda: _artifacts.c.repository_id == repository_id),
        _holds_bytes(),
        created_at < older_than,
    )
