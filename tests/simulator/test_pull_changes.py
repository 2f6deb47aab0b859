"""What happens to pull requests while the simulator runs."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from reading_pulls import everything, truth_of

from github_simulator.in_process import InProcessGitHub
from github_simulator.pull_changes import PullChanges
from github_simulator.pull_files import files_of
from github_simulator.pull_records import PullRequest
from github_simulator.service import ServiceOptions

MakeGitHub = Callable[..., InProcessGitHub]
TABLES = ("pull_requests", "reviews", "review_comments", "issue_comments", "file_changes")
LIVE_KINDS = {
    *("open pull", "comment", "review", "dismiss review", "edit comment", "delete comment"),
    *("force-push", "merge pull", "close pull"),
}


@pytest.fixture
def github(make_github: MakeGitHub) -> InProcessGitHub:
    github = make_github(runs=0, pulls=80)
    github.world.clock.advance(100)
    return github


@pytest.fixture
def changes(github: InProcessGitHub) -> PullChanges:
    return github.service.pull_changes


def pulls_of(github: InProcessGitHub) -> list[PullRequest]:
    return github.world.histories[0].pulls.every()


def pull_of(github: InProcessGitHub, number: int) -> PullRequest:
    pull = github.world.histories[0].pulls.find(number)
    assert pull is not None
    return pull


def updates(github: InProcessGitHub) -> dict[int, int]:
    return {pull.number: pull.updated_at for pull in pulls_of(github)}


def moved(before: dict[int, int], github: InProcessGitHub) -> set[int]:
    """The pull requests whose time of update is another now."""
    return {number for number, updated_at in updates(github).items() if before.get(number) != updated_at}


def test_a_new_one_gets_the_next_number_and_nothing_was_said_about_it(
    github: InProcessGitHub, changes: PullChanges
) -> None:
    highest = max(updates(github))
    first, second = changes.open_pulls(2)
    assert highest < first < second
    pull = pull_of(github, second)
    assert pull.is_open
    assert (pull.reviews, pull.conversation) == ([], [])
    assert pull.updated_at == pull.created_at >= github.world.options.now + 100
    assert second not in github.world.histories[0].pulls.issue_numbers


def test_a_comment_and_a_review_move_the_time_of_update(
    github: InProcessGitHub, changes: PullChanges
) -> None:
    before = updates(github)
    commented, reviewed = changes.comment(3), changes.review(3)
    assert len(set(commented)) == len(set(reviewed)) == 3
    assert moved(before, github) == {*commented, *reviewed}
    comment = pull_of(github, commented[-1]).conversation[-1]
    review = pull_of(github, reviewed[-1]).reviews[-1]
    assert comment.created_at >= github.world.options.now + 100
    assert review.submitted_at == pull_of(github, reviewed[-1]).updated_at
    history = github.world.histories[0].pulls
    assert history.issue_comments.find(comment.id) is comment
    assert history.reviews.find(review.id) is review
    assert all(history.review_comments.find(one.id) is one for one in review.comments)


def test_a_change_can_be_asked_for_by_number(github: InProcessGitHub, changes: PullChanges) -> None:
    before = updates(github)
    assert changes.comment(2, number=7) == [7, 7]
    assert changes.review(1, number=7) == [7]
    assert moved(before, github) == {7}
    with pytest.raises(ValueError, match="5"):
        changes.comment(1, number=5)  # an issue


def test_an_edit_moves_the_comment_but_the_pull_request_only_half_of_the_time(
    github: InProcessGitHub, changes: PullChanges
) -> None:
    before = updates(github)
    comments = {row["id"]: row for row in truth_of(github, "issue_comments") + lines(github)}
    numbers = changes.edit_comments(60)
    edited = [row for row in truth_of(github, "issue_comments") + lines(github) if row != comments[row["id"]]]
    assert len(edited) == len(numbers) == 60
    for row in edited:
        assert row["updated_at"] > comments[row["id"]]["updated_at"]
        assert row["body"].startswith("Edited")
    assert 0 < len(moved(before, github)) < len(set(numbers))


def lines(github: InProcessGitHub) -> list[dict[str, Any]]:
    return truth_of(github, "review_comments")


def test_a_deleted_comment_stays_in_the_truth_and_nowhere_else(
    github: InProcessGitHub, changes: PullChanges
) -> None:
    before = updates(github)
    numbers = changes.delete_comments(25)
    assert moved(before, github) == set(numbers)
    found = everything(github)
    for table in TABLES[1:4]:
        truth = truth_of(github, table)
        assert [row for row in truth if not row["deleted"]] == found[table]
    deleted = [row for row in truth_of(github, "issue_comments") + lines(github) if row["deleted"]]
    assert len(deleted) == 25
    feed = github.json("/repos/octo/example/issues/comments?per_page=100")
    assert not {row["id"] for row in deleted} & {one["id"] for one in feed}


def test_a_review_that_held_nothing_else_goes_with_its_last_comment(
    github: InProcessGitHub, changes: PullChanges
) -> None:
    changes.delete_comments(1_000)
    reviews = [review for pull in pulls_of(github) for review in pull.reviews]
    assert any(review.deleted for review in reviews)
    for review in reviews:
        said_something = review.state != "COMMENTED" or bool(review.body or review.visible_comments)
        assert review.deleted != said_something
    assert not any(one.visible_conversation for one in pulls_of(github))


def test_a_comment_that_was_answered_is_not_deleted_before_the_answer(
    github: InProcessGitHub, changes: PullChanges
) -> None:
    changes.review(200)
    for _ in range(30):
        changes.delete_comments(5)
        there = [
            one for pull in pulls_of(github) for review in pull.visible_reviews for one in review.comments
        ]
        assert not any(
            one.in_reply_to.deleted for one in there if not one.deleted and one.in_reply_to is not None
        )


def test_a_force_push_changes_the_head_and_the_files(github: InProcessGitHub, changes: PullChanges) -> None:
    before = updates(github)
    was = {pull.number: (pull.head_sha, files_of(pull)) for pull in pulls_of(github)}
    numbers = changes.force_push(4)
    assert moved(before, github) == set(numbers)
    for number in numbers:
        pull = pull_of(github, number)
        assert pull.is_open
        assert pull.head_sha != was[number][0]
        assert files_of(pull) != was[number][1]
    rows = [row for row in truth_of(github, "file_changes") if row["pull_request_number"] == numbers[0]]
    assert {row["head_sha"] for row in rows} <= {pull_of(github, numbers[0]).head_sha}


@pytest.mark.parametrize("merge", [True, False])
def test_an_open_one_is_merged_or_closed_without(
    github: InProcessGitHub, changes: PullChanges, merge: bool
) -> None:
    (number,) = changes.close(1, merge=merge)
    (row,) = (row for row in truth_of(github, "pull_requests") if row["number"] == number)
    assert (row["state"], row["merged"]) == ("closed", merge)
    assert row["closed_at"] == row["updated_at"]
    assert row["merged_at"] == (row["closed_at"] if merge else None)
    with pytest.raises(ValueError, match=str(number)):
        changes.close(1, number=number)


def test_a_dismissed_review_keeps_its_date_and_says_so(github: InProcessGitHub, changes: PullChanges) -> None:
    before = {row["id"]: row for row in truth_of(github, "reviews")}
    changes.dismiss(3)
    changed = [row for row in truth_of(github, "reviews") if row != before[row["id"]]]
    assert [row["state"] for row in changed] == ["DISMISSED"] * 3
    for row in changed:
        assert row["submitted_at"] == before[row["id"]]["submitted_at"]
        assert row["updated_at"] > before[row["id"]]["updated_at"]


def test_no_two_changes_of_one_leave_the_same_time_of_update(
    github: InProcessGitHub, changes: PullChanges
) -> None:
    seen = []
    for change in (changes.comment, changes.review, changes.comment):
        change(1, number=3)
        seen.append(pull_of(github, 3).updated_at)
    changes.comment(1, number=4)
    assert seen == sorted(set(seen))
    assert pull_of(github, 4).updated_at >= seen[-1]  # and none happens before another


def test_what_is_served_after_many_changes_is_the_truth(
    github: InProcessGitHub, changes: PullChanges
) -> None:
    changes.open_pulls(5)
    for change in (changes.review, changes.comment, changes.edit_comments, changes.dismiss):
        change(20)
    changes.force_push(5)
    changes.delete_comments(10)
    changes.close(3, merge=False)
    found = everything(github)
    for table in TABLES[:4]:
        assert found[table] == [row for row in truth_of(github, table) if not row.get("deleted")]


def test_the_same_changes_in_the_same_order_make_the_same_world(make_github: MakeGitHub) -> None:
    def changed() -> list[list[dict[str, Any]]]:
        github = make_github(runs=0, pulls=40)
        changes = github.service.pull_changes
        changes.review(5), changes.open_pulls(2), changes.comment(5), changes.force_push(2)
        return [truth_of(github, table) for table in TABLES]

    assert changed() == changed()


def test_a_change_may_name_its_repository(make_github: MakeGitHub) -> None:
    github = make_github(runs=0, pulls=20, repositories=("octo/one", "octo/two"))
    github.service.pull_changes.comment(3, "octo/two")
    counts = [len(history.pulls.issue_comments.every) for history in github.world.histories]
    fresh = make_github(runs=0, pulls=20, repositories=("octo/one", "octo/two")).world.histories
    assert counts == [
        len(fresh[0].pulls.issue_comments.every),
        len(fresh[1].pulls.issue_comments.every) + 3,
    ]
    with pytest.raises(ValueError, match="octo/three"):
        github.service.pull_changes.comment(1, "octo/three")


def test_in_live_mode_pull_requests_change_too(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(live_every=1), runs=40, pulls=60)
    before = updates(github)
    for _ in range(150):
        github.world.clock.advance(20)
        github.get("/user")
    happened = Counter(github.ledger()["happened"])
    assert set(happened) >= LIVE_KINDS
    assert sum(happened[kind] for kind in LIVE_KINDS) > 130
    assert len(moved(before, github)) > 40
    github.service.live.switch(0)
    found = everything(github)
    assert found["pull_requests"] == truth_of(github, "pull_requests")


def test_live_mode_says_nothing_of_pull_requests_where_there_are_none(make_github: MakeGitHub) -> None:
    github = make_github(ServiceOptions(live_every=1), runs=40)
    for _ in range(60):
        github.get("/user")
    assert not set(github.ledger()["happened"]) & LIVE_KINDS
