"""Dispatched jobs matched with their workflow runs: as a table, then with a store and a small GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from progressive_capture.lib.capture_job import CaptureJob, JobStatus, Outcome, claimed, requeued, settled
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import AuthenticationError, CapturePaused, GitHubUnavailableError
from progressive_capture.lib.github.workflow_control import RunState
from progressive_capture.lib.github.workflow_errors import WorkflowMissingError
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.opening import open_store
from queue_manager.costs import RunCost
from queue_manager.reconciling import Reconciled, Reconciler, outstanding
from queue_manager.verdicts import (
    GOES_ON_WITHIN,
    LONGEST_DELAY,
    SEEN_WITHIN,
    Next,
    Seen,
    applied,
    delay_before,
    verdict,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=2)
RUN = RunState(
    id=7,
    display_title="Workflow runs of octo/example job-1 word",
    status="in_progress",
    conclusion=None,
    event="workflow_dispatch",
    run_attempt=1,
    created_at="2026-11-22T10:00:01Z",
    html_url="https://github.com/octo/jobs/actions/runs/7",
)
NEW = CaptureJob(
    id="job-1",
    kind="workflow_runs",
    repository="octo/example",
    processor="actions",
    request_key="workflow_runs octo/example {}",
    created_at=LONG_AGO,
    updated_at=LONG_AGO,
)
QUEUED = NEW.evolve(
    dispatch_nonce="word",
    dispatched_at=LONG_AGO,
    claimed_by="dispatch word",
    workflow_run_id=7,
)
ALIVE = claimed(QUEUED, by="leg", now=NOW - timedelta(seconds=59))
DEAD = claimed(QUEUED, by="leg", now=LONG_AGO)
LAST_DEAD = DEAD.evolve(attempt=5)
PAUSED = settled(DEAD, Outcome.PAUSED, now=LONG_AGO, resume_at=NOW + timedelta(hours=1))
JUST_PAUSED = settled(DEAD, Outcome.PAUSED, now=NOW - GOES_ON_WITHIN / 2)
FAILED = settled(DEAD, Outcome.FAILED, now=LONG_AGO, error="three items failed")
LAST_FAILED = FAILED.evolve(attempt=5)
CANCELLED = QUEUED.evolve(status=JobStatus.CANCELLED)
SUCCEEDED = settled(DEAD, Outcome.SUCCEEDED, now=LONG_AGO)


def ended(conclusion: str) -> RunState:
    return replace(RUN, status="completed", conclusion=conclusion)


def unseen(job: CaptureJob, *, since: timedelta) -> CaptureJob:
    return job.evolve(workflow_run_id=None, dispatched_at=NOW - since)


SOON, LATE = SEEN_WITHIN - timedelta(seconds=1), SEEN_WITHIN
TABLE: list[tuple[str, CaptureJob, Seen, Next, str]] = [
    ("nobody could look", DEAD, "unknown", Next.LEAVE, "could not be looked at"),
    ("the run waits for a runner", QUEUED, replace(RUN, status="queued"), Next.LEAVE, "is queued"),
    ("the run works", ALIVE, RUN, Next.LEAVE, "is in_progress"),
    ("a leg died, the run goes on", DEAD, RUN, Next.LEAVE, "is in_progress"),
    ("a word of GitHub's that is new", DEAD, replace(RUN, status="dozing"), Next.LEAVE, "is dozing"),
    ("settled and succeeded", SUCCEEDED, ended("success"), Next.OVER, "succeeded"),
    ("cancelled, and its run goes on", CANCELLED, RUN, Next.END_RUN, "goes on"),
    ("cancelled, with its run", CANCELLED, ended("cancelled"), Next.OVER, "it is cancelled"),
    (
        "cancelled, and the run is not listed",
        unseen(CANCELLED, since=SOON),
        None,
        Next.LEAVE,
        "not listed yet",
    ),
    ("cancelled, and no run came", unseen(CANCELLED, since=LATE), None, Next.OVER, "it is cancelled"),
    ("settled, and the run failed later", SUCCEEDED, ended("failure"), Next.OVER, "succeeded"),
    ("another worker has it", ALIVE, ended("failure"), Next.LEAVE, "shows life"),
    ("another worker has it, the run is gone", ALIVE, None, Next.LEAVE, "shows life"),
    ("nobody settled it", DEAD, ended("success"), Next.AGAIN, "nobody settled it"),
    ("the leg died", DEAD, ended("failure"), Next.AGAIN, "failure"),
    ("the leg died for the last time", LAST_DEAD, ended("timed_out"), Next.FAIL, "attempts are used up"),
    ("the workflow file is broken", QUEUED, ended("startup_failure"), Next.AGAIN, "without having begun"),
    ("it is broken for the last time", QUEUED.evolve(attempt=4), ended("failure"), Next.FAIL, "used up"),
    ("the run did nothing with it", QUEUED, ended("success"), Next.AGAIN, "without having begun"),
    ("it failed", FAILED, ended("failure"), Next.AGAIN, "three items failed"),
    ("it failed for the last time", LAST_FAILED, ended("failure"), Next.OVER, "used up"),
    ("it paused", PAUSED, ended("success"), Next.OVER, "paused"),
    ("it paused this minute", JUST_PAUSED, ended("success"), Next.LEAVE, "may go on by itself"),
    ("it paused, and finish died", PAUSED, ended("failure"), Next.OVER, "paused"),
    ("a person cancelled before it began", QUEUED, ended("cancelled"), Next.CANCEL, "was cancelled"),
    ("a person cancelled, it paused", JUST_PAUSED, ended("cancelled"), Next.CANCEL, "was cancelled"),
    ("a person cancelled, a leg was killed", DEAD, ended("cancelled"), Next.CANCEL, "was cancelled"),
    ("a person cancelled what had failed", FAILED, ended("cancelled"), Next.OVER, "it failed"),
    ("a person cancelled what is done", SUCCEEDED, ended("cancelled"), Next.OVER, "succeeded"),
    ("the run vanished before it began", QUEUED, None, Next.AGAIN, "is not there any more"),
    ("the run vanished in the middle", DEAD, None, Next.AGAIN, "is not there any more"),
    ("the run vanished, it failed", FAILED, None, Next.AGAIN, "is not there any more"),
    ("the run vanished, it paused", PAUSED, None, Next.OVER, "paused"),
    ("the run vanished, it is done", SUCCEEDED, None, Next.OVER, "succeeded"),
    ("asked a moment ago, not listed", unseen(QUEUED, since=SOON), None, Next.LEAVE, "not listed yet"),
    ("asked long ago, never listed", unseen(QUEUED, since=LATE), None, Next.AGAIN, "no workflow run came"),
    ("never listed, and done", unseen(SUCCEEDED, since=LATE), None, Next.OVER, "succeeded"),
    (
        "never listed for the last time",
        unseen(QUEUED.evolve(attempt=4), since=LATE),
        None,
        Next.FAIL,
        "used up",
    ),
]


@pytest.mark.parametrize(
    ("job", "run", "what", "why"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_row_and_the_run_decide(job: CaptureJob, run: Seen, what: Next, why: str) -> None:
    said = verdict(job, run, NOW)
    assert (said.next, why in said.reason) == (what, True), said


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_every_verdict_can_be_carried_out_by_legal_moves(
    row: tuple[str, CaptureJob, Seen, Next, str],
) -> None:
    _, job, run, what, _ = row
    after = applied(job, verdict(job, run, NOW), NOW)
    becomes = {Next.AGAIN: JobStatus.QUEUED, Next.FAIL: JobStatus.FAILED, Next.CANCEL: JobStatus.CANCELLED}
    assert after.status is becomes.get(what, job.status)
    assert (after.dispatch_nonce is None) == (what not in (Next.LEAVE, Next.END_RUN))
    if what is Next.AGAIN:
        assert (after.dispatched_at, after.workflow_run_id, after.claimed_by) == (None, None, None)
        assert after.next_attempt_at is not None
        assert after.next_attempt_at > NOW


def test_a_run_that_never_began_with_its_job_uses_up_an_attempt() -> None:
    again = applied(QUEUED, verdict(QUEUED, ended("failure"), NOW), NOW)
    assert again.attempt == 1
    assert again.error == "its workflow run 7 ended (failure) without having begun with it"


def test_a_leg_that_died_has_used_up_its_attempt_already() -> None:
    assert applied(DEAD, verdict(DEAD, ended("failure"), NOW), NOW).attempt == DEAD.attempt == 1


def test_a_job_that_failed_waits_as_long_as_its_items() -> None:
    again = applied(FAILED, verdict(FAILED, ended("failure"), NOW), NOW)
    assert (again.next_attempt_at, again.error) == (NOW + timedelta(minutes=10), "three items failed")


def test_a_pause_uses_up_no_attempt() -> None:
    assert applied(PAUSED, verdict(PAUSED, ended("success"), NOW), NOW) == PAUSED.evolve(dispatch_nonce=None)
    gone_on = requeued(PAUSED, now=NOW).evolve(dispatch_nonce="word", workflow_run_id=7)
    assert applied(gone_on, verdict(gone_on, ended("failure"), NOW), NOW).attempt == 1


def test_each_attempt_waits_twice_as_long_and_none_for_ever() -> None:
    waits = [delay_before(attempt) for attempt in range(1, 12)]
    assert waits[:4] == [timedelta(seconds=30 * 2**n) for n in range(4)]
    assert waits[-1] == LONGEST_DELAY == delay_before(10_000)
    assert delay_before(0) == waits[0]


def test_what_github_says_reaches_no_terminal_raw() -> None:
    run = replace(RUN, status="completed", conclusion="\x1b[31mred" + "x" * 500)
    reason = verdict(DEAD, run, NOW).reason
    assert "\x1b" not in reason
    assert len(reason) < 150


# ---- with a store, and a small GitHub ------------------------------------------------------------------


class Runs:
    """Workflow runs as they would be listed; counts what is asked."""

    def __init__(self) -> None:
        self.runs: list[RunState] = []
        self.hidden: list[RunState] = []
        self.fails: Exception | None = None
        self.refuses: Exception | None = None
        self.cancelled: list[int] = []
        self.asked: list[Any] = []
        self.page_size = 100

    def runs_of(
        self, full_name: str, file: str, *, page: int = 1, **filters: str
    ) -> tuple[list[RunState], bool]:
        self.asked.append((file, page))
        assert (full_name, filters["event"]) == ("octo/jobs", "workflow_dispatch")
        if self.fails is not None:
            raise self.fails
        newest = sorted(self.runs, key=lambda run: -run.id)
        shown = newest[(page - 1) * self.page_size : page * self.page_size]
        return shown, page * self.page_size < len(newest)

    def run(self, full_name: str, run_id: int) -> RunState:  # noqa: ARG002
        self.asked.append(run_id)
        for run in (*self.runs, *self.hidden):
            if run.id == run_id:
                return run
        raise WorkflowMissingError("gone", status=404)

    def cancel(self, full_name: str, run_id: int) -> bool:
        assert full_name == "octo/jobs"
        if self.refuses is not None:
            raise self.refuses
        self.cancelled.append(run_id)
        return True


class Scene:
    """A store with dispatched jobs, a small GitHub, and a clock."""

    def __init__(self, path: Path) -> None:
        self.store: Store = open_store(f"sqlite:///{path / 'queue.db'}")
        self.store.prepare()
        self.github = Runs()
        self.clock = ManualClock(NOW)
        self.costs: dict[int, RunCost | Exception] = {}
        self.paid: list[int] = []

    def cost_of(self, run_id: int) -> RunCost:
        self.paid.append(run_id)
        cost = self.costs.get(run_id, RunCost(minutes=3, dollars=0.018))
        if isinstance(cost, Exception):
            raise cost
        return cost

    def reconciler(self, *, control: Runs | None = None, asks: bool = True) -> Reconciler:
        return Reconciler(
            self.store,
            (control or self.github) if asks else None,
            self.clock,
            jobs_repository="octo/jobs",
            cost_of=self.cost_of,
        )

    def keep(self, job: CaptureJob, **changes: Any) -> CaptureJob:
        return self.store.add_job(job.evolve(**changes))

    def reconcile(self) -> Reconciled:
        return self.reconciler().reconcile()

    def row(self, job: CaptureJob) -> CaptureJob:
        found = self.store.job(job.id)
        assert found is not None
        return found


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    scene.store.close()


def test_one_listing_serves_all_jobs_of_a_workflow(scene: Scene) -> None:
    for number in range(20):
        scene.keep(QUEUED, id=f"job-{number}", request_key=f"{number}", workflow_run_id=number)
        scene.github.runs.append(replace(RUN, id=number))
    scene.keep(QUEUED, id="other", kind="artifacts", request_key="other", workflow_run_id=99)
    scene.github.runs.append(replace(RUN, id=99))
    done = scene.reconcile()
    assert (done.looked_at, done.changes, done.problems) == (21, [], [])
    assert scene.github.asked == [("artifact-bulk.yml", 1), ("historical-sync.yml", 1)]


def test_nothing_dispatched_asks_nothing(scene: Scene) -> None:
    scene.keep(NEW)
    assert scene.reconcile() == Reconciled()
    assert scene.github.asked == []


def test_what_the_listing_does_not_show_is_asked_one_by_one(scene: Scene) -> None:
    job = scene.keep(QUEUED)
    scene.github.hidden.append(ended("cancelled"))
    scene.reconcile()
    assert scene.github.asked == [("historical-sync.yml", 1), 7]
    assert scene.row(job).status is JobStatus.CANCELLED


def test_a_run_is_found_by_its_word_and_never_by_its_time(scene: Scene) -> None:
    job = scene.keep(unseen(QUEUED, since=LATE))
    scene.github.runs = [
        replace(RUN, id=6, display_title="Workflow runs of octo/example job-1 words"),
        replace(RUN, id=8, display_title="Workflow runs of octo/example job-1 other"),
        RUN,
        replace(RUN, id=9, event="push"),
    ]
    scene.reconcile()
    found = scene.row(job)
    assert (found.workflow_run_id, found.workflow_run_url) == (7, RUN.html_url)
    assert (found.status, found.dispatch_nonce) == (JobStatus.QUEUED, "word")


def test_a_listing_that_ends_before_the_dispatch_proves_nothing(scene: Scene) -> None:
    job = scene.keep(unseen(QUEUED, since=timedelta(hours=12)))
    scene.github.page_size = 1
    scene.github.runs = [
        replace(RUN, id=number, display_title="another", created_at="2026-11-22T11:00:00Z")
        for number in range(100, 130)
    ]
    assert scene.reconcile().changes == []
    assert len(scene.github.asked) == 10
    assert scene.row(job) == job


def test_a_run_whose_workflow_started_itself_again_is_followed(scene: Scene) -> None:
    job = scene.keep(PAUSED.evolve(resume_at=None, updated_at=NOW))
    scene.github.runs = [ended("success"), replace(RUN, id=11)]
    scene.reconcile()
    row = scene.row(job)
    assert (row.status, row.workflow_run_id, row.dispatch_nonce) == (JobStatus.PAUSED, 11, "word")
    assert (row.runner_minutes, row.cost_usd) == (3, 0.018)  # of the first one, which is over
    scene.reconcile()
    assert scene.paid == [7]
    scene.store.replace_job(
        row, settled(claimed(requeued(row, now=NOW), by="leg", now=NOW), Outcome.SUCCEEDED, now=NOW)
    )
    scene.github.runs = [ended("success"), replace(ended("success"), id=11)]
    scene.reconcile()
    row = scene.row(job)
    assert (row.status, row.dispatch_nonce, row.runner_minutes) == (JobStatus.SUCCEEDED, None, 6)
    assert scene.paid == [7, 11]


def test_a_run_that_came_after_its_job_was_cancelled_is_cancelled(scene: Scene) -> None:
    job = scene.keep(unseen(CANCELLED, since=SOON))
    scene.github.runs = [RUN]
    scene.github.refuses = AuthenticationError("not with this token")
    assert "Workflow run 7 could not be cancelled. not with" in scene.reconcile().problems[0]
    scene.github.refuses = None
    scene.reconcile()
    assert (scene.github.cancelled, scene.row(job).workflow_run_id) == ([7], 7)
    scene.github.runs = [ended("cancelled")]
    scene.reconcile()
    assert (scene.row(job).status, scene.row(job).dispatch_nonce) == (JobStatus.CANCELLED, None)


def test_what_a_run_cost_is_written_once_it_is_over_and_asked_once(scene: Scene) -> None:
    job = scene.keep(SUCCEEDED)
    scene.github.runs = [ended("success")]
    scene.reconcile()
    scene.reconcile()
    row = scene.row(job)
    assert (row.runner_minutes, row.cost_usd, scene.paid) == (3, 0.018, [7])
    assert outstanding(scene.store) == []
    assert row.workflow_run_id == 7


def test_costs_that_cannot_be_asked_now_are_asked_later_and_others_are_told(scene: Scene) -> None:
    job = scene.keep(SUCCEEDED)
    scene.github.runs = [ended("success")]
    scene.costs[7] = CapturePaused("the budget is spent")
    assert "budget is spent" in scene.reconcile().problems[0]
    assert outstanding(scene.store) == [job]
    scene.costs[7] = AuthenticationError("not for you")
    assert "What run 7 cost is not known" in scene.reconcile().problems[0]
    assert outstanding(scene.store) == []


def test_a_deleted_run_costs_what_nobody_can_tell(scene: Scene) -> None:
    job = scene.keep(SUCCEEDED)
    scene.github.runs = [ended("success")]
    scene.costs[7] = WorkflowMissingError("deleted", status=404)
    assert scene.reconcile().problems == []
    assert scene.row(job).dispatch_nonce is None


@pytest.mark.parametrize(
    "failure", [GitHubUnavailableError("an incident"), CapturePaused("the budget is spent")]
)
def test_where_github_does_not_answer_nothing_is_decided(scene: Scene, failure: Exception) -> None:
    job = scene.keep(DEAD)
    scene.github.fails = failure
    done = scene.reconcile()
    assert (done.changes, len(done.problems)) == ([], 1)
    assert scene.row(job) == job


def test_a_hidden_workflow_proves_nothing_of_its_runs(scene: Scene) -> None:
    unknown, known = scene.keep(unseen(QUEUED, since=LATE)), scene.keep(DEAD, id="b", request_key="b")
    scene.github.fails = WorkflowMissingError("not there, or hidden", status=404)
    done = scene.reconcile()
    assert (done.changes, done.problems) == ([], ["not there, or hidden"])
    assert (scene.row(unknown), scene.row(known)) == (unknown, known)


def test_without_github_nothing_is_decided_and_that_is_told(scene: Scene) -> None:
    job = scene.keep(DEAD)
    done = scene.reconciler(asks=False).reconcile()
    assert "GitHub cannot be asked" in done.problems[0]
    assert scene.row(job) == job


def test_a_failed_job_stays_as_it_is_where_equal_work_waits_already(scene: Scene) -> None:
    failed = scene.keep(FAILED)
    anew = scene.keep(NEW, id="job-2")
    scene.github.runs = [ended("failure")]
    (change,) = scene.reconcile().changes
    assert change.reason == "equal work waits"
    assert (scene.row(failed).status, scene.row(failed).dispatch_nonce) == (JobStatus.FAILED, None)
    assert scene.row(anew) == anew


def test_a_running_row_is_left_to_its_worker(scene: Scene) -> None:
    job = scene.keep(ALIVE, workflow_run_id=None)
    scene.github.runs = [RUN]
    assert scene.reconcile().changes == []
    assert scene.row(job) == job


def test_whoever_was_faster_wins(scene: Scene) -> None:
    job = scene.keep(DEAD)
    scene.github.runs = [ended("failure")]
    taken = claimed(requeued(DEAD, now=NOW), by="another", now=NOW)

    class Slow(Runs):
        def runs_of(self, *_: Any, **__: Any) -> tuple[list[RunState], bool]:
            assert scene.store.replace_job(job, taken)
            return [ended("failure")], False

    assert scene.reconciler(control=Slow()).reconcile().changes == []
    assert scene.row(job) == taken


# ---- jobs of several chunks ----------------------------------------------------------------------------


def parts(scene: Scene, *jobs: CaptureJob) -> list[CaptureJob]:
    return [
        scene.keep(
            job,
            id=f"part-{index}",
            request_key=f"part-{index}",
            parent_id="job-1",
            chunk_index=index,
            chunk_count=len(jobs),
            dispatch_nonce=None,
            dispatched_at=None,
            workflow_run_id=None,
        )
        for index, job in enumerate(jobs)
    ]


def test_a_job_with_chunks_lives_while_a_chunk_does(scene: Scene) -> None:
    job = scene.keep(DEAD)
    parts(scene, SUCCEEDED, ALIVE)
    scene.github.runs = [ended("failure")]
    assert scene.reconcile().changes == []
    scene.clock.advance(120)
    scene.reconcile()
    assert scene.row(job).status is JobStatus.QUEUED


def test_cancelling_the_run_cancels_the_chunks_that_wait(scene: Scene) -> None:
    job = scene.keep(DEAD)
    done, waiting, paused = parts(scene, SUCCEEDED, QUEUED.evolve(claimed_by=None), PAUSED)
    scene.github.runs = [ended("cancelled")]
    scene.reconcile()
    statuses = [scene.row(each).status.value for each in (job, done, waiting, paused)]
    assert statuses == ["cancelled", "succeeded", "cancelled", "cancelled"]


# ---- jobs of workers that died -------------------------------------------------------------------------

INLINE = NEW.evolve(processor="inline")
INLINE_DEAD = claimed(INLINE, by="host/1/2/3", now=LONG_AGO)


def test_a_job_whose_worker_died_goes_back_to_the_queue_after_a_delay(scene: Scene) -> None:
    job = scene.keep(INLINE_DEAD)
    alive = scene.keep(INLINE_DEAD, id="alive", request_key="b", heartbeat_at=NOW)
    scene.reconciler().rescue()
    row = scene.row(job)
    assert (row.status, row.attempt, row.claimed_by) == (JobStatus.QUEUED, 1, None)
    assert (row.error, row.next_attempt_at) == (
        "its worker showed no life any more",
        NOW + timedelta(seconds=30),
    )
    assert scene.row(alive) == alive


def test_a_job_that_kills_its_workers_fails_in_the_end(scene: Scene) -> None:
    job = scene.keep(INLINE)
    for attempt in range(1, 6):
        waiting = scene.row(job)
        assert waiting.status is JobStatus.QUEUED
        scene.clock.advance(7200)
        assert scene.store.replace_job(
            waiting, claimed(waiting, by=f"worker {attempt}", now=scene.clock.now())
        )
        scene.clock.advance(61)
        scene.reconciler().rescue()
    row = scene.row(job)
    assert (row.status, row.outcome, row.attempt) == (JobStatus.FAILED, Outcome.FAILED, 5)
    assert row.error == "its worker showed no life any more; its 5 attempts are used up"


def test_a_dispatched_job_is_not_rescued_but_reconciled(scene: Scene) -> None:
    job = scene.keep(DEAD)
    assert scene.reconciler().rescue() == Reconciled()
    assert scene.row(job) == job


def test_a_plan_of_a_workflow_run_lives_while_the_run_does(scene: Scene) -> None:
    job = scene.keep(DEAD, dispatch_nonce=None, dispatched_at=None)
    parts(scene, QUEUED)
    scene.github.hidden = [RUN]
    scene.reconciler().rescue()
    assert scene.row(job) == job
    scene.github.hidden = [ended("failure")]
    scene.reconciler().rescue()
    assert scene.row(job).status is JobStatus.QUEUED


def test_a_plan_whose_run_cannot_be_looked_at_is_left(scene: Scene) -> None:
    job = scene.keep(DEAD, dispatch_nonce=None, dispatched_at=None)
    parts(scene, QUEUED)
    scene.reconciler(asks=False).rescue()
    assert scene.row(job) == job


def test_a_plan_whose_run_is_of_another_repository_is_left(scene: Scene) -> None:
    url = "https://github.com/octo/elsewhere/actions/runs/7"
    job = scene.keep(DEAD, dispatch_nonce=None, dispatched_at=None, workflow_run_url=url)
    parts(scene, QUEUED)
    scene.reconciler().rescue()
    assert scene.row(job) == job


def test_somebodys_own_plan_waits_for_its_legs(scene: Scene) -> None:
    job = scene.keep(DEAD, dispatch_nonce=None, dispatched_at=None, workflow_run_id=None)
    (part,) = parts(scene, QUEUED)
    scene.reconciler().rescue()
    assert scene.row(job) == job
    over = settled(claimed(part, by="leg", now=NOW), Outcome.SUCCEEDED, now=NOW)
    assert scene.store.replace_job(part, over)
    scene.reconciler().rescue()
    assert scene.row(job).status is JobStatus.QUEUED


# ---- jobs that paused ----------------------------------------------------------------------------------


def test_a_paused_job_goes_on_when_its_time_has_come_and_uses_up_no_attempt(scene: Scene) -> None:
    job = scene.keep(settled(INLINE_DEAD, Outcome.PAUSED, now=LONG_AGO, resume_at=NOW))
    early = scene.keep(
        settled(INLINE_DEAD, Outcome.PAUSED, now=LONG_AGO, resume_at=NOW + timedelta(seconds=1)),
        id="early",
        request_key="b",
    )
    scene.reconciler().wake()
    row = scene.row(job)
    assert row.status is JobStatus.QUEUED
    assert claimed(row, by="worker", now=NOW).attempt == 1
    assert scene.row(early) == early


def test_a_paused_job_is_left_while_its_workflow_may_go_on_by_itself(scene: Scene) -> None:
    outstanding_one = scene.keep(PAUSED.evolve(resume_at=None))
    just_paused = scene.keep(
        PAUSED.evolve(resume_at=None, dispatch_nonce=None, updated_at=NOW), id="b", request_key="b"
    )
    (chunk,) = parts(scene, PAUSED.evolve(resume_at=None))
    assert scene.reconciler().wake().changes == []
    scene.clock.advance(GOES_ON_WITHIN.total_seconds())
    scene.reconciler().wake()
    assert scene.row(just_paused).status is JobStatus.QUEUED
    assert scene.row(outstanding_one) == outstanding_one
    assert scene.row(chunk) == chunk
