"""Where expressions may stand in a file, and which contexts and functions each place has.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts,
"Context availability"; for action.yml the schema in the public runner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from actions_runner.expression_functions import STATUS_FUNCTIONS
from actions_runner.workflow_file import inputs_of, jobs_of, trigger

_JOB = "github needs strategy matrix vars inputs"
_RUNNING = f"{_JOB} job runner env secrets steps"
_WITHOUT_SECRETS = f"{_JOB} job runner env steps"
_IN_ACTIONS = "github inputs strategy matrix steps job runner env"
_HASH = ("hashfiles",)

AVAILABLE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "run-name": ("github inputs vars", ()),
    "concurrency": ("github inputs vars", ()),
    "env": ("github secrets inputs vars", ()),
    "on.default": ("github inputs vars", ()),
    "on.value": ("github jobs vars inputs", ()),
    "job.concurrency": (_JOB, ()),
    "job.continue-on-error": (_JOB, ()),
    "job.defaults": (f"{_JOB} env", ()),
    "job.env": (f"{_JOB} secrets", ()),
    "job.environment": (_JOB, ()),
    "job.if": ("github needs vars inputs", STATUS_FUNCTIONS),
    "job.name": (_JOB, ()),
    "job.outputs": (_RUNNING, ()),
    "job.runs-on": (_JOB, ()),
    "job.secrets": (f"{_JOB} secrets", ()),
    "job.strategy": ("github needs vars inputs", ()),
    "job.timeout-minutes": (_JOB, ()),
    "job.with": (_JOB, ()),
    **{
        f"step.{key}": (_RUNNING, _HASH)
        for key in ("continue-on-error", "env", "name", "run", "timeout-minutes", "with", "working-directory")
    },
    "step.if": (_WITHOUT_SECRETS, (*STATUS_FUNCTIONS, *_HASH)),
    "action.default": ("github strategy matrix job runner", _HASH),
    "action.value": (_IN_ACTIONS, ()),
    **{
        f"action.step.{key}": (_IN_ACTIONS, _HASH)
        for key in ("continue-on-error", "env", "name", "run", "shell", "with", "working-directory")
    },
    "action.step.if": (_IN_ACTIONS, (*STATUS_FUNCTIONS, *_HASH)),
}
"""Contexts and special functions by place; a place that is not here has no expressions at all."""


@dataclass(frozen=True)
class ExpressionPlace:
    """
    Attributes:
        key: which row of the table counts.
        where: in the file.
        text: that stands there.
        job: the id of the job that it is in; empty outside of jobs.
        step: the number of the step that it is in; None outside of steps: all of them are over.
    """

    key: str
    where: str
    text: Any
    job: str = ""
    step: int | None = None

    @property
    def is_condition(self) -> bool:
        return self.key.endswith(".if")


def places_in_workflow(workflow: dict[str, Any]) -> Iterator[ExpressionPlace]:
    """Every scalar of a workflow file."""
    yield from _on(workflow)
    for key, value in workflow.items():
        if key not in {"on", "jobs"}:
            yield from _below(key, key, value)
    for name, job in jobs_of(workflow).items():
        yield from _of_job(name, job)


def _on(workflow: dict[str, Any]) -> Iterator[ExpressionPlace]:
    for event in ("workflow_dispatch", "workflow_call"):
        for name, declared in inputs_of(workflow, event).items():
            key = "on.default" if event == "workflow_call" else "on.dispatch"
            yield from _below(key, f"on.{event}.inputs.{name}.default", declared.get("default"))
    for name, declared in (trigger(workflow, "workflow_call").get("outputs") or {}).items():
        yield from _below("on.value", f"on.workflow_call.outputs.{name}.value", (declared or {}).get("value"))


def _of_job(name: str, job: Mapping[str, Any]) -> Iterator[ExpressionPlace]:
    for key, value in job.items():
        if key != "steps":
            yield from _below(f"job.{key}", f"jobs.{name}.{key}", value, name)
    for number, step in enumerate(job.get("steps") or []):
        for key, value in (step or {}).items():
            yield from _below(f"step.{key}", f"jobs.{name}.steps[{number}].{key}", value, name, number)


def places_in_action(action: dict[str, Any]) -> Iterator[ExpressionPlace]:
    """Every scalar of an action.yml that can be an expression."""
    for name, declared in (action.get("inputs") or {}).items():
        yield from _below("action.default", f"inputs.{name}.default", (declared or {}).get("default"))
    for name, declared in (action.get("outputs") or {}).items():
        yield from _below("action.value", f"outputs.{name}.value", (declared or {}).get("value"))
    for number, step in enumerate((action.get("runs") or {}).get("steps") or []):
        for key, value in (step or {}).items():
            yield from _below(f"action.step.{key}", f"runs.steps[{number}].{key}", value, "", number)


def _below(
    key: str, where: str, value: Any, job: str = "", step: int | None = None
) -> Iterator[ExpressionPlace]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _below(key, f"{where}.{name}", each, job, step)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _below(key, f"{where}[{number}]", each, job, step)
    else:
        yield ExpressionPlace(key, where, value, job, step)
