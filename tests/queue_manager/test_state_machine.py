"""The states of capture jobs under anything that may happen: random events, clocks, crashes, a moody GitHub.

On a real SQLite database: no illegal state, no job lost or stuck, none done by two at a time.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from progressive_capture.lib.capture_job import (
    LEASE,
    LEGAL,
    CaptureJob,
    JobStatus,
    Outcome,
    claimed,
    lease_expired,
    requeued,
    settled,
)
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import (
    AuthenticationError,
    CapturePaused,
    ConfigurationError,
    GitHubUnavailableError,
    JobConflictError,
)
from progressive_capture.lib.github.client import GitHub, JobsAnswer
from progressive_capture.lib.github.failures import UnansweredError
from progressive_capture.lib.github.workflow_control import Dispatched, RunState, WorkflowState
from progressive_capture.lib.github.workflow_errors import WorkflowMissingError
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.opening import open_store
from queue_manager.hybrid_queue_manager import HybridQueueManager
from queue_manager.queue_settings import QueueSettings
from queue_manager.request import CaptureRequest

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
OVER = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED})
IN_ONE_SWAP = {
    (JobStatus.QUEUED, JobStatus.QUEUED): "dispatched, or queued again after a run that never began with it",
    (JobStatus.QUEUED, JobStatus.FAILED): "a run that never began with it, for the last time",
    (JobStatus.RUNNING, JobStatus.CANCELLED): "rescued from a dead worker, and cancelled",
    (JobStatus.RUNNING, JobStatus.RUNNING): "rescued from a dead worker, and taken",
    (JobStatus.PAUSED, JobStatus.RUNNING): "queued again, and taken",
    (JobStatus.FAILED, JobStatus.RUNNING): "queued again, and taken",
}
"""Two or three legal moves that are written at once; all others have to be single ones."""
MOODS = ("ok", "untold", "lost, done", "lost, not done", "refused", "away", "limited")
CONCLUSIONS = ("success", "failure", "cancelled", "timed_out", "startup_failure")
REPOSITORIES = ("octo/a", "octo/b", "octo/C")


@cache
def migrated_file() -> Path:
    path = Path(tempfile.mkdtemp(prefix="queue-")) / "empty.db"
    with open_store(f"sqlite:///{path}") as store:
        store.prepare()
    return path


@dataclass
class FakeRun:
    """A workflow run, and the job that it is to work on."""

    id: int
    job_id: str
    nonce: str
    listed_at: datetime
    status: str = "queued"
    conclusion: str | None = None

    @property
    def is_live(self) -> bool:
        return self.status != "completed"


@dataclass
class FakeGitHub:
    """Workflow runs, and a mood in which the next dispatch is answered; lists a run a little late."""

    clock: ManualClock
    mood: str = "ok"
    lag: float = 0.0
    runs: dict[int, FakeRun] = field(default_factory=dict)
    next_id: int = 1

    @property
    def workflow_control(self) -> FakeGitHub:
        return self

    def start(self, job_id: str, nonce: str) -> FakeRun:
        run = FakeRun(self.next_id, job_id, nonce, self.clock.now() + timedelta(seconds=self.lag))
        self.next_id += 1
        self.runs[run.id] = run
        return run

    def workflow(self, full_name: str, file: str) -> WorkflowState:
        return WorkflowState(id=1, name=full_name, path=file, state="active")

    def dispatch(self, full_name: str, file: str, *, ref: str, inputs: Mapping[str, str]) -> Dispatched:
        assert (full_name, ref) == ("octo/jobs", "main")
        assert file.endswith(".yml")
        failures: dict[str, Exception] = {
            "lost, not done": UnansweredError("lost"),
            "refused": AuthenticationError("may not"),
            "away": GitHubUnavailableError("no connection"),
            "limited": CapturePaused("spent", resume_at=self.clock.now() + timedelta(minutes=20)),
        }
        if self.mood in failures:
            raise failures[self.mood]
        run = self.start(inputs["job_id"], inputs["nonce"])
        if self.mood == "lost, done":
            raise UnansweredError("lost")
        return Dispatched(run.id, f"https://runs/{run.id}") if self.mood == "ok" else Dispatched(None, None)

    def runs_of(self, full_name: str, file: str, *, page: int = 1, **_: str) -> tuple[list[RunState], bool]:
        assert (full_name, page) == ("octo/jobs", 1)
        assert file.endswith(".yml")
        listed = [run for run in self.runs.values() if run.listed_at <= self.clock.now()]
        return [self._state(run) for run in reversed(listed)], False

    def run(self, full_name: str, run_id: int) -> RunState:
        if run_id not in self.runs:
            raise WorkflowMissingError(f"{full_name} has no such run", status=404)
        return self._state(self.runs[run_id])

    def cancel(self, full_name: str, run_id: int) -> bool:
        if run_id not in self.runs:
            raise WorkflowMissingError(f"{full_name} has no such run", status=404)
        run = self.runs[run_id]
        if not run.is_live:
            return False
        run.status, run.conclusion = "completed", "cancelled"
        return True

    def repository(self, full_name: str) -> Any:
        @dataclass
        class Told:
            body: Mapping[str, Any]

        return Told({"full_name": full_name, "private": True})

    def run_jobs(self, full_name: str, run_id: int) -> JobsAnswer:
        if run_id not in self.runs:
            raise WorkflowMissingError(f"{full_name} has no such run", status=404)
        return JobsAnswer(jobs=[], captured_at=self.clock.now())

    def _state(self, run: FakeRun) -> RunState:
        return RunState(
            id=run.id,
            display_title=f"Title of it {run.job_id} {run.nonce}",
            status=run.status,
            conclusion=run.conclusion,
            event="workflow_dispatch",
            run_attempt=1,
            created_at=f"{run.listed_at:%Y-%m-%dT%H:%M:%SZ}",
            html_url=f"https://runs/{run.id}",
        )


@dataclass
class Worker:
    """A process that holds a job, or believes so."""

    name: str
    job: CaptureJob
    run_id: int | None


class Watched:
    """The store, which refuses every change of a state that is not legal."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self._store = store
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def replace_job(self, before: CaptureJob, after: CaptureJob) -> bool:
        move = (before.status, after.status)
        is_same = before.status is after.status and before.status is not JobStatus.RUNNING
        assert is_same or after.status in LEGAL[before.status] or move in IN_ONE_SWAP, move
        if before.status is JobStatus.RUNNING and after.status.value not in set(Outcome):
            assert lease_expired(before, now=self._clock.now()), "taken from a worker that lives"
        return self._store.replace_job(before, after)


