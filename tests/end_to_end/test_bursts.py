"""Bursts past every cap of GitHub's, and runs that arrive meanwhile: each is found, or its hole named."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from rehearsal import SIMULATED_NOW, Rehearsal, outcomes
from truth import differences, expected_runs, stored
from typed import CommandLine
from whole_truth import covered, untruths_by_any_source

from github_simulator.process import Simulator
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.windows import SECOND, stamp

CAP = 1000
"""GitHub lists no more of what one filter finds."""
HISTORY = timedelta(days=90)
SEARCH_LAG = timedelta(minutes=2)
"""The newest minute is never counted as covered; a minute more for the time that a test takes."""


def discovery_is_frugal(simulator: Simulator, runs: int) -> bool:
    """At most 1.05 requests for a hundred runs, and a few dozen: all that was asked, by GitHub's book."""
    requests: int = simulator.ledger()["requests"]["total"]
    return requests <= 1.05 * math.ceil(runs / 100) + 25


def is_covered_whole(database: Path) -> bool:
    """One span without a gap, from before the first run to the newest that can be sure."""
    spans = covered(database)
    return (
        len(spans) == 1
        and spans[0].start <= SIMULATED_NOW - HISTORY
        and spans[0].end >= SIMULATED_NOW - SEARCH_LAG
    )


@pytest.mark.parametrize(
    ("runs", "burst_size"),
    [(600, 0), (600, 199), (700, 150), (3150, 1050)],
    ids=["no bursts", "nothing but bursts", "bursts of more than a page", "bursts past the cap"],
)
def test_a_burst_day_minute_and_second_are_listed_whole_and_frugally(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine], runs: int, burst_size: int
) -> None:
    simulator = simulate("--runs", runs, "--burst-size", burst_size, "--rerun-share", 0, "--cpu-scale", 0.01)
    run = command_line(simulator)
    ran = run("historical-sync", "--repository", simulator.repository)
    assert ran.exit_code == 0, ran.stderr
    truth = expected_runs(simulator)
    at_once = max(Counter(each["created_at"] for each in truth.values()).values())
    assert at_once >= burst_size
    assert differences(stored(run.database, "workflow_runs"), truth) == []
    assert is_covered_whole(run.database)
    assert discovery_is_frugal(simulator, runs)
    assert simulator.ledger()["rejections"] == {}


def test_a_second_that_no_filter_splits_is_a_named_hole_and_everything_else_is_there(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine]
) -> None:
    burst = 1050
    simulator = simulate(
        *("--runs", 3 * burst + 20, "--burst-size", burst, "--identical-burst"),
        *("--rerun-share", 0, "--cpu-scale", 0.01),
    )
    run = command_line(simulator)
    sync = ("historical-sync", "--repository", simulator.repository, "--json")
    ran = run(*sync)
    assert ran.exit_code == 1
    (capture,) = ran.data[0]["captures"]
    assert (capture["outcome"], capture["failed_items"]) == ("failed", 1)

    truth = expected_runs(simulator)
    ((second, count),) = Counter(each["created_at"] for each in truth.values()).most_common(1)
    assert count == burst
    found = stored(run.database, "workflow_runs")
    elsewhere = {key: each for key, each in truth.items() if each["created_at"] != second}
    assert differences({key: found[key] for key in found if key in elsewhere}, elsewhere) == []
    assert len(found) == len(elsewhere) + CAP
    before, after = covered(run.database)
    assert (stamp(before.end + SECOND), stamp(after.start - SECOND)) == (second, second)

    status = run("status")
    assert status.stdout.count(f"{second}..{second}") == 1
    assert f"{CAP:,} of {burst:,}" in status.stdout
    (named,) = run("status", "--json").data["repositories"]
    assert [each["reported"] for each in named["saturated_seconds"]] == [burst]
    assert run(*sync).exit_code == 1, "a hole stays a failure until it is filled"


def test_a_run_that_arrives_between_two_pages_pushes_none_out_of_sight(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine]
) -> None:
    simulator = simulate(
        *("--runs", 500, "--burst-size", 120, "--arrivals-every", 2),
        *("--rerun-share", 0, "--cpu-scale", 0.01),
    )
    run = command_line(simulator)
    for turn in range(2):
        before = expected_runs(simulator)
        ran = run("historical-sync", "--repository", simulator.repository)
        assert ran.exit_code == 0, ran.stderr
        after = expected_runs(simulator)
        assert len(after) > len(before), "nothing arrived meanwhile"
        found = stored(run.database, "workflow_runs")
        assert differences({key: found[key] for key in found if key in before}, before) == []
        assert set(found) <= set(after)
        assert len(covered(run.database)) == 1, turn


def test_runs_that_arrive_and_finish_during_a_sync_are_whole_after_a_quiet_one(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate("--runs", 60, "--cpu-scale", 0.01)
    rehearse = Rehearsal(tmp_path / "capture.db", simulator)
    arrived: list[int] = []
    finished: list[int] = []

    def life_goes_on(_: object) -> None:
        if len(arrived) < 30:
            arrived.extend(simulator.arrive(1))
            finished.extend(simulator.finish(1))

    rehearse.on_progress = life_goes_on
    assert outcomes(rehearse()) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert len(arrived) == 30
    assert finished
    rehearse.on_progress = lambda _: None
    rehearse.let_pass(300)
    assert outcomes(rehearse()) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
    assert set(arrived) <= set(stored(rehearse.database, "workflow_runs"))
    assert untruths_by_any_source(rehearse.database, simulator) == []
