"""Whatever goes wrong at GitHub for a while, the database ends with the whole truth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from child import count_rows
from forked_simulator import Simulator
from rehearsal import SIMULATED_NOW, Rehearsal, outcomes
from whole_truth import untruths_by_any_source

from github_simulator.faults import KINDS
from progressive_capture.lib.capture_job import Outcome

LISTING = r"/actions/runs\?"
ONE_RUN = r"/actions/runs/\d+/jobs"
ACTIONS = r"/actions/"
HOUR = 3600
A_WHILE = 15 * 60
"""Seconds after which what failed once is tried again."""


@pytest.fixture(scope="module")
def one_github() -> Iterator[Simulator]:
    """A small history that nothing changes; each test finds it without faults, and with its budgets whole."""
    with Simulator("--runs", "25", "--rerun-share", "0.1", "--cpu-scale", "0.01") as simulator:
        yield simulator


@pytest.fixture
def rehearse(one_github: Simulator, tmp_path: Path) -> Rehearsal:
    """The main job on a clock that nobody waits for."""
    one_github.clear_faults()
    one_github.advance(HOUR)
    one_github.reset_ledger()
    return Rehearsal(tmp_path / "capture.db", one_github)


def fired(rehearse: Rehearsal, kind: str) -> int:
    """How often a fault has taken effect, by GitHub's own book."""
    count: int = rehearse.simulator.ledger()["faults"].get(kind, 0)
    return count


BY_REST: list[tuple[str, dict[str, Any]]] = [
    *(("status", {"status": status, "path": ACTIONS, "times": 3}) for status in (500, 504)),
    ("reset", {"path": ACTIONS, "times": 3}),
    ("truncated", {"path": ACTIONS, "times": 3}),
    ("malformed", {"path": ACTIONS, "times": 3}),
    ("html", {"path": ACTIONS, "times": 3}),
    ("empty", {"path": ACTIONS, "times": 3}),
    ("slow", {"path": ACTIONS, "times": 3, "seconds": 0.2}),
]
BY_GRAPHQL: list[tuple[str, dict[str, Any]]] = [
    *((kind, {"path": "graphql", "times": 2}) for kind in ("status", "truncated", "html")),
    *((kind, {"times": 2}) for kind in ("null_node", "partial_error", "null_data", "errors_only")),
    *((kind, {"times": 3, "above": 5}) for kind in ("resource_limits", "query_timeout")),
]


def test_every_kind_of_fault_that_the_simulator_knows_is_tried_here() -> None:
    assert {kind for kind, _ in BY_REST + BY_GRAPHQL} | {"secondary_limit", "bad_credentials"} == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "details"), BY_REST, ids=[f"{kind}{details.get('status', '')}" for kind, details in BY_REST]
)
def test_what_goes_wrong_a_few_times_in_rest_is_asked_for_again(
    rehearse: Rehearsal, kind: str, details: dict[str, Any]
) -> None:
    rehearse.simulator.fault(kind, **details)
    ended = rehearse(depth="full")
    assert outcomes(ended) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert fired(rehearse, kind) == 3
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []
    assert count_rows(rehearse.database, "capture_failures") == 0


@pytest.mark.parametrize(("kind", "details"), BY_GRAPHQL, ids=[kind for kind, _ in BY_GRAPHQL])
def test_what_goes_wrong_a_few_times_in_graphql_is_asked_for_again_or_another_way(
    rehearse: Rehearsal, kind: str, details: dict[str, Any]
) -> None:
    rehearse.simulator.fault(kind, **details)
    ended = rehearse(depth="steps")
    assert outcomes(ended) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert fired(rehearse, kind) == details["times"]
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []
    assert rehearse.simulator.ledger()["points"]["total"] > 0


@pytest.mark.parametrize("kind", ["null_node", "partial_error", "errors_only", "resource_limits", "status"])
def test_a_graphql_that_never_works_leaves_the_whole_job_to_rest(rehearse: Rehearsal, kind: str) -> None:
    rehearse.simulator.fault(kind, path="graphql", times=None)
    ended = rehearse(depth="steps")
    assert outcomes(ended) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED], ended
    assert fired(rehearse, kind) > 0
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []


FIVE_ATTEMPTS = 5
SIZES_AND_ATTEMPTS = 4 + 5
"""What may be too heavy is asked for in four smaller sizes, and five times in the smallest."""


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("status", {"status": 500, "times": FIVE_ATTEMPTS}),
        ("malformed", {"times": FIVE_ATTEMPTS}),
        ("status", {"status": 502, "times": SIZES_AND_ATTEMPTS}),
        ("truncated", {"times": SIZES_AND_ATTEMPTS}),
    ],
    ids=["500", "malformed", "502", "truncated"],
)
def test_what_goes_wrong_too_often_is_recorded_and_a_later_sync_completes(
    rehearse: Rehearsal, kind: str, details: dict[str, Any]
) -> None:
    rehearse.simulator.fault(kind, path=ONE_RUN, **details)
    ended = rehearse(depth="full", concurrency=1)
    assert (ended.error, ended.exit_code) == (None, 1)
    assert outcomes(ended)[-1] is Outcome.FAILED
    assert ended.results[-1].failed == 1
    assert fired(rehearse, kind) == details["times"]
    assert count_rows(rehearse.database, "capture_failures") == 1
    too_early = rehearse(depth="full")
    assert too_early.results[-1].postponed == 1
    assert outcomes(too_early)[-1] is Outcome.FAILED
    rehearse.let_pass(A_WHILE)
    assert outcomes(rehearse(depth="full")) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []


