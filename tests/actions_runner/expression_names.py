"""Which names each context has at a place of a file.

A context is a mapping of names to mappings; ANY: whatever is asked of it may be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from actions_runner.expression_places import ExpressionPlace
from actions_runner.github_context import PROPERTIES
from actions_runner.repository import Known, Repository, declared_by
from actions_runner.workflow_file import inputs_of, jobs_of, listed, trigger

Names = Mapping[str, Any] | None
ANY: Names = None

_WRITTEN = re.compile(r"([A-Za-z_][\w-]*)(?:=|<<)")
_RUNNER = ("name", "os", "arch", "temp", "tool_cache", "debug", "environment", "workspace")
_JOB = (
    "status",
    "container",
    "services",
    "check_run_id",
    "workflow_ref",
    "workflow_sha",
    "workflow_repository",
)
_STRATEGY = ("fail-fast", "job-index", "job-total", "max-parallel")


def _any_of(names: Iterable[str]) -> Names:
    return dict.fromkeys(names, ANY)


class WorkflowNames:
    """
    Args:
        workflow: the file.
        repository: that it stands in.
        known: what no file says.
    """

    def __init__(self, workflow: dict[str, Any], repository: Repository, known: Known) -> None:
        self._workflow, self._repository, self._known = workflow, repository, known
        self._jobs = jobs_of(workflow)

    def at(self, place: ExpressionPlace) -> dict[str, Names]:
        """All contexts, also those that are not available there."""
        job = self._jobs.get(place.job, {})
        steps = job.get("steps") or []
        before = steps if place.step is None else steps[: place.step]
        return {
            "github": self._github(),
            "inputs": _any_of(self._inputs()),
            "secrets": _any_of(self._secrets()),
            "vars": _any_of(self._known.variables),
            "env": _any_of(self._env(job, place)),
            "needs": {name: self._of_job(name, "result") for name in listed(job.get("needs"))},
            "jobs": {name: self._of_job(name, "result") for name in self._jobs},
            "strategy": _any_of(_STRATEGY),
            "matrix": matrix_names(job),
            "job": _any_of(_JOB),
            "runner": _any_of(_RUNNER),
            "steps": step_names(before, self._repository, self._known),
        }

    def _github(self) -> Names:
        declared = inputs_of(self._workflow, "workflow_dispatch")
        return {**dict.fromkeys(PROPERTIES, ANY), "event": _Event(_any_of(declared))}

    def _inputs(self) -> list[str]:
        return [*inputs_of(self._workflow, "workflow_dispatch"), *inputs_of(self._workflow, "workflow_call")]

    def _secrets(self) -> list[str]:
        declared = trigger(self._workflow, "workflow_call").get("secrets") or {}
        return ["GITHUB_TOKEN", *self._known.secrets, *declared]

    def _env(self, job: Mapping[str, Any], place: ExpressionPlace) -> list[str]:
        steps = job.get("steps") or []
        own = [] if place.step is None else list(steps[place.step].get("env") or {})
        return [*(self._workflow.get("env") or {}), *(job.get("env") or {}), *own, *exported(steps)]

    def _of_job(self, name: str, more: str) -> Names:
        return {more: ANY, "outputs": self.outputs_of_job(name)}

    def outputs_of_job(self, name: str) -> Names:
        """Those that a job declares, or the workflow that it calls."""
        job = self._jobs.get(name, {})
        if "uses" not in job:
            return _any_of(job.get("outputs") or {})
        called = self._repository.workflow(str(job["uses"])) if str(job["uses"]).startswith("./") else None
        return (
            ANY if called is None else _any_of(trigger(called.content, "workflow_call").get("outputs") or {})
        )


class _Event(dict[str, Any]):
    """`github.event`: anything, but `inputs` is what the dispatch declares."""

    def __init__(self, inputs: Names) -> None:
        super().__init__(inputs=inputs)

    def __missing__(self, _: str) -> Names:
        return ANY


def matrix_names(job: Mapping[str, Any]) -> Names:
    """The keys of a job's matrix."""
    matrix = (
        (job.get("strategy") or {}).get("matrix", {}) if isinstance(job.get("strategy"), dict | None) else ANY
    )
    if not isinstance(matrix, dict):
        return ANY
    included = matrix.get("include") or []
    if not isinstance(included, list):
        return ANY
    names = {name for each in included if isinstance(each, dict) for name in each}
    return _any_of((set(matrix) | names) - {"include", "exclude"})


def exported(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names that scripts write to GITHUB_ENV."""
    scripts = [str(step.get("run", "")) for step in steps]
    return [name for script in scripts if "GITHUB_ENV" in script for name in _WRITTEN.findall(script)]


def step_names(steps: Sequence[Mapping[str, Any]], repository: Repository, known: Known) -> Names:
    """The `steps` context behind some steps."""
    return {
        str(step["id"]): {"outputs": _outputs(step, repository, known), "outcome": ANY, "conclusion": ANY}
        for step in steps
        if "id" in step
    }


def _outputs(step: Mapping[str, Any], repository: Repository, known: Known) -> Names:
    if "uses" in step:
        declared = declared_by(str(step["uses"]), repository, known)
        return ANY if declared is None else _any_of(declared.outputs)
    script = str(step.get("run", ""))
    written = _WRITTEN.findall(script) if "GITHUB_OUTPUT" in script else []
    if not written and known.outputs is None:
        return ANY
    return _any_of([*written, *(known.outputs or ())])


def action_names(
    action: dict[str, Any], place: ExpressionPlace, repository: Repository, known: Known
) -> dict[str, Names]:
    """The contexts inside of a composite action."""
    steps = (action.get("runs") or {}).get("steps") or []
    before = steps if place.step is None else steps[: place.step]
    return {
        "github": _any_of(PROPERTIES),
        "inputs": _any_of(action.get("inputs") or {}),
        "strategy": _any_of(_STRATEGY),
        "matrix": ANY,
        "job": _any_of(_JOB),
        "runner": _any_of(_RUNNER),
        "steps": step_names(before, repository, known),
        "env": ANY,
    }
