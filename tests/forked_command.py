"""`progressive-capture …` in a process of its own, forked instead of started: see `forked_processes`."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

from forked_processes import CAN_FORK, nursery


def start_command(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    within: Sequence[str] = (),
) -> ForkedCommand | subprocess.Popen[str]:
    """The command, running in this folder; started as a person starts it where another runs it `within`."""
    if CAN_FORK and not within:
        return ForkedCommand(arguments, folder, environment)
    return subprocess.Popen(
        [*within, sys.executable, "-m", "progressive_capture", *arguments],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class ForkedCommand:
    """One that runs, to be used as a `Popen` is. It writes to files, so that it never waits for a reader."""

    def __init__(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self.args = ["progressive-capture", *arguments]
        self.returncode: int | None = None
        self._open = ExitStack()
        self._written = [self._open.enter_context(file) for file in (TemporaryFile(), TemporaryFile())]  # noqa: SIM115
        told, telling = os.pipe()
        self._told = self._open.enter_context(os.fdopen(told, "rb", buffering=0))
        with Path(os.devnull).open("rb") as nothing:
            streams = [nothing.fileno(), *(each.fileno() for each in self._written), telling]
            nursery("imported_command").fork(arguments, streams, folder=folder, environment=environment)
        os.close(telling)
        self.pid = int(self._told.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wait()
        self._open.close()

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative where a signal ended it. TimeoutExpired where it has not ended by then."""
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = int(self._told.readline())
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it wrote and what it complained of, as soon as it has ended."""
        self.wait(timeout)
        for each in self._written:
            each.seek(0)
        written, complained = (each.read().decode() for each in self._written)
        return written, complained
