"""ProgressTracker: the one writer of `progressive_capture_jobs` while a capture runs.

It takes the job, proves life, checkpoints what was stored in the same transaction as the rows, and writes
how it ended. Transitions come from `capture_job`; time from the clock.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from progressive_capture.lib.capture_job import (
    CaptureJob,
    JobStatus,
    Outcome,
    claimed,
    lease_expired,
    requeued,
    settled,
)
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import ConfigurationError, JobConflictError
from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.rate_limit_monitor import Spent
from progressive_capture.lib.store.contract import Store

HEARTBEAT_EVERY = timedelta(seconds=15)


class ProgressTracker:
    """One capture job's life in the database.

    Args:
        identity: this worker's name (`worker_identity.own_identity`).
        is_surely_dead: tells whether a holder on this host is gone, so that its lease need not run out.
    """

    def __init__(
        self, store: Store, clock: Clock, *, identity: str, is_surely_dead: Callable[[str], bool]
    ) -> None:
        self._store = store
        self._clock = clock
        self._identity = identity
        self._is_surely_dead = is_surely_dead
        self._job: CaptureJob | None = None
        self._spent_before = Spent()
        self.inserted: Counter[str] = Counter()
        self.updated: Counter[str] = Counter()

    @property
    def job(self) -> CaptureJob:
        """The job as last written."""
        if self._job is None:
            raise RuntimeError("begin() comes first")
        return self._job

    def begin(
        self, kind: str, repository: str, parameters: Mapping[str, Any], *, job_id: str | None = None
    ) -> CaptureJob:
        """Take the job that waits for this work, or a new one.

        A job of the id that this very worker has claimed already (`Store.claim_next`) is its own as it is,
        whatever the repository is called by now.

        Raises:
            JobConflictError: another worker holds it.
            ConfigurationError: there is no job with that id, or it is over.
        """
        new = self._new(kind, repository, parameters)
        job = self._asked_for(job_id, new) if job_id else self._store.add_job(new)
        for _ in range(3):
            taken = self._take(job)
            if taken is not None:
                self._job = taken.evolve(total_items=taken.processed_items)
                self._spent_before = Spent(requests=taken.rest_requests, points=taken.graphql_points)
                return taken
            job = self._named(job.id)
        raise _held(job)

    def checkpoint(self, batches: Sequence[Batch], spent: Spent) -> None:
        """Store batches and the job's counts in one transaction."""
        after = self._alive(spent).evolve(
            processed_items=self.job.processed_items + sum(batch.processed for batch in batches),
            failed_items=self.job.failed_items + sum(len(batch.failures) for batch in batches),
        )
        for batch, written in zip(batches, self._store.write_all(batches, checkpoint=after), strict=True):
            self.inserted.update(written.inserted)
            if not batch.completing:
                self.updated.update(written.updated)
        self._job = after

    def expect(self, items: int) -> None:
        """Add to the number of items that the job has to do."""
        self._job = self.job.evolve(total_items=(self.job.total_items or 0) + items)

    def prove_life(self, spent: Spent) -> None:
        """Write a heartbeat where the last one is old enough.

        Raises:
            JobConflictError: another worker has taken the job meanwhile.
        """
        job = self.job
        if job.heartbeat_at is not None and self._clock.now() - job.heartbeat_at < HEARTBEAT_EVERY:
            return
        self.checkpoint([], spent)

    def settle(
        self, outcome: Outcome, spent: Spent, *, error: str | None = None, resume_at: datetime | None = None
    ) -> None:
        """Write how it ended; a job that somebody else holds by now is left to them."""
        before = self.job
        after = settled(self._alive(spent), outcome, now=self._clock.now(), error=error, resume_at=resume_at)
        if not self._store.replace_job(before, after):
            raise _held(before)
        self._job = after

    def _new(self, kind: str, repository: str, parameters: Mapping[str, Any]) -> CaptureJob:
        now = self._clock.now()
        asked = json.dumps(parameters, sort_keys=True, default=str)
        return CaptureJob(
            id=str(uuid.uuid4()),
            kind=kind,
            repository=repository,
            parameters=parameters,
            request_key=f"{kind} {repository.lower()} {asked}",
            created_at=now,
            updated_at=now,
        )

    def _asked_for(self, job_id: str, work: CaptureJob) -> CaptureJob:
        """The job of that id, if it is about this work."""
        job = self._named(job_id)
        is_same = job.repository.lower() == work.repository.lower() or self._has_claimed(job)
        if job.kind != work.kind or not is_same:
            raise ConfigurationError(
                f"Capture job {job.id} is about {job.kind} of {job.repository}, "
                f"not {work.kind} of {work.repository}.",
                hint="Leave --job-id out, or give the id of a job that `progressive-capture status` lists.",
            )
        return job

    def _named(self, job_id: str) -> CaptureJob:
        job = self._store.job(job_id)
        if job is None:
            raise ConfigurationError(
                f"There is no capture job {job_id[:80]!r} in {self._store.describe()}.",
                hint="List the jobs with: progressive-capture status",
            )
        return job

    def _has_claimed(self, job: CaptureJob) -> bool:
        """Whether it is this worker's own by now."""
        return job.status is JobStatus.RUNNING and job.claimed_by == self._identity

    def _take(self, job: CaptureJob) -> CaptureJob | None:
        """Claim the job if it is free; None where somebody else moved first."""
        now = self._clock.now()
        before = job
        if self._has_claimed(job):
            return job
        if job.status is JobStatus.RUNNING:
            if not lease_expired(job, now=now) and not self._is_surely_dead(job.claimed_by or ""):
                raise _held(job)
            job = requeued(job, now=now, error="its worker died")
        elif job.status in (JobStatus.PAUSED, JobStatus.FAILED):
            job = requeued(job, now=now)
        after = claimed(job, by=self._identity, now=now)
        return after if self._store.replace_job(before, after) else None

    def _alive(self, spent: Spent) -> CaptureJob:
        now = self._clock.now()
        return self.job.evolve(
            heartbeat_at=now,
            updated_at=now,
            rest_requests=self._spent_before.requests + spent.requests,
            graphql_points=self._spent_before.points + spent.points,
        )


def _held(job: CaptureJob) -> JobConflictError:
    return JobConflictError(
        f"Another worker ({job.claimed_by or 'unknown'}) is capturing {job.kind} of {job.repository}.",
        hint="Let it finish; if it died on another machine, its claim runs out within a minute.",
    )
