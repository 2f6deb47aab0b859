"""What a step does: a script, a stand-in, or a composite action, whose steps are steps again."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from actions_runner.expression_values import text_of
from actions_runner.expressions import interpolate
from actions_runner.github_context import variables_of
from actions_runner.leg_state import LegState
from actions_runner.stand_ins import ActionCall, Declared, StandIn, given_inputs
from actions_runner.start import Uses
from actions_runner.step_process import StepProcess
from actions_runner.step_run import StepRun
from actions_runner.step_sequence import Scope, StepSequence
from actions_runner.workflow_file import WorkflowFileError, action_file, read_file

_SHELLS = {
    "": "bash -e {0}",
    "bash": "bash --noprofile --norc -eo pipefail {0}",
    "sh": "sh -e {0}",
    "python": "python {0}",
}
_SEEN_BY_ACTIONS = ("github", "strategy", "matrix", "job", "runner")


class UnknownActionError(Exception):
    """A test gave nothing that stands for an action."""


def perform(leg: LegState, scope: Scope, run: StepRun) -> bool:
    """Run a step; whether it succeeded."""
    if "run" in run.given:
        return _script(leg, scope, run)
    uses = str(run.given.get("uses", ""))
    found = found_for(leg.uses, uses, leg.workspace)
    if isinstance(found, StandIn):
        return _stand_in(leg, run, found)
    return _composite(leg, scope, run, action_file(found))


def found_for(uses: Uses, wanted: str, workspace: Path) -> Path | StandIn:
    """What stands for an action: a folder of the workspace, or what the test gave.

    Raises:
        UnknownActionError: the test gave nothing for it.
    """
    if wanted.startswith("./"):
        return workspace / wanted
    name, _, ref = wanted.partition("@")
    repository = "/".join(name.split("/")[:2])
    for known in (wanted, name, f"{repository}@{ref}", repository):
        if known in uses:
            found = uses[known]
            below = name.removeprefix(repository).strip("/")
            return found / below if isinstance(found, Path) and known not in (wanted, name) else found
    raise UnknownActionError(f"{wanted}: nothing stands for it; give it in `uses`")


def _script(leg: LegState, scope: Scope, run: StepRun) -> bool:
    text = interpolate(run.given["run"], run.contexts, workspace=leg.workspace)
    shell = text_of(_said(leg, run, scope, "shell"))
    folder = leg.workspace / text_of(_said(leg, run, scope, "working-directory"))
    if not folder.is_dir():
        raise WorkflowFileError(
            f"An error occurred trying to start process: no such working directory: {folder}"
        )
    path = leg.temp / f"{leg.number()}.{'py' if shell == 'python' else 'sh'}"
    path.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
    command = [part.replace("{0}", str(path)) for part in shlex.split(_SHELLS.get(shell, shell))]
    process = StepProcess(command, environment=environment(leg, run), folder=folder, take=run.said.take)
    leg.began(process)
    try:
        code = process.wait(leg.patience)
    finally:
        leg.ended()
    if code != 0:
        run.said.error(f"Process completed with exit code {code if code >= 0 else 128 - code}.")
    return code == 0


def _said(leg: LegState, run: StepRun, scope: Scope, key: str) -> str:
    given = run.given.get(key, scope.defaults.get(key, ""))
    return interpolate(given, run.contexts, workspace=leg.workspace)


def environment(leg: LegState, run: StepRun) -> dict[str, str]:
    """All variables of a step's process, the ones that win last."""
    github = {
        **run.contexts["github"],
        "workspace": str(leg.workspace),
        "action": run.given.get("id") or "__run",
    }
    variables = {**leg.machine_variables(), **leg.contexts["env"], **run.env}
    variables["PATH"] = leg.path_before(variables.get("PATH", ""))
    return {**variables, **variables_of(github), **leg.runner_variables(), **run.files.variables()}


def _with(leg: LegState, run: StepRun) -> dict[str, str]:
    given = run.given.get("with") or {}
    return {
        str(name): interpolate(value, run.contexts, workspace=leg.workspace) for name, value in given.items()
    }


def _stand_in(leg: LegState, run: StepRun, action: StandIn) -> bool:
    call = ActionCall(
        given_inputs(action.inputs, _with(leg, run), run.said.warning),
        run.contexts["github"],
        leg.workspace,
        leg.temp,
        leg.artifacts,
        run.said,
        leg.after_job,
    )
    action.run(call)
    run.outputs.update(call.outputs)
    leg.contexts["env"].update(call.variables)
    leg.paths.extend(call.paths)
    return True


def declared_inputs(action: Mapping[str, Any]) -> dict[str, Declared]:
    """Those of an action.yml, defaults as they are written."""
    return {
        str(name): Declared((each or {}).get("required") is True, text_of((each or {}).get("default")))
        for name, each in (action.get("inputs") or {}).items()
    }


def _composite(leg: LegState, scope: Scope, run: StepRun, path: Path) -> bool:
    action = read_file(path)
    runs = action.get("runs") or {}
    if runs.get("using") != "composite":
        raise UnknownActionError(f"{path}: only composite actions run here, not {runs.get('using')!r}")
    inner = _inner_scope(leg, run, action, path.parent, scope)
    sequence = StepSequence(leg, inner, perform)
    sequence.run([_with_shell(path, each) for each in runs.get("steps") or []])
    seen = sequence.contexts()
    for name, each in (action.get("outputs") or {}).items():
        run.outputs[str(name)] = interpolate((each or {}).get("value", ""), seen, workspace=leg.workspace)
    run.summary.extend(step.summary for step in sequence.finished if step.summary)
    return not sequence.has_failed


def _inner_scope(leg: LegState, run: StepRun, action: Mapping[str, Any], folder: Path, outer: Scope) -> Scope:
    seen = {name: run.contexts[name] for name in _SEEN_BY_ACTIONS if name in run.contexts}
    defaults = {
        name: Declared(required=False, default=interpolate(each.default, seen, workspace=leg.workspace))
        for name, each in declared_inputs(action).items()
    }
    inputs = given_inputs(defaults, _with(leg, run), run.said.warning)
    github = {**run.contexts["github"], "action_path": os.path.normpath(folder)}
    said = outer.said or run.said
    return Scope({**seen, "github": github, "inputs": inputs}, env=run.env, said=said)


def _with_shell(path: Path, step: Mapping[str, Any]) -> Mapping[str, Any]:
    if "run" in step and not step.get("shell"):
        raise WorkflowFileError(f"{path}: Required property is missing: shell")
    return step
