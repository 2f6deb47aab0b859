"""One way to GitHub for all jobs of a worker, and how it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from progressive_capture.lib.actions_runtime import stop_on_signals
from progressive_capture.lib.assembly import Options, Session
from progressive_capture.lib.capture_values import Asked, Collaborators
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.progress_tracker import ProgressTracker
from progressive_capture.lib.report import Progress
from progressive_capture.lib.settings import Settings
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.worker_identity import is_surely_dead

SHORT_WAIT = timedelta(seconds=30)
"""How long a job whose capture has not begun, and that shows no life yet, may wait for GitHub."""


class JobSession(Session):
    """One way to GitHub, with its limits, for all jobs of a worker; one after the other."""

    def __init__(
        self, settings: Settings, options: Options, progress: Progress, clock: Clock, *, identity: str
    ) -> None:
        self._identity = identity
        self._has_begun = False
        super().__init__(settings, options, progress, clock)

    def take(self, job_id: str, asked: Asked, deadline: datetime) -> None:
        """Be about this job from now on, until then."""
        self.options = replace(self.options, job_id=job_id, asked=asked)
        self.deadline = deadline
        self._has_begun = False

    def may_wait_until(self, moment: datetime) -> bool:
        """As its base; but whoever shows no life yet does not wait for longer than the claim lasts."""
        is_short = moment - self.clock.now() <= SHORT_WAIT
        return (self._has_begun or is_short) and super().may_wait_until(moment)

    def collaborators(self, store: Store, github: GitHub) -> Collaborators:
        """As its base; the tracker goes by the name by which the job was claimed."""
        self._has_begun = True
        tracker = ProgressTracker(store, self.clock, identity=self._identity, is_surely_dead=is_surely_dead)
        return replace(super().collaborators(store, github), tracker=tracker)


class StopOf(threading.Event):
    """Tells a worker to stop, and with it the capture that runs, which its time limit stops as well."""

    def __init__(self, capture: threading.Event) -> None:
        super().__init__()
        self._capture = capture

    def set(self) -> None:
        super().set()
        self._capture.set()

    def forget_the_capture_s(self) -> None:
        """That a capture was stopped is over with it, unless the worker is to stop."""
        self._capture.clear()
        if self.is_set():  # told in between
            self._capture.set()


@contextmanager
def heard_signals(stop: threading.Event) -> Iterator[None]:
    """Only a program's main thread hears signals; whoever works in another sets `stop` themselves."""
    if threading.current_thread() is threading.main_thread():
        with stop_on_signals(stop):
            yield
    else:
        yield
