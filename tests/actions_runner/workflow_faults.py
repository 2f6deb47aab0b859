"""What is wrong with the build of a workflow file, its jobs and steps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from actions_runner.cron import fault_of_cron
from actions_runner.events import MOST_INPUTS
from actions_runner.permissions import permissions_of
from actions_runner.repository import SourceFile
from actions_runner.script_faults import fault_of_variable, faults_of_scripts
from actions_runner.workflow_file import WorkflowFileError, inputs_of, jobs_of, listed, triggers

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PINNED = re.compile(r"[\w.-]+/[\w.-]+(?:/[\w./-]+)?@[0-9a-f]{40}")
_VERSION = re.compile(r"\s+# v\d+\.\d+\.\d+\s*$")
_DISPATCH_TYPES = ("string", "boolean", "choice", "number", "environment")
_CALL_TYPES = ("string", "boolean", "number")


def faults_of_workflow(file: SourceFile) -> Iterator[str]:
    """All but its expressions and calls."""
    workflow = file.content
    if not triggers(workflow):
        yield "on: nothing starts it"
    if workflow.get("permissions") != {}:
        yield "permissions: the top of a workflow says `permissions: {}`, each job what it needs"
    yield from _faults_of_inputs(workflow)
    yield from (
        fault for each in triggers(workflow).get("schedule") or [] if (fault := fault_of_cron(each["cron"]))
    )
    yield from _faults_of_env("env", workflow.get("env"))
    for name, job in jobs_of(workflow).items():
        yield from (f"jobs.{name}{fault}" for fault in _faults_of_job(name, job, workflow))
    yield from faults_of_pins(
        file, [step for job in jobs_of(workflow).values() for step in [job, *_steps(job)]]
    )


def _faults_of_inputs(workflow: dict[str, Any]) -> Iterator[str]:
    dispatched = inputs_of(workflow, "workflow_dispatch")
    if len(dispatched) > MOST_INPUTS:
        yield f"on.workflow_dispatch: {len(dispatched)} inputs; GitHub takes {MOST_INPUTS}"
    for event, types in (("workflow_dispatch", _DISPATCH_TYPES), ("workflow_call", _CALL_TYPES)):
        for name, declared in inputs_of(workflow, event).items():
            where = f"on.{event}.inputs.{name}"
            if event == "workflow_dispatch" and not declared.get("description"):
                yield f"{where}: no description for those who fill in the form"
            if declared.get("type") not in types:
                yield f"{where}: its type is one of {', '.join(types)}, not {declared.get('type')!r}"
            yield from _faults_of_default(where, declared)


def _faults_of_default(where: str, declared: Mapping[str, Any]) -> Iterator[str]:
    default, kind = declared.get("default"), declared.get("type")
    if kind == "choice" and not declared.get("options"):
        yield f"{where}: a choice without options"
    elif kind == "choice" and default is not None and default not in declared["options"]:
        yield f"{where}: the default {default!r} is not among the options"
    if default is None or (isinstance(default, str) and "${{" in default):
        return
    if kind == "boolean" and not isinstance(default, bool):
        yield f"{where}: the default {default!r} is no boolean"
    if kind == "number" and (isinstance(default, bool) or not isinstance(default, int | float)):
        yield f"{where}: the default {default!r} is no number"


def _steps(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [step or {} for step in job.get("steps") or []]


def _faults_of_job(name: str, job: Mapping[str, Any], workflow: dict[str, Any]) -> Iterator[str]:
    if not _ID.fullmatch(name):
        yield ": no id that GitHub takes"
    yield from _faults_of_needs(name, job, jobs_of(workflow))
    yield from _faults_of_permissions(job)
    if "uses" not in job:
        yield from _faults_of_own_job(job)
    if (job.get("strategy") or {}) and "matrix" in job["strategy"] and job.get("outputs"):
        yield ".outputs: of a job with a matrix the legs overwrite each other's"
    yield from _faults_of_env(".env", job.get("env"))
    shell = str(_default_of(workflow, job, "shell"))
    yield from faults_of_scripts(_steps(job), ".steps", shell)
    yield from _faults_of_steps(_steps(job), is_job=True)


def _default_of(workflow: Mapping[str, Any], job: Mapping[str, Any], key: str) -> Any:
    own = (job.get("defaults") or {}).get("run") or {}
    return own.get(key, ((workflow.get("defaults") or {}).get("run") or {}).get(key, ""))


def _faults_of_needs(
    name: str, job: Mapping[str, Any], jobs: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    for each in listed(job.get("needs")):
        if each not in jobs:
            yield f".needs: there is no job {each!r}"
    if _reaches(name, name, jobs, set()):
        yield ".needs: the job needs itself"


def _reaches(name: str, wanted: str, jobs: Mapping[str, Mapping[str, Any]], seen: set[str]) -> bool:
    for each in listed(jobs.get(name, {}).get("needs")):
        if each == wanted:
            return True
        if each not in seen and _reaches(each, wanted, jobs, seen | {each}):
            return True
    return False


def _faults_of_permissions(job: Mapping[str, Any]) -> Iterator[str]:
    if "permissions" not in job:
        yield ".permissions: a job says what it needs, `{}` where that is nothing"
        return
    try:
        permissions_of(job["permissions"])
    except WorkflowFileError as error:
        yield f".permissions: {error}"


def _faults_of_own_job(job: Mapping[str, Any]) -> Iterator[str]:
    if "timeout-minutes" not in job:
        yield ".timeout-minutes: missing; a job that hangs costs six hours"
    if "runs-on" not in job:
        yield ".runs-on: missing"
    if not job.get("steps"):
        yield ".steps: missing"


def _faults_of_env(where: str, env: Any) -> Iterator[str]:
    yield from (f"{where}.{name}: {fault}" for name in env or {} if (fault := fault_of_variable(str(name))))


def _faults_of_steps(steps: Sequence[Mapping[str, Any]], *, is_job: bool) -> Iterator[str]:
    ids = [step["id"] for step in steps if "id" in step]
    for each in sorted({str(each) for each in ids if ids.count(each) > 1 or not _ID.fullmatch(str(each))}):
        yield f".steps: the id {each!r} is there twice, or none that GitHub takes"
    checkouts = [number for number, step in enumerate(steps) if "checkout@" in str(step.get("uses"))]
    for number, step in enumerate(steps):
        if (
            str(step.get("uses", "")).startswith("./")
            and is_job
            and number < min(checkouts, default=len(steps))
        ):
            yield f".steps[{number}]: an action of this repository is not there before its checkout"
        if ("run" in step) == ("uses" in step):
            yield f".steps[{number}]: a step runs a script or uses an action"
        yield from _faults_of_env(f".steps[{number}].env", step.get("env"))


def faults_of_pins(file: SourceFile, users: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Every `uses` of another repository names a commit, and says in a comment which version that is."""
    for uses in sorted({str(each["uses"]) for each in users if "uses" in each}):
        if uses.startswith("./"):
            continue
        if not _PINNED.fullmatch(uses):
            yield f"uses: {uses}: not pinned to a commit of 40 digits"
        lines = [line for line in file.text.splitlines() if uses in line and "uses" in line]
        if not all(_VERSION.search(line.partition(uses)[2]) for line in lines):
            yield f"uses: {uses}: no comment `# vX.Y.Z` behind it"


def faults_of_action(file: SourceFile) -> Iterator[str]:
    """Of an action.yml, all but its expressions and calls."""
    for key in ("name", "description"):
        if not file.content.get(key):
            yield f"{key}: missing"
    for kind in ("inputs", "outputs"):
        for name, declared in (file.content.get(kind) or {}).items():
            if not (declared or {}).get("description"):
                yield f"{kind}.{name}: no description"
    steps = [step or {} for step in (file.content.get("runs") or {}).get("steps") or []]
    for number, step in enumerate(steps):
        if "run" in step and not step.get("shell"):
            yield f"runs.steps[{number}]: a script in an action says its `shell`"
    yield from faults_of_scripts(steps, "runs.steps", "")
    yield from (f"runs{fault}" for fault in _faults_of_steps(steps, is_job=False))
    yield from faults_of_pins(file, steps)
