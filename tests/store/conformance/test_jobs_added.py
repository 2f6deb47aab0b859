"""Many capture jobs at once: what comes of it is what `add_job` for each in turn would have made."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_databases import Database
from store_rows import at, capture_job, running_job

from progressive_capture.lib.capture_job import CaptureJob, JobStatus
from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store import job_batches
from progressive_capture.lib.store.job_table import add_job, replace_job


def job(number: int, **values: Any) -> CaptureJob:
    return capture_job(id=f"job {number:05}", request_key=f"work {number}").evolve(**values)


def ids(jobs: Sequence[CaptureJob]) -> list[str]:
    return [each.id for each in jobs]


def test_no_jobs_are_kept_where_none_are_given(database: Database) -> None:
    assert list(database.store.add_jobs([])) == []


def test_jobs_are_kept_as_they_are_and_given_back_in_their_order(database: Database) -> None:
    jobs = [
        job(2, parameters={"ünïcode": [1, None, 1.5], "depth": "steps"}, error="' OR 1=1 --"),
        job(1, runner_minutes=5.5, cost_usd=0.033, workflow_run_id=36_000_000_000, dispatched_at=at(4)),
        running_job(request_key="").evolve(id="running"),
    ]
    assert list(database.store.add_jobs(jobs)) == jobs
    assert [database.store.job(each.id) for each in jobs] == jobs


def test_more_jobs_than_one_transaction_takes_are_all_kept(database: Database) -> None:
    jobs = [job(number) for number in range(job_batches.JOBS_AT_ONCE + 3)]
    assert ids(database.store.add_jobs(iter(jobs))) == ids(jobs)
    assert len(database.rows("progressive_capture_jobs")) == len(jobs)


def test_work_that_waits_is_given_back_and_not_kept_twice(database: Database) -> None:
    store = database.store
    waiting = store.add_job(job(1))
    running = store.add_job(job(2, status=JobStatus.RUNNING, claimed_by="me"))
    over = store.add_job(job(3, status=JobStatus.SUCCEEDED))
    again = [each.evolve(id=f"again {each.id}") for each in (waiting, running, over)]
    assert ids(store.add_jobs(again)) == [waiting.id, running.id, f"again {over.id}"]
    assert len(database.rows("progressive_capture_jobs")) == 4


def test_of_equal_jobs_among_them_the_first_is_kept(database: Database) -> None:
    jobs = [job(5), job(1, request_key="work 5"), job(2, request_key=""), job(3, request_key=""), job(5)]
    assert ids(database.store.add_jobs(jobs)) == [job(n).id for n in (5, 5, 2, 3, 5)]
    assert len(database.rows("progressive_capture_jobs")) == 3


def test_what_was_added_in_part_before_it_failed_is_added_once(database: Database) -> None:
    jobs = [job(number) for number in range(job_batches.JOBS_AT_ONCE + 3)]

    def lost() -> Any:
        yield from jobs[: job_batches.JOBS_AT_ONCE]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        database.store.add_jobs(lost())
    assert len(database.rows("progressive_capture_jobs")) == job_batches.JOBS_AT_ONCE
    assert ids(database.store.add_jobs(jobs)) == ids(jobs)
    assert len(database.rows("progressive_capture_jobs")) == len(jobs)


number_of_example = count()
some_jobs = st.lists(
    st.builds(
        lambda number, key, status: (number, key, status),
        st.integers(0, 4),
        st.sampled_from(["", "a", "b"]),
        st.sampled_from([JobStatus.QUEUED, JobStatus.PAUSED, JobStatus.SUCCEEDED]),
    ),
    max_size=8,
)


def of_world(world: str, number: int, key: str, status: JobStatus) -> CaptureJob:
    return capture_job(id=f"{world} {number}", request_key=key and f"{world} {key}", status=status)


@settings(max_examples=25, deadline=None)
@given(there=some_jobs, added=some_jobs)
def test_jobs_added_at_once_are_those_added_one_after_the_other(
    shared_database: Database, there: list[Any], added: list[Any]
) -> None:
    answers = []
    for how in ("one by one", "at once"):
        world = f"{next(number_of_example)}"
        for each in there:
            shared_database.store.add_job(of_world(world, *each))
        jobs = [of_world(world, *each) for each in added]
        if how == "at once":
            kept = shared_database.store.add_jobs(jobs)
        else:
            kept = [shared_database.store.add_job(each) for each in jobs]
        answers.append([(each.id.removeprefix(world), each.status) for each in kept])
    assert answers[0] == answers[1]


class Crowded:
    """A connection on which equal work comes just before jobs are kept, and is over when it is asked for."""

    def __init__(self, connection: Any, theirs: list[CaptureJob]) -> None:
        self._connection = connection
        self._theirs = theirs

    def ask(self, statement: Any, **given: Any) -> Any:
        return self._connection.ask(statement, **given)

    def change(self, statement: Any, **given: Any) -> int:
        theirs = add_job(self._connection, self._theirs.pop()) if self._theirs else None
        touched = int(self._connection.change(statement, **given))
        if theirs is not None:
            assert replace_job(self._connection, theirs, theirs.evolve(status=JobStatus.SUCCEEDED))
        return touched


def add_in_a_crowd(database: Database, theirs: list[CaptureJob]) -> Sequence[CaptureJob]:
    def add(connection: Any) -> Sequence[CaptureJob]:
        return job_batches.add_jobs(Crowded(connection, theirs), [job(1), job(2)])  # type: ignore[arg-type]

    return database.store.merge(add)


def test_jobs_that_find_no_room_however_often_it_is_tried_are_refused(database: Database) -> None:
    held = [job(1, id=f"theirs {number}") for number in range(9)]
    with pytest.raises(StoreError, match="could not be kept"):
        add_in_a_crowd(database, held)
    assert database.store.job(job(1).id) is None


def test_jobs_are_kept_where_equal_work_came_first_and_is_over_by_now(database: Database) -> None:
    assert ids(add_in_a_crowd(database, [job(1, id="theirs")])) == [job(1).id, job(2).id]


def test_eight_that_add_the_same_jobs_in_any_order_get_the_same_ones(database: Database) -> None:
    stores = [database.open() for _ in range(8)]
    start = threading.Barrier(len(stores))

    def add(worker: int) -> list[str]:
        mine = [job(number, id=f"{worker} {number}") for number in range(50)]
        start.wait(timeout=30)
        kept = stores[worker].add_jobs(mine[::-1] if worker % 2 else mine)
        return ids(kept[::-1] if worker % 2 else kept)

    with ThreadPoolExecutor(len(stores)) as pool:
        answers = list(pool.map(add, range(len(stores))))
    assert all(answer == answers[0] for answer in answers)
    assert len(database.rows("progressive_capture_jobs")) == 50
