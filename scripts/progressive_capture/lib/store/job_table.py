"""Capture jobs as rows: kept, claimed and checkpointed so that two workers never both hold one."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert

from progressive_capture.lib.capture_job import LEASE, CaptureJob, JobStatus, Outcome
from progressive_capture.lib.errors import JobConflictError, StoreError
from progressive_capture.lib.store.database import AlreadyThereError
from progressive_capture.lib.store.schema import capture
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT, TIME
from progressive_capture.lib.store.statements import among, if_given, many, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement

    from progressive_capture.lib.store.database import Connection

_jobs = capture.progressive_capture_jobs
_JOB: Mapping[str, Any] = {column.name: column.type for column in _jobs.columns}
"""The arguments that a job is; `values_of` gives them."""

_COMPARED = ("status", "claimed_by", "heartbeat_at")
"""What two states of a job are told apart by."""

_TRIES = 3


def add_job(connection: Connection, job: CaptureJob) -> CaptureJob:
    """Keep a new job, or return the one that is there: with its id, or waiting with the same request.

    Raises:
        StoreError: if neither is to be seen, however often it is tried.
    """
    for _ in range(_TRIES):
        if known := connection.ask(equal_capture_job, job_id=job.id, request_key=job.request_key):
            return job_of_answer(known[0])
        # Found above the next time; or equal work came first and is over by then, so that there is room.
        connection.change(insert_capture_job, **values_of(job))
    raise StoreError(f"Capture job {job.id} could not be kept.", hint="Start again.")


@statement(job_id=TEXT, request_key=TEXT)
def equal_capture_job(job_id: Any, request_key: Any) -> Any:
    """See `add_job`; the one with the id before the one that waits."""
    same_id = _jobs.c.id == job_id
    same_work = and_(_jobs.c.request_key == request_key, capture.WAITING)
    return select(_jobs).where(or_(same_id, same_work)).order_by(case((same_id, 0), else_=1)).limit(1)


@statement(**_JOB)
def insert_capture_job(**job: Any) -> Any:
    """See `add_job`; nothing where it, or equal work, is there."""
    return insert(_jobs).values(**job).on_conflict_do_nothing()


def find_job(connection: Connection, job_id: str) -> CaptureJob | None:
    """One job, or None."""
    rows = connection.ask(one_capture_job, job_id=job_id)
    return job_of_answer(rows[0]) if rows else None


@statement(job_id=TEXT)
def one_capture_job(job_id: Any) -> Any:
    """See `find_job`."""
    return select(_jobs).where(_jobs.c.id == job_id)


def claim_next(
    connection: Connection,
    *,
    worker: str,
    now: datetime,
    kinds: Collection[str] | None,
    repository: str | None,
    parent_id: str | None,
    processor: str | None,
) -> CaptureJob | None:
    """Take the next queued job that may run now; None where there is none."""
    claimed = connection.ask(
        claim_capture_job,
        worker=worker,
        at=now.replace(microsecond=0),
        kinds=None if kinds is None else sorted(kinds),
        repository=lower(repository),
        parent_id=parent_id,
        processor=processor,
    )
    return job_of_answer(claimed[0]) if claimed else None


@statement(worker=TEXT, at=TIME, kinds=many(TEXT), repository=TEXT, parent_id=TEXT, processor=TEXT)
def claim_capture_job(
    *, worker: Any, at: Any, kinds: Any, repository: Any, parent_id: Any, processor: Any
) -> Any:
    """See `claim_next`; what it sets is what `capture_job.claimed` sets.

    A row that another worker is taking at this moment is passed over, not waited for.
    """
    next_one = (
        select(_jobs.c.id)
        .where(
            capture.QUEUED,
            _none_or_until(_jobs.c.next_attempt_at, at),
            _none_or_until(_jobs.c.resume_at, at),
            if_given(kinds, lambda: among(_jobs.c.kind, kinds)),
            in_repository(repository),
            if_given(parent_id, lambda: _jobs.c.parent_id == parent_id),
            if_given(processor, lambda: _jobs.c.processor == processor),
        )
        .order_by(_jobs.c.priority.desc(), _jobs.c.created_at.asc().nulls_first(), _jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .correlate(None)
        .scalar_subquery()
    )
    resumed = _jobs.c.outcome == Outcome.PAUSED.value
    return (
        update(_jobs)
        .where(_jobs.c.id == next_one, _jobs.c.status == JobStatus.QUEUED.value)
        .values(
            status=JobStatus.RUNNING.value,
            claimed_by=worker,
            heartbeat_at=at,
            failed_items=0,
            started_at=func.coalesce(_jobs.c.started_at, type_coerce(at, TIME)),
            updated_at=at,
            attempt=case((resumed, _jobs.c.attempt), else_=_jobs.c.attempt + 1),
            outcome=None,
            error=None,
            resume_at=None,
            finished_at=None,
        )
        .returning(*_jobs.columns)
    )


def abandoned_jobs(connection: Connection, *, now: datetime, limit: int) -> Sequence[CaptureJob]:
    """Running jobs without a sign of life for longer than the lease, the oldest sign first."""
    last = (now - LEASE).replace(microsecond=0)
    return [job_of_answer(row) for row in connection.ask(silent_capture_jobs, before=last, most=limit)]


@statement(before=TIME, most=INTEGER)
def silent_capture_jobs(before: Any, most: Any) -> Any:
    """See `abandoned_jobs`."""
    silent = or_(_jobs.c.heartbeat_at.is_(None), _jobs.c.heartbeat_at < before)
    query = select(_jobs).where(capture.RUNNING, silent)
    return query.order_by(_jobs.c.heartbeat_at.asc().nulls_first(), _jobs.c.id).limit(most)


def replace_job(connection: Connection, before: CaptureJob, after: CaptureJob) -> bool:
    """Swap one state for the next unless somebody else was faster; says whether it happened.

    Raises:
        JobConflictError: if equal work waits already.
    """
    was = {f"was_{name}": value for name, value in values_of(before).items() if name in _COMPARED}
    try:
        return connection.change(swap_capture_job, was_id=before.id, **was, **values_of(after)) == 1
    except AlreadyThereError as error:
        raise JobConflictError(
            f"Capture job {before.id} cannot become {after.status}: a job for the same work waits already.",
            hint="See both with: progressive-capture status",
        ) from error


@statement(was_id=TEXT, was_status=TEXT, was_claimed_by=TEXT, was_heartbeat_at=TIME, **_JOB)
def swap_capture_job(
    *, was_id: Any, was_status: Any, was_claimed_by: Any, was_heartbeat_at: Any, **after: Any
) -> Any:
    """See `replace_job`.

    Where the connection was lost after the commit, the swap is made again and finds its own work: a row that
    is `after` in every column. That is a success too, and touches nothing that was not so. No second worker
    is told by it that a claim is theirs: `claimed_by` names one worker and no other. Who settles or cancels
    leaves no name, but equal ends need no second hand. What was put back into the queue is left out: of
    two that rescue a job in one second, one has done it.
    """
    as_read = and_(
        _jobs.c.status == was_status,
        _jobs.c.claimed_by.is_not_distinct_from(was_claimed_by),
        _jobs.c.heartbeat_at.is_not_distinct_from(was_heartbeat_at),
    )
    equal = (_jobs.c[name].is_not_distinct_from(value) for name, value in after.items())
    made_before = and_(_jobs.c.status != JobStatus.QUEUED.value, *equal)
    return update(_jobs).where(_jobs.c.id == was_id, or_(as_read, made_before)).values(**after)


def save_checkpoint(connection: Connection, job: CaptureJob) -> None:
    """Write the state of a job that its worker still holds.

    Raises:
        JobConflictError: if it is no longer running, or another worker's.
    """
    if connection.change(update_held_capture_job, **values_of(job)) != 1:
        raise _lost(job)


@statement(**_JOB)
def update_held_capture_job(**job: Any) -> Any:
    """See `save_checkpoint`."""
    return update(_jobs).where(_is_held(job["id"], job["claimed_by"])).values(**job)


def refuse_unless_held(connection: Connection, job: CaptureJob) -> None:
    """Refuse the work of a worker that has lost its job, before any of it is stored.

    The checkpoint would refuse it too, but where every statement is a transaction that is too late.

    Raises:
        JobConflictError: as in `save_checkpoint`.
    """
    if connection.value(held_capture_job, id=job.id, claimed_by=job.claimed_by) is None:
        raise _lost(job)


@statement(id=TEXT, claimed_by=TEXT)
def held_capture_job(id: Any, claimed_by: Any) -> Any:  # noqa: A002  (the column's name)
    """See `refuse_unless_held`."""
    return select(_jobs.c.id).where(_is_held(id, claimed_by))


def _is_held(job_id: Any, claimed_by: Any) -> ColumnElement[bool]:
    return and_(
        _jobs.c.id == job_id,
        _jobs.c.claimed_by.is_not_distinct_from(claimed_by),
        _jobs.c.status == JobStatus.RUNNING.value,
    )


def _lost(job: CaptureJob) -> JobConflictError:
    return JobConflictError(
        f"Capture job {job.id} is no longer this worker's: its heartbeat grew old and another took it, "
        "or it was cancelled. What this worker has in hand is fetched again by whoever holds it.",
        hint=f"See who holds it with: progressive-capture status --job-id {job.id}",
    )


def in_repository(lower_name: Any) -> ColumnElement[bool]:
    """Whether a job is about a repository; None: about any."""
    return if_given(lower_name, lambda: func.lower(_jobs.c.repository) == lower_name)


def _none_or_until(moment: ColumnElement[Any], at: Any) -> ColumnElement[bool]:
    return or_(moment.is_(None), moment <= at)


def lower(name: str | None) -> str | None:
    """A repository's name as `in_repository` wants it."""
    return None if name is None else name.lower()


def values_of(job: CaptureJob) -> Mapping[str, Any]:
    """A job as arguments, in the kinds of its columns."""
    values = {field.name: getattr(job, field.name) for field in fields(job)}
    for name, value in values.items():
        if isinstance(value, datetime):
            values[name] = value.replace(microsecond=0)
    outcome = job.outcome.value if job.outcome else None
    return values | {"status": job.status.value, "outcome": outcome, "parameters": dict(job.parameters)}


def job_of(row: Mapping[str, Any]) -> CaptureJob:
    """The job that a row keeps."""
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    return CaptureJob(**{**row, "status": JobStatus(row["status"]), "outcome": outcome})


def job_of_answer(row: Any) -> CaptureJob:
    """The job in a row of an answer."""
    return job_of(row._asdict())
