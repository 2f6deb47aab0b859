"""What a store is asked about artifacts: which are to do, which are kept, which may go.

Walks go page by page, each page a question of its own, as in `queries`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, func, literal, literal_column, or_, select, true

from progressive_capture.lib.store.artifact_contract import (
    ArtifactOfRun,
    ArtifactSummary,
    ArtifactToDownload,
)
from progressive_capture.lib.store.queries import PAGE
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.schema import actions, artifacts
from progressive_capture.lib.store.schema.column_types import TIME

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Subquery

    from progressive_capture.lib.store.contract import Span

HOLDING_BYTES = ("stored", "skipped")
"""Content statuses of artifacts whose files may be in the storage; others are still being worked on."""

_artifacts = artifacts.artifacts
_files = artifacts.artifact_files
_runs = actions.workflow_runs
_attempts = actions.workflow_run_attempts

_TO_DOWNLOAD = (
    _artifacts.c.id.label("artifact_id"),
    _artifacts.c.run_id,
    _artifacts.c.run_attempt,
    _artifacts.c.name,
    _artifacts.c.size_in_bytes,
    _artifacts.c.digest,
    _artifacts.c.created_at,
    _artifacts.c.expires_at,
)


def page_of_artifacts_to_download(
    connection: Connection,
    repository_id: int,
    span: Span | None,
    *,
    expiring: bool,
    after: tuple[datetime | None, int] | None,
) -> Sequence[ArtifactToDownload]:
    """The next artifacts to fetch after an (expires_at, id): those that expire, or those nobody knows of."""
    expires_at = _artifacts.c.expires_at
    query = select(*_TO_DOWNLOAD).where(
        _to_download(repository_id, span), expires_at.is_not(None) if expiring else expires_at.is_(None)
    )
    if after is not None:
        moment, artifact_id = after
        later: ColumnElement[bool] = _artifacts.c.id > artifact_id
        if moment is not None:
            later = and_(expires_at >= moment, or_(expires_at > moment, later))
        query = query.where(later)
    rows = connection.execute(query.order_by(expires_at, _artifacts.c.id).limit(PAGE)).mappings()
    return [ArtifactToDownload(**row) for row in rows]


def count_artifacts_to_download(connection: Connection, repository_id: int, span: Span | None) -> int:
    """How many that is in all."""
    query = select(func.count()).select_from(_artifacts).where(_to_download(repository_id, span))
    return connection.scalar(query) or 0


def page_of_unknown_attempt(
    connection: Connection, repository_id: int, *, before: int | None
) -> Sequence[ArtifactOfRun]:
    """The next artifacts below an id whose attempt nobody knows, with those of their run; newest first."""
    query = (
        select(
            _artifacts.c.id,
            _artifacts.c.created_at,
            _artifacts.c.run_id,
            _runs.c.run_attempt,
            _runs.c.captured_at.label("run_seen_at"),
        )
        .join_from(_artifacts, _runs, _runs.c.id == _artifacts.c.run_id)
        .where(_artifacts.c.repository_id == repository_id, _artifacts.c.run_attempt.is_(None))
        .order_by(_artifacts.c.id.desc())
        .limit(PAGE)
    )
    rows = connection.execute(query if before is None else query.where(_artifacts.c.id < before)).all()
    started = _attempts_started(connection, {row.run_id for row in rows})
    return [
        ArtifactOfRun(
            artifact_id=row.id,
            created_at=row.created_at,
            run_attempt=row.run_attempt,
            run_seen_at=row.run_seen_at,
            attempts_started=started[row.run_id],
        )
        for row in rows
    ]


def count_artifacts_since(connection: Connection, repository_id: int, created_from: datetime) -> int:
    """How many stored artifacts that are not gone were created at or after a time."""
    query = select(func.count()).where(
        _artifacts.c.repository_id == repository_id,
        _artifacts.c.created_at >= created_from,
        _artifacts.c.gone_at.is_(None),
    )
    return connection.scalar(query) or 0


def known_artifacts(connection: Connection, ids: Collection[int]) -> set[int]:
    """Those of the ids that have a row."""
    known: set[int] = set()
    for some in slices(ids):
        known.update(connection.scalars(select(_artifacts.c.id).where(_artifacts.c.id.in_(some))))
    return known


def artifact_summary(
    connection: Connection, repository_id: int | None, *, now: datetime
) -> Sequence[ArtifactSummary]:
    """One line for each repository and content status."""
    group = (_artifacts.c.repository_id, _artifacts.c.content_status)
    to_come = and_(_artifacts.c.gone_at.is_(None), _artifacts.c.expires_at > now)
    query = (
        select(
            *group,
            func.count().label("artifacts"),
            func.coalesce(func.sum(_artifacts.c.size_in_bytes), 0).label("size_in_bytes"),
            func.min(case((to_come, _artifacts.c.expires_at)), type_=TIME).label("next_expires_at"),
        )
        .where(_of_repository(repository_id))
        .group_by(*group)
        .order_by(*group)
    )
    files = _stored_files(connection, repository_id)
    return [
        ArtifactSummary(
            repository_id=row.repository_id,
            content_status=row.content_status,
            artifacts=row.artifacts,
            size_in_bytes=int(row.size_in_bytes),
            next_expires_at=row.next_expires_at,
            **files.get((row.repository_id, row.content_status), _NO_FILES),
        )
        for row in connection.execute(query)
    ]


def page_of_removable_artifacts(
    connection: Connection, older_than: datetime, repository_id: int | None, *, after: int | None
) -> Sequence[int]:
    """The next ids above one whose bytes may go."""
    has_bytes = exists().where(_files.c.artifact_id == _artifacts.c.id, _files.c.storage_key.is_not(None))
    query = select(_artifacts.c.id).where(_is_removable(older_than, repository_id), has_bytes)
    if after is not None:
        query = query.where(_artifacts.c.id > after)
    return list(connection.scalars(query.order_by(_artifacts.c.id).limit(PAGE)))


def page_of_removable_keys(
    connection: Connection, older_than: datetime, repository_id: int | None, *, after: str | None
) -> Sequence[tuple[str, int | None]]:
    """The next keys above one that no file needs but those of artifacts whose bytes may go."""
    other = _files.alias("other")
    removable = exists().where(
        _artifacts.c.id == other.c.artifact_id, _is_removable(older_than, repository_id)
    )
    needed = exists().where(other.c.storage_key == _files.c.storage_key, ~removable)
    query = select(_files.c.storage_key, func.max(_files.c.size_bytes)).where(
        _files.c.storage_key.is_not(None), ~needed
    )
    if after is not None:
        query = query.where(_files.c.storage_key > after)
    page = query.group_by(_files.c.storage_key).order_by(_files.c.storage_key).limit(PAGE)
    return [(key, size) for key, size in connection.execute(page)]


def page_of_keys_given_up(connection: Connection, *, after: str | None) -> Sequence[tuple[str, int | None]]:
    """The next keys above one that removed files had and no file has now."""
    removed = _files.alias("removed")
    key = func.substr(removed.c.sha256, 1, 2).concat("/").concat(removed.c.sha256)
    query = select(removed.c.sha256, func.max(removed.c.size_bytes)).where(
        # Word for word the condition of the index, so that the index serves it.
        removed.c.status == literal_column("'removed'"),
        removed.c.sha256.is_not(None),
        ~exists().where(_files.c.storage_key == key),
    )
    if after is not None:
        query = query.where(removed.c.sha256 > _hash_of(after))
    page = query.group_by(removed.c.sha256).order_by(removed.c.sha256).limit(PAGE)
    return [(_key_of(sha256), size) for sha256, size in connection.execute(page)]


def _key_of(sha256: str) -> str:
    """The storage key of a content: a removed file has lost its own, but not its hash."""
    return f"{sha256[:2]}/{sha256}"


def _hash_of(key: str) -> str:
    return key.partition("/")[2]


def _to_download(repository_id: int, span: Span | None) -> ColumnElement[bool]:
    where: list[Any] = [
        _artifacts.c.repository_id == repository_id,
        # Word for word the condition of the index, so that the index serves it.
        artifacts.TO_DOWNLOAD,
        _artifacts.c.gone_at.is_(None),
    ]
    if span is not None and span.created_from is not None:
        where.append(_artifacts.c.created_at >= span.created_from)
    if span is not None and span.created_to is not None:
        where.append(_artifacts.c.created_at <= span.created_to)
    return and_(*where)


def _attempts_started(connection: Connection, run_ids: set[int]) -> Mapping[int, Mapping[int, datetime]]:
    """By run, then by attempt: when it started, where that is known."""
    started: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
    for some in slices(run_ids):
        query = select(_attempts.c.run_id, _attempts.c.run_attempt, _attempts.c.run_started_at).where(
            _attempts.c.run_id.in_(some), _attempts.c.run_started_at.is_not(None)
        )
        for row in connection.execute(query):
            started[row.run_id][row.run_attempt] = row.run_started_at
    return started


_NO_FILES = {"stored_files": 0, "stored_bytes": 0, "distinct_bytes": 0}


def _stored_files(
    connection: Connection, repository_id: int | None
) -> Mapping[tuple[int, str], Mapping[str, int]]:
    """By repository and content status: files in the storage and their bytes."""
    contents = _contents(repository_id)
    group = (contents.c.repository_id, contents.c.content_status)
    query = select(
        *group,
        func.sum(contents.c.files),
        func.coalesce(func.sum(contents.c.all_bytes), 0),
        func.coalesce(func.sum(contents.c.bytes_once), 0),
    ).group_by(*group)
    return {
        (repository, status): {"stored_files": int(n), "stored_bytes": int(all_), "distinct_bytes": int(once)}
        for repository, status, n, all_, once in connection.execute(query)
    }


def _contents(repository_id: int | None) -> Subquery:
    """Each distinct content of each repository and content status, and how many files have it."""
    group = (_artifacts.c.repository_id, _artifacts.c.content_status, _files.c.sha256)
    return (
        select(
            *group,
            func.count().label("files"),
            func.sum(_files.c.size_bytes).label("all_bytes"),
            func.max(_files.c.size_bytes).label("bytes_once"),
        )
        .join_from(_artifacts, _files, _files.c.artifact_id == _artifacts.c.id)
        .where(_of_repository(repository_id), _files.c.storage_key.is_not(None))
        .group_by(*group)
        .subquery("contents")
    )


def _of_repository(repository_id: int | None) -> ColumnElement[bool]:
    return true() if repository_id is None else _artifacts.c.repository_id == repository_id


def _is_removable(older_than: datetime, repository_id: int | None) -> ColumnElement[bool]:
    created_at = func.coalesce(_artifacts.c.created_at, _artifacts.c.captured_at)
    return and_(
        _of_repository(repository_id),
        _artifacts.c.content_status.in_(HOLDING_BYTES),
        created_at < literal(older_than, TIME),
    )
