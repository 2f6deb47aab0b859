"""What a store is asked: what is known of a repository, and what is still to do.

Walks go by id, page by page, each page a question of its own: memory stays bounded, and writes may happen
between two pages. GitHub's ids count upwards, so that by id is by age.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, false, func, literal, literal_column, or_, select, true, tuple_

from progressive_capture.lib.store.contract import JobToCapture, RunToCapture, UnfinishedRun
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.schema import METADATA, actions
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT, TIME
from progressive_capture.lib.store.statements import among, if_given, many, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from progressive_capture.lib.store.contract import Span
    from progressive_capture.lib.store.database import Connection

PAGE = 500
"""Items per page of a walk."""

PAGE_OF_IDS = 5_000
"""Of a walk that gives ids alone."""

IN_SPAN: Mapping[str, Any] = {
    "repository_id": INTEGER,
    "created_from": TIME,
    "created_to": TIME,
    "first_id": INTEGER,
    "last_id": INTEGER,
}
"""The arguments that a span is; `of_span` gives them."""

DEPTHS = ("jobs", "steps", "full")
"""How much of a run's jobs may be asked for."""

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


def of_span(span: Span) -> Mapping[str, Any]:
    """A span as arguments."""
    return {
        "repository_id": span.repository_id,
        "created_from": span.created_from,
        "created_to": span.created_to,
        "first_id": span.first_id,
        "last_id": span.last_id,
    }


def id_within(column: ColumnElement[int], first_id: Any, last_id: Any) -> ColumnElement[bool]:
    """Whether an id is one of a span's; None: no limit."""
    return and_(if_given(first_id, lambda: column >= first_id), if_given(last_id, lambda: column <= last_id))


def repositories(connection: Connection) -> Sequence[Mapping[str, Any]]:
    """Every repository, by name."""
    return [row._asdict() for row in connection.ask(repositories_by_name)]


@statement()
def repositories_by_name() -> Any:
    """See `repositories`."""
    return select(_repositories).order_by(func.lower(_repositories.c.full_name), _repositories.c.id)


def repository_named(connection: Connection, full_name: str) -> Mapping[str, Any] | None:
    """The repository that was last seen under this name (in any case)."""
    rows = connection.ask(last_seen_as, lower_name=full_name.lower())
    return rows[0]._asdict() if rows else None


@statement(lower_name=TEXT)
def last_seen_as(lower_name: Any) -> Any:
    """See `repository_named`."""
    named = select(_repositories).where(func.lower(_repositories.c.full_name) == lower_name)
    return named.order_by(_repositories.c.captured_at.desc(), _repositories.c.id.desc()).limit(1)


def created_at_of_newest(connection: Connection, repository_id: int, number: int) -> datetime | None:
    """The `created_at` of the run that is this far from the newest."""
    moment: datetime | None = connection.value(
        created_at_after_newer, repository_id=repository_id, newer=number - 1
    )
    return moment


@statement(repository_id=INTEGER, newer=INTEGER)
def created_at_after_newer(repository_id: Any, newer: Any) -> Any:
    """See `created_at_of_newest`; so many runs are newer."""
    return (
        select(_runs.c.created_at)
        .where(_runs.c.repository_id == repository_id, _runs.c.created_at.is_not(None))
        .order_by(_runs.c.created_at.desc())
        .offset(newer)
        .limit(1)
    )


def gone_among(connection: Connection, run_ids: Collection[int]) -> set[int]:
    """Those of the runs that have a `gone_at`."""
    return {gone for some in slices(sorted(run_ids)) for gone in connection.values(gone_runs, run_ids=some)}


@statement(run_ids=many(INTEGER))
def gone_runs(run_ids: Any) -> Any:
    """See `gone_among`."""
    return select(_runs.c.id).where(among(_runs.c.id, run_ids), _runs.c.gone_at.is_not(None))


def unfinished_runs(connection: Connection, span: Span) -> Sequence[UnfinishedRun]:
    """Runs that are not `completed`, the newest first."""
    return [UnfinishedRun(**row._asdict()) for row in connection.ask(runs_not_completed, **of_span(span))]


@statement(**IN_SPAN)
def runs_not_completed(**span: Any) -> Any:
    """See `unfinished_runs`."""
    query = select(_runs.c.id.label("run_id"), _runs.c.status, _runs.c.created_at).where(
        # Word for word the condition of the index, so that the index serves it.
        present(**span),
        _runs.c.status != literal_column("'completed'"),
        _runs.c.created_at.is_not(None),
    )
    return query.order_by(_runs.c.id.desc())


