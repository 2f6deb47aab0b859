"""The pull requests of the world: as odd as real ones, and those that the runs are about."""

import json
from collections import Counter
from statistics import median
from typing import Any

import pytest

from github_simulator.history import Run
from github_simulator.options import WorldOptions
from github_simulator.payloads import Payloads
from github_simulator.pull_files import files_of, listed_files_of
from github_simulator.pull_records import PullRequest, Remark
from github_simulator.truth import Truth
from github_simulator.world import World
from progressive_capture.lib.normalize.rows import (
    FileChangeRow,
    IssueCommentRow,
    Observed,
    PullRequestRow,
    ReviewCommentRow,
    ReviewRow,
)

TABLES = ("pull_requests", "reviews", "review_comments", "issue_comments", "file_changes")


@pytest.fixture(scope="module")
def world() -> World:
    return World(WorldOptions(seed=4, runs=400, pulls=1_200, giant_pulls=1))


@pytest.fixture(scope="module")
def pulls(world: World) -> list[PullRequest]:
    return world.histories[0].pulls.every()


def remarks(pulls: list[PullRequest]) -> list[Remark]:
    comments = [one for pull in pulls for review in pull.reviews for one in review.comments]
    reviews = [review for pull in pulls for review in pull.reviews]
    return [*comments, *reviews, *(one for pull in pulls for one in pull.conversation)]


def everything(options: WorldOptions) -> dict[str, list[bytes]]:
    reader = Truth(World(options), Payloads("http://simulator.test"))
    return {table: list(reader.lines(table)) for table in (*TABLES, "runs")}


def test_a_typical_one_has_two_reviews_three_comments_and_four_files(pulls: list[PullRequest]) -> None:
    comments = [len(pull.conversation) + sum(len(one.comments) for one in pull.reviews) for pull in pulls]
    assert median(len(pull.reviews) for pull in pulls) == 2
    assert median(comments) == 3
    assert median(len(files_of(pull)) for pull in pulls) == 4
    assert sorted(comments)[-12] > 15  # and some have many


def test_giants_have_250_reviews_or_3000_files_or_more_than_github_lists(pulls: list[PullRequest]) -> None:
    assert max(len(pull.reviews) for pull in pulls) == 250
    most_files = sorted((pull for pull in pulls), key=lambda pull: len(files_of(pull)))[-2:]
    assert [len(files_of(pull)) for pull in most_files] == [3_000, 4_512]
    assert [len(listed_files_of(pull)) for pull in most_files] == [3_000, 3_000]
    reviewed = next(pull for pull in pulls if len(pull.reviews) == 250)
    assert max(len(review.comments) for review in reviewed.reviews) >= 120
    assert len(reviewed.conversation) == 130


def test_every_oddity_of_real_ones_is_there(pulls: list[PullRequest]) -> None:
    own = pulls[0].repository
    assert any(pull.author is None for pull in pulls)
    assert any(pull.author and pull.author.kind == "Bot" for pull in pulls)
    assert any(pull.draft and pull.is_open for pull in pulls)
    assert {pull.head_repository is own for pull in pulls if pull.head_repository} == {True, False}
    assert any(pull.head_repository is None for pull in pulls)
    ends = Counter((pull.is_open, pull.merged_at is not None) for pull in pulls)
    assert set(ends) == {(True, False), (False, True), (False, False)}
    assert any(pull.body is None for pull in pulls)
    assert any(not pull.reviews for pull in pulls)
    assert any(not files_of(pull) for pull in pulls)
    assert any(len(pull.pushes) > 3 for pull in pulls)


def test_what_was_said_is_as_odd(pulls: list[PullRequest]) -> None:
    said = remarks(pulls)
    assert max(len(one.body) for one in said) == 65_536
    assert max(len(one.body.encode()) for one in said) == 4 * 65_536
    assert not any("\0" in one.body for one in said)
    assert any(one.is_minimized for one in said)
    assert any(one.updated_at > one.created_at for pull in pulls for one in pull.conversation)
    assert any(one.author is None for one in said)
    lines = {one.line is None for pull in pulls for review in pull.reviews for one in review.comments}
    assert lines == {True, False}
    states = {review.state for pull in pulls for review in pull.reviews}
    assert states == {"APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"}


def test_files_are_moved_copied_removed_and_each_once(pulls: list[PullRequest]) -> None:
    statuses = Counter(file.status for pull in pulls for file in files_of(pull))
    assert set(statuses) == {"added", "changed", "copied", "modified", "removed", "renamed"}
    for pull in pulls:
        paths = [file.path for file in files_of(pull)]
        assert paths == sorted(set(paths))
        for file in files_of(pull):
            assert (file.previous_path is not None) == (file.status in {"renamed", "copied"})
    assert 0.02 < sum(any(f.previous_path for f in files_of(p)) for p in pulls) / len(pulls) < 0.1


def test_only_the_token_owner_has_pending_reviews_and_they_have_no_date(pulls: list[PullRequest]) -> None:
    pending = [review for pull in pulls for review in pull.reviews if review.state == "PENDING"]
    assert pending
    assert {review.author.login if review.author else None for review in pending} == {"github-actions[bot]"}
    for pull in pulls:
        for review in pull.reviews:
            assert (review.submitted_at is None) == (review.state == "PENDING")


