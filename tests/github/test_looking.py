"""What is asked to look around: retention, budgets, counts; and answers that make no sense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from loopback_github import LoopbackGitHub, Reply

from progressive_capture.lib.errors import AuthenticationError, UnexpectedPayloadError
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.failures import GraphQLRefusedError
from progressive_capture.lib.github.opening import Connection
from progressive_capture.lib.github.rate_limits import RateLimit

NAME = "octo/hello"
NUMBERS = {"limit": 1_000, "remaining": 990, "used": 10, "reset": 1795352400}
COST = {
    "cost": 1,
    "limit": 5_000,
    "nodeCount": 2,
    "remaining": 4_999,
    "resetAt": "2026-11-22T13:00:00Z",
    "used": 1,
}


@pytest.fixture
def github(connect: Callable[..., Connection]) -> GitHub:
    return connect().client()


# ---- retention -------------------------------------------------------------------------------------------


def test_the_retention_is_the_days_that_github_says(server: LoopbackGitHub, github: GitHub) -> None:
    server.replies = [Reply({"days": 400, "maximum_allowed_days": 400})]
    assert github.retention_days(NAME) == 400
    assert server.asked == ["/repos/octo/hello/actions/permissions/artifact-and-log-retention"]


@pytest.mark.parametrize("body", [{}, [], None, {"days": "90"}, {"days": 0}, {"days": True}, {"days": 10**9}])
def test_a_retention_that_is_no_number_of_days_is_unexpected(
    body: Any, server: LoopbackGitHub, github: GitHub
) -> None:
    server.replies = [Reply(body)]
    with pytest.raises(UnexpectedPayloadError, match="days"):
        github.retention_days(NAME)


@pytest.mark.parametrize("status", [403, 404])
def test_who_may_not_read_the_settings_is_told_so(
    status: int, server: LoopbackGitHub, github: GitHub
) -> None:
    server.replies = [Reply({"message": "Resource not accessible by integration"}, status=status)]
    with pytest.raises(AuthenticationError):
        github.retention_days(NAME)


# ---- budgets ---------------------------------------------------------------------------------------------


def test_the_budgets_are_those_of_requests_and_points(server: LoopbackGitHub, github: GitHub) -> None:
    server.replies = [Reply({"resources": {"core": NUMBERS, "graphql": NUMBERS, "search": NUMBERS}})]
    told = RateLimit(limit=1_000, remaining=990, resets_at=datetime(2026, 11, 22, 13, tzinfo=UTC))
    assert github.rate_limits() == {"core": told, "graphql": told}
    assert server.asked == ["/rate_limit"]


def test_a_stranger_has_no_points(server: LoopbackGitHub, github: GitHub) -> None:
    server.replies = [Reply({"resources": {"core": NUMBERS}})]
    assert set(github.rate_limits()) == {"core"}


@pytest.mark.parametrize(
    "resources",
    [
        None,
        [],
        {"core": None},
        {"core": NUMBERS | {"limit": "1000"}},
        {"core": NUMBERS | {"remaining": -1}},
        {"core": NUMBERS | {"reset": 10**30}},
        {"core": {key: value for key, value in NUMBERS.items() if key != "reset"}},
    ],
)
def test_budgets_that_are_no_numbers_are_unexpected(
    resources: Any, server: LoopbackGitHub, github: GitHub
) -> None:
    server.replies = [Reply({"resources": resources})]
    with pytest.raises(UnexpectedPayloadError, match="resources"):
        github.rate_limits()


# ---- counts ----------------------------------------------------------------------------------------------


def test_runs_are_counted_with_a_page_of_one(server: LoopbackGitHub, github: GitHub) -> None:
    server.replies = [Reply({"total_count": 1_234, "workflow_runs": [{"id": 7}]})]
    page = github.peek_runs(NAME, created="2026-11-01T00:00:00Z..2026-11-02T00:00:00Z")
    assert (page.total_count, [run["id"] for run in page.runs]) == (1_234, [7])
    (seen,) = server.seen
    assert seen.query == {"per_page": "1", "created": "2026-11-01T00:00:00Z..2026-11-02T00:00:00Z"}


def test_a_count_that_is_none_is_unexpected(server: LoopbackGitHub, github: GitHub) -> None:
    server.replies = [Reply({"total_count": "many", "workflow_runs": []})]
    with pytest.raises(UnexpectedPayloadError, match="total_count"):
        github.peek_runs(NAME)


def suite(total: Any) -> dict[str, Any]:
    return {"checkSuite": {"checkRuns": {"totalCount": total}}}


def test_jobs_are_counted_in_one_query_and_what_github_does_not_tell_is_left_out(
    server: LoopbackGitHub, github: GitHub
) -> None:
    nodes = [suite(3), None, {"checkSuite": None}, suite("3"), {}, suite(0)]
    errors = [{"type": "NOT_FOUND", "path": ["nodes", 1], "message": "Could not resolve"}]
    server.replies = [Reply({"data": {"rateLimit": COST, "nodes": nodes}, "errors": errors})]
    assert github.count_jobs(["a", "b", "c", "d", "e", "f"]) == {"a": 3, "f": 0}
    (seen,) = server.seen
    assert seen.variables == {"ids": ["a", "b", "c", "d", "e", "f"]}
    assert github.spent().points == 1


@pytest.mark.parametrize(
    "reply", [Reply(status=502), Reply({"data": None, "errors": [{"message": "Something went wrong"}]})]
)
def test_where_it_is_too_much_for_github_nothing_is_counted_and_it_is_not_asked_again(
    reply: Reply, server: LoopbackGitHub, github: GitHub
) -> None:
    server.replies = [reply]
    assert github.count_jobs(["a", "b"]) == {}
    assert len(server.seen) == 1


def test_a_refusal_of_graphql_is_remembered(server: LoopbackGitHub, github: GitHub) -> None:
    server.replies = [Reply({"message": "Resource not accessible by integration"}, status=403)]
    for _ in range(2):
        with pytest.raises(GraphQLRefusedError):
            github.count_jobs(["a"])
    assert len(server.seen) == 1
    assert not github.graphql_available
