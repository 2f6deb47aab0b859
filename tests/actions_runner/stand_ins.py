"""Python functions that stand for actions which need GitHub, or node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actions_runner.artifacts import Artifacts
from actions_runner.step_output import StepOutput


class ActionFailedError(Exception):
    """The step fails with this message."""


@dataclass(frozen=True)
class Declared:
    """An input of an action; `default` is what it has where none is given."""

    required: bool = False
    default: str = ""


@dataclass
class ActionCall:
    """One step that uses a stand-in.

    Attributes:
        inputs: all declared ones, as text.
        github: the context.
        workspace: GITHUB_WORKSPACE.
        temp: RUNNER_TEMP.
        artifacts: of the run and those that share them with it.
        said: what the step says.
        after_job: called when the job's steps have ended, last one first.
        outputs: of the step; to be filled.
        variables: for the steps that follow; to be filled.
        paths: to be put before PATH for the steps that follow; to be filled.
    """

    inputs: Mapping[str, str]
    github: Mapping[str, Any]
    workspace: Path
    temp: Path
    artifacts: Artifacts
    said: StepOutput
    after_job: list[Callable[[], None]]
    outputs: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)

    def is_true(self, name: str) -> bool:
        """An input that is a truth.

        Raises:
            ActionFailedError: it is none.
        """
        value = self.inputs[name]
        if value.lower() not in {"", "true", "false"}:
            raise ActionFailedError(
                f"Input does not meet YAML 1.2 'Core Schema' specification: {name}: {value!r}"
            )
        return value.lower() == "true"


@dataclass(frozen=True)
class StandIn:
    """
    Attributes:
        run: what it does; raises ActionFailedError.
        inputs: that it declares.
        outputs: that it may set.
    """

    run: Callable[[ActionCall], None]
    inputs: Mapping[str, Declared] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()


def given_inputs(
    declared: Mapping[str, Declared], given: Mapping[str, str], warn: Callable[[str], None]
) -> dict[str, str]:
    """Every declared input; GitHub warns of others, and lets them pass.

    Raises:
        ActionFailedError: one that is required is missing.
    """
    by_name = {name.lower(): name for name in declared}
    known = {by_name[name.lower()]: value for name, value in given.items() if name.lower() in by_name}
    if unexpected := [name for name in given if name.lower() not in by_name]:
        valid = ", ".join(f"'{name}'" for name in declared)
        warn(f"Unexpected input(s) '{', '.join(unexpected)}', valid inputs are [{valid}]")
    inputs = {name: known.get(name, each.default) for name, each in declared.items()}
    for name, each in declared.items():
        if each.required and not inputs[name]:
            raise ActionFailedError(f"Input required and not supplied: {name}")
    return inputs
