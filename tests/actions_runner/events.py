"""What starts a run, and what it makes of the inputs.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax,
`on.workflow_dispatch.inputs` and `on.workflow_call.inputs`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions_runner.expression_values import is_number, text_of
from actions_runner.workflow_file import WorkflowFileError, inputs_of, trigger, triggers

MOST_INPUTS = 25
MOST_CHARACTERS = 65_535


class DispatchRefusedError(Exception):
    """A dispatch that GitHub's API answers with 422."""

    status = 422


@dataclass(frozen=True)
class Event:
    """
    Attributes:
        name: of the event.
        inputs: what was given for them.
        payload: more of `github.event`.
        is_call: run as if another workflow had called this one.
    """

    name: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)
    is_call: bool = False


@dataclass(frozen=True)
class Occasion:
    """An event as one workflow sees it: its `inputs` context (None: null) and its `github.event`."""

    inputs: Mapping[str, Any] | None
    payload: Mapping[str, Any]


def dispatched(inputs: Mapping[str, Any] | None = None) -> Event:
    """By hand or through the API."""
    return Event("workflow_dispatch", dict(inputs or {}))


def scheduled(cron: str) -> Event:
    """By the clock; the workflow must have this very `cron`."""
    return Event("schedule", payload={"schedule": cron})


def called(inputs: Mapping[str, Any] | None = None, *, event_name: str = "workflow_dispatch") -> Event:
    """By another workflow, itself started by an event of that name."""
    return Event(event_name, dict(inputs or {}), is_call=True)


def happened(name: str, payload: Mapping[str, Any] | None = None) -> Event:
    """Any other event."""
    return Event(name, payload=dict(payload or {}))


def occasion(workflow: dict[str, Any], event: Event) -> Occasion:
    """
    Raises:
        DispatchRefusedError: inputs that a dispatch may not have.
        WorkflowFileError: the workflow is not started by this event.
    """
    if event.is_call:
        return Occasion(called_inputs(workflow, event.inputs), event.payload)
    if event.name == "workflow_dispatch":
        given = dispatched_inputs(workflow, event.inputs)
        said = {name: text_of(value) for name, value in given.items()}
        return Occasion(given, {**event.payload, "inputs": said or None})
    if event.name not in triggers(workflow):
        raise WorkflowFileError(f"the workflow is not started by {event.name!r}")
    if event.name == "schedule" and event.payload["schedule"] not in _crons(workflow):
        raise WorkflowFileError(f"the workflow has no cron {event.payload['schedule']!r}: {_crons(workflow)}")
    return Occasion(None, event.payload)


def _crons(workflow: dict[str, Any]) -> list[str]:
    return [str(each.get("cron")) for each in triggers(workflow)["schedule"] or []]


def dispatched_inputs(workflow: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The `inputs` context of a dispatch: booleans are booleans, all others text, numbers too.

    Raises:
        DispatchRefusedError: says why.
    """
    if "workflow_dispatch" not in triggers(workflow):
        raise DispatchRefusedError("Workflow does not have 'workflow_dispatch' trigger")
    declared = inputs_of(workflow, "workflow_dispatch")
    if unexpected := [name for name in given if name not in declared]:
        raise DispatchRefusedError(f"Unexpected inputs provided: {json.dumps(unexpected)}")
    if len(given) > MOST_INPUTS or len(json.dumps(dict(given))) > MOST_CHARACTERS:
        raise DispatchRefusedError(f"more than {MOST_INPUTS} inputs or {MOST_CHARACTERS} characters")
    return {name: _dispatched(name, each, given) for name, each in declared.items()}


def _dispatched(name: str, declared: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    value = text_of(given.get(name)) or text_of(declared.get("default"))
    kind = declared.get("type", "string")
    if not value and kind != "boolean":
        if declared.get("required") is True:
            raise DispatchRefusedError(f"Required input '{name}' not provided")
        return ""
    if kind == "choice" and value not in [text_of(each) for each in declared.get("options", [])]:
        raise DispatchRefusedError(
            f"Provided value '{value}' for input '{name}' not in the list of allowed values"
        )
    if kind == "number" and not _is_number(value):
        raise DispatchRefusedError(f"Provided value '{value}' for input '{name}' is not a number")
    if kind != "boolean":
        return value
    if value not in {"", "true", "false"}:
        raise DispatchRefusedError(
            f"Provided value '{value}' for input '{name}' is neither 'true' nor 'false'"
        )
    return value == "true"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_EMPTY: dict[str, Any] = {"string": "", "boolean": False, "number": 0}


def called_inputs(workflow: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The `inputs` context of a call: each of its declared type.

    Raises:
        WorkflowFileError: one is not declared, missing, or of another type.
    """
    if "workflow_call" not in triggers(workflow):
        raise WorkflowFileError("the workflow has no 'workflow_call' trigger")
    declared = inputs_of(workflow, "workflow_call")
    if unexpected := [name for name in given if name not in declared]:
        raise WorkflowFileError(f"inputs that the called workflow does not declare: {', '.join(unexpected)}")
    return {name: _called(name, each, given) for name, each in declared.items()}


def _called(name: str, declared: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    kind = declared.get("type")
    if kind not in _EMPTY:
        raise WorkflowFileError(f"input {name!r} of a workflow_call needs a type: string, boolean or number")
    if name not in given:
        if declared.get("required") is True:
            raise WorkflowFileError(f"input {name!r} is required, but not provided")
        return declared.get("default", _EMPTY[kind])
    value = given[name]
    if kind == "string" and not isinstance(value, dict | list):
        return text_of(value)
    fits = isinstance(value, bool) if kind == "boolean" else is_number(value)
    if not fits:
        raise WorkflowFileError(
            f"input {name!r} is a {kind}, and was given {value!r}; fromJSON() makes one of a text"
        )
    return value


def called_secrets(workflow: dict[str, Any], given: Mapping[str, str], *, inherit: bool) -> dict[str, str]:
    """The secrets of a called workflow: all, or those that are named.

    Raises:
        WorkflowFileError: one is not declared, or missing.
    """
    declared = trigger(workflow, "workflow_call").get("secrets") or {}
    if unexpected := [name for name in given if not inherit and name not in declared]:
        raise WorkflowFileError(f"secrets that the called workflow does not declare: {', '.join(unexpected)}")
    for name, each in declared.items():
        if (each or {}).get("required") is True and not given.get(name):
            raise WorkflowFileError(f"secret {name!r} is required, but not provided")
    return dict(given)
