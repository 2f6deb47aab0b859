"""One step while it runs, and the time that it may take."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions_runner.expression_values import number_of
from actions_runner.expressions import evaluated
from actions_runner.leg_state import LegState
from actions_runner.step_files import StepFiles
from actions_runner.step_output import StepOutput

Given = Mapping[str, Any]
"""What a file says of a step."""


@dataclass
class StepRun:
    """A step while it runs.

    Attributes:
        given: what the file says.
        env: of it, evaluated, with that of its surroundings.
        contexts: what its expressions see.
        files: that it writes for the runner.
        said: what it says.
        outputs: beside those in its file.
        summary: beside that in its file.
    """

    given: Given
    env: dict[str, str]
    contexts: dict[str, Any]
    files: StepFiles
    said: StepOutput
    outputs: dict[str, str] = field(default_factory=dict)
    summary: list[str] = field(default_factory=list)


class limit:  # noqa: N801  (it reads as the statement that it is)
    """`timeout-minutes` of a step."""

    def __init__(self, leg: LegState, run: StepRun, late: threading.Event) -> None:
        minutes = evaluated(run.given.get("timeout-minutes"), run.contexts, workspace=leg.workspace)
        self._timer: threading.Timer | None = None
        if minutes is not None:
            seconds = number_of(minutes) * leg.patience.minute
            self._timer = threading.Timer(seconds, self._over, (leg, run, late, minutes))
            self._timer.daemon = True

    def __enter__(self) -> None:
        if self._timer is not None:
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    @staticmethod
    def _over(leg: LegState, run: StepRun, late: threading.Event, minutes: Any) -> None:
        late.set()
        run.said.error(f"The action '{shown_name(run.given)}' has timed out after {minutes} minutes.")
        leg.interrupt()


def shown_name(given: Given) -> str:
    """How a step is called, expressions as they are written."""
    if given.get("name"):
        return str(given["name"])
    what = str(given.get("uses") or given.get("run", ""))
    return f"Run {what.strip().splitlines()[0] if what.strip() else ''}"
