"""What a store is asked about artifacts: which are to do, and which are kept.

Walks go page by page, each page a question of its own, as in `queries`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select

from progressive_capture.lib.store.artifact_contract import (
    ArtifactOfRun,
    ArtifactSummary,
    ArtifactToDownload,
)
from progressive_capture.lib.store.contract import Span
from progressive_capture.lib.store.queries import IN_SPAN, PAGE, PAGE_OF_IDS, id_within, of_span
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.schema import actions, artifacts
from progressive_capture.lib.store.schema.column_types import INTEGER, TIME
from progressive_capture.lib.store.statements import among, if_given, many, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Subquery

    from progressive_capture.lib.store.database import Connection

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
    moment, artifact_id = after or (None, None)
    rows = connection.ask(
        artifacts_to_download,
        **_of(repository_id, span),
        expiring=expiring,
        after_time=moment,
        after_id=artifact_id,
    )
    return [ArtifactToDownload(**row._asdict()) for row in rows]


@statement(choices={"expiring": (True, False)}, **IN_SPAN, after_time=TIME, after_id=INTEGER)
def artifacts_to_download(*, expiring: bool, after_time: Any, after_id: Any, **span: Any) -> Any:
    """See `page_of_artifacts_to_download`; `after_time` is for those that expire."""
    expires_at = _artifacts.c.expires_at

    def later() -> ColumnElement[bool]:
        above = _artifacts.c.id > after_id
        return and_(expires_at >= after_time, or_(expires_at > after_time, above)) if expiring else above

    query = select(*_TO_DOWNLOAD).where(
        _to_download(**span),
        expires_at.is_not(None) if expiring else expires_at.is_(None),
        if_given(after_id, later),
    )
    return query.order_by(expires_at, _artifacts.c.id).limit(PAGE)


def count_artifacts_to_download(connection: Connection, repository_id: int, span: Span | None) -> int:
    """How many that is in all."""
    return connection.value(number_of_artifacts_to_download, **_of(repository_id, span)) or 0


@statement(**IN_SPAN)
def number_of_artifacts_to_download(**span: Any) -> Any:
    """See `count_artifacts_to_download`."""
    return select(func.count()).select_from(_artifacts).where(_to_download(**span))


def page_of_ids_to_download(connection: Connection, span: Span, *, after: int | None) -> Sequence[int]:
    """The next ids of artifacts to fetch."""
    return connection.values(ids_of_artifacts_to_download, **of_span(span), after=after)


@statement(**IN_SPAN, after=INTEGER)
def ids_of_artifacts_to_download(*, after: Any, **span: Any) -> Any:
    """See `page_of_ids_to_download`."""
    query = select(_artifacts.c.id).where(
        _to_download(**span), if_given(after, lambda: _artifacts.c.id > after)
    )
    return query.order_by(_artifacts.c.id).limit(PAGE_OF_IDS)


def page_of_unknown_attempt(
    connection: Connection, repository_id: int, span: Span | None, *, before: int | None
) -> Sequence[ArtifactOfRun]:
    """The next artifacts below an id whose attempt nobody knows, with those of their run; newest first."""
    rows = connection.ask(artifacts_of_unknown_attempt, **_of(repository_id, span), before=before)
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


@statement(**IN_SPAN, before=INTEGER)
def artifacts_of_unknown_attempt(*, before: Any, **span: Any) -> Any:
    """See `page_of_unknown_attempt`."""
    query = (
        select(
            _artifacts.c.id,
            _artifacts.c.created_at,
            _artifacts.c.run_id,
            _runs.c.run_attempt,
            _runs.c.captured_at.label("run_seen_at"),
        )
        .join_from(_artifacts, _runs, _runs.c.id == _artifacts.c.run_id)
        .where(
            _within(**span),
            _artifacts.c.run_attempt.is_(None),
            if_given(before, lambda: _artifacts.c.id < before),
        )
    )
    return query.order_by(_artifacts.c.id.desc()).limit(PAGE)


def _attempts_started(
    connection: Connection, run_ids: Collection[int]
) -> Mapping[int, Mapping[int, datetime]]:
    """By run, then by attempt: when it started, where that is known."""
    started: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
    for some in slices(run_ids):
        for row in connection.ask(starts_of_attempts, run_ids=some):
            started[row.run_id][row.run_attempt] = row.run_started_at
    return started


@statement(run_ids=many(INTEGER))
def starts_of_attempts(run_ids: Any) -> Any:
    """When the attempts of runs started, where that is known."""
    columns = (_attempts.c.run_id, _attempts.c.run_attempt, _attempts.c.run_started_at)
    return select(*columns).where(among(_attempts.c.run_id, run_ids), _attempts.c.run_started_at.is_not(None))


def count_artifacts_since(connection: Connection, repository_id: int, created_from: datetime) -> int:
    """How many stored artifacts that are not gone were created at or after a time."""
    number = connection.value(
        number_of_artifacts_since, repository_id=repository_id, created_from=created_from
    )
    return number or 0


@statement(repository_id=INTEGER, created_from=TIME)
def number_of_artifacts_since(repository_id: Any, created_from: Any) -> Any:
    """See `count_artifacts_since`."""
    return select(func.count()).where(
        _artifacts.c.repository_id == repository_id,
        _artifacts.c.created_at >= created_from,
        _artifacts.c.gone_at.is_(None),
    )


def known_artifacts(connection: Connection, ids: Collection[int]) -> set[int]:
    """Those of the ids that have a row."""
    return {known for some in slices(ids) for known in connection.values(artifacts_among, ids=some)}


@statement(ids=many(INTEGER))
def artifacts_among(ids: Any) -> Any:
    """See `known_artifacts`."""
    return select(_artifacts.c.id).where(among(_artifacts.c.id, ids))


def artifact_summary(
    connection: Connection, repository_id: int | None, *, now: datetime
) -> Sequence[ArtifactSummary]:
    """One line for each repository and content status."""
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
        for row in connection.ask(artifacts_by_status, repository_id=repository_id, now=now)
    ]


@statement(repository_id=INTEGER, now=TIME)
def artifacts_by_status(repository_id: Any, now: Any) -> Any:
    """See `artifact_summary`."""
    group = (_artifacts.c.repository_id, _artifacts.c.content_status)
    to_come = and_(_artifacts.c.gone_at.is_(None), _artifacts.c.expires_at > now)
    return (
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


_NO_FILES = {"stored_files": 0, "stored_bytes": 0, "distinct_bytes": 0}


def _stored_files(
    connection: Connection, repository_id: int | None
) -> Mapping[tuple[int, str], Mapping[str, int]]:
    """By repository and content status: files in the storage and their bytes."""
    return {
        (row.repository_id, row.content_status): {name: int(getattr(row, name)) for name in _NO_FILES}
        for row in connection.ask(stored_files_by_status, repository_id=repository_id)
    }


@statement(repository_id=INTEGER)
def stored_files_by_status(repository_id: Any) -> Any:
    """See `_stored_files`."""
    contents = _contents(repository_id)
    group = (contents.c.repository_id, contents.c.content_status)
    return select(
        *group,
        func.sum(contents.c.files).label("stored_files"),
        func.coalesce(func.sum(contents.c.all_bytes), 0).label("stored_bytes"),
        func.coalesce(func.sum(contents.c.bytes_once), 0).label("distinct_bytes"),
    ).group_by(*group)


def _of(repository_id: int, span: Span | None) -> Mapping[str, Any]:
    """A repository, or the part of it that a span is, as arguments."""
    return {**of_span(span or Span(repository_id=repository_id)), "repository_id": repository_id}


def _to_download(**span: Any) -> ColumnElement[bool]:
    return and_(
        _within(**span),
        # Word for word the condition of the index, so that the index serves it.
        artifacts.TO_DOWNLOAD,
        _artifacts.c.gone_at.is_(None),
    )


def _within(
    repository_id: Any, created_from: Any, created_to: Any, first_id: Any, last_id: Any
) -> ColumnElement[bool]:
    return and_(
        _artifacts.c.repository_id == repository_id,
        if_given(created_from, lambda: _artifacts.c.created_at >= created_from),
        if_given(created_to, lambda: _artifacts.c.created_at <= created_to),
        id_within(_artifacts.c.id, first_id, last_id),
    )


def _contents(repository_id: Any) -> Subquery:
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


def _of_repository(repository_id: Any) -> ColumnElement[bool]:
    return if_given(repository_id, lambda: _artifacts.c.repository_id == repository_id)
