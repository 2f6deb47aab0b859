"""What all jobs of a run share: places, the log, who is running, and whether it is over."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actions_runner.artifacts import Artifacts
from actions_runner.finished import Job
from actions_runner.github_context import GitHub
from actions_runner.leg_state import LegState
from actions_runner.permissions import Permissions
from actions_runner.start import Start
from actions_runner.step_output import Mask


class Places:
    """A few places, given in the order in which they were asked for.

    Args:
        count: None: as many as anybody wants.
    """

    def __init__(self, count: int | None) -> None:
        self._free = count
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def one(self, is_over: Callable[[], bool]) -> Iterator[None]:
        """A place, or none that counts where `is_over` says that it is not worth waiting."""
        me = object()
        with self._changed:
            self._waiting.append(me)
            self._changed.wait_for(lambda: is_over() or self._is_next(me))
            self._waiting.remove(me)
            got = not is_over() and self._free is not None
            if self._free is not None and got:
                self._free -= 1
            self._changed.notify_all()
        try:
            yield
        finally:
            if got:
                self._give_back()

    @property
    def waiting(self) -> int:
        """How many ask for a place and have none."""
        with self._changed:
            return len(self._waiting)

    def look_again(self) -> None:
        """Something is over."""
        with self._changed:
            self._changed.notify_all()

    def _is_next(self, me: object) -> bool:
        return self._free is None or (self._free > 0 and self._waiting[0] is me)

    def _give_back(self) -> None:
        with self._changed:
            if self._free is not None:
                self._free += 1
            self._changed.notify_all()


class NotSeenError(AssertionError):
    """What was waited for did not come."""


class RunLog:
    """All lines of all legs, in the order in which they came."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._changed = threading.Condition()
        self._is_over = False

    def add(self, line: str) -> None:
        with self._changed:
            self._lines.append(line)
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing comes any more."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    @property
    def text(self) -> str:
        with self._changed:
            return "\n".join(self._lines)

    def wait_for(self, holds: Callable[[str], bool], seconds: float) -> None:
        """
        Raises:
            NotSeenError: the log did not become so in time, or before its end.
        """

        def seen() -> bool:
            return holds("\n".join(self._lines))

        with self._changed:
            self._changed.wait_for(lambda: self._is_over or seen(), seconds)
            if not seen():
                tail = "\n".join(self._lines[-30:])
                raise NotSeenError(
                    f"not seen within {seconds} s, or before the end of the run; its log:\n{tail}"
                )


@dataclass
class RunState:
    """
    Attributes:
        start: what the run was started with.
        github: the context, without what jobs add.
        mask: hides the secrets of the run.
        artifacts: of the run.
        folder: for this attempt of the run.
        places: for its legs.
        log: of all legs.
    """

    start: Start
    github: GitHub
    mask: Mask
    artifacts: Artifacts
    folder: Path
    places: Places
    log: RunLog = field(default_factory=RunLog)
    is_cancelled: bool = False
    _legs: dict[str, tuple[LegState, Callable[[], bool]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_killed: bool = False

    def entered(self, key: str, leg: LegState, goes_on: Callable[[], bool]) -> None:
        """A leg runs; `goes_on`: its job does so in a cancelled run too."""
        with self._lock:
            self._legs[key] = (leg, goes_on)
            late = self.is_cancelled and not goes_on()
        if self._is_killed:
            leg.die()
        elif late:
            leg.cancel()

    def left(self, key: str) -> None:
        """A leg runs no more."""
        with self._lock:
            del self._legs[key]

    def cancel(self) -> None:
        """As a person does on the page of the run."""
        with self._lock:
            self.is_cancelled = True
            legs = list(self._legs.values())
        for leg, goes_on in legs:
            if not goes_on():
                leg.cancel()
        self.places.look_again()

    def kill(self) -> None:
        """All processes end now, and nothing more is started."""
        self._is_killed = True
        self.cancel()
        with self._lock:
            legs = list(self._legs.values())
        for leg, _ in legs:
            leg.die()

    def leg(self, name: str | int) -> LegState:
        """A leg that runs, as `Running.kill_leg` names it.

        Raises:
            LookupError: there is none.
        """
        with self._lock:
            if isinstance(name, int):
                return list(self._legs.values())[name][0]
            for key, (leg, _) in self._legs.items():
                if name in (key, leg.name) or key == f"{name}/0":
                    return leg
            raise LookupError(f"no leg {name!r} runs; those that do: {[*self._legs]}")


@dataclass(frozen=True)
class Invocation:
    """A workflow that runs, started by an event or called by a job.

    Attributes:
        workflow: its file.
        file: where it stands.
        inputs: the context; None: null.
        secrets: the context, without GITHUB_TOKEN.
        held: permissions of the calling job; None where nobody called.
        prefix: before the ids of its jobs.
        shown: before the names of its jobs.
        previous: jobs of the attempt before by their whole ids; None: everything runs.
    """

    workflow: dict[str, Any]
    file: str
    inputs: Mapping[str, Any] | None
    secrets: Mapping[str, str]
    held: Permissions | None = None
    prefix: str = ""
    shown: str = ""
    previous: Mapping[str, Job] | None = None
