"""GraphQL over gql, through the gate: what is sent, what comes back, and when it is refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from loopback_github import LoopbackGitHub, Reply, Seen

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import AuthenticationError, CapturePaused, UnexpectedPayloadError
from progressive_capture.lib.github.failures import GraphQLRefusedError
from progressive_capture.lib.github.opening import Connection

Connect = Callable[..., Connection]
LIMITS = {"x-ratelimit-resource": "graphql"}


def run_node(run: str, jobs: int = 1) -> dict[str, Any]:
    return {
        "id": run,
        "checkSuite": {
            "id": f"suite-{run}",
            "checkRuns": {
                "totalCount": jobs,
                "pageInfo": {"hasNextPage": False, "endCursor": None},
                # Larger than GraphQL's own Int, as GitHub's are.
                "nodes": [{"id": f"{run}-{number}", "databaseId": 36_000_000_000} for number in range(jobs)],
            },
        },
    }


def nodes(seen: Seen) -> Reply:
    found = [run_node(each) for each in seen.variables["ids"]]
    return Reply({"data": {"rateLimit": {"cost": 2}, "nodes": found}})


def test_a_query_is_posted_with_its_variables_and_the_token(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    server.otherwise = nodes
    client = connect().client()
    batch = client.jobs_of_runs(["r0", "r1"])
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("POST", "/graphql")
    assert seen.headers["authorization"] == "Bearer a-token-for-tests"
    assert json.loads(seen.body)["query"].lstrip().startswith("query JobsOfRuns(")
    assert seen.variables == {"ids": ["r0", "r1"]}
    assert batch.found["r1"]["checkSuite"]["checkRuns"]["nodes"][0]["databaseId"] == 36_000_000_000
    assert batch.captured_at == clock.now()


def test_points_are_counted_as_github_says(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply(status=500)]
    server.otherwise = nodes
    client = connect().client()
    client.steps_of_jobs([])
    client.jobs_of_runs(["r0"])
    assert (client.spent().requests, client.spent().points) == (0, 1 + 2)
    assert client.budget_left() == "4,000 of 5,000 points left"


def test_the_connections_are_those_of_rest(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = lambda seen: nodes(seen) if seen.method == "POST" else Reply({"id": 1})
    client = connect().client()
    client.repository("octo/example")
    client.jobs_of_runs(["r0"])
    client.repository("octo/example")
    assert [seen.path for seen in server.seen] == ["/repos/octo/example", "/graphql", "/repos/octo/example"]
    assert client.budget_left() == "4,000 of 5,000 requests left, 4,000 of 5,000 points left"


def test_a_query_that_times_out_is_not_sent_again_at_the_same_size(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    server.replies = [Reply(b"<html>", status=502), Reply(status=504)]
    server.otherwise = nodes
    batch = connect().client().jobs_of_runs([f"r{number}" for number in range(100)])
    assert len(batch.found) == 100
    assert [len(seen.variables["ids"]) for seen in server.seen][:3] == [100, 50, 25]
    assert clock.monotonic() == 0


def test_one_that_times_out_alone_is_tried_five_times_and_missing(
    server: LoopbackGitHub, connect: Connect
) -> None:
    server.otherwise = lambda seen: Reply(status=502) if "r1" in seen.variables["ids"] else nodes(seen)
    batch = connect().client().jobs_of_runs(["r0", "r1"])
    assert set(batch.found) == {"r0"}
    assert "502" in batch.missing["r1"]
    assert [seen.variables["ids"] for seen in server.seen].count(["r1"]) == 5


@pytest.mark.parametrize(
    "reply",
    [Reply(status=500), Reply(hang_up=True), Reply(b"<html>"), Reply(b""), Reply({})],
    ids=["500", "hung up", "html", "empty", "no answer"],
)
def test_what_passes_is_tried_again_at_the_same_size(
    server: LoopbackGitHub, connect: Connect, reply: Reply
) -> None:
    server.replies = [reply, reply]
    server.otherwise = nodes
    assert len(connect().client().jobs_of_runs(["r0", "r1"]).found) == 2
    assert [len(seen.variables["ids"]) for seen in server.seen] == [2, 2, 2]


def test_garbage_that_does_not_pass_is_an_unexpected_payload(
    server: LoopbackGitHub, connect: Connect
) -> None:
    server.otherwise = lambda _: Reply(b"<html>")
    with pytest.raises(UnexpectedPayloadError, match="HTML"):
        connect().client().jobs_of_runs(["r0", "r1"])
    assert len(server.seen) == 5


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"data": None}),
        Reply({"data": None, "errors": [{"message": "Something went wrong while executing your query."}]}),
        Reply({"errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits exceeded"}]}),
    ],
    ids=["null data", "errors only", "limits"],
)
def test_an_answer_without_data_is_asked_for_in_smaller_ones(
    server: LoopbackGitHub, connect: Connect, reply: Reply
) -> None:
    server.replies = [reply]
    server.otherwise = nodes
    assert len(connect().client().jobs_of_runs(["r0", "r1", "r2"]).found) == 3
    assert [len(seen.variables["ids"]) for seen in server.seen] == [3, 1, 1, 1]


@pytest.mark.parametrize("kind", ["RATE_LIMITED", "RATE_LIMIT"])
def test_a_spent_budget_pauses_though_the_status_is_200(
    server: LoopbackGitHub, connect: Connect, kind: str
) -> None:
    server.replies = [Reply({"errors": [{"type": kind, "message": "API rate limit exceeded"}]})]
    client = connect().client()
    with pytest.raises(CapturePaused) as caught:
        client.jobs_of_runs(["r0"])
    assert caught.value.resume_at is not None
    assert caught.value.resume_at.hour == 13
    assert len(server.seen) == 1
    server.replies = [Reply({"id": 1})]
    assert client.repository("octo/example").body == {"id": 1}  # the other budget is not touched


def test_a_secondary_limit_is_waited_out_though_the_status_is_200(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    limit = {"errors": [{"message": "You have exceeded a secondary rate limit."}]}
    server.replies = [Reply(limit, headers={"retry-after": "9"})]
    server.otherwise = nodes
    assert connect().client().jobs_of_runs(["r0"]).found
    assert clock.monotonic() == pytest.approx(9, abs=0.1)


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"message": "This endpoint requires you to be authenticated."}, status=401),
        Reply({"message": "Resource not accessible by integration"}, status=403),
        Reply({"message": "Not Found"}, status=404),
        Reply({}, status=302, headers={"location": "/elsewhere"}),
        Reply({"errors": [{"message": "No such field", "extensions": {"code": "undefinedField"}}]}),
        Reply({"errors": [{"type": "INSUFFICIENT_SCOPES", "message": "needs repo"}]}),
    ],
    ids=["401", "403", "404", "moved", "unknown field", "scopes"],
)
def test_graphql_that_is_refused_once_is_not_asked_again(
    server: LoopbackGitHub, connect: Connect, reply: Reply
) -> None:
    server.replies = [reply]
    client = connect().client()
    assert client.graphql_available
    with pytest.raises(GraphQLRefusedError):
        client.jobs_of_runs(["r0", "r1"])
    assert not client.graphql_available
    with pytest.raises(GraphQLRefusedError):
        client.steps_of_jobs(["j0"])
    assert len(server.seen) == 1


def test_without_a_token_there_is_no_graphql(server: LoopbackGitHub, connect: Connect) -> None:
    client = connect(token=None).client()
    assert not client.graphql_available
    with pytest.raises(GraphQLRefusedError, match="needs a token"):
        client.jobs_of_runs(["r0"])
    assert server.seen == []


def test_a_refusal_of_rest_says_nothing_of_graphql(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply({"message": "Bad credentials"}, status=401)]
    client = connect().client()
    with pytest.raises(AuthenticationError):
        client.repository("octo/example")
    assert client.graphql_available


def test_partial_data_is_used(server: LoopbackGitHub, connect: Connect) -> None:
    error = {"type": "NOT_FOUND", "path": ["nodes", 1], "message": "Could not resolve to a node"}
    server.replies = [Reply({"data": {"nodes": [run_node("r0"), None]}, "errors": [error]})]
    batch = connect().client().jobs_of_runs(["r0", "r1"])
    assert set(batch.found) == {"r0"}
    assert batch.missing == {"r1": "NOT_FOUND: Could not resolve to a node"}


def test_gql_is_loaded_only_where_a_query_is_made() -> None:
    """It takes a third of a second: a capture by REST, and every --help, goes without."""
    code = "import sys, progressive_capture.lib.github.opening; print('gql' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
