"""A leg while it runs: what its steps share, and how it is stopped or dies."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actions_runner.artifacts import Artifacts
from actions_runner.patience import Patience
from actions_runner.start import Uses
from actions_runner.step_output import Mask
from actions_runner.step_process import TRACKING, StepProcess, kill_all_of

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass
class LegState:
    """
    Attributes:
        name: of the leg.
        folder: for all that it writes; made here.
        contexts: what expressions of steps see, without `steps`; `env` is what GITHUB_ENV has made of it.
        mask: hides its secrets.
        patience: how long things may take.
        say: takes each line of its log.
        uses: what stands for actions.
        artifacts: of the run.
        machine: the environment of the machine.
        is_cancelled: no further step runs, but those that ask to.
        is_dead: nothing runs any more.
        after_job: called at the end, last one first.
        paths: before PATH, the last one first.
    """

    name: str
    folder: Path
    contexts: dict[str, Any]
    mask: Mask
    patience: Patience
    say: Callable[[str], None]
    uses: Uses
    artifacts: Artifacts
    machine: Mapping[str, str] | None = None
    is_cancelled: bool = False
    is_dead: bool = False
    after_job: list[Callable[[], None]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _process: StepProcess | None = None
    _asking_to_go_on: list[Callable[[], bool]] = field(default_factory=list)
    _tracking: str = field(default_factory=lambda: f"github_{uuid.uuid4()}")
    _numbers: int = 0

    def __post_init__(self) -> None:
        for folder in (self.workspace, self.temp, self.home, self.tools):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def workspace(self) -> Path:
        return self.folder / "work"

    @property
    def temp(self) -> Path:
        return self.folder / "temp"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def tools(self) -> Path:
        return self.folder / "tools"

    def number(self) -> int:
        """A new one each time."""
        self._numbers += 1
        return self._numbers

    def machine_variables(self) -> dict[str, str]:
        """What a step has before the workflow says anything."""
        given = {"PATH": PATH, "LANG": "C.UTF-8"} if self.machine is None else dict(self.machine)
        return {"HOME": str(self.home), "CI": "true", **given}

    def runner_variables(self) -> dict[str, str]:
        """What no `env:` can change, beside those of the `github` context."""
        runner = self.contexts["runner"]
        names = ("name", "os", "arch", "temp", "tool_cache", "environment")
        of_runner = {f"RUNNER_{name.upper()}": str(runner[name]) for name in names}
        return {"GITHUB_ACTIONS": "true", TRACKING: self._tracking, **of_runner}

    def path_before(self, path: str) -> str:
        return os.pathsep.join([*reversed(self.paths), path])

    def began(self, process: StepProcess) -> None:
        """A process of a step runs; it is stopped at once where the leg was meanwhile."""
        with self._lock:
            self._process = process
            late = self.is_cancelled and not self.goes_on()
        if self.is_dead:
            process.kill()
        elif late:
            self.interrupt()

    def ended(self) -> None:
        """The process of a step runs no more."""
        with self._lock:
            self._process = None

    def entered(self, goes_on: Callable[[], bool]) -> None:
        """A step has begun that would, or would not, go on in a cancelled leg."""
        with self._lock:
            self._asking_to_go_on.append(goes_on)

    def left(self) -> None:
        """The step that was entered last has ended."""
        with self._lock:
            self._asking_to_go_on.pop()

    def cancel(self) -> None:
        """Stop what runs, unless its `if` holds in a cancelled leg too."""
        with self._lock:
            if self.is_cancelled:
                return
            self.is_cancelled = True
            stays = self.goes_on()
        if not stays:
            self.interrupt()

    def interrupt(self) -> None:
        """Stop the process that runs, without waiting for its end."""
        with self._lock:
            process = self._process
        if process is not None:
            threading.Thread(target=process.stop, args=(self.patience,), daemon=True).start()

    def die(self) -> None:
        """As a machine that is gone: nothing says goodbye."""
        with self._lock:
            self.is_dead = True
            process = self._process
        if process is not None:
            process.kill()
        kill_all_of(self._tracking)

    def clean_up(self) -> None:
        """What was started is ended, as the runner ends orphans; then what actions do last."""
        if not self.is_dead:
            for each in reversed(self.after_job):
                each()
        kill_all_of(self._tracking)

    def goes_on(self) -> bool:
        """Whether the step that runs does so in a cancelled leg too, or the one that it is in does."""
        return any(asked() for asked in self._asking_to_go_on)
