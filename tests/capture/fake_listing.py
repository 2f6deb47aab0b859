"""GitHub's listing of runs as a small honest fake: capped at 1,000, newest first, shifting if told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from progressive_capture.lib.discovery.listing import Filters, Listing, Run
from progressive_capture.lib.windows import Window

START = datetime(2026, 9, 1, tzinfo=UTC)


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


def run(number: int, second: int, **facets: Any) -> dict[str, Any]:
    defaults = {"event": "push", "head_branch": "main", "actor": {"login": "mona"}, "status": "completed"}
    return {"id": number, "created_at": at(second), "conclusion": "success"} | defaults | facets


def created_at(found: Run) -> datetime:
    moment = found["created_at"]
    assert isinstance(moment, datetime)
    return moment


FILTERS: dict[str, Callable[[Run], object]] = {
    "event": lambda found: found["event"],
    "branch": lambda found: found["head_branch"],
    "actor": lambda found: (found["actor"] or {}).get("login"),
    "status": lambda found: found["conclusion"] if found["status"] == "completed" else found["status"],
}


@dataclass
class FakeListing:
    """Answers as GitHub does; counts what it was asked, and can change between two answers."""

    runs: list[dict[str, Any]]
    page_size: int = 100
    cap: int = 1000
    exact_up_to: int = 2500
    after_each: Callable[[FakeListing], None] = lambda _: None
    shuffled: bool = False
    asked: list[tuple[Window, Filters, int]] = field(default_factory=list)

    def __call__(self, window: Window, filters: Filters, page: int) -> Listing:
        self.asked.append((window, dict(filters), page))
        matching = [found for found in self.runs if self._matches(found, window, filters)]
        matching.sort(key=lambda found: (found["created_at"], found["id"]), reverse=not self.shuffled)
        listable = matching[: self.cap]
        begin = (page - 1) * self.page_size
        listing = Listing(
            runs=listable[begin : begin + self.page_size],
            total_count=min(len(matching), self.exact_up_to),
            has_next=begin + self.page_size < len(listable),
            captured_at=at(10**6),
        )
        self.after_each(self)
        return listing

    def _matches(self, found: Run, window: Window, filters: Filters) -> bool:
        inside = window.start <= created_at(found) <= window.end
        return inside and all(FILTERS[name](found) == value for name, value in filters.items())
