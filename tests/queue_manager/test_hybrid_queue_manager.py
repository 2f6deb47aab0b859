"""The queue as a program uses it: work submitted, explained, dispatched, cancelled, tried again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from forked_simulator import Simulator

from github_simulator.waitless_clock import WaitlessClock
from progressive_capture.lib.capture_job import CaptureJob, JobStatus, Outcome, claimed, settled
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import ConfigurationError, JobConflictError
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.opening import Connection
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.opening import open_store
from queue_manager.hindrances import WORKFLOW_FILES
from queue_manager.hybrid_queue_manager import HybridQueueManager
from queue_manager.queue_settings import QueueSettings
from queue_manager.request import CaptureRequest
from queue_manager.router import Thresholds

ROOT = Path(__file__).parents[2]
REPOSITORY = "octo/example"
FILE = "historical-sync.yml"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
Open = Callable[..., HybridQueueManager]


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator("--runs", "5", "--cpu-scale", "0.01", "--requests-per-hour", "100000") as simulator:
        for file in WORKFLOW_FILES.values():
            path = f".github/workflows/{file}"
            workflow = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
            inputs = workflow[True]["workflow_dispatch"]["inputs"]  # `on` is a boolean to YAML 1.1
            simulator.declare_workflow(path, workflow["name"], inputs=inputs, run_name=workflow["run-name"])
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Iterator[Simulator]:
    running.reset_ledger()
    yield running
    running.clear_faults()
    running.set_workflow_state(FILE, "active")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'queue.db'}") as store:
        store.prepare()
        yield store


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def opened(running: Simulator, store: Store, clock: ManualClock) -> Iterator[Open]:
    with ExitStack() as stack:

        def client(token: str) -> GitHub:
            connection = Connection(
                api_url=running.url,
                graphql_url=running.graphql_url,
                token=token,
                clock=WaitlessClock(running.advance),
                stop=threading.Event(),
                may_wait_until=lambda _: True,
                leave_budget=0,
            )
            return stack.enter_context(connection).client()

        def open_manager(
            token: str | None = None,
            *,
            asks: bool = True,
            thresholds: Thresholds | None = None,
            **options: Any,
        ) -> HybridQueueManager:
            usual: dict[str, Any] = {
                "settings": QueueSettings(jobs_repository=REPOSITORY, thresholds=thresholds or Thresholds()),
                "github": client(token or running.token) if asks else None,
                "has_token": asks,
                "database": "postgresql://server/captures",
                "say": lambda _: None,
            }
            return HybridQueueManager(store, clock, **usual | options)

        yield open_manager


@pytest.fixture
def alone(opened: Open) -> HybridQueueManager:
    """A queue whose database is a file, and that cannot ask GitHub."""
    return opened(asks=False, database="sqlite:///data/capture.db")


BACKGROUND = CaptureRequest(
    kind="workflow_runs", repository="octo/target", parameters={"max_items": 20}, background=True
)
SMALL = CaptureRequest(
    kind="workflow_runs",
    repository="octo/target",
    parameters={"max_items": 20, "since": "2026-11-20T11:00:00Z"},
)
LARGE = CaptureRequest(
    kind="workflow_runs", repository="octo/target", parameters={"max_items": 5_000}, background=True
)


def executions(simulator: Simulator) -> list[dict[str, Any]]:
    return list(simulator.truth("executions"))


def take(store: Store, job: CaptureJob, now: datetime = NOW) -> CaptureJob:
    after = claimed(job, by="host/1/2/3", now=now)
    assert store.replace_job(job, after)
    return after


def settle(store: Store, job: CaptureJob, outcome: Outcome, **changes: Any) -> CaptureJob:
    after = settled(job, outcome, now=NOW).evolve(**changes)
    assert store.replace_job(job, after)
    return after


# ---- submitting --------------------------------------------------------------------------------------


def test_small_fresh_work_waits_for_a_worker_without_a_question_to_anybody(
    opened: Open, simulator: Simulator
) -> None:
    job = opened().submit(SMALL)
    assert (job.processor, job.status, job.dispatched_at) == ("inline", JobStatus.QUEUED, None)
    assert "small and fresh" in (job.route_reason or "")
    assert simulator.ledger()["requests"]["total"] == 0


def test_background_work_is_dispatched_and_the_row_keeps_why(opened: Open, simulator: Simulator) -> None:
    manager = opened()
    job = manager.submit(BACKGROUND)
    assert manager.job(job.id) == job
    assert (job.processor, job.route_reason) == ("actions", "it is background work: nobody waits")
    (run,) = (each for each in executions(simulator) if each["run_id"] == job.workflow_run_id)
    assert run["inputs"]["job_id"] == job.id


def test_equal_work_that_waits_is_returned_and_not_started_twice(opened: Open, simulator: Simulator) -> None:
    before = len(executions(simulator))
    manager = opened()
    first = manager.submit(BACKGROUND)
    again = CaptureRequest(
        kind="workflow_runs", repository="Octo/Target", parameters={"max_items": 20}, processor="actions"
    )
    assert manager.submit(again) == first == opened().submit(BACKGROUND)
    assert len(executions(simulator)) == before + 1


def test_where_nothing_can_be_dispatched_it_runs_inline_and_says_so(alone: HybridQueueManager) -> None:
    job = alone.submit(BACKGROUND)
    assert job.processor == "inline"
    assert "Actions cannot do it: there is no token" in (job.route_reason or "")


def test_what_nobody_can_do_is_refused_and_not_kept(alone: HybridQueueManager) -> None:
    with pytest.raises(ConfigurationError, match="too large for inline"):
        alone.submit(LARGE)
    assert alone.jobs() == []


def test_what_github_refuses_goes_inline_where_it_is_small_enough(opened: Open) -> None:
    job = opened("sim-nodispatch").submit(BACKGROUND)
    assert (job.processor, job.status, job.next_attempt_at) == ("inline", JobStatus.QUEUED, None)
    assert "nobody waits; Actions cannot do it: GitHub does not let this token" in (job.route_reason or "")


def test_what_github_refuses_and_is_too_large_waits_with_the_reason(opened: Open, clock: ManualClock) -> None:
    refused = opened("sim-nodispatch").submit(LARGE)
    assert (refused.processor, refused.dispatch_nonce) == ("actions", None)
    assert "`actions: write`" in (refused.error or "")
    assert refused.next_attempt_at == NOW + timedelta(minutes=5)
    permitted = opened()
    permitted.reconcile()
    assert permitted.job(refused.id).workflow_run_id is None  # its time has not come
    clock.advance(300)
    permitted.reconcile()
    assert permitted.job(refused.id).workflow_run_id is not None


def test_ten_thousand_jobs_are_kept_in_few_transactions(
    alone: HybridQueueManager, store: Store, clock: ManualClock
) -> None:
    class Counting:
        calls = 0

        def __getattr__(self, name: str) -> Any:
            Counting.calls += 1
            return getattr(store, name)

    counted = HybridQueueManager(
        Counting(),  # type: ignore[arg-type]
        clock,
        settings=QueueSettings(),
        github=None,
        has_token=False,
        database="sqlite:///data/capture.db",
        say=lambda _: None,
    )
    requests = [
        CaptureRequest(
            kind="workflow_runs",
            repository=f"octo/number-{number % 5_000}",
            parameters={"max_items": 20, "since": "2026-11-20T11:00:00Z"},
        )
        for number in range(10_000)
    ]
    jobs = counted.submit_all(requests)
    assert Counting.calls == 1  # and that splits them into few transactions
    assert len(jobs) == 10_000
    assert len({job.id for job in jobs}) == 5_000
    assert jobs[0] == jobs[5_000]
    assert len(alone.jobs(limit=20_000)) == 5_000


def test_where_one_of_many_is_refused_none_is_kept(alone: HybridQueueManager) -> None:
    with pytest.raises(ConfigurationError, match="1 request of 2 cannot be done, and none was submitted"):
        alone.submit_all([SMALL, LARGE])
    assert alone.jobs() == []


def test_many_are_dispatched_when_the_queue_is_reconciled_the_most_urgent_first(
    opened: Open, simulator: Simulator
) -> None:
    before = len(executions(simulator))
    manager = opened()
    jobs = manager.submit_all(
        CaptureRequest(
            kind="artifacts",
            repository=f"octo/number-{number}",
            parameters={"max_items": 20},
            background=True,
            priority=number,
        )
        for number in range(4)
    )
    assert len(executions(simulator)) == before
    first = manager.dispatch_waiting(most=2)
    assert [job.repository for job in first] == ["octo/number-3", "octo/number-2"]
    assert manager.dispatch_waiting(most=2) == []
    manager.reconcile()
    assert all(manager.job(job.id).workflow_run_id is not None for job in jobs)
    assert len(executions(simulator)) == before + 4


def test_explaining_keeps_nothing(opened: Open, simulator: Simulator) -> None:
    before = len(executions(simulator))
    manager = opened()
    told = manager.explain(BACKGROUND)
    assert (told.route.processor, told.route.rule) == ("actions", "background")
    assert (told.estimate.processor, told.estimate.items) == ("actions", 20)
    assert (told.estimate.minutes or 0) >= 3
    assert manager.explain(SMALL).estimate.processor == "inline"
    assert manager.jobs() == []
    assert len(executions(simulator)) == before


# ---- a whole life ------------------------------------------------------------------------------------


def test_submitted_dispatched_captured_and_reconciled(
    opened: Open, simulator: Simulator, store: Store
) -> None:
    manager = opened()
    job = manager.submit(BACKGROUND)
    run_id = job.workflow_run_id or 0
    simulator.report_run(run_id, jobs=[{"name": "Leg 0"}])
    settle(store, take(store, job), Outcome.SUCCEEDED)
    assert manager.reconcile().changes == []  # its run is not over
    simulator.report_run(run_id, conclusion="success", jobs=[{"name": "Leg 0", "conclusion": "success"}])
    (change,) = manager.reconcile().changes
    done = manager.job(job.id)
    assert change.after == done
    assert (done.status, done.dispatch_nonce, done.workflow_run_id) == (JobStatus.SUCCEEDED, None, run_id)
    assert done.runner_minutes >= 1
    assert manager.reconcile().looked_at == 0


def test_a_failed_run_is_dispatched_again_after_a_while(
    opened: Open, simulator: Simulator, clock: ManualClock
) -> None:
    manager = opened()
    job = manager.submit(BACKGROUND)
    simulator.report_run(job.workflow_run_id or 0, conclusion="failure")
    manager.reconcile()
    waiting = manager.job(job.id)
    assert (waiting.status, waiting.attempt, waiting.workflow_run_id) == (JobStatus.QUEUED, 1, None)
    clock.advance(31)
    manager.reconcile()
    assert manager.job(job.id).workflow_run_id not in (None, job.workflow_run_id)


def test_inline_jobs_of_dead_workers_are_rescued(
    alone: HybridQueueManager, store: Store, clock: ManualClock
) -> None:
    job = take(store, alone.submit(SMALL))
    assert alone.rescue().changes == []
    clock.advance(61)
    (change,) = alone.rescue().changes
    assert (change.after.status, alone.job(job.id)) == (JobStatus.QUEUED, change.after)


# ---- a person decides --------------------------------------------------------------------------------


def test_cancelling_what_waits_cancels_its_workflow_run(opened: Open, simulator: Simulator) -> None:
    manager = opened()
    job = manager.submit(BACKGROUND)
    over = manager.cancel(job.id)
    assert (over.status, over.error) == (JobStatus.CANCELLED, "somebody cancelled it")
    assert over.finished_at == NOW
    (run,) = (each for each in executions(simulator) if each["run_id"] == job.workflow_run_id)
    assert run["conclusion"] == "cancelled"
    manager.reconcile()
    assert manager.job(job.id).dispatch_nonce is None


def test_a_run_that_cannot_be_cancelled_now_is_cancelled_later(opened: Open, simulator: Simulator) -> None:
    job = opened().submit(BACKGROUND)
    over = opened("sim-nodispatch").cancel(job.id)
    assert over.status is JobStatus.CANCELLED
    assert "its workflow run could not be cancelled yet" in (over.error or "")
    opened().reconcile()
    (run,) = (each for each in executions(simulator) if each["run_id"] == job.workflow_run_id)
    assert run["conclusion"] == "cancelled"


def test_cancelling_what_runs_in_actions_asks_its_run_to_end(
    opened: Open, simulator: Simulator, store: Store
) -> None:
    manager = opened()
    job = manager.submit(BACKGROUND)
    run_id = job.workflow_run_id or 0
    simulator.report_run(run_id, jobs=[{"name": "Leg 0"}])
    leg = take(store, job)
    assert manager.cancel(job.id) == leg
    assert simulator.report_run(run_id, jobs=[{"name": "Leg 0"}]) is True
    settle(store, leg, Outcome.PAUSED)
    simulator.report_run(run_id, conclusion="cancelled")
    manager.reconcile()
    assert manager.job(job.id).status is JobStatus.CANCELLED


def test_what_runs_inline_is_not_cancelled_behind_its_workers_back(
    alone: HybridQueueManager, store: Store
) -> None:
    job = take(store, alone.submit(SMALL))
    with pytest.raises(ConfigurationError, match="is running: host/1/2/3 has it") as refused:
        alone.cancel(job.id)
    assert "Ctrl-C" in refused.value.hint


@pytest.mark.parametrize("outcome", [Outcome.SUCCEEDED, Outcome.FAILED])
def test_what_is_over_cannot_be_cancelled(alone: HybridQueueManager, store: Store, outcome: Outcome) -> None:
    job = settle(store, take(store, alone.submit(SMALL)), outcome)
    with pytest.raises(ConfigurationError, match=f"is {outcome.value}: there is nothing to cancel"):
        alone.cancel(job.id)


def test_a_paused_job_is_cancelled_with_its_chunks(alone: HybridQueueManager, store: Store) -> None:
    job = settle(store, take(store, alone.submit(SMALL)), Outcome.PAUSED, chunk_count=1)
    chunk = store.add_job(
        job.evolve(id="chunk", request_key="chunk", parent_id=job.id, status=JobStatus.PAUSED)
    )
    with pytest.raises(ConfigurationError, match="is a chunk") as refused:
        alone.cancel(chunk.id)
    assert refused.value.hint == f"Use: queue-manager cancel {job.id}"
    assert alone.cancel(job.id).status is JobStatus.CANCELLED
    assert alone.job(chunk.id).status is JobStatus.CANCELLED


def test_a_failed_job_begins_anew_with_all_of_its_attempts(
    opened: Open, simulator: Simulator, store: Store
) -> None:
    manager = opened()
    job = manager.submit(BACKGROUND)
    simulator.report_run(job.workflow_run_id or 0, conclusion="failure")
    settle(store, take(store, job), Outcome.FAILED, attempt=5, error="three items")
    manager.reconcile()
    assert manager.job(job.id).status is JobStatus.FAILED
    again = manager.retry(job.id)
    assert (again.status, again.attempt, again.next_attempt_at) == (JobStatus.QUEUED, 0, None)
    assert again.workflow_run_id not in (None, job.workflow_run_id)
    assert (again.finished_at, again.runner_minutes) == (None, manager.job(job.id).runner_minutes)


def test_only_failed_jobs_are_tried_again(alone: HybridQueueManager, store: Store) -> None:
    job = alone.submit(SMALL)
    for state in ("queued", "running", "paused", "cancelled"):
        if state == "running":
            take(store, job)
        if state == "paused":
            settle(store, alone.job(job.id), Outcome.PAUSED)
        if state == "cancelled":
            alone.cancel(job.id)
        with pytest.raises(ConfigurationError, match=f"is {state}: only a failed one") as refused:
            alone.retry(job.id)
        assert refused.value.hint
        assert alone.job(job.id).status.value == state


def test_a_failed_job_is_not_tried_again_beside_equal_work(alone: HybridQueueManager, store: Store) -> None:
    failed = settle(store, take(store, alone.submit(SMALL)), Outcome.FAILED)
    anew = alone.submit(SMALL)
    assert anew.id != failed.id
    with pytest.raises(JobConflictError, match="same work waits already"):
        alone.retry(failed.id)


@pytest.mark.parametrize("what", ["job", "cancel", "retry"])
def test_a_job_that_is_not_there_is_told(alone: HybridQueueManager, what: str) -> None:
    with pytest.raises(ConfigurationError, match="There is no capture job 'no-such") as refused:
        getattr(alone, what)("no-such-\x1b[31m-job")
    assert "\x1b" not in str(refused.value)


def test_jobs_are_listed_as_asked(alone: HybridQueueManager, store: Store) -> None:
    first, second = alone.submit(SMALL), alone.submit(BACKGROUND)
    take(store, first)
    assert [job.id for job in alone.jobs(status=JobStatus.RUNNING)] == [first.id]
    assert [job.id for job in alone.jobs(status=JobStatus.QUEUED, processor="inline")] == [second.id]
    assert alone.jobs(repository="OCTO/nobody") == []
    assert len(alone.jobs(repository="OCTO/target", kind="workflow_runs", limit=1)) == 1
