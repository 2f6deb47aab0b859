"""Capture jobs handed to GitHub Actions: each workflow run asked for once, and known by a word of our own.

The row says that it is dispatched before GitHub is asked. Whatever dies or is lost in between, nobody asks a
second time before it is sure that nothing came of the first: the word (nonce) is in the run's name, and
reconciling finds it there.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from progressive_capture.lib.capture_job import CaptureJob, JobStatus
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import (
    CaptureError,
    CapturePaused,
    ConfigurationError,
    GitHubUnavailableError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.github.failures import UnansweredError
from progressive_capture.lib.github.workflow_control import Dispatched
from progressive_capture.lib.report import printable
from progressive_capture.lib.store.contract import Store
from queue_manager.hindrances import WORKFLOW_FILES
from queue_manager.verdicts import undispatched

SPACING_SECONDS = 1.0
"""GitHub asks for a second between requests that change something.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""
SOONEST = timedelta(minutes=5)
LATEST = timedelta(hours=6)
"""A job that could not be dispatched waits as long as it has waited already, within these."""
TRIES = 3
MOST_WORDS = 500


def no_hindrance(kind: str) -> str | None:
    """Whatever has a workflow can be dispatched."""
    return None if kind in WORKFLOW_FILES else f"there is no workflow for {printable(kind, 40)}"


def new_nonce() -> str:
    """A word that nobody else has, short enough for the name of a workflow run."""
    return secrets.token_hex(8)


class DispatchesWorkflows(Protocol):
    """The part of `WorkflowControl` that is needed here."""

    def dispatch(self, full_name: str, file: str, *, ref: str, inputs: Mapping[str, str]) -> Dispatched: ...


