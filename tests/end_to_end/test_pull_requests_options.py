"""What may be asked for of pull requests: parts of them, one of them, some of them, and without the right."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from asking import is_refused
from pull_request_rehearsal import (
    PULL_REQUESTS,
    WITH_EDITS,
    PullRequestRehearsal,
    listed_by_rest,
    nodes_asked,
    questions,
    units,
)
from pull_request_truths import (
    OF_FILES,
    WITH_IDS,
    numbers_in,
    open_failures,
    truth_of,
    untruths_of_pull_requests,
)
from truth import differences, stored
from typed import CommandLine
from whole_truth import data_of

from github_simulator.process import Simulator
from progressive_capture.bulk_file_changes import BulkFileChanges
from progressive_capture.historical_comments_sync import HistoricalCommentsSync
from progressive_capture.historical_reviews_sync import HistoricalReviewsSync

WORLD = ("--runs", 10, "--unfinished", 0, "--cpu-scale", 0.01, "--pulls", 40)
FIRST_PAGE = 18
COMMENTS = ("review_comments", "issue_comments")
A_WEEK = 7 * 86_400.0

Simulate = Callable[..., Simulator]
Build = Callable[..., CommandLine]


@pytest.fixture
def simulator(simulate: Simulate) -> Simulator:
    return simulate(*WORLD)


@pytest.fixture
def capture(simulator: Simulator, tmp_path: Path) -> PullRequestRehearsal:
    """With everything captured."""
    rehearsal = PullRequestRehearsal(tmp_path, simulator)
    assert rehearsal(WITH_EDITS).exit_code == 0
    rehearsal.later()
    return rehearsal


def by_hand(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for each in statements:
            connection.execute(each)


def node_ids(simulator: Simulator, numbers: set[int]) -> set[str]:
    pulls = truth_of(simulator, "pull_requests").values()
    return {pull["node_id"] for pull in pulls if pull["number"] in numbers}


# ---- comments ----------------------------------------------------------------------------------------------


def test_edited_comments_come_by_the_feeds_though_their_pull_requests_did_not_move(
    capture: PullRequestRehearsal, simulator: Simulator
) -> None:
    before = {pull["number"]: pull["updated_at"] for pull in simulator.truth("pull_requests")}
    edited = set(simulator.edit_comments(30))
    moved = {
        pull["number"]
        for pull in simulator.truth("pull_requests")
        if pull["updated_at"] != before[pull["number"]]
    }
    assert edited - moved
    capture.later()
    assert capture(PULL_REQUESTS).exit_code == 0
    untold = [line for line in untruths_of_pull_requests(capture.database, simulator) if "body" in line]
    assert untold  # of these nobody was told

    assert capture([HistoricalCommentsSync]).exit_code == 0
    assert untruths_of_pull_requests(capture.database, simulator) == []
    assert units(simulator) <= 5
    capture.later()
    assert capture([HistoricalCommentsSync]).exit_code == 0
    assert units(simulator) <= 3


def test_comments_on_issues_that_are_no_pull_requests_are_not_stored(
    capture: PullRequestRehearsal, simulator: Simulator
) -> None:
    feed = f"{simulator.url}/repos/{simulator.repository}/issues/comments?per_page=100"
    request = Request(feed, headers={"Authorization": f"Bearer {simulator.token}"})
    with urlopen(request) as answer:
        comments = json.loads(answer.read())
    assert [each for each in comments if "/issues/" in each["html_url"]]
    # As if nothing had been read of the feeds, and everything been captured long ago.
    by_hand(
        capture.database,
        "DELETE FROM capture_windows WHERE kind = 'comments'",
        "DELETE FROM issue_comments",
        "UPDATE pull_request_coverage SET captured_at = '2020-01-01T00:00:00Z'",
    )
    assert capture([HistoricalCommentsSync]).exit_code == 0
    truth = truth_of(simulator, "issue_comments")
    assert stored(capture.database, "issue_comments").keys() == truth.keys()


# ---- only what is missing ----------------------------------------------------------------------------------


def test_reviews_are_listed_again_where_the_proof_is_missing_and_nowhere_else(
    capture: PullRequestRehearsal, simulator: Simulator
) -> None:
    wanted = {row["pull_request_number"] for row in stored(capture.database, "reviews").values()}
    wanted = set(sorted(wanted)[:3])
    some = ", ".join(map(str, wanted))
    whole = data_of(capture.database)
    by_hand(
        capture.database,
        f"DELETE FROM pull_request_coverage WHERE part = 'reviews' AND pull_request_number IN ({some})",
        f"DELETE FROM reviews WHERE pull_request_number IN ({some})",
    )
    assert capture([HistoricalReviewsSync]).exit_code == 0
    assert nodes_asked(questions(simulator)) == node_ids(simulator, wanted)
    assert units(simulator) <= 2
    assert data_of(capture.database) == whole
    capture([HistoricalReviewsSync])
    assert units(simulator) == 1


def test_comments_are_listed_again_where_the_proof_is_missing_and_nowhere_else(
    capture: PullRequestRehearsal, simulator: Simulator
) -> None:
    commented = {row["pull_request_number"] for row in stored(capture.database, "review_comments").values()}
    wanted = set(sorted(commented)[:3])
    some = ", ".join(map(str, wanted))
    whole = data_of(capture.database)
    by_hand(
        capture.database,
        *(
            f"DELETE FROM pull_request_coverage WHERE part = '{part}' AND pull_request_number IN ({some})"
            for part in COMMENTS
        ),
        *(f"DELETE FROM {part} WHERE pull_request_number IN ({some})" for part in COMMENTS),
    )
    assert capture([HistoricalCommentsSync]).exit_code == 0
    reviews = truth_of(simulator, "reviews").values()
    of_them = {each["node_id"] for each in reviews if each["pull_request_number"] in wanted}
    assert nodes_asked(questions(simulator)) == node_ids(simulator, wanted) | of_them
    assert data_of(capture.database) == whole


def test_files_are_listed_again_where_the_head_is_another_and_nowhere_else(
    capture: PullRequestRehearsal, simulator: Simulator
) -> None:
    files = stored(capture.database, "file_changes", OF_FILES).values()
    moved = min(row["pull_request_number"] for row in files if row["previous_path"])
    plain = max({row["pull_request_number"] for row in files} - {moved})
    whole = data_of(capture.database)
    by_hand(
        capture.database,
        f"UPDATE pull_request_coverage SET head_sha = 'an older one', captured_at = '2020-01-01T00:00:00Z' "
        f"WHERE part = 'file_changes' AND pull_request_number IN ({moved}, {plain})",
        f"DELETE FROM file_changes WHERE pull_request_number IN ({moved}, {plain})",
    )
    assert capture([BulkFileChanges]).exit_code == 0
    asked = questions(simulator)
    assert nodes_asked(asked) == node_ids(simulator, {moved, plain})
    assert listed_by_rest(asked) == {moved}
    assert data_of(capture.database) == whole


# ---- one of them -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["much reviewed", "of many files", "usual"])
def test_one_pull_request_is_captured_whole_and_nothing_else(
    simulate: Simulate, command_line: Build, which: str
) -> None:
    simulator = simulate(*WORLD[:-1], 6, "--giant-pulls", 1)
    pulls = {pull["number"]: pull for pull in simulator.truth("pull_requests")}
    reviews = [row["pull_request_number"] for row in simulator.truth("reviews")]
    number = {
        "much reviewed": max(pulls, key=reviews.count),
        "of many files": max(pulls, key=lambda each: pulls[each]["changed_files"]),
        "usual": min(pulls, key=lambda each: (pulls[each]["changed_files"], each)),
    }[which]
    run = command_line(simulator)
    ran = run("capture-pr-details", "--repository", simulator.repository, "--number", number, "--json")
    assert ran.exit_code == 0, ran.stderr
    assert numbers_in(run.database) == {number}
    for table in (*WITH_IDS, "file_changes"):
        found = stored(run.database, table, OF_FILES if table == "file_changes" else ["id"])
        name = "number" if table == "pull_requests" else "pull_request_number"
        expected = {key: row for key, row in truth_of(simulator, table).items() if row[name] == number}
        assert differences(found, _here(expected)) == []


def _here(rows: dict[Any, dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    return {
        key: {name: value for name, value in row.items() if name != "deleted"}
        for key, row in rows.items()
        if not row.get("deleted")
    }


def test_it_is_captured_as_it_is_now_though_nothing_was_to_do(
    capture: PullRequestRehearsal, simulator: Simulator, command_line: Build
) -> None:
    number = max(numbers_in(capture.database))
    simulator.review_pulls(1, number=number)
    simulator.comment_on_pulls(1, number=number)
    simulator.reset_ledger()
    run = command_line(simulator)
    assert run("capture-pr-details", "--repository", simulator.repository, "--number", number).exit_code == 0
    assert untruths_of_pull_requests(capture.database, simulator) == []
    assert units(simulator) <= 3


@pytest.mark.parametrize("number", [5, 99_999], ids=["an issue's", "nobody's"])
def test_a_number_that_no_pull_request_has_fails_and_says_so(
    simulator: Simulator, command_line: Build, number: int
) -> None:
    run = command_line(simulator)
    ran = run("capture-pr-details", "--repository", simulator.repository, "--number", number)
    assert ran.exit_code == 1
    assert "1 failed item" in ran.stderr
    assert numbers_in(run.database) == set()
    said = run("status").stdout
    assert f"pull request {number}: GitHub does not find {simulator.repository}#{number}" in said


# ---- some of them ------------------------------------------------------------------------------------------


def all_come_at_last(run: CommandLine, simulator: Simulator) -> None:
    """What was left out is still to be done, and a later run without options does it."""
    ran = run("historical-pr-sync", "--repository", simulator.repository)
    assert ran.exit_code == 0, ran.stderr
    assert untruths_of_pull_requests(run.database, simulator) == []


def test_only_pull_requests_updated_since_come_and_later_the_others(
    simulator: Simulator, command_line: Build
) -> None:
    pulls = sorted(simulator.truth("pull_requests"), key=lambda pull: pull["updated_at"])
    since = pulls[30]["updated_at"]
    run = command_line(simulator)
    ran = run("historical-pr-sync", "--repository", simulator.repository, "--since", since)
    assert ran.exit_code == 0, ran.stderr
    # The page in which that moment lies comes whole; the page after it does not come.
    assert (
        {pull["number"] for pull in pulls[30:]}
        <= numbers_in(run.database)
        < {pull["number"] for pull in pulls}
    )
    all_come_at_last(run, simulator)


def test_only_pull_requests_updated_in_so_many_days_come_and_later_the_others(
    simulate: Simulate, command_line: Build
) -> None:
    simulator = simulate(*WORLD, "--now", "real")
    pulls = sorted(simulator.truth("pull_requests"), key=lambda pull: pull["updated_at"])
    run = command_line(simulator)
    ran = run("historical-pr-sync", "--repository", simulator.repository, "--time-range", 14)
    assert ran.exit_code == 0, ran.stderr
    found = numbers_in(run.database)
    assert 0 < len(found) < len(pulls)
    assert found == {pull["number"] for pull in pulls[-len(found) :]}
    all_come_at_last(run, simulator)


def test_so_many_are_those_updated_last_and_later_the_others_come(
    simulator: Simulator, command_line: Build
) -> None:
    pulls = sorted(simulator.truth("pull_requests"), key=lambda pull: pull["updated_at"])
    run = command_line(simulator)
    ran = run("historical-pr-sync", "--repository", simulator.repository, "--max-items", 7)
    assert ran.exit_code == 0, ran.stderr
    assert numbers_in(run.database) == {pull["number"] for pull in pulls[-7:]}
    all_come_at_last(run, simulator)


@pytest.mark.parametrize("more", ["pull-requests", "artifacts,pull-requests"])
def test_sync_brings_pull_requests_after_the_runs(
    simulate: Simulate, command_line: Build, tmp_path: Path, more: str
) -> None:
    simulator = simulate(*WORLD[:-1], 8)
    run = command_line(simulator)
    ran = run("sync", simulator.repository, "--with", more, "--file-storage", tmp_path / "files", "--json")
    assert ran.exit_code == 0, ran.stderr
    kinds = ["workflow_runs", "workflow_jobs", "artifacts", "pull_requests", "comments"]
    kinds = [kind for kind in kinds if kind != "artifacts" or "artifacts" in more]
    assert [each["kind"] for each in ran.data[0]["captures"]] == kinds
    assert untruths_of_pull_requests(run.database, simulator) == []
    assert bool(stored(run.database, "artifacts")) == ("artifacts" in more)
    assert " pull requests, " in run("status").stdout


# ---- without the right -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "words"),
    [("sim-nopulls-secret", "pull-requests: read"), ("", "GITHUB_TOKEN"), ("sim-nograph-secret", "/graphql")],
    ids=["not these", "none", "no GraphQL"],
)
@pytest.mark.parametrize("command", ["historical-pr-sync", "capture-pr-details --number 1"])
def test_a_token_that_may_not_read_them_is_refused_with_the_next_step(
    simulator: Simulator, command_line: Build, token: str, words: str, command: str
) -> None:
    ran = command_line(simulator, token)(*command.split(), "--repository", simulator.repository)
    is_refused(ran, 3, words)
    assert "secret" not in ran.stderr


# ---- what failed -------------------------------------------------------------------------------------------


def test_a_pull_request_that_failed_is_named_and_retry_brings_it(
    simulator: Simulator, command_line: Build, tmp_path: Path
) -> None:
    capture, run = PullRequestRehearsal(tmp_path, simulator), command_line(simulator)
    # On the second page, which asks for more of them than the first.
    simulator.fault("null_node", path="#PullRequests", above=FIRST_PAGE)
    simulator.fault("html", path="#PullRequest$", times=None)
    assert capture().exit_code == 1
    (missing,) = {pull["number"] for pull in simulator.truth("pull_requests")} - numbers_in(run.database)
    name = f"pull request {missing}"
    assert open_failures(run.database).keys() == {name}
    assert f"    {name}: " in run("status").stdout

    simulator.clear_faults()
    assert [each.postponed for each in capture().results] == [1]  # ten minutes have not passed
    assert open_failures(run.database).keys() == {name}
    ran = run("retry", simulator.repository)
    assert ran.exit_code == 0, ran.stderr
    assert "Failed items: 1 were open, 0 are now." in ran.stderr
    assert open_failures(run.database) == {}
    assert untruths_of_pull_requests(run.database, simulator) == []


def test_part_of_a_pull_request_that_failed_is_named_and_comes_later(
    simulator: Simulator, tmp_path: Path
) -> None:
    capture = PullRequestRehearsal(tmp_path, simulator)
    simulator.fault("html", path="/pulls/[0-9]+/files", times=None)
    assert capture().exit_code == 1
    failed = set(open_failures(capture.database))
    moved = {row["pull_request_number"] for row in simulator.truth("file_changes") if row["previous_path"]}
    assert failed == {f"previous paths of pull request {number}" for number in moved}
    simulator.clear_faults()
    capture.later(A_WEEK)
    assert capture().exit_code == 0
    assert open_failures(capture.database) == {}
    assert listed_by_rest(questions(simulator)) == moved
    assert untruths_of_pull_requests(capture.database, simulator) == []


def test_a_failure_stays_open_while_more_is_to_do_than_is_asked_for(
    capture: PullRequestRehearsal, simulator: Simulator
) -> None:
    newest, *_, oldest = sorted(
        truth_of(simulator, "pull_requests").values(), key=lambda pull: pull["updated_at"], reverse=True
    )
    numbers = newest["number"], oldest["number"]
    by_hand(
        capture.database,
        f"DELETE FROM pull_request_coverage WHERE part = 'reviews' AND pull_request_number IN {numbers}",
    )
    simulator.fault("html", path="/graphql", times=None)
    assert capture([HistoricalReviewsSync]).exit_code == 1
    names = {f"pull request {number}" for number in numbers}
    assert set(open_failures(capture.database)) == names
    capture([HistoricalReviewsSync], max_items=1)
    assert set(open_failures(capture.database)) == names
    simulator.clear_faults()
    capture.later(A_WEEK)
    assert capture([HistoricalReviewsSync]).exit_code == 0
    assert open_failures(capture.database) == {}
