"""The legs of a matrix, in GitHub's order.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax,
`jobs.<job_id>.strategy.matrix`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from actions_runner.expression_values import is_array, is_object, text_of
from actions_runner.workflow_file import WorkflowFileError

MOST_LEGS = 256
Leg = dict[str, Any]


def legs_of(matrix: Any) -> list[Leg]:
    """Every combination, less `exclude`, more `include`.

    Raises:
        WorkflowFileError: it is no matrix, has no leg or more than 256.
    """
    if not is_object(matrix):
        raise WorkflowFileError(f"a matrix was expected to be a mapping, and is {text_of(matrix)!r}")
    vectors = {name: values for name, values in matrix.items() if name not in {"include", "exclude"}}
    for name, values in vectors.items():
        if not is_array(values) or not values:
            raise WorkflowFileError(f"matrix vector {name!r} does not contain any values")
    legs = _included(_kept(_combined(vectors), _objects(matrix, "exclude")), _objects(matrix, "include"))
    if not legs:
        raise WorkflowFileError("matrix must define at least one vector")
    if len(legs) > MOST_LEGS:
        raise WorkflowFileError(f"a matrix of {len(legs)} legs; at most {MOST_LEGS} are allowed")
    return legs


def _objects(matrix: Mapping[str, Any], name: str) -> list[Leg]:
    found = matrix.get(name) or []
    if not is_array(found) or not all(is_object(each) for each in found):
        raise WorkflowFileError(f"{name} of a matrix is a list of mappings")
    return list(found)


def _combined(vectors: Mapping[str, list[Any]]) -> list[Leg]:
    if not vectors:
        return []
    return [dict(zip(vectors, values, strict=True)) for values in itertools.product(*vectors.values())]


def _kept(legs: list[Leg], excluded: list[Leg]) -> list[Leg]:
    return [leg for leg in legs if not any(_fits(leg, each) for each in excluded)]


def _fits(value: Any, wanted: Any) -> bool:
    if is_object(wanted):
        return is_object(value) and all(name in value and _fits(value[name], wanted[name]) for name in wanted)
    return bool(value == wanted)


def _included(legs: list[Leg], included: list[Leg]) -> list[Leg]:
    """Each is added to all legs whose own values it leaves as they are, or is a leg of its own."""
    grown, alone = [dict(leg) for leg in legs], []
    for each in included:
        fitting = [
            more
            for leg, more in zip(legs, grown, strict=True)
            if all(name not in leg or leg[name] == value for name, value in each.items())
        ]
        for more in fitting:
            more.update(each)
        if not fitting:
            alone.append(dict(each))
    return [*grown, *alone]


def name_of(shown: str, leg: Leg) -> str:
    """How a leg is called where its name does not say so itself."""
    said = ", ".join(filter(None, (text_of(each) for value in leg.values() for each in _scalars(value))))
    return f"{shown} ({said})" if said else shown


def _scalars(value: Any) -> list[Any]:
    if is_object(value):
        return [scalar for each in value.values() for scalar in _scalars(each)]
    if is_array(value):
        return [scalar for each in value for scalar in _scalars(each)]
    return [value]
