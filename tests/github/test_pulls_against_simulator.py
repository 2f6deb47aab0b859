"""Pull requests from the simulator: what comes equals the truth, with faults and giants."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
from forked_simulator import Simulator

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.github.batches import NodeBatch
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.fitted_sizes import FittedSizes
from progressive_capture.lib.github.opening import Connection

PULLS = 150
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
Node = dict[str, Any]


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator("--runs", "20", "--seed", "7", "--pulls", str(PULLS)) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Iterator[Simulator]:
    """The same for all tests, with a new page in its ledger, and without faults."""
    running.reset_ledger()
    yield running
    running.clear_faults()


@pytest.fixture
def connect(stop: threading.Event) -> Iterator[Callable[[Simulator], GitHub]]:
    with ExitStack() as stack:

        def client(simulator: Simulator) -> GitHub:
            connection = Connection(
                api_url=simulator.url,
                graphql_url=simulator.graphql_url,
                token=simulator.token,
                clock=ManualClock(datetime.now(UTC)),
                stop=stop,
                may_wait_until=lambda _: False,
                jitter=lambda: 0.0,
            )
            return stack.enter_context(connection).client()

        yield client


@pytest.fixture
def client(simulator: Simulator, connect: Callable[[Simulator], GitHub]) -> GitHub:
    return connect(simulator)


def truth(simulator: Simulator, kind: str) -> list[Node]:
    rows = [row for row in simulator.truth(kind) if not row.get("deleted")]
    return [row for row in rows if row["repository_id"] == rows[0]["repository_id"]]


def all_pulls(client: GitHub, simulator: Simulator) -> list[Node]:
    """Every pull request, those that are missing in a page asked for alone."""
    sizes, after, has_next = FittedSizes(), None, True
    found: list[Node] = []
    while has_next:
        page = client.pulls.pull_requests(simulator.repository, after=after, sizes=sizes)
        after, has_next = page.end_cursor, page.has_next
        found += page.nodes
        for missing in page.missing:
            assert missing.number is not None
            found.append(client.pulls.pull_request(simulator.repository, missing.number).node)
    return found


def batched(ask: Callable[[Sequence[str]], NodeBatch], wanted: Sequence[str]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    rest = iter(wanted)
    while some := list(islice(rest, 100)):
        batch = ask(some)
        assert batch.missing == {}
        found |= batch.found
    return found


def is_whole(listing: Node | None) -> bool:
    return listing is not None and not listing["pageInfo"]["hasNextPage"]


def complete(client: GitHub, pulls: list[Node]) -> None:
    """Ask for the parts that did not fit into a page, as a capture does."""
    asked = client.pulls
    for part, ask in (
        ("reviews", asked.reviews_of),
        ("comments", asked.comments_of),
        ("files", asked.files_of),
    ):
        found = batched(ask, [pull["id"] for pull in pulls if not is_whole(pull[part])])
        for pull in pulls:
            if pull["id"] in found:
                pull[part] = found[pull["id"]][part]
    reviews = {review["id"]: review for pull in pulls for review in pull["reviews"]["nodes"]}
    wanted = [each for each, review in reviews.items() if not is_whole(review.get("comments"))]
    for review_id, found_review in batched(asked.comments_of_reviews, wanted).items():
        reviews[review_id]["comments"] = found_review["comments"]


def assert_true(pulls: list[Node], simulator: Simulator) -> None:
    """Each pull request is there once, with the reviews, comments and files of the truth."""
    assert sorted(pull["number"] for pull in pulls) == sorted(
        row["number"] for row in truth(simulator, "pull_requests")
    )
    reviews = [review for pull in pulls for review in pull["reviews"]["nodes"]]
    of_reviews = [comment for review in reviews for comment in review["comments"]["nodes"]]
    comments = [comment for pull in pulls for comment in pull["comments"]["nodes"]]
    for nodes, kind in (
        (reviews, "reviews"),
        (of_reviews, "review_comments"),
        (comments, "issue_comments"),
    ):
        assert Counter(int(node["fullDatabaseId"]) for node in nodes) == Counter(
            row["id"] for row in truth(simulator, kind)
        )
    files = Counter((pull["number"], file["path"]) for pull in pulls for file in pull["files"]["nodes"])
    assert files == Counter(
        (row["pull_request_number"], row["path"]) for row in truth(simulator, "file_changes")
    )


def test_everything_is_that_of_the_truth_for_a_fifth_of_a_point_each(
    client: GitHub, simulator: Simulator
) -> None:
    pulls = all_pulls(client, simulator)
    in_pages = client.spent().points
    assert in_pages <= PULLS / 20
    complete(client, pulls)
    assert_true(pulls, simulator)
    ledger = simulator.ledger()
    assert client.spent().points == ledger["points"]["total"]
    assert client.spent().requests == ledger["requests"]["total"] == 0
    assert client.spent().points <= PULLS / 5


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "query_timeout", "above": 4, "times": None},
        {"kind": "resource_limits", "above": 4, "times": None},
        {"kind": "null_data", "times": 2},
        {"kind": "errors_only", "times": 2},
        {"kind": "null_node", "times": 3},
        {"kind": "partial_error", "times": 3},
        {"kind": "status", "status": 502, "share": 0.2, "times": None},
        {"kind": "truncated", "times": 2},
    ],
    ids=lambda fault: fault["kind"],
)
def test_with_faults_it_is_the_truth_too(client: GitHub, simulator: Simulator, fault: dict[str, Any]) -> None:
    simulator.fault(**fault, path="/graphql#PullRequests$")
    pulls = all_pulls(client, simulator)
    complete(client, pulls)
    assert_true(pulls, simulator)
    assert simulator.ledger()["faults"]


def test_a_giant_comes_with_all_that_belongs_to_it(connect: Callable[[Simulator], GitHub]) -> None:
    with Simulator("--runs", "1", "--seed", "7", "--pulls", "9", "--giant-pulls", "1") as simulator:
        client = connect(simulator)
        largest = max(truth(simulator, "pull_requests"), key=lambda row: int(row["changed_files"]))
        reviews = Counter(row["pull_request_number"] for row in truth(simulator, "reviews"))
        ((reviewed, count),) = reviews.most_common(1)
        whole = client.pulls.pull_request(simulator.repository, reviewed)
        files, _ = client.pulls.pull_request_files(simulator.repository, largest["number"])
        comments = truth(simulator, "review_comments")
    assert whole.missing == {}
    assert len(whole.node["reviews"]["nodes"]) == count == 250
    pages = [review["comments"]["nodes"] for review in whole.node["reviews"]["nodes"]]
    assert {int(comment["fullDatabaseId"]) for page in pages for comment in page} == {
        row["id"] for row in comments if row["pull_request_number"] == reviewed
    }
    assert len(files) == 3_000 < largest["changed_files"]
    assert client.spent().requests == 30


def test_previous_paths_come_by_rest(client: GitHub, simulator: Simulator) -> None:
    rows = truth(simulator, "file_changes")
    number = next(row["pull_request_number"] for row in rows if row["previous_path"])
    files, _ = client.pulls.pull_request_files(simulator.repository, number)
    assert {file["filename"]: file.get("previous_filename") for file in files} == {
        row["path"]: row["previous_path"] for row in rows if row["pull_request_number"] == number
    }


def test_the_feeds_hold_each_comment_once(client: GitHub, simulator: Simulator) -> None:
    conversation = [
        comment["id"]
        for page in client.pulls.issue_comments_since(simulator.repository, LONG_AGO)
        for comment in page.comments
        if "/pull/" in comment["html_url"]
    ]
    assert Counter(conversation) == Counter(row["id"] for row in truth(simulator, "issue_comments"))
    of_lines = [
        comment["id"]
        for page in client.pulls.review_comments_since(simulator.repository, LONG_AGO)
        for comment in page.comments
    ]
    pending = {row["id"] for row in truth(simulator, "reviews") if row["state"] == "PENDING"}
    assert Counter(of_lines) == Counter(
        row["id"] for row in truth(simulator, "review_comments") if row["review_id"] not in pending
    )
    assert client.spent().requests == simulator.ledger()["requests"]["total"]


def test_a_feed_since_a_moment_holds_what_changed_since(client: GitHub, simulator: Simulator) -> None:
    rows = sorted(truth(simulator, "issue_comments"), key=lambda row: str(row["updated_at"]))
    since = rows[-10]["updated_at"]
    found = [
        comment["id"]
        for page in client.pulls.issue_comments_since(simulator.repository, datetime.fromisoformat(since))
        for comment in page.comments
        if "/pull/" in comment["html_url"]
    ]
    assert sorted(found) == sorted(row["id"] for row in rows if row["updated_at"] >= since)
