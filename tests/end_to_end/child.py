"""The command as a process of its own: watched from outside, signaled, killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from forked_command import start_command

from github_simulator.process import Simulator

LOOK_EVERY_SECONDS = 0.01
PATIENCE_SECONDS = 60.0
"""For a machine that is busy with other things; nothing here takes so long by itself."""


class End(NamedTuple):
    """How a process ended; `took` is how long after it was last told something."""

    exit_code: int
    stdout: str
    stderr: str
    took: float

    @property
    def captures(self) -> list[dict[str, Any]]:
        """Of the only repository, with `--json`."""
        found: list[dict[str, Any]] = json.loads(self.stdout)[0]["captures"]
        return found


class Child:
    """`progressive-capture …` against a simulator: `with Child(database, simulator, "sync", …) as child:`.

    It is killed where the block ends before it does. `within`: a command that runs it, such as `nice`; then
    it is started as a person starts it, and else forked (see `forked_processes`), which saves a second.
    """

    def __init__(
        self,
        database: Path,
        simulator: Simulator,
        *arguments: object,
        within: Sequence[str] = (),
        **environment: str,
    ) -> None:
        self._within = within
        self._arguments = [str(each) for each in arguments]
        self._folder = database.parent
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
            "DATABASE_URL": f"sqlite:///{database}",
            "GITHUB_API_URL": simulator.url,
            "GITHUB_GRAPHQL_URL": simulator.graphql_url,
            "GITHUB_TOKEN": simulator.token,
            **environment,
        }

    def __enter__(self) -> Self:
        self._told_at = time.monotonic()
        self._process = start_command(self._arguments, self._folder, self._environment, within=self._within)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        with self._process:  # closes its pipes and waits
            pass

    def until(self, condition: Callable[[], bool]) -> None:
        """Return as soon as the condition holds; it is an error where the process ends before that."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < give_up_at, "what was waited for did not happen"
            try:
                code = self._process.wait(LOOK_EVERY_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"it ended first, with {code}: {self.end()}")

    def tell(self, number: signal.Signals) -> None:
        self._told_at = time.monotonic()
        self._process.send_signal(number)

    def insist(self, number: signal.Signals) -> None:
        """Tell it again and again, since two signals in a row may be one to a process, until it ends."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while self._process.poll() is None and time.monotonic() < give_up_at:
            self.tell(number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(LOOK_EVERY_SECONDS)

    def end(self) -> End:
        """Wait for its end, by itself."""
        stdout, stderr = self._process.communicate(timeout=PATIENCE_SECONDS)
        return End(self._process.wait(), stdout, stderr, time.monotonic() - self._told_at)


def count_rows(database: Path, *tables: str) -> int:
    """How many rows there are now in these tables; none where the database is not there yet."""
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        return sum(
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in tables
            if table in known
        )
