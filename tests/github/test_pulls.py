"""Pull requests by GraphQL: pages that GitHub can bear, what is missing, what does not fit into a page."""

from collections.abc import Callable
from typing import Any

import pytest
from loopback_github import LoopbackGitHub, Reply, Seen
from pull_request_host import Pull, PullRequestHost, operation

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import (
    AuthenticationError,
    ConfigurationError,
    GitHubUnavailableError,
    NotFoundError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.github.failures import GraphQLRefusedError
from progressive_capture.lib.github.fitted_sizes import FIRST_SIZES, SMALLEST_SIZES, FittedSizes
from progressive_capture.lib.github.opening import Connection
from progressive_capture.lib.github.pull_answers import MissingPull, PullRequestsPage
from progressive_capture.lib.github.pulls import PullRequests

Connect = Callable[..., Connection]
REPOSITORY = "octo/example"


@pytest.fixture
def pulls(connect: Connect) -> PullRequests:
    return connect().client().pulls


def host(server: LoopbackGitHub, *pulls: Pull) -> PullRequestHost:
    found = PullRequestHost(list(pulls))
    server.otherwise = found
    return found


def walk(pulls: PullRequests, sizes: FittedSizes | None = None) -> list[PullRequestsPage]:
    sizes = sizes or FittedSizes()
    pages = [pulls.pull_requests(REPOSITORY, after=None, sizes=sizes)]
    while pages[-1].has_next:
        pages.append(pulls.pull_requests(REPOSITORY, after=pages[-1].end_cursor, sizes=sizes))
    return pages


def numbers(pages: list[PullRequestsPage]) -> list[int]:
    return [node["number"] for each in pages for node in each.nodes]


# ---- a page ------------------------------------------------------------------------------------------------


def test_a_page_has_the_pull_requests_and_first_pages_of_what_belongs_to_them(
    server: LoopbackGitHub, pulls: PullRequests, clock: ManualClock
) -> None:
    host(server, Pull(9, reviews=[1, 0], comments=2, files=3), Pull(8))
    page = pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())
    assert server.seen[0].variables == {
        "owner": "octo",
        "name": "example",
        "after": None,
        "pulls": 18,
        "reviews": 5,
        "reviewComments": 5,
        "comments": 10,
        "files": 20,
    }
    assert [node["number"] for node in page.nodes] == [9, 8]
    assert (page.missing, page.total_count, page.has_next) == ([], 2, False)
    assert page.captured_at == clock.now()
    assert page.nodes[0]["reviews"]["nodes"][0]["comments"]["nodes"] == [{"id": "p9-r0-c0"}]
    assert len(page.nodes[0]["files"]["nodes"]) == 3


def test_a_walk_brings_each_pull_request_once_with_sizes_that_it_learns(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    found = host(server, *(Pull(number, comments=30) for number in range(200, 0, -1)))
    assert numbers(walk(pulls)) == list(range(200, 0, -1))
    asked = [variables for _, variables in found.asked]
    assert asked[0]["comments"] == 10
    assert asked[1]["comments"] == 30
    assert (asked[1]["reviews"], asked[1]["pulls"]) == (1, 37)


def test_points_are_counted_by_the_clients_one_meter(server: LoopbackGitHub, connect: Connect) -> None:
    host(server, Pull(1))
    client = connect().client()
    client.pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())
    assert (client.spent().points, client.spent().requests) == (1, 0)


def test_a_name_that_is_no_repository_is_never_sent(server: LoopbackGitHub, pulls: PullRequests) -> None:
    with pytest.raises(ConfigurationError, match="OWNER/NAME"):
        pulls.pull_requests("octo", after=None, sizes=FittedSizes())
    assert server.seen == []


# ---- too much ----------------------------------------------------------------------------------------------


def test_a_page_that_takes_too_long_has_fewer_pull_requests_at_once(
    server: LoopbackGitHub, pulls: PullRequests, clock: ManualClock
) -> None:
    found = host(server, *(Pull(number) for number in range(60, 0, -1)))
    found.heavy_above = 400
    assert numbers(walk(pulls)) == list(range(60, 0, -1))
    sizes = [(variables["pulls"], variables["files"]) for _, variables in found.asked]
    assert sizes[:3] == [(18, 20), (14, 20), (4, 20)]
    assert clock.monotonic() == 0


