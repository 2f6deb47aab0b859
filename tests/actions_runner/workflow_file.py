"""Workflow files and action.yml as plain values, read as GitHub reads them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

_TRUTHS = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_MERGE_KEY = "tag:yaml.org,2002:merge"


class WorkflowFileError(Exception):
    """A file that GitHub would not start: the run would end with `startup_failure`."""


class _Loader(yaml.SafeLoader):
    """YAML 1.2's truths: `on`, `yes` and `off` are words."""


_Loader.yaml_implicit_resolvers = {
    letter: [
        (tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp", ":merge"))
    ]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", _TRUTHS, list("tTfF"))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    """A mapping in which no key is given twice."""
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    twice = {str(key) for key in keys if keys.count(key) > 1}
    if twice:
        raise WorkflowFileError(f"line {node.start_mark.line + 1}: defined twice: {', '.join(sorted(twice))}")
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(text: str, name: str) -> dict[str, Any]:
    """
    Raises:
        WorkflowFileError: it is not a mapping in YAML.
    """
    try:
        content = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, WorkflowFileError) as error:
        raise WorkflowFileError(f"{name}: not YAML that GitHub reads: {error}") from error
    if not isinstance(content, dict):
        raise WorkflowFileError(f"{name}: a mapping was expected")
    return content


def read_file(path: Path) -> dict[str, Any]:
    """
    Raises:
        WorkflowFileError: there is no such file, or it is not a mapping in YAML.
    """
    if not path.is_file():
        raise WorkflowFileError(f"{path}: no such file")
    return read_yaml(path.read_text(encoding="utf-8"), path.name)


def triggers(workflow: dict[str, Any]) -> dict[str, Any]:
    """The events that start a workflow, each with what is said of it."""
    given = workflow.get("on")
    if isinstance(given, str):
        return {given: None}
    if isinstance(given, list):
        return dict.fromkeys(given)
    return dict(given or {})


def trigger(workflow: dict[str, Any], event: str) -> dict[str, Any]:
    """What is said of an event; empty where nothing is."""
    found = triggers(workflow).get(event)
    return found if isinstance(found, dict) else {}


def inputs_of(workflow: dict[str, Any], event: str) -> dict[str, dict[str, Any]]:
    """The declared inputs of `workflow_dispatch` or `workflow_call`."""
    declared = trigger(workflow, event).get("inputs") or {}
    return {name: each or {} for name, each in declared.items()}


def jobs_of(workflow: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The jobs in the order in which they are written."""
    return {name: each or {} for name, each in (workflow.get("jobs") or {}).items()}


def listed(value: Any) -> list[Any]:
    """One or several, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def action_file(folder: Path) -> Path:
    """
    Raises:
        WorkflowFileError: the folder has no action.yml.
    """
    for name in ("action.yml", "action.yaml"):
        if (folder / name).is_file():
            return folder / name
    raise WorkflowFileError(
        f"can't find 'action.yml' or 'action.yaml' under {folder}; is the repository checked out before it?"
    )
