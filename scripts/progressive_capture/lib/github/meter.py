"""What one client has spent, retries included."""

from __future__ import annotations

import threading

from progressive_capture.lib.rate_limit_monitor import GRAPHQL, Spent


class Meter:
    """Counts requests and points. Safe among threads."""

    def __init__(self) -> None:
        self._spent = Spent()
        self._lock = threading.Lock()

    def count(self, resource: str, points: int) -> None:
        """GitHub took so much from the budget of a resource."""
        with self._lock:
            requests, graphql = (0, points) if resource == GRAPHQL else (points, 0)
            self._spent = Spent(self._spent.requests + requests, self._spent.points + graphql)

    def spent(self) -> Spent:
        """All that was counted."""
        return self._spent
