"""A queue, a simulated GitHub, and workers, in this process and on a clock of the test's own."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from child import Child
from rehearsal import SIMULATED_NOW

from github_simulator.process import Simulator
from progressive_capture.kinds import KINDS
from progressive_capture.lib.assembly import Options
from progressive_capture.lib.capture_job import CaptureJob
from progressive_capture.lib.clock import Clock, ManualClock
from progressive_capture.lib.report import PlainProgress
from progressive_capture.lib.running import CaptureKind
from progressive_capture.lib.settings import read_settings
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.opening import open_store
from queue_manager.inline_worker import InlineWorker
from queue_manager.request import CaptureRequest, job_of
from queue_manager.router import Route


@dataclass
class Office:
    """A queue, GitHub, and workers; time passes for all of them when it is told to.

    Attributes:
        database: its URL.
        said: what workers show.
    """

    database: str
    simulator: Simulator
    stack: ExitStack
    clock: Any = field(default_factory=lambda: ManualClock(SIMULATED_NOW))
    token: str | None = None
    said: io.StringIO = field(default_factory=io.StringIO)
    _submitted: int = 0

    def worker(
        self, *, kinds: Mapping[str, CaptureKind] = KINDS, clock: Clock | None = None, **more: Any
    ) -> InlineWorker:
        """A worker that ends with the test."""
        settings = read_settings(
            {
                "GITHUB_API_URL": self.simulator.url,
                "GITHUB_GRAPHQL_URL": self.simulator.graphql_url,
                "GITHUB_TOKEN": self.simulator.token if self.token is None else self.token,
            }
        )
        clock = clock or self.clock
        more.setdefault("options", Options(database="", leave_budget=0))
        progress = PlainProgress(self.said, clock)
        worker = InlineWorker(settings, self.database, kinds, clock, progress=progress, **more)
        return self.stack.enter_context(worker)

    def open_store(self) -> Store:
        return self.stack.enter_context(open_store(self.database))

    def submit(
        self, kind: str = "workflow_runs", repository: str | None = None, **parameters: Any
    ) -> CaptureJob:
        """Queue a job for inline workers."""
        request = CaptureRequest(
            kind=kind, repository=repository or self.simulator.repository, parameters=parameters
        )
        route = Route(processor="inline", reason="it is small", rule="small")
        self._submitted += 1  # in a second of its own: they are claimed in this order
        job = job_of(request, route, self.clock.now() + timedelta(seconds=self._submitted))
        with open_store(self.database) as store:
            store.prepare()
            return store.add_job(job)

    def job(self, job_id: str) -> CaptureJob:
        with open_store(self.database) as store:
            job = store.job(job_id)
        assert job is not None
        return job

    def let_pass(self, seconds: float) -> None:
        """Time passes, here and at GitHub."""
        self.clock.advance(seconds)
        self.simulator.advance(seconds)


class WorkerProcess(Child):
    """A worker in a process of its own, on the same database file: it watches the queue."""

    def __init__(self, office: Office) -> None:
        super().__init__(path_of(office), office.simulator)

    def __enter__(self) -> Self:
        self._told_at = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("worker_process.py")],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self


def path_of(office: Office) -> Path:
    """The file of an office that has one."""
    return Path(office.database.removeprefix("sqlite:///"))


Offices = Callable[..., Office]
