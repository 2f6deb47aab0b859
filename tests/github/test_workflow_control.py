"""Workflows dispatched, enabled and looked at; runs cancelled: against the simulator."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from forked_simulator import Simulator
from loopback_github import LoopbackGitHub, Reply

from github_simulator.waitless_clock import WaitlessClock
from progressive_capture.lib.errors import AuthenticationError, ConfigurationError, UnexpectedPayloadError
from progressive_capture.lib.github.failures import InvalidRequestError, UnansweredError
from progressive_capture.lib.github.opening import Connection
from progressive_capture.lib.github.workflow_control import Dispatched, WorkflowControl
from progressive_capture.lib.github.workflow_errors import (
    NoDispatchTriggerError,
    UnexpectedInputsError,
    WorkflowDisabledError,
    WorkflowMissingError,
)

Connect = Callable[..., Connection]
Open = Callable[..., WorkflowControl]
REPOSITORY = "octo/example"
FILE = "capture.yml"


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator("--runs", "5", "--cpu-scale", "0.01", "--requests-per-hour", "100000") as simulator:
        simulator.declare_workflow(
            f".github/workflows/{FILE}",
            "Capture",
            inputs={"repository": {"required": True}, "nonce": {"default": ""}},
            run_name="Capture ${{ inputs.repository }} ${{ inputs.nonce }}",
        )
        simulator.declare_workflow(".github/workflows/scheduled.yml", "Scheduled", ["schedule"])
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Iterator[Simulator]:
    running.reset_ledger()
    yield running
    running.clear_faults()
    running.set_workflow_state(FILE, "active")


@pytest.fixture
def opened(simulator: Simulator) -> Iterator[Open]:
    with ExitStack() as stack:

        def open_control(token: str | None = None) -> WorkflowControl:
            connection = Connection(
                api_url=simulator.url,
                graphql_url=simulator.graphql_url,
                token=token or simulator.token,
                clock=WaitlessClock(simulator.advance),
                stop=threading.Event(),
                may_wait_until=lambda _: True,
                leave_budget=0,
            )
            return stack.enter_context(connection).client().workflow_control

        yield open_control


@pytest.fixture
def control(opened: Open) -> WorkflowControl:
    return opened()


def dispatch(control: WorkflowControl, *, file: str = FILE, ref: str = "main", **inputs: str) -> Dispatched:
    return control.dispatch(REPOSITORY, file, ref=ref, inputs={"repository": REPOSITORY, **inputs})


def executions(simulator: Simulator) -> list[dict[str, Any]]:
    return list(simulator.truth("executions"))


def test_a_dispatch_tells_its_run(control: WorkflowControl, simulator: Simulator) -> None:
    started = dispatch(control, nonce="abc")
    assert started.run_id is not None
    assert started.html_url == f"https://github.com/{REPOSITORY}/actions/runs/{started.run_id}"
    run = control.run(REPOSITORY, started.run_id)
    assert (run.status, run.conclusion, run.event) == ("queued", None, "workflow_dispatch")
    assert run.display_title == f"Capture {REPOSITORY} abc"
    (truth,) = (each for each in executions(simulator) if each["run_id"] == started.run_id)
    assert truth["inputs"] == {"repository": REPOSITORY, "nonce": "abc"}


@pytest.mark.parametrize("status", [400, 422])
def test_an_older_server_is_asked_without_the_run_and_then_always(
    control: WorkflowControl, simulator: Simulator, status: int
) -> None:
    before = len(executions(simulator))
    simulator.fault("run_details_unknown", status=status, times=None)
    assert dispatch(control) == Dispatched(None, None)
    assert dispatch(control) == Dispatched(None, None)
    assert len(executions(simulator)) == before + 2
    assert simulator.ledger()["faults"]["run_details_unknown"] == 1


def test_a_lost_answer_starts_nothing_twice(control: WorkflowControl, simulator: Simulator) -> None:
    before = len(executions(simulator))
    simulator.fault("lost_answer", path="POST")
    with pytest.raises(UnansweredError):
        dispatch(control, nonce="lost")
    assert len(executions(simulator)) == before + 1
    runs, _ = control.runs_of(REPOSITORY, FILE, event="workflow_dispatch")
    assert f"Capture {REPOSITORY} lost" in {run.display_title for run in runs}


def test_inputs_that_are_not_declared_are_named(control: WorkflowControl, simulator: Simulator) -> None:
    before = len(executions(simulator))
    with pytest.raises(UnexpectedInputsError, match="declares no such inputs") as caught:
        dispatch(control, job_id="1", generation="2")
    assert caught.value.inputs == ("job_id", "generation")
    assert "inputs:" in caught.value.hint
    assert simulator.ledger()["requests"]["total"] == 1
    assert len(executions(simulator)) == before


def test_each_refusal_is_an_error_of_its_own(
    control: WorkflowControl, opened: Open, simulator: Simulator
) -> None:
    with pytest.raises(NoDispatchTriggerError) as no_trigger:
        dispatch(control, file="scheduled.yml")
    assert "workflow_dispatch:" in no_trigger.value.hint
    with pytest.raises(WorkflowMissingError, match="nowhere"):
        dispatch(control, file="nowhere.yml")
    with pytest.raises(AuthenticationError) as not_permitted:
        dispatch(opened("sim-nodispatch"))
    assert "`actions: write` under `permissions:` of the job in the workflow file" in not_permitted.value.hint
    with pytest.raises(InvalidRequestError, match="No ref found") as no_ref:
        dispatch(control, ref="nowhere")
    assert not isinstance(no_ref.value, UnexpectedInputsError)
    simulator.set_workflow_state(FILE, "disabled_inactivity")
    with pytest.raises(WorkflowDisabledError) as disabled:
        dispatch(control)
    assert "Enable it" in disabled.value.hint


def test_a_missing_input_is_told(control: WorkflowControl) -> None:
    with pytest.raises(InvalidRequestError, match="Required input 'repository' not provided"):
        control.dispatch(REPOSITORY, FILE, ref="main", inputs={})


def test_a_workflow_that_sleeps_is_enabled(control: WorkflowControl, simulator: Simulator) -> None:
    simulator.set_workflow_state(FILE, "disabled_inactivity")
    assert not control.workflow(REPOSITORY, FILE).is_active
    simulator.fault("lost_answer", path="PUT")
    control.enable(REPOSITORY, FILE)
    workflow = control.workflow(REPOSITORY, FILE)
    assert (workflow.is_active, workflow.name, workflow.path) == (
        True,
        "Capture",
        f".github/workflows/{FILE}",
    )
    with pytest.raises(WorkflowMissingError):
        control.enable(REPOSITORY, "nowhere.yml")


def test_runs_are_listed_newest_first_with_what_became_of_them(
    control: WorkflowControl, simulator: Simulator
) -> None:
    ids = [dispatch(control, nonce=str(number)).run_id for number in range(3)]
    assert ids[0] is not None
    simulator.report_run(ids[0], conclusion="failure")
    runs, has_more = control.runs_of(REPOSITORY, FILE)
    assert [run.id for run in runs[:3]] == ids[::-1]
    assert (runs[2].status, runs[2].conclusion) == ("completed", "failure")
    assert not has_more
    queued, _ = control.runs_of(REPOSITORY, FILE, status="queued")
    assert ids[0] not in {run.id for run in queued}


def test_a_run_is_cancelled_once(control: WorkflowControl, simulator: Simulator) -> None:
    run_id = dispatch(control).run_id
    assert run_id is not None
    simulator.fault("lost_answer", path="POST .*/cancel")
    assert control.cancel(REPOSITORY, run_id) is False  # it was done, and ended: the second ask tells so
    assert control.run(REPOSITORY, run_id).conclusion == "cancelled"
    other = dispatch(control).run_id
    assert other is not None
    assert control.cancel(REPOSITORY, other) is True
    with pytest.raises(WorkflowMissingError):
        control.cancel(REPOSITORY, 1)


@pytest.mark.parametrize("file", ["../../x", "a/b.yml", "", "a?b=c", ".yml", "a#b"])
def test_what_is_no_file_is_refused_before_anything_is_asked(
    server: LoopbackGitHub, connect: Connect, file: str
) -> None:
    with pytest.raises(ConfigurationError):
        connect().client().workflow_control.enable(REPOSITORY, file)
    assert server.seen == []


@pytest.mark.parametrize("body", [[], {}, {"workflow_run_id": "7"}, {"id": 1, "status": None}])
def test_answers_of_another_shape_are_told(server: LoopbackGitHub, connect: Connect, body: Any) -> None:
    server.otherwise = lambda _: Reply(body)
    control = connect().client().workflow_control
    for ask in (
        lambda: dispatch(control),
        lambda: control.workflow(REPOSITORY, FILE),
        lambda: control.run(REPOSITORY, 7),
    ):
        with pytest.raises(UnexpectedPayloadError):
            ask()