def test_an_answer_is_alone_in_a_review_of_its_own(pulls: list[PullRequest]) -> None:
    answers = 0
    for pull in pulls:
        for review in pull.reviews:
            for comment in review.comments:
                assert comment.review is review
                if comment.in_reply_to is not None:
                    assert (review.state, review.body, len(review.comments)) == ("COMMENTED", "", 1)
                    assert comment.in_reply_to.id < comment.id
                    assert comment.in_reply_to.number == pull.number
                    answers += 1
    assert answers > 50


def test_ids_rise_with_time_and_nothing_happens_later_than_now(
    world: World, pulls: list[PullRequest]
) -> None:
    history = world.histories[0].pulls
    registers: list[Any] = [history.reviews, history.review_comments, history.issue_comments]
    for register in registers:
        assert [one.id for one in register.every] == sorted({one.id for one in register.every})
        assert [one.created_at for one in register.every] == sorted(one.created_at for one in register.every)
    assert max(one.updated_at for one in remarks(pulls)) <= world.options.now
    assert max(pull.updated_at for pull in pulls) <= world.options.now
    for pull in pulls:
        assert all(one.created_at >= pull.created_at for one in remarks([pull]))
        assert all(pull.updated_at >= one.created_at for one in pull.conversation)


def test_numbers_are_shared_with_issues_that_are_no_pull_requests(world: World) -> None:
    history = world.histories[0].pulls
    numbers = {pull.number for pull in history.every()}
    assert not numbers & history.issue_numbers
    together = numbers | history.issue_numbers
    assert together == set(range(1, max(together) + 1))
    of_issues = [one for one in history.issue_comments.every if not one.of_pull]
    assert {one.number for one in of_issues} <= history.issue_numbers
    assert len(of_issues) > 100


def runs_of_pulls(world: World) -> list[Run]:
    return [run for run in world.histories[0].runs if run.event.startswith("pull_request")]


def test_every_run_of_a_pull_request_is_about_one_of_the_world(world: World) -> None:
    pulls = {pull.head_ref: pull for pull in world.histories[0].pulls.every()}
    runs = runs_of_pulls(world)
    assert len(runs) > 80
    for run in runs:
        pull = pulls[run.head_branch or ""]
        assert run.head_sha in {push.sha for push in pull.pushes}
        assert run.head_repository is pull.head_repository
    latest = sum(run.head_sha == pulls[run.head_branch or ""].head_sha for run in runs)
    assert 0 < latest < len(runs)  # some have been pushed to since


def test_a_run_names_its_pull_request_only_while_that_is_open_and_of_the_repository_itself(
    world: World,
) -> None:
    pulls = {pull.number: pull for pull in world.histories[0].pulls.every()}
    named = [run for run in runs_of_pulls(world) if run.pull_request_number is not None]
    assert named
    for run in named:
        pull = pulls[run.pull_request_number or 0]
        assert pull.is_open
        assert pull.head_repository is run.repository
        assert pull.head_sha == run.head_sha


def test_what_runs_have_to_do_with_pull_requests_leaves_their_other_fields_alone() -> None:
    without = World(WorldOptions(runs=200)).histories[0].runs
    with_them = World(WorldOptions(runs=200, pulls=50)).histories[0].runs
    for one, other in zip(without, with_them, strict=True):
        assert (one.id, one.created_at, one.event, one.status) == (
            other.id,
            other.created_at,
            other.event,
            other.status,
        )
        assert one.attempts == other.attempts
        if not one.event.startswith("pull_request"):
            assert (one.head_sha, one.head_branch) == (other.head_sha, other.head_branch)


def test_the_same_seed_gives_the_same_pull_requests() -> None:
    options = WorldOptions(runs=50, pulls=60, seed=9)
    assert everything(options) == everything(options)
    assert everything(options) != everything(WorldOptions(runs=50, pulls=60, seed=10))


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("pull_requests", PullRequestRow),
        ("reviews", ReviewRow),
        ("review_comments", ReviewCommentRow),
        ("issue_comments", IssueCommentRow),
        ("file_changes", FileChangeRow),
    ],
)
def test_the_truth_has_the_columns_of_the_table(world: World, table: str, row: Any) -> None:
    reader = Truth(world, Payloads("http://simulator.test"))
    columns = {*row.__annotations__, *Observed.__annotations__} - {"captured_at"}
    may_be_deleted = table not in {"pull_requests", "file_changes"}
    expected = columns | ({"deleted"} if may_be_deleted else set())
    assert {frozenset(json.loads(line)) for line in reader.lines(table)} == {frozenset(expected)}


def test_a_world_without_pull_requests_has_nothing_of_them() -> None:
    nothing = everything(WorldOptions(runs=30))
    assert [nothing[table] for table in TABLES] == [[], [], [], [], []]


@pytest.mark.parametrize("wrong", [{"pulls": -1}, {"pulls": 5, "giant_pulls": 2}, {"pulls": 2_000_000}])
def test_a_shape_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="pull requests"):
        WorldOptions(runs=0, **wrong)
