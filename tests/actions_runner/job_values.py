"""Values of workflows and jobs that need evaluation: strategy, concurrency, outputs of a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions_runner.expressions import evaluated, interpolate
from actions_runner.finished import Concurrency, Job
from actions_runner.run_state import Invocation, RunState
from actions_runner.workflow_file import trigger


def evaluated_below(value: Any, seen: Mapping[str, Any]) -> Any:
    """A value of the file with all its expressions evaluated, however deep they are."""
    if isinstance(value, dict):
        return {name: evaluated_below(each, seen) for name, each in value.items()}
    if isinstance(value, list):
        return [evaluated_below(each, seen) for each in value]
    return evaluated(value, seen)


def concurrency_of(given: Any, seen: Mapping[str, Any]) -> Concurrency | None:
    """What a workflow or job says of it.

    Raises:
        ExpressionError: an expression in it cannot be evaluated.
    """
    if given is None:
        return None
    if not isinstance(given, dict):
        return Concurrency(interpolate(given, seen))
    cancels = evaluated(given.get("cancel-in-progress", False), seen)
    return Concurrency(interpolate(given["group"], seen), cancels is True, str(given.get("queue", "single")))


def call_outputs(invocation: Invocation, run: RunState, jobs: Mapping[str, Job]) -> dict[str, str]:
    """The outputs that a called workflow declares."""
    seen = {
        "github": run.github,
        "inputs": invocation.inputs,
        "vars": dict(run.start.variables),
        "jobs": {
            key.removeprefix(invocation.prefix): {"result": job.result, "outputs": dict(job.outputs)}
            for key, job in jobs.items()
        },
    }
    declared = trigger(invocation.workflow, "workflow_call").get("outputs") or {}
    return {name: interpolate((each or {}).get("value", ""), seen) for name, each in declared.items()}
