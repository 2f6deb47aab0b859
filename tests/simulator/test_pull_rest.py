"""REST tells the truth about pull requests: listings, files, reviews, and the two feeds of comments."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from reading_pulls import truth_of

from github_simulator.in_process import Caller, InProcessGitHub
from github_simulator.instants import from_text

MakeGitHub = Callable[..., InProcessGitHub]
Json = dict[str, Any]
REPOSITORY = "/repos/octo/example"
PULLS = f"{REPOSITORY}/pulls"
FEEDS = {"review_comments": f"{PULLS}/comments", "issue_comments": f"{REPOSITORY}/issues/comments"}


@pytest.fixture(scope="module")
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=0, pulls=250, giant_pulls=1)


@pytest.fixture(autouse=True)
def _an_hour_passes(github: InProcessGitHub) -> None:
    """No test pays for what another one spent."""
    github.world.clock.advance(3_600)


def pages(github: Caller, address: str, size: int = 100) -> list[Json]:
    """A whole list, by following its Link headers."""
    items: list[Json] = []
    target: str | None = f"{address}{'&' if '?' in address else '?'}per_page={size}"
    while target:
        answer = github.get(target)
        assert answer.status == 200, answer.body
        items += json.loads(answer.body)
        target = following(answer.headers.get("Link", ""))
    return items


def following(link: str) -> str | None:
    for part in link.split(", "):
        if part.endswith('rel="next"'):
            return part[1:].partition(">")[0].removeprefix("http://simulator.test")
    return None


def login(user: Json | None) -> str | None:
    return user["login"] if user else None


def without(rows: list[Json], *names: str) -> list[Json]:
    return [{key: value for key, value in row.items() if key not in names} for row in rows]


def test_the_listing_holds_every_pull_request_as_it_truly_is(github: InProcessGitHub) -> None:
    listed = pages(github, f"{PULLS}?state=all&direction=asc")
    rows = [
        {
            "repository_id": one["base"]["repo"]["id"],
            "id": one["id"],
            "node_id": one["node_id"],
            "number": one["number"],
            "title": one["title"],
            "state": one["state"],
            "draft": one["draft"],
            "merged": one["merged_at"] is not None,
            "author_login": login(one["user"]),
            "base_ref": one["base"]["ref"],
            "head_ref": one["head"]["ref"],
            "head_sha": one["head"]["sha"],
            "head_repository_id": one["head"]["repo"]["id"] if one["head"]["repo"] else None,
            **{name: one[name] for name in ("created_at", "updated_at", "closed_at", "merged_at")},
        }
        for one in listed
    ]
    truth = without(truth_of(github, "pull_requests"), "additions", "deletions", "changed_files")
    assert rows == truth


def test_one_by_itself_says_the_same_and_how_much_it_changes(github: InProcessGitHub) -> None:
    truth = {row["number"]: row for row in truth_of(github, "pull_requests")}
    for listed in pages(github, f"{PULLS}?state=all")[::25]:
        one = github.json(f"{PULLS}/{listed['number']}")
        assert {key: one[key] for key in listed} == listed
        true = truth[listed["number"]]
        for name in ("additions", "deletions", "changed_files", "merged"):
            assert one[name] == true[name]


def test_only_open_ones_are_listed_newest_first_where_nothing_else_is_said(github: InProcessGitHub) -> None:
    listed = pages(github, PULLS, size=7)
    created = [one["created_at"] for one in listed]
    assert {one["state"] for one in listed} == {"open"}
    assert created == sorted(created, reverse=True)
    closed = pages(github, f"{PULLS}?state=closed")
    assert len(listed) + len(closed) == 250


@pytest.mark.parametrize(("direction", "newest_first"), [("desc", True), ("asc", False), (None, False)])
def test_they_can_be_listed_by_their_last_update(
    github: InProcessGitHub, direction: str | None, newest_first: bool
) -> None:
    asked = f"&direction={direction}" if direction else ""
    updated = [one["updated_at"] for one in pages(github, f"{PULLS}?state=all&sort=updated{asked}")]
    assert updated == sorted(updated, reverse=newest_first)
    assert updated[0] != updated[-1]


def test_a_head_and_a_base_narrow_the_listing(github: InProcessGitHub) -> None:
    one = next(one for one in pages(github, f"{PULLS}?state=all") if one["head"]["repo"])
    label = one["head"]["label"].replace("'", "%27").replace("&", "%26")
    assert [each["id"] for each in pages(github, f"{PULLS}?state=all&head={label}")] == [one["id"]]
    of_release = pages(github, f"{PULLS}?state=all&base=release/2.x")
    assert {each["base"]["ref"] for each in of_release} == {"release/2.x"}


def test_the_files_are_the_truth_up_to_3000(github: InProcessGitHub) -> None:
    truth: dict[int, list[Json]] = {}
    for row in truth_of(github, "file_changes"):
        truth.setdefault(row["pull_request_number"], []).append(row)
    counts = set()
    for pull in truth_of(github, "pull_requests"):
        files = pages(github, f"{PULLS}/{pull['number']}/files")
        counts.add(len(files))
        rows = [
            {
                "repository_id": pull["repository_id"],
                "pull_request_number": pull["number"],
                "path": file["filename"],
                "head_sha": pull["head_sha"],
                "previous_path": file.get("previous_filename"),
                **{name: file[name] for name in ("status", "additions", "deletions", "changes")},
            }
            for file in files
        ]
        assert rows == truth.get(pull["number"], [])
    assert max(counts) == 3_000
    assert any(row["previous_path"] for rows in truth.values() for row in rows)


def test_the_reviews_of_each_are_the_truth(github: InProcessGitHub) -> None:
    rows = [
        {
            "repository_id": 812_000_000,
            "id": review["id"],
            "node_id": review["node_id"],
            "pull_request_number": pull["number"],
            "author_login": login(review["user"]),
            "body": review["body"],
            "deleted": False,
            "state": review["state"],
            "submitted_at": review.get("submitted_at"),
        }
        for pull in truth_of(github, "pull_requests")
        for review in pages(github, f"{PULLS}/{pull['number']}/reviews")
    ]
    truth = without(truth_of(github, "reviews"), "is_minimized", "created_at", "updated_at")
    assert sorted(rows, key=lambda row: row["id"]) == truth


def row_of_review_comment(comment: Json) -> Json:
    return {
        "repository_id": 812_000_000,
        "id": comment["id"],
        "pull_request_number": int(comment["pull_request_url"].rpartition("/")[2]),
        "author_login": login(comment["user"]),
        "review_id": comment["pull_request_review_id"],
        "in_reply_to_id": comment.get("in_reply_to_id"),
        "deleted": False,
        **{name: comment[name] for name in ("body", "path", "line", "created_at", "updated_at")},
    }


def row_of_issue_comment(comment: Json) -> Json:
    return {
        "repository_id": 812_000_000,
        "id": comment["id"],
        "pull_request_number": int(comment["issue_url"].rpartition("/")[2]),
        "author_login": login(comment["user"]),
        "deleted": False,
        **{name: comment[name] for name in ("body", "created_at", "updated_at")},
    }


def test_the_feed_of_review_comments_is_the_truth_but_for_what_is_pending(github: InProcessGitHub) -> None:
    pending = {row["id"] for row in truth_of(github, "reviews") if row["state"] == "PENDING"}
    truth = without(truth_of(github, "review_comments"), "is_minimized")
    sent = [row for row in truth if row["review_id"] not in pending]
    assert [row_of_review_comment(one) for one in pages(github, FEEDS["review_comments"])] == sent
    assert 0 < len(sent) < len(truth)


def test_the_feed_of_the_conversation_is_the_truth_and_holds_comments_of_issues_too(
    github: InProcessGitHub,
) -> None:
    feed = pages(github, FEEDS["issue_comments"])
    of_pulls = [one for one in feed if f"/pull/{number_of(one)}#issuecomment-{one['id']}" in one["html_url"]]
    of_issues = [
        one for one in feed if f"/issues/{number_of(one)}#issuecomment-{one['id']}" in one["html_url"]
    ]
    truth = without(truth_of(github, "issue_comments"), "is_minimized")
    assert [row_of_issue_comment(one) for one in of_pulls] == truth
    assert len(of_pulls) + len(of_issues) == len(feed)
    assert len(of_issues) > 20


def number_of(comment: Json) -> int:
    return int(comment["issue_url"].rpartition("/")[2])


@pytest.mark.parametrize("address", FEEDS.values())
def test_a_feed_since_a_time_of_update_holds_what_changed_then_or_later(
    github: InProcessGitHub, address: str
) -> None:
    every = pages(github, f"{address}?sort=updated&direction=asc")
    updated = [one["updated_at"] for one in every]
    assert updated == sorted(updated)
    middle = updated[len(updated) // 2]
    since = pages(github, f"{address}?sort=updated&direction=asc&since={middle}")
    assert since == [one for one in every if one["updated_at"] >= middle]
    assert since[0]["updated_at"] == middle


@pytest.mark.parametrize("address", FEEDS.values())
def test_without_a_sort_a_feed_is_by_id_whatever_the_direction(github: InProcessGitHub, address: str) -> None:
    ids = [one["id"] for one in pages(github, f"{address}?direction=desc")]
    assert ids == sorted(ids)
    newest_first = [one["id"] for one in pages(github, f"{address}?sort=created&direction=desc")]
    assert newest_first == ids[::-1]


def test_a_time_that_is_none_is_refused(github: InProcessGitHub) -> None:
    answers = [github.get(f"{address}?since=yesterday") for address in FEEDS.values()]
    assert [answer.status for answer in answers] == [422, 422]


def test_the_comments_of_one_are_those_of_the_feed(github: InProcessGitHub) -> None:
    feeds = {kind: pages(github, address) for kind, address in FEEDS.items()}
    for number in (*range(1, 60, 7), 5, 10):
        assert pages(github, f"{REPOSITORY}/issues/{number}/comments") == [
            one for one in feeds["issue_comments"] if number_of(one) == number
        ]
    for number in range(1, 60, 7):
        if number % 5:
            assert pages(github, f"{PULLS}/{number}/comments") == [
                one for one in feeds["review_comments"] if one["pull_request_url"].endswith(f"/{number}")
            ]


def test_an_issue_is_not_found_among_pull_requests(github: InProcessGitHub) -> None:
    tails = ("", "/files", "/reviews", "/comments")
    assert [github.get(f"{PULLS}/5{tail}").status for tail in tails] == [404] * 4
    assert github.get(f"{REPOSITORY}/issues/99999/comments").status == 404


def test_pending_reviews_are_for_the_token_owner_only(github: InProcessGitHub) -> None:
    pending = next(row for row in truth_of(github, "reviews") if row["state"] == "PENDING")
    address = f"{PULLS}/{pending['pull_request_number']}/reviews?per_page=100"
    shown = [one for one in github.json(address) if one["state"] == "PENDING"]
    assert [one["id"] for one in shown] == [pending["id"]]
    assert "submitted_at" not in shown[0]
    anonymous = github.caller(None).json(address)
    assert not any(one["state"] == "PENDING" for one in anonymous)


def test_a_token_needs_the_permission(github: InProcessGitHub) -> None:
    addresses = [PULLS, f"{PULLS}/1", f"{PULLS}/1/files", *FEEDS.values()]
    assert {github.caller("sim-nopulls").get(each).status for each in addresses} == {403}
    assert {github.caller("sim-noperm").get(each).status for each in addresses} == {200}
    assert github.caller("sim-nopulls").get(f"{REPOSITORY}/actions/runs").status == 200


def test_a_page_of_many_files_costs_github_more_than_one_of_few(github: InProcessGitHub) -> None:
    giant = next(row["number"] for row in truth_of(github, "pull_requests") if row["changed_files"] == 3_000)
    github.slept.clear()
    github.json(f"{PULLS}/{giant}/files?per_page=1")
    github.json(f"{PULLS}/{giant}/files?per_page=100")
    assert github.slept[0] < github.slept[1]


def test_times_are_written_as_github_writes_them(github: InProcessGitHub) -> None:
    (one,) = github.json(f"{PULLS}?per_page=1")
    assert one["created_at"].endswith("Z")
    assert from_text(one["created_at"]) <= from_text(one["updated_at"])
