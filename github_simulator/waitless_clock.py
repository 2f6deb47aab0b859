"""A clock for a client of the simulator that should not really wait.

Instead of waiting, it moves the simulator's clock by as much: an hour's budget is whole
again at once, and a rehearsal of a day takes seconds.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime


class WaitlessClock:
    """The simulator's time, as a client sees it.

    `advance` moves the simulator's clock by seconds and says what time it is then
    (`process.Simulator.advance`); `factor` is its `--clock-factor`. Two threads that wait
    at once wait together: time moves to the later end, not twice.
    """

    def __init__(
        self,
        advance: Callable[[float], float],
        factor: float = 1.0,
        real: Callable[[], float] = time.monotonic,
    ) -> None:
        self._advance = advance
        self._factor = factor
        self._real = real
        self._lock = threading.Lock()
        self._began = real()
        self._start = advance(0)
        self._jumped = 0.0

    def now(self) -> datetime:
        """The simulated time, UTC."""
        return datetime.fromtimestamp(self._start + self.monotonic(), UTC)

    def monotonic(self) -> float:
        """Simulated seconds since this clock was made."""
        return self._jumped + (self._real() - self._began) * self._factor

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Let the time pass without waiting, unless `stop` is set; says whether it is."""
        end = self.monotonic() + max(0.0, seconds)
        with self._lock:
            missing = end - self.monotonic()
            if missing > 0 and not stop.is_set():
                self._advance(missing)
                self._jumped += missing
        return stop.is_set()

    def advance(self, seconds: float) -> None:
        """Let the time pass on both sides."""
        self.wait(seconds, threading.Event())
