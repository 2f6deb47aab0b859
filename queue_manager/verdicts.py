"""What becomes of a dispatched capture job, told from its row and its workflow run (pure).

Legs settle their jobs themselves, and `finish` those of several chunks: what a row says of its end stands.
Only what nobody can settle any more, because the run is over, is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, assert_never

from progressive_capture.lib.capture_job import (
    CaptureJob,
    JobStatus,
    Outcome,
    claimed,
    lease_expired,
    move,
    requeued,
    settled,
)
from progressive_capture.lib.github.workflow_control import RunState
from progressive_capture.lib.report import printable
from progressive_capture.lib.resuming import DIED
from progressive_capture.lib.store.failures import retry_delay

SEEN_WITHIN = timedelta(minutes=5)
"""A run that was started is listed by then, with much to spare."""
GOES_ON_WITHIN = timedelta(minutes=2)
"""A paused workflow starts itself again before it ends; by then the next run is listed."""
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)

Seen = RunState | Literal["unknown"] | None
"""A job's workflow run: None: surely there is none; `unknown`: GitHub could not be asked."""


class Next(StrEnum):
    """What is to be done with a job."""

    LEAVE = "leave"
    OVER = "over"
    AGAIN = "again"
    FAIL = "fail"
    CANCEL = "cancel"
    END_RUN = "end run"


@dataclass(frozen=True)
class Verdict:
    """What is to be done with a job, and why.

    `over`: the row stays as it is, and its workflow run need not be looked at any more. `end run`: the row
    stays, and its workflow run is to be cancelled.
    """

    next: Next
    reason: str


def verdict(job: CaptureJob, run: Seen, now: datetime) -> Verdict:
    """Decide about a job that was dispatched.

    Args:
        job: its row; a running one with chunks is asked about only where none of them is alive.
        run: the newest workflow run of its dispatch.
        now: the time.
    """
    if run == "unknown":
        return Verdict(Next.LEAVE, "its workflow run could not be looked at")
    if run is not None and run.status != "completed":
        return _during_run(job, run)
    if job.status is JobStatus.RUNNING and not lease_expired(job, now=now):
        return Verdict(Next.LEAVE, "its worker shows life")
    if run is None and _may_come(job, now):
        return Verdict(Next.LEAVE, "its workflow run is not listed yet")
    if job.status in (JobStatus.SUCCEEDED, JobStatus.CANCELLED):
        return Verdict(Next.OVER, f"it is {job.status}")
    return _without_run(job, now) if run is None else _after_run(job, run, now)


def _during_run(job: CaptureJob, run: RunState) -> Verdict:
    if job.status is JobStatus.CANCELLED:
        return Verdict(Next.END_RUN, f"it is cancelled, and its workflow run {run.id} goes on")
    return Verdict(Next.LEAVE, f"its workflow run is {printable(run.status, 40)}")


def _may_come(job: CaptureJob, now: datetime) -> bool:
    asked_at = job.dispatched_at
    return job.workflow_run_id is None and asked_at is not None and now - asked_at < SEEN_WITHIN


def _without_run(job: CaptureJob, now: datetime) -> Verdict:
    if job.status is JobStatus.PAUSED:
        return Verdict(Next.OVER, "it is paused")
    if job.workflow_run_id is None:
        return lost(job, now, "no workflow run came of its dispatch")
    return lost(job, now, f"its workflow run {job.workflow_run_id} is not there any more")


def _after_run(job: CaptureJob, run: RunState, now: datetime) -> Verdict:
    if run.conclusion == "cancelled":
        if job.status is JobStatus.FAILED:
            return Verdict(Next.OVER, "it failed, and its workflow run was cancelled")
        return Verdict(Next.CANCEL, f"its workflow run {run.id} was cancelled")
    if job.status is JobStatus.PAUSED:
        if job.updated_at is not None and now - job.updated_at < GOES_ON_WITHIN:
            return Verdict(Next.LEAVE, "it is paused, and may go on by itself")
        return Verdict(Next.OVER, "it is paused")
    ended = f"its workflow run {run.id} ended ({printable(run.conclusion or 'without a conclusion', 40)})"
    left = {
        JobStatus.FAILED: job.error or ended,
        JobStatus.RUNNING: f"{ended}, and nobody settled it",
    }
    return lost(job, now, left.get(job.status, f"{ended} without having begun with it"))


def lost(job: CaptureJob, now: datetime, reason: str = DIED) -> Verdict:
    """A job that nobody works on any more: again while attempts are left, else it failed."""
    if _begun(job, now).attempt < job.max_attempts:
        return Verdict(Next.AGAIN, reason)
    if job.status is JobStatus.FAILED:
        return Verdict(Next.OVER, f"it failed, and its {job.max_attempts} attempts are used up")
    return Verdict(Next.FAIL, f"{reason}; its {job.max_attempts} attempts are used up")


def delay_before(attempt: int) -> timedelta:
    """How long a job waits that was begun so often: twice as long each time, an hour at most."""
    doublings = min(max(attempt, 1) - 1, 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def applied(job: CaptureJob, said: Verdict, now: datetime) -> CaptureJob:
    """The job as a verdict leaves it: by legal moves, and free to be dispatched anew.

    A workflow run that ended without having begun with its job has used up an attempt all the same: a
    workflow that can do nothing must not be started for ever.
    """
    match said.next:
        case Next.LEAVE | Next.END_RUN:
            return job
        case Next.OVER:
            return job.evolve(dispatch_nonce=None)
        case Next.AGAIN:
            return _queued_again(_begun(job, now), said.reason, now)
        case Next.FAIL:
            failed = settled(_begun(job, now), Outcome.FAILED, now=now, error=said.reason)
            return failed.evolve(dispatch_nonce=None)
        case Next.CANCEL:
            return cancelled(job, now, said.reason).evolve(dispatch_nonce=None)
        case _:
            assert_never(said.next)


def cancelled(job: CaptureJob, now: datetime, reason: str) -> CaptureJob:
    """The job cancelled; a running one, whose worker is gone, was back in the queue first."""
    if job.status is JobStatus.RUNNING:
        job = requeued(job, now=now)
    over = move(job, JobStatus.CANCELLED, updated_at=now, finished_at=now)
    return over.evolve(claimed_by=None, error=reason)


def undispatched(job: CaptureJob) -> CaptureJob:
    """The job without a trace of a dispatch: the next one may come."""
    return job.evolve(dispatch_nonce=None, dispatched_at=None, workflow_run_id=None, workflow_run_url=None)


def _queued_again(job: CaptureJob, reason: str, now: datetime) -> CaptureJob:
    """A job that failed waits as long as its items do: before that there is nothing to try again."""
    delay = retry_delay(job.attempt) if job.status is JobStatus.FAILED else delay_before(job.attempt)
    queued = requeued(job, now=now, error=reason)
    return undispatched(queued).evolve(next_attempt_at=now + delay, finished_at=None)


def _begun(job: CaptureJob, now: datetime) -> CaptureJob:
    """A queued job as its workflow run should have taken it."""
    return claimed(job, by="its workflow run", now=now) if job.status is JobStatus.QUEUED else job
