"""How an inline job is left, and what that looks like to a person (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from progressive_capture.lib.base_capture import in_words
from progressive_capture.lib.capture_job import CaptureJob, JobStatus, Outcome, requeued, settled
from progressive_capture.lib.errors import CapturePaused
from progressive_capture.lib.report import plural, printable
from progressive_capture.lib.running import Ended
from progressive_capture.lib.store.failures import retry_delay


@dataclass(frozen=True, kw_only=True)
class WorkedOn:
    """A job that was worked on: its row as it was left, what came of the capture, and how long it took."""

    job: CaptureJob
    ended: Ended
    took: timedelta


def left(
    job: CaptureJob, ended: Ended, *, by: str, now: datetime, items_due: datetime | None = None
) -> CaptureJob:
    """The job as a worker leaves it (pure): settled, and if it failed, queued again while attempts are left.

    Args:
        job: its row now.
        ended: what came of the capture.
        by: the worker.
        now: the time.
        items_due: not before then is there anything to try again.
    """
    if job.status is JobStatus.RUNNING and job.claimed_by == by:
        job = _settled_unbegun(job, ended, now)
    if job.status is not JobStatus.FAILED:
        return job
    reason = job.error or f"{plural(job.failed_items, 'item')} could not be captured"
    if job.attempt >= job.max_attempts:
        return job.evolve(error=f"{reason}; its {job.max_attempts} attempts are used up")
    at = max(now + retry_delay(job.attempt), items_due or now)
    return requeued(job, now=now, error=reason).evolve(next_attempt_at=at, finished_at=None)


def in_one_line(done: WorkedOn) -> str:
    """What became of a job, for people."""
    job = done.job
    why = f": {job.error}" if job.error else ""
    when = job.next_attempt_at if job.status is JobStatus.QUEUED else job.resume_at
    again = f"; again from {when:%Y-%m-%d %H:%M:%S} UTC on" if when and why else ""
    seconds = done.took.total_seconds()
    return printable(f"{job.kind} of {job.repository} {job.status} after {seconds:.1f} s{why}{again}")


def _settled_unbegun(job: CaptureJob, ended: Ended, now: datetime) -> CaptureJob:
    """A job whose capture never began: it was paused before, or GitHub knows no such repository."""
    if ended.pause is not None:
        pause = ended.pause
        return settled(job, Outcome.PAUSED, now=now, error=pause.reason, resume_at=pause.resume_at)
    reason = in_words(ended.error) if ended.error is not None else "its capture did not begin"
    return settled(job, Outcome.FAILED, now=now, error=reason)


def pause_of(ended: Ended) -> CapturePaused | None:
    """What paused it, before it began or in the middle."""
    if ended.pause is not None:
        return ended.pause
    for result in ended.results:
        if result.outcome is Outcome.PAUSED:
            return CapturePaused(
                result.reason or "", resume_at=result.resume_at, cause=result.cause or "other"
            )
    return None
