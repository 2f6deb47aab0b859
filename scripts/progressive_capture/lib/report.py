"""What a person sees: progress while it runs, and words for numbers. To standard error, never to a log.

A terminal gets live bars with rate, budget and time left; everything else plain lines, not too many.
Text from GitHub is shown through `printable`, since it may hold control sequences.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from progressive_capture.lib.clock import Clock

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

PLAIN_EVERY_SECONDS = 10.0
STEP = 1024

NOUNS = {
    "workflow_runs": "workflow run",
    "workflow_run_attempts": "attempt",
    "workflow_jobs": "job",
    "workflows": "workflow",
    "commits": "commit",
    "artifacts": "artifact",
    "artifact_files": "file",
    "test_results": "test result",
    "pull_requests": "pull request",
    "reviews": "review",
    "review_comments": "review comment",
    "issue_comments": "comment",
    "file_changes": "file change",
}
"""The tables that a person asks about, in the order in which they are named."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Where one capture stands.

    Attributes:
        capture: which capture of which repository.
        title: the pass that runs.
        done: items stored, of `total` expected (None: not known).
        spent: requests and points of this capture so far, in words.
        budget: what is left of the token's budget, in words; empty while unknown.
    """

    capture: str
    title: str
    done: int
    total: int | None
    spent: str
    budget: str


class Progress(Protocol):
    """Something that can show a snapshot, and a line of text."""

    def show(self, snapshot: Snapshot) -> None:
        """Show where a capture stands; called often."""

    def say(self, line: str) -> None:
        """Show one line now."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class PlainProgress:
    """Lines, at most one every ten seconds and pass: for logs."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._shown: dict[str, tuple[str, float]] = {}

    def show(self, snapshot: Snapshot) -> None:
        now = self._clock.monotonic()
        title, shown_at = self._shown.get(snapshot.capture, ("", now))
        if title == snapshot.title and now - shown_at < PLAIN_EVERY_SECONDS:
            return
        self._shown[snapshot.capture] = (snapshot.title, now)
        of = f" of {snapshot.total:,}" if snapshot.total else ""
        left = f"; {snapshot.budget}" if snapshot.budget else ""
        capture = printable(snapshot.capture)
        self.say(f"{capture}: {snapshot.title}: {snapshot.done:,}{of} ({snapshot.spent}{left})")

    def say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put away: every line is out."""


class LiveProgress:
    """A bar for each capture, with rate and time left, on a terminal (standard error, unless given)."""

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console  # noqa: PLC0415  (start-up time: only where a terminal is)
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
        from rich.progress import Progress as Bars  # noqa: PLC0415

        self._bars = Bars(
            TextColumn("{task.fields[capture]} · {task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[budget]}", style="dim", markup=False),
            console=console or Console(stderr=True),
            transient=True,
        )
        self._tasks: dict[str, tuple[str, TaskID]] = {}

    def show(self, snapshot: Snapshot) -> None:
        task = self._task(snapshot)
        speed = next((each.speed for each in self._bars.tasks if each.id == task), None)
        self._bars.update(
            task,
            completed=snapshot.done,
            budget=snapshot.budget or snapshot.spent,
            rate=f"{speed:,.0f}/s" if speed else "",
        )

    def _task(self, snapshot: Snapshot) -> TaskID:
        """The bar of this pass; a new pass gets a new one, with a total and a speed of its own."""
        title, task = self._tasks.get(snapshot.capture, ("", None))
        if task is not None and title == snapshot.title:
            return task
        if task is not None:
            self._bars.remove_task(task)
        task = self._bars.add_task(
            snapshot.title, total=snapshot.total, capture=printable(snapshot.capture), budget="", rate=""
        )
        self._tasks[snapshot.capture] = (snapshot.title, task)
        return task

    def say(self, line: str) -> None:
        self._bars.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()


def open_progress(clock: Clock) -> Progress:
    """Bars on a terminal, lines elsewhere."""
    return LiveProgress() if sys.stderr.isatty() else PlainProgress(sys.stderr, clock)


def printable(text: object, most: int = 200) -> str:
    """Text that somebody else wrote, safe for a terminal: no control characters, no overlong lines."""
    clean = "".join(char if char.isprintable() else " " for char in str(text))
    return clean if len(clean) <= most else f"{clean[: most - 1]}…"


def plural(count: int, noun: str) -> str:
    """`1 run`, `2 runs`, `1,200 runs`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def file_size(size_bytes: int) -> str:
    """`512 bytes`, `1.5 MB`, `20.0 GB`: in steps of 1,024, as file systems count."""
    size, unit = float(size_bytes), ""
    for larger in ("kB", "MB", "GB", "TB"):
        if round(size, 1) < STEP:  # as it will be shown: never `1,024.0 kB`
            break
        size, unit = size / STEP, larger
    return f"{size:,.1f} {unit}" if unit else plural(size_bytes, "byte")


def counted(counts: Mapping[str, int], nouns: Mapping[str, str]) -> str:
    """The counts that are not zero, in words, e.g. `3 workflow runs, 1 workflow`."""
    parts = [plural(counts[name], noun) for name, noun in nouns.items() if counts.get(name)]
    return ", ".join(parts)
