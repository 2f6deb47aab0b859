"""The one loop: what is stored stays, what fails is written down, what stops can go on."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_capture import NOW, Stage, numbers_in

from progressive_capture.lib.capture_job import CaptureJob, JobStatus, Outcome
from progressive_capture.lib.errors import (
    AuthenticationError,
    CapturePaused,
    ConfigurationError,
    GitHubUnavailableError,
    JobConflictError,
    NotFoundError,
    StoreError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.rate_limit_monitor import Spent
from progressive_capture.lib.store.contract import Store

ALL = set(range(1, 11))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "capture.db")


@pytest.fixture
def store(stage: Stage) -> Store:
    with stage.open_store() as opened:
        yield opened


def test_everything_done_is_succeeded_with_its_counts(stage: Stage, store: Store) -> None:
    result = stage.capture(store).run()
    assert result.outcome is Outcome.SUCCEEDED
    assert (result.processed, result.failed, result.inserted) == (10, 0, {"workflows": 10})
    assert numbers_in(stage.path) == ALL
    job = store.job(result.job_id)
    assert job is not None
    assert (job.status, job.processed_items, job.total_items) == (JobStatus.SUCCEEDED, 10, 10)
    assert (job.claimed_by, job.finished_at) == (None, NOW)


@pytest.mark.parametrize(
    "error",
    [
        NotFoundError("gone", status=404),
        UnexpectedPayloadError("HTML in the place of JSON"),
        GitHubUnavailableError("five times 502"),
    ],
)
def test_one_item_that_fails_is_written_down_and_the_rest_is_done(
    stage: Stage, store: Store, error: Exception
) -> None:
    def fail_at_four(number: int) -> None:
        if number == 4:
            raise error

    result = stage.capture(store, fail_at_four).run()
    assert (result.outcome, result.processed, result.failed) == (Outcome.FAILED, 9, 1)
    assert numbers_in(stage.path) == ALL - {4}
    (failure,) = store.failures(7, kind="workflows")
    assert (failure["item_key"], failure["error"], failure["attempts"]) == ("4", str(error), 1)


def test_what_failed_is_tried_again_by_the_next_run_and_then_settled(stage: Stage, store: Store) -> None:
    def fail_at_four(number: int) -> None:
        if number == 4:
            raise NotFoundError("gone", status=404)

    stage.capture(store, fail_at_four).run()
    stage.clock.advance(10 * 60)
    assert stage.capture(store).run().outcome is Outcome.SUCCEEDED
    assert numbers_in(stage.path) == ALL
    assert store.failures(7) == []


def test_until_its_time_has_come_a_failed_item_waits_and_nobody_calls_that_a_success(
    stage: Stage, store: Store
) -> None:
    asked: list[int] = []

    def fail_at_four(number: int) -> None:
        asked.append(number)
        if number == 4:
            raise NotFoundError("gone", status=404)

    stage.capture(store, fail_at_four).run()
    stage.clock.advance(10 * 60 - 1)
    result = stage.capture(store, fail_at_four).run()
    assert (result.outcome, result.failed, result.postponed) == (Outcome.FAILED, 0, 1)
    assert asked.count(4) == 1


def test_a_capture_whose_every_item_failed_is_not_a_success(stage: Stage, store: Store) -> None:
    def fail(_: int) -> None:
        raise UnexpectedPayloadError("garbage")

    result = stage.capture(store, fail).run()
    assert (result.outcome, result.failed) == (Outcome.FAILED, 10)


def test_github_gone_altogether_ends_the_capture_after_a_few_tries(stage: Stage, store: Store) -> None:
    asked: list[int] = []

    def unavailable(number: int) -> None:
        asked.append(number)
        raise GitHubUnavailableError("no connection")

    with pytest.raises(GitHubUnavailableError, match="no connection"):
        stage.capture(store, unavailable).run()
    assert 5 <= len(asked) < 10
    (job,) = store.jobs()
    assert (job.status, job.failed_items) == (JobStatus.FAILED, 5)


def test_a_refused_token_ends_the_capture_at_once_and_says_so_in_the_job(stage: Stage, store: Store) -> None:
    def refuse(_: int) -> None:
        raise AuthenticationError("Bad credentials", hint="Set GITHUB_TOKEN.")

    with pytest.raises(AuthenticationError):
        stage.capture(store, refuse).run()
    (job,) = store.jobs()
    assert (job.status, job.error) == (JobStatus.FAILED, "Bad credentials Set GITHUB_TOKEN.")


def test_a_spent_budget_pauses_and_the_next_run_resumes_the_same_job(stage: Stage, store: Store) -> None:
    reset = NOW + timedelta(minutes=40)

    def spent_at_five(number: int) -> None:
        if number >= 5:
            raise CapturePaused("the REST budget is spent", resume_at=reset)

    paused = stage.capture(store, spent_at_five).run()
    assert (paused.outcome, paused.resume_at, paused.failed) == (Outcome.PAUSED, reset, 0)
    assert numbers_in(stage.path) == {1, 2, 3, 4}
    job = store.job(paused.job_id)
    assert job is not None
    assert (job.status, job.resume_at) == (JobStatus.PAUSED, reset)

    resumed = stage.capture(store).run()
    assert (resumed.job_id, resumed.outcome, resumed.processed) == (paused.job_id, Outcome.SUCCEEDED, 10)
    assert numbers_in(stage.path) == ALL


def test_a_signal_stops_taking_work_and_stores_what_is_in_hand(stage: Stage, store: Store) -> None:
    def signal_at_three(number: int) -> None:
        if number == 3:
            stage.stop.set()

    result = stage.capture(store, signal_at_three).run()
    assert (result.outcome, result.reason) == (Outcome.PAUSED, "stopped by a signal")
    assert 3 in numbers_in(stage.path)
    assert len(numbers_in(stage.path)) < 10


def test_the_end_of_the_time_budget_pauses(stage: Stage, store: Store) -> None:
    def time_passes(_: int) -> None:
        stage.clock.advance(30)

    result = stage.capture(store, time_passes, deadline=NOW + timedelta(seconds=65)).run()
    assert (result.outcome, result.reason) == (Outcome.PAUSED, "the time budget is used up")
    assert 2 <= len(numbers_in(stage.path)) < 10


def test_a_stop_does_not_wait_for_an_answer_that_does_not_come(
    stage: Stage, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("progressive_capture.lib.fetch_pool.GRACE_SECONDS", 0.2)
    monkeypatch.setattr("progressive_capture.lib.fetch_pool.TICK_SECONDS", 0.05)
    never = threading.Event()

    def hang_at_two(number: int) -> None:
        if number == 2:
            stage.stop.set()
            never.wait()

    assert stage.capture(store, hang_at_two).run().outcome is Outcome.PAUSED
    assert 2 not in numbers_in(stage.path)
    never.set()


def test_a_second_worker_is_told_that_the_first_holds_the_job(stage: Stage, store: Store) -> None:
    second = Stage(stage.path, clock=stage.clock, identity="worker-2")
    conflicts: list[str] = []

    def start_another(number: int) -> None:
        if number == 1:
            with second.open_store() as other, pytest.raises(JobConflictError) as caught:
                second.capture(other).run()
            conflicts.append(str(caught.value))

    assert stage.capture(store, start_another).run().outcome is Outcome.SUCCEEDED
    assert conflicts == ["Another worker (worker-1) is capturing workflows of octo/example."]


def test_a_worker_whose_process_is_dead_gives_its_job_up_at_once(stage: Stage, store: Store) -> None:
    stage.tracker(store).begin("workflows", "octo/example", {})
    heir = Stage(stage.path, clock=stage.clock, identity="worker-2", dead=frozenset({"worker-1"}))
    with heir.open_store() as other:
        result = heir.capture(other).run()
    assert result.outcome is Outcome.SUCCEEDED
    job = store.job(result.job_id)
    assert job is not None
    assert job.attempt == 2


def test_a_worker_on_another_host_keeps_its_job_for_a_minute(stage: Stage, store: Store) -> None:
    stage.tracker(store).begin("workflows", "octo/example", {})
    heir = Stage(stage.path, clock=stage.clock, identity="worker-2")
    with heir.open_store() as other:
        stage.clock.advance(59)
        with pytest.raises(JobConflictError):
            heir.capture(other).run()
        stage.clock.advance(2)
        assert heir.capture(other).run().outcome is Outcome.SUCCEEDED


def queued(store: Store, **values: object) -> CaptureJob:
    job = CaptureJob(id="job", kind="workflows", repository="octo/example", created_at=NOW)
    return store.add_job(job.evolve(**values))


def test_a_job_that_this_very_worker_claimed_is_its_own_as_it_is(stage: Stage, store: Store) -> None:
    queued(store)
    mine = store.claim_next(worker="worker-1", now=stage.clock.now())
    stage.clock.advance(59)
    tracker = stage.tracker(store)
    assert tracker.begin("workflows", "Octo/Example", {}, job_id="job") == mine == store.job("job")
    tracker.settle(Outcome.SUCCEEDED, Spent())
    kept = store.job("job")
    assert kept is not None
    assert (kept.status, kept.attempt, kept.started_at) == (JobStatus.SUCCEEDED, 1, NOW)


def test_a_claimed_job_stays_its_worker_s_when_its_repository_is_renamed(stage: Stage, store: Store) -> None:
    queued(store, repository="octo/former")
    store.claim_next(worker="worker-1", now=stage.clock.now())
    taken = stage.tracker(store).begin("workflows", "octo/example", {}, job_id="job")
    assert taken.repository == "octo/former"
    with pytest.raises(ConfigurationError, match="is about workflows of octo/former, not artifacts"):
        stage.tracker(store).begin("artifacts", "octo/former", {}, job_id="job")


def test_a_job_that_another_worker_claimed_is_not_taken_from_it(stage: Stage, store: Store) -> None:
    queued(store)
    theirs = store.claim_next(worker="worker-2", now=stage.clock.now())
    with pytest.raises(JobConflictError, match="worker-2"):
        stage.tracker(store).begin("workflows", "octo/example", {}, job_id="job")
    assert store.job("job") == theirs


def test_a_worker_that_lost_its_job_stores_nothing_more(stage: Stage, store: Store) -> None:
    heir = Stage(stage.path, clock=stage.clock, identity="worker-2", dead=frozenset({"worker-1"}))
    stored_when_lost: list[set[int]] = []
    is_noted = threading.Event()

    def lose_the_job(number: int) -> None:
        if number == 3:
            with heir.open_store() as other:
                heir.tracker(other).begin("workflows", "octo/example", {})
            stored_when_lost.append(numbers_in(stage.path))
            is_noted.set()

    with pytest.raises(JobConflictError):
        stage.capture(store, lose_the_job).run()
    assert is_noted.wait(20)  # by the thread that fetches, which is not waited for
    assert [numbers_in(stage.path)] == stored_when_lost
    assert 3 not in numbers_in(stage.path)
    (job,) = store.jobs()
    assert (job.status, job.claimed_by) == (JobStatus.RUNNING, "worker-2")


def test_progress_names_the_pass_and_counts_to_its_end(stage: Stage, store: Store) -> None:
    stage.capture(store).run()
    last = stage.shown.snapshots[-1]
    assert (last.capture, last.title, last.done, last.total) == (
        "octo/example workflows",
        "numbers",
        10,
        10,
    )


@settings(max_examples=20, deadline=None)
@given(
    schedule=st.lists(
        st.tuples(st.integers(1, 10), st.sampled_from(["kill", "pause", "fail", "signal"])), max_size=6
    )
)
def test_whatever_interrupts_it_the_runs_together_end_complete(
    tmp_path_factory: pytest.TempPathFactory, schedule: list[tuple[int, str]]
) -> None:
    stage = Stage(tmp_path_factory.mktemp("loop") / "capture.db")
    stored: set[int] = set()
    for turn, (at, what) in enumerate([*schedule, (0, "nothing")]):
        stage.stop.clear()
        stage.clock.advance(2 * 24 * 3600)
        stage.identity = f"worker-{turn}"
        stage.dead = frozenset(f"worker-{earlier}" for earlier in range(turn))
        with stage.open_store() as store:
            _run_until(stage, store, at, what)
        assert numbers_in(stage.path) >= stored
        stored = numbers_in(stage.path)
    assert stored == ALL
    with stage.open_store() as store:
        assert store.failures(7) == []
        assert {job.status for job in store.jobs()} <= {JobStatus.SUCCEEDED, JobStatus.FAILED}


def _run_until(stage: Stage, store: Store, at: int, what: str) -> None:
    def happen(number: int) -> None:
        if number != at:
            return
        if what == "signal":
            stage.stop.set()
        elif what == "pause":
            raise CapturePaused("the budget is spent")
        elif what == "fail":
            raise UnexpectedPayloadError("garbage")
        elif what == "kill":
            raise StoreError("stands for a kill: the job is left as it is")

    try:
        stage.capture(store, happen).run()
    except StoreError:
        assert what == "kill"
