"""A capture of numbered workflows: small, honest, and able to go wrong on demand."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from progressive_capture.lib.base_capture import BaseCapture
from progressive_capture.lib.capture_values import Asked, Collaborators, Pass, Repository
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.normalize.repositories import repository_row
from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.progress_tracker import ProgressTracker
from progressive_capture.lib.rate_limit_monitor import Spent
from progressive_capture.lib.report import Snapshot
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.opening import open_store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
REPOSITORY = Repository(id=7, full_name="octo/example", created_at=None)
PAYLOAD = {
    "id": 7,
    "full_name": "octo/example",
    "name": "example",
    "owner": {"login": "octo"},
    "private": False,
}


def workflow(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "repository_id": REPOSITORY.id,
        "captured_at": NOW,
        "name": f"workflow {number}",
        "path": None,
        "state": "active",
    }


class FreeMeter:
    def spent(self) -> Spent:
        return Spent()

    def budget_left(self) -> str:
        return ""


@dataclass
class Shown:
    """A display that remembers."""

    snapshots: list[Snapshot] = field(default_factory=list)

    def show(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)

    def say(self, line: str) -> None:
        raise AssertionError(f"nothing to say: {line}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class TinyCapture(BaseCapture):
    """Captures the numbers 1 to 10 that the database does not hold yet."""

    kind = "workflows"

    def __init__(
        self, collaborators: Collaborators, stored: set[int], before_each: Callable[[int], None]
    ) -> None:
        super().__init__(REPOSITORY, Asked(), collaborators)
        self._to_do = [number for number in range(1, 11) if number not in stored]
        self._before_each = before_each

    def passes(self) -> Iterator[Pass]:
        yield Pass(title="numbers", units=self._to_do, fetch=self._fetch, key=str, items=len(self._to_do))

    def _fetch(self, number: int) -> Iterator[Batch]:
        self._before_each(number)
        yield Batch(rows={"workflows": [workflow(number)]}, processed=1)


@dataclass
class Stage:
    """A database and everything around one capture of it."""

    path: Path
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    stop: threading.Event = field(default_factory=threading.Event)
    shown: Shown = field(default_factory=Shown)
    identity: str = "worker-1"
    dead: frozenset[str] = frozenset()

    def open_store(self) -> Store:
        store = open_store(f"sqlite:///{self.path}")
        store.migrate()
        store.write(Batch(rows={"repositories": [repository_row(PAYLOAD, captured_at=NOW)]}))
        return store

    def tracker(self, store: Store) -> ProgressTracker:
        return ProgressTracker(
            store, self.clock, identity=self.identity, is_surely_dead=lambda who: who in self.dead
        )

    def collaborators(self, store: Store, *, deadline: datetime | None = None) -> Collaborators:
        return Collaborators(
            store=store,
            tracker=self.tracker(store),
            meter=FreeMeter(),
            clock=self.clock,
            progress=self.shown,
            stop=self.stop,
            deadline=deadline,
            concurrency=3,
        )

    def capture(
        self,
        store: Store,
        before_each: Callable[[int], None] = lambda _: None,
        *,
        deadline: datetime | None = None,
    ) -> TinyCapture:
        return TinyCapture(self.collaborators(store, deadline=deadline), numbers_in(self.path), before_each)


def numbers_in(path: Path) -> set[int]:
    with closing(sqlite3.connect(path)) as connection:
        return {number for (number,) in connection.execute("SELECT id FROM workflows")}
