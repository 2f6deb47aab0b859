"""Primary rate limits: an hourly budget for each token and resource.

Requests (`core`) and GraphQL points (`graphql`) are separate budgets. An hour begins with
the first use and ends at `reset_at`, when the whole budget is there again
(https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
"""

import threading
from dataclasses import dataclass

from github_simulator.instants import HOUR
from github_simulator.secondary_limits import SecondaryLimits
from github_simulator.tokens import Identity

UNAUTHENTICATED_REQUESTS = 60


@dataclass(frozen=True)
class PointsBudget:
    """A budget as it stands: `reset_at` in whole seconds since 1970."""

    limit: int
    remaining: int
    used: int
    reset_at: int


class PrimaryLimit:
    """The budget of one token for one resource."""

    def __init__(self, resource: str, limit: int) -> None:
        self.resource = resource
        self._limit = limit
        self._used = 0
        self._reset_at = 0
        self._lock = threading.Lock()

    def look(self, now: float) -> PointsBudget:
        """The budget now; looking costs nothing."""
        with self._lock:
            self._renew(now)
            reset_at = self._reset_at or int(now) + HOUR
            return PointsBudget(self._limit, self._limit - self._used, self._used, reset_at)

    def take_one(self, now: float) -> bool:
        """Take one, if any is left: whether it was."""
        with self._lock:
            self._renew(now)
            if self._used >= self._limit:
                return False
            self._reset_at = self._reset_at or int(now) + HOUR
            self._used += 1
            return True

    def adjust(self, amount: int) -> None:
        """Take more than the one, or give it back (-1).

        GitHub still answers the query that empties a budget, so `used` stops at the limit.
        """
        with self._lock:
            self._used = max(0, min(self._limit, self._used + amount))

    def _renew(self, now: float) -> None:
        if self._reset_at and now >= self._reset_at:
            self._used = self._reset_at = 0


class TokenLimits:
    """All the limits of one token."""

    def __init__(self, requests_per_hour: int, points_per_hour: int) -> None:
        self.core = PrimaryLimit("core", requests_per_hour)
        self.graphql = PrimaryLimit("graphql", points_per_hour)
        self.secondary = SecondaryLimits()


class Limits:
    """The limits of every token that was seen; all tokens have budgets of the same size."""

    def __init__(self, requests_per_hour: int, points_per_hour: int) -> None:
        self._requests_per_hour = requests_per_hour
        self._points_per_hour = points_per_hour
        self._by_identity: dict[str, TokenLimits] = {}
        self._lock = threading.Lock()

    def of(self, identity: Identity) -> TokenLimits:
        """The limits that this identity is held to; by address where it is anonymous."""
        with self._lock:
            if identity.key not in self._by_identity:
                self._by_identity[identity.key] = (
                    TokenLimits(UNAUTHENTICATED_REQUESTS, 0)
                    if identity.is_anonymous
                    else TokenLimits(self._requests_per_hour, self._points_per_hour)
                )
            return self._by_identity[identity.key]

    def every(self) -> list[TokenLimits]:
        """The limits of all tokens seen so far."""
        with self._lock:
            return list(self._by_identity.values())
