"""The clock door: the only place that asks the machine for the time, or waits."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time as an argument: code that needs it is given a clock, so that tests never sleep."""

    def now(self) -> datetime:
        """The wall clock, UTC and aware."""

    def monotonic(self) -> float:
        """Seconds that never go backwards, for intervals."""

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait, but no longer than until `stop` is set; says whether it was."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        return stop.wait(max(0.0, seconds))


class ManualClock:
    """A clock that moves only when told, or when somebody waits on it: for tests and rehearsals."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._elapsed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._elapsed += seconds

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        if not stop.is_set():
            self.advance(max(0.0, seconds))
        return stop.is_set()
