"""The ledger: what was asked, what it cost, what was refused, which faults fired."""

import threading
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from github_simulator.secondary_limits import Load


@dataclass
class _Counts:
    requests: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    queries: Counter[str] = field(default_factory=Counter)
    not_modified: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    rejections: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    blobs: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)


class Ledger:
    """Counts, by endpoint template (REST) or operation name (GraphQL).

    `requests` and `points` are what went off a primary budget. Answers 304 to authorized
    requests, `/rate_limit` and refusals by a limit cost nothing and are counted apart.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = _Counts()

    def reset(self) -> None:
        """Start a new page."""
        with self._lock:
            self._counts = _Counts()

    def request(self, endpoint: str, cost: int) -> None:
        """A REST request was answered and took so much of the budget (0 or 1)."""
        with self._lock:
            self._counts.requests[endpoint] += cost

    def not_modified(self, endpoint: str) -> None:
        with self._lock:
            self._counts.not_modified[endpoint] += 1

    def query(self, operation: str, points: int) -> None:
        """A GraphQL query was answered and took so many points."""
        with self._lock:
            self._counts.queries[operation] += 1
            self._counts.points[operation] += points

    def rejection(self, kind: str) -> None:
        """A request was refused: `primary:core`, `secondary:cpu_seconds`, `credentials`, ..."""
        with self._lock:
            self._counts.rejections[kind] += 1

    def fault(self, kind: str) -> None:
        with self._lock:
            self._counts.faults[kind] += 1

    def blob(self, event: str, amount: int = 1) -> None:
        """Something happened at the blob host: `downloads`, `bytes`, `refused`."""
        with self._lock:
            self._counts.blobs[event] += amount

    def line(self, method: str, target: str, status: int) -> None:
        """A request line, in the order of the answers."""
        with self._lock:
            self._counts.statuses[str(status)] += 1
            self._counts.lines.append(f"{method} {target} {status}")

    def page(self, peak: Load, *, with_lines: bool) -> dict[str, Any]:
        """Everything counted so far, as JSON has it."""
        with self._lock:
            counts = self._counts
            page: dict[str, Any] = {
                "requests": _by("endpoint", counts.requests),
                "points": {**_by("operation", counts.points), "queries": counts.queries.total()},
                "not_modified": _by("endpoint", counts.not_modified),
                "statuses": dict(counts.statuses),
                "rejections": dict(counts.rejections),
                "faults": dict(counts.faults),
                "blobs": dict(counts.blobs),
                "peaks": asdict(peak),
            }
            return {**page, "lines": list(counts.lines)} if with_lines else page


def _by(what: str, counter: Counter[str]) -> dict[str, Any]:
    return {"total": counter.total(), f"by_{what}": {key: n for key, n in sorted(counter.items()) if n}}