def test_a_page_that_came_late_makes_the_next_one_smaller(
    server: LoopbackGitHub, pulls: PullRequests, clock: ManualClock
) -> None:
    found = host(server, *(Pull(number, [5] * 5, 10, 20) for number in range(40, 0, -1)))
    in_time, late = FittedSizes(), FittedSizes()

    def five_seconds_later(seen: Seen) -> Reply:
        clock.advance(5)
        return found(seen)

    pulls.pull_requests(REPOSITORY, after=None, sizes=in_time)
    server.otherwise = five_seconds_later
    pulls.pull_requests(REPOSITORY, after=None, sizes=late)
    assert in_time.next() == FIRST_SIZES
    assert late.next().pulls == 14


def test_an_answer_that_githubs_limits_cut_short_is_asked_for_in_smaller_pages(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    found = host(server, *(Pull(number) for number in range(30, 0, -1)))

    def limited(seen: Seen) -> Reply:
        reply = found(seen)
        if seen.variables["pulls"] > 4:
            reply.body["data"]["repository"]["pullRequests"]["nodes"][5:] = [None] * 9
            reply.body["errors"] = [
                {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded."}
            ]
        return reply

    server.otherwise = limited
    pages = walk(pulls)
    assert numbers(pages)[:30] == list(range(30, 0, -1))
    assert all(page.missing == [] for page in pages)


def test_a_page_without_any_data_is_asked_for_in_smaller_ones(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    found = host(server, *(Pull(number) for number in range(5, 0, -1)))
    server.replies = [Reply({"data": None, "errors": [{"message": "Something went wrong"}]})]
    assert numbers(walk(pulls)) == [5, 4, 3, 2, 1]
    assert found.asked[0][1]["pulls"] == 14


def test_a_pull_request_that_does_not_come_even_alone_is_missing_by_its_number_and_the_walk_goes_on(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    found = host(server, *(Pull(number) for number in range(30, 0, -1)))
    found.poison = {20}
    pages = walk(pulls)
    assert numbers(pages) == [number for number in range(30, 0, -1) if number != 20]
    missing = [each for page in pages for each in page.missing]
    assert [(each.number, each.node_id) for each in missing] == [(20, "p20")]
    assert "502" in missing[0].reason
    smallest = [
        variables
        for name, variables in found.asked
        if variables.items() >= SMALLEST_SIZES.variables().items()
    ]
    assert len([each for each in smallest if each["after"] == "10"]) == 5


def test_when_github_gives_nothing_at_all_the_walk_ends_with_an_error(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    server.otherwise = lambda _: Reply(status=502)
    with pytest.raises(GitHubUnavailableError):
        pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())
    smaller_and_smaller = 6
    assert len(server.seen) == smaller_and_smaller - 1 + 5 + 5


def test_when_not_even_the_numbers_are_given_it_is_githubs_fault(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    server.otherwise = lambda _: Reply({"data": None})
    with pytest.raises(GitHubUnavailableError, match="no usable list of the pull requests of octo/example"):
        pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())


def test_trouble_that_is_not_for_the_size_is_tried_again_and_told(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    server.otherwise = lambda _: Reply(status=503)
    with pytest.raises(GitHubUnavailableError):
        pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())
    assert [seen.variables["pulls"] for seen in server.seen] == [FIRST_SIZES.pulls] * 5


# ---- partly ------------------------------------------------------------------------------------------------


def spoiled(
    found: PullRequestHost, change: Callable[[list[Any]], None], at: list[Any] | None = None, **error: str
) -> Callable[[Seen], Reply]:
    """The host, with the nodes of its bulk pages changed, and an error about a place below them."""

    def reply(seen: Seen) -> Reply:
        answer = found(seen)
        if operation(seen) == "PullRequests":
            change(answer.body["data"]["repository"]["pullRequests"]["nodes"])
            if at is not None:
                path = ["repository", "pullRequests", "nodes", *at]
                answer.body["errors"] = [{**error, "path": path}]
        return answer

    return reply


def test_a_null_among_the_pull_requests_is_missing_by_its_number(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    found = host(server, Pull(3), Pull(2), Pull(1))

    def forget(nodes: list[Any]) -> None:
        nodes[1] = None

    server.otherwise = spoiled(found, forget, type="SOMETHING", message="It broke", at=[1, "comments"])
    page = pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())
    assert numbers([page]) == [3, 1]
    assert page.missing == [MissingPull(number=2, node_id="p2", reason="SOMETHING: It broke")]
    assert found.asked[1] == (
        "PullRequestNumbers",
        {"owner": "octo", "name": "example", "after": None, "pulls": 18},
    )


def test_a_null_whose_number_github_does_not_give_is_missing_without_one(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    found = host(server, Pull(3), Pull(2))

    def reply(seen: Seen) -> Reply:
        answer = found(seen)
        answer.body["data"]["repository"]["pullRequests"]["nodes"][1] = None
        return answer

    server.otherwise = reply
    page = pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())
    assert page.missing == [MissingPull(number=None, node_id=None, reason="GitHub answered nothing")]


def test_an_error_about_a_field_of_a_pull_request_makes_it_missing(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    found = host(server, Pull(3), Pull(2))
    server.otherwise = spoiled(found, lambda _: None, type="SOMETHING", message="x", at=[0, "author"])
    page = pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())
    assert numbers([page]) == [2]
    assert page.missing == [MissingPull(number=3, node_id="p3", reason="SOMETHING: x")]
    assert len(found.asked) == 1


@pytest.mark.parametrize(
    ("at", "lost"),
    [
        ([0, "files"], "files"),
        ([0, "comments", "nodes", 1], "comments"),
        ([0, "reviews", "nodes", 0, "comments", "nodes", 2], "reviews"),
    ],
)
def test_an_error_about_a_part_takes_that_part_alone(
    server: LoopbackGitHub, pulls: PullRequests, at: list[Any], lost: str
) -> None:
    found = host(server, Pull(3, reviews=[3], comments=2, files=2), Pull(2))
    server.otherwise = spoiled(found, lambda _: None, type="SOMETHING", message="x", at=at)
    page = pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())
    assert page.missing == []
    first, second = page.nodes
    assert [part for part in ("reviews", "comments", "files") if first[part] is None] == [lost]
    assert None not in second.values()


@pytest.mark.parametrize("spoil", ["null", "null item", "fewer than counted", "no cursor"])
def test_a_part_that_is_no_page_is_none(server: LoopbackGitHub, pulls: PullRequests, spoil: str) -> None:
    def change(nodes: list[Any]) -> None:
        files = nodes[0]["files"]
        match spoil:
            case "null":
                nodes[0]["files"] = None
            case "null item":
                files["nodes"][0] = None
            case "fewer than counted":
                files["nodes"].pop()
            case _:
                files["pageInfo"] = {"hasNextPage": True, "endCursor": None}

    server.otherwise = spoiled(host(server, Pull(3, files=2, comments=1)), change)
    (node,) = pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes()).nodes
    assert node["files"] is None
    assert len(node["comments"]["nodes"]) == 1


@pytest.mark.parametrize(
    "listing",
    [
        None,
        {},
        {"nodes": [], "totalCount": 0},
        {"nodes": [], "totalCount": "0", "pageInfo": {"hasNextPage": False, "endCursor": None}},
        {"nodes": [], "totalCount": 0, "pageInfo": {"hasNextPage": True, "endCursor": None}},
        {"nodes": [], "totalCount": 0, "pageInfo": {"hasNextPage": True, "endCursor": "here"}},
    ],
)
def test_an_answer_that_is_no_page_of_pull_requests_is_an_error(
    server: LoopbackGitHub, pulls: PullRequests, listing: object
) -> None:
    server.otherwise = lambda _: Reply({"data": {"repository": {"pullRequests": listing}}})
    with pytest.raises(UnexpectedPayloadError, match="octo/example"):
        pulls.pull_requests(REPOSITORY, after="here", sizes=FittedSizes())
    assert len(server.seen) == 1


# ---- refused -----------------------------------------------------------------------------------------------


def test_without_a_token_there_is_no_graphql(server: LoopbackGitHub, connect: Connect) -> None:
    pulls = connect(token=None).client().pulls
    assert not pulls.graphql_available
    with pytest.raises(GraphQLRefusedError, match="token"):
        pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())
    assert server.seen == []


@pytest.mark.parametrize(
    "refusal",
    [
        Reply({"message": "Resource not accessible by integration"}, status=403),
        Reply(
            {
                "data": {"repository": None},
                "errors": [
                    {
                        "type": "FORBIDDEN",
                        "path": ["repository", "pullRequests"],
                        "message": "Resource not accessible by integration",
                    }
                ],
            }
        ),
    ],
)
def test_a_token_that_may_not_see_pull_requests_is_refused_once_and_may_still_see_runs(
    server: LoopbackGitHub, connect: Connect, refusal: Reply
) -> None:
    client = connect().client()
    server.replies = [refusal]
    for _ in range(2):
        with pytest.raises(GraphQLRefusedError, match="not accessible"):
            client.pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())
    assert len(server.seen) == 1
    assert not client.pulls.graphql_available
    assert client.graphql_available


