"""One leg of a job, from its first step to its outputs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actions_runner.expression_values import ExpressionError, number_of
from actions_runner.expressions import evaluated, interpolate
from actions_runner.finished import Leg
from actions_runner.leg_state import LegState
from actions_runner.permissions import Permissions
from actions_runner.run_state import Invocation, RunState
from actions_runner.step_kinds import perform
from actions_runner.step_output import Annotation
from actions_runner.step_sequence import Scope, StepSequence
from actions_runner.workflow_file import WorkflowFileError

MOST_OUTPUT_BYTES = 1024 * 1024
_NOT_MODELLED = ("container", "services")


@dataclass(frozen=True)
class LegPlan:
    """
    Attributes:
        key: of it among all legs of the run: `job/index`.
        name: as shown.
        job: what the file says.
        contexts: what the job's own keys see, matrix and strategy too.
        permissions: of its token.
        goes_on: whether its job runs in a cancelled run too.
    """

    key: str
    name: str
    job: Mapping[str, Any]
    contexts: Mapping[str, Any]
    permissions: Permissions
    goes_on: Callable[[], bool]


@dataclass
class LegRun:
    """Runs a leg; another thread may cancel it before it has begun, too.

    Attributes:
        run: that it belongs to.
        invocation: of the workflow.
        plan: what it is.
    """

    run: RunState
    invocation: Invocation
    plan: LegPlan
    is_cancelled: bool = False
    _state: LegState | None = None
    _annotations: list[Annotation] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def cancel(self) -> None:
        with self._lock:
            self.is_cancelled = True
            state = self._state
        if state is not None:
            state.cancel()

    @property
    def is_over(self) -> bool:
        """Whether it is too late to begin."""
        return self.is_cancelled or (self.run.is_cancelled and not self.plan.goes_on())

    def finished(self) -> Leg:
        """What it came to."""
        if self.is_over:
            return self._leg("cancelled")
        try:
            state = self._prepared()
        except ExpressionError as error:
            self._say("error", f"The template is not valid: {error}")
            return self._leg("failure")
        self.run.entered(self.plan.key, state, self.plan.goes_on)
        try:
            return self._ran(state)
        finally:
            state.clean_up()
            self.run.left(self.plan.key)

    def _prepared(self) -> LegState:
        for key in _NOT_MODELLED:
            if key in self.plan.job:
                raise WorkflowFileError(f"{self.plan.name}: {key!r} is not modelled by this runner")
        start, folder = self.run.start, self._folder()
        token = start.token_for(self.plan.permissions) if start.token_for else str(self.run.github["token"])
        mask = self.run.mask.copy()
        mask.add(token)
        state = LegState(
            *(self.plan.name, folder, {}, mask, start.patience, self._log, start.uses, self.run.artifacts),
            machine=start.environment,
        )
        state.contexts.update(self._contexts(state, token))
        with self._lock:
            self._state = state
        if self.is_cancelled:
            state.cancel()
        return state

    def _folder(self) -> Path:
        return self.run.folder / self.plan.key

    def _log(self, line: str) -> None:
        self.run.log.add(f"{self.plan.name}: {line}")

    def _contexts(self, state: LegState, token: str) -> dict[str, Any]:
        github = {
            **self.run.github,
            "token": token,
            "job": self.plan.key.split("/")[-2],
            "workspace": str(state.workspace),
        }
        runner = {
            "name": "runner",
            "os": "Linux",
            "arch": "X64",
            "environment": "github-hosted",
            "debug": "",
            "temp": str(state.temp),
            "tool_cache": str(state.tools),
            "workspace": str(state.folder),
        }
        secrets = {**self.invocation.secrets, "GITHUB_TOKEN": token}
        seen = {**self.plan.contexts, "github": github, "secrets": secrets}
        job = {"status": "success", "container": {}, "services": {}}
        return {**seen, "runner": runner, "job": job, "env": self._env(seen)}

    def _env(self, seen: Mapping[str, Any]) -> dict[str, str]:
        of_workflow = {name: seen[name] for name in ("github", "secrets", "inputs", "vars")}
        return {
            **{
                name: interpolate(each, of_workflow)
                for name, each in _env_of(self.invocation.workflow).items()
            },
            **{name: interpolate(each, seen) for name, each in _env_of(self.plan.job).items()},
        }

    def _defaults(self, state: LegState) -> dict[str, str]:
        given = {
            **((self.invocation.workflow.get("defaults") or {}).get("run") or {}),
            **((self.plan.job.get("defaults") or {}).get("run") or {}),
        }
        return {name: interpolate(each, state.contexts) for name, each in given.items()}

    def _ran(self, state: LegState) -> Leg:
        scope = Scope({**state.contexts}, defaults=self._defaults(state))
        sequence = StepSequence(state, scope, perform)
        timer = self._timer(state)
        try:
            sequence.run(self.plan.job.get("steps") or [])
        finally:
            timer.cancel()
        if state.is_dead:
            self._say("error", "The hosted runner lost communication with the server.")
            return self._leg("failure", sequence, state)
        outputs = self._outputs(sequence, state)
        conclusion = "failure" if outputs is None and sequence.status == "success" else sequence.status
        return self._leg(conclusion, sequence, state, outputs or {})

    def _timer(self, state: LegState) -> threading.Timer:
        minutes = number_of(evaluated(self.plan.job.get("timeout-minutes", 360), self.plan.contexts))
        timer = threading.Timer(minutes * self.run.start.patience.minute, self._too_late, (state, minutes))
        timer.daemon = True
        timer.start()
        return timer

    def _too_late(self, state: LegState, minutes: float) -> None:
        self._say("error", f"The job has exceeded the maximum execution time of {minutes:g}m0s")
        state.cancel()

    def _outputs(self, sequence: StepSequence, state: LegState) -> dict[str, str] | None:
        """None where they cannot be had: the job fails."""
        try:
            seen = sequence.contexts()
            outputs = {
                name: interpolate(each, seen) for name, each in (self.plan.job.get("outputs") or {}).items()
            }
        except ExpressionError as error:
            self._say("error", f"The template is not valid: {error}")
            return None
        if sum(len(each.encode("utf-16-le")) for each in outputs.values()) > MOST_OUTPUT_BYTES:
            self._say("error", "The outputs of the job exceed 1 MB")
            return None
        return {
            name: each for name, each in outputs.items() if each and not self._is_secret(name, each, state)
        }

    def _is_secret(self, name: str, value: str, state: LegState) -> bool:
        if not state.mask.holds(value):
            return False
        self._say("warning", f"Skip output '{name}' since it may contain secret.")
        return True

    def _say(self, level: str, message: str) -> None:
        self._annotations.append(Annotation(level, message))
        self._log(f"##[{level}]{message}")

    def _leg(
        self,
        conclusion: str,
        sequence: StepSequence | None = None,
        state: LegState | None = None,
        outputs: Mapping[str, str] | None = None,
    ) -> Leg:
        return Leg(
            self.plan.name,
            conclusion,
            conclusion == "failure" and self._is_forgiven(),
            outputs or {},
            tuple(sequence.finished) if sequence else (),
            self.plan.permissions,
            self.plan.contexts["matrix"],
            tuple(self._annotations),
            str(state.workspace) if state else "",
        )

    def _is_forgiven(self) -> bool:
        try:
            return evaluated(self.plan.job.get("continue-on-error", False), self.plan.contexts) is True
        except ExpressionError:
            return False


def _env_of(given: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in (given.get("env") or {}).items()}
