"""What there is, what GitHub deletes next, and what keeping it costs: arithmetic on a few answers (pure).

The rates are those that a capture is built for (see docs/architecture.md): a request lists 100 runs, a point
brings the jobs of 100 runs or the steps of 100 jobs, and what was run again needs REST, a request for each
run and for each earlier attempt.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from progressive_capture.lib.forecasting.prices import dollars
from progressive_capture.lib.windows import SECOND, Window, whole_seconds

PER_PAGE = 100
EXACT_UP_TO = 1_000
"""GitHub lists so many results of a search; past them its counts may be a few percent off."""
COUNTED_UP_TO = 2_500
"""Past so many results of a search GitHub stops counting (since 2026-09-25)."""
LISTED_UP_TO = 40_000
"""So many runs are listed, and counted, where nothing is searched for."""
SOON = timedelta(days=7)
DEFAULT_RETENTION_DAYS = 90
ACTIONS_BEGAN = datetime(2018, 10, 16, tzinfo=UTC)
"""The day on which GitHub announced Actions: no run is older."""

OVERLAP = 1.05
"""Requests of a listing per full page: the runs of a second between two pages come twice."""
AROUND = 10
"""Requests around the listing: the repository, its workflows, and pages that end early, one in each span."""
USUAL_JOBS_A_RUN = 4.5
SETUP_SECONDS = 30.0
"""Until a job of ours has checked out, has Python and is installed."""
GITHUB_TOKEN_AN_HOUR = 1_000
"""Requests, and points, an hour of the token that Actions gives each job, per repository."""
LEFT_TO_CI = 0.1
"""The default of --leave-budget, as a share."""


class Certainty(StrEnum):
    """How far a count of GitHub's is to be relied on."""

    EXACT = "exact"
    ESTIMATE = "estimate"
    AT_LEAST = "at least"


@dataclass(frozen=True)
class Count:
    """So many, and how certain that is."""

    number: int
    certainty: Certainty


def searched(total_count: int) -> Count:
    """What GitHub's count of a search means."""
    if total_count >= COUNTED_UP_TO:
        return Count(COUNTED_UP_TO, Certainty.AT_LEAST)
    return Count(total_count, Certainty.ESTIMATE if total_count > EXACT_UP_TO else Certainty.EXACT)


def listed(total_count: int) -> Count:
    """What GitHub's count of everything means."""
    if total_count >= LISTED_UP_TO:
        return Count(LISTED_UP_TO, Certainty.AT_LEAST)
    return Count(total_count, Certainty.ESTIMATE if total_count > EXACT_UP_TO else Certainty.EXACT)


@dataclass(frozen=True)
class Retention:
    """For how many days GitHub keeps a run, and who said so."""

    days: int
    source: str


@dataclass(frozen=True)
class AgeSpan:
    """Runs of some age in days: from `younger_days` on, up to `older_days` (None: whatever is older)."""

    younger_days: int
    older_days: int | None
    window: Window


def age_spans(now: datetime, retention: Retention) -> list[AgeSpan]:
    """The last week, the month, what is older, and last of all what goes within the next seven days."""
    soon = max(0, retention.days - SOON.days)
    edges = [days for days in (0, 7, 30) if days < soon] + [soon]
    return [
        AgeSpan(younger, older, _window(now, younger, older))
        for younger, older in zip(edges, [*edges[1:], None], strict=True)
    ]


def _window(now: datetime, younger: int, older: int | None) -> Window:
    """Without a second in common with its neighbours."""
    now = whole_seconds(now)
    start = ACTIONS_BEGAN if older is None else now - timedelta(days=older) + SECOND
    return Window(start, max(start, now - timedelta(days=younger)))