def test_pull_requests_of_which_the_token_may_see_none_are_refused(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    def forget(nodes: list[Any]) -> None:
        nodes[:] = [None] * len(nodes)

    found = host(server, Pull(1))
    server.otherwise = spoiled(found, forget, type="FORBIDDEN", message="not accessible", at=[0])
    with pytest.raises(GraphQLRefusedError, match="not accessible"):
        pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())


def test_a_repository_that_is_not_there_is_not_found(server: LoopbackGitHub, pulls: PullRequests) -> None:
    error = {"type": "NOT_FOUND", "path": ["repository"], "message": "Could not resolve to a Repository"}
    server.otherwise = lambda _: Reply({"data": {"repository": None}, "errors": [error]})
    with pytest.raises(NotFoundError, match="octo/example"):
        pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())
    assert pulls.graphql_available


def test_a_token_that_is_not_accepted_is_told(server: LoopbackGitHub, pulls: PullRequests) -> None:
    server.otherwise = lambda _: Reply({"message": "Bad credentials"}, status=401)
    with pytest.raises((GraphQLRefusedError, AuthenticationError), match="Bad credentials"):
        pulls.pull_requests(REPOSITORY, after=None, sizes=FittedSizes())


# ---- what does not fit into a page -------------------------------------------------------------------------


