"""What dead workers held is given back, and what waits goes on when its time has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from progressive_capture.lib.capture_job import LEASE, CaptureJob, JobStatus, Outcome, claimed, settled
from progressive_capture.lib.places import opened_store
from progressive_capture.lib.resuming import rescue, waiting_jobs
from progressive_capture.lib.settings import read_settings
from progressive_capture.lib.store.contract import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + LEASE + timedelta(seconds=1)
KINDS = ("workflow_runs", "workflow_jobs")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened_store(f"sqlite:///{tmp_path / 'capture.db'}", read_settings({})) as store:
        yield store


def job(store: Store, **values: object) -> CaptureJob:
    given = {"id": "a", "kind": "workflow_runs", "repository": "octo/example", "created_at": NOW, **values}
    return store.add_job(CaptureJob(request_key=str(given["id"]), **given))  # type: ignore[arg-type]


def running(store: Store, **values: object) -> CaptureJob:
    queued = job(store, **values)
    taken = claimed(queued, by="worker", now=NOW)
    assert store.replace_job(queued, taken)
    return taken


def state(store: Store, job_id: str = "a") -> tuple[JobStatus, str | None]:
    found = store.job(job_id)
    assert found is not None
    return found.status, found.error


def test_the_job_of_a_worker_that_died_is_queued_again_with_the_reason(store: Store) -> None:
    running(store)
    assert rescue(store, now=LATER) == 1
    assert state(store) == (JobStatus.QUEUED, "its worker showed no life any more")


def test_a_worker_that_shows_life_keeps_its_job(store: Store) -> None:
    running(store)
    assert rescue(store, now=NOW + LEASE) == 0
    assert state(store)[0] is JobStatus.RUNNING


def test_after_its_last_attempt_it_has_failed(store: Store) -> None:
    running(store, attempt=4)
    assert rescue(store, now=LATER) == 1
    assert state(store) == (JobStatus.FAILED, "its worker showed no life any more, 5 times")


@pytest.mark.parametrize("values", [{"chunk_count": 3}, {"dispatch_nonce": "abc"}])
def test_what_others_look_after_is_left_to_them(store: Store, values: dict[str, object]) -> None:
    running(store, **values)
    assert rescue(store, now=LATER) == 0


def test_a_pause_is_over_when_its_time_has_come(store: Store) -> None:
    taken = running(store)
    assert store.replace_job(taken, settled(taken, Outcome.PAUSED, now=NOW, resume_at=LATER))
    assert waiting_jobs(store, "octo/example", now=NOW, kinds=KINDS) == []
    assert [each.id for each in waiting_jobs(store, "octo/example", now=LATER, kinds=KINDS)] == ["a"]


def test_what_waits_for_a_workflow_is_left_to_it(store: Store) -> None:
    job(store, id="b", processor="actions")
    job(store, id="c")
    job(store, id="d", kind="reviews")
    assert [each.id for each in waiting_jobs(store, "octo/example", now=NOW, kinds=KINDS)] == ["c"]
