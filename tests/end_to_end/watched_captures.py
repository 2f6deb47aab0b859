"""Hooks into a capture in this process: whenever it shows where it stands, and whenever it waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

from rehearsal import SIMULATED_NOW

from progressive_capture.lib.base_capture import BaseCapture
from progressive_capture.lib.capture_values import Asked, Collaborators, Repository
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.report import Progress, Snapshot
from progressive_capture.lib.running import CaptureKind


class WatchedClock(ManualClock):
    """A clock on which nobody really waits; `on_wait` is called whenever somebody would."""

    def __init__(self, start: datetime = SIMULATED_NOW) -> None:
        super().__init__(start)
        self.on_wait: Callable[[], None] = lambda: None

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        self.on_wait()
        return super().wait(seconds, stop)


def watched(kind: CaptureKind, on_progress: Callable[[Snapshot], None]) -> CaptureKind:
    """The same capture; `on_progress` is told where it stands, in the thread that stores."""

    def build(repository: Repository, asked: Asked, with_: Collaborators, github: GitHub) -> BaseCapture:
        progress = _Watched(with_.progress, on_progress)
        return kind(repository, asked, replace(with_, progress=progress), github)

    return build


class _Watched:
    def __init__(self, progress: Progress, on_progress: Callable[[Snapshot], None]) -> None:
        self._progress = progress
        self._on_progress = on_progress
        self.say = progress.say

    def show(self, snapshot: Snapshot) -> None:
        self._progress.show(snapshot)
        self._on_progress(snapshot)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Whoever opened the display closes it."""
