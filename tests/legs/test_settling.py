"""A capture job of several chunks is settled from how they ended, by legal moves only."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from progressive_capture.lib.capture_job import CaptureJob, JobStatus, Outcome, claimed, settled
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.places import opened_store
from progressive_capture.lib.settings import WorkflowRun, read_settings
from progressive_capture.lib.settling import job_of, keep_jobs, settle_parent
from progressive_capture.lib.store.contract import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PARENT = str(uuid.uuid5(uuid.NAMESPACE_URL, "parent"))
RUN = WorkflowRun(repository="octo/jobs", id=77)


def chunk(index: int, *, plan: str = "first", count: int = 3) -> Chunk:
    return Chunk(
        kind="workflow_jobs",
        repository="octo/example",
        job_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{plan} {index}")),
        parent_id=PARENT,
        index=index,
        count=count,
        parameters={"depth": "steps"},
        first_id=index * 100,
        last_id=index * 100 + 99,
    )


CHUNKS = [chunk(0), chunk(1), chunk(2)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened_store(f"sqlite:///{tmp_path / 'capture.db'}", read_settings({})) as store:
        yield store


def ends(store: Store, which: Chunk, outcome: Outcome, *, error: str | None = None) -> None:
    job = store.add_job(job_of(which, now=NOW))
    running = claimed(job, by="leg", now=NOW).evolve(processed_items=10, rest_requests=3, graphql_points=2)
    assert store.replace_job(job, running)
    resume_at = LATER if outcome is Outcome.PAUSED else None
    assert store.replace_job(running, settled(running, outcome, now=NOW, error=error, resume_at=resume_at))


def dies(store: Store, which: Chunk) -> None:
    job = store.add_job(job_of(which, now=NOW))
    assert store.replace_job(job, claimed(job, by="leg", now=NOW))


def settled_parent(store: Store, *, cancelled: bool = False) -> CaptureJob:
    parent = settle_parent(store, CHUNKS, now=NOW, cancelled=cancelled)
    assert parent is not None
    assert store.job(PARENT) == parent
    return parent


def test_it_succeeded_where_every_chunk_did_and_counts_them_together(store: Store) -> None:
    for each in CHUNKS:
        ends(store, each, Outcome.SUCCEEDED)
    parent = settled_parent(store)
    assert (parent.status, parent.outcome) == (JobStatus.SUCCEEDED, Outcome.SUCCEEDED)
    assert (parent.processed_items, parent.rest_requests, parent.graphql_points) == (30, 9, 6)


def test_it_is_paused_where_one_is_and_goes_on_when_that_may(store: Store) -> None:
    ends(store, CHUNKS[0], Outcome.SUCCEEDED)
    ends(store, CHUNKS[1], Outcome.PAUSED, error="the time budget is used up")
    ends(store, CHUNKS[2], Outcome.SUCCEEDED)
    parent = settled_parent(store)
    assert (parent.status, parent.resume_at) == (JobStatus.PAUSED, LATER)
    assert parent.error == "the time budget is used up"


@pytest.mark.parametrize("left_a_row", [True, False])
def test_it_failed_where_a_leg_died_and_says_what_to_do(store: Store, left_a_row: bool) -> None:
    ends(store, CHUNKS[0], Outcome.SUCCEEDED)
    ends(store, CHUNKS[1], Outcome.PAUSED)
    if left_a_row:
        dies(store, CHUNKS[2])
    parent = settled_parent(store)
    assert parent.status is JobStatus.FAILED
    assert parent.error == "1 leg of 3 died: re-run the failed jobs"


def test_a_leg_that_a_person_cancelled_has_not_died(store: Store) -> None:
    ends(store, CHUNKS[0], Outcome.SUCCEEDED)
    ends(store, CHUNKS[1], Outcome.PAUSED)
    assert settled_parent(store, cancelled=True).status is JobStatus.PAUSED


def test_after_the_failed_leg_was_run_again_it_succeeded(store: Store) -> None:
    for each in CHUNKS[:2]:
        ends(store, each, Outcome.SUCCEEDED)
    assert settled_parent(store).status is JobStatus.FAILED
    ends(store, CHUNKS[2], Outcome.SUCCEEDED)
    assert settled_parent(store).status is JobStatus.SUCCEEDED


def test_settling_twice_changes_nothing_more(store: Store) -> None:
    for each in CHUNKS:
        ends(store, each, Outcome.SUCCEEDED)
    assert settled_parent(store) == settled_parent(store)


def test_chunks_of_an_earlier_plan_are_over(store: Store) -> None:
    earlier = chunk(0, plan="earlier")
    ends(store, earlier, Outcome.PAUSED)
    for each in CHUNKS:
        ends(store, each, Outcome.SUCCEEDED)
    settled_parent(store)
    job = store.job(earlier.job_id or "")
    assert job is not None
    assert (job.status, job.error) == (JobStatus.CANCELLED, "planned anew")


def test_a_plan_keeps_its_jobs_and_the_one_that_they_are_parts_of_runs_in_that_workflow_run(
    store: Store,
) -> None:
    keep_jobs(store, CHUNKS, now=NOW, run=RUN)
    parent = store.job(PARENT)
    assert parent is not None
    assert (parent.status, parent.workflow_run_id) == (JobStatus.RUNNING, 77)
    assert {job.id for job in store.jobs() if job.parent_id == PARENT} == {each.job_id for each in CHUNKS}


def test_planning_the_same_again_adds_no_job(store: Store) -> None:
    keep_jobs(store, CHUNKS, now=NOW, run=RUN)
    keep_jobs(store, CHUNKS, now=LATER, run=RUN)
    assert len(store.jobs()) == len(CHUNKS) + 1


def test_a_single_chunk_has_no_job_above_it(store: Store) -> None:
    alone = replace(chunk(0, count=1), parent_id=None)
    keep_jobs(store, [alone], now=NOW, run=RUN)
    assert settle_parent(store, [alone], now=NOW) is None
    assert not store.jobs()
