"""Runs that somebody really executes: started by a dispatch, reported by whoever executes them.

What a run does is not known here. A test that executes the workflow reports how it goes on; where
nobody does, runs may end by themselves after so many requests.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from github_simulator.executed_jobs import take_report
from github_simulator.history import Attempt, Execution, Person, RerunMode, Run, Workflow
from github_simulator.instants import DAY
from github_simulator.people import TOKEN_OWNER
from github_simulator.refs import short
from github_simulator.run_names import check_template, run_title
from github_simulator.runs import FAILING, RERUN_DAYS, finish, rerun
from github_simulator.workflow_inputs import WorkflowInput, settle
from github_simulator.world import RepositoryHistory, World

MOST_RERUNS = 50
_STATUSES = frozenset({"queued", "waiting", "pending", "in_progress", "completed"})
_FACTS = ("workflow", "event_name", "ref_name", "actor", "run_number", "repository")
_STATES = frozenset({"active", "disabled_manually", "disabled_inactivity", "disabled_fork", "deleted"})


class CannotError(Exception):
    """A run that cannot be started, cancelled or run again; the text is GitHub's message."""


class Executions:
    """Starts runs, and takes the reports about them.

    `ends_after`: the requests until a run ends by itself; 0: it never does.
    """

    def __init__(self, world: World, ends_after: int = 0) -> None:
        self._world = world
        self._ends_after = ends_after
        self._open: list[Run] = []

    def declare(
        self,
        path: str,
        name: str,
        events: Sequence[str],
        *,
        inputs: Mapping[str, Mapping[str, Any]] | None = None,
        run_name: str | None = None,
        repository: str | None = None,
    ) -> Workflow:
        """A workflow file is pushed: a new workflow, or another version of the one with this path."""
        declared = {key: WorkflowInput.parse(each or {}) for key, each in (inputs or {}).items()}
        check_template(run_name or "", declared, dict.fromkeys(_FACTS))
        with self._world.lock:
            history, now = self._world.named(repository), int(self._world.clock.now())
            workflow = history.workflow_named(path) or history.add_workflow(path, now)
            workflow.name, workflow.events, workflow.updated_at = name, tuple(events), now
            workflow.inputs, workflow.run_name = declared, run_name
            if workflow.state == "deleted":
                workflow.state, workflow.deleted_at = "active", None
            return workflow

    def set_state(self, workflow: Workflow, state: str) -> None:
        """Enabled, disabled by somebody, or by GitHub. ValueError where there is no such state."""
        if state not in _STATES:
            raise ValueError(f"no state of a workflow: {state!r}")
        with self._world.lock:
            workflow.state, workflow.updated_at = state, int(self._world.clock.now())

    def start(
        self,
        workflow: Workflow,
        ref: str,
        inputs: Mapping[str, Any],
        event: str = "workflow_dispatch",
        person: Person = TOKEN_OWNER,
    ) -> Run:
        """A run, queued. InputsRefusedError where a dispatch has other inputs than the workflow declares."""
        values = settle(workflow.inputs, inputs) if event == "workflow_dispatch" else {}
        with self._world.lock:
            history = self._world.named(workflow.repository.full_name)
            run = history.add_execution(
                workflow, event, short(ref), person, max(history.newest, int(self._world.clock.now()))
            )
            run.execution = Execution(ref, values, self._ends_after or None)
            run.display_title = _title(run, values)
            self._open.append(run)
            return run

    def report(
        self,
        run_id: int,
        status: str | None = None,
        conclusion: str | None = None,
        jobs: Sequence[dict[str, Any]] = (),
        display_title: str | None = None,
    ) -> Run:
        """How a run goes on, or, with a conclusion, that it has ended. ValueError where it cannot."""
        with self._world.lock:
            run = self._world.run(run_id)
            if run is None or run.execution is None:
                raise ValueError(f"nobody executes a run {run_id}")
            if run.latest.standing is None or status not in {None, *_STATUSES}:
                raise ValueError(f"a run that is {run.status} cannot become {status!r}")
            take_report(run.latest, jobs, self._now(run))
            run.display_title = display_title or run.display_title
            if conclusion is not None or status == "completed":
                self._end(run, conclusion or "success")
            else:
                self._go_on(run, status or "in_progress")
            return run

    def cancel(self, run: Run) -> None:
        """Queued runs, and those that are drawn, end at once; who executes one is told to end it."""
        with self._world.lock:
            if run.latest.standing is None:
                raise CannotError("Cannot cancel a workflow run that is completed.")
            if run.execution is None:
                run.latest.outcome = "cancelled"
                finish(run, int(self._world.clock.now()))
            elif run.latest.standing == "in_progress" and run.execution.requests_left is None:
                run.execution.cancel_requested = True
            else:
                self._end(run, "cancelled")

    def rerun(self, run: Run, mode: RerunMode) -> None:
        """A new attempt, queued. CannotError where GitHub refuses it."""
        with self._world.lock:
            now = int(self._world.clock.now())
            _check_rerun(run, mode, now)
            if run.execution is None:
                rerun(run, now, mode)
                return
            number = run.latest.number + 1
            run.attempts.append(
                Attempt(number, now, now, 0, "success", TOKEN_OWNER, standing="queued", rerun=mode)
            )
            run.execution.cancel_requested = False
            run.execution.requests_left = self._ends_after or None
            run.revision += 1
            self._open.append(run)

    def note_request(self) -> None:
        """One more request comes in: what ends by itself is one step nearer to it."""
        if not self._ends_after:
            return
        with self._world.lock:
            for run in list(self._open):
                self._step(run)

    def _step(self, run: Run) -> None:
        execution = run.execution
        assert execution is not None
        if execution.requests_left is None:
            return
        execution.requests_left -= 1
        if execution.requests_left > 0:
            self._go_on(run, "in_progress")
            return
        take_report(run.latest, [{"name": "run", "conclusion": "success"}], self._now(run))
        self._end(run, "success")

    def _go_on(self, run: Run, status: str) -> None:
        run.latest.standing = status
        run.latest.updated_at = self._now(run)
        run.revision += 1

    def _end(self, run: Run, conclusion: str) -> None:
        """The jobs that were under way end as the run does."""
        left = [job.name for job in run.latest.reported if job.status != "completed"]
        ends = [{"name": name, "conclusion": conclusion} for name in left]
        take_report(run.latest, ends, self._now(run))
        run.latest.outcome = conclusion
        run.latest.standing = None
        run.latest.updated_at = self._now(run)
        run.revision += 1
        self._open.remove(run)

    def _now(self, run: Run) -> int:
        return max(int(self._world.clock.now()), run.latest.started_at)


def find_workflow(history: RepositoryHistory, asked: str) -> Workflow | None:
    """By id, by the name of its file, or by its path."""
    return next((one for one in history.workflows if asked == str(one.id)), history.workflow_named(asked))


def _title(run: Run, inputs: Mapping[str, str]) -> str:
    workflow, actor = run.workflow, run.actor
    facts = dict.fromkeys(_FACTS, "") | {
        "workflow": workflow.name,
        "event_name": run.event,
        "ref_name": run.head_branch or "",
        "actor": actor.login if actor else "",
        "run_number": str(run.run_number),
        "repository": run.repository.full_name,
    }
    return run_title(workflow.run_name, inputs, facts) if workflow.run_name else workflow.name


def _check_rerun(run: Run, mode: RerunMode, now: int) -> None:
    if run.latest.standing is not None:
        raise CannotError("This workflow is already running")
    if now - run.created_at >= RERUN_DAYS * DAY:
        raise CannotError("Unable to retry this workflow run because it was created over a month ago")
    if len(run.attempts) > MOST_RERUNS or (mode == "failed" and run.latest.outcome not in FAILING):
        raise CannotError("This workflow run cannot be retried")
