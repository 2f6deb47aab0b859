"""The main job in this process, on a clock of the test's own: nothing really waits."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from github_simulator.options import DEFAULT_NOW
from github_simulator.process import Simulator
from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.job_details import JobDetails
from progressive_capture.lib.assembly import Options, Session
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.clock import Clock, ManualClock
from progressive_capture.lib.report import PlainProgress, Snapshot
from progressive_capture.lib.running import CaptureKind, Ended, run_captures
from progressive_capture.lib.settings import read_settings

SIMULATED_NOW = datetime.fromtimestamp(DEFAULT_NOW, UTC)
MAIN_JOB: tuple[CaptureKind, ...] = (HistoricalSync, JobDetails)


@dataclass
class Rehearsal:
    """`sync`, again and again, on one database.

    Attributes:
        on_progress: called whenever the capture shows where it stands, in the thread that stores.
    """

    database: Path
    simulator: Simulator
    clock: Any = field(default_factory=lambda: ManualClock(SIMULATED_NOW))
    on_progress: Callable[[Snapshot], None] = lambda _: None
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(
        self,
        *,
        kinds: Sequence[CaptureKind] = MAIN_JOB,
        concurrency: int = 8,
        time_budget: timedelta | None = None,
        leave_budget: int = 10,
        **asked: Any,
    ) -> Ended:
        settings = read_settings(
            {
                "GITHUB_API_URL": self.simulator.url,
                "GITHUB_GRAPHQL_URL": self.simulator.graphql_url,
                "GITHUB_TOKEN": self.simulator.token,
                **self.environment,
            }
        )
        options = Options(
            database=f"sqlite:///{self.database}",
            asked=Asked(**asked),
            concurrency=concurrency,
            time_budget=time_budget,
            leave_budget=leave_budget,
        )
        session = Session(settings, options, _Watched(self.clock, self.on_progress), self.clock)
        try:
            (ended,) = run_captures(session, [self.simulator.repository], kinds)
        finally:
            session.close()
        return ended

    def let_pass(self, seconds: float) -> None:
        """Time passes, here and at GitHub. Only with a clock that is moved by hand."""
        self.clock.advance(seconds)
        self.simulator.advance(seconds)


class _Watched(PlainProgress):
    """Shows nothing to anybody, and tells the test."""

    def __init__(self, clock: Clock, on_progress: Callable[[Snapshot], None]) -> None:
        super().__init__(io.StringIO(), clock)
        self._on_progress = on_progress

    def show(self, snapshot: Snapshot) -> None:
        super().show(snapshot)
        self._on_progress(snapshot)


def outcomes(ended: Ended) -> list[Outcome]:
    """How each capture ended, in their order."""
    return [result.outcome for result in ended.results]
