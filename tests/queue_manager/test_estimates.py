"""What a request will cost, said before it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "store"))

from store_rows import NOON, artifact_row, at, batch, pull_row, repository_row, run_row

from progressive_capture.kinds import KINDS
from progressive_capture.lib.estimating import Looked
from progressive_capture.lib.places import opened_store
from progressive_capture.lib.planning import Work
from progressive_capture.lib.settings import read_settings
from progressive_capture.lib.store.contract import Store
from queue_manager.estimates import NOT_KNOWN, Prices, RequestEstimate, estimate_of, estimate_request
from queue_manager.request import CaptureRequest
from queue_manager.router import Facts

NAME = "octo/hello"
PAID = Prices(minutes_cost=True, inline_dollars_per_hour=0.6)


def wanted(kind: str = "workflow_runs", **given: Any) -> CaptureRequest:
    return CaptureRequest(**{"kind": kind, "repository": NAME, **given})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened_store(f"sqlite:///{tmp_path}/capture.db", read_settings({})) as opened:
        opened.write(batch(repositories=repository_row()))
        yield opened


# ---- so many items ---------------------------------------------------------------------------------------


def test_a_thousand_runs_in_actions_are_whole_minutes_of_three_jobs() -> None:
    found = estimate_of(wanted(), "actions", 1_000, {}, PAID)
    assert found == RequestEstimate(
        processor="actions",
        items=1_000,
        requests=71,  # 11 pages of 100, 10 around them, 50 earlier attempts
        points=0,
        minutes=4,  # two for the capture, one each to plan and to bring together
        dollars=0.024,
        basis="assuming 4.5 jobs a run",
    )


def test_the_same_inline_are_minutes_of_this_machine_at_its_price() -> None:
    found = estimate_of(wanted(), "inline", 1_000, {}, PAID)
    assert (found.requests, found.points) == (71, 0)
    assert (found.minutes, found.dollars) == (0.6, 0.0059)


def test_without_a_price_inline_has_minutes_and_no_dollars() -> None:
    found = estimate_of(wanted(), "inline", 1_000, {}, Prices())
    assert (found.minutes, found.dollars) == (0.6, None)


def test_minutes_that_are_free_cost_nothing() -> None:
    found = estimate_of(wanted(), "actions", 1_000, {}, Prices(minutes_cost=False))
    assert (found.minutes, found.dollars) == (4, 0.0)


def test_many_jobs_are_shared_by_legs_and_each_takes_whole_minutes() -> None:
    one = estimate_of(wanted("workflow_jobs"), "actions", 10_000, {}, PAID)
    three = estimate_of(wanted("workflow_jobs"), "actions", 30_000, {}, PAID)
    assert one.minutes is not None
    assert three.minutes == 3 * (one.minutes - 2) + 2


def test_what_is_stored_tells_how_many_jobs_a_run_has() -> None:
    counts = {"workflow_runs": 100, "workflow_job_coverage": 100, "workflow_jobs": 2_000}
    few = estimate_of(wanted("workflow_jobs"), "actions", 1_000, {}, PAID)
    many = estimate_of(wanted("workflow_jobs"), "actions", 1_000, counts, PAID)
    assert many.basis == "measured over the 100 runs whose jobs are stored"
    assert few.points is not None
    assert many.points is not None
    assert many.points > 2 * few.points


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_an_estimate(kind: str) -> None:
    number = {"number": 42} if kind == "pull_request_details" else {}
    small, large = (
        estimate_of(wanted(kind, parameters=number), "actions", items, {}, PAID) for items in (1, 10_000)
    )
    for each in (small, large):
        assert each.requests is not None
        assert each.points is not None
        assert each.minutes is not None
        assert each.dollars is not None
        assert each.requests + each.points >= 1
    assert small.minutes == 3
    assert (large.requests or 0) + (large.points or 0) > (small.requests or 0) + (small.points or 0)


def test_nobody_knows_what_an_unknown_number_costs() -> None:
    found = estimate_of(wanted(), "actions", None, {}, PAID)
    assert found == RequestEstimate(processor="actions", items=None, basis=NOT_KNOWN)
    assert found.requests is found.dollars is found.minutes is None


# ---- how many items --------------------------------------------------------------------------------------


def items(store: Store, request: CaptureRequest, facts: Facts | None = None, **given: Any) -> int | None:
    found = estimate_request(request, "inline", facts or Facts(), PAID, store=store, now=NOON, **given)
    return found.items


def test_a_request_that_names_its_items_is_believed(store: Store) -> None:
    assert items(store, wanted(items=12)) == 12
    assert items(store, wanted(parameters={"max_items": 7})) == 7
    assert items(store, wanted("pull_request_details", parameters={"number": 12})) == 1


def test_jobs_and_artifacts_are_counted_in_the_store(store: Store) -> None:
    store.write(
        batch(
            workflow_runs=[run_row(id=number, created_at=at(-number)) for number in range(1, 8)],
            artifacts=[artifact_row(id=number, content_status="pending") for number in (1, 2, 3)],
        )
    )
    assert items(store, wanted("workflow_jobs")) == 7
    assert items(store, wanted("workflow_jobs", parameters={"first_id": 5})) == 3
    assert items(store, wanted("workflow_jobs", parameters={"since": NOON - timedelta(seconds=2)})) == 2
    assert items(store, wanted("artifacts")) == 3
    assert items(store, wanted("artifacts", parameters={"run_id": 1000})) is None
    assert items(store, wanted("artifacts", parameters={"name": "junit-*"})) is None


@pytest.mark.parametrize("kind", ["reviews", "comments", "file_changes"])
def test_parts_are_counted_by_pull_requests_that_lack_them(kind: str, store: Store) -> None:
    store.write(batch(pull_requests=[pull_row(id=number, number=number) for number in (1, 2)]))
    assert items(store, wanted(kind)) == 2


def test_what_the_route_was_decided_by_tells_how_many_there_are(store: Store) -> None:
    facts = Facts(runs=500, pull_requests=30)
    assert items(store, wanted("pull_requests"), facts) == 30
    assert items(store, wanted("pull_requests", parameters={"time_range": 3}), facts) is None
    assert items(store, wanted(repository="octo/unknown"), facts) == 500
    assert items(store, wanted(repository="octo/unknown", parameters={"time_range": 3}), facts) is None
    assert items(store, wanted("workflow_jobs", repository="octo/unknown"), facts) is None


def test_runs_that_were_never_listed_are_counted_by_github_where_it_may_be_asked(store: Store) -> None:
    asked: list[tuple[Work, Looked]] = []

    def count(work: Work, looked: Looked) -> int:
        asked.append((work, looked))
        return 77

    assert items(store, wanted(), Facts(runs=500)) is None
    assert items(store, wanted(), Facts(runs=500), count_runs=count) == 77
    ((work, looked),) = asked
    assert (work.kind, work.repository, work.repository_id) == ("workflow_runs", NAME, 1)
    assert looked.to_list
    assert items(store, wanted(items=3), count_runs=count) == 3
    assert items(store, wanted("workflow_jobs"), count_runs=count) == 0
    assert len(asked) == 1
