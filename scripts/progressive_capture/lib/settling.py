"""A capture job of several chunks: begun when it is planned, and settled from how its chunks ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from progressive_capture.lib.capture_job import (
    CaptureJob,
    JobStatus,
    Outcome,
    claimed,
    move,
    requeued,
    settled,
)
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.errors import JobConflictError
from progressive_capture.lib.report import plural
from progressive_capture.lib.settings import WorkflowRun
from progressive_capture.lib.store.contract import Store

JOBS_LOOKED_AT = 5_000
"""More than the chunks of many plans."""
TRIES = 3
WAITING = (JobStatus.QUEUED, JobStatus.PAUSED)


def keep_jobs(store: Store, chunks: Sequence[Chunk], *, now: datetime, run: WorkflowRun | None) -> None:
    """Keep the capture jobs of a plan: each chunk's, and the one that they are parts of, which begins."""
    if not chunks or not chunks[0].is_part:
        return
    parent = store.add_job(parent_of(chunks[0], now=now))
    begun = _begun(parent, now=now, by=f"workflow run {run.id}" if run else "a plan")
    if begun is not parent:
        begun = begun.evolve(
            chunk_count=chunks[0].count,
            workflow_run_id=run.id if run else None,
            workflow_run_url=run.url if run else None,
        )
        store.replace_job(parent, begun)
    for chunk in chunks:
        store.add_job(job_of(chunk, now=now))


def parent_of(chunk: Chunk, *, now: datetime) -> CaptureJob:
    """The job that a chunk is a part of, as new."""
    return CaptureJob(
        id=chunk.parent_id or "",
        kind=chunk.kind,
        repository=chunk.repository,
        processor="actions",
        parameters=chunk.parameters,
        request_key=f"chunks of {chunk.parent_id}",
        chunk_count=chunk.count,
        created_at=now,
        updated_at=now,
    )


def job_of(chunk: Chunk, *, now: datetime) -> CaptureJob:
    """The job of one chunk, as new."""
    ids = {name: value for name in ("first_id", "last_id") if (value := getattr(chunk, name)) is not None}
    return CaptureJob(
        id=chunk.job_id or "",
        kind=chunk.kind,
        repository=chunk.repository,
        processor="actions",
        parameters={**chunk.parameters, **ids},
        request_key=f"chunk {chunk.job_id}",
        parent_id=chunk.parent_id,
        chunk_index=chunk.index,
        chunk_count=chunk.count,
        created_at=now,
        updated_at=now,
    )


def settle_parent(
    store: Store, chunks: Sequence[Chunk], *, now: datetime, cancelled: bool = False
) -> CaptureJob | None:
    """Settle the job that chunks are parts of; None where there is none.

    Chunks of an earlier plan of the same job are over: what they had not done is in these.

    Args:
        store: holds the jobs.
        chunks: of the plan that was carried out.
        now: the time.
        cancelled: whether a person ended it: then a leg that did nothing has not died.

    Raises:
        JobConflictError: somebody else keeps changing it.
    """
    if not chunks or not chunks[0].is_part:
        return None
    parent_id = chunks[0].parent_id or ""
    ids = {chunk.job_id for chunk in chunks if chunk.job_id}
    children = store.children(parent_id)
    _give_up(store, [job for job in children if job.id not in ids], now=now)
    for _ in range(TRIES):
        before = store.job(parent_id) or store.add_job(parent_of(chunks[0], now=now))
        if before.status in (JobStatus.SUCCEEDED, JobStatus.CANCELLED):
            return before
        mine = [job for job in children if job.id in ids]
        after = summed_up(before, mine, expected=len(ids), now=now, cancelled=cancelled, every=children)
        if store.replace_job(before, after):
            return after
    raise JobConflictError(
        f"Capture job {parent_id} is being changed by somebody else.", hint="Run the same command again."
    )


def settle_waiting_parents(store: Store, repository: str, *, now: datetime) -> None:
    """Settle again the paused jobs of several chunks, whose chunks others may have gone on with."""
    for parent in store.jobs(repository=repository, status=JobStatus.PAUSED, limit=JOBS_LOOKED_AT):
        if parent.chunk_count is None or parent.parent_id is not None:
            continue
        every = store.children(parent.id)
        children = [job for job in every if job.status is not JobStatus.CANCELLED]
        after = summed_up(parent, children, expected=parent.chunk_count, now=now, every=every)
        if after.status is not parent.status:
            store.replace_job(parent, after)


def summed_up(
    parent: CaptureJob,
    children: Sequence[CaptureJob],
    *,
    expected: int,
    now: datetime,
    cancelled: bool = False,
    every: Sequence[CaptureJob] = (),
) -> CaptureJob:
    """The parent as its chunks ended; what it took is that of `every` chunk, of earlier plans as well.

    A chunk that failed, or left nothing because its leg died, makes it failed; one that is still to be gone
    on with makes it paused; else it succeeded.
    """
    silent = expected - len(children) + sum(job.status is JobStatus.RUNNING for job in children)
    died = 0 if cancelled else silent
    outcomes = {job.outcome for job in children}
    paused = bool(silent) or any(job.status in WAITING for job in children)
    if died or Outcome.FAILED in outcomes:
        outcome = Outcome.FAILED
    else:
        outcome = Outcome.PAUSED if paused else Outcome.SUCCEEDED
    running = _begun(parent, now=now, by="its chunks")
    counted = running.evolve(
        total_items=sum(job.total_items or 0 for job in children) or None,
        processed_items=sum(job.processed_items for job in every or children),
        failed_items=sum(job.failed_items for job in children),
        rest_requests=sum(job.rest_requests for job in every or children),
        graphql_points=sum(job.graphql_points for job in every or children),
    )
    resume = [job.resume_at for job in children if job.resume_at is not None]
    return settled(
        counted,
        outcome,
        now=now,
        error=_reason(children, died=died, expected=expected),
        resume_at=min(resume, default=None),
    )


def _reason(children: Sequence[CaptureJob], *, died: int, expected: int) -> str | None:
    if died:
        return f"{plural(died, 'leg')} of {expected} died: re-run the failed jobs"
    return next((job.error for job in children if job.error), None)


def _begun(job: CaptureJob, *, now: datetime, by: str) -> CaptureJob:
    """The job running, by legal moves."""
    if job.status in (JobStatus.PAUSED, JobStatus.FAILED):
        job = requeued(job, now=now)
    return claimed(job, by=by, now=now) if job.status is JobStatus.QUEUED else job


def _give_up(store: Store, left_over: Collection[CaptureJob], *, now: datetime) -> None:
    for job in left_over:
        if job.status in WAITING:
            over = move(job, JobStatus.CANCELLED, updated_at=now, finished_at=now, error="planned anew")
            store.replace_job(job, over)
