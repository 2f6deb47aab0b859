"""GraphQL tells the truth about pull requests, in pages that stay whole while the world changes."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from reading_pulls import BULK, MORE_OF, bulk_page, data_of, every_pull, everything, truth_of

from github_simulator.in_process import InProcessGitHub

MakeGitHub = Callable[..., InProcessGitHub]
ORDERED = """query Pulls($size: Int!, $after: String, $field: IssueOrderField!, $direction: OrderDirection!) {
  repository(owner: "octo", name: "example") {
    pullRequests(first: $size, after: $after, orderBy: {field: $field, direction: $direction}) {
      pageInfo { hasNextPage endCursor } nodes { number createdAt updatedAt } } } }"""


@pytest.fixture(scope="module")
def github(make_github: MakeGitHub) -> InProcessGitHub:
    return make_github(runs=0, pulls=150, giant_pulls=1)


@pytest.fixture(autouse=True)
def _an_hour_passes(github: InProcessGitHub) -> None:
    """No test pays for what another one spent."""
    github.world.clock.advance(3_600)


@pytest.fixture(scope="module")
def found(github: InProcessGitHub) -> dict[str, list[dict[str, Any]]]:
    return everything(github)


def errors_of(github: Any, query: str, **variables: Any) -> list[dict[str, Any]]:
    return list(json.loads(github.query(query, **variables).body).get("errors", []))


@pytest.mark.parametrize("table", ["pull_requests", "reviews", "review_comments", "issue_comments"])
def test_every_row_is_the_truth(
    github: InProcessGitHub, found: dict[str, list[dict[str, Any]]], table: str
) -> None:
    assert found[table] == truth_of(github, table)
    assert len(found[table]) >= 150


def test_every_file_is_the_truth_but_for_its_former_path(
    github: InProcessGitHub, found: dict[str, list[dict[str, Any]]]
) -> None:
    truth = truth_of(github, "file_changes")
    for row in truth:
        row.pop("previous_path")
    assert found["file_changes"] == truth


def test_files_end_at_3000_and_changed_files_says_how_many_there_are(github: InProcessGitHub) -> None:
    (giant,) = (pull for pull in every_pull(github) if pull["changedFiles"] == 4_512)
    assert giant["files"]["totalCount"] == 3_000


def test_bots_are_called_what_rest_calls_them_without_its_suffix(github: InProcessGitHub) -> None:
    authors = {(pull["author"] or {}).get("login"): pull["author"] for pull in every_pull(github)}
    assert authors["dependabot"]["__typename"] == "Bot"
    assert None in authors
    assert not any(login and "[bot]" in login for login in authors)


@pytest.mark.parametrize("field", ["UPDATED_AT", "CREATED_AT"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_pages_follow_the_order_that_was_asked_for(
    github: InProcessGitHub, field: str, direction: str
) -> None:
    seen: list[tuple[str, int]] = []
    after, more = None, True
    while more:
        data = data_of(github, ORDERED, size=40, after=after, field=field, direction=direction)
        page = data["repository"]["pullRequests"]
        name = "updatedAt" if field == "UPDATED_AT" else "createdAt"
        seen += [(node[name], node["number"]) for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == sorted(seen, reverse=direction == "DESC")
    assert len({number for _, number in seen}) == 150


def test_one_that_is_updated_meanwhile_moves_to_the_front_and_is_not_met_again(
    make_github: MakeGitHub,
) -> None:
    github = make_github(runs=0, pulls=30)
    first = bulk_page(github, 10)
    later = bulk_page(github, 10, first["pageInfo"]["endCursor"])
    moving = later["nodes"][3]["number"]
    github.service.pull_changes.comment(1, number=moving)
    second = bulk_page(github, 10, first["pageInfo"]["endCursor"])
    third = bulk_page(github, 10, second["pageInfo"]["endCursor"])
    behind = [node["number"] for node in second["nodes"] + third["nodes"]]
    assert moving not in behind
    assert len(behind) == 19
    assert bulk_page(github, 10)["nodes"][0]["number"] == moving


def test_a_cursor_survives_the_deletion_of_what_it_was_made_of(make_github: MakeGitHub) -> None:
    github = make_github(runs=0, pulls=30, giant_pulls=1)
    (giant,) = (pull for pull in every_pull(github) if pull["comments"]["totalCount"] == 130)
    page = giant["comments"]
    comments = github.world.histories[0].pulls.issue_comments
    last = comments.find(int(page["nodes"][-1]["fullDatabaseId"]))
    assert last is not None
    last.deleted = True
    after = page["pageInfo"]["endCursor"]
    (again,) = data_of(github, MORE_OF["comments"], ids=[giant["id"]], size=100, after=after)["nodes"]
    ids = [int(node["fullDatabaseId"]) for node in again["comments"]["nodes"]]
    assert again["comments"]["totalCount"] == 129
    assert len(ids) == 100
    assert ids[0] > last.id


def test_a_cursor_that_no_page_gave_is_refused(github: InProcessGitHub) -> None:
    (error,) = errors_of(github, BULK, size=5, after="bm9uc2Vuc2U=", part=1)
    assert error["type"] == "INVALID_CURSOR_ARGUMENTS"


def test_one_can_be_asked_for_by_number_and_by_id_and_so_can_what_was_said(github: InProcessGitHub) -> None:
    query = """query One($number: Int!) { repository(owner: "octo", name: "example") {
      pullRequest(number: $number) { id number } } }"""
    node = data_of(github, query, number=7)["repository"]["pullRequest"]
    history = github.world.histories[0].pulls
    remarks: list[Any] = [history.reviews, history.review_comments, history.issue_comments]
    ids = [node["id"], *(register.every[5].node_id for register in remarks)]
    answered = data_of(github, "query Q($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids)
    assert [each["id"] for each in answered["nodes"]] == ids
    assert [each["__typename"] for each in answered["nodes"]] == [
        "PullRequest",
        "PullRequestReview",
        "PullRequestReviewComment",
        "IssueComment",
    ]


def test_an_issue_is_no_pull_request_and_its_comments_belong_to_none(github: InProcessGitHub) -> None:
    query = '{ repository(owner: "octo", name: "example") { pullRequest(number: 5) { id } } }'
    (error,) = errors_of(github, query)
    assert (error["type"], error["path"]) == ("NOT_FOUND", ["repository", "pullRequest"])
    comments = github.world.histories[0].pulls.issue_comments.every
    comment = next(one for one in comments if not one.of_pull)
    query = "query Q($id: ID!) { node(id: $id) { ... on IssueComment { url pullRequest { number } } } }"
    node = data_of(github, query, id=comment.node_id)["node"]
    assert node["pullRequest"] is None
    assert f"/issues/{comment.number}#issuecomment-" in node["url"]


def test_a_deleted_comment_is_no_longer_found(make_github: MakeGitHub) -> None:
    github = make_github(runs=0, pulls=20)
    comment = github.world.histories[0].pulls.issue_comments.every[0]
    comment.deleted = True
    (error,) = errors_of(github, "query Q($id: ID!) { node(id: $id) { id } }", id=comment.node_id)
    assert error["type"] == "NOT_FOUND"


def test_states_narrow_pull_requests_and_reviews(github: InProcessGitHub) -> None:
    query = """{ repository(owner: "octo", name: "example") {
      merged: pullRequests(first: 100, states: [MERGED]) { totalCount nodes { state } }
      open: pullRequests(first: 100, states: [OPEN]) { totalCount nodes { state
        reviews(first: 50, states: [APPROVED]) { nodes { state } } } }
      all: pullRequests { totalCount } closed: pullRequests(states: [CLOSED]) { totalCount } } }"""
    data = data_of(github, query)["repository"]
    assert {node["state"] for node in data["merged"]["nodes"]} == {"MERGED"}
    assert {node["state"] for node in data["open"]["nodes"]} == {"OPEN"}
    reviews = [review for node in data["open"]["nodes"] for review in node["reviews"]["nodes"]]
    assert {review["state"] for review in reviews} == {"APPROVED"}
    counts = [data[name]["totalCount"] for name in ("merged", "open", "closed")]
    assert sum(counts) == data["all"]["totalCount"] == 150
    assert min(counts) > 0


@pytest.mark.parametrize(("size", "part", "points"), [(50, 10, 7), (100, 10, 13), (25, 3, 2), (100, 1, 4)])
def test_a_page_costs_what_githubs_formula_says(
    github: InProcessGitHub, size: int, part: int, points: int
) -> None:
    """(1 + size x (3 + part)) / 100, rounded."""
    limit = data_of(github, BULK, size=size, part=part)["rateLimit"]
    assert limit["cost"] == points
    assert limit["nodeCount"] == size + 3 * size * part + 10 * size * part


def test_the_overflow_of_a_hundred_costs_one_point(github: InProcessGitHub) -> None:
    ids = [pull.node_id for pull in github.world.histories[0].pulls.every()[:100]]
    before = github.ledger()["points"]["total"]
    data_of(github, MORE_OF["comments"], ids=ids, size=100)
    assert github.ledger()["points"]["total"] - before == 1


def test_the_files_of_many_giants_at_once_time_out_and_those_of_few_do_not(make_github: MakeGitHub) -> None:
    github = make_github(runs=0, pulls=36, giant_pulls=12)
    pulls = github.world.histories[0].pulls.every()
    giants = [pull.node_id for pull in pulls if pull.file_plan.count > 3_000]
    assert len(giants) == 12
    assert github.query(MORE_OF["files"], ids=giants, size=1).status == 502
    assert github.query(MORE_OF["files"], ids=giants[:5], size=100).status == 200


def test_a_token_that_may_not_read_pull_requests_is_told_so(github: InProcessGitHub) -> None:
    caller = github.caller("sim-nopulls")
    (error,) = errors_of(caller, BULK, size=5, part=5)
    assert (error["type"], error["path"]) == ("FORBIDDEN", ["repository", "pullRequests"])
    pull = github.world.histories[0].pulls.every()[0]
    (error,) = errors_of(caller, "query Q($id: ID!) { node(id: $id) { id } }", id=pull.node_id)
    assert error["type"] == "FORBIDDEN"
