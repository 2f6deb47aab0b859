"""What a few answers mean for a whole history: counts, ages, costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from progressive_capture.lib.forecasting.forecast import (
    AgeSpan,
    Certainty,
    Count,
    Pace,
    Retention,
    Sample,
    Spending,
    age_spans,
    all_runs,
    depth_costs,
    listed,
    runner_minutes,
    sample_of,
    searched,
    spending,
)
from progressive_capture.lib.windows import Window

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
BY_API = Retention(90, "the API")


def sample(**values: Any) -> Sample:
    usual: dict[str, Any] = {"runs": 200, "rerun_share": 0.0, "earlier_attempts": 0.0}
    return Sample(**(usual | {"jobs_a_run": 4.0, "runs_with_jobs": 100} | values))


# ---- counts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (0, Count(0, Certainty.EXACT)),
        (1_000, Count(1_000, Certainty.EXACT)),
        (1_001, Count(1_001, Certainty.ESTIMATE)),
        (2_499, Count(2_499, Certainty.ESTIMATE)),
        (2_500, Count(2_500, Certainty.AT_LEAST)),
        (2_501, Count(2_500, Certainty.AT_LEAST)),
    ],
)
def test_a_count_of_a_search_is_exact_to_a_thousand_and_ends_at_2500(told: int, meant: Count) -> None:
    assert searched(told) == meant


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (1_000, Count(1_000, Certainty.EXACT)),
        (39_999, Count(39_999, Certainty.ESTIMATE)),
        (40_000, Count(40_000, Certainty.AT_LEAST)),
    ],
)
def test_a_count_of_everything_ends_at_40000(told: int, meant: Count) -> None:
    assert listed(told) == meant


def test_more_runs_than_are_listed_are_estimated_from_the_days_that_the_listing_reaches_back() -> None:
    total = Count(40_000, Certainty.AT_LEAST)
    a_third_of_it = NOW - timedelta(days=30)
    assert all_runs(total, oldest_listed_at=a_third_of_it, retention=BY_API, now=NOW) == 120_000


def test_a_listing_that_reaches_further_back_than_the_retention_takes_no_run_away() -> None:
    total = Count(40_000, Certainty.AT_LEAST)
    older = NOW - timedelta(days=400)
    assert all_runs(total, oldest_listed_at=older, retention=BY_API, now=NOW) == 40_000


def test_a_whole_listing_is_its_own_count() -> None:
    total = Count(1_200, Certainty.ESTIMATE)
    assert all_runs(total, oldest_listed_at=NOW - timedelta(days=3), retention=BY_API, now=NOW) == 1_200


# ---- ages ------------------------------------------------------------------------------------------------


def test_ages_meet_without_a_second_twice_or_left_out_and_end_with_what_goes_soon() -> None:
    spans = age_spans(NOW, BY_API)
    assert [(span.younger_days, span.older_days) for span in spans] == [(0, 7), (7, 30), (30, 83), (83, None)]
    assert spans[0].window.end == NOW
    for younger, older in pairwise(spans):
        assert younger.window.start - older.window.end == timedelta(seconds=1)
    assert spans[-1].window.end == NOW - timedelta(days=83)
    assert spans[-1].window.start.year == 2018


@pytest.mark.parametrize(
    ("days", "edges"),
    [
        (400, [(0, 7), (7, 30), (30, 393), (393, None)]),
        (37, [(0, 7), (7, 30), (30, None)]),
        (14, [(0, 7), (7, None)]),
        (9, [(0, 2), (2, None)]),
        (7, [(0, None)]),
        (1, [(0, None)]),
    ],
)
def test_a_short_retention_has_fewer_ages(days: int, edges: list[tuple[int, int | None]]) -> None:
    spans = age_spans(NOW, Retention(days, "the API"))
    assert [(span.younger_days, span.older_days) for span in spans] == edges


def test_an_age_is_asked_for_as_a_window_of_whole_seconds() -> None:
    newest = age_spans(NOW + timedelta(milliseconds=700), BY_API)[0]
    assert newest == AgeSpan(0, 7, Window(datetime(2026, 11, 15, 12, 0, 1, tzinfo=UTC), NOW))


# ---- the sample ------------------------------------------------------------------------------------------


def test_a_sample_knows_how_many_runs_were_run_again_and_how_often() -> None:
    runs = [{"run_attempt": attempt} for attempt in (1, 1, 2, 4, None)]
    seen = sample_of(runs, [3, 6])
    assert seen == Sample(runs=5, rerun_share=0.4, earlier_attempts=0.8, jobs_a_run=4.5, runs_with_jobs=2)


def test_without_a_job_to_count_the_usual_number_is_assumed_and_said_to_be() -> None:
    seen = sample_of([{"run_attempt": 1}], [])
    assert (seen.jobs_a_run, seen.runs_with_jobs) == (4.5, 0)
    assert sample_of([], []).rerun_share == 0


# ---- costs -----------------------------------------------------------------------------------------------


def test_each_depth_costs_what_the_rates_say() -> None:
    # 10,000 runs are 100 pages, 105 with what comes twice, and 10 around them; 4 jobs a run are 400 hundreds.
    assert spending("jobs", 10_000, sample()) == Spending(requests=115, points=100)
    assert spending("steps", 10_000, sample()) == Spending(requests=115, points=100 + 400)
    assert spending("full", 10_000, sample()) == Spending(requests=115 + 10_000, points=0)


def test_runs_that_were_run_again_go_by_rest_with_a_request_for_each_earlier_attempt() -> None:
    again = sample(rerun_share=0.05, earlier_attempts=0.07)
    assert spending("steps", 10_000, again) == Spending(requests=115 + 500 + 700, points=95 + 380)
    assert spending("full", 10_000, again) == Spending(requests=115 + 700 + 10_000, points=0)
    assert spending("jobs", 10_000, again) == Spending(requests=115, points=100)


def test_runs_of_more_than_a_hundred_jobs_need_more_than_a_page_by_rest() -> None:
    assert spending("full", 1_000, sample(jobs_a_run=250.0)).requests == 11 + 10 + 2_500


def test_without_graphql_every_depth_takes_a_request_a_run() -> None:
    for depth in ("jobs", "steps", "full"):
        assert spending(depth, 10_000, sample(), graphql=False) == Spending(requests=10_115, points=0)


def test_the_scarcer_budget_says_how_many_hours_and_a_tenth_is_left() -> None:
    assert Spending(requests=900, points=1_800).hours(1_000, 1_000) == pytest.approx(2.0)
    assert Spending(requests=9_000, points=100).hours(5_000, 5_000) == pytest.approx(2.0)
    assert Spending(requests=9_000, points=0).hours(None, None) == 0


def test_every_job_is_charged_in_whole_minutes_and_has_to_be_set_up() -> None:
    # 30 s of setting up and 31 s of asking are a minute and a second: two minutes.
    assert runner_minutes(Spending(requests=20, points=11), seconds_a_request=1.0, hours=0.2) == 2
    assert runner_minutes(Spending(requests=20, points=10), seconds_a_request=1.0, hours=0.2) == 1
    # Three hours' budgets are three jobs: 30 s and 100 s each.
    assert runner_minutes(Spending(requests=300, points=0), seconds_a_request=1.0, hours=2.1) == 9


def test_hours_are_told_for_both_tokens() -> None:
    pace = Pace(limits={"core": 5_000, "graphql": 5_000}, graphql=True, seconds_a_request=1.0)
    full = list(depth_costs(10_000, sample(), pace, private=False))[-1]
    assert full.depth == "full"
    assert full.hours_of_github_token == pytest.approx(10_115 / 900, abs=0.01)
    assert full.hours_of_this_token == pytest.approx(10_115 / 4_500, abs=0.01)


@pytest.mark.parametrize(("private", "dollars"), [(True, 0.03), (False, 0.0)])
def test_minutes_cost_dollars_in_private_repositories_alone(private: bool, dollars: float) -> None:
    pace = Pace(limits={}, graphql=True, seconds_a_request=1.0)
    jobs = next(iter(depth_costs(10_000, sample(), pace, private=private)))
    # 115 requests and 100 points, a second each, and half a minute: five minutes of $0.006.
    assert (jobs.depth, jobs.runner_minutes, jobs.dollars) == ("jobs", 5, dollars)


def test_a_token_without_graphql_is_forecast_with_what_it_can_do() -> None:
    stranger = Pace(limits={"core": 60}, graphql=False, seconds_a_request=1.0)
    jobs = next(iter(depth_costs(1_000, sample(), stranger, private=False)))
    assert jobs.spending.points == 10
    assert jobs.hours_of_this_token == pytest.approx((11 + 10 + 1_000) / 54, abs=0.01)


def test_a_token_of_which_nothing_is_known_gets_no_number() -> None:
    unknown = Pace(limits={}, graphql=True, seconds_a_request=1.0)
    assert {cost.hours_of_this_token for cost in depth_costs(10, sample(), unknown, private=False)} == {None}
