"""Captures of a simulated GitHub in this process, on a clock that moves its time instead of waiting."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from github_simulator.process import Simulator
from github_simulator.waitless_clock import WaitlessClock
from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.job_details import JobDetails
from progressive_capture.lib.assembly import Options, Session
from progressive_capture.lib.capture_values import Asked, Depth
from progressive_capture.lib.report import PlainProgress
from progressive_capture.lib.running import CaptureKind, Ended, run_captures
from progressive_capture.lib.settings import Settings, read_settings

SYNC: Sequence[CaptureKind] = (HistoricalSync, JobDetails)
"""What the command `sync` captures."""
DISCOVERY: Sequence[CaptureKind] = (HistoricalSync,)
COUNTS = {
    "runs": "SELECT count(*) FROM workflow_runs",
    "run again": "SELECT count(*) FROM workflow_runs WHERE run_attempt > 1",
    "with their jobs": "SELECT count(*) FROM workflow_job_coverage",
    "attempts": "SELECT count(*) FROM workflow_run_attempts",
    "jobs": "SELECT count(*) FROM workflow_jobs",
    "steps": "SELECT coalesce(sum(json_array_length(steps)), 0) FROM workflow_jobs",
}
"""What a number was measured over, as the database has it."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One capture: how it ended, what the simulator counted, the simulated time, and what is stored now."""

    ended: Ended
    ledger: Mapping[str, Any]
    took: timedelta
    rows: Mapping[str, int]

    @property
    def requests(self) -> int:
        """REST requests, failed ones included."""
        total: int = self.ledger["requests"]["total"]
        return total

    @property
    def points(self) -> int:
        """GraphQL points."""
        total: int = self.ledger["points"]["total"]
        return total


class Rehearsal:
    """A simulated GitHub and one database: `with Rehearsal(database, "--runs", "500") as rehearsal: ...`.

    Arguments are those of `python -m github_simulator`. `simulator` is the process, `clock` the time on both
    sides.
    """

    simulator: Simulator
    clock: WaitlessClock

    def __init__(self, database: Path, *arguments: str) -> None:
        self.database = database
        self.simulator = Simulator(*arguments)

    def __enter__(self) -> Self:
        self.simulator.start()
        self.clock = WaitlessClock(self.simulator.advance)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.simulator.stop()

    def capture(
        self, kinds: Sequence[CaptureKind] = SYNC, *, depth: Depth | None = None, concurrency: int = 8
    ) -> Measured:
        """Capture as the command line would, with the token's whole budget, on a new page of the ledger."""
        self.simulator.reset_ledger()
        began = self.clock.now()
        options = Options(
            database=f"sqlite:///{self.database}",
            asked=Asked(depth=depth),
            leave_budget=0,
            concurrency=concurrency,
            file_storage=str(self.database.parent / "files"),
        )
        session = Session(self._settings(), options, PlainProgress(io.StringIO(), self.clock), self.clock)
        with closing(session):
            (ended,) = run_captures(session, [self.simulator.repository], kinds)
        took = self.clock.now() - began
        return Measured(ended=ended, ledger=self.simulator.ledger(), took=took, rows=self._rows())

    def _rows(self) -> Mapping[str, int]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return {what: connection.execute(count).fetchone()[0] for what, count in COUNTS.items()}

    def _settings(self) -> Settings:
        return read_settings(
            {
                "GITHUB_TOKEN": self.simulator.token,
                "GITHUB_API_URL": self.simulator.url,
                "GITHUB_GRAPHQL_URL": self.simulator.graphql_url,
            }
        )
