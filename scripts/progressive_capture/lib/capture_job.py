"""A capture job: one kind, one repository, one span; its states, and which may follow which (pure).

    queued ──claim──▶ running ──settle──▶ succeeded · paused · failed
      ▲                  │
      ├──── rescue ──────┘      paused ─▶ queued      failed ─▶ queued (retry)
    queued / paused ──cancel──▶ cancelled

A pause is not a failure and uses up no attempt.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from progressive_capture.lib.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

LEASE = timedelta(seconds=60)
"""A running job whose heartbeat is older than this may be taken over."""


class JobStatus(StrEnum):
    """Where a capture job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PAUSED = "paused"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """How a run of ours ended."""

    SUCCEEDED = "succeeded"
    PAUSED = "paused"
    FAILED = "failed"


LEGAL: Mapping[JobStatus, frozenset[JobStatus]] = MappingProxyType(
    {
        JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.CANCELLED}),
        JobStatus.RUNNING: frozenset(
            {JobStatus.SUCCEEDED, JobStatus.PAUSED, JobStatus.FAILED, JobStatus.QUEUED}
        ),
        JobStatus.PAUSED: frozenset({JobStatus.QUEUED, JobStatus.CANCELLED}),
        JobStatus.FAILED: frozenset({JobStatus.QUEUED}),
        JobStatus.SUCCEEDED: frozenset(),
        JobStatus.CANCELLED: frozenset(),
    }
)

WAITING = frozenset({JobStatus.QUEUED, JobStatus.PAUSED, JobStatus.RUNNING})
"""States in which equal work must not be submitted a second time (`request_key` is unique among them)."""


@dataclass(frozen=True, kw_only=True)
class CaptureJob:
    """A row of `progressive_capture_jobs`. Times are aware UTC; counts are items of the job's kind."""

    id: str
    kind: str
    repository: str
    status: JobStatus = JobStatus.QUEUED
    outcome: Outcome | None = None
    processor: str = "inline"
    route_reason: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    request_key: str = ""
    priority: int = 0
    parent_id: str | None = None
    chunk_index: int | None = None
    chunk_count: int | None = None
    total_items: int | None = None
    processed_items: int = 0
    failed_items: int = 0
    attempt: int = 0
    max_attempts: int = 5
    next_attempt_at: datetime | None = None
    heartbeat_at: datetime | None = None
    claimed_by: str | None = None
    resume_at: datetime | None = None
    handovers: int = 0
    error: str | None = None
    dispatch_nonce: str | None = None
    dispatched_at: datetime | None = None
    workflow_run_id: int | None = None
    workflow_run_url: str | None = None
    rest_requests: int = 0
    graphql_points: int = 0
    runner_minutes: float = 0.0
    cost_usd: float = 0.0
    created_at: datetime | None = None
    started_at: datetime | None = None
    updated_at: datetime | None = None
    finished_at: datetime | None = None

    def evolve(self, **changes: Any) -> CaptureJob:
        """The same job with some fields changed."""
        return replace(self, **changes)


def move(job: CaptureJob, to: JobStatus, **changes: Any) -> CaptureJob:
    """The job in its next state.

    Raises:
        ConfigurationError: if that state may not follow the present one.
    """
    if to not in LEGAL[job.status]:
        raise ConfigurationError(
            f"Capture job {job.id} is {job.status}; it cannot become {to}.",
            hint=f"See its state with: progressive-capture status --job-id {job.id}",
        )
    return job.evolve(status=to, **changes)


def claimed(job: CaptureJob, *, by: str, now: datetime) -> CaptureJob:
    """The job taken by a worker; failed items are to do again. Going on after a pause uses up no attempt."""
    resumed = job.outcome is Outcome.PAUSED
    return move(
        job,
        JobStatus.RUNNING,
        claimed_by=by,
        heartbeat_at=now,
        failed_items=0,
        started_at=job.started_at or now,
        updated_at=now,
        attempt=job.attempt if resumed else job.attempt + 1,
        outcome=None,
        error=None,
        resume_at=None,
        finished_at=None,
    )


def settled(
    job: CaptureJob,
    outcome: Outcome,
    *,
    now: datetime,
    error: str | None = None,
    resume_at: datetime | None = None,
) -> CaptureJob:
    """The job as its worker leaves it; `error` and `resume_at` say why, and when to go on."""
    finished = None if outcome is Outcome.PAUSED else now
    return move(
        job,
        JobStatus(outcome.value),
        outcome=outcome,
        claimed_by=None,
        heartbeat_at=None,
        error=error,
        resume_at=resume_at,
        updated_at=now,
        finished_at=finished,
    )


def requeued(job: CaptureJob, *, now: datetime, error: str | None = None) -> CaptureJob:
    """The job given back to the queue: after a pause, for a retry, or rescued from a dead worker."""
    return move(
        job, JobStatus.QUEUED, claimed_by=None, heartbeat_at=None, updated_at=now, error=error or job.error
    )


def lease_expired(job: CaptureJob, *, now: datetime) -> bool:
    """Whether a running job has shown no life for longer than the lease."""
    return job.heartbeat_at is None or now - job.heartbeat_at > LEASE


def outcome_of(*, failed_items: int, paused: bool) -> Outcome:
    """What the counts say: never *succeeded* with a failed item (a hole in a listing is one).

    A pause wins over failures: the work is not over, and the failures are tried again when it goes on.
    """
    if paused:
        return Outcome.PAUSED
    return Outcome.FAILED if failed_items else Outcome.SUCCEEDED
