"""Capture jobs as they are looked at: by page, those of a plan, those dispatched, and what they came to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_databases import Database
from store_rows import NOON, at, capture_job

from progressive_capture.lib.capture_job import CaptureJob, JobStatus
from progressive_capture.lib.store.contract import GroupedBy, JobCosts, Store


def job(name: str, **values: Any) -> CaptureJob:
    return capture_job(id=name, request_key="").evolve(**values)


def ids(jobs: Sequence[CaptureJob]) -> list[str]:
    return [each.id for each in jobs]


def pages(store: Store, size: int, **only: Any) -> list[CaptureJob]:
    """All jobs, a page after the other."""
    found: list[CaptureJob] = []
    while page := store.jobs(limit=size, after=found[-1] if found else None, **only):
        assert len(page) <= size
        found += page
    return found


# -- listed ------------------------------------------------------------------------------------------


def test_jobs_are_listed_by_what_they_are(database: Database) -> None:
    store = database.store
    store.add_jobs(
        [
            job("a", status=JobStatus.PAUSED, created_at=at(1)),
            job("b", kind="artifacts", created_at=at(2)),
            job("c", processor="actions", created_at=at(3)),
            job("d", repository="octo/other", created_at=at(4)),
            job("e", status=JobStatus.PAUSED, kind="artifacts", processor="actions", created_at=None),
        ]
    )
    assert ids(store.jobs()) == ["d", "c", "b", "a", "e"]
    assert ids(store.jobs(status=JobStatus.PAUSED)) == ["a", "e"]
    assert ids(store.jobs(kind="artifacts")) == ["b", "e"]
    assert ids(store.jobs(processor="actions")) == ["c", "e"]
    assert ids(store.jobs(repository="OCTO/hello", processor="inline")) == ["b", "a"]
    assert ids(store.jobs(status=JobStatus.FAILED)) == ids(store.jobs(kind="reviews")) == []


some_jobs = st.lists(
    st.tuples(st.none() | st.integers(0, 2).map(at), st.sampled_from(["a", "b"])), max_size=9
)


@settings(max_examples=25, deadline=None)
@given(drawn=some_jobs, size=st.integers(1, 4), kind=st.none() | st.just("a"))
def test_pages_put_together_are_the_whole_list_each_job_once(
    shared_database: Database, drawn: list[Any], size: int, kind: str | None
) -> None:
    shared_database.change("DELETE FROM progressive_capture_jobs", {})
    jobs = [job(f"{n}", created_at=moment, kind=kind) for n, (moment, kind) in enumerate(drawn)]
    shared_database.store.add_jobs(jobs)
    newest_first = sorted(
        (each for each in jobs if kind in (None, each.kind)),
        key=lambda each: (each.created_at is not None, each.created_at or NOON, each.id),
        reverse=True,
    )
    assert pages(shared_database.store, size, kind=kind) == newest_first


# -- dispatched --------------------------------------------------------------------------------------


def test_dispatched_jobs_are_those_of_actions_that_are_not_over_the_one_dispatched_first_first(
    database: Database,
) -> None:
    dispatched = {"processor": "actions", "dispatched_at": at(5)}
    database.store.add_jobs(
        [
            job("later", **dispatched | {"dispatched_at": at(9)}),
            job("running", **dispatched | {"dispatched_at": at(1)}, status=JobStatus.RUNNING),
            job("queued", **dispatched, created_at=None),
            job("not yet", processor="actions"),
            job("inline", dispatched_at=at(0)),
            *(
                job(f"is {status}", **dispatched, status=status)
                for status in JobStatus
                if status not in (JobStatus.QUEUED, JobStatus.RUNNING)
            ),
        ]
    )
    assert ids(database.store.dispatched_jobs()) == ["running", "queued", "later"]
    assert ids(database.store.dispatched_jobs(2)) == ["running", "queued"]


# -- of a plan ---------------------------------------------------------------------------------------


def test_children_are_the_chunks_of_one_job_by_their_place_in_the_plan(database: Database) -> None:
    database.store.add_jobs(
        [
            job("parent", chunk_count=2),
            job("z", parent_id="parent", chunk_index=0),
            job("b", parent_id="parent", chunk_index=10),
            job("a", parent_id="parent", chunk_index=10, status=JobStatus.CANCELLED),
            job("theirs", parent_id="Parent", chunk_index=1),
        ]
    )
    assert ids(database.store.children("parent")) == ["z", "a", "b"]
    assert list(database.store.children("nobody")) == []


# -- due ---------------------------------------------------------------------------------------------


def test_jobs_are_due_when_their_pause_is_over_the_longest_due_first(database: Database) -> None:
    paused = {"status": JobStatus.PAUSED}
    database.store.add_jobs(
        [
            job("at once", **paused),
            job("now", **paused, resume_at=at(10)),
            job("long ago", **paused, resume_at=at(1), kind="artifacts"),
            job("later", **paused, resume_at=at(11)),
            job("of chunks", **paused, chunk_count=3),
            job("a chunk", **paused, chunk_count=3, parent_id="of chunks", processor="actions"),
            job("queued", resume_at=at(1)),
        ]
    )
    due = database.store.due_jobs
    assert ids(due(now=at(10.9))) == ["a chunk", "at once", "long ago", "now"]
    assert ids(due(now=at(10), limit=3)) == ["a chunk", "at once", "long ago"]
    assert ids(due(now=at(10), processor="inline")) == ["at once", "long ago", "now"]
    assert ids(due(now=at(10), kinds=["artifacts"])) == ["long ago"]
    assert ids(due(now=at(10), kinds=[])) == []


def test_a_claim_takes_what_was_routed_to_its_processor_and_nothing_else(database: Database) -> None:
    store = database.store
    store.add_jobs(
        [job("actions", processor="actions", priority=9), job("inline"), job("again", priority=-1)]
    )
    claimed = [store.claim_next(worker="me", now=at(1), processor="inline") for _ in range(3)]
    assert [each and each.id for each in claimed] == ["inline", "again", None]
    assert store.claim_next(worker="me", now=at(1), processor="nobody") is None
    left = store.claim_next(worker="me", now=at(1))
    assert left is not None
    assert left.id == "actions"


# -- what they came to -------------------------------------------------------------------------------

SPENT = {
    "processed_items": 10,
    "failed_items": 1,
    "rest_requests": 5,
    "graphql_points": 7,
    "runner_minutes": 2.0,
    "cost_usd": 0.25,
}


def costs(key: str, jobs: int, **values: Any) -> JobCosts:
    """Of so many jobs that spent alike; made at noon, queued."""
    spent = {name: value * jobs for name, value in SPENT.items()}
    states = {"succeeded": 0, "failed": 0, "paused": 0}
    times = {"first_created_at": at(0), "last_created_at": at(0)}
    return JobCosts(**{"key": key, "jobs": jobs} | states | spent | times | values)


def test_nothing_has_cost_nothing(database: Database) -> None:
    for by in ("repository", "kind", "month"):
        assert list(database.store.job_costs(by)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("by", ["repository", "kind", "month"])
def test_costs_add_up_and_no_chunk_counts_beside_its_job(database: Database, by: GroupedBy) -> None:
    database.store.add_jobs(
        [
            job("a", **SPENT, status=JobStatus.SUCCEEDED),
            job("b", **SPENT, status=JobStatus.FAILED, chunk_count=2),
            job("c", **SPENT, status=JobStatus.PAUSED),
            job("d", **SPENT, status=JobStatus.PAUSED),
            job("b0", **SPENT, parent_id="b", chunk_index=0, chunk_count=2, status=JobStatus.FAILED),
            job("b1", **SPENT, parent_id="b", chunk_index=1, chunk_count=2),
        ]
    )
    key = {"repository": "octo/hello", "kind": "workflow_runs", "month": "2026-11"}[by]
    assert list(database.store.job_costs(by)) == [costs(key, 4, succeeded=1, failed=1, paused=2)]


def test_costs_are_told_by_repository_whatever_the_case_of_its_name(database: Database) -> None:
    database.store.add_jobs(
        [
            job("a", **SPENT, repository="Octo/Old"),
            job("b", **SPENT, repository="octo/old", created_at=at(86_400), status=JobStatus.FAILED),
            job("c", **SPENT, repository="OCTO/old", created_at=None),
            job("d", **SPENT, repository="octo/a"),
        ]
    )
    found = database.store.job_costs("repository")
    assert list(found) == [
        costs("octo/a", 1),
        costs("octo/old", 3, failed=1, last_created_at=at(86_400)),
    ]
    assert [group.days for group in found] == [0.0, 1.0]


def test_costs_are_told_by_kind(database: Database) -> None:
    database.store.add_jobs([job("a", **SPENT), job("b", **SPENT, kind="artifacts", created_at=None)])
    undated = {"first_created_at": None, "last_created_at": None}
    found = database.store.job_costs("kind")
    assert list(found) == [costs("artifacts", 1, **undated), costs("workflow_runs", 1)]
    assert found[0].days == 0


def test_a_month_begins_and_ends_in_utc(database: Database) -> None:
    moments = {
        "a": datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC),
        "b": datetime(2026, 11, 1, tzinfo=UTC),
        "c": datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC),
        "d": datetime(2026, 12, 1, tzinfo=UTC),
    }
    database.store.add_jobs([job(name, created_at=moment) for name, moment in moments.items()])
    database.store.add_job(job("e", created_at=None))
    found = database.store.job_costs("month")
    assert [(group.key, group.jobs) for group in found] == [
        ("2026-10", 1),
        ("2026-11", 2),
        ("2026-12", 1),
        ("undated", 1),
    ]
