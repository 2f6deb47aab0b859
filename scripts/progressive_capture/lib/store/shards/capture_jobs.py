"""Capture jobs of another database: of two states of one job the later; of two equal jobs one waits.

A job that runs in a database which came from elsewhere runs no more: its worker ended without a word, for it
would have settled it. It comes back into the queue, with that reason. Equal work (`request_key`) waits once:
the job that was updated later goes on waiting, the other is cancelled and names it; one that a worker holds
here is not taken from it.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from progressive_capture.lib.capture_job import WAITING, CaptureJob, JobStatus, move, requeued
from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store import job_batches, job_table
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.schema import capture
from progressive_capture.lib.store.schema.column_types import TEXT
from progressive_capture.lib.store.statements import statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from progressive_capture.lib.normalize.rows import Row
    from progressive_capture.lib.store.database import Connection

DIED = "its worker died; what it had stored was merged"
_TRIES = 3
_NEVER = datetime.fromtimestamp(0, UTC)
_ORDER = ("queued", "running", "paused", "failed", "succeeded", "cancelled")
"""Of two states of one second, the one that comes later in a job's life."""

_jobs = capture.progressive_capture_jobs


def merge_capture_jobs(connection: Connection, rows: Sequence[Row]) -> tuple[int, int]:
    """Write capture jobs, the longest untouched first; says how many are new, and how many changed."""
    here = _known(connection, [row["id"] for row in rows])
    arriving = [_as_it_arrives(job_table.job_of(row)) for row in rows]
    done = Counter(_merge(connection, job, here.get(job.id)) for job in sorted(arriving, key=_age))
    return done["new"], done["changed"]


def _merge(connection: Connection, job: CaptureJob, known: CaptureJob | None) -> str:
    """Write one; says what that was."""
    for _ in range(_TRIES):
        done = _merge_one(connection, job, known)
        if done is not None:
            return done
        known = _known(connection, [job.id]).get(job.id)  # somebody else moved first
    raise StoreError(
        f"Capture job {job.id} is changed by another program all the time.", hint="Merge again later."
    )


def _merge_one(connection: Connection, job: CaptureJob, known: CaptureJob | None) -> str | None:
    """Write one; says what that was, and None where it did not happen because somebody else was faster."""
    if known is not None and _age(known) >= _age(job):
        return "nothing"
    if job.status in WAITING and job.request_key:
        other = _waiting(connection, job)
        if other is not None and _stays(other, job):
            job = _given_up(job, other)
        elif other is not None and not job_table.replace_job(connection, other, _given_up(other, job)):
            return None
    if known is None:
        return "new" if connection.change(job_table.insert_capture_job, **job_table.values_of(job)) else None
    return "changed" if job_table.replace_job(connection, known, job) else None


def _as_it_arrives(job: CaptureJob) -> CaptureJob:
    if job.status is not JobStatus.RUNNING:
        return job
    return requeued(job, now=job.updated_at or _NEVER, error=DIED)


def _stays(other: CaptureJob, job: CaptureJob) -> bool:
    """Whether the one that waits here goes on waiting, and not the one that arrives."""
    return other.status is JobStatus.RUNNING or _age(other) > _age(job)


def _given_up(job: CaptureJob, other: CaptureJob) -> CaptureJob:
    return move(job, JobStatus.CANCELLED, error=f"capture job {other.id} does the same work")


def _age(job: CaptureJob) -> tuple[Any, ...]:
    return job.updated_at or _NEVER, _ORDER.index(job.status.value), job.id


def _known(connection: Connection, ids: Sequence[str]) -> Mapping[str, CaptureJob]:
    rows = (row for some in slices(ids) for row in connection.ask(job_batches.capture_jobs_among, ids=some))
    return {row.id: job_table.job_of(row._asdict()) for row in rows}


def _waiting(connection: Connection, job: CaptureJob) -> CaptureJob | None:
    """Another job for the same work that waits here."""
    rows = connection.ask(other_waiting_capture_job, job_id=job.id, request_key=job.request_key)
    return job_table.job_of(rows[0]._asdict()) if rows else None


@statement(job_id=TEXT, request_key=TEXT)
def other_waiting_capture_job(job_id: Any, request_key: Any) -> Any:
    """See `_waiting`."""
    same_work = and_(_jobs.c.request_key == request_key, capture.WAITING)
    return select(_jobs).where(_jobs.c.id != job_id, same_work)
