"""Capture jobs as rows: kept, claimed and checkpointed so that two workers never both hold one."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from progressive_capture.lib.capture_job import WAITING, CaptureJob, JobStatus, Outcome
from progressive_capture.lib.errors import JobConflictError
from progressive_capture.lib.store.schema import capture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

_jobs = capture.progressive_capture_jobs
_WAITING = sorted(status.value for status in WAITING)


def add_job(connection: Connection, job: CaptureJob) -> CaptureJob:
    """Keep a new job, or return the one that is there: with its id, or waiting with the same request."""
    if (known := _equal_work(connection, job)) is not None:
        return known
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[connection.dialect.name](_jobs)
    connection.execute(insert.values(_values(job)).on_conflict_do_nothing())
    kept = _equal_work(connection, job)
    assert kept is not None, "what was inserted, or what stood in its way, is there"
    return kept


def find_job(connection: Connection, job_id: str) -> CaptureJob | None:
    """One job, or None."""
    return _one(connection, _jobs.c.id == job_id)


def list_jobs(connection: Connection, *, repository: str | None, limit: int) -> Sequence[CaptureJob]:
    """Jobs, the newest first; a repository's name in any case."""
    query = select(_jobs).order_by(_jobs.c.created_at.desc().nulls_last(), _jobs.c.id.desc()).limit(limit)
    if repository is not None:
        query = query.where(func.lower(_jobs.c.repository) == repository.lower())
    return [_job(dict(row)) for row in connection.execute(query).mappings()]


def replace_job(connection: Connection, before: CaptureJob, after: CaptureJob) -> bool:
    """Swap one state for the next unless somebody else was faster; says whether it happened.

    Raises:
        JobConflictError: if equal work waits already.
    """
    unchanged = and_(
        _jobs.c.id == before.id,
        _jobs.c.status == before.status.value,
        _jobs.c.claimed_by.is_not_distinct_from(before.claimed_by),
        _jobs.c.heartbeat_at.is_not_distinct_from(before.heartbeat_at),
    )
    try:
        return _overwrite(connection, after, unchanged)
    except IntegrityError as error:
        raise JobConflictError(
            f"Capture job {before.id} cannot become {after.status}: a job for the same work waits already.",
            hint="See both with: progressive-capture status",
        ) from error


def save_checkpoint(connection: Connection, job: CaptureJob) -> None:
    """Write the state of a job that its worker still holds.

    Raises:
        JobConflictError: if it is no longer running, or another worker's.
    """
    held = and_(
        _jobs.c.id == job.id,
        _jobs.c.claimed_by == job.claimed_by,
        _jobs.c.status == JobStatus.RUNNING.value,
    )
    if not _overwrite(connection, job, held):
        raise JobConflictError(
            f"Capture job {job.id} is no longer this worker's: its heartbeat grew old and another took it, "
            "or it was cancelled. Nothing of this step was stored.",
            hint=f"See who holds it with: progressive-capture status --job-id {job.id}",
        )


def _overwrite(connection: Connection, job: CaptureJob, where: ColumnElement[bool]) -> bool:
    return connection.execute(update(_jobs).where(where).values(_values(job))).rowcount == 1


def _equal_work(connection: Connection, job: CaptureJob) -> CaptureJob | None:
    same_id = _one(connection, _jobs.c.id == job.id)
    if same_id is not None or not job.request_key:
        return same_id
    return _one(connection, and_(_jobs.c.request_key == job.request_key, _jobs.c.status.in_(_WAITING)))


def _one(connection: Connection, where: ColumnElement[bool]) -> CaptureJob | None:
    row = connection.execute(select(_jobs).where(where)).mappings().one_or_none()
    return None if row is None else _job(dict(row))


def _values(job: CaptureJob) -> dict[str, Any]:
    values = {field.name: getattr(job, field.name) for field in fields(job)}
    outcome = job.outcome.value if job.outcome else None
    return values | {"status": job.status.value, "outcome": outcome, "parameters": dict(job.parameters)}


def _job(row: dict[str, Any]) -> CaptureJob:
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    return CaptureJob(**(row | {"status": JobStatus(row["status"]), "outcome": outcome}))