def page_of_runs_without_jobs(
    connection: Connection, span: Span, *, depth: str, before: int | None
) -> Sequence[RunToCapture]:
    """The next runs to do with an id below `before`, the newest first."""
    rows = connection.ask(runs_without_jobs, **of_span(span), depth=depth, before=before)
    return [RunToCapture(**row._asdict()) for row in rows]


@statement(choices={"depth": DEPTHS}, **IN_SPAN, before=INTEGER)
def runs_without_jobs(*, depth: str, before: Any, **span: Any) -> Any:
    """See `page_of_runs_without_jobs`."""
    return _next_runs(_without_jobs(depth, span, *_RUN_TO_CAPTURE), before)


def count_runs_without_jobs(connection: Connection, span: Span, *, depth: str) -> int:
    """How many runs are to do in all."""
    return connection.value(number_of_runs_without_jobs, **of_span(span), depth=depth) or 0


@statement(choices={"depth": DEPTHS}, **IN_SPAN)
def number_of_runs_without_jobs(*, depth: str, **span: Any) -> Any:
    """See `count_runs_without_jobs`."""
    return _without_jobs(depth, span, func.count())


def page_of_runs_in_doubt(
    connection: Connection, span: Span, *, before: int | None
) -> Sequence[RunToCapture]:
    """The next runs below `before` with a job of GraphQL's whose steps it did not give, the newest first.

    Or that ended without any. One that was cancelled before a runner took it has none either, and nobody
    else's check run ends so.
    """
    rows = connection.ask(runs_in_doubt, **of_span(span), before=before)
    return [RunToCapture(**row._asdict()) for row in rows]


@statement(**IN_SPAN, before=INTEGER)
def runs_in_doubt(*, before: Any, **span: Any) -> Any:
    """See `page_of_runs_in_doubt`."""
    return _next_runs(select(*_RUN_TO_CAPTURE).where(present(**span), is_in_doubt()), before)


def is_in_doubt() -> ColumnElement[bool]:
    """Whether of a job of the run only REST can tell whether it is one."""
    not_given = and_(_jobs.c.steps.is_(None), _jobs.c.status.in_(("in_progress", "completed")))
    ended_without = and_(
        _jobs.c.source == "graphql",
        _jobs.c.steps == literal([], _jobs.c.steps.type),
        _jobs.c.status == "completed",
        _jobs.c.conclusion.is_distinct_from("cancelled"),
    )
    return exists().where(
        _jobs.c.run_id == _runs.c.id,
        _jobs.c.conclusion.is_distinct_from("skipped"),
        or_(not_given, ended_without),
    )


def page_of_missing_attempts(
    connection: Connection, span: Span, *, before: int | None
) -> Sequence[tuple[int, list[int]]]:
    """The next runs below `before` with the attempts that have no row, or one of when they were unfinished.

    The latest apart: an attempt before it is over, so that it is asked for once. Newest first.
    """
    latest = {
        row.id: row.run_attempt
        for row in connection.ask(runs_short_of_attempts, **of_span(span), before=before)
    }
    known = {
        (row.run_id, row.run_attempt)
        for some in slices(latest)
        for row in connection.ask(finished_attempts, run_ids=some)
    }
    return [
        (run_id, [n for n in range(last - 1, 0, -1) if (run_id, n) not in known])
        for run_id, last in latest.items()
    ]


@statement(**IN_SPAN, before=INTEGER)
def runs_short_of_attempts(*, before: Any, **span: Any) -> Any:
    """See `page_of_missing_attempts`."""
    earlier = (
        select(func.count())
        .where(_attempts.c.run_id == _runs.c.id, _attempts.c.run_attempt < _runs.c.run_attempt, _is_over)
        .scalar_subquery()
    )
    incomplete = select(_runs.c.id, _runs.c.run_attempt).where(
        present(**span), _runs.c.run_attempt > 1, earlier < _runs.c.run_attempt - 1
    )
    return _next_runs(incomplete, before)


@statement(run_ids=many(INTEGER))
def finished_attempts(run_ids: Any) -> Any:
    """See `page_of_missing_attempts`."""
    attempts = select(_attempts.c.run_id, _attempts.c.run_attempt)
    return attempts.where(among(_attempts.c.run_id, run_ids), _is_over)


def page_of_jobs_without_steps(
    connection: Connection, span: Span, *, failed: bool, after: tuple[int, int] | None
) -> Sequence[JobToCapture]:
    """The next jobs after a (run, job) whose steps are to be asked for: failed ones, or all the others."""
    run_id, job_id = after or (None, None)
    rows = connection.ask(
        jobs_without_steps, **of_span(span), failed=failed, after_run=run_id, after_job=job_id
    )
    return [JobToCapture(**row._asdict()) for row in rows]


