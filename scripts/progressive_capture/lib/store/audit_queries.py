"""What an audit asks of a store: which rows are there, and which are missing by what other rows say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select

from progressive_capture.lib.store.contract import ShortOfJobs, StoredRun
from progressive_capture.lib.store.queries import PAGE
from progressive_capture.lib.store.schema import actions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from progressive_capture.lib.store.contract import Span

_runs = actions.workflow_runs
_attempts = actions.workflow_run_attempts
_jobs = actions.workflow_jobs
_coverage = actions.workflow_job_coverage


def page_of_stored_runs(
    connection: Connection, span: Span, *, after: tuple[datetime, int] | None
) -> Sequence[StoredRun]:
    """The next runs after a (created_at, id), gone ones included, the oldest first."""
    query = select(_runs.c.id, _runs.c.created_at, _runs.c.captured_at, _runs.c.gone_at).where(_created(span))
    if after is not None:
        moment, run_id = after
        later = and_(_runs.c.created_at == moment, _runs.c.id > run_id)
        query = query.where(_runs.c.created_at >= moment, or_(_runs.c.created_at > moment, later))
    rows = connection.execute(query.order_by(_runs.c.created_at, _runs.c.id).limit(PAGE))
    return [
        StoredRun(run_id=row.id, created_at=row.created_at, captured_at=row.captured_at, gone_at=row.gone_at)
        for row in rows
    ]


def known_runs(connection: Connection, run_ids: Collection[int]) -> set[int]:
    """Those of the ids that have a row."""
    return set(connection.scalars(select(_runs.c.id).where(_runs.c.id.in_(list(run_ids)))))


def count_runs(connection: Connection, span: Span) -> int:
    """How many runs were created in a span, gone ones included."""
    return connection.scalar(select(func.count()).select_from(_runs).where(_created(span))) or 0


def page_of_runs_short_of_jobs(
    connection: Connection, span: Span, *, after: int | None
) -> Sequence[ShortOfJobs]:
    """The next runs with an id above `after` of which fewer jobs are stored than were counted."""
    stored = select(func.count()).where(_jobs.c.run_id == _runs.c.id).scalar_subquery()
    query = (
        select(_runs.c.id, _coverage.c.job_count, stored.label("stored"))
        .join_from(_runs, _coverage, _coverage.c.run_id == _runs.c.id)
        .where(_created(span), stored < _coverage.c.job_count)
    )
    if after is not None:
        query = query.where(_runs.c.id > after)
    rows = connection.execute(query.order_by(_runs.c.id).limit(PAGE))
    return [ShortOfJobs(run_id=row.id, job_count=row.job_count, stored_jobs=row.stored) for row in rows]


def page_of_latest_attempts_without_row(
    connection: Connection, span: Span, *, after: int | None
) -> Sequence[tuple[int, int]]:
    """The next (run, attempt) above a run whose latest attempt has no row."""
    kept = exists().where(_attempts.c.run_id == _runs.c.id, _attempts.c.run_attempt == _runs.c.run_attempt)
    query = select(_runs.c.id, _runs.c.run_attempt).where(
        _created(span), _runs.c.run_attempt.is_not(None), ~kept
    )
    if after is not None:
        query = query.where(_runs.c.id > after)
    return [(row.id, row.run_attempt) for row in connection.execute(query.order_by(_runs.c.id).limit(PAGE))]


def count_jobs_by_graphql(connection: Connection, span: Span) -> int:
    """How many jobs came by GraphQL, which knows neither labels nor runners."""
    query = (
        select(func.count())
        .select_from(_jobs)
        .join(_runs, _runs.c.id == _jobs.c.run_id)
        .where(_created(span), _jobs.c.source == "graphql")
    )
    return connection.scalar(query) or 0


def count_gone_without_jobs(connection: Connection, span: Span) -> int:
    """How many runs GitHub deleted before anybody asked for their jobs."""
    query = (
        select(func.count())
        .select_from(_runs)
        .outerjoin(_coverage, _coverage.c.run_id == _runs.c.id)
        .where(_created(span), _runs.c.gone_at.is_not(None), _coverage.c.run_id.is_(None))
    )
    return connection.scalar(query) or 0


def _created(span: Span) -> ColumnElement[bool]:
    where: Any = [_runs.c.repository_id == span.repository_id, _runs.c.created_at.is_not(None)]
    if span.created_from is not None:
        where.append(_runs.c.created_at >= span.created_from)
    if span.created_to is not None:
        where.append(_runs.c.created_at <= span.created_to)
    return and_(*where)
