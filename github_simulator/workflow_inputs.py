"""The inputs of a workflow that is dispatched: what it declares, and what it is given.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs and
https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event: at most 25 of them,
65,535 characters in all. The words of the refusals are those that people have met.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

MOST_INPUTS, LONGEST_INPUTS = 25, 65_535
InputType = Literal["string", "number", "boolean", "choice", "environment"]


class InputsRefusedError(Exception):
    """GitHub starts no run with these inputs; the text is its message."""


@dataclass(frozen=True, slots=True)
class WorkflowInput:
    """One input as a workflow file declares it. `options` belong to the type `choice`."""

    required: bool = False
    default: str | None = None
    type: InputType = "string"
    options: tuple[str, ...] = ()

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> "WorkflowInput":
        """From what stands under the input's name in the file. ValueError where that is no declaration."""
        kind = given.get("type", "string")
        if kind not in get_args(InputType):
            raise ValueError(f"no type of an input: {kind!r}")
        default = given.get("default")
        return cls(
            bool(given.get("required", False)),
            None if default is None else as_text(default),
            kind,
            tuple(as_text(option) for option in given.get("options", ())),
        )

    @property
    def allowed(self) -> tuple[str, ...] | None:
        """The values that it may have; None: any."""
        if self.type == "boolean":
            return ("true", "false")
        return self.options if self.type == "choice" else None

    @property
    def unsaid(self) -> str:
        """Its value where the dispatch says nothing of it."""
        if self.default is not None:
            return self.default
        return {"boolean": "false", "number": "0"}.get(self.type, self.options[0] if self.options else "")


def settle(declared: Mapping[str, WorkflowInput], given: Mapping[str, Any]) -> dict[str, str]:
    """The value of every declared input, as text. InputsRefusedError where GitHub refuses them."""
    if len(given) > MOST_INPUTS:
        allowed = f"No more than {MOST_INPUTS} properties are allowed; {len(given)} were supplied."
        raise InputsRefusedError(f"Invalid request.\n\n{allowed}")
    if len(json.dumps(given)) > LONGEST_INPUTS:
        raise InputsRefusedError("inputs are too large.")
    values = {name: as_text(value) for name, value in given.items()}
    unexpected = [name for name in values if name not in declared]
    if unexpected:
        raise InputsRefusedError(f"Unexpected inputs provided: {json.dumps(unexpected)}")
    for name, one in declared.items():
        _check(name, one, values.get(name))
    return {name: values.get(name, one.unsaid) for name, one in declared.items()}


def as_text(value: Any) -> str:
    """`true` and `3` are written as YAML and JSON write them."""
    return value if isinstance(value, str) else json.dumps(value)


def _check(name: str, declared: WorkflowInput, value: str | None) -> None:
    if declared.required and not value and declared.default is None:
        raise InputsRefusedError(f"Required input '{name}' not provided")
    if value is not None and declared.allowed is not None and value not in declared.allowed:
        raise InputsRefusedError(
            f"Provided value '{value}' for input '{name}' not in the list of allowed values"
        )
