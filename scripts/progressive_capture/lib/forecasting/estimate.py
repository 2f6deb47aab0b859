"""What a planned capture will cost, from what is known before it begins (pure)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from progressive_capture.lib.forecasting.forecast import (
    GITHUB_TOKEN_AN_HOUR,
    PER_PAGE,
    SETUP_SECONDS,
    USUAL_JOBS_A_RUN,
    Sample,
    Spending,
    spending,
)
from progressive_capture.lib.forecasting.prices import dollars

SECONDS_A_REQUEST = 0.5
"""What a request takes, where nobody has measured: GitHub's listings of 100 take 0.3 to 0.8 seconds."""
ALL_OF_IT = "sync"


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a plan will cost.

    Attributes:
        items: runs (artifacts) to do; None: nobody knows before they are listed.
        requests: REST requests; None: as `items`.
        points: GraphQL points.
        hours: how many hours' budgets of the token of Actions that is (1,000 of each an hour).
        minutes: whole minutes of all jobs of the workflow, the plan's and the end's included.
        dollars: for those; 0 where minutes are free.
        legs: jobs that capture.
        basis: what it was measured over.
    """

    items: int | None
    requests: int | None
    points: int | None
    hours: float | None
    minutes: int | None
    dollars: float | None
    legs: int
    basis: str


def sample_of_store(counts: Mapping[str, int]) -> tuple[Sample, str]:
    """What the rows that are there tell of those that are not, and how many runs that is told by."""
    runs, jobs = counts.get("workflow_runs", 0), counts.get("workflow_jobs", 0)
    with_jobs = counts.get("workflow_job_coverage", 0)
    attempts = max(counts.get("workflow_run_attempts", 0), runs)
    measured = bool(with_jobs and jobs)
    earlier = (attempts - runs) / runs if runs else 0.05
    sample = Sample(
        runs=runs,
        rerun_share=min(earlier, 1.0),
        earlier_attempts=earlier,
        jobs_a_run=jobs / with_jobs / (1 + earlier) if measured else USUAL_JOBS_A_RUN,
        runs_with_jobs=with_jobs,
    )
    told = f"measured over the {with_jobs:,} runs whose jobs are stored"
    basis = told if measured else f"assuming {USUAL_JOBS_A_RUN} jobs a run"
    return sample, basis


def estimate(
    kind: str,
    items: int | None,
    counts: Mapping[str, int],
    *,
    depth: str | None,
    legs: int,
    overhead_jobs: int,
    minutes_cost: bool,
) -> Estimate:
    """The estimate for so many items of a kind.

    Args:
        kind: which capture, or `sync` for runs with their jobs.
        items: how many; None: not known.
        counts: rows of the repository by table.
        depth: `jobs`, `steps` or `full`; None counts as `steps`.
        legs: how many jobs capture.
        overhead_jobs: how many jobs of the workflow only plan or bring together.
        minutes_cost: whether minutes are paid.
    """
    sample, basis = sample_of_store(counts)
    cost = None if items is None else _cost(kind, items, sample, depth or "steps")
    if cost is None:
        return Estimate(
            items=items, requests=None, points=None, hours=None, minutes=None, dollars=None,
            legs=legs, basis="not known before it is listed",
        )  # fmt: skip
    hours = cost.hours(GITHUB_TOKEN_AN_HOUR, GITHUB_TOKEN_AN_HOUR)
    minutes = _minutes(cost, legs=legs) + overhead_jobs
    return Estimate(
        items=items,
        requests=cost.requests,
        points=cost.points,
        hours=round(hours, 2),
        minutes=minutes,
        dollars=dollars(minutes, private=minutes_cost),
        legs=legs,
        basis=basis,
    )


def _cost(kind: str, items: int, sample: Sample, depth: str) -> Spending | None:
    listing = Spending(spending("jobs", items, sample).requests, 0)
    details = spending(depth, items, sample)
    if kind == "workflow_runs":
        return Spending(listing.requests + math.ceil(items * sample.earlier_attempts), 0)
    if kind == "workflow_jobs":
        attempts = math.ceil(items * sample.earlier_attempts) if depth != "jobs" else 0  # not this one's
        return Spending(max(0, details.requests - listing.requests - attempts), details.points)
    if kind == ALL_OF_IT:
        return details
    if kind == "artifacts":
        return Spending(items + math.ceil(items / PER_PAGE), 0)
    return None


def _minutes(cost: Spending, *, legs: int) -> int:
    """Each leg's minutes are whole ones. What waits for a budget is not counted: it pauses, or is free."""
    seconds = SETUP_SECONDS + (cost.requests + cost.points) * SECONDS_A_REQUEST / max(1, legs)
    return legs * math.ceil(seconds / 60)
