"""Capture jobs handed to Actions: against the simulator, with our own workflow files' inputs and names."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from forked_simulator import Simulator

from github_simulator.waitless_clock import WaitlessClock
from progressive_capture.lib.capture_job import CaptureJob, JobStatus, claimed
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import CapturePaused, ConfigurationError, GitHubUnavailableError
from progressive_capture.lib.github.failures import UnansweredError
from progressive_capture.lib.github.opening import Connection
from progressive_capture.lib.github.workflow_control import Dispatched, WorkflowControl
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.opening import open_store
from queue_manager.costs import RunCost
from queue_manager.dispatcher import LATEST, SOONEST, Dispatcher, may_be_dispatched, patience_with
from queue_manager.hindrances import WORKFLOW_FILES, Hindrances
from queue_manager.reconciling import Reconciler
from queue_manager.verdicts import SEEN_WITHIN

ROOT = Path(__file__).parents[2]
REPOSITORY = "octo/example"
FILE = "historical-sync.yml"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEW = CaptureJob(
    id="11111111-2222-4333-8444-555555555555",
    kind="workflow_runs",
    repository="octo/target",
    processor="actions",
    route_reason="it is background work",
    request_key="workflow_runs octo/target {}",
    created_at=NOW,
    updated_at=NOW,
)


def declare(simulator: Simulator, file: str) -> None:
    """As our own workflow file has it."""
    path = f".github/workflows/{file}"
    workflow = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    simulator.declare_workflow(
        path,
        workflow["name"],
        inputs=workflow[True]["workflow_dispatch"]["inputs"],  # `on` is a boolean to YAML 1.1
        run_name=workflow["run-name"],
    )


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator("--runs", "5", "--cpu-scale", "0.01", "--requests-per-hour", "100000") as simulator:
        for file in WORKFLOW_FILES.values():
            declare(simulator, file)
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Iterator[Simulator]:
    running.reset_ledger()
    yield running
    running.clear_faults()
    running.set_workflow_state(FILE, "active")


@pytest.fixture
def opened(simulator: Simulator) -> Iterator[Callable[..., WorkflowControl]]:
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
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'queue.db'}") as store:
        store.prepare()
        yield store


def dispatcher(store: Store, control: Any, clock: ManualClock | None = None, **options: Any) -> Dispatcher:
    return Dispatcher(store, control, clock or ManualClock(NOW), **{"jobs_repository": REPOSITORY, **options})


def executions(simulator: Simulator) -> list[dict[str, Any]]:
    return list(simulator.truth("executions"))


def row(store: Store, job: CaptureJob = NEW) -> CaptureJob:
    found = store.job(job.id)
    assert found is not None
    return found


# ---- against the simulator ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WORKFLOW_FILES)
def test_each_kind_starts_its_own_workflow_which_takes_what_it_is_given(
    opened: Callable[..., WorkflowControl], simulator: Simulator, store: Store, kind: str
) -> None:
    job = dispatcher(store, opened()).dispatch(store.add_job(NEW.evolve(kind=kind)))
    assert job == row(store)
    (run,) = (each for each in executions(simulator) if each["run_id"] == job.workflow_run_id)
    given = {name: run["inputs"][name] for name in ("repository_name", "job_id", "nonce")}
    assert given == {"repository_name": "octo/target", "job_id": NEW.id, "nonce": job.dispatch_nonce}
    seen = opened().run(REPOSITORY, job.workflow_run_id or 0)
    assert seen.display_title.split()[-2:] == [NEW.id, job.dispatch_nonce]
    assert job.workflow_run_url == f"https://github.com/{REPOSITORY}/actions/runs/{job.workflow_run_id}"
    assert (job.status, job.dispatched_at, job.error) == (JobStatus.QUEUED, NOW, None)


def test_a_job_is_dispatched_once_however_often_somebody_tries(
    opened: Callable[..., WorkflowControl], simulator: Simulator, store: Store
) -> None:
    before = len(executions(simulator))
    job = store.add_job(NEW)
    first, second = dispatcher(store, opened()), dispatcher(store, opened())
    once = first.dispatch(job)
    assert second.dispatch(job) == first.dispatch(job) == once
    assert len(executions(simulator)) == before + 1


def reconciler(store: Store, control: Any, clock: ManualClock) -> Reconciler:
    return Reconciler(store, control, clock, jobs_repository=REPOSITORY, cost_of=lambda _: RunCost(minutes=1))


@pytest.mark.parametrize("trouble", ["lost_answer", "run_details_unknown"])
def test_a_run_that_github_does_not_tell_is_found_by_its_word(
    opened: Callable[..., WorkflowControl], simulator: Simulator, store: Store, trouble: str
) -> None:
    clock = ManualClock(NOW)
    started = len(executions(simulator))
    simulator.fault(trouble, times=1, path="POST") if trouble == "lost_answer" else simulator.fault(
        trouble, times=None
    )
    job = dispatcher(store, opened(), clock).dispatch(store.add_job(NEW))
    assert (job.workflow_run_id, job.dispatch_nonce is None) == (None, False)
    assert ("lost" in (job.error or "")) == (trouble == "lost_answer")
    other = dispatcher(store, opened(), clock).dispatch(
        store.add_job(NEW.evolve(id="2" * 36, request_key="2"))
    )
    assert len(executions(simulator)) == started + 2
    reconciler(store, opened(), clock).reconcile()
    mine = next(each for each in executions(simulator) if each["inputs"]["nonce"] == job.dispatch_nonce)
    assert row(store).workflow_run_id == mine["run_id"] != row(store, other).workflow_run_id
    simulator.report_run(mine["run_id"], conclusion="failure")
    reconciler(store, opened(), clock).reconcile()
    again = row(store)
    assert (again.attempt, again.dispatch_nonce, again.runner_minutes) == (1, None, 1)
    assert f"run {mine['run_id']} ended (failure)" in (again.error or "")


def test_a_dispatch_that_never_reached_github_is_made_again(
    opened: Callable[..., WorkflowControl], simulator: Simulator, store: Store
) -> None:
    clock = ManualClock(NOW)
    started = len(executions(simulator))

    class DiesBeforehand:
        def dispatch(self, *_: Any, **__: Any) -> Dispatched:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dispatcher(store, DiesBeforehand(), clock).dispatch(store.add_job(NEW))
    marked = row(store)
    assert (marked.dispatched_at, marked.workflow_run_id) == (NOW, None)
    assert not may_be_dispatched(marked, now=NOW + timedelta(days=1))
    assert reconciler(store, opened(), clock).reconcile().changes == []  # it may not be listed yet
    clock.advance(SEEN_WITHIN.total_seconds())
    reconciler(store, opened(), clock).reconcile()
    assert row(store).error == "no workflow run came of its dispatch"
    clock.advance(30)
    assert dispatcher(store, opened(), clock).dispatch(marked).workflow_run_id is not None
    assert len(executions(simulator)) == started + 1


def refused(simulator: Simulator, opened: Callable[..., WorkflowControl], how: str) -> dict[str, Any]:
    control, options = opened("sim-nodispatch" if how == "403" else None), {}
    if how == "disabled":
        simulator.set_workflow_state(FILE, "disabled_inactivity")
    if how == "422":
        options["ref"] = "nowhere"
    if how == "404":
        options["jobs_repository"] = "octo/nowhere"
    return {"control": control, **options}


REFUSALS = {
    "disabled": "Enable it",
    "403": "`actions: write`",
    "404": "does not find",
    "422": "No ref found",
}


@pytest.mark.parametrize("how", REFUSALS)
def test_a_refusal_is_explained_in_the_row_and_the_job_waits_longer_each_time(
    opened: Callable[..., WorkflowControl], simulator: Simulator, store: Store, how: str
) -> None:
    clock = ManualClock(NOW)
    refusing = dispatcher(store, clock=clock, **refused(simulator, opened, how))
    job = refusing.dispatch(store.add_job(NEW))
    assert REFUSALS[how] in (job.error or "")
    assert (job.status, job.processor) == (JobStatus.QUEUED, "actions")
    assert (job.dispatch_nonce, job.dispatched_at, job.claimed_by) == (None, None, None)
    assert job.next_attempt_at == NOW + SOONEST
    assert refusing.dispatch(job) == job  # its time has not come
    clock.advance(3600)
    assert refusing.dispatch(job).next_attempt_at == NOW + timedelta(hours=2)


@pytest.mark.parametrize("how", REFUSALS)
def test_a_refused_job_goes_inline_where_it_may_and_says_why(
    opened: Callable[..., WorkflowControl], simulator: Simulator, store: Store, how: str
) -> None:
    told: list[str] = []

    def goes_inline(_: CaptureJob, refusal: str) -> str:
        told.append(refusal)
        return "Actions refused it"

    asked = refused(simulator, opened, how)
    job = dispatcher(store, goes_inline=goes_inline, **asked).dispatch(store.add_job(NEW))
    assert (job.processor, job.route_reason, job.next_attempt_at) == ("inline", "Actions refused it", None)
    assert REFUSALS[how] in told[0]
    taken = store.claim_next(worker="worker", now=NOW, processor="inline")
    assert taken is not None
    assert taken.id == NEW.id


# ---- with a small fake ---------------------------------------------------------------------------------


class Starts:
    """Starts workflows, or does as it is told; remembers when it was asked."""

    def __init__(self, clock: ManualClock, *answers: Exception | Callable[[], None]) -> None:
        self.clock = clock
        self.answers = list(answers)
        self.at: list[float] = []

    def dispatch(self, full_name: str, file: str, *, ref: str, inputs: Mapping[str, str]) -> Dispatched:
        assert (full_name, file, ref) == (REPOSITORY, FILE, "main")
        assert len(inputs["nonce"]) == 16
        self.at.append(self.clock.monotonic())
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            answer()
        return Dispatched(len(self.at), f"https://github.com/runs/{len(self.at)}")


def test_dispatches_keep_their_distance_and_the_first_does_not_wait(store: Store) -> None:
    clock = ManualClock(NOW)
    starts = Starts(clock)
    jobs = [store.add_job(NEW.evolve(id=f"job-{n}", request_key=f"{n}")) for n in range(3)]
    spaced = dispatcher(store, starts, clock, spacing_seconds=2.5)
    for job in jobs:
        spaced.dispatch(job)
    assert starts.at == [0.0, 2.5, 5.0]


def test_the_row_says_that_it_is_dispatched_before_anybody_is_asked(store: Store) -> None:
    clock = ManualClock(NOW)
    seen: list[CaptureJob] = []
    starts = Starts(clock, lambda: seen.append(row(store)))
    job = dispatcher(store, starts, clock).dispatch(store.add_job(NEW))
    assert (seen[0].dispatch_nonce, seen[0].dispatched_at) == (job.dispatch_nonce, NOW)
    assert seen[0].workflow_run_id is None


def test_of_two_that_dispatch_one_job_at_one_moment_one_does(store: Store) -> None:
    """The second reads the row before the first has written it."""
    clock = ManualClock(NOW)
    starts = Starts(clock)
    store.add_job(NEW)
    first = dispatcher(store, starts, clock)

    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def job(self, job_id: str) -> CaptureJob | None:
            found = store.job(job_id)
            first.dispatch(NEW)
            return found

    assert dispatcher(Slow(), starts, clock).dispatch(NEW).workflow_run_id == 1  # type: ignore[arg-type]
    assert len(starts.at) == 1


def test_a_job_that_a_worker_takes_meanwhile_is_the_workers(store: Store) -> None:
    clock = ManualClock(NOW)

    def a_leg_is_very_quick() -> None:
        waiting = row(store)
        assert store.replace_job(waiting, claimed(waiting, by="leg", now=NOW))

    job = dispatcher(store, Starts(clock, a_leg_is_very_quick), clock).dispatch(store.add_job(NEW))
    assert (job.status, job.claimed_by, job.workflow_run_id) == (JobStatus.RUNNING, "leg", None)
    assert job.dispatch_nonce is not None  # so that its run is found


@pytest.mark.parametrize(
    ("failure", "until"),
    [
        (GitHubUnavailableError("an incident"), NOW + SOONEST),
        (
            CapturePaused("the budget is spent", resume_at=NOW + timedelta(minutes=40)),
            NOW + timedelta(minutes=40),
        ),
        (CapturePaused("a signal came"), NOW + SOONEST),
    ],
)
def test_what_was_surely_not_asked_is_asked_later(store: Store, failure: Exception, until: datetime) -> None:
    clock = ManualClock(NOW)
    job = dispatcher(store, Starts(clock, failure), clock).dispatch(store.add_job(NEW))
    assert (job.dispatch_nonce, job.next_attempt_at, job.error) == (None, until, str(failure))
    assert (job.status, job.attempt) == (JobStatus.QUEUED, 0)


def test_a_lost_answer_is_never_taken_for_a_refusal(store: Store) -> None:
    clock = ManualClock(NOW)
    lost = UnansweredError("the answer was lost", hint="Look there.")
    job = dispatcher(
        store, Starts(clock, lost), clock, goes_inline=lambda *_: pytest.fail("it may run in Actions")
    ).dispatch(store.add_job(NEW))
    assert (job.dispatched_at, job.error) == (NOW, "the answer was lost Look there.")


@pytest.mark.parametrize(
    "changes",
    [
        {"processor": "inline"},
        {"status": JobStatus.RUNNING},
        {"status": JobStatus.PAUSED},
        {"status": JobStatus.CANCELLED},
        {"parent_id": "parent"},
        {"dispatch_nonce": "word"},
        {"next_attempt_at": NOW + timedelta(seconds=1)},
        {"resume_at": NOW + timedelta(seconds=1)},
    ],
)
def test_what_must_not_be_dispatched_is_returned_as_it_is(store: Store, changes: dict[str, Any]) -> None:
    job = store.add_job(NEW.evolve(**changes))
    assert dispatcher(store, Starts(ManualClock(NOW))).dispatch(job) == job


def test_a_job_that_is_not_there_is_told(store: Store) -> None:
    with pytest.raises(ConfigurationError, match="no capture job"):
        dispatcher(store, Starts(ManualClock(NOW))).dispatch(NEW)


def test_nobody_waits_longer_than_six_hours_for_what_is_refused() -> None:
    assert patience_with(NEW, NOW) == SOONEST
    assert patience_with(NEW, NOW + timedelta(days=9)) == LATEST
    assert patience_with(NEW.evolve(created_at=None), NOW) == SOONEST


# ---- what hinders Actions ------------------------------------------------------------------------------


def hindrances(control: Any, clock: ManualClock | None = None, **options: Any) -> Hindrances:
    usual = {"jobs_repository": REPOSITORY, "has_token": True, "database": "postgresql://server/captures"}
    return Hindrances(control, clock or ManualClock(NOW), **{**usual, **options})


def test_what_the_settings_tell_asks_nobody() -> None:
    nobody = object()
    assert "no workflow for pull_request_details" in (hindrances(nobody).of("pull_request_details") or "")
    assert "CAPTURE_JOBS_REPOSITORY" in (hindrances(nobody, jobs_repository=None).of("artifacts") or "")
    assert "GITHUB_TOKEN" in (hindrances(nobody, has_token=False).of("artifacts") or "")
    assert "GITHUB_TOKEN" in (hindrances(None).of("artifacts") or "")
    assert "is a file" in (hindrances(nobody, database="sqlite:///data/capture.db").of("artifacts") or "")


def test_a_workflow_is_looked_at_once_in_a_while(
    opened: Callable[..., WorkflowControl], simulator: Simulator
) -> None:
    clock = ManualClock(NOW)
    looked = hindrances(opened(), clock)
    assert looked.of("workflow_runs") is None
    simulator.set_workflow_state(FILE, "disabled_manually")
    assert looked.of("workflow_runs") is None
    assert simulator.ledger()["requests"]["total"] == 1
    clock.advance(601)
    assert "is disabled_manually; enable it" in (looked.of("workflow_runs") or "")
    missing = hindrances(opened(), jobs_repository="octo/nowhere").of("artifacts")
    assert "artifact-bulk.yml of octo/nowhere cannot be used" in (missing or "")


def test_an_incident_is_no_hindrance() -> None:
    class Away:
        def workflow(self, *_: Any) -> Any:
            raise GitHubUnavailableError("an incident")

    assert hindrances(Away()).of("artifacts") is None