class Dispatcher:
    """Starts the workflow runs of capture jobs, one after the other.

    Args:
        store: where the jobs are.
        control: starts workflows; None only where `hindrance` always has a reason.
        clock: the time, and the way to wait.
        jobs_repository: OWNER/NAME of the repository whose workflows run.
        ref: the branch or tag that they run on.
        hindrance: why Actions cannot do a kind of work; None: it can.
        goes_inline: why a job that Actions refuses may run inline instead (first the job, then the refusal);
            None where it may not.
        stop: once set, nothing is waited for.
        nonce: makes words that nobody else has.
        spacing_seconds: between two requests.
    """

    def __init__(
        self,
        store: Store,
        control: DispatchesWorkflows | None,
        clock: Clock,
        *,
        jobs_repository: str | None,
        ref: str = "main",
        hindrance: Callable[[str], str | None] = no_hindrance,
        goes_inline: Callable[[CaptureJob, str], str | None] = lambda _job, _refusal: None,
        stop: threading.Event | None = None,
        nonce: Callable[[], str] = new_nonce,
        spacing_seconds: float = SPACING_SECONDS,
    ) -> None:
        self._store = store
        self._control = control
        self._clock = clock
        self._repository = jobs_repository
        self._ref = ref
        self._hindrance = hindrance
        self._goes_inline = goes_inline
        self._stop = stop or threading.Event()
        self._nonce = nonce
        self._spacing = spacing_seconds
        self._free_at: float | None = None

    def dispatch(self, job: CaptureJob) -> CaptureJob:
        """Start a job's workflow run, unless that was done or its time has not come; the job as it is then.

        A refusal is no error: the job goes inline, or waits with the reason in its row. A lost answer is
        none either: reconciling finds the run, or starts another one.

        Raises:
            ConfigurationError: there is no such job.
            StoreError: the database does not answer.
        """
        before = self._read(job.id)
        if not may_be_dispatched(before, now=self._clock.now()):
            return before
        hindrance = self._hindrance(before.kind)
        if hindrance is not None:
            return self._refused(before, before.dispatch_nonce, hindrance)
        self._keep_distance()
        nonce = self._nonce()
        marked = _marked(before, nonce, self._clock.now())
        if not self._store.replace_job(before, marked):
            return self._read(job.id)
        return self._ask(marked, nonce)

    def _ask(self, job: CaptureJob, nonce: str) -> CaptureJob:
        assert self._control is not None
        assert self._repository is not None
        inputs = {"repository_name": job.repository, "job_id": job.id, "nonce": nonce}
        try:
            started = self._control.dispatch(
                self._repository, WORKFLOW_FILES[job.kind], ref=self._ref, inputs=inputs
            )
        except (UnansweredError, UnexpectedPayloadError) as lost:
            said = _in_words(lost)
            return self._write(job, nonce, lambda row: row.evolve(error=said))
        except (GitHubUnavailableError, CapturePaused) as failure:
            return self._put_off(job, nonce, _in_words(failure), getattr(failure, "resume_at", None))
        except CaptureError as refusal:
            return self._refused(job, nonce, _in_words(refusal))
        finally:
            self._free_at = self._clock.monotonic() + self._spacing
        return self._write(
            job,
            nonce,
            lambda row: row.evolve(
                workflow_run_id=started.run_id, workflow_run_url=started.html_url, error=None
            ),
        )

    def _refused(self, job: CaptureJob, nonce: str | None, said: str) -> CaptureJob:
        """Inline where that is possible; else it waits until somebody has done what the refusal says."""
        why = self._goes_inline(job, said)
        if why is None:
            return self._put_off(job, nonce, said, None)
        return self._write(
            job,
            nonce,
            lambda row: _free(row).evolve(processor="inline", route_reason=why, error=said),
        )

    def _put_off(self, job: CaptureJob, nonce: str | None, said: str, until: datetime | None) -> CaptureJob:
        now = self._clock.now()
        later = max(until or now, now + patience_with(job, now))
        return self._write(
            job, nonce, lambda row: _free(row).evolve(error=said, next_attempt_at=later, updated_at=now)
        )

    def _write(
        self, job: CaptureJob, nonce: str | None, change: Callable[[CaptureJob], CaptureJob]
    ) -> CaptureJob:
        """Write what came of it, unless the job has gone on meanwhile.

        A worker writes its whole row again and again: what others write there would not last. It is
        reconciled later.
        """
        row = job
        for _ in range(TRIES):
            after = change(row)
            if self._store.replace_job(row, after):
                return after
            row = self._read(job.id)
            if row.dispatch_nonce != nonce or row.status is JobStatus.RUNNING:
                return row
        return row

    def _keep_distance(self) -> None:
        if self._free_at is not None:
            self._clock.wait(max(0.0, self._free_at - self._clock.monotonic()), self._stop)

    def _read(self, job_id: str) -> CaptureJob:
        job = self._store.job(job_id)
        if job is None:
            raise ConfigurationError(
                f"There is no capture job {printable(job_id, 80)!r} in {self._store.describe()}.",
                hint="List the jobs with: queue-manager list",
            )
        return job


def may_be_dispatched(job: CaptureJob, *, now: datetime) -> bool:
    """Whether a job waits for a workflow run, none was asked for, and its time has come."""
    return (
        job.status is JobStatus.QUEUED
        and job.processor == "actions"
        and job.parent_id is None
        and job.dispatch_nonce is None
        and all(at is None or at <= now for at in (job.resume_at, job.next_attempt_at))
    )


def patience_with(job: CaptureJob, now: datetime) -> timedelta:
    """How long a job that could not be dispatched waits: the longer, the longer it has waited."""
    return min(max(now - (job.created_at or now), SOONEST), LATEST)


def _marked(job: CaptureJob, nonce: str, now: datetime) -> CaptureJob:
    """Told from the row before in what is compared (`replace_job`): of two that dispatch it, one does."""
    return undispatched(job).evolve(
        dispatch_nonce=nonce, dispatched_at=now, claimed_by=f"dispatch {nonce}", updated_at=now
    )


def _free(job: CaptureJob) -> CaptureJob:
    return undispatched(job).evolve(claimed_by=None)


def _in_words(error: CaptureError | CapturePaused) -> str:
    hint = error.hint if isinstance(error, CaptureError) else ""
    return printable(f"{error} {hint}".strip(), MOST_WORDS)
