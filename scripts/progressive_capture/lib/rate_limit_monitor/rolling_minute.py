"""A sum over the last sixty seconds."""

from __future__ import annotations

from collections import deque

MINUTE = 60.0
A_MOMENT = 0.001
"""Added to what must pass, so that rounding never leaves a wait of nothing."""


class RollingMinute:
    """Amounts, each counted from its moment until a minute later. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._entries: deque[tuple[float, float]] = deque()

    def add(self, amount: float, *, at: float) -> None:
        """Count an amount from now on; `at` is never earlier than in the call before."""
        self._entries.append((at, amount))

    def total(self, *, at: float) -> float:
        """What is counted now."""
        while self._entries and self._entries[0][0] <= at - MINUTE:
            self._entries.popleft()
        return sum(amount for _, amount in self._entries)

    def seconds_until(self, room: float, *, at: float) -> float:
        """How long until no more than `room` is counted; 0 if that is so now."""
        left, wait = self.total(at=at), 0.0
        for counted_at, amount in self._entries:
            if left <= room:
                break
            left -= amount
            wait = counted_at + MINUTE - at + A_MOMENT
        return wait
