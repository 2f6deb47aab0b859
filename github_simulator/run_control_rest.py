"""The REST API by which runs are started, stopped and run again, and workflows switched on and off.

https://docs.github.com/rest/actions/workflows and https://docs.github.com/rest/actions/workflow-runs.
"""

from collections.abc import Callable

from github_simulator import refusals
from github_simulator.answer import Answer, json_answer
from github_simulator.calls import RepositoryCall
from github_simulator.executions import CannotError, Executions, find_workflow
from github_simulator.history import RerunMode, Run, Workflow
from github_simulator.payloads import Payloads
from github_simulator.posted_body import BodyRefusedError, read_body
from github_simulator.workflow_inputs import InputsRefusedError
from github_simulator.world import World

_DISPATCH_FIELDS = {"ref": (str,), "inputs": (dict,), "return_run_details": (bool,)}
_RERUN_FIELDS = {"enable_debug_logging": (bool,)}
_DOCUMENTATION = "https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event"


class RunControlRest:
    """Answers requests that change runs and workflows."""

    def __init__(self, world: World, payloads: Payloads, executions: Executions) -> None:
        self._world = world
        self._payloads = payloads
        self._executions = executions

    def handlers(self) -> dict[str, Callable[[RepositoryCall], Answer]]:
        """By the names of the routes."""
        return {
            "dispatch": self._dispatch,
            "enable_workflow": lambda call: self._switch(call, "active"),
            "disable_workflow": lambda call: self._switch(call, "disabled_manually"),
            "cancel_run": self._cancel,
            "rerun": lambda call: self._rerun(call, "all"),
            "rerun_failed_jobs": lambda call: self._rerun(call, "failed"),
        }

    def _dispatch(self, call: RepositoryCall) -> Answer:
        """200 with the run's id where that is asked for, else 204."""
        workflow = _asked_workflow(call)
        if workflow is None:
            return refusals.not_found()
        try:
            return self._started(call, workflow)
        except BodyRefusedError as error:
            return error.answer
        except (CannotError, InputsRefusedError) as error:
            return refusals.refusal(422, str(error), _DOCUMENTATION)

    def _started(self, call: RepositoryCall, workflow: Workflow) -> Answer:
        if workflow.state != "active":
            raise CannotError("Cannot trigger a 'workflow_dispatch' on a disabled workflow")
        given = read_body(call.request.body, _DISPATCH_FIELDS, required="ref")
        if call.history.refs.resolve(given["ref"]) is None:
            raise CannotError(f"No ref found for: {given['ref']}")
        if "workflow_dispatch" not in workflow.events:
            raise CannotError("Workflow does not have 'workflow_dispatch' trigger")
        run = self._executions.start(workflow, given["ref"], given.get("inputs", {}))
        return self._details(run) if given.get("return_run_details") else Answer(204)

    def _details(self, run: Run) -> Answer:
        url = f"{self._payloads.repository_url(run.repository)}/actions/runs/{run.id}"
        return json_answer(200, {"workflow_run_id": run.id, "run_url": url, "html_url": run.html_url})

    def _switch(self, call: RepositoryCall, state: str) -> Answer:
        """Also where it has that state already."""
        workflow = _asked_workflow(call)
        if workflow is None:
            return refusals.not_found()
        self._executions.set_state(workflow, state)
        return Answer(204)

    def _cancel(self, call: RepositoryCall) -> Answer:
        run = self._asked_run(call)
        if run is None:
            return refusals.not_found()
        try:
            self._executions.cancel(run)
        except CannotError as error:
            return refusals.refusal(409, str(error))
        return json_answer(202, {})

    def _rerun(self, call: RepositoryCall, mode: RerunMode) -> Answer:
        run = self._asked_run(call)
        if run is None:
            return refusals.not_found()
        try:
            read_body(call.request.body, _RERUN_FIELDS)
            self._executions.rerun(run, mode)
        except BodyRefusedError as error:
            return error.answer
        except CannotError as error:
            return refusals.refusal(403, str(error))
        return json_answer(201, {})

    def _asked_run(self, call: RepositoryCall) -> Run | None:
        run = self._world.run(call.number("run_id"))
        return run if run and run.repository is call.history.repository else None


def _asked_workflow(call: RepositoryCall) -> Workflow | None:
    """One whose file is gone cannot be dispatched nor switched."""
    workflow = find_workflow(call.history, call.match.values["workflow_id"])
    return workflow if workflow and workflow.state != "deleted" else None
