"""The queue of capture jobs: each is taken by one worker, in its turn, and given back where that stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_databases import Database
from store_rows import NOON, at, capture_job, running_job

from progressive_capture.lib.capture_job import (
    CaptureJob,
    JobStatus,
    Outcome,
    claimed,
    lease_expired,
    requeued,
    settled,
)
from progressive_capture.lib.errors import JobConflictError
from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.store.contract import Store


def chunk(number: int, **values: Any) -> CaptureJob:
    """A part of the job `parent`: `chunk 007`."""
    return capture_job(
        id=f"chunk {number:03}", request_key="", parent_id="parent", chunk_index=number
    ).evolve(**values)


def claims(store: Store, **only: Any) -> Iterator[CaptureJob]:
    """What one worker gets until there is nothing for it."""
    while job := store.claim_next(**{"worker": "me", "now": at(0)} | only):
        yield job


def ids(store: Store, **only: Any) -> list[str]:
    return [job.id for job in claims(store, **only)]


def as_stored(database: Database) -> dict[str, CaptureJob]:
    return {job.id: job for job in database.store.jobs(limit=1000)}


def forget_jobs(database: Database) -> None:
    database.change("DELETE FROM progressive_capture_jobs", {})


# -- what a claim takes ------------------------------------------------------------------------------


def test_an_empty_queue_has_nothing_to_claim(database: Database) -> None:
    for status in JobStatus:
        if status is not JobStatus.QUEUED:
            database.store.add_job(capture_job(id=status.value, request_key="", status=status))
    before = as_stored(database)
    assert database.store.claim_next(worker="me", now=at(0)) is None
    assert as_stored(database) == before


def test_the_highest_priority_comes_first_then_the_oldest_then_the_lowest_id(database: Database) -> None:
    for job in (
        chunk(1, priority=0, created_at=at(1)),
        chunk(2, priority=5, created_at=at(9)),
        chunk(3, priority=5, created_at=at(8)),
        chunk(4, priority=-1, created_at=at(0)),
        chunk(5, priority=0, created_at=at(1)),
        chunk(6, priority=0, created_at=None),
    ):
        database.store.add_job(job)
    assert ids(database.store) == [f"chunk 00{number}" for number in (3, 2, 6, 1, 5, 4)]


@pytest.mark.parametrize("waits_for", ["next_attempt_at", "resume_at"])
def test_a_job_is_left_until_its_time_has_come(database: Database, waits_for: str) -> None:
    waiting = database.store.add_job(chunk(1).evolve(**{waits_for: at(10)}))
    assert database.store.claim_next(worker="me", now=at(9)) is None
    assert database.store.job(waiting.id) == waiting
    taken = database.store.claim_next(worker="me", now=at(10))
    assert taken == claimed(waiting, by="me", now=at(10))


def test_a_worker_may_ask_for_kinds_for_a_repository_or_for_the_chunks_of_one_job(database: Database) -> None:
    one = chunk(1, kind="artifacts")
    two = chunk(2, kind="reviews", parent_id="another")
    three = chunk(3, repository="octo/other", parent_id=None)
    for job in (one, two, three):
        database.store.add_job(job)
    wishes: list[tuple[dict[str, Any], list[CaptureJob]]] = [
        ({"kinds": []}, []),
        ({"kinds": ["comments"]}, []),
        ({"kinds": ["artifacts", "reviews"]}, [one, two]),
        ({"repository": "Octo/OTHER"}, [three]),
        ({"parent_id": "parent"}, [one]),
        ({"parent_id": "parent", "kinds": ["reviews"]}, []),
    ]
    for only, expected in wishes:
        assert ids(database.store, **only) == [job.id for job in expected], only
        for job in expected:
            database.change(
                "UPDATE progressive_capture_jobs SET status = 'queued' WHERE id = :id", {"id": job.id}
            )


def test_a_claim_is_in_whole_seconds(database: Database) -> None:
    database.store.add_job(chunk(1))
    job = database.store.claim_next(worker="me", now=at(7.9))
    assert job == database.store.job("chunk 001") == claimed(chunk(1), by="me", now=at(7))


# -- a claim does what the rule says -----------------------------------------------------------------

fresh_id = count()
words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)
moments = st.integers(-5, 5).map(at)
numbers = st.integers(0, 2**53)
amounts = st.floats(0, 1e6)


def perhaps(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


queued_jobs = st.builds(
    CaptureJob,
    id=st.builds(lambda: f"{next(fresh_id):08}"),
    kind=words,
    repository=words,
    outcome=perhaps(st.sampled_from(Outcome)),
    processor=words,
    route_reason=perhaps(words),
    parameters=st.dictionaries(words, words | st.integers() | st.none(), max_size=2),
    priority=st.integers(-(2**40), 2**40),
    parent_id=perhaps(words),
    chunk_index=perhaps(numbers),
    chunk_count=perhaps(numbers),
    total_items=perhaps(numbers),
    processed_items=numbers,
    failed_items=numbers,
    attempt=numbers,
    max_attempts=numbers,
    next_attempt_at=perhaps(moments),
    heartbeat_at=perhaps(moments),
    claimed_by=perhaps(words),
    resume_at=perhaps(moments),
    handovers=numbers,
    error=perhaps(words),
    dispatch_nonce=perhaps(words),
    dispatched_at=perhaps(moments),
    workflow_run_id=perhaps(numbers),
    workflow_run_url=perhaps(words),
    rest_requests=numbers,
    graphql_points=numbers,
    runner_minutes=amounts,
    cost_usd=amounts,
    created_at=perhaps(moments),
    started_at=perhaps(moments),
    updated_at=perhaps(moments),
    finished_at=perhaps(moments),
)


@settings(max_examples=25, deadline=None)
@given(job=queued_jobs, worker=words, now=st.integers(5, 9).map(at))
def test_a_claim_sets_exactly_what_the_rule_of_claims_sets(
    shared_database: Database, job: CaptureJob, worker: str, now: datetime
) -> None:
    forget_jobs(shared_database)
    shared_database.store.add_job(job)
    expected = claimed(job, by=worker, now=now)
    assert shared_database.store.claim_next(worker=worker, now=now) == expected
    assert shared_database.store.job(job.id) == expected


some_jobs = st.lists(
    st.builds(
        lambda **values: capture_job(id=f"{next(fresh_id):08}", request_key="", **values),
        kind=st.sampled_from(["artifacts", "reviews"]),
        parent_id=st.sampled_from([None, "parent", "another"]),
        priority=st.integers(-1, 1),
        created_at=perhaps(st.integers(0, 2).map(at)),
        next_attempt_at=perhaps(moments),
        resume_at=perhaps(moments),
        status=st.sampled_from([JobStatus.QUEUED, JobStatus.QUEUED, JobStatus.PAUSED]),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(
    jobs=some_jobs,
    now=moments,
    kinds=perhaps(st.just(["artifacts"])),
    parent_id=perhaps(st.just("parent")),
)
def test_one_worker_gets_all_that_may_run_in_their_order_and_nothing_else(
    shared_database: Database,
    jobs: list[CaptureJob],
    now: datetime,
    kinds: list[str] | None,
    parent_id: str | None,
) -> None:
    forget_jobs(shared_database)
    for job in jobs:
        shared_database.store.add_job(job)
    fit = [
        job
        for job in jobs
        if job.status is JobStatus.QUEUED
        and all(moment is None or moment <= now for moment in (job.next_attempt_at, job.resume_at))
        and (kinds is None or job.kind in kinds)
        and parent_id in (None, job.parent_id)
    ]
    fit.sort(key=lambda job: (-job.priority, job.created_at is not None, job.created_at or NOON, job.id))
    assert ids(shared_database.store, now=now, kinds=kinds, parent_id=parent_id) == [job.id for job in fit]
    stored = as_stored(shared_database)
    assert [stored[job.id] for job in jobs if job not in fit] == [job for job in jobs if job not in fit]


# -- many workers ------------------------------------------------------------------------------------


def test_sixteen_workers_that_ask_at_one_moment_get_sixteen_jobs(database: Database) -> None:
    stores = [database.open() for _ in range(16)]
    start = threading.Barrier(len(stores))

    def ask(store: Store) -> str:
        start.wait(timeout=30)
        job = store.claim_next(worker="me", now=at(0))
        return job.id if job else "nothing"

    for round_ in range(3):
        jobs = [chunk(16 * round_ + number) for number in range(16)]
        for job in jobs:
            database.store.add_job(job)
        with ThreadPoolExecutor(len(stores)) as pool:
            assert sorted(pool.map(ask, stores)) == [job.id for job in jobs]


def test_sixteen_workers_claim_each_chunk_of_their_job_once(database: Database) -> None:
    mine = [chunk(number) for number in range(200)]
    others = [
        *(chunk(number, parent_id="another") for number in range(200, 205)),
        *(chunk(number, next_attempt_at=at(99)) for number in range(205, 210)),
    ]
    for job in mine + others:
        database.store.add_job(job)
    stores = [database.open() for _ in range(16)]
    start = threading.Barrier(len(stores))

    def work(number: int) -> list[CaptureJob]:
        start.wait(timeout=30)
        return list(claims(stores[number], worker=f"worker {number}", parent_id="parent"))

    with ThreadPoolExecutor(len(stores)) as pool:
        taken = list(pool.map(work, range(len(stores))))
    assert sorted(job.id for jobs in taken for job in jobs) == [job.id for job in mine]
    stored = as_stored(database)
    for number, jobs in enumerate(taken):
        for job in jobs:
            assert (
                stored[job.id]
                == job
                == claimed(chunk(job.chunk_index or 0), by=f"worker {number}", now=at(0))
            )
    assert [stored[job.id] for job in others] == others


# -- workers that stopped ----------------------------------------------------------------------------


def test_a_job_is_abandoned_when_its_lease_of_sixty_seconds_has_run_out_and_not_before(
    database: Database,
) -> None:
    database.store.add_job(chunk(1))
    job = database.store.claim_next(worker="me", now=at(0))
    assert job is not None
    for second, abandoned in ((0, []), (60, []), (61, [job])):
        assert database.store.abandoned_jobs(now=at(second)) == abandoned
        assert lease_expired(job, now=at(second)) == bool(abandoned)


def test_a_heartbeat_begins_the_lease_anew(database: Database) -> None:
    job = database.store.add_job(running_job())
    alive = job.evolve(heartbeat_at=at(30))
    database.store.write(Batch(), checkpoint=alive)
    assert database.store.abandoned_jobs(now=at(90)) == []
    assert database.store.abandoned_jobs(now=at(91)) == [alive]


def test_abandoned_jobs_are_running_ones_those_with_the_oldest_heartbeat_first(database: Database) -> None:
    seconds = {"a": 3, "b": 1, "c": 2, "d": 500}
    for name, second in seconds.items():
        database.store.add_job(running_job(request_key="").evolve(id=name, heartbeat_at=at(second)))
    database.store.add_job(running_job(request_key="").evolve(id="e", heartbeat_at=None))
    for status in JobStatus:
        if status is not JobStatus.RUNNING:
            database.store.add_job(
                capture_job(id=status.value, request_key="", status=status, heartbeat_at=at(0))
            )
    assert [job.id for job in database.store.abandoned_jobs(now=at(100))] == ["e", "b", "c", "a"]
    assert [job.id for job in database.store.abandoned_jobs(now=at(100), limit=2)] == ["e", "b"]


def test_an_abandoned_job_is_given_back_once_and_claimed_as_another_attempt(database: Database) -> None:
    one, other = database.store, database.open()
    one.add_job(chunk(1))
    lost = one.claim_next(worker="stopped", now=at(0))
    assert lost is not None
    assert (one.abandoned_jobs(now=at(61)), other.abandoned_jobs(now=at(61))) == ([lost], [lost])
    back = requeued(lost, now=at(61), error="its worker died")
    assert [store.replace_job(lost, back) for store in (one, other)] == [True, False]
    assert one.abandoned_jobs(now=at(200)) == []
    again = other.claim_next(worker="alive", now=at(62))
    assert again == claimed(back, by="alive", now=at(62))
    assert (lost.attempt, again.attempt) == (1, 2)
    with pytest.raises(JobConflictError):
        one.write(Batch(), checkpoint=lost.evolve(heartbeat_at=at(63)))
    assert not one.replace_job(lost, settled(lost, Outcome.SUCCEEDED, now=at(63)))
    assert one.job(lost.id) == again


def test_of_eight_that_rescue_a_job_in_one_second_one_has_done_it(database: Database) -> None:
    stores = [database.open() for _ in range(8)]
    start = threading.Barrier(len(stores))
    lost = database.store.add_job(running_job())
    back = requeued(lost, now=at(61), error="its worker died")

    def rescue(store: Store) -> bool:
        start.wait(timeout=30)
        return store.replace_job(lost, back)

    with ThreadPoolExecutor(len(stores)) as pool:
        assert sorted(pool.map(rescue, stores)) == [False] * 7 + [True]
    assert database.store.job(lost.id) == back
