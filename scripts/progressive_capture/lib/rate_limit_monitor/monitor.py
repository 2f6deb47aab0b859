"""RateLimitMonitor: from what GitHub said to a verdict."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from progressive_capture.lib.rate_limit_monitor.primary_budgets import PrimaryBudgets
from progressive_capture.lib.rate_limit_monitor.secondary_limits import SecondaryLimits
from progressive_capture.lib.rate_limit_monitor.values import (
    Budget,
    Go,
    Pause,
    Reading,
    Verdict,
    Wait,
)

READ_POINTS = 1
"""What a GET or a GraphQL query counts in the secondary limit on points."""
WRITE_POINTS = 5
"""What a POST, PATCH, PUT or DELETE counts there."""
LONGEST_WAIT = 300.0
"""Seconds; what must wait longer is a pause: the shell may end the job and come back."""


class RateLimitMonitor:
    """One token's limits, as one of the processes that share it sees them. Safe among threads.

    It does no I/O and asks no clock: `ask` gives a verdict and reserves what it grants, `tell` takes in what
    came of the request.

    Args:
        leave_budget: percent of each primary limit that stays untouched.
        parallel: how many processes share the token.
        concurrency: how many requests may be in flight at once in this process.
    """

    def __init__(self, *, leave_budget: float = 10.0, parallel: int = 1, concurrency: int = 8) -> None:
        self._primary = PrimaryBudgets(leave=leave_budget / 100, parallel=parallel)
        self._secondary = SecondaryLimits(parallel=parallel, concurrency=concurrency)
        self._server_time: tuple[datetime, float] | None = None
        self._lock = threading.Lock()

    def ask(
        self,
        resource: str,
        cost: int = 1,
        *,
        points: int = READ_POINTS,
        writes: bool = False,
        monotonic: float,
    ) -> Verdict:
        """Whether a request may be sent now; with `Go`, what it needs is reserved.

        Args:
            resource: the primary budget that it takes from.
            cost: what it will probably take from that budget.
            points: what it counts in the secondary limit on points.
            writes: it changes something at GitHub: never two at once, and a second after the last.
            monotonic: now, in seconds that never go backwards.
        """
        with self._lock:
            now = self._now(monotonic)
            spent = self._primary.verdict(resource, cost, now=now)
            refusal = spent or self._secondary.verdict(resource, points, writes=writes, at=monotonic)
            if isinstance(refusal, Wait) and refusal.seconds > LONGEST_WAIT:
                return Pause(now + timedelta(seconds=refusal.seconds), refusal.reason)
            if refusal is not None:
                return refusal
            go = Go(resource, cost, points, monotonic, writes)
            self._primary.reserve(resource, cost)
            self._secondary.reserve(go)
            return go

    def tell(self, go: Go, reading: Reading, *, seconds: float, monotonic: float) -> None:
        """Take in what came of a request; what was reserved for it is free again.

        Args:
            go: the leave that it was sent with.
            reading: what its answer said; an empty reading where none came.
            seconds: how long GitHub took to answer.
            monotonic: now.
        """
        with self._lock:
            if reading.answered_at is not None:
                self._server_time = (reading.answered_at, monotonic)
            self._primary.release(go.resource, go.cost)
            self._primary.learn(go.resource, reading, now=self._now(monotonic))
            self._secondary.learn(go, reading, seconds=seconds, at=monotonic)

    def server_now(self, *, now: datetime, monotonic: float) -> datetime:
        """GitHub's time, by the `Date` of its last answer; `now` where it has not answered yet."""
        with self._lock:
            return now if self._server_time is None else self._now(monotonic)

    def budgets(self, *, monotonic: float) -> dict[str, Budget]:
        """The primary budgets that GitHub has spoken of, by resource."""
        with self._lock:
            return self._primary.budgets(now=self._now(monotonic))

    def _now(self, monotonic: float) -> datetime:
        if self._server_time is None:  # then nothing is known that a time is compared with
            return datetime.min.replace(tzinfo=UTC)
        said, at = self._server_time
        return said + timedelta(seconds=monotonic - at)
