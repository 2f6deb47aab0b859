"""One process of a step, in a session of its own, and how it is made to end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from actions_runner.patience import Patience

TRACKING = "RUNNER_TRACKING_ID"
"""The variable by which all that a job has started is found, also what has left its process group."""


class StepProcess:
    """
    Args:
        command: its program is looked for on the PATH of `environment`.
        environment: all of it.
        folder: where it works.
        take: gets each line of what it writes, in another thread.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        take: Callable[[str], None],
    ) -> None:
        self._process = subprocess.Popen(
            [*_with_default_interrupt(), *command],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._ended = threading.Event()
        self._take = take
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self, patience: Patience) -> int:
        """Its exit code, when it has ended and what it wrote is read."""
        code = self._process.wait()
        self._ended.set()
        self._reader.join(patience.drain)
        return code

    def stop(self, patience: Patience) -> None:
        """SIGINT and SIGTERM to the entry process alone, at last SIGKILL to all that it has started."""
        for number, seconds in ((signal.SIGINT, patience.interrupt), (signal.SIGTERM, patience.terminate)):
            self._process.send_signal(number)
            if self._ended.wait(seconds):
                return
        self.kill()

    def kill(self) -> None:
        """SIGKILL to its process group; the rest of the tree is found by `kill_all_of`."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._take(line.decode(errors="replace").rstrip("\n").removesuffix("\r"))


def _with_default_interrupt() -> list[str]:
    """Where we run in the background of a shell, SIGINT is ignored, and would be in every child."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and shutil.which("env"):
        return ["env", "--default-signal=INT"]
    return []


def kill_all_of(tracking: str) -> None:
    """End every process of a job, wherever it went."""
    wanted = f"{TRACKING}={tracking}".encode()
    while found := [each for each in _processes() if wanted in _environment(each)]:
        for each in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(each, signal.SIGKILL)


def _processes() -> list[int]:
    folder = Path("/proc")
    return [int(path.name) for path in folder.iterdir() if path.name.isdecimal()] if folder.is_dir() else []


def _environment(process: int) -> list[bytes]:
    """Empty for what has ended."""
    try:
        return Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
