"""What an audit asks of a store: which rows are there, and which are missing by what other rows say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select

from progressive_capture.lib.store.contract import ShortOfJobs, StoredRun
from progressive_capture.lib.store.queries import IN_SPAN, PAGE, id_within, of_span
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.schema import actions
from progressive_capture.lib.store.schema.column_types import INTEGER, TIME
from progressive_capture.lib.store.statements import among, if_given, many, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from progressive_capture.lib.store.contract import Span
    from progressive_capture.lib.store.database import Connection

_runs = actions.workflow_runs
_attempts = actions.workflow_run_attempts
_jobs = actions.workflow_jobs
_coverage = actions.workflow_job_coverage


def page_of_stored_runs(
    connection: Connection, span: Span, *, after: tuple[datetime, int] | None
) -> Sequence[StoredRun]:
    """The next runs after a (created_at, id), gone ones included, the oldest first."""
    moment, run_id = after or (None, None)
    rows = connection.ask(stored_runs, **of_span(span), after_time=moment, after_id=run_id)
    return [StoredRun(**row._asdict()) for row in rows]


@statement(**IN_SPAN, after_time=TIME, after_id=INTEGER)
def stored_runs(*, after_time: Any, after_id: Any, **span: Any) -> Any:
    """See `page_of_stored_runs`."""
    query = select(_runs.c.id.label("run_id"), _runs.c.created_at, _runs.c.captured_at, _runs.c.gone_at)

    def later() -> ColumnElement[bool]:
        in_that_second = and_(_runs.c.created_at == after_time, _runs.c.id > after_id)
        return and_(_runs.c.created_at >= after_time, or_(_runs.c.created_at > after_time, in_that_second))

    in_page = query.where(_created(**span), if_given(after_time, later))
    return in_page.order_by(_runs.c.created_at, _runs.c.id).limit(PAGE)


def known_runs(connection: Connection, run_ids: Collection[int]) -> set[int]:
    """Those of the ids that have a row."""
    return {known for some in slices(run_ids) for known in connection.values(runs_among, run_ids=some)}


@statement(run_ids=many(INTEGER))
def runs_among(run_ids: Any) -> Any:
    """See `known_runs`."""
    return select(_runs.c.id).where(among(_runs.c.id, run_ids))


def count_runs(connection: Connection, span: Span) -> int:
    """How many runs were created in a span, gone ones included."""
    return connection.value(number_of_runs, **of_span(span)) or 0


@statement(**IN_SPAN)
def number_of_runs(**span: Any) -> Any:
    """See `count_runs`."""
    return select(func.count()).select_from(_runs).where(_created(**span))


def page_of_runs_short_of_jobs(
    connection: Connection, span: Span, *, after: int | None
) -> Sequence[ShortOfJobs]:
    """The next runs with an id above `after` of which fewer jobs are stored than were counted."""
    rows = connection.ask(runs_short_of_jobs, **of_span(span), after=after)
    return [ShortOfJobs(**row._asdict()) for row in rows]


@statement(**IN_SPAN, after=INTEGER)
def runs_short_of_jobs(*, after: Any, **span: Any) -> Any:
    """See `page_of_runs_short_of_jobs`."""
    stored = select(func.count()).where(_jobs.c.run_id == _runs.c.id).scalar_subquery()
    query = (
        select(_runs.c.id.label("run_id"), _coverage.c.job_count, stored.label("stored_jobs"))
        .join_from(_runs, _coverage, _coverage.c.run_id == _runs.c.id)
        .where(_created(**span), stored < _coverage.c.job_count, if_given(after, lambda: _runs.c.id > after))
    )
    return query.order_by(_runs.c.id).limit(PAGE)


def page_of_latest_attempts_without_row(
    connection: Connection, span: Span, *, after: int | None
) -> Sequence[tuple[int, int]]:
    """The next (run, attempt) above a run whose latest attempt has no row."""
    rows = connection.ask(latest_attempts_without_row, **of_span(span), after=after)
    return [(row.id, row.run_attempt) for row in rows]


@statement(**IN_SPAN, after=INTEGER)
def latest_attempts_without_row(*, after: Any, **span: Any) -> Any:
    """See `page_of_latest_attempts_without_row`."""
    kept = exists().where(_attempts.c.run_id == _runs.c.id, _attempts.c.run_attempt == _runs.c.run_attempt)
    query = select(_runs.c.id, _runs.c.run_attempt).where(
        _created(**span), _runs.c.run_attempt.is_not(None), ~kept, if_given(after, lambda: _runs.c.id > after)
    )
    return query.order_by(_runs.c.id).limit(PAGE)


def count_jobs_by_graphql(connection: Connection, span: Span) -> int:
    """How many jobs came by GraphQL, which knows neither labels nor runners."""
    return connection.value(number_of_jobs_by_graphql, **of_span(span)) or 0


@statement(**IN_SPAN)
def number_of_jobs_by_graphql(**span: Any) -> Any:
    """See `count_jobs_by_graphql`."""
    return (
        select(func.count())
        .select_from(_jobs)
        .join(_runs, _runs.c.id == _jobs.c.run_id)
        .where(_created(**span), _jobs.c.source == "graphql")
    )


def count_gone_without_jobs(connection: Connection, span: Span) -> int:
    """How many runs GitHub deleted before anybody asked for their jobs."""
    return connection.value(number_of_gone_without_jobs, **of_span(span)) or 0


@statement(**IN_SPAN)
def number_of_gone_without_jobs(**span: Any) -> Any:
    """See `count_gone_without_jobs`."""
    return (
        select(func.count())
        .select_from(_runs)
        .outerjoin(_coverage, _coverage.c.run_id == _runs.c.id)
        .where(_created(**span), _runs.c.gone_at.is_not(None), _coverage.c.run_id.is_(None))
    )


def _created(
    repository_id: Any, created_from: Any, created_to: Any, first_id: Any, last_id: Any
) -> ColumnElement[bool]:
    return and_(
        _runs.c.repository_id == repository_id,
        _runs.c.created_at.is_not(None),
        if_given(created_from, lambda: _runs.c.created_at >= created_from),
        if_given(created_to, lambda: _runs.c.created_at <= created_to),
        id_within(_runs.c.id, first_id, last_id),
    )
