"""What capture jobs cost: minutes of workflow runs, and groups of jobs by item and day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.forecasting.prices import DOLLARS_A_MINUTE
from progressive_capture.lib.store.contract import JobCosts
from queue_manager.costs import TOTAL, Costs, RunCost, costs_of, minutes_of_run, total_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def job(number: int = 1, seconds: float = 30, **fields: Any) -> dict[str, Any]:
    """A job of a workflow run as REST lists it, which ran so long."""
    return {
        "id": number,
        "node_id": f"CR_{number}",
        "run_id": 900,
        "run_attempt": 1,
        "name": f"leg {number}",
        "status": "completed",
        "conclusion": "success",
        "created_at": text(NOON),
        "started_at": text(NOON),
        "completed_at": text(NOON + timedelta(seconds=seconds)),
        "head_sha": "a" * 40,
        "labels": ["ubuntu-latest"],
        "runner_id": 7,
        "runner_name": "GitHub Actions 7",
        "runner_group_name": "GitHub Actions",
        "html_url": "https://github.com/octo/example/actions/runs/900/job/1",
        "steps": [],
        **fields,
    }


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def cost(*jobs: dict[str, Any], private: bool = True) -> RunCost:
    return minutes_of_run(jobs, private=private)


# ---- minutes of a workflow run ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 1), (1, 1), (59, 1), (60, 1), (61, 2), (120, 2), (121, 3), (3_600, 60)]
)
def test_each_job_is_rounded_up_to_a_whole_minute(seconds: int, minutes: int) -> None:
    assert cost(job(seconds=seconds)).minutes == minutes


def test_ten_jobs_of_half_a_minute_are_ten_minutes() -> None:
    found = cost(*(job(number, 30) for number in range(1, 11)))
    assert found == RunCost(minutes=10, dollars=0.06)


@pytest.mark.parametrize(
    ("label", "price"),
    [
        ("ubuntu-latest", 0.006),
        ("ubuntu-24.04", 0.006),
        ("Ubuntu-22.04", 0.006),
        ("ubuntu-slim", 0.002),
        ("ubuntu-24.04-arm", 0.005),
        ("windows-latest", 0.010),
        ("windows-2025", 0.010),
        ("macos-latest", 0.062),
        ("macos-15", 0.062),
        ("macos-15-intel", 0.062),
    ],
)
def test_a_minute_costs_what_the_label_says(label: str, price: float) -> None:
    assert price in DOLLARS_A_MINUTE.values()
    assert cost(job(seconds=600, labels=[label])) == RunCost(minutes=10, dollars=round(10 * price, 4))


@pytest.mark.parametrize(
    ("labels", "called"),
    [
        (["ubuntu-24.04-16core"], "ubuntu-24.04-16core"),
        (["macos-15-xlarge"], "macos-15-xlarge"),
        (["windows-11-arm"], "windows-11-arm"),
        (["ubuntu-latest", "gpu"], "ubuntu-latest, gpu"),
        (["Linux 2-core"], "linux 2-core"),
        (["big\x1b[31m\nbox"], "big [31m box"),
        ([], "no label"),
        (["x" * 99], "x" * 59 + "…"),
    ],
)
def test_a_runner_whose_price_is_not_known_is_said_and_not_guessed(labels: list[str], called: str) -> None:
    found = cost(job(1, 600, labels=labels), job(2, 60))
    assert found == RunCost(minutes=11, dollars=0.006, unpriced={called: 10})


def test_a_runner_of_ones_own_costs_github_nothing_and_is_said() -> None:
    found = cost(job(seconds=600, labels=["self-hosted", "linux", "ubuntu-latest"]))
    assert found == RunCost(minutes=10, self_hosted=10)


def test_minutes_of_a_public_repository_are_free_and_still_counted() -> None:
    assert cost(job(seconds=600), private=False) == RunCost(minutes=10, dollars=0.0)


@pytest.mark.parametrize(
    "never_ran",
    [
        {"conclusion": "skipped", "steps": []},
        {"conclusion": "skipped", "runner_id": None, "runner_name": None},
        {"conclusion": "cancelled", "runner_id": 0, "runner_name": "", "steps": []},
        {"conclusion": "cancelled", "runner_id": None, "runner_name": None, "started_at": None},
    ],
)
def test_a_job_that_never_ran_costs_nothing(never_ran: dict[str, Any]) -> None:
    assert cost(job(seconds=600, **never_ran)) == RunCost()


@pytest.mark.parametrize("status", ["queued", "in_progress", "waiting"])
def test_a_job_that_is_not_over_is_said_and_costs_nothing_yet(status: str) -> None:
    running = job(2, status=status, conclusion=None, completed_at=None)
    assert cost(job(1, 60), running) == RunCost(minutes=1, dollars=0.006, unfinished=1)


def test_a_job_that_a_re_run_took_over_is_paid_once() -> None:
    """Re-running failed jobs shows the others again: under new ids, with their old times."""
    carried = job(11, 600, name="leg 1", run_attempt=2)
    again_from = NOON + timedelta(hours=1)
    again = job(12, 60, name="leg 2", run_attempt=2, started_at=text(again_from))
    again["completed_at"] = text(again_from + timedelta(minutes=3))
    found = cost(job(1, 600), job(2, 120, conclusion="failure"), carried, again)
    assert found.minutes == 10 + 2 + 3


def test_a_job_that_two_pages_show_is_paid_once() -> None:
    assert cost(job(1, 600), job(1, 600)).minutes == 10


def test_clocks_that_disagree_make_no_job_negative() -> None:
    assert cost(job(seconds=-30)).minutes == 1


def test_a_run_without_jobs_costs_nothing() -> None:
    assert cost() == RunCost()


def test_a_job_that_makes_no_sense_is_no_job_for_nothing() -> None:
    with pytest.raises(UnexpectedPayloadError):
        cost(job(started_at="noon"))


@given(st.lists(st.integers(0, 30_000), max_size=20), st.booleans())
def test_more_jobs_never_cost_less(seconds: list[int], private: bool) -> None:
    jobs = [job(number, each) for number, each in enumerate(seconds, 1)]
    found = minutes_of_run(jobs, private=private)
    assert found.minutes >= sum(seconds) / 60
    assert found.minutes <= sum(seconds) / 60 + len(jobs)
    assert found.dollars == pytest.approx(found.minutes * 0.006 if private else 0, abs=1e-4)
    assert minutes_of_run(jobs[:-1], private=private).minutes <= found.minutes


# ---- groups ----------------------------------------------------------------------------------------------


def group(**sums: Any) -> JobCosts:
    return JobCosts(
        **{
            "key": "octo/example",
            "jobs": 10,
            "succeeded": 6,
            "failed": 2,
            "paused": 1,
            "processed_items": 4_000,
            "failed_items": 3,
            "rest_requests": 200,
            "graphql_points": 100,
            "runner_minutes": 120.0,
            "cost_usd": 0.72,
            "first_created_at": NOON - timedelta(days=4),
            "last_created_at": NOON,
            **sums,
        }
    )


def test_a_group_is_told_by_job_by_item_and_by_day() -> None:
    assert costs_of(group()) == Costs(
        key="octo/example",
        jobs=10,
        failure_rate=0.25,
        items=4_000,
        failed_items=3,
        requests=200,
        points=100,
        requests_per_job=20.0,
        points_per_job=10.0,
        requests_per_item=0.05,
        points_per_item=0.025,
        minutes_per_item=0.03,
        dollars_per_item=pytest.approx(0.00018),
        days=4.0,
        items_a_day=1_000.0,
        runner_minutes=120.0,
        dollars=0.72,
        inline_dollars=None,
    )


def test_an_inline_worker_is_compared_by_its_price() -> None:
    compared = costs_of(group(), inline_dollars_per_hour=0.05)
    assert compared.inline_dollars == 0.1
    assert compared.inline_saves == 0.62
    assert costs_of(group(), inline_dollars_per_hour=1).inline_saves == -1.28
    assert costs_of(group(), inline_dollars_per_hour=0.0).inline_dollars == 0.0
    assert costs_of(group()).inline_saves is None


def test_jobs_that_are_not_over_are_no_failures_and_no_successes() -> None:
    assert costs_of(group(succeeded=0, failed=0)).failure_rate is None
    assert costs_of(group(succeeded=0, failed=3)).failure_rate == 1.0


def test_what_brought_no_item_has_no_price_an_item() -> None:
    nothing = costs_of(group(processed_items=0, jobs=0))
    assert nothing.requests_per_item is nothing.points_per_item is nothing.dollars_per_item is None
    assert nothing.minutes_per_item is nothing.requests_per_job is nothing.points_per_job is None
    assert nothing.items_a_day == 0


@pytest.mark.parametrize("first", [NOON, NOON - timedelta(hours=1), None])
def test_less_than_a_day_counts_as_one(first: datetime | None) -> None:
    found = costs_of(group(first_created_at=first))
    assert (found.days, found.items_a_day) == (1.0, 4_000.0)


def test_the_total_is_measured_from_the_first_job_to_the_last() -> None:
    later = group(key="octo/other", last_created_at=NOON + timedelta(days=4), first_created_at=NOON)
    total = total_of([group(), later, group(first_created_at=None, last_created_at=None)])
    assert (total.key, total.jobs, total.processed_items, total.cost_usd) == (TOTAL, 30, 12_000, 2.16)
    assert (total.succeeded, total.failed, total.paused, total.failed_items) == (18, 6, 3, 9)
    assert (total.rest_requests, total.graphql_points, total.runner_minutes) == (600, 300, 360.0)
    assert costs_of(total).days == 8.0


def test_the_total_of_nothing_is_nothing() -> None:
    nothing = costs_of(total_of([]))
    assert (nothing.jobs, nothing.items_a_day, nothing.failure_rate) == (0, 0.0, None)
