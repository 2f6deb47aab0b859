"""Capture jobs as they are looked at: by page, those of a plan, those dispatched, and what they came to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from sqlalchemy import and_, case, cast, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from progressive_capture.lib.capture_job import JobStatus
from progressive_capture.lib.store.contract import GroupedBy, JobCosts
from progressive_capture.lib.store.job_table import in_repository, job_of_answer, lower
from progressive_capture.lib.store.schema import capture
from progressive_capture.lib.store.schema.column_types import INTEGER, NUMBER, TEXT, TIME
from progressive_capture.lib.store.statements import among, if_given, many, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.types import TypeEngine

    from progressive_capture.lib.capture_job import CaptureJob
    from progressive_capture.lib.store.database import Connection

_jobs = capture.progressive_capture_jobs

UNDATED = "undated"
"""The month of jobs that do not say when they were made."""

_COUNTS = ("processed_items", "failed_items", "rest_requests", "graphql_points")
_AMOUNTS = ("runner_minutes", "cost_usd")
_ADDED_UP: Mapping[str, TypeEngine[Any]] = {
    **dict.fromkeys(_COUNTS, INTEGER),
    **dict.fromkeys(_AMOUNTS, NUMBER),
}


def list_jobs(
    connection: Connection,
    *,
    repository: str | None,
    status: JobStatus | None,
    kind: str | None,
    processor: str | None,
    limit: int,
    after: CaptureJob | None,
) -> Sequence[CaptureJob]:
    """Jobs, the newest first, undated ones last; a repository's name in any case."""
    only = {
        "repository": lower(repository),
        "status": None if status is None else status.value,
        "kind": kind,
        "processor": processor,
    }
    found: list[CaptureJob] = []
    for dated in (True, False):
        if dated and after is not None and after.created_at is None:
            continue
        last = after if after is not None and (after.created_at is not None) is dated else None
        rows = connection.ask(
            newest_capture_jobs,
            dated=dated,
            **only,
            after_time=last and last.created_at,
            after_id=last and last.id,
            most=limit - len(found),
        )
        found += map(job_of_answer, rows)
        if len(found) >= limit:
            break
    return found


@statement(
    choices={"dated": (True, False)},
    **dict.fromkeys(("repository", "status", "kind", "processor"), TEXT),
    after_time=TIME,
    after_id=TEXT,
    most=INTEGER,
)
def newest_capture_jobs(
    *,
    dated: bool,
    repository: Any,
    status: Any,
    kind: Any,
    processor: Any,
    after_time: Any,
    after_id: Any,
    most: Any,
) -> Any:
    """See `list_jobs`; those with a time, or those without."""
    when = _jobs.c.created_at

    def later() -> ColumnElement[bool]:
        smaller_id = and_(_jobs.c.id < after_id)
        if not dated:
            return smaller_id
        in_that_second = and_(when == after_time, smaller_id)
        return and_(when <= after_time, or_(when < after_time, in_that_second))

    query = select(_jobs).where(
        when.is_not(None) if dated else when.is_(None),
        in_repository(repository),
        if_given(status, lambda: _jobs.c.status == status),
        if_given(kind, lambda: _jobs.c.kind == kind),
        if_given(processor, lambda: _jobs.c.processor == processor),
        if_given(after_id, later),
    )
    return query.order_by(when.desc(), _jobs.c.id.desc()).limit(most)


def dispatched_jobs(connection: Connection, *, limit: int) -> Sequence[CaptureJob]:
    """Jobs of which a workflow run was asked for, neither over nor paused; the one asked for first, first."""
    return [job_of_answer(row) for row in connection.ask(dispatched_capture_jobs, most=limit)]


@statement(most=INTEGER)
def dispatched_capture_jobs(most: Any) -> Any:
    """See `dispatched_jobs`."""
    query = select(_jobs).where(capture.DISPATCHED)
    return query.order_by(_jobs.c.dispatched_at, _jobs.c.id).limit(most)


def due_jobs(
    connection: Connection, *, now: datetime, kinds: Collection[str] | None, processor: str | None, limit: int
) -> Sequence[CaptureJob]:
    """Paused jobs that may go on, but those that are the sum of their chunks; the longest due first."""
    given = {"kinds": None if kinds is None else sorted(kinds), "processor": processor}
    rows = connection.ask(due_capture_jobs, at=now.replace(microsecond=0), **given, most=limit)
    return [job_of_answer(row) for row in rows]


