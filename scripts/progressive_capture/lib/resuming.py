"""What waits in the database is gone on with: paused jobs whose time has come, and those of dead workers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from progressive_capture.lib.capture_job import CaptureJob, JobStatus, Outcome, requeued, settled
from progressive_capture.lib.store.contract import Store

JOBS_LOOKED_AT = 1_000
DIED = "its worker showed no life any more"


def rescue(store: Store, *, now: datetime) -> int:
    """Give the jobs of workers that died back to the queue; says how many. Jobs of chunks have no worker."""
    rescued = 0
    for job in store.abandoned_jobs(now=now):
        if not _is_parent(job) and job.dispatch_nonce is None:  # what was dispatched the queue looks after
            rescued += store.replace_job(job, _given_back(job, now=now))
    return rescued


def _given_back(job: CaptureJob, *, now: datetime) -> CaptureJob:
    """Queued again while attempts are left."""
    if job.attempt < job.max_attempts:
        return requeued(job, now=now, error=DIED)
    return settled(job, Outcome.FAILED, now=now, error=f"{DIED}, {job.attempt} times")


def waiting_jobs(
    store: Store, repository: str, *, now: datetime, kinds: Collection[str]
) -> Sequence[CaptureJob]:
    """Jobs of a repository that may go on now, the oldest first.

    What was queued for a workflow is left to it: its legs may be about to begin.
    """
    return [
        job
        for job in reversed(store.jobs(repository=repository, limit=JOBS_LOOKED_AT))
        if (job.status is JobStatus.PAUSED or (job.status is JobStatus.QUEUED and job.processor == "inline"))
        and job.kind in kinds
        and not _is_parent(job)
        and all(at is None or at <= now for at in (job.resume_at, job.next_attempt_at))
    ]


def _is_parent(job: CaptureJob) -> bool:
    return job.chunk_count is not None and job.parent_id is None