@statement(choices={"failed": (True, False)}, **IN_SPAN, after_run=INTEGER, after_job=INTEGER)
def jobs_without_steps(*, failed: bool, after_run: Any, after_job: Any, **span: Any) -> Any:
    """See `page_of_jobs_without_steps`."""
    has_failed = func.coalesce(_jobs.c.conclusion, "").in_(FAILED)
    place, last = tuple_(_jobs.c.run_id, _jobs.c.id), (after_run, after_job)
    return (
        without_steps(span, _jobs.c.id.label("job_id"), _jobs.c.node_id, _jobs.c.run_id)
        .where(has_failed if failed else ~has_failed)
        .where(if_given(after_run, lambda: place > tuple_(*last, types=[INTEGER, INTEGER])))
        .order_by(_jobs.c.run_id, _jobs.c.id)
        .limit(PAGE)
    )


def count_jobs_without_steps(connection: Connection, span: Span) -> int:
    """How many jobs that is in all."""
    return connection.value(number_of_jobs_without_steps, **of_span(span)) or 0


@statement(**IN_SPAN)
def number_of_jobs_without_steps(**span: Any) -> Any:
    """See `count_jobs_without_steps`."""
    return without_steps(span, func.count())


def count_rows(connection: Connection, repository_id: int) -> Mapping[str, int]:
    """Rows per table that belong to a repository."""
    rows = connection.ask(number_of_rows_by_table, repository_id=repository_id)
    return {row.table_name: row.row_count for row in rows}


@statement(repository_id=INTEGER)
def number_of_rows_by_table(repository_id: Any) -> Any:
    """See `count_rows`."""
    owners = {name: table.c.get("repository_id") for name, table in METADATA.tables.items()}
    owners[_repositories.name] = _repositories.c.id
    first, *others = (
        select(literal_column(f"'{name}'", TEXT).label("table_name"), func.count().label("row_count"))
        .select_from(METADATA.tables[name])
        .where(owner == repository_id)
        for name, owner in owners.items()
        if owner is not None
    )
    return select(*first.union_all(*others).subquery("counts").c)


def _created(created_from: Any, created_to: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        if_given(created_from, lambda: _runs.c.created_at >= created_from),
        if_given(created_to, lambda: _runs.c.created_at <= created_to),
    )


def present(
    repository_id: Any, created_from: Any, created_to: Any, first_id: Any, last_id: Any
) -> ColumnElement[bool]:
    """Whether a run is one of a span's, and not gone."""
    within = (*_created(created_from, created_to), id_within(_runs.c.id, first_id, last_id))
    return and_(_runs.c.repository_id == repository_id, _runs.c.gone_at.is_(None), *within)


def without_steps(span: Mapping[str, Any], *columns: Any) -> Select[Any]:
    """Jobs of a span that ran and whose steps were not asked for."""
    joined = select(*columns).outerjoin_from(_jobs, _runs, _runs.c.id == _jobs.c.run_id)
    return joined.where(
        _jobs.c.repository_id == span["repository_id"],
        _jobs.c.steps.is_(None),
        _jobs.c.node_id.is_not(None),
        _jobs.c.status.in_(("in_progress", "completed")),
        _jobs.c.conclusion.is_distinct_from("skipped"),
        _runs.c.gone_at.is_(None),
        *_created(span["created_from"], span["created_to"]),
        # The job's own: the index of these jobs has it.
        id_within(_jobs.c.run_id, span["first_id"], span["last_id"]),
    )


def _next_runs(query: Select[Any], before: Any) -> Select[Any]:
    page = query.order_by(_runs.c.id.desc()).limit(PAGE)
    return page.where(if_given(before, lambda: _runs.c.id < before))


def _without_jobs(depth: str, span: Mapping[str, Any], *columns: Any) -> Select[Any]:
    """Runs whose coverage is missing, of another state of theirs, or not as deep as asked."""
    joined = select(*columns).outerjoin_from(_runs, _coverage, _coverage.c.run_id == _runs.c.id)
    return joined.where(present(**span), is_stale(depth))


def is_stale(depth: str) -> ColumnElement[bool]:
    """Whether a run's coverage, joined to it, is not enough for a depth."""
    return or_(
        _coverage.c.run_id.is_(None),
        _coverage.c.run_attempt.is_distinct_from(_runs.c.run_attempt),
        _coverage.c.run_updated_at.is_distinct_from(_runs.c.updated_at),
        _coverage.c.run_status.is_distinct_from(_runs.c.status),
        and_(_coverage.c.depth != "full", _needs_rest(depth)),
    )


def _needs_rest(depth: str) -> ColumnElement[bool]:
    """Of which runs only REST's answer is enough: of all, of those that were re-run, or of none."""
    if depth == "steps":
        return func.coalesce(_runs.c.run_attempt, 1) > 1
    return true() if depth == "full" else false()