def all_runs(total: Count, *, oldest_listed_at: datetime | None, retention: Retention, now: datetime) -> int:
    """How many runs there are in all: as counted, or as many a day as in the part that is listed."""
    if total.certainty is not Certainty.AT_LEAST or oldest_listed_at is None:
        return total.number
    listed_days = (now - oldest_listed_at) / timedelta(days=1)
    if listed_days <= 0:
        return total.number
    return max(total.number, round(total.number * retention.days / listed_days))


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What a few runs tell about all.

    Attributes:
        runs: how many were looked at for re-runs.
        rerun_share: how many of those were run again.
        earlier_attempts: how many attempts a run has before its latest, on average.
        jobs_a_run: on average, of runs that were not run again.
        runs_with_jobs: how many runs `jobs_a_run` was measured over; 0: it is assumed.
    """

    runs: int
    rerun_share: float
    earlier_attempts: float
    jobs_a_run: float
    runs_with_jobs: int


def sample_of(runs: Sequence[Mapping[str, Any]], jobs_of_runs: Sequence[int]) -> Sample:
    """The sample that a few runs of GitHub's are, with the numbers of jobs of some of them."""
    attempts = [max(1, run.get("run_attempt") or 1) for run in runs]
    count = max(1, len(attempts))
    return Sample(
        runs=len(attempts),
        rerun_share=sum(attempt > 1 for attempt in attempts) / count,
        earlier_attempts=sum(attempt - 1 for attempt in attempts) / count,
        jobs_a_run=sum(jobs_of_runs) / len(jobs_of_runs) if jobs_of_runs else USUAL_JOBS_A_RUN,
        runs_with_jobs=len(jobs_of_runs),
    )


@dataclass(frozen=True)
class Spending:
    """Requests and points."""

    requests: int
    points: int

    def hours(self, requests_an_hour: int | None, points_an_hour: int | None) -> float:
        """How many hours' budgets that is, with a tenth left to the repository's CI; None has no limit."""
        budgets = ((self.requests, requests_an_hour), (self.points, points_an_hour))
        return max(used / (limit * (1 - LEFT_TO_CI)) if limit else 0.0 for used, limit in budgets)


def spending(depth: str, runs: int, sample: Sample, *, graphql: bool = True) -> Spending:
    """What it takes to capture so many runs to a depth; without GraphQL, REST does it all."""
    listing = math.ceil(OVERLAP * math.ceil(runs / PER_PAGE)) + AROUND
    pages = runs * max(1.0, sample.jobs_a_run / PER_PAGE)
    if depth == "jobs":
        return Spending(listing, math.ceil(runs / PER_PAGE)) if graphql else Spending(_up(listing + pages), 0)
    attempts = runs * sample.earlier_attempts
    if depth == "full" or not graphql:
        return Spending(_up(listing + attempts + pages), 0)
    once = runs * (1 - sample.rerun_share)
    points = _up(once / PER_PAGE) + _up(once * sample.jobs_a_run / PER_PAGE)
    return Spending(_up(listing + attempts + pages * sample.rerun_share), points)


def _up(number: float) -> int:
    """The next whole number, unless only the computer's arithmetic lies between."""
    return math.ceil(number - 1e-6)


@dataclass(frozen=True, kw_only=True)
class DepthCost:
    """What keeping the history to one depth costs, once.

    Attributes:
        hours_of_github_token: how many hours' budgets of the token of Actions it takes.
        hours_of_this_token: the same of the token that asked; None: not known.
        runner_minutes: whole minutes of all jobs; what waits is not counted, since it pauses.
        dollars: for those, on GitHub's own runners.
    """

    depth: str
    spending: Spending
    hours_of_github_token: float
    hours_of_this_token: float | None
    runner_minutes: int
    dollars: float


@dataclass(frozen=True, kw_only=True)
class Pace:
    """What the token may spend an hour (by `core`, `graphql`), and the seconds that a request takes."""

    limits: Mapping[str, int]
    graphql: bool
    seconds_a_request: float


def depth_costs(runs: int, sample: Sample, pace: Pace, *, private: bool) -> Iterator[DepthCost]:
    """The costs at every depth, the cheapest first."""
    for depth in ("jobs", "steps", "full"):
        cost = spending(depth, runs, sample)
        own = spending(depth, runs, sample, graphql=pace.graphql)
        hours = cost.hours(GITHUB_TOKEN_AN_HOUR, GITHUB_TOKEN_AN_HOUR)
        minutes = runner_minutes(cost, seconds_a_request=pace.seconds_a_request, hours=hours)
        yield DepthCost(
            depth=depth,
            spending=cost,
            hours_of_github_token=round(hours, 2),
            hours_of_this_token=round(own.hours(pace.limits.get("core"), pace.limits.get("graphql")), 2)
            if pace.limits
            else None,
            runner_minutes=minutes,
            dollars=dollars(minutes, private=private),
        )


def runner_minutes(cost: Spending, *, seconds_a_request: float, hours: float) -> int:
    """Whole minutes of as many jobs as there are hours of budget; requests one after the other."""
    jobs = max(1, math.ceil(hours))
    seconds = SETUP_SECONDS + (cost.requests + cost.points) * seconds_a_request / jobs
    return jobs * math.ceil(seconds / 60)
