"""Captures of artifacts in this process, on a clock that moves the simulator's time instead of waiting."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from github_simulator.process import Simulator
from github_simulator.waitless_clock import WaitlessClock
from progressive_capture.artifact_bulk import ArtifactBulk
from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.lib.assembly import Options, Session
from progressive_capture.lib.capture_values import Asked, FileRules
from progressive_capture.lib.report import PlainProgress, Snapshot
from progressive_capture.lib.running import CaptureKind, Ended, run_captures
from progressive_capture.lib.settings import read_settings

RUNS_AND_ARTIFACTS: Sequence[CaptureKind] = (HistoricalSync, ArtifactBulk)
ARTIFACTS: Sequence[CaptureKind] = (ArtifactBulk,)


class ArtifactRehearsal:
    """One database and one folder of files below `home`: `rehearsal()` captures into them.

    Attributes:
        on_progress: called whenever the capture shows where it stands, in the thread that stores.
    """

    def __init__(self, home: Path, simulator: Simulator) -> None:
        home.mkdir(exist_ok=True)
        self.database = home / "capture.db"
        self.files = home / "files"
        self.simulator = simulator
        self.clock = WaitlessClock(simulator.advance)
        self.on_progress: Callable[[Snapshot], None] = lambda _: None

    def __call__(
        self,
        kinds: Sequence[CaptureKind] = ARTIFACTS,
        *,
        rules: FileRules | None = None,
        environment: Mapping[str, str] | None = None,
        **asked: Any,
    ) -> Ended:
        options = Options(
            database=f"sqlite:///{self.database}",
            asked=Asked(**asked),
            leave_budget=0,
            file_storage=str(self.files),
            file_rules=rules or FileRules(),
        )
        session = Session(self._settings(environment or {}), options, _Watched(self), self.clock)
        with closing(session):
            (ended,) = run_captures(session, [self.simulator.repository], kinds)
        return ended

    def _settings(self, more: Mapping[str, str]) -> Any:
        return read_settings(
            {
                "GITHUB_API_URL": self.simulator.url,
                "GITHUB_GRAPHQL_URL": self.simulator.graphql_url,
                "GITHUB_TOKEN": self.simulator.token,
                **more,
            }
        )


class _Watched(PlainProgress):
    """Shows nothing to anybody, and tells the test."""

    def __init__(self, rehearsal: ArtifactRehearsal) -> None:
        super().__init__(io.StringIO(), rehearsal.clock)
        self._rehearsal = rehearsal

    def show(self, snapshot: Snapshot) -> None:
        super().show(snapshot)
        self._rehearsal.on_progress(snapshot)
