"""What a capture is given, how it is cut into passes, and what comes of it: plain values."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Literal, Protocol, TypeVar

from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import PauseCause
from progressive_capture.lib.files.no_storage import NoStorage
from progressive_capture.lib.files.storage import FileStorage
from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.progress_tracker import ProgressTracker
from progressive_capture.lib.rate_limit_monitor import Spent
from progressive_capture.lib.report import Progress
from progressive_capture.lib.store.contract import Store

Depth = Literal["jobs", "steps", "full"]
T = TypeVar("T")

A_HUNDRED = 100
"""As many ids as one GraphQL query takes."""


@dataclass(frozen=True, kw_only=True)
class Repository:
    """The repository that is captured, as GitHub names it today."""

    id: int
    full_name: str
    created_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person wants of a capture; the same words resume the same job.

    Attributes:
        since: the earliest `created_at`, or None for all that GitHub still has.
        time_range: the days from which `since` was counted back; asked again, it is the same job.
        until: the latest, or None for now.
        max_items: stop, successfully, after so many items of the kind.
        depth: `jobs`, `steps` or `full`; None for what the budget covers.
        name: artifacts of such names alone (a pattern with `*` and `?`).
        run_id: artifacts of this workflow run alone.
        number: this pull request alone.
        first_id: of runs (or artifacts) in the store, those with this id and above.
        last_id: those with this id and below; nothing is listed then.
    """

    since: datetime | None = None
    time_range: int | None = None
    until: datetime | None = None
    max_items: int | None = None
    depth: Depth | None = None
    name: str | None = None
    run_id: int | None = None
    number: int | None = None
    first_id: int | None = None
    last_id: int | None = None

    @classmethod
    def of(cls, parameters: Mapping[str, Any], *, now: datetime) -> Asked:
        """What `parameters` wrote; a number of days counts back from now."""
        since, until, days = (parameters.get(name) for name in ("since", "until", "time_range"))
        begin = now - timedelta(days=days) if days is not None else since and datetime.fromisoformat(since)
        plain = ("max_items", "depth", "name", "run_id", "number", "first_id", "last_id")
        return cls(
            since=begin,
            time_range=days,
            until=until and datetime.fromisoformat(until),
            **{name: parameters.get(name) for name in plain},
        )

    def includes(self, number: int) -> bool:
        """Whether a run (or artifact) of that id is asked for."""
        return (self.first_id or 0) <= number and (self.last_id is None or number <= self.last_id)

    def parameters(self) -> Mapping[str, Any]:
        """As kept in the job's row: only what was asked for."""
        values = {
            "since": self.since if self.time_range is None else None,
            "time_range": self.time_range,
            "until": self.until,
            "max_items": self.max_items,
            "depth": self.depth,
            "name": self.name,
            "run_id": self.run_id,
            "number": self.number,
            "first_id": self.first_id,
            "last_id": self.last_id,
        }
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
            if value is not None
        }


@dataclass(frozen=True, kw_only=True)
class FileRules:
    """What of an artifact is kept: nothing larger than this; and how many are downloaded at once."""

    max_file_bytes: int = 100 * 1024 * 1024
    max_artifact_bytes: int = 2048 * 1024 * 1024
    downloads_at_once: int = 3


@dataclass(frozen=True, kw_only=True)
class Pass:
    """One sweep over units of one sort; the next pass begins when all of them are stored.

    Attributes:
        title: for the progress display.
        units: drawn lazily, in the writer's thread.
        fetch: turns one unit into batches; runs in many threads, must not touch the store.
        key: names a unit in `capture_failures`.
        items: how many items of the kind are expected, where known.
        another_follows: a later pass does in another way what a unit of this one cannot: its failure is no
            loss, and is not written down as one.
        always: a unit that failed does not wait for its time to be tried again: all the rest hangs on it.
        at_once: how many units are fetched at a time, where that is not for the capture's options to say.
    """

    title: str
    units: Iterable[Any]
    fetch: Callable[[Any], Iterator[Batch]]
    key: Callable[[Any], str]
    items: int | None = None
    another_follows: bool = False
    at_once: int | None = None
    always: bool = False


def hundreds(units: Iterable[T]) -> Iterator[list[T]]:
    """Units in lists of up to a hundred."""
    remaining = iter(units)
    while some := list(islice(remaining, A_HUNDRED)):
        yield some


def open_nothing() -> FileStorage:
    """For captures that bring no files."""
    return NoStorage("no file storage is given")


class Metered(Protocol):
    """What the loop wants to know of the GitHub client."""

    def spent(self) -> Spent:
        """Requests and points that this client has spent."""

    def budget_left(self) -> str:
        """What is left of the token's budget, in words."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a capture ended, in numbers.

    `processed` items are those of the whole capture job, `stored_now` those of this start alone. `failed`
    items were tried and could not be captured; `postponed` ones failed earlier, and wait for their time to be
    tried again.
    """

    kind: str
    repository: str
    job_id: str
    outcome: Outcome
    processed: int
    stored_now: int
    failed: int
    postponed: int
    inserted: Mapping[str, int]
    updated: Mapping[str, int]
    spent: Spent
    reason: str | None = None
    resume_at: datetime | None = None
    cause: PauseCause | None = None
    """What paused it; None where nothing did."""


@dataclass(kw_only=True)
class Collaborators:
    """Everything a capture works with, built by `assembly`."""

    store: Store
    tracker: ProgressTracker
    meter: Metered
    clock: Clock
    progress: Progress
    stop: threading.Event
    deadline: datetime | None = None
    concurrency: int = 8
    job_id: str | None = None
    retries: bool = True
    """Whether items that failed are tried again by themselves; else they wait for `retry`."""
    open_files: Callable[[], FileStorage] = open_nothing
    file_rules: FileRules = field(default_factory=FileRules)
