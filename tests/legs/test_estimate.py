"""What a plan costs, told from what is known."""

from __future__ import annotations

import pytest

from progressive_capture.lib.forecasting.estimate import Estimate, estimate

STORED = {
    "workflow_runs": 1000,
    "workflow_run_attempts": 1000,
    "workflow_jobs": 6000,
    "workflow_job_coverage": 1000,
}


def of(
    kind: str, items: int | None, *, legs: int = 1, depth: str | None = None, paid: bool = True
) -> Estimate:
    return estimate(kind, items, STORED, depth=depth, legs=legs, overhead_jobs=2, minutes_cost=paid)


def test_jobs_and_steps_cost_a_point_for_a_hundred_of_each() -> None:
    # 10,000 runs in hundreds, and their 60,000 jobs in hundreds.
    assert of("workflow_jobs", 10_000).points == 100 + 600


def test_jobs_alone_cost_a_point_for_a_hundred_runs() -> None:
    assert of("workflow_jobs", 10_000, depth="jobs").points == 100


def test_a_listing_costs_a_request_for_a_hundred_runs_and_a_few() -> None:
    requests = of("workflow_runs", 10_000).requests
    assert requests is not None
    assert 100 <= requests <= 120


def test_every_artifact_costs_a_request() -> None:
    assert of("artifacts", 500).requests == 505


def test_minutes_are_whole_ones_of_every_job() -> None:
    # 30 seconds of setting up and a few requests: a minute a leg, and one for each job around them.
    assert of("workflow_jobs", 100, legs=1).minutes == 1 + 2
    assert of("workflow_jobs", 100, legs=5).minutes == 5 + 2


def test_minutes_that_are_free_cost_nothing() -> None:
    assert of("workflow_jobs", 10_000, paid=False).dollars == 0
    assert (of("workflow_jobs", 10_000).dollars or 0) > 0


def test_hours_are_those_of_the_tokens_budget_with_a_tenth_left() -> None:
    assert of("workflow_jobs", 10_000).hours == pytest.approx(700 / 900, abs=0.01)


@pytest.mark.parametrize("kind", ["pull_requests", "reviews"])
def test_what_nobody_can_know_is_not_told(kind: str) -> None:
    unknown = of(kind, None)
    assert (unknown.requests, unknown.points, unknown.dollars) == (None, None, None)
    assert "not known" in unknown.basis


def test_it_says_what_it_was_measured_over() -> None:
    assert of("workflow_jobs", 1).basis == "measured over the 1,000 runs whose jobs are stored"
    nothing_yet = estimate("sync", 10, {}, depth=None, legs=1, overhead_jobs=0, minutes_cost=False)
    assert "assuming" in nothing_yet.basis
