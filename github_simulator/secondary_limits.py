"""Secondary rate limits: what GitHub allows within a minute, whatever the hour's budget.

100 requests at a time, 900 points a minute for REST and 2,000 for GraphQL (a read is one
point, what writes is five), 90 seconds of CPU in 60 seconds of time, of which 60 for GraphQL
(https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits).
"""

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Literal

from github_simulator.instants import MINUTE

Api = Literal["rest", "graphql"]
RETRY_AFTER = 60
"""Seconds. GitHub sends this much in nearly all such answers."""
POINTS_OF_A_WRITE = 5


@dataclass
class Load:
    """What one token used within the last minute, or may use."""

    concurrency: int = 0
    rest_points: int = 0
    graphql_points: int = 0
    cpu_seconds: float = 0.0
    graphql_cpu_seconds: float = 0.0


ALLOWED = Load(
    concurrency=100,
    rest_points=900,
    graphql_points=2_000,
    cpu_seconds=90.0,
    graphql_cpu_seconds=60.0,
)


@dataclass(frozen=True)
class _Use:
    instant: float
    api: Api
    points: int
    cpu_seconds: float


class SecondaryLimits:
    """The limits of one token. `peak` is the highest load that was ever seen."""

    def __init__(self, allowed: Load = ALLOWED) -> None:
        self._allowed = allowed
        self._recent: deque[_Use] = deque()
        self._load = Load()
        self._lock = threading.Lock()
        self.peak = Load()

    def enter(self, api: Api, now: float, points: int = 1) -> str | None:
        """A request of so many points comes in. The name of the limit that it breaks, or None.

        Either way `leave` must follow. What is refused does not count against the limits.
        """
        with self._lock:
            self._load.concurrency += 1
            broken = self._broken(api, now)
            if broken is None:
                self._use(_Use(now, api, points, 0.0), 1)
            self._note_peak()
            return broken

    def spend_cpu(self, api: Api, cpu_seconds: float, now: float) -> None:
        """An answer took so much of GitHub's time."""
        with self._lock:
            self._forget(now)
            self._use(_Use(now, api, 0, cpu_seconds), 1)
            self._note_peak()

    def leave(self) -> None:
        """The request is answered."""
        with self._lock:
            self._load.concurrency -= 1

    def forget_peak(self) -> None:
        """Begin to look for the highest load again."""
        with self._lock:
            self.peak = Load()

    def _broken(self, api: Api, now: float) -> str | None:
        self._forget(now)
        if self._load.concurrency > self._allowed.concurrency:
            return "concurrency"
        if self._load.cpu_seconds >= self._allowed.cpu_seconds:
            return "cpu_seconds"
        if api == "rest":
            return "rest_points" if self._load.rest_points >= self._allowed.rest_points else None
        if self._load.graphql_points >= self._allowed.graphql_points:
            return "graphql_points"
        if self._load.graphql_cpu_seconds >= self._allowed.graphql_cpu_seconds:
            return "graphql_cpu_seconds"
        return None

    def _forget(self, now: float) -> None:
        while self._recent and self._recent[0].instant <= now - MINUTE:
            self._use(self._recent.popleft(), -1)

    def _use(self, use: _Use, sign: int) -> None:
        self._load.cpu_seconds += sign * use.cpu_seconds
        if use.api == "graphql":
            self._load.graphql_points += sign * use.points
            self._load.graphql_cpu_seconds += sign * use.cpu_seconds
        else:
            self._load.rest_points += sign * use.points
        if sign > 0:
            self._recent.append(use)

    def _note_peak(self) -> None:
        self.peak = highest(self.peak, self._load)


def highest(one: Load, other: Load) -> Load:
    """Of each figure the larger one."""
    return Load(**{name: max(getattr(one, name), value) for name, value in asdict(other).items()})
