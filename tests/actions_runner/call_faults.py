"""What is wrong with calls: of reusable workflows, and of actions whose inputs are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from actions_runner.expression_types import ANYTHING, type_of_value
from actions_runner.expression_values import ExpressionError
from actions_runner.permissions import Permissions, lacking_in, permissions_of
from actions_runner.repository import Known, Repository, SourceFile, declared_by
from actions_runner.workflow_file import WorkflowFileError, inputs_of, jobs_of, trigger, triggers

_DEEPEST = 10


def faults_of_calls(file: SourceFile, repository: Repository, known: Known) -> Iterator[str]:
    """Of a workflow file."""
    for name, job in jobs_of(file.content).items():
        if "uses" in job:
            yield from (f"jobs.{name}: {fault}" for fault in _faults_of_call(file, job, repository, known))
        where = f"jobs.{name}.steps"
        yield from faults_of_actions(job.get("steps") or [], where, repository, known)


def _faults_of_call(
    file: SourceFile, job: Mapping[str, Any], repository: Repository, known: Known
) -> Iterator[str]:
    uses = str(job["uses"])
    if not uses.startswith("./"):
        return
    called = repository.workflow(uses)
    if called is None or "workflow_call" not in triggers(called.content):
        yield f"{uses} is no workflow of this repository that can be called"
        return
    yield from _faults_of_inputs(file, job, called)
    yield from _faults_of_secrets(job, called, known)
    held = _asked(file, job, None)
    if held is not None:
        yield from _faults_of_permissions(called, held, repository, 1)


def _faults_of_inputs(file: SourceFile, job: Mapping[str, Any], called: SourceFile) -> Iterator[str]:
    declared, given = inputs_of(called.content, "workflow_call"), job.get("with") or {}
    yield from (
        f"with.{name}: {called.name} declares no such input" for name in given if name not in declared
    )
    for name, each in declared.items():
        if name not in given:
            if each.get("required") is True:
                yield f"with: {called.name} requires {name!r}"
            continue
        found = _type(given[name], file)
        wanted = str(each.get("type"))
        if wanted != "string" and found not in {ANYTHING, wanted}:
            yield f"with.{name}: {called.name} wants a {wanted}, not a {found}; fromJSON() makes one"


def _type(value: Any, file: SourceFile) -> str:
    try:
        return type_of_value(value, file.content)
    except ExpressionError:
        return ANYTHING


def _faults_of_secrets(job: Mapping[str, Any], called: SourceFile, known: Known) -> Iterator[str]:
    declared = trigger(called.content, "workflow_call").get("secrets") or {}
    given = job.get("secrets") or {}
    named = known.secrets if given == "inherit" else given
    if given != "inherit":
        yield from (
            f"secrets.{name}: {called.name} declares no such secret" for name in given if name not in declared
        )
    for name, each in declared.items():
        if (each or {}).get("required") is True and name not in named:
            yield f"secrets: {called.name} requires {name!r}"


def _asked(file: SourceFile, job: Mapping[str, Any], held: Permissions | None) -> Permissions | None:
    asked = job.get("permissions", file.content.get("permissions"))
    try:
        return held if asked is None else permissions_of(asked)
    except WorkflowFileError:
        return None


def _faults_of_permissions(
    called: SourceFile, held: Permissions, repository: Repository, depth: int
) -> Iterator[str]:
    """Of the called workflow's jobs, and of those that these call."""
    for name, job in jobs_of(called.content).items():
        wanted = _asked(called, job, held)
        if wanted is None:
            continue
        if lacking := lacking_in(held, wanted):
            yield f"{called.name} wants {lacking} for its job {name!r}, which this job does not hold"
        further = (
            repository.workflow(str(job.get("uses", "")))
            if str(job.get("uses", "")).startswith("./")
            else None
        )
        if further is not None and depth < _DEEPEST:
            yield from _faults_of_permissions(further, wanted, repository, depth + 1)


def faults_of_actions(
    steps: list[Mapping[str, Any]], where: str, repository: Repository, known: Known
) -> Iterator[str]:
    """Of the steps that use one: of a job, or of a composite action."""
    for number, step in enumerate(steps):
        uses = str(step.get("uses", ""))
        if uses:
            for fault in _faults_of_action(uses, step.get("with") or {}, repository, known):
                yield f"{where}[{number}]: {fault}"


def _faults_of_action(
    uses: str, given: Mapping[str, Any], repository: Repository, known: Known
) -> Iterator[str]:
    declared = declared_by(uses, repository, known)
    if declared is None:
        yield f"{uses}: nobody knows its inputs; give them in `Known`"
        return
    small = {name.lower() for name in declared.inputs}
    yield from (
        f"with.{name}: {uses} declares no such input" for name in given if str(name).lower() not in small
    )
    for name, each in declared.inputs.items():
        if each.required and not each.default and name.lower() not in {str(one).lower() for one in given}:
            yield f"with: {uses} requires {name!r}"
    if uses.startswith("actions/checkout@") and given.get("persist-credentials") is not False:
        yield "checkout keeps the token on the disk; add `persist-credentials: false`"
