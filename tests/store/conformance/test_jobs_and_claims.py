"""Capture jobs: kept once, held by one worker at a time, checkpointed with what was stored."""

from __future__ import annotations

import threading
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from store_databases import Database
from store_rows import at, batch, capture_job, rest_job, run_row, running_job

from progressive_capture.lib.capture_job import (
    CaptureJob,
    JobStatus,
    Outcome,
    claimed,
    requeued,
    settled,
)
from progressive_capture.lib.errors import JobConflictError, StoreError
from progressive_capture.lib.normalize.rows import Batch, Failure, ItemKey
from progressive_capture.lib.store import job_table
from progressive_capture.lib.store.schema import METADATA
from progressive_capture.lib.store.schema.column_types import INTEGER, JSON, NUMBER, TEXT, TIME


def test_the_table_holds_exactly_the_fields_of_a_capture_job() -> None:
    columns = [column.name for column in METADATA.tables["progressive_capture_jobs"].columns]
    assert columns == [field.name for field in fields(CaptureJob)]


def test_a_job_comes_back_as_it_was_kept(database: Database) -> None:
    job = CaptureJob(
        id="8c1e",
        kind="artifacts",
        repository="octo/hello",
        status=JobStatus.FAILED,
        outcome=Outcome.FAILED,
        processor="actions",
        route_reason="older than 24 hours",
        parameters={"until": "2026-11-01", "depth": "steps", "ünïcode": [1, None]},
        request_key="key",
        priority=5,
        parent_id="parent",
        chunk_index=2,
        chunk_count=8,
        total_items=100,
        processed_items=99,
        failed_items=1,
        attempt=3,
        max_attempts=7,
        next_attempt_at=at(1),
        heartbeat_at=at(2),
        claimed_by="worker",
        resume_at=at(3),
        handovers=4,
        error="reset by peer",
        dispatch_nonce="n0",
        dispatched_at=at(4),
        workflow_run_id=36_000_000_000,
        workflow_run_url="https://github.com/octo/hello/actions/runs/36000000000",
        rest_requests=12,
        graphql_points=34,
        runner_minutes=5.5,
        cost_usd=0.033,
        created_at=at(5),
        started_at=at(6),
        updated_at=at(7),
        finished_at=at(8),
    )
    assert database.store.add_job(job) == job
    assert database.store.job("8c1e") == job
    assert database.store.job("unknown") is None


def test_times_are_kept_in_whole_seconds(database: Database) -> None:
    job = database.store.add_job(capture_job(created_at=datetime(2026, 11, 1, 12, 0, 0, 999_999, UTC)))
    assert job.created_at == at(0)


def test_several_batches_and_their_checkpoint_are_stored_together_or_not_at_all(database: Database) -> None:
    job = database.store.add_job(running_job())
    batches = [
        batch(workflow_runs=run_row()),
        batch(workflow_runs=run_row(captured_at=at(1), event="schedule"), workflow_jobs=rest_job()),
    ]
    first, second = database.store.write_all(batches, checkpoint=job.evolve(processed_items=2))
    assert (dict(first.inserted), dict(first.updated)) == ({"workflow_runs": 1}, {})
    assert (dict(second.inserted), dict(second.updated)) == ({"workflow_jobs": 1}, {"workflow_runs": 1})
    assert database.row("progressive_capture_jobs")["processed_items"] == 2
    lost, more = job.evolve(claimed_by="somebody else"), [batch(workflow_runs=run_row(id=1001)), batch()]
    with pytest.raises(JobConflictError):
        database.store.write_all(more, checkpoint=lost)
    assert len(database.rows("workflow_runs")) == 1
    assert list(database.store.write_all([], checkpoint=job.evolve(processed_items=3))) == []
    assert database.row("progressive_capture_jobs")["processed_items"] == 3


def test_equal_work_waits_once(database: Database) -> None:
    store = database.store
    first = store.add_job(capture_job())
    for status in (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.PAUSED):
        database.change("UPDATE progressive_capture_jobs SET status = :status", {"status": status.value})
        assert store.add_job(capture_job(id="job-2")).id == first.id
    for status in (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED):
        database.change("UPDATE progressive_capture_jobs SET status = :status", {"status": status.value})
        assert store.add_job(capture_job(id=f"after {status}")).id == f"after {status}"


def test_jobs_without_a_request_key_are_never_the_same_work(database: Database) -> None:
    ids = {database.store.add_job(capture_job(id=name, request_key="")).id for name in ("a", "b")}
    assert ids == {"a", "b"}


