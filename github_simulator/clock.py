"""The simulated clock: starts where it is told, runs as fast as it is told, can be moved."""

import threading
import time
from collections.abc import Callable


class SimulatedClock:
    """Simulated seconds since 1970. `factor` simulated seconds pass in each real second."""

    def __init__(self, start: float, factor: float = 1.0, real: Callable[[], float] = time.monotonic) -> None:
        if factor <= 0:
            raise ValueError("a clock must run forward: factor must be above 0")
        self.factor = factor
        self._real = real
        self._began = real()
        self._offset = start
        self._lock = threading.Lock()

    def now(self) -> float:
        """The simulated time."""
        with self._lock:
            return self._offset + (self._real() - self._began) * self.factor

    def advance(self, seconds: float) -> None:
        """Jump forward. A clock never goes back."""
        if seconds < 0:
            raise ValueError("the clock cannot go back")
        with self._lock:
            self._offset += seconds
