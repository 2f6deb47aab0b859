"""What a store is asked: what is known of a repository, and what is still to do.

Walks go by id, page by page, each page a question of its own: memory stays bounded, and writes may happen
between two pages. GitHub's ids count upwards, so that by id is by age.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, false, func, literal, literal_column, or_, select, true, tuple_

from progressive_capture.lib.store.contract import JobToCapture, RunToCapture, UnfinishedRun
from progressive_capture.lib.store.schema import METADATA, actions

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

    from progressive_capture.lib.store.contract import Span

PAGE = 500
"""Items per page of a walk."""

FAILED = ("failure", "timed_out", "startup_failure")
"""Conclusions whose steps are worth most."""

_runs = actions.workflow_runs
_attempts = actions.workflow_run_attempts
_jobs = actions.workflow_jobs
_coverage = actions.workflow_job_coverage
_repositories = actions.repositories

_is_over = _attempts.c.status == "completed"

_RUN_TO_CAPTURE = (
    _runs.c.id.label("run_id"),
    _runs.c.node_id,
    _runs.c.run_attempt,
    _runs.c.updated_at,
    _runs.c.status,
    _runs.c.name.label("workflow_name"),
    _runs.c.head_sha,
    _runs.c.head_branch,
)


def repositories(connection: Connection) -> Sequence[Mapping[str, Any]]:
    """Every repository, by name."""
    query = select(_repositories).order_by(func.lower(_repositories.c.full_name), _repositories.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def repository_named(connection: Connection, full_name: str) -> Mapping[str, Any] | None:
    """The repository that was last seen under this name (in any case)."""
    query = (
        select(_repositories)
        .where(func.lower(_repositories.c.full_name) == full_name.lower())
        .order_by(_repositories.c.captured_at.desc(), _repositories.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def created_at_of_newest(connection: Connection, repository_id: int, number: int) -> datetime | None:
    """The `created_at` of the run that is this far from the newest."""
    query = (
        select(_runs.c.created_at)
        .where(_runs.c.repository_id == repository_id, _runs.c.created_at.is_not(None))
        .order_by(_runs.c.created_at.desc())
        .offset(number - 1)
        .limit(1)
    )
    return connection.scalar(query)


def gone_among(connection: Connection, run_ids: Collection[int]) -> set[int]:
    """Those of the runs that have a `gone_at`."""
    gone: set[int] = set()
    ids = sorted(run_ids)
    for start in range(0, len(ids), PAGE):
        some = _runs.c.id.in_(ids[start : start + PAGE])
        gone.update(connection.scalars(select(_runs.c.id).where(some, _runs.c.gone_at.is_not(None))))
    return gone


def unfinished_runs(connection: Connection, span: Span) -> Sequence[UnfinishedRun]:
    """Runs that are not `completed`, the newest first."""
    query = select(_runs.c.id, _runs.c.status, _runs.c.created_at).where(
        # Word for word the condition of the index, so that the index serves it.
        _present(span),
        _runs.c.status != literal_column("'completed'"),
        _runs.c.created_at.is_not(None),
    )
    rows = connection.execute(query.order_by(_runs.c.id.desc()))
    return [UnfinishedRun(run_id=row.id, status=row.status, created_at=row.created_at) for row in rows]


def page_of_runs_without_jobs(
    connection: Connection, span: Span, *, depth: str, before: int | None
) -> Sequence[RunToCapture]:
    """The next runs to do with an id below `before`, the newest first."""
    return _runs_to_capture(connection, _without_jobs(span, depth, *_RUN_TO_CAPTURE), before)


def count_runs_without_jobs(connection: Connection, span: Span, *, depth: str) -> int:
    """How many runs are to do in all."""
    return connection.scalar(_without_jobs(span, depth, func.count())) or 0


def page_of_runs_in_doubt(
    connection: Connection, span: Span, *, before: int | None
) -> Sequence[RunToCapture]:
    """The next runs below `before` with a job of GraphQL's whose steps it did not give, the newest first.

    Or that ended without any. One that was cancelled before a runner took it has none either, and nobody
    else's check run ends so.
    """
    not_given = and_(_jobs.c.steps.is_(None), _jobs.c.status.in_(("in_progress", "completed")))
    ended_without = and_(
        _jobs.c.source == "graphql",
        _jobs.c.steps == literal([], _jobs.c.steps.type),
        _jobs.c.status == "completed",
        _jobs.c.conclusion.is_distinct_from("cancelled"),
    )
    doubtful = exists().where(
        _jobs.c.run_id == _runs.c.id,
        _jobs.c.conclusion.is_distinct_from("skipped"),
        or_(not_given, ended_without),
    )
    return _runs_to_capture(connection, select(*_RUN_TO_CAPTURE).where(_present(span), doubtful), before)


def page_of_missing_attempts(
    connection: Connection, span: Span, *, before: int | None
) -> Sequence[tuple[int, list[int]]]:
    """The next runs below `before` with the attempts that have no row, or one of when they were unfinished.

    The latest apart: an attempt before it is over, so that it is asked for once. Newest first.
    """
    earlier = (
        select(func.count())
        .where(_attempts.c.run_id == _runs.c.id, _attempts.c.run_attempt < _runs.c.run_attempt, _is_over)
        .scalar_subquery()
    )
    incomplete = select(_runs.c.id, _runs.c.run_attempt).where(
        _present(span), _runs.c.run_attempt > 1, earlier < _runs.c.run_attempt - 1
    )
    latest = {row.id: row.run_attempt for row in connection.execute(_next_runs(incomplete, before))}
    if not latest:
        return []
    kept = connection.execute(
        select(_attempts.c.run_id, _attempts.c.run_attempt).where(
            _attempts.c.run_id.in_(list(latest)), _is_over
        )
    )
    known = {tuple(row) for row in kept}
    return [
        (run_id, [n for n in range(last - 1, 0, -1) if (run_id, n) not in known])
        for run_id, last in latest.items()
    ]


def page_of_jobs_without_steps(
    connection: Connection, span: Span, *, failed: bool, after: tuple[int, int] | None
) -> Sequence[JobToCapture]:
    """The next jobs after a (run, job) whose steps are to be asked for: failed ones, or all the others."""
    has_failed = func.coalesce(_jobs.c.conclusion, "").in_(FAILED)
    query = (
        _without_steps(span, _jobs.c.id, _jobs.c.node_id, _jobs.c.run_id)
        .where(has_failed if failed else ~has_failed)
        .order_by(_jobs.c.run_id, _jobs.c.id)
        .limit(PAGE)
    )
    if after is not None:
        query = query.where(tuple_(_jobs.c.run_id, _jobs.c.id) > after)
    rows = connection.execute(query)
    return [JobToCapture(job_id=row.id, node_id=row.node_id, run_id=row.run_id) for row in rows]


def count_jobs_without_steps(connection: Connection, span: Span) -> int:
    """How many jobs that is in all."""
    return connection.scalar(_without_steps(span, func.count())) or 0


def count_rows(connection: Connection, repository_id: int) -> Mapping[str, int]:
    """Rows per table that belong to a repository."""
    counts: dict[str, int] = {}
    for name, table in METADATA.tables.items():
        owner = table.c.id if table is _repositories else table.c.get("repository_id")
        if owner is not None:
            query = select(func.count()).select_from(table).where(owner == repository_id)
            counts[name] = connection.scalar(query) or 0
    return counts


def _created(span: Span) -> ColumnElement[bool]:
    where: ColumnElement[bool] = true()
    if span.created_from is not None:
        where = and_(where, _runs.c.created_at >= span.created_from)
    if span.created_to is not None:
        where = and_(where, _runs.c.created_at <= span.created_to)
    return where


def _present(span: Span) -> ColumnElement[bool]:
    return and_(_runs.c.repository_id == span.repository_id, _runs.c.gone_at.is_(None), _created(span))


def _without_steps(span: Span, *columns: Any) -> Select[Any]:
    joined = select(*columns).outerjoin_from(_jobs, _runs, _runs.c.id == _jobs.c.run_id)
    return joined.where(
        _jobs.c.repository_id == span.repository_id,
        _jobs.c.steps.is_(None),
        _jobs.c.node_id.is_not(None),
        _jobs.c.status.in_(("in_progress", "completed")),
        _jobs.c.conclusion.is_distinct_from("skipped"),
        _runs.c.gone_at.is_(None),
        _created(span),
    )


def _runs_to_capture(
    connection: Connection, query: Select[Any], before: int | None
) -> Sequence[RunToCapture]:
    return [RunToCapture(**row) for row in connection.execute(_next_runs(query, before)).mappings()]


def _next_runs(query: Select[Any], before: int | None) -> Select[Any]:
    page = query.order_by(_runs.c.id.desc()).limit(PAGE)
    return page if before is None else page.where(_runs.c.id < before)


def _without_jobs(span: Span, depth: str, *columns: Any) -> Select[Any]:
    """Runs whose coverage is missing, of another state of theirs, or not as deep as asked."""
    stale = or_(
        _coverage.c.run_id.is_(None),
        _coverage.c.run_attempt.is_distinct_from(_runs.c.run_attempt),
        _coverage.c.run_updated_at.is_distinct_from(_runs.c.updated_at),
        _coverage.c.run_status.is_distinct_from(_runs.c.status),
        and_(_coverage.c.depth != "full", _needs_rest(depth)),
    )
    joined = select(*columns).outerjoin_from(_runs, _coverage, _coverage.c.run_id == _runs.c.id)
    return joined.where(_present(span), stale)


def _needs_rest(depth: str) -> ColumnElement[bool]:
    """Of which runs only REST's answer is enough: of all, of those that were re-run, or of none."""
    if depth == "steps":
        return func.coalesce(_runs.c.run_attempt, 1) > 1
    return true() if depth == "full" else false()
