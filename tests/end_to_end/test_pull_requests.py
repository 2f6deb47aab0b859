"""`historical-pr-sync` brings every row as the simulator knows it to be true, and later what changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pull_request_rehearsal import (
    WITH_EDITS,
    PullRequestRehearsal,
    listed_by_rest,
    nodes_asked,
    questions,
    units,
)
from pull_request_truths import (
    OF_COVERAGE,
    OF_RUNS,
    counted_parts,
    links_of,
    open_failures,
    truth_of,
    untruths_of_pull_requests,
)
from truth import differences, stored
from whole_truth import data_of

from github_simulator.process import Simulator
from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.lib.capture_command import as_data

QUICK = ("--unfinished", 0, "--cpu-scale", 0.01)
GIANTS = ("--runs", 10, "--pulls", 24, "--giant-pulls", 1, *QUICK)
PLAIN = ("--runs", 10, "--pulls", 45, *QUICK)

Simulate = Callable[..., Simulator]


@pytest.mark.parametrize(
    ("seed", "world"), [(2, GIANTS), (3, PLAIN), (4, PLAIN)], ids=["giants", "seed 3", "seed 4"]
)
def test_every_row_equals_the_truth_and_a_second_run_asks_next_to_nothing(
    simulate: Simulate, tmp_path: Path, seed: int, world: tuple[object, ...]
) -> None:
    simulator = simulate("--seed", seed, *world)
    capture = PullRequestRehearsal(tmp_path, simulator)
    assert capture().exit_code == 0
    assert untruths_of_pull_requests(capture.database, simulator) == []
    assert open_failures(capture.database) == {}
    before = data_of(capture.database)
    (second,) = as_data(capture())["captures"]
    assert (second["new"], second["changed"]) == ({}, {})
    assert units(simulator) <= 3
    assert data_of(capture.database) == before


def test_of_giants_all_that_github_lists_is_kept_and_what_it_does_not_list_is_said(
    simulate: Simulate, tmp_path: Path
) -> None:
    simulator = simulate("--runs", 10, "--pulls", 6, "--giant-pulls", 1, *QUICK)
    capture = PullRequestRehearsal(tmp_path, simulator)
    assert capture().exit_code == 0
    assert untruths_of_pull_requests(capture.database, simulator) == []
    counts = {part: sorted(found.values()) for part, found in counted_parts(simulator).items()}
    assert counts["reviews"][-1] == 250
    assert counts["file_changes"][-2:] == [3_000, 3_000]
    (number,) = (pull["number"] for pull in simulator.truth("pull_requests") if pull["changed_files"] > 3_000)
    proof = stored(capture.database, "pull_request_coverage", OF_COVERAGE)[number, "file_changes"]
    assert (proof["item_count"], proof["reported_count"]) == (3_000, 4_512)
    assert proof["reason"] == "GitHub lists 3,000 of 4,512 files"


# ---- what changed, and what did not ------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["comment_on_pulls", "review_pulls", "force_push", "close_pulls"])
def test_one_that_changed_after_its_capture_is_captured_again_and_no_other(
    simulate: Simulate, tmp_path: Path, change: str
) -> None:
    simulator = simulate(*PLAIN)
    capture = PullRequestRehearsal(tmp_path, simulator)
    assert capture().exit_code == 0
    pulls = truth_of(simulator, "pull_requests")
    capture.later()
    # The one that was not touched for the longest time: further down than the first page reaches.
    number = min((pull["updated_at"], pull["number"]) for pull in pulls.values() if pull["state"] == "open")[
        1
    ]
    before = stored(capture.database, "pull_request_coverage", OF_COVERAGE)
    assert set(getattr(simulator, change)(1, number=number)) == {number}
    assert untruths_of_pull_requests(capture.database, simulator) != []

    assert capture().exit_code == 0
    assert untruths_of_pull_requests(capture.database, simulator) == []
    asked = questions(simulator)
    assert [each.what for each in asked].count("PullRequests") == 1
    own = {pull["node_id"] for pull in pulls.values() if pull["number"] == number}
    reviews = truth_of(simulator, "reviews").values()
    own |= {review["node_id"] for review in reviews if review["pull_request_number"] == number}
    assert nodes_asked(asked) <= own
    assert listed_by_rest(asked) <= {number}
    after = stored(capture.database, "pull_request_coverage", OF_COVERAGE)
    changed = {key[0] for key, row in after.items() if _without_time(row) != _without_time(before[key])}
    assert changed == {number}


def _without_time(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "captured_at"}


def test_a_change_to_many_costs_what_their_pages_cost(simulate: Simulate, tmp_path: Path) -> None:
    simulator = simulate(*PLAIN)
    capture = PullRequestRehearsal(tmp_path, simulator)
    assert capture().exit_code == 0
    capture.later()
    hit = {*simulator.review_pulls(5), *simulator.open_pulls(2), *simulator.close_pulls(1, merge=False)}
    capture.later()
    ended = capture()
    assert ended.exit_code == 0
    assert untruths_of_pull_requests(capture.database, simulator) == []
    assert ended.results[0].inserted["pull_requests"] == 2
    # One page has room for all of them; what does not fit into it is asked for in hundreds.
    assert [each.what for each in questions(simulator)].count("PullRequests") == 1
    assert units(simulator) <= 3 + 4 + len(hit)


# ---- which runs belong to them -----------------------------------------------------------------------------


def test_runs_are_linked_to_their_pull_requests_as_the_truth_has_it(
    simulate: Simulate, tmp_path: Path
) -> None:
    simulator = simulate("--runs", 240, "--pulls", 30, "--days", 12, *QUICK)
    capture = PullRequestRehearsal(tmp_path, simulator)
    assert capture([HistoricalSync, *WITH_EDITS], depth="jobs").exit_code == 0
    expected = links_of(simulator)
    assert set(expected.values()) == {"listed", "head_sha", "head_branch"}
    rows = stored(capture.database, "pull_request_runs", OF_RUNS)
    assert differences(rows, {pair: {"matched_by": how} for pair, how in expected.items()}) == []
    about = {run["id"] for run in simulator.truth("runs") if run["event"].startswith("pull_request")}
    named = {run_id for _, run_id in expected}
    assert named <= about
    assert len(named) > 0.5 * len(about)
