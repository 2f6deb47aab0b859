"""The real command in a process of its own, for what only such a process can show: time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import click

from github_simulator.process import Simulator

KILOBYTE = 1_024


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command took: seconds of real time, and the highest resident memory (ru_maxrss) in megabytes."""

    seconds: float
    megabytes: float


def nobody(process_id: int) -> AbstractContextManager[object]:  # noqa: ARG001  (as every watcher)
    """Watches nothing."""
    return nullcontext()


def run_command(
    simulator: Simulator,
    database: Path,
    arguments: Sequence[str],
    *,
    watched_by: Callable[[int], AbstractContextManager[object]] = nobody,
    **environment: str,
) -> Ran:
    """Run `progressive-capture ARGUMENTS` against the simulator.

    Args:
        simulator: the GitHub that it asks.
        database: where it writes.
        arguments: the command and its options.
        watched_by: what is entered with the number of the process, and left when it has ended.
        environment: variables of its own.

    ru_maxrss of a child begins with what its parent had when it was started: the parent must be small, and so
    this module imports nothing of the product.
    """
    command = [sys.executable, "-m", "progressive_capture", *arguments]
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603  (our own command)
        command, env=_environment(simulator, database) | environment, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    with watched_by(process.pid), process.stderr as told:
        last_words = told.read().decode(errors="replace")[-2_000:]
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise click.ClickException(f"{' '.join(command)} ended with {process.returncode}:\n{last_words}")
    return Ran(seconds=time.monotonic() - began, megabytes=usage.ru_maxrss / KILOBYTE)


def _environment(simulator: Simulator, database: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CAPTURE_"))}
    return own | {
        "DATABASE_URL": f"sqlite:///{database}",
        "GITHUB_API_URL": simulator.url,
        "GITHUB_GRAPHQL_URL": simulator.graphql_url,
        "GITHUB_TOKEN": simulator.token,
    }