def test_the_parts_of_a_hundred_pull_requests_are_one_query_each(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    found = host(server, *(Pull(number, reviews=[0] * 7, comments=40, files=80) for number in range(100)))
    ids = [f"p{number}" for number in range(100)]
    reviews, comments, files = (ask(ids) for ask in (pulls.reviews_of, pulls.comments_of, pulls.files_of))
    assert len(reviews.found["p5"]["reviews"]["nodes"]) == 7
    assert len(comments.found["p5"]["comments"]["nodes"]) == 40
    assert len(files.found["p99"]["files"]["nodes"]) == 80
    assert [name for name, _ in found.asked] == ["ReviewsOfPulls", "CommentsOfPulls", "FilesOfPulls"]


def test_giants_are_read_to_their_last_page(server: LoopbackGitHub, pulls: PullRequests) -> None:
    found = host(server, Pull(1, reviews=[250] + [0] * 249, comments=101, files=3_000), Pull(2))
    reviews = pulls.reviews_of(["p1", "p2"]).found["p1"]["reviews"]
    assert [review["id"] for review in reviews["nodes"]] == [f"p1-r{number}" for number in range(250)]
    assert len(pulls.comments_of(["p1"]).found["p1"]["comments"]["nodes"]) == 101
    files = pulls.files_of(["p1"]).found["p1"]["files"]["nodes"]
    assert len({file["path"] for file in files}) == 3_000
    comments = pulls.comments_of_reviews(["p1-r0", "p1-r1"]).found["p1-r0"]["comments"]["nodes"]
    assert len({comment["id"] for comment in comments}) == 250
    names = [name for name, _ in found.asked]
    assert names[:3] == ["ReviewsOfPulls", "MoreReviewsOfPull", "MoreReviewsOfPull"]
    assert names[-3:] == ["CommentsOfReviews", "MoreCommentsOfReview", "MoreCommentsOfReview"]


def test_giants_may_be_left_out_and_those_that_are_gone_are_missing(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    host(server, Pull(1, files=101), Pull(2))
    batch = pulls.files_of(["p1", "p2", "p3"], giants=False)
    assert set(batch.found) == {"p2"}
    assert batch.missing["p3"] == "GitHub answered nothing"
    assert "giants" in batch.missing["p1"]


# ---- one pull request --------------------------------------------------------------------------------------


def test_one_pull_request_is_one_query(
    server: LoopbackGitHub, pulls: PullRequests, clock: ManualClock
) -> None:
    found = host(server, Pull(7, reviews=[2, 0], comments=3, files=100))
    whole = pulls.pull_request(REPOSITORY, 7)
    assert (whole.missing, whole.captured_at) == ({}, clock.now())
    assert [len(whole.node[part]["nodes"]) for part in ("reviews", "comments", "files")] == [2, 3, 100]
    assert len(found.asked) == 1
    assert found.asked[0][1]["number"] == 7


def test_one_giant_comes_with_all_pages_of_all_parts(server: LoopbackGitHub, pulls: PullRequests) -> None:
    found = host(server, Pull(7, reviews=[130, *[1] * 149], comments=201, files=301))
    whole = pulls.pull_request(REPOSITORY, 7)
    assert whole.missing == {}
    reviews = whole.node["reviews"]["nodes"]
    assert [review["id"] for review in reviews] == [f"p7-r{number}" for number in range(150)]
    assert all(review["state"] == "APPROVED" for review in reviews)
    assert [len(review["comments"]["nodes"]) for review in reviews] == [130, *[1] * 149]
    assert len(whole.node["comments"]["nodes"]) == 201
    assert len({file["path"] for file in whole.node["files"]["nodes"]}) == 301
    (wanted,) = [variables["ids"] for name, variables in found.asked if name == "CommentsOfReviews"]
    assert wanted == ["p7-r0", *(f"p7-r{number}" for number in range(100, 150))]


def test_one_that_is_too_much_at_once_is_asked_for_in_smaller_pages(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    found = host(server, Pull(7, reviews=[0] * 40, files=5))
    found.heavy_above = 10
    whole = pulls.pull_request(REPOSITORY, 7)
    assert len(whole.node["reviews"]["nodes"]) == 40
    assert [variables["files"] for name, variables in found.asked if name == "PullRequest"] == [100, 30, 10]


def test_one_that_is_always_too_much_is_an_error(server: LoopbackGitHub, pulls: PullRequests) -> None:
    server.otherwise = lambda _: Reply({"data": None})
    with pytest.raises(GitHubUnavailableError, match="octo/example#7"):
        pulls.pull_request(REPOSITORY, 7)


def test_a_number_that_is_no_pull_request_is_not_found(server: LoopbackGitHub, pulls: PullRequests) -> None:
    host(server)
    with pytest.raises(NotFoundError, match="octo/example#7"):
        pulls.pull_request(REPOSITORY, 7)


def test_a_part_of_one_that_does_not_come_is_missing_with_its_reason(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    found = host(server, Pull(7, reviews=[1], files=101))

    def reply(seen: Seen) -> Reply:
        answer = found(seen)
        match operation(seen):
            case "PullRequest":
                answer.body["data"]["repository"]["pullRequest"]["reviews"] = None
            case "ReviewsOfPulls" | "FilesOfPulls":
                answer.body["data"]["nodes"] = [None]
                answer.body["errors"] = [{"type": "ODD", "path": ["nodes", 0], "message": "no"}]
            case _:
                pass
        return answer

    server.otherwise = reply
    whole = pulls.pull_request(REPOSITORY, 7)
    assert whole.missing == {"reviews": "ODD: no", "review_comments": "ODD: no", "file_changes": "ODD: no"}
    assert whole.node["reviews"] is None
    assert len(whole.node["files"]["nodes"]) == 100


def test_comments_of_one_review_that_do_not_come_are_missing(
    server: LoopbackGitHub, pulls: PullRequests
) -> None:
    found = host(server, Pull(7, reviews=[101, 1]))

    def reply(seen: Seen) -> Reply:
        answer = found(seen)
        if operation(seen) == "CommentsOfReviews":
            answer.body["data"]["nodes"] = [None]
        return answer

    server.otherwise = reply
    whole = pulls.pull_request(REPOSITORY, 7)
    assert whole.missing == {"review_comments": "GitHub answered nothing"}
    first, second = whole.node["reviews"]["nodes"]
    assert len(first["comments"]["nodes"]) == 100
    assert len(second["comments"]["nodes"]) == 1