def is_sound(row: CaptureJob) -> None:
    """What a row says fits together."""
    is_running, is_queued = row.status is JobStatus.RUNNING, row.status is JobStatus.QUEUED
    assert is_running == (row.heartbeat_at is not None), row
    assert (row.status in OVER) == (row.finished_at is not None), row
    assert row.attempt <= row.max_attempts, row
    is_handed_over = row.dispatch_nonce is not None
    assert not is_handed_over or (row.processor == "actions" and row.dispatched_at is not None), row
    expected = f"dispatch {row.dispatch_nonce}" if is_queued and is_handed_over else None
    if not is_running:
        assert row.claimed_by in (None, expected), row


class Queue(RuleBasedStateMachine):
    """A queue, its workers, its workflow runs, and the people who use it."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        folder = Path(self.opened.enter_context(tempfile.TemporaryDirectory(prefix="queue-")))
        shutil.copy(migrated_file(), folder / "queue.db")
        self.clock = ManualClock(START)
        store = self.opened.enter_context(open_store(f"sqlite:///{folder}/queue.db"))
        self.store = cast("Store", Watched(store, self.clock))
        self.github = FakeGitHub(self.clock)
        self.manager = HybridQueueManager(
            self.store,
            self.clock,
            settings=QueueSettings(jobs_repository="octo/jobs"),
            github=cast("GitHub", self.github),
            has_token=True,
            database="postgresql://server/captures",
            say=lambda _: None,
        )
        self.submitted: dict[str, None] = {}
        self.ended: dict[str, JobStatus] = {}
        self.workers: list[Worker] = []
        self.named = 0

    def teardown(self) -> None:
        try:
            self.everything_comes_to_an_end()
        finally:
            self.opened.close()

    def rows(self) -> list[CaptureJob]:
        """In the order in which they came, so that a rehearsal is the same each time."""
        known = list(self.submitted)
        rows = self.store.jobs(limit=1_000)
        return sorted(rows, key=lambda row: known.index(row.id) if row.id in self.submitted else len(known))

    # ---- people ------------------------------------------------------------------------------------------

    @initialize(
        moods=st.tuples(st.sampled_from(MOODS), st.sampled_from(MOODS)), lag=st.sampled_from([0.0, 45.0])
    )
    def two_things_are_needed(self, moods: tuple[str, str], lag: float) -> None:
        self.github.lag = lag
        for repository, mood in zip(REPOSITORIES, moods, strict=False):
            self.submit(repository, "workflow_runs", "actions", 1_001, mood)

    @rule(
        repository=st.sampled_from(REPOSITORIES),
        kind=st.sampled_from(["workflow_runs", "reviews", "pull_request_details"]),
        processor=st.sampled_from(["actions", "inline"]),
        items=st.sampled_from([10, 1_001]),
        mood=st.sampled_from(MOODS),
    )
    def submit(self, repository: str, kind: str, processor: Any, items: int, mood: str) -> None:
        """What is too large for inline waits for Actions, whatever it refuses."""
        self.github.mood = mood
        self.clock.advance(1)  # of two jobs of one second, chance (their ids) tells which comes first
        parameters = {"number": 1} if kind == "pull_request_details" else {"max_items": items}
        request = CaptureRequest(
            kind=kind, repository=repository, parameters=parameters, items=items, processor=processor
        )
        waiting = {row.request_key: row.id for row in self.rows() if row.status not in OVER}
        with suppress(ConfigurationError):  # refused: too large for inline
            job = self.manager.submit(request)
            assert waiting.get(job.request_key, job.id) == job.id
            self.submitted[job.id] = None
            if job.status is JobStatus.QUEUED:  # few attempts, so that they are used up
                self.store.replace_job(job, job.evolve(max_attempts=2))

    @rule(data=st.data(), wants=st.sampled_from(["cancel", "cancel", "retry"]))
    def somebody_decides(self, data: st.DataObject, wants: str) -> None:
        job = data.draw(st.sampled_from(self.rows()))
        with suppress(ConfigurationError, JobConflictError):
            decided = getattr(self.manager, wants)(job.id).status
            allowed = {"cancel": (JobStatus.CANCELLED, JobStatus.RUNNING), "retry": (JobStatus.QUEUED,)}
            assert decided in allowed[wants]
        self.end_workers_of_runs_that_are_over()

    # ---- time, and the queue itself ------------------------------------------------------------------------

    @rule(
        seconds=st.sampled_from([5, 61, 130, 400, 400, 7_200]),
        mood=st.sampled_from(MOODS),
        lag=st.sampled_from([0.0, 0.0, 45.0]),
        keep_in_order=st.sampled_from(["reconcile", "reconcile", "rescue", "both", "neither"]),
    )
    def time_passes(self, seconds: int, mood: str, lag: float, keep_in_order: str) -> None:
        self.clock.advance(seconds)
        self.github.mood, self.github.lag = mood, lag
        if keep_in_order in ("rescue", "both"):
            self.manager.rescue()
        if keep_in_order in ("reconcile", "both"):
            self.manager.reconcile()
            self.end_workers_of_runs_that_are_over()

    # ---- GitHub --------------------------------------------------------------------------------------------

    @precondition(lambda self: self.github.runs)
    @rule(data=st.data(), what=st.sampled_from(["begins", "begins", "ends", "ends", "goes on", "vanishes"]))
    def a_run_changes(self, data: st.DataObject, what: str) -> None:
        """One that goes on has started itself again before it ended, because its job paused."""
        run = self.github.runs[data.draw(st.sampled_from(sorted(self.github.runs)))]
        if what == "vanishes":
            del self.github.runs[run.id]
        elif run.is_live and what == "begins":
            self.begin_leg(run)
        elif run.is_live:
            run.status = "completed"
            run.conclusion = "success" if what == "goes on" else data.draw(st.sampled_from(CONCLUSIONS))
            job = self.store.job(run.job_id)
            if what == "goes on" and job is not None and job.status is JobStatus.PAUSED:
                self.github.start(run.job_id, run.nonce)
        self.end_workers_of_runs_that_are_over()

    def end_workers_of_runs_that_are_over(self) -> None:
        live = {None, *(run.id for run in self.github.runs.values() if run.is_live)}
        self.workers = [worker for worker in self.workers if worker.run_id in live]

    # ---- workers -------------------------------------------------------------------------------------------

    def begin_leg(self, run: FakeRun) -> None:
        run.status = "in_progress"
        self.take(run.job_id, run.id)

    @rule(data=st.data())
    def somebody_captures_the_same_by_hand(self, data: st.DataObject) -> None:
        self.take(data.draw(st.sampled_from(self.rows())).id, None)

    def take(self, job_id: str, run_id: int | None) -> None:
        """As `ProgressTracker.begin` takes a job."""
        before = self.store.job(job_id)
        assert before is not None
        now = self.clock.now()
        if before.status is JobStatus.RUNNING and not lease_expired(before, now=now):
            return
        if before.status in OVER:
            return
        queued = before if before.status is JobStatus.QUEUED else requeued(before, now=now)
        after = claimed(queued, by=self.new_name(), now=now)
        if after.attempt <= after.max_attempts and self.store.replace_job(before, after):
            self.taken(after, run_id)

    @rule()
    def an_inline_worker_claims(self) -> None:
        job = self.store.claim_next(worker=self.new_name(), now=self.clock.now(), processor="inline")
        if job is not None:
            assert job.dispatch_nonce is None, "what was handed to Actions is not for others"
            self.taken(job, None)

    def new_name(self) -> str:
        self.named += 1
        return f"worker {self.named}"

    def taken(self, job: CaptureJob, run_id: int | None) -> None:
        """Nobody who has shown life a moment ago may lose a job."""
        for other in self.workers:
            if other.job.id == job.id:
                assert other.job.heartbeat_at is not None
                assert self.clock.now() - other.job.heartbeat_at > LEASE, "done by two at a time"
        self.workers.append(Worker(job.claimed_by or "", job, run_id))

    @precondition(lambda self: self.workers)
    @rule(data=st.data(), what=st.sampled_from(["shows life", "shows life", "is killed", *Outcome]))
    def a_worker_goes_on(self, data: st.DataObject, what: str) -> None:
        worker = data.draw(st.sampled_from(self.workers))
        if what == "shows life":
            self.show_life(worker)
        elif what == "is killed":
            self.workers.remove(worker)
        else:
            self.settle(worker, Outcome(what), data.draw(st.sampled_from([None, 3, 90])))

    def show_life(self, worker: Worker) -> None:
        worker.job = worker.job.evolve(heartbeat_at=self.clock.now(), updated_at=self.clock.now())
        try:
            self.store.write_all([], checkpoint=worker.job)
        except JobConflictError:
            self.workers.remove(worker)

    def settle(self, worker: Worker, outcome: Outcome, minutes: int | None = None) -> None:
        now = self.clock.now()
        resume_at = now + timedelta(minutes=minutes) if minutes and outcome is Outcome.PAUSED else None
        self.store.replace_job(worker.job, settled(worker.job, outcome, now=now, resume_at=resume_at))
        self.workers.remove(worker)

    # ---- what always holds ---------------------------------------------------------------------------------

    @invariant()
    def the_table_makes_sense(self) -> None:
        rows = self.rows()
        assert self.submitted.keys() <= {row.id for row in rows}, "a job is lost"
        waiting = [row.request_key for row in rows if row.status not in OVER]
        assert len(waiting) == len(set(waiting)), "equal work waits twice"
        for row in rows:
            assert self.ended.get(row.id, row.status) is row.status, "what was over is not"
            if row.status in (JobStatus.SUCCEEDED, JobStatus.CANCELLED):
                self.ended[row.id] = row.status
            is_sound(row)

    @invariant()
    def no_job_has_two_runs_at_a_time(self) -> None:
        live = [run.job_id for run in self.github.runs.values() if run.is_live]
        assert len(live) == len(set(live)), live

    # ---- and no job is stuck -------------------------------------------------------------------------------

    def everything_comes_to_an_end(self) -> None:
        """In calm weather; failed jobs are tried again until they succeed."""
        self.github.mood = "ok"
        self.manager.reconcile()
        self.github.lag = 0.0
        self.workers.clear()
        self.calm_weeks_pass()
        for row in self.rows():
            assert row.status in OVER, row
            assert row.dispatch_nonce is None, row
            with suppress(ConfigurationError, JobConflictError):
                self.manager.retry(row.id)
        self.calm_weeks_pass()
        done = {row.request_key for row in self.rows() if row.status is JobStatus.SUCCEEDED}
        for row in self.rows():
            assert row.status is not JobStatus.FAILED or row.request_key in done, row

    def calm_weeks_pass(self) -> None:
        for _ in range(60):
            self.calm_hours_pass()
            if all(row.status in OVER and row.dispatch_nonce is None for row in self.rows()):
                return

    def calm_hours_pass(self) -> None:
        self.clock.advance(timedelta(hours=7).total_seconds())
        self.manager.rescue()
        self.manager.reconcile()
        self.no_job_has_two_runs_at_a_time()
        for run in [run for run in self.github.runs.values() if run.is_live]:
            self.begin_leg(run)
            run.status, run.conclusion = "completed", "success"
        for _ in self.rows():
            self.an_inline_worker_claims()
        for worker in list(self.workers):
            self.settle(worker, Outcome.SUCCEEDED)


QueueTest = Queue.TestCase
QueueTest.settings = settings(
    max_examples=18,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
