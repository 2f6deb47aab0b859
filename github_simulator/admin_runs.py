"""The part of the simulator's own address where workflows are declared, and those report who execute runs.

| request | does |
|---|---|
| `POST workflow {"path", "name", "events", "inputs", "run_name"}` | a workflow file is pushed |
| `POST workflow-state {"workflow", "state"}` | `active`, `disabled_inactivity`, ... |
| `POST start-run {"workflow", "event", "ref", "inputs"}` | a run starts, as by a schedule |
| `POST report-run {"run_id", "status", "conclusion", "jobs", "display_title"}` | how it goes on, or ends |
| `POST upload-artifact?run_id=ID&name=NAME&retention_days=DAYS&overwrite=1` | the body is uploaded |
| `GET artifact-bytes/ID` | what was uploaded |

`inputs` of a workflow are those of its `workflow_dispatch`, as its file has them. A job of a report is
`{"name", "status", "conclusion", "labels", "steps"}`, a step `{"name", "conclusion"}`; jobs that are not
named stay as they are. The answer to a report says whether somebody wants the run cancelled. Who executes
what: `truth/executions`.
"""

from collections.abc import Callable
from typing import Any

from github_simulator.answer import Answer, Request, json_answer
from github_simulator.executions import Executions, find_workflow
from github_simulator.history import Workflow
from github_simulator.payloads import Payloads
from github_simulator.workflow_inputs import InputsRefusedError
from github_simulator.world import World

RETENTION_DAYS = 90


class AdminRuns:
    """Answers those requests."""

    def __init__(self, world: World, executions: Executions, payloads: Payloads) -> None:
        self._world = world
        self._executions = executions
        self._payloads = payloads

    def actions(self) -> dict[str, Callable[[dict[str, Any]], Any]]:
        """Those that take JSON, by method and name."""
        return {
            "POST workflow": lambda given: {"workflow_id": self._executions.declare(**given).id},
            "POST workflow-state": self._set_state,
            "POST start-run": self._start,
            "POST report-run": self._report,
        }

    def upload(self, request: Request) -> Answer:
        """An artifact. ValueError where the run cannot have it."""
        given = request.query
        with self._world.lock:
            run = self._world.run(int(given["run_id"]))
            if run is None:
                raise ValueError(f"no run {given['run_id']}")
            artifact = self._world.named(run.repository.full_name).artifacts.receive(
                run,
                given["name"],
                request.body,
                retention_days=int(given.get("retention_days", RETENTION_DAYS)),
                overwrite=given.get("overwrite") == "1",
                now=int(self._world.clock.now()),
            )
            return json_answer(201, self._payloads.artifact(artifact))

    def artifact_bytes(self, artifact_id: int) -> Answer:
        """What was uploaded. ValueError where there is no such artifact."""
        with self._world.lock:
            artifact = self._world.artifact(artifact_id)
        if artifact is None:
            raise ValueError(f"no artifact {artifact_id}")
        contents = artifact.contents
        return Answer(200, stream=contents.stream(0, contents.size), length=contents.size)

    def _set_state(self, given: dict[str, Any]) -> dict[str, Any]:
        self._executions.set_state(self._workflow(given), given["state"])
        return {}

    def _start(self, given: dict[str, Any]) -> dict[str, Any]:
        try:
            run = self._executions.start(
                self._workflow(given),
                given.get("ref", "main"),
                given.get("inputs", {}),
                given.get("event", "schedule"),
            )
        except InputsRefusedError as error:
            raise ValueError(str(error)) from error
        return {"run_id": run.id}

    def _report(self, given: dict[str, Any]) -> dict[str, Any]:
        run = self._executions.report(**given)
        assert run.execution is not None
        return {"cancel_requested": run.execution.cancel_requested, "run_attempt": run.latest.number}

    def _workflow(self, given: dict[str, Any]) -> Workflow:
        found = find_workflow(self._world.named(given.get("repository")), str(given["workflow"]))
        if found is None:
            raise ValueError(f"no workflow {given['workflow']!r}")
        return found