def test_every_second_answer_lost_is_no_obstacle_in_the_end(rehearse: Rehearsal) -> None:
    for kind in ("reset", "truncated", "empty", "status", "malformed"):
        rehearse.simulator.fault(kind, times=None, share=0.13)  # of what the ones before it left: half in all
    for _ in range(3):
        rehearse(depth="full")
        rehearse.let_pass(A_WHILE)
    assert sum(rehearse.simulator.ledger()["faults"].values()) > 30
    rehearse.simulator.clear_faults()
    rehearse.let_pass(HOUR)  # what failed three times waits for 40 minutes
    assert outcomes(rehearse(depth="full")) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []


# ---- what is too heavy -----------------------------------------------------------------------------------


def failed_lines(rehearse: Rehearsal, pattern: str, status: int = 502) -> list[str]:
    lines = rehearse.simulator.ledger(lines=True)["lines"]
    return [line for line in lines if re.search(pattern, line) and line.endswith(f" {status}")]


def test_a_page_that_is_too_heavy_is_asked_for_in_smaller_ones_never_in_the_same_size(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    rehearse = Rehearsal(
        tmp_path / "capture.db", simulate("--runs", 400, "--rerun-share", 0, "--cpu-scale", 0.01)
    )
    rehearse.simulator.fault("status", status=502, path=LISTING, above=30, times=None)
    ended = rehearse(depth="jobs")
    assert outcomes(ended) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert count_rows(rehearse.database, "workflow_runs") == 400
    refused = failed_lines(rehearse, LISTING)
    assert refused
    assert len(refused) == len(set(refused)), "the same heavy page was asked for twice"
    # Once in a while a larger size is tried again: that must not become the rule.
    answered = [line for line in rehearse.simulator.ledger(lines=True)["lines"] if re.search(LISTING, line)]
    assert len(refused) < len(answered) / 2


@pytest.mark.parametrize("kind", ["query_timeout", "resource_limits"])
def test_a_query_that_is_too_heavy_is_asked_in_smaller_ones_never_in_the_same_size(
    simulate: Callable[..., Simulator], tmp_path: Path, kind: str
) -> None:
    rehearse = Rehearsal(
        tmp_path / "capture.db", simulate("--runs", 120, "--rerun-share", 0, "--cpu-scale", 0.01)
    )
    rehearse.simulator.fault(kind, above=20, times=None)
    ended = rehearse(depth="steps")
    assert outcomes(ended) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert fired(rehearse, kind) > 0
    queries = [line for line in rehearse.simulator.ledger(lines=True)["lines"] if "/graphql" in line]
    assert len(queries) == len(set(queries)), "the same query was sent twice"
    assert fired(rehearse, kind) < len(queries) / 2
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []


# ---- limits and credentials ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("details", "times", "least", "most"),
    [
        ({"status": 403, "retry_after": "7"}, 1, 7, 8),
        ({"status": 429, "retry_after": "7"}, 1, 7, 8),
        ({"status": 403, "retry_after": "date:30"}, 1, 28, 31),
        ({"status": 403, "retry_after": None}, 1, 60, 61),
        ({"status": 429, "retry_after": None}, 3, 60 + 120 + 240, 421),
    ],
    ids=["in seconds", "429", "as a date", "absent", "absent three times: growing"],
)
def test_a_secondary_limit_is_waited_out_as_github_asks(
    rehearse: Rehearsal, details: dict[str, Any], times: int, least: int, most: int
) -> None:
    rehearse.simulator.fault("secondary_limit", path=ACTIONS, times=times, **details)
    ended = rehearse(depth="jobs", concurrency=1)
    assert outcomes(ended) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert fired(rehearse, "secondary_limit") == times
    assert least <= (rehearse.clock.now() - SIMULATED_NOW).total_seconds() <= most


def test_a_secondary_limit_that_does_not_end_pauses_and_the_next_sync_goes_on(rehearse: Rehearsal) -> None:
    rehearse.simulator.fault("secondary_limit", path=ONE_RUN, retry_after="3600", times=1)
    ended = rehearse(depth="full", time_budget=None)
    assert fired(rehearse, "secondary_limit") == 1
    assert outcomes(ended)[-1] is Outcome.SUCCEEDED
    assert (rehearse.clock.now() - SIMULATED_NOW).total_seconds() >= 3600


def test_where_waiting_costs_money_a_long_secondary_limit_pauses(rehearse: Rehearsal) -> None:
    rehearse.environment["GITHUB_ACTIONS"] = "true"
    rehearse.simulator.fault("secondary_limit", path=ONE_RUN, retry_after="3600", times=1)
    ended = rehearse(depth="full")
    assert (outcomes(ended), ended.exit_code) == ([Outcome.SUCCEEDED, Outcome.PAUSED], 0)
    assert ended.results[-1].resume_at is not None
    assert (rehearse.clock.now() - SIMULATED_NOW).total_seconds() < 60
    assert outcomes(rehearse(depth="full")) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []


@pytest.mark.parametrize("path", [LISTING, ONE_RUN])
def test_a_token_that_expires_on_the_way_pauses_it_and_the_next_one_goes_on(
    rehearse: Rehearsal, path: str
) -> None:
    rehearse.simulator.fault("bad_credentials", path=path, times=None)
    ended = rehearse(depth="full")
    assert (ended.exit_code, outcomes(ended)[-1]) == (0, Outcome.PAUSED)
    assert ended.results[-1].cause == "token"
    assert fired(rehearse, "bad_credentials") <= 8
    rehearse.simulator.clear_faults()
    assert outcomes(rehearse(depth="full")) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []
