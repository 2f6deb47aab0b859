"""The states of a capture job: which may follow which, and what counts as an attempt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.lib.capture_job import (
    LEASE,
    LEGAL,
    CaptureJob,
    JobStatus,
    Outcome,
    claimed,
    lease_expired,
    move,
    outcome_of,
    requeued,
    settled,
)
from progressive_capture.lib.errors import ConfigurationError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUEUED = CaptureJob(id="job-1", kind="workflow_runs", repository="octo/example")

LEGAL_MOVES = {
    ("queued", "running"),
    ("queued", "cancelled"),
    ("running", "succeeded"),
    ("running", "paused"),
    ("running", "failed"),
    ("running", "queued"),
    ("paused", "queued"),
    ("paused", "cancelled"),
    ("failed", "queued"),
}


@pytest.mark.parametrize("before", JobStatus)
@pytest.mark.parametrize("after", JobStatus)
def test_only_the_moves_of_the_design_are_legal(before: JobStatus, after: JobStatus) -> None:
    job = QUEUED.evolve(status=before)
    if (before.value, after.value) in LEGAL_MOVES:
        assert move(job, after).status is after
    else:
        with pytest.raises(ConfigurationError, match=f"is {before}; it cannot become {after}"):
            move(job, after)


def test_a_claim_counts_as_an_attempt() -> None:
    running = claimed(QUEUED, by="worker", now=NOW)
    assert (running.status, running.attempt, running.claimed_by) == (JobStatus.RUNNING, 1, "worker")
    assert running.heartbeat_at == running.started_at == NOW


def test_going_on_after_a_pause_uses_up_no_attempt() -> None:
    running = claimed(QUEUED, by="worker", now=NOW)
    paused = settled(running, Outcome.PAUSED, now=NOW, error="the budget is spent", resume_at=NOW + LEASE)
    again = claimed(requeued(paused, now=NOW), by="other", now=NOW + LEASE)
    assert again.attempt == 1
    assert again.started_at == NOW
    assert (again.resume_at, again.error, again.outcome) == (None, None, None)


def test_a_rescue_and_a_retry_use_up_an_attempt() -> None:
    running = claimed(QUEUED, by="worker", now=NOW)
    rescued = claimed(requeued(running, now=NOW, error="its worker died"), by="other", now=NOW)
    assert rescued.attempt == 2
    failed = settled(rescued, Outcome.FAILED, now=NOW, error="three items")
    assert claimed(requeued(failed, now=NOW), by="other", now=NOW).attempt == 3


def test_a_pause_has_no_finish_and_the_other_ends_have() -> None:
    running = claimed(QUEUED, by="worker", now=NOW)
    assert settled(running, Outcome.PAUSED, now=NOW).finished_at is None
    assert settled(running, Outcome.SUCCEEDED, now=NOW).finished_at == NOW
    assert settled(running, Outcome.FAILED, now=NOW).finished_at == NOW


def test_items_that_failed_before_are_to_do_again() -> None:
    running = claimed(QUEUED, by="worker", now=NOW).evolve(failed_items=3)
    failed = settled(running, Outcome.FAILED, now=NOW)
    assert claimed(requeued(failed, now=NOW), by="worker", now=NOW).failed_items == 0


@pytest.mark.parametrize(
    ("silent_for", "expired"),
    [(timedelta(seconds=59), False), (timedelta(seconds=60), False), (timedelta(seconds=61), True)],
)
def test_a_lease_lasts_a_minute(silent_for: timedelta, expired: bool) -> None:
    running = claimed(QUEUED, by="worker", now=NOW - silent_for)
    assert lease_expired(running, now=NOW) is expired


@pytest.mark.parametrize(
    ("failed_items", "paused", "outcome"),
    [
        (0, False, Outcome.SUCCEEDED),
        (1, False, Outcome.FAILED),
        (0, True, Outcome.PAUSED),
        (1, True, Outcome.PAUSED),
    ],
)
def test_the_outcome_follows_from_the_counts(failed_items: int, paused: bool, outcome: Outcome) -> None:
    assert outcome_of(failed_items=failed_items, paused=paused) is outcome


@given(st.lists(st.sampled_from(JobStatus), max_size=12))
def test_no_walk_through_the_states_leaves_the_end_states(steps: list[JobStatus]) -> None:
    job = QUEUED
    for step in steps:
        if step in LEGAL[job.status]:
            job = move(job, step)
        else:
            with pytest.raises(ConfigurationError):
                move(job, step)
    if job.status in (JobStatus.SUCCEEDED, JobStatus.CANCELLED):
        assert not LEGAL[job.status]