def test_jobs_are_listed_newest_first(database: Database) -> None:
    for second in (2, 9, 4):
        database.store.add_job(capture_job(id=f"job {second}", request_key="", created_at=at(second)))
    database.store.add_job(capture_job(id="other", request_key="", repository="octo/other"))
    database.store.add_job(capture_job(id="undated", request_key="", created_at=None))
    assert [job.id for job in database.store.jobs(repository="Octo/Hello")] == [
        "job 9",
        "job 4",
        "job 2",
        "undated",
    ]
    assert [job.id for job in database.store.jobs(limit=2)] == ["job 9", "job 4"]


def test_a_state_is_replaced_only_as_it_was_read(database: Database) -> None:
    store = database.store
    queued = store.add_job(capture_job())
    mine = claimed(queued, by="me", now=at(1))
    assert store.replace_job(queued, mine)
    assert store.job("job-1") == mine
    assert not store.replace_job(queued, claimed(queued, by="you", now=at(2)))
    later = mine.evolve(processed_items=1)
    assert not store.replace_job(mine.evolve(status=JobStatus.QUEUED), later)
    assert not store.replace_job(mine.evolve(claimed_by="you"), later)
    assert not store.replace_job(mine.evolve(heartbeat_at=at(2)), later)
    assert not store.replace_job(mine.evolve(id="unknown"), later.evolve(id="unknown"))
    assert store.job("job-1") == mine
    assert store.replace_job(mine, settled(mine, Outcome.SUCCEEDED, now=at(3)))
    assert store.job("job-1") == settled(mine, Outcome.SUCCEEDED, now=at(3))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_was_swapped_before_the_connection_was_lost_has_happened_when_it_is_done_again(
    database: Database, outcome: Outcome
) -> None:
    store = database.store
    queued = store.add_job(capture_job(error="NUL \0 and seconds", parameters={"depth": "jobs", "a": [1.5]}))
    mine = claimed(queued, by="me", now=at(1.7))
    over = settled(mine, outcome, now=at(2.7), error="NUL \0")
    for before, after in ((queued, mine), (mine, over)):
        assert store.replace_job(before, after)
        stored = store.job("job-1")
        assert store.replace_job(before, after)
        assert store.job("job-1") == stored


def test_a_swap_that_differs_in_anything_from_what_is_there_has_not_happened(database: Database) -> None:
    store = database.store
    queued = store.add_job(capture_job())
    mine = claimed(queued, by="me", now=at(1))
    assert store.replace_job(queued, mine)
    other = {TEXT: "another", INTEGER: 99, NUMBER: 0.5, JSON: {"x": 1}, TIME: at(99)}
    for column in METADATA.tables["progressive_capture_jobs"].columns:
        if column.name not in ("id", "status", "outcome"):
            assert not store.replace_job(queued, mine.evolve(**{column.name: other[column.type]})), column
    assert not store.replace_job(queued, mine.evolve(status=JobStatus.PAUSED))
    assert not store.replace_job(queued, mine.evolve(outcome=Outcome.PAUSED))
    assert store.job("job-1") == mine


def test_what_went_back_into_the_queue_did_so_once(database: Database) -> None:
    store = database.store
    lost = store.add_job(running_job())
    back = requeued(lost, now=at(99))
    assert store.replace_job(lost, back)
    assert not store.replace_job(lost, back)
    assert store.job("job-1") == back


class Crowded:
    """A connection on which equal work comes just before a job is kept, and is over when it is asked for."""

    def __init__(self, connection: Any, theirs: list[CaptureJob]) -> None:
        self._connection = connection
        self._theirs = theirs

    def ask(self, statement: Any, **given: Any) -> Any:
        return self._connection.ask(statement, **given)

    def change(self, statement: Any, **given: Any) -> int:
        if not self._theirs:
            return int(self._connection.change(statement, **given))
        theirs = job_table.add_job(self._connection, self._theirs.pop())
        touched = int(self._connection.change(statement, **given))
        over = theirs.evolve(status=JobStatus.SUCCEEDED)
        assert job_table.replace_job(self._connection, theirs, over)
        return touched


def add_in_a_crowd(database: Database, theirs: list[CaptureJob]) -> CaptureJob:
    def add(connection: Any) -> CaptureJob:
        return job_table.add_job(Crowded(connection, theirs), capture_job())  # type: ignore[arg-type]

    return database.store._database.write(add)  # type: ignore[attr-defined,no-any-return]


def test_a_job_is_kept_where_equal_work_came_first_and_is_over_by_now(database: Database) -> None:
    assert add_in_a_crowd(database, [capture_job(id="theirs")]) == capture_job()
    assert database.store.job("job-1") == capture_job()
    stored = database.store.job("theirs")
    assert stored is not None
    assert stored.status is JobStatus.SUCCEEDED