@statement(at=TIME, kinds=many(TEXT), processor=TEXT, most=INTEGER)
def due_capture_jobs(at: Any, kinds: Any, processor: Any, most: Any) -> Any:
    """See `due_jobs`."""
    resume_at = _jobs.c.resume_at
    query = select(_jobs).where(
        capture.PAUSED,
        or_(resume_at.is_(None), resume_at <= at),
        or_(_jobs.c.chunk_count.is_(None), _jobs.c.parent_id.is_not(None)),
        if_given(kinds, lambda: among(_jobs.c.kind, kinds)),
        if_given(processor, lambda: _jobs.c.processor == processor),
    )
    return query.order_by(resume_at.asc().nulls_first(), _jobs.c.id).limit(most)


def children(connection: Connection, parent_id: str) -> Sequence[CaptureJob]:
    """The chunks of a job, by their place in the plan."""
    return [job_of_answer(row) for row in connection.ask(chunks_of_capture_job, parent_id=parent_id)]


@statement(parent_id=TEXT)
def chunks_of_capture_job(parent_id: Any) -> Any:
    """See `children`."""
    query = select(_jobs).where(_jobs.c.parent_id == parent_id)
    return query.order_by(_jobs.c.chunk_index, _jobs.c.id)


def job_costs(connection: Connection, by: GroupedBy) -> Sequence[JobCosts]:
    """What jobs that are no chunks came to, by key."""
    groups = (JobCosts(**row._asdict()) for row in connection.ask(costs_of_capture_jobs, by=by))
    return sorted(_together(groups) if by == "repository" else groups, key=lambda group: group.key)


@statement(choices={"by": get_args(GroupedBy)})
def costs_of_capture_jobs(by: GroupedBy) -> Any:
    """See `job_costs`; a repository has a row for each way in which its name is written."""
    month = func.coalesce(UtcMonth(_jobs.c.created_at), UNDATED)
    key = {"repository": _jobs.c.repository, "kind": _jobs.c.kind, "month": month}[by].label("key")
    return (
        select(
            key,
            func.count().label("jobs"),
            *(_counted(status) for status in (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.PAUSED)),
            *(cast(func.sum(_jobs.c[name]), kind).label(name) for name, kind in _ADDED_UP.items()),
            func.min(_jobs.c.created_at).label("first_created_at"),
            func.max(_jobs.c.created_at).label("last_created_at"),
        )
        .where(_jobs.c.parent_id.is_(None))
        .group_by(key)
    )


def _counted(status: JobStatus) -> ColumnElement[int]:
    return func.count(case((_jobs.c.status == status.value, 1))).label(status.value)


class UtcMonth(FunctionElement[str]):
    """The month of a time: `2026-11`."""

    type = TEXT
    inherit_cache = True


@compiles(UtcMonth, "sqlite")
def _month_in_sqlite(element: UtcMonth, compiler: Any, **how: Any) -> str:
    """Times are text there, in UTC."""
    return f"substr({compiler.process(element.clauses, **how)}, 1, 7)"


@compiles(UtcMonth, "postgresql")
def _month_in_postgres(element: UtcMonth, compiler: Any, **how: Any) -> str:
    """Whatever zone the session is in."""
    return f"to_char({compiler.process(element.clauses, **how)} AT TIME ZONE 'UTC', 'YYYY-MM')"


def _together(groups: Iterator[JobCosts]) -> Sequence[JobCosts]:
    """The groups of one repository as one, however its name was written; the newest job names it."""
    merged: dict[str, JobCosts] = {}
    for group in sorted(groups, key=_age):
        name = group.key.lower()
        merged[name] = _sum(merged[name], group) if name in merged else group
    return list(merged.values())


def _age(group: JobCosts) -> tuple[Any, ...]:
    last = group.last_created_at
    return last is not None, last, group.key


def _sum(older: JobCosts, newer: JobCosts) -> JobCosts:
    counted = ("jobs", "succeeded", "failed", "paused", *_ADDED_UP)
    sums: Mapping[str, Any] = {name: getattr(older, name) + getattr(newer, name) for name in counted}
    times = [each.first_created_at for each in (older, newer) if each.first_created_at is not None]
    return replace(newer, **sums, first_created_at=min(times, default=None))
