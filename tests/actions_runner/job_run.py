"""One job: whether it runs, its legs, or the workflow that it calls, and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from actions_runner.calls import WorkflowCall
from actions_runner.expression_values import ExpressionError, number_of, text_of
from actions_runner.expressions import condition, evaluated, interpolate
from actions_runner.finished import Concurrency, Job, Leg
from actions_runner.job_values import call_outputs, concurrency_of, evaluated_below
from actions_runner.leg_run import LegPlan, LegRun
from actions_runner.matrix import legs_of, name_of
from actions_runner.needs import Needs, worst
from actions_runner.permissions import Permissions, effective
from actions_runner.run_state import Invocation, Places, RunState
from actions_runner.step_output import Annotation
from actions_runner.workflow_file import WorkflowFileError

Call = Callable[[RunState, Invocation], dict[str, Job]]


@dataclass
class JobRun:
    """
    Attributes:
        run: that it belongs to.
        invocation: of the workflow that it stands in.
        id: in its file.
        needs: what came before.
        call: runs the jobs of a called workflow.
    """

    run: RunState
    invocation: Invocation
    id: str
    needs: Needs
    call: Call
    called: dict[str, Job] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._given = self.invocation.workflow["jobs"][self.id]
        self._key = f"{self.invocation.prefix}{self.id}"
        self._contexts: dict[str, Any] = {
            "github": self.run.github,
            "needs": self.needs.context(),
            "vars": dict(self.run.start.variables),
            "inputs": self.invocation.inputs,
        }

    def finished(self) -> Job:
        """What it came to.

        Raises:
            WorkflowFileError: GitHub would not have started the run.
        """
        permissions = effective(self.invocation.workflow, self._given, self.invocation.held)
        if (carried := self._carried()) is not None:
            return carried
        try:
            if not self._runs(is_cancelled=self.run.is_cancelled):
                return Job(self._key, self._shown(), "skipped", "skipped", permissions=permissions)
            matrix = self._matrix()
        except (ExpressionError, WorkflowFileError) as error:
            return self._refused(str(error), permissions)
        return self._called(matrix, permissions) if "uses" in self._given else self._legs(matrix, permissions)

    def _previous(self) -> Job | None:
        previous = self.invocation.previous
        return None if previous is None or self.needs.any_was_run else previous.get(self._key)

    def _carried(self) -> Job | None:
        previous = self._previous()
        if previous is None or previous.conclusion not in {"success", "skipped"}:
            return None
        if previous.legs and any(leg.conclusion not in {"success", "skipped"} for leg in previous.legs):
            return None
        legs = [replace(leg, is_carried=True) for leg in previous.legs]
        for key, job in (self.invocation.previous or {}).items():
            if key.startswith((f"{self._key}/", f"{self._key}[")):
                carried = [replace(leg, is_carried=True) for leg in job.legs]
                self.called[key] = replace(job, legs=carried, is_carried=True)
        return replace(previous, legs=legs, is_carried=True)

    def _runs(self, *, is_cancelled: bool) -> bool:
        status = self.needs.status(is_cancelled=is_cancelled)
        return condition(self._given.get("if"), self._contexts, status=status)

    def _goes_on(self) -> bool:
        try:
            return self._runs(is_cancelled=True)
        except ExpressionError:
            return False

    def _shown(self) -> str:
        try:
            name = interpolate(self._given.get("name", self.id), self._seen({}, 0, 1))
        except ExpressionError:
            name = text_of(self._given.get("name", self.id))
        return f"{self.invocation.shown}{name}"

    def _refused(self, message: str, permissions: Permissions) -> Job:
        shown = self._shown()
        self.run.log.add(f"{shown}: ##[error]{message}")
        leg = Leg(shown, "failure", annotations=(Annotation("error", message),), permissions=permissions)
        return Job(self._key, shown, "failure", "failure", legs=(leg,), permissions=permissions)

    def _strategy(self) -> dict[str, Any]:
        given = self._given.get("strategy") or {}
        whole = evaluated(given, self._contexts)
        return {name: evaluated_below(value, self._contexts) for name, value in (whole or {}).items()}

    def _matrix(self) -> list[dict[str, Any]]:
        matrix = self._strategy().get("matrix")
        return [{}] if matrix is None else legs_of(matrix)

    def _seen(self, matrix: Mapping[str, Any], index: int, total: int) -> dict[str, Any]:
        strategy = self._strategy()
        most = int(number_of(strategy.get("max-parallel", total)))
        return {
            **self._contexts,
            "matrix": matrix,
            "strategy": {
                "fail-fast": strategy.get("fail-fast", True),
                "job-index": index,
                "job-total": total,
                "max-parallel": most,
            },
        }

    def _plans(self, matrix: list[dict[str, Any]], permissions: Permissions) -> list[LegPlan]:
        return [
            LegPlan(
                f"{self._key}/{index}",
                self._leg_name(leg, index, len(matrix)),
                self._given,
                self._seen(leg, index, len(matrix)),
                permissions,
                self._goes_on,
            )
            for index, leg in enumerate(matrix)
        ]

    def _leg_name(self, leg: Mapping[str, Any], index: int, total: int) -> str:
        given = text_of(self._given.get("name", self.id))
        name = interpolate(given, self._seen(leg, index, total))
        return f"{self.invocation.shown}{name if '${{' in given else name_of(name, dict(leg))}"

    def _legs(self, matrix: list[dict[str, Any]], permissions: Permissions) -> Job:
        try:
            plans = self._plans(matrix, permissions)
            concurrency = [self._concurrency(plan.contexts) for plan in plans]
        except ExpressionError as error:
            return self._refused(str(error), permissions)
        runs = [LegRun(self.run, self.invocation, plan) for plan in plans]
        room = Places(max(1, plans[0].contexts["strategy"]["max-parallel"]))
        kept = self._kept_legs(len(runs))
        with ThreadPoolExecutor(len(runs)) as threads:
            futures = [
                threads.submit(self._leg, each, runs, room)
                for number, each in enumerate(runs)
                if number not in kept
            ]
        ran = iter(futures)
        legs = [kept[number] if number in kept else next(ran).result() for number in range(len(runs))]
        return self._job(legs, [each for each in concurrency if each], permissions)

    def _kept_legs(self, count: int) -> dict[int, Leg]:
        """Legs of the attempt before that need not run again."""
        previous = self._previous()
        if previous is None or len(previous.legs) != count:
            return {}
        good = {number: leg for number, leg in enumerate(previous.legs) if leg.conclusion == "success"}
        return {number: replace(leg, is_carried=True) for number, leg in good.items()}

    def _leg(self, leg: LegRun, all_of_them: list[LegRun], room: Places) -> Leg:
        with room.one(lambda: leg.is_over), self.run.places.one(lambda: leg.is_over):
            finished = leg.finished()
        fails_fast = leg.plan.contexts["strategy"]["fail-fast"] is True
        if finished.conclusion == "failure" and not finished.is_forgiven and fails_fast:
            for other in all_of_them:
                if other is not leg:
                    other.cancel()
            self.run.places.look_again()
            room.look_again()
        return finished

    def _job(self, legs: list[Leg], concurrency: list[Concurrency], permissions: Permissions) -> Job:
        outputs = {name: value for leg in legs for name, value in leg.outputs.items() if value}
        conclusion = worst(leg.conclusion for leg in legs)
        result = worst("success" if leg.is_forgiven else leg.conclusion for leg in legs)
        return Job(self._key, self._shown(), conclusion, result, outputs, legs, concurrency, permissions)

    def _concurrency(self, seen: Mapping[str, Any]) -> Concurrency | None:
        return concurrency_of(self._given.get("concurrency"), seen)

    def _called(self, matrix: list[dict[str, Any]], permissions: Permissions) -> Job:
        results, outputs, concurrency = [], {}, []
        for index, leg in enumerate(matrix):
            seen = self._seen(leg, index, len(matrix))
            key = self._key if matrix == [{}] else f"{self._key}[{index}]"
            try:
                shown = self._leg_name(leg, index, len(matrix))
                call = WorkflowCall(self._given, key, shown, seen, permissions)
                invocation = call.invocation(self.run, self.invocation, everything=self.needs.any_was_run)
                concurrency.append(self._concurrency(seen))
            except (ExpressionError, WorkflowFileError) as error:
                return self._refused(str(error), permissions)
            jobs = self.call(self.run, invocation)
            self.called.update(jobs)
            results.append(
                worst(job.result for name, job in jobs.items() if "/" not in name.removeprefix(f"{key}/"))
            )
            outputs.update(
                {name: text for name, text in call_outputs(invocation, self.run, jobs).items() if text}
            )
        result = worst(results)
        said = [each for each in concurrency if each]
        return Job(self._key, self._shown(), result, result, outputs, (), said, permissions)