def test_a_job_that_finds_no_room_however_often_it_is_tried_is_refused(database: Database) -> None:
    with pytest.raises(StoreError, match="could not be kept"):
        add_in_a_crowd(database, [capture_job(id=f"theirs {number}") for number in range(9)])
    assert database.store.job("job-1") is None


def test_a_failed_job_cannot_wait_beside_a_newer_one_for_the_same_work(database: Database) -> None:
    store = database.store
    failed = store.add_job(capture_job(status=JobStatus.FAILED))
    store.add_job(capture_job(id="job-2"))
    with pytest.raises(JobConflictError, match="waits already"):
        store.replace_job(failed, failed.evolve(status=JobStatus.QUEUED))
    assert store.job("job-1") == failed


def test_of_eight_workers_that_race_for_a_job_one_gets_it(database: Database) -> None:
    stores = [database.open() for _ in range(8)]
    for round_ in range(5):
        queued = stores[0].add_job(capture_job(id=f"round {round_}", request_key=""))
        start = threading.Barrier(len(stores))
        won: list[int] = []

        def race(worker: int, queued: CaptureJob = queued, start: threading.Barrier = start) -> None:
            start.wait(timeout=30)
            after = claimed(queued, by=f"worker {worker}", now=at(worker))
            if stores[worker].replace_job(queued, after):
                won.append(worker)  # noqa: B023  (joined below, in this very round)

        run_together(race, len(stores))
        assert len(won) == 1
        job = stores[0].job(queued.id)
        assert job is not None
        assert job.claimed_by == f"worker {won[0]}"


def test_eight_workers_that_submit_equal_work_get_one_job(database: Database) -> None:
    stores = [database.open() for _ in range(8)]
    start = threading.Barrier(len(stores))
    kept: list[str] = []

    def submit(worker: int) -> None:
        start.wait(timeout=30)
        kept.append(stores[worker].add_job(capture_job(id=f"job {worker}")).id)

    run_together(submit, len(stores))
    assert len(kept) == 8
    assert len(set(kept)) == 1
    assert len(database.rows("progressive_capture_jobs")) == 1


def test_eight_writers_lose_nothing(database: Database) -> None:
    stores = [database.open() for _ in range(8)]

    def write(worker: int) -> None:
        for n in range(10):
            stores[worker].write(batch(workflow_runs=[run_row(id=worker * 1000 + n), run_row(id=n + 90_000)]))

    run_together(write, len(stores))
    assert len(database.rows("workflow_runs")) == 8 * 10 + 10


def run_together(work: object, workers: int) -> None:
    """Run `work(n)` in so many threads; an error in one of them is this test's."""
    errors: list[BaseException] = []

    def guarded(worker: int) -> None:
        try:
            work(worker)  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001  (handed on below)
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(worker,)) for worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []


# -- checkpoints -------------------------------------------------------------------------------------


def test_rows_and_checkpoint_are_stored_together(database: Database) -> None:
    store = database.store
    job = store.add_job(running_job())
    after = job.evolve(processed_items=100, rest_requests=3, heartbeat_at=at(9), updated_at=at(9))
    store.write(batch(workflow_runs=run_row()), checkpoint=after)
    assert store.job("job-1") == after
    assert len(database.rows("workflow_runs")) == 1


STOLEN = [
    {"claimed_by": "somebody else"},
    {"claimed_by": None, "status": JobStatus.QUEUED},
    {"status": JobStatus.CANCELLED},
]


@pytest.mark.parametrize("theirs", STOLEN)
def test_a_worker_that_lost_its_job_stores_nothing(database: Database, theirs: dict[str, object]) -> None:
    store = database.store
    job = store.add_job(running_job())
    assert store.replace_job(job, job.evolve(**theirs))
    failure = Failure(item=ItemKey("workflow_runs", 1, "run 1"), error="gone")
    lost = Batch(
        rows={"workflow_runs": [run_row()], "workflow_jobs": [rest_job()]},
        failures=[failure],
        gone_runs={1000: at(1)},
    )
    with pytest.raises(JobConflictError, match="no longer this worker's"):
        store.write(lost, checkpoint=job.evolve(processed_items=1))
    assert store.job("job-1") == job.evolve(**theirs)
    for table in ("workflow_runs", "workflow_jobs", "capture_failures"):
        assert database.rows(table) == []


def test_a_checkpoint_of_an_unknown_job_stores_nothing(database: Database) -> None:
    with pytest.raises(JobConflictError):
        database.store.write(batch(workflow_runs=run_row()), checkpoint=running_job())
    assert database.rows("workflow_runs") == []
