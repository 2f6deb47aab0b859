"""Workers of a queue: each job once, given back when it fails or pauses, nothing lost however one ends."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from child import count_rows
from offices import Office, Offices, WorkerProcess, path_of
from postgres_server import PostgresServer, migrated_database
from truth import differences, expected_runs, stored
from whole_truth import untruths

from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.lib.assembly import Options
from progressive_capture.lib.base_capture import BaseCapture
from progressive_capture.lib.capture_job import LEASE, CaptureJob, JobStatus, Outcome, claimed, settled
from progressive_capture.lib.capture_values import Asked, Collaborators, Pass, Repository
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import (
    AuthenticationError,
    CaptureError,
    CapturePaused,
    GitHubUnavailableError,
    StoreError,
)
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.normalize.rows import Batch, Failure
from progressive_capture.lib.running import Ended
from progressive_capture.lib.store.failures import retry_delay
from progressive_capture.lib.store.opening import open_store
from queue_manager.ends_of_jobs import WorkedOn, in_one_line, left

NOW = datetime.fromisoformat("2026-11-22T12:00:00Z")
TINY = ("--runs", 6, "--unfinished", 0, "--artifacts-share", 0)
SMALL = ("--runs", 12, "--unfinished", 0, "--rerun-share", 0.2)


@dataclass(frozen=True)
class Moment:
    """Before a capture brings this number."""

    number: int
    job_id: str | None


Script = Callable[[Moment], object]


def nothing(moment: Moment) -> None:
    """What a script says where nothing happens."""
    del moment


class Acting(BaseCapture):
    """A capture of ten numbers that does as a test says before it brings each."""

    kind = "workflow_runs"
    script: Script = staticmethod(nothing)

    def __init__(
        self, repository: Repository, asked: Asked, collaborators: Collaborators, github: GitHub
    ) -> None:
        super().__init__(repository, asked, collaborators)
        del github

    def passes(self) -> Iterator[Pass]:
        yield Pass(title="numbers", units=range(10), fetch=self._fetch, key=str, items=10, at_once=1)

    def _fetch(self, number: int) -> Iterator[Batch]:
        self.script(Moment(number, self.with_.job_id))
        yield Batch(processed=1)


def acting(script: Script) -> dict[str, Any]:
    """The kinds of a worker that does as the script says."""
    return {"workflow_runs": type("Acts", (Acting,), {"script": staticmethod(script)})}


def fails_with(error: BaseException) -> dict[str, Any]:
    def fail(_: Moment) -> None:
        raise error

    return acting(fail)


# ---- how a job is left (pure) ------------------------------------------------------------------------


def a_job(**values: Any) -> CaptureJob:
    queued = CaptureJob(id="job", kind="artifacts", repository="octo/example", created_at=NOW)
    return claimed(queued, by="me", now=NOW).evolve(**values)


def failed_job(**values: Any) -> CaptureJob:
    return settled(a_job(), Outcome.FAILED, now=NOW, error="reset by peer").evolve(**values)


def as_left(job: CaptureJob, ended: Ended | None = None, **more: Any) -> CaptureJob:
    return left(job, ended or Ended("octo/example"), by="me", now=NOW, **more)


@pytest.mark.parametrize("attempt", [1, 2, 4])
def test_a_job_that_failed_is_tried_again_later_and_later_with_its_reason(attempt: int) -> None:
    job = as_left(failed_job(attempt=attempt))
    assert (job.status, job.attempt, job.error) == (JobStatus.QUEUED, attempt, "reset by peer")
    assert job.next_attempt_at == NOW + retry_delay(attempt)
    assert job.finished_at is None
    assert claimed(job, by="another", now=NOW).attempt == attempt + 1


def test_after_its_last_attempt_a_job_stays_failed_and_says_why() -> None:
    job = as_left(failed_job(attempt=5))
    assert (job.status, job.error) == (JobStatus.FAILED, "reset by peer; its 5 attempts are used up")


def test_a_job_is_not_tried_again_before_the_items_that_failed_may_be() -> None:
    late = NOW + timedelta(days=1)
    job = as_left(failed_job(error=None, failed_items=2), items_due=late)
    assert (job.next_attempt_at, job.error) == (late, "2 items could not be captured")
    soon = as_left(failed_job(), items_due=NOW)
    assert soon.next_attempt_at == NOW + retry_delay(1)


def test_a_pause_uses_up_no_attempt() -> None:
    later = NOW + timedelta(hours=1)
    paused = settled(a_job(), Outcome.PAUSED, now=NOW, error="budget", resume_at=later)
    assert as_left(paused) == paused


def test_a_job_whose_capture_never_began_is_settled_for_it() -> None:
    later = NOW + timedelta(hours=1)
    paused = as_left(a_job(), Ended("octo/example", pause=CapturePaused("budget", resume_at=later)))
    assert (paused.status, paused.error, paused.resume_at) == (JobStatus.PAUSED, "budget", later)
    assert paused.claimed_by is None
    failed = as_left(a_job(), Ended("octo/example", error=CaptureError("no such thing", hint="Look.")))
    assert (failed.status, failed.error) == (JobStatus.QUEUED, "no such thing Look.")
    assert as_left(a_job()).error == "its capture did not begin"


def test_what_somebody_else_holds_or_has_ended_is_left_alone() -> None:
    for job in (
        a_job(claimed_by="another"),
        settled(a_job(), Outcome.SUCCEEDED, now=NOW),
        a_job(status=JobStatus.CANCELLED),
        a_job(status=JobStatus.QUEUED, claimed_by=None),
    ):
        assert as_left(job) == job


def test_a_job_is_told_in_one_line_without_anybody_s_control_sequences() -> None:
    took = timedelta(seconds=1.25)
    job = as_left(failed_job(error="\x1b[31mred"))
    said = in_one_line(WorkedOn(job=job, ended=Ended("octo/example"), took=took))
    assert "\x1b" not in said
    assert said.startswith("artifacts of octo/example queued after 1.2 s: ")
    assert said.endswith("; again from 2026-11-22 12:10:00 UTC on")
    done = settled(a_job(), Outcome.SUCCEEDED, now=NOW)
    assert (
        in_one_line(WorkedOn(job=done, ended=Ended("octo/example"), took=took))
        == "artifacts of octo/example succeeded after 1.2 s"
    )


# ---- one job -----------------------------------------------------------------------------------------


def test_a_claimed_job_is_captured_and_settled_and_the_data_is_the_truth(office: Offices) -> None:
    here = office(*SMALL)
    runs, jobs = here.submit(), here.submit("workflow_jobs", depth="full")
    worker = here.worker()
    first = worker.work_once()
    second = worker.work_once()
    assert first is not None
    assert second is not None
    assert worker.work_once() is None
    for done, job in ((first, runs), (second, jobs)):
        kept = here.job(job.id)
        assert done.job == kept
        assert (kept.status, kept.attempt, kept.claimed_by) == (JobStatus.SUCCEEDED, 1, None)
        assert kept.rest_requests > 0
    assert untruths(path_of(here), here.simulator) == []


def test_only_inline_jobs_of_its_kinds_and_its_repository_are_a_worker_s(office: Offices) -> None:
    here = office(*TINY)
    mine = here.submit()
    with here.open_store() as store:
        store.add_jobs(
            [
                mine.evolve(id="actions", request_key="1", processor="actions", priority=9),
                mine.evolve(id="reviews", request_key="2", kind="reviews", priority=9),
                mine.evolve(id="elsewhere", request_key="3", repository="octo/other", priority=9),
            ]
        )
    worker = here.worker(
        kinds={"workflow_runs": HistoricalSync}, repository=here.simulator.repository.upper()
    )
    worked = worker.work()
    assert worked.jobs == {JobStatus.SUCCEEDED: 1}
    assert worked.exit_code == 0
    assert here.job(mine.id).status is JobStatus.SUCCEEDED
    assert {here.job(name).status for name in ("actions", "reviews", "elsewhere")} == {JobStatus.QUEUED}


def test_one_job_can_be_had_by_its_id_and_only_while_it_is_queued(office: Offices) -> None:
    here = office(*TINY)
    other, mine = here.submit(max_items=1), here.submit()
    worker = here.worker()
    done = worker.run(mine.id)
    assert done is not None
    assert done.job.status is JobStatus.SUCCEEDED
    assert worker.run(mine.id) is worker.run("unknown") is None
    assert here.job(other.id).status is JobStatus.QUEUED


def test_a_repository_that_was_renamed_meanwhile_is_captured_under_its_new_name(office: Offices) -> None:
    here = office(*TINY)
    job = here.submit(repository="octo/former-example")
    done = here.worker().work_once()
    assert done is not None
    assert (done.job.status, done.job.id) == (JobStatus.SUCCEEDED, job.id)
    assert differences(stored(path_of(here), "workflow_runs"), expected_runs(here.simulator)) == []


def test_a_job_about_no_repository_fails_again_and_again_and_then_for_good(office: Offices) -> None:
    here = office(*TINY)
    job = here.submit(repository="octo/nobody")
    worker = here.worker()
    for attempt in range(1, 6):
        worked = worker.work()
        here.let_pass(retry_delay(attempt).total_seconds())
        status = JobStatus.QUEUED if attempt < 5 else JobStatus.FAILED
        assert worked.jobs == {status: 1}, attempt
    kept = here.job(job.id)
    assert kept.attempt == 5
    assert kept.error is not None
    assert "GitHub shows no repository octo/nobody" in kept.error
    assert kept.error.endswith("its 5 attempts are used up")
    assert worked.exit_code == 1
    assert worker.work().jobs == {}


def test_a_job_that_nobody_can_read_fails_and_the_next_one_is_done(office: Offices) -> None:
    here = office(*TINY)
    with here.open_store() as store:
        store.prepare()
        garbage = here.submit().evolve(
            id="garbage", request_key="", priority=9, parameters={"since": "the day before"}
        )
        store.add_job(garbage)
    worked = here.worker().work()
    assert worked.jobs == {JobStatus.QUEUED: 1, JobStatus.SUCCEEDED: 1}
    assert (here.job("garbage").error or "").startswith("ValueError: ")


def test_a_capture_with_a_bug_costs_its_job_an_attempt_and_not_the_worker(office: Offices) -> None:
    here = office(*TINY)
    job = here.submit()
    worked = here.worker(kinds=fails_with(ZeroDivisionError("division by zero"))).work()
    assert (worked.error, worked.jobs) == (None, {JobStatus.QUEUED: 1})
    assert here.job(job.id).error == "ZeroDivisionError: division by zero"


def test_items_that_failed_are_waited_for(office: Offices) -> None:
    here = office(*TINY)
    job = here.submit()

    class Losing(Acting):
        def _fetch(self, number: int) -> Iterator[Batch]:
            yield Batch(failures=[Failure(item=self.item(f"item {number}"), error="gone")])

    for attempt in (1, 2):
        worked = here.worker(kinds={"workflow_runs": Losing}).work()
        kept = here.job(job.id)
        assert (worked.jobs, kept.attempt) == ({JobStatus.QUEUED: 1}, attempt)
        assert kept.next_attempt_at is not None
        with here.open_store() as store:
            row = store.repository(here.simulator.repository)
            assert row is not None
            due = min(failure["next_attempt_at"] for failure in store.failures(row["id"]))
        assert kept.next_attempt_at >= due
        here.let_pass((kept.next_attempt_at - here.clock.now()).total_seconds() + 1)
    assert kept.error == "10 items could not be captured"


def test_a_job_that_another_worker_took_is_left_to_it(office: Offices) -> None:
    here = office(*TINY)
    job = here.submit()

    def lose_it(moment: Moment) -> None:
        if moment.number == 2:
            with open_store(here.database) as store:
                mine = store.job(job.id)
                assert mine is not None
                assert store.replace_job(mine, mine.evolve(claimed_by="another"))

    worked = here.worker(kinds=acting(lose_it)).work()
    assert (worked.error, worked.jobs) == (None, {JobStatus.RUNNING: 1})
    kept = here.job(job.id)
    assert (kept.claimed_by, kept.processed_items <= 2) == ("another", True)


# ---- time --------------------------------------------------------------------------------------------


def test_what_is_left_of_a_job_at_its_time_limit_goes_on_in_a_later_pass_after_the_others(
    office: Offices,
) -> None:
    here = office(*TINY)
    long, short = here.submit(), here.submit(max_items=1)

    def take_long(moment: Moment) -> None:
        if moment.job_id == long.id:
            here.clock.advance(60)

    told: list[tuple[str, JobStatus]] = []
    worker = here.worker(kinds=acting(take_long), time_limit=timedelta(minutes=5))
    worked = worker.work(tell=lambda done: told.append((done.job.id, done.job.status)))
    assert told == [(long.id, JobStatus.PAUSED), (short.id, JobStatus.SUCCEEDED)]
    kept = here.job(long.id)
    assert (kept.error, kept.attempt, kept.resume_at) == ("the time budget is used up", 1, None)
    assert 0 < kept.processed_items < 10
    assert worked.exit_code == 0
    here.worker(kinds=acting(nothing)).work()
    assert (here.job(long.id).status, here.job(long.id).attempt) == (JobStatus.SUCCEEDED, 1)


def test_no_job_begins_after_the_time_budget_and_the_one_that_runs_is_paused(office: Offices) -> None:
    here = office(*TINY)
    first, second = here.submit(), here.submit(max_items=1)
    kinds = acting(lambda _: here.clock.advance(60))
    worked = here.worker(kinds=kinds).work(
        watch=timedelta(seconds=10), time_budget=timedelta(minutes=4), tell=lambda _: None
    )
    assert worked.jobs == {JobStatus.PAUSED: 1}
    assert not worked.stopped
    assert here.job(second.id).status is JobStatus.QUEUED
    assert here.job(first.id).status is JobStatus.PAUSED


def test_a_queue_that_is_watched_is_looked_at_again_and_again(office: Offices) -> None:
    here = office(*TINY)

    class Waiting(ManualClock):
        """Brings a job with each wait, and ends the third."""

        waits: ClassVar[list[float]] = []

        def wait(self, seconds: float, stop: threading.Event) -> bool:
            self.waits.append(seconds)
            if len(self.waits) == 3:
                worker.stop.set()
            here.submit(max_items=len(self.waits))
            here.clock.advance(60)
            return super().wait(seconds, stop)

    here.clock = Waiting(here.clock.now())
    here.submit()
    worker = here.worker(kinds=acting(nothing))
    worked = worker.work(watch=timedelta(seconds=10))
    assert (worked.jobs, worked.stopped, worked.exit_code) == ({JobStatus.SUCCEEDED: 3}, True, 0)
    assert Waiting.waits == [10, 10, 10]


def test_a_pause_is_over_when_its_time_has_come_and_not_before(office: Offices) -> None:
    here = office(*TINY)
    job = here.submit()
    resume_at = here.clock.now() + timedelta(hours=1)
    worker = here.worker(kinds=fails_with(CapturePaused("the budget is spent", resume_at=resume_at)))
    assert worker.work().jobs == {JobStatus.PAUSED: 1}
    assert here.job(job.id).resume_at == resume_at
    heir = here.worker(kinds=acting(nothing))
    here.let_pass(3599)
    assert heir.work().jobs == {}
    here.let_pass(1)
    assert heir.work().jobs == {JobStatus.SUCCEEDED: 1}
    assert here.job(job.id).attempt == 1


def test_where_the_budget_is_spent_no_other_job_is_begun_before_it_is_there_again(office: Offices) -> None:
    here = office(*TINY, "--requests-per-hour", 3)
    jobs = [here.submit(max_items=number) for number in range(1, 4)]
    worked = here.worker().work()
    assert worked.jobs[JobStatus.PAUSED] == 1
    states = [here.job(job.id).status for job in jobs]
    assert states[-1] is JobStatus.QUEUED
    assert here.simulator.ledger()["requests"]["total"] <= 4


def test_a_watched_queue_goes_on_when_the_budget_is_there_again(office: Offices) -> None:
    here = office(*TINY)
    job = here.submit()
    resume_at = here.clock.now() + timedelta(hours=1)
    began: list[datetime] = []

    def pause_once(_: Moment) -> None:
        if not began:
            began.append(here.clock.now())
            raise CapturePaused("the budget is spent", resume_at=resume_at)
        began.append(here.clock.now())
        worker.stop.set()

    worker = here.worker(kinds=acting(pause_once))
    worker.work(watch=timedelta(seconds=10), tell=lambda _: None)
    assert began[1] >= resume_at
    assert here.job(job.id).attempt == 1


def test_a_github_that_does_not_answer_costs_one_job_an_attempt_and_not_all(office: Offices) -> None:
    here = office(*TINY)
    jobs = [here.submit(max_items=number) for number in range(1, 4)]
    worked = here.worker(kinds=fails_with(GitHubUnavailableError("no answer"))).work()
    assert (worked.jobs, worked.error) == ({JobStatus.QUEUED: 1}, None)
    assert [here.job(job.id).attempt for job in jobs] == [1, 0, 0]


def test_a_token_that_github_refuses_ends_the_worker_before_it_uses_up_every_job(office: Offices) -> None:
    here = office(*TINY)
    here.token = "ghp_" + "0" * 36
    jobs = [here.submit(max_items=number) for number in range(1, 5)]
    worked = here.worker().work()
    assert isinstance(worked.error, AuthenticationError)
    assert worked.exit_code == 3
    assert [here.job(job.id).attempt for job in jobs] == [1, 1, 0, 0]
    assert here.token not in here.said.getvalue()
    assert "The worker ends: GitHub does not accept the token" in here.said.getvalue()


def test_a_token_that_runs_out_in_the_middle_ends_the_worker_with_its_job_paused(office: Offices) -> None:
    here = office(*TINY)
    job = here.submit()
    kinds = fails_with(CapturePaused("GitHub no longer accepts the token", cause="token"))
    worked = here.worker(kinds=kinds).work(watch=timedelta(seconds=1))
    assert worked.exit_code == 3
    assert here.job(job.id).status is JobStatus.PAUSED


# ---- the end of a worker -----------------------------------------------------------------------------


def test_told_to_stop_it_pauses_its_job_and_takes_no_other(office: Offices) -> None:
    here = office(*TINY)
    jobs = [here.submit(), here.submit(max_items=1)]

    def stop_at_three(moment: Moment) -> None:
        if moment.number == 3:
            worker.stop.set()

    worker = here.worker(kinds=acting(stop_at_three))
    worked = worker.work(watch=timedelta(seconds=10))
    assert (worked.jobs, worked.stopped, worked.exit_code) == ({JobStatus.PAUSED: 1}, True, 0)
    kept = [here.job(job.id) for job in jobs]
    assert [job.status for job in kept] == [JobStatus.PAUSED, JobStatus.QUEUED]
    assert kept[0].error == "stopped by a signal"
    assert worker.work_once() is None


def begin_slowly(here: Office) -> CaptureJob:
    """A job of 40 runs whose answers take a while."""
    here.worker(kinds={"workflow_runs": HistoricalSync}).work()
    return here.submit("workflow_jobs", depth="full")


SLOW = ("--runs", 40, "--unfinished", 0, "--rerun-share", 0.1, "--latency-ms", 50, "--now", "real")


def test_a_signal_pauses_the_job_of_a_worker_s_process_and_it_ends_with_0(office: Offices) -> None:
    here = office(*SLOW)
    here.clock = now_really()
    here.submit()
    job = begin_slowly(here)
    with WorkerProcess(here) as child:
        child.until(lambda: count_rows(path_of(here), "workflow_job_coverage") >= 5)
        child.tell(signal.SIGTERM)
        end = child.end()
    assert end.exit_code == 0, end.stderr
    assert end.stdout == "paused 1\n"
    assert here.job(job.id).status is JobStatus.PAUSED
    here.clock.advance(5)
    assert here.worker().work().jobs == {JobStatus.SUCCEEDED: 1}
    assert here.job(job.id).attempt == 1
    assert untruths(path_of(here), here.simulator) == []


def test_killed_in_the_middle_a_worker_s_job_is_finished_by_another_and_the_data_is_the_truth(
    office: Offices,
) -> None:
    here = office(*SLOW)
    here.clock = now_really()
    here.submit()
    job = begin_slowly(here)
    with WorkerProcess(here) as child:
        child.until(lambda: count_rows(path_of(here), "workflow_job_coverage") >= 5)
        child.tell(signal.SIGKILL)
        assert child.end().exit_code == -signal.SIGKILL
    killed = here.job(job.id)
    assert (killed.status, killed.attempt) == (JobStatus.RUNNING, 1)
    assert 0 < count_rows(path_of(here), "workflow_job_coverage") < 40
    heir = here.worker()
    assert heir.rescue() == 1  # on one host, at once
    rescued = here.job(job.id)
    assert (rescued.status, rescued.error) == (JobStatus.QUEUED, "its worker showed no life any more")
    here.clock.advance(60)
    assert heir.work().jobs == {JobStatus.SUCCEEDED: 1}
    assert (here.job(job.id).status, here.job(job.id).attempt) == (JobStatus.SUCCEEDED, 2)
    assert untruths(path_of(here), here.simulator) == []


def now_really() -> ManualClock:
    """The time of processes that have no other clock, but moved by hand."""
    return ManualClock(datetime.now().astimezone())


def test_a_worker_on_another_machine_is_given_up_when_its_lease_has_run_out(office: Offices) -> None:
    here = office(*TINY)
    job = here.submit()
    with here.open_store() as store:
        assert store.claim_next(worker="elsewhere/1/1/abc", now=here.clock.now())
    worker = here.worker(kinds=acting(nothing))
    here.clock.advance(LEASE.total_seconds())
    assert worker.rescue() == 0
    here.clock.advance(1)
    assert worker.rescue() == 1
    assert here.job(job.id).status is JobStatus.QUEUED


def test_a_job_that_kills_its_worker_each_time_ends_failed(office: Offices) -> None:
    here = office(*TINY)
    job = here.submit()
    worker = here.worker(kinds=acting(nothing))
    for attempt in range(1, 6):
        with here.open_store() as store:
            assert store.claim_next(worker=f"elsewhere/{attempt}", now=here.clock.now())
        here.clock.advance(3600)
        assert worker.rescue() == 1
        here.clock.advance(3600)
    kept = here.job(job.id)
    assert kept.status is JobStatus.FAILED
    assert kept.error == "its worker showed no life any more; its 5 attempts are used up"


def test_what_is_not_a_worker_s_is_neither_woken_nor_rescued(office: Offices) -> None:
    here = office(*TINY)
    like = here.submit()
    paused = {"status": JobStatus.PAUSED, "request_key": ""}
    silent = {"status": JobStatus.RUNNING, "claimed_by": "elsewhere", "request_key": ""}
    jobs = [
        like.evolve(id="of chunks", chunk_count=2, **paused),
        like.evolve(id="of actions", processor="actions", **paused),
        like.evolve(id="running chunks", chunk_count=2, **silent),
        like.evolve(id="running chunk", chunk_count=2, parent_id="running chunks", **silent),
        like.evolve(id="dispatched", processor="actions", dispatch_nonce="x", **silent),
    ]
    with here.open_store() as store:
        store.add_jobs(jobs)
        worker = here.worker()
        assert (worker.wake(), worker.rescue()) == (0, 0)
        assert [store.job(job.id) for job in jobs] == jobs


def test_more_paused_jobs_than_one_look_shows_are_all_woken(office: Offices) -> None:
    here = office(*TINY)
    like = here.submit().evolve(status=JobStatus.PAUSED, request_key="")
    with here.open_store() as store:
        store.add_jobs(like.evolve(id=f"{number}") for number in range(230))
        assert here.worker().wake() == 230
        assert len(store.jobs(status=JobStatus.QUEUED, limit=500)) == 231


# ---- the database is lost ----------------------------------------------------------------------------


def test_a_database_that_is_lost_in_the_middle_ends_the_worker_and_its_job_is_finished_by_another(
    office: Offices,
) -> None:
    server = PostgresServer(synchronous_commit="on")
    try:
        server.start()
        with open_store(server.url) as store:
            store.migrate()
        here = office(*TINY, database=server.url)
        job = here.submit()

        def pull_the_plug(moment: Moment) -> None:
            if moment.number == 3:
                server.stop("immediate")

        worked = here.worker(kinds=acting(pull_the_plug)).work(watch=timedelta(seconds=10))
        assert isinstance(worked.error, StoreError)
        assert worked.exit_code == 6
        assert "Trying again in" in here.said.getvalue()
        assert "The worker ends: " in here.said.getvalue()
        server.start()
        assert here.job(job.id).status is JobStatus.RUNNING
        here.clock.advance(LEASE.total_seconds() + 1)
        heir = here.worker(kinds=acting(nothing))
        heir.rescue()
        here.clock.advance(60)
        assert heir.work().jobs == {JobStatus.SUCCEEDED: 1}
        assert here.job(job.id).attempt == 2
    finally:
        server.close()


def test_a_job_whose_end_could_not_be_stored_is_left_running_for_whoever_rescues_it(office: Offices) -> None:
    here = office(*TINY)
    jobs = [here.submit(), here.submit(max_items=1)]
    worker = here.worker(kinds=fails_with(StoreError("The disk is full.", hint="Free some space.")))
    worked = worker.work(watch=timedelta(seconds=10))
    assert (worked.exit_code, worked.jobs) == (6, {})
    assert here.said.getvalue() == "The worker ends: The disk is full. Free some space.\n"
    kept = [here.job(job.id) for job in jobs]
    assert [(job.status, job.claimed_by) for job in kept] == [
        (JobStatus.RUNNING, worker.identity),
        (JobStatus.QUEUED, None),
    ]


# ---- many --------------------------------------------------------------------------------------------


@pytest.fixture
def postgres() -> Iterator[str]:
    with migrated_database() as url:
        yield url


@pytest.mark.parametrize("place", ["sqlite", "postgres"])
def test_of_many_jobs_and_four_workers_each_job_is_done_once(
    office: Offices, place: str, request: pytest.FixtureRequest
) -> None:
    here = office(*TINY, database=request.getfixturevalue("postgres") if place == "postgres" else None)
    jobs = [here.submit(max_items=number) for number in range(1, 41)]
    started: list[str | None] = []

    def note(moment: Moment) -> None:
        if moment.number == 0:
            started.append(moment.job_id)

    workers = [here.worker(kinds=acting(note)) for _ in range(4)]
    with ThreadPoolExecutor(len(workers)) as pool:
        worked = list(pool.map(lambda worker: worker.work(tell=lambda _: None), workers))
    assert sum((each.jobs for each in worked), Counter()) == {JobStatus.SUCCEEDED: len(jobs)}
    assert sorted(map(str, started)) == sorted(job.id for job in jobs)
    assert {here.job(job.id).attempt for job in jobs} == {1}


# ---- GitHub is asked with care -----------------------------------------------------------------------


def test_a_worker_waits_for_github_only_while_it_can_show_that_it_lives(office: Offices) -> None:
    here = office(*TINY)
    here.submit()
    may_wait: list[list[bool]] = []

    def ask() -> list[bool]:
        waits = (timedelta(seconds=30), timedelta(seconds=31), timedelta(minutes=29), timedelta(hours=1))
        return [worker._session.may_wait_until(here.clock.now() + each) for each in waits]

    def note(moment: Moment) -> None:
        if moment.number == 0:
            may_wait.append(ask())

    worker = here.worker(kinds=acting(note), time_limit=timedelta(minutes=30))
    worker._session.take("job", Asked(), here.clock.now() + timedelta(minutes=30))
    assert ask() == [True, False, False, False]
    worker.work()
    assert may_wait == [[True, True, True, False]]


def test_all_jobs_of_a_worker_share_one_way_to_github_and_what_it_knows_of_the_budget(
    office: Offices,
) -> None:
    here = office(*TINY, "--requests-per-hour", 40)
    for number in range(1, 31):
        here.submit(max_items=number)
    worker = here.worker(options=Options(database="", leave_budget=50))
    worked = worker.work()
    assert worked.jobs[JobStatus.PAUSED] == 1
    assert here.simulator.ledger()["requests"]["total"] <= 22


def test_a_capture_s_end_does_not_make_a_worker_forget_that_it_was_told_to_stop(office: Offices) -> None:
    worker = office(*TINY).worker()
    worker._session.stop.set()  # a time limit
    worker.stop.forget_the_capture_s()
    assert not worker._session.stop.is_set()
    worker.stop.set()
    worker.stop.forget_the_capture_s()
    assert worker._session.stop.is_set()
