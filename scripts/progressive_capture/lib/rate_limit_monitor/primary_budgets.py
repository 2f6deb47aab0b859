"""Primary limits: an hourly budget for each resource, read from the answers' headers.

A share of each limit stays untouched for the repository's own workflows. Several processes on one token have
no more in flight, each, than their share of what is left when they last saw it. So none can take it all at
once, and what idle ones do not use is still there for the others; near the end, what one has not yet seen of
the others' spending is taken from what stays untouched.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from progressive_capture.lib.rate_limit_monitor.values import Budget, Busy, Pause, Reading

SAME_HOUR = timedelta(seconds=5)
"""GitHub's machines may name the end of one hour a little differently."""
UNNAMED_RESET = timedelta(seconds=60)
"""How long a budget counts as spent where GitHub does not say when it is whole again."""


@dataclass
class _Hour:
    limit: int
    remaining: int
    reset_at: datetime


class PrimaryBudgets:
    """The budgets of one token. Times are GitHub's, aware UTC."""

    def __init__(self, *, leave: float, parallel: int) -> None:
        self._leave = leave
        self._parallel = parallel
        self._hours: dict[str, _Hour] = {}
        self._unmetered: set[str] = set()
        self._in_flight: Counter[str] = Counter()

    def verdict(self, resource: str, cost: int, *, now: datetime) -> Busy | Pause | None:
        """Why a request of this cost may not be sent now; None if it may."""
        if resource in self._unmetered:
            return None
        in_flight = self._in_flight[resource]
        hour = self._hours.get(resource)
        if hour is None or now >= hour.reset_at:
            return Busy("the first answer tells the budget") if in_flight else None
        left = hour.remaining - hour.limit * self._leave
        if cost * self._parallel > left:
            return Pause(hour.reset_at, f"the hour's {resource} budget is spent as far as it may be")
        if (in_flight + cost) * self._parallel > left:
            return Busy(f"what may be spent of the {resource} budget is in flight")
        return None

    def reserve(self, resource: str, cost: int) -> None:
        """Set aside what a request in flight will probably cost."""
        self._in_flight[resource] += cost

    def release(self, resource: str, cost: int) -> None:
        """Its answer is here: what it really cost is in the answer's headers."""
        self._in_flight[resource] -= cost

    def learn(self, resource: str, reading: Reading, *, now: datetime) -> None:
        """Take in what an answer says of its budget."""
        hour = self._hours.get(resource)
        if reading.rejection == "primary":
            self._unmetered.discard(resource)
            self._hours[resource] = _spent(hour, reading, now)
        elif reading.limit is None or reading.remaining is None or reading.reset_at is None:
            if hour is None and reading.unmetered:
                self._unmetered.add(resource)
        else:
            self._unmetered.discard(resource)
            self._hours[resource] = _merged(hour, reading.limit, reading.remaining, reading.reset_at)

    def budgets(self, *, now: datetime) -> dict[str, Budget]:
        """Every budget that GitHub has spoken of; one whose hour is over counts as whole again."""
        return {resource: self._budget(resource, hour, now) for resource, hour in self._hours.items()}

    def _budget(self, resource: str, hour: _Hour, now: datetime) -> Budget:
        seconds = max(0.0, (hour.reset_at - now).total_seconds())
        remaining = hour.remaining if seconds else hour.limit
        left = remaining - hour.limit * self._leave - self._in_flight[resource]
        return Budget(hour.limit, remaining, max(0, int(left)), hour.reset_at, seconds)


def _merged(hour: _Hour | None, limit: int, remaining: int, reset_at: datetime) -> _Hour:
    """Answers overtake each other: the later hour is the newer, and in one hour the smaller remainder."""
    if hour is None or limit != hour.limit or reset_at > hour.reset_at + SAME_HOUR:
        return _Hour(limit, remaining, reset_at)
    if reset_at < hour.reset_at - SAME_HOUR:
        return hour
    return _Hour(limit, min(remaining, hour.remaining), hour.reset_at)


def _spent(hour: _Hour | None, reading: Reading, now: datetime) -> _Hour:
    """Nothing left until the reset; for a while where GitHub names none, or one that has passed."""
    limit = reading.limit or (hour.limit if hour else 0)
    reset_at = reading.reset_at or (hour.reset_at if hour else datetime.min.replace(tzinfo=UTC))
    if reset_at <= now:
        reset_at = now + max(timedelta(seconds=reading.retry_after or 0.0), UNNAMED_RESET)
    return _Hour(limit, 0, reset_at)
