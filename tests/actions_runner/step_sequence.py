"""Steps one after another: which of them run, what they came to, what the next ones see of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions_runner.expression_functions import Status
from actions_runner.expression_values import ExpressionError
from actions_runner.expressions import condition, evaluated, interpolate
from actions_runner.finished import Step
from actions_runner.leg_state import LegState
from actions_runner.stand_ins import ActionFailedError
from actions_runner.step_files import MOST_SUMMARY_BYTES, StepFileError, StepFiles
from actions_runner.step_output import StepOutput
from actions_runner.step_run import Given, StepRun, limit, shown_name
from actions_runner.workflow_file import WorkflowFileError

_PROTECTED = ("GITHUB_", "RUNNER_")


@dataclass
class Scope:
    """What the steps of a job, or of a composite action, have in common.

    Attributes:
        contexts: what their expressions see, without `env` and `steps`.
        env: of the step that uses the action; of a job none.
        defaults: of `run`.
        said: where a composite action's steps say what they say; None: each step of a job for itself.
    """

    contexts: dict[str, Any]
    env: Mapping[str, str] = field(default_factory=dict)
    defaults: Given = field(default_factory=dict)
    said: StepOutput | None = None


Perform = Callable[[LegState, Scope, StepRun], bool]
"""Runs a script or an action; whether it succeeded."""


class StepSequence:
    """
    Args:
        leg: that they belong to.
        scope: what they have in common.
        perform: runs one.
    """

    def __init__(self, leg: LegState, scope: Scope, perform: Perform) -> None:
        self._leg, self._scope, self._perform = leg, scope, perform
        self.steps: dict[str, Any] = {}
        self.has_failed = False
        self.finished: list[Step] = []

    def run(self, steps: list[Given]) -> None:
        """All of them, until the leg is dead."""
        for given in steps:
            if self._leg.is_dead:
                return
            self._finish(self._step(given))

    def contexts(self, env: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What expressions see now."""
        now = {**self._leg.contexts["env"], **self._scope.env, **(env or {})}
        self._scope.contexts["job"] = {**self._leg.contexts["job"], "status": self.status}
        return {**self._scope.contexts, "env": now, "steps": self.steps}

    @property
    def status(self) -> str:
        if self._leg.is_cancelled:
            return "cancelled"
        return "failure" if self.has_failed else "success"

    def _status(self) -> Status:
        return Status(self.status == "success", self.status == "failure", self.status == "cancelled")

    def _finish(self, step: Step) -> None:
        self.finished.append(step)
        self.has_failed = self.has_failed or step.conclusion == "failure"
        if step.id:
            self.steps[step.id] = {
                "outputs": dict(step.outputs),
                "outcome": step.outcome,
                "conclusion": step.conclusion,
            }

    def _step(self, given: Given) -> Step:
        lines: list[str] = []

        def say(line: str) -> None:
            lines.append(line)
            self._leg.say(line)

        said = self._scope.said or StepOutput(self._leg.mask, say)
        name, step_id = shown_name(given), str(given.get("id", ""))
        try:
            name = interpolate(name, self.contexts(), workspace=self._leg.workspace)
            env = self._env(given)
            if not self._runs(given, env):
                return Step(name, step_id)
            run = StepRun(given, env, self.contexts(env), self._files(), said)
        except ExpressionError as error:
            said.error(f"The template is not valid: {error}")
            return self._ended(given, Step(name, step_id), "failure", said, lines)
        outcome = self._performed(run)
        outputs = {**said.outputs, **run.outputs} if self._scope.said is None else run.outputs
        step = Step(name, step_id, outputs=outputs, summary=self._leg.mask.hide("\n".join(run.summary)))
        return self._ended(given, step, outcome, said, lines)

    def _env(self, given: Given) -> dict[str, str]:
        seen = self.contexts()
        own = {
            str(name): interpolate(value, seen, workspace=self._leg.workspace)
            for name, value in (given.get("env") or {}).items()
        }
        return {**self._scope.env, **own}

    def _runs(self, given: Given, env: Mapping[str, str]) -> bool:
        return condition(
            given.get("if"), self.contexts(env), status=self._status(), workspace=self._leg.workspace
        )

    def _goes_on(self, given: Given, env: Mapping[str, str]) -> bool:
        try:
            return self._runs(given, env)
        except ExpressionError:
            return False

    def _files(self) -> StepFiles:
        return StepFiles(self._leg.temp / "_runner_file_commands" / str(self._leg.number()))

    def _performed(self, run: StepRun) -> str | None:
        self._leg.entered(lambda: self._goes_on(run.given, run.env))
        was_cancelled = self._leg.is_cancelled
        late = threading.Event()
        try:
            with limit(self._leg, run, late):
                succeeded = self._perform(self._leg, self._scope, run)
            succeeded = self._read_files(run) and succeeded
        except (ExpressionError, StepFileError, ActionFailedError, WorkflowFileError, OSError) as error:
            run.said.error(str(error))
            succeeded = False
        finally:
            goes_on = was_cancelled or not self._leg.is_cancelled or self._leg.goes_on()
            self._leg.left()
        return self._outcome(succeeded=succeeded and not late.is_set(), goes_on=goes_on)

    def _outcome(self, *, succeeded: bool, goes_on: bool) -> str | None:
        if self._leg.is_dead:
            return None
        if not goes_on:
            return "cancelled"
        return "success" if succeeded else "failure"

    def _read_files(self, run: StepRun) -> bool:
        run.outputs.update(run.files.pairs("output"))
        for name, value in run.files.pairs("env").items():
            if name == "NODE_OPTIONS":
                raise StepFileError("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.")
            if not name.startswith(_PROTECTED):
                self._leg.contexts["env"][name] = value
        self._leg.paths.extend(run.files.text("path").splitlines())
        self._keep_summary(run)
        return True

    def _keep_summary(self, run: StepRun) -> None:
        text = run.files.text("step_summary")
        if len(text.encode()) > MOST_SUMMARY_BYTES:
            run.said.error(
                "$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of "
                f"{MOST_SUMMARY_BYTES // 1024}k,"
                f" got {len(text.encode()) // 1024}k."
            )
        elif text:
            run.summary.append(text)

    def _ended(
        self, given: Given, step: Step, outcome: str | None, said: StepOutput, lines: list[str]
    ) -> Step:
        forgiven = outcome == "failure" and self._is_forgiven(given, said)
        return Step(
            step.name,
            step.id,
            outcome,
            "success" if forgiven else outcome,
            step.outputs,
            step.summary,
            tuple(said.annotations) if self._scope.said is None else (),
            dict(said.dropped) if self._scope.said is None else {},
            "\n".join(lines),
        )

    def _is_forgiven(self, given: Given, said: StepOutput) -> bool:
        try:
            answer = evaluated(
                given.get("continue-on-error", False), self.contexts(), workspace=self._leg.workspace
            )
        except ExpressionError as error:
            said.error(f"The template is not valid: {error}")
            return False
        if not isinstance(answer, bool):
            said.error(f"continue-on-error is true or false, not {answer!r}; fromJSON() makes one of a text")
        return answer is True
