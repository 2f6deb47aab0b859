"""A GraphQL answer with status 200 may hold data, part of it, a limit, or a refusal."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from progressive_capture.lib.github.failures import (
    Failure,
    GarbageFailure,
    PrimaryLimitFailure,
    RefusalFailure,
    SecondaryLimitFailure,
    ServerFailure,
    TooMuchFailure,
)
from progressive_capture.lib.github.messages import GraphQLAnswer, RawAnswer
from progressive_capture.lib.github.reading import Read
from progressive_capture.lib.github.reading_graphql import read_graphql, words

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def read(body: Any, *, status: int = 200, **headers: str) -> Read:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_graphql(RawAnswer(status=status, headers=names, body=content, seconds=0.1), now=NOON)


def test_data_and_what_it_cost() -> None:
    found = read({"data": {"rateLimit": {"cost": 13}, "nodes": []}})
    assert isinstance(found.result, GraphQLAnswer)
    assert found.result.data["nodes"] == []
    assert found.result.errors == ()
    assert found.reading.points == 13


@pytest.mark.parametrize("limit", [None, {}, {"cost": None}, {"cost": "3"}, {"cost": True}, {"cost": -1}])
def test_a_query_whose_cost_is_not_said_cost_the_least_there_is(limit: object) -> None:
    assert read({"data": {"rateLimit": limit}}).reading.points == 1


def test_partial_data_is_an_answer_with_errors() -> None:
    error = {"type": "NOT_FOUND", "path": ["nodes", 0], "message": "Could not resolve to a node"}
    found = read({"data": {"nodes": [None]}, "errors": [error]})
    assert isinstance(found.result, GraphQLAnswer)
    assert found.result.errors == (error,)
    assert not found.reading.strained


@pytest.mark.parametrize(
    "error",
    [
        {"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["nodes", 3], "message": "Resource limits exceeded"},
        {"message": "Something went wrong while executing your query. This may be the result of a timeout"},
    ],
)
def test_an_answer_that_was_cut_short_strained_github(error: dict[str, Any]) -> None:
    found = read({"data": {"nodes": [{}]}, "errors": [error]})
    assert isinstance(found.result, GraphQLAnswer)
    assert found.reading.strained


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}, PrimaryLimitFailure),
        ({"data": None, "errors": [{"type": "RATE_LIMITED", "message": "x"}]}, PrimaryLimitFailure),
        ({"errors": [{"type": "RATE_LIMIT", "code": "graphql_rate_limit"}]}, PrimaryLimitFailure),
        ({"message": "API rate limit exceeded for 192.0.2.1."}, PrimaryLimitFailure),
        ({"message": "You have exceeded a secondary rate limit."}, SecondaryLimitFailure),
        ({"errors": [{"message": "You have exceeded a secondary rate limit."}]}, SecondaryLimitFailure),
        (
            {"data": {"nodes": [None]}, "errors": [{"message": "You have exceeded a secondary rate limit."}]},
            SecondaryLimitFailure,
        ),
        ({"data": None}, TooMuchFailure),
        ({"data": None, "errors": [{"message": "Something went wrong"}]}, TooMuchFailure),
        ({"errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "x"}]}, TooMuchFailure),
        ({"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "x"}]}, TooMuchFailure),
        ({"errors": [{"type": "INSUFFICIENT_SCOPES", "message": "x"}]}, RefusalFailure),
        ({"errors": [{"message": "No field", "extensions": {"code": "undefinedField"}}]}, RefusalFailure),
        ({}, GarbageFailure),
        ([], GarbageFailure),
        ({"message": "Problems parsing JSON"}, GarbageFailure),
        (b"", GarbageFailure),
        (b"<html>", GarbageFailure),
    ],
)
def test_an_answer_without_data_says_why(body: Any, kind: type[Failure]) -> None:
    assert type(read(body).result) is kind


def test_the_answer_that_takes_the_last_of_the_budget_is_a_good_one() -> None:
    found = read({"data": {"nodes": []}}, x_ratelimit_remaining="0")
    assert isinstance(found.result, GraphQLAnswer)
    assert found.reading.rejection is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"message": "This endpoint requires you to be authenticated."}, RefusalFailure),
        (403, {"message": "Resource not accessible by integration"}, RefusalFailure),
        (403, {"message": "You have exceeded a secondary rate limit."}, SecondaryLimitFailure),
        (502, b"<html>", ServerFailure),
    ],
)
def test_statuses_mean_the_same_as_for_rest(status: int, body: Any, kind: type[Failure]) -> None:
    assert type(read(body, status=status).result) is kind


def test_a_refused_query_costs_nothing_and_a_timeout_the_least_there_is() -> None:
    assert read({"message": "no"}, status=403).reading.points == 0
    timeout = read(b"", status=502).reading
    assert (timeout.points, timeout.strained) == (1, True)


def test_an_error_is_told_in_safe_words() -> None:
    assert words({"type": "NOT_FOUND", "message": "No\x1b[2J such node"}) == "NOT_FOUND: No [2J such node"
    assert words({"message": "x"}) == "x"
    assert words({}) == "an error without words"
