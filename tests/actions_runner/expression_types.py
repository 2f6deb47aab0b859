"""Of which type an expression's value is, as far as that can be told without running anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions_runner.expression_faults import paths_in
from actions_runner.expression_parsing import Binary, Call, Literal, Node, Not, parse
from actions_runner.expression_values import is_number
from actions_runner.expressions import expressions_in, is_mixed
from actions_runner.workflow_file import inputs_of, triggers

ANYTHING = "any"
_OF_FUNCTIONS = {
    **dict.fromkeys(
        ("contains", "startswith", "endswith", "success", "failure", "always", "cancelled"), "boolean"
    ),
    **dict.fromkeys(("format", "join", "tojson", "hashfiles"), "string"),
}
_ALWAYS_TEXT = ("needs", "vars", "secrets", "env", "steps")


def type_of_value(value: Any, workflow: dict[str, Any]) -> str:
    """string, number, boolean or any: of what is written in a workflow file."""
    if isinstance(value, bool):
        return "boolean"
    if is_number(value):
        return "number"
    if not isinstance(value, str) or "${{" not in value or is_mixed(value):
        return "string"
    return type_of(parse(next(expressions_in(value))), workflow)


def type_of(tree: Node, workflow: dict[str, Any]) -> str:
    """The same of an expression."""
    match tree:
        case Literal(value):
            return ANYTHING if value is None else type_of_value(value, {})
        case Not():
            return "boolean"
        case Binary(sign, left, right):
            return _of_binary(sign, type_of(left, workflow), type_of(right, workflow))
        case Call(name):
            return _OF_FUNCTIONS.get(name, ANYTHING)
        case _:
            return _of_path(next(paths_in(tree)), workflow)


def _of_binary(sign: str, left: str, right: str) -> str:
    if sign not in {"&&", "||"}:
        return "boolean"
    return left if left == right else ANYTHING


def _of_path(path: tuple[str, ...], workflow: dict[str, Any]) -> str:
    if path[0] in _ALWAYS_TEXT:
        return "string"
    if path[:3] == ("github", "event", "inputs"):
        return "string"
    return _of_input(path[1], workflow) if path[0] == "inputs" and path[1:] else ANYTHING


def _of_input(name: str, workflow: dict[str, Any]) -> str:
    """An input of a dispatch is a boolean or a text, never a number; one of a call what it is declared."""
    types = set()
    if "workflow_dispatch" in triggers(workflow):
        types.add(_declared(inputs_of(workflow, "workflow_dispatch"), name).replace("number", "string"))
    if "workflow_call" in triggers(workflow):
        types.add(_declared(inputs_of(workflow, "workflow_call"), name))
    types.discard("")
    if types == {"string", "number"}:
        return "string"
    return types.pop() if len(types) == 1 else ANYTHING


def _declared(inputs: Mapping[str, Mapping[str, Any]], name: str) -> str:
    if name not in inputs:
        return ""
    kind = str(inputs[name].get("type", "string"))
    return kind if kind in {"boolean", "number"} else "string"
