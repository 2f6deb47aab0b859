"""Answers of the GraphQL API, read without I/O: status 200 may hold data, part of it, a limit or a refusal.

See "Rate limits and query limits for the GraphQL API" and "Exceeding the rate limit" on
https://docs.github.com/graphql/overview. The error of a spent budget is of type RATE_LIMITED or RATE_LIMIT,
and the header `x-ratelimit-remaining` may then still say more than 0.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from progressive_capture.lib.github.failures import (
    Failure,
    GarbageFailure,
    MovedFailure,
    PrimaryLimitFailure,
    RefusalFailure,
    TooMuchFailure,
)
from progressive_capture.lib.github.messages import GraphQLAnswer
from progressive_capture.lib.github.reading import (
    Read,
    limit_failure,
    parse_json,
    plain_text,
    reading_of,
    said_at,
    status_failure,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from progressive_capture.lib.github.messages import RawAnswer

SPENT = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
TOO_MUCH = frozenset({"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED"})
FORBIDDEN = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES"})


def read_graphql(raw: RawAnswer, *, now: datetime) -> Read:
    """An answer of the GraphQL API. `now` stands in for a missing `Date`."""
    result = status_failure(raw) or _result(raw, said_at(raw, now))
    if isinstance(result, MovedFailure):  # a query is not sent after it: only repositories are renamed
        result = RefusalFailure(f"{raw.status}: it is at another address", status=raw.status)
    reading = reading_of(raw, result, now=now, points=_points(result))
    if isinstance(result, GraphQLAnswer) and is_cut_short(result.errors):
        reading = replace(reading, strained=True)
    return Read(result, reading)


def _result(raw: RawAnswer, captured_at: datetime) -> GraphQLAnswer | Failure:
    body = parse_json(raw)
    if isinstance(body, Failure):
        return body
    if not isinstance(body, dict):
        return GarbageFailure("JSON that is no GraphQL answer")
    errors = _errors(body.get("errors"))
    limit = _limit(raw, body, errors)
    if limit is not None:
        return limit
    data = body.get("data")
    if isinstance(data, dict):
        return GraphQLAnswer(data=data, errors=errors, captured_at=captured_at, seconds=raw.seconds)
    if "data" not in body and not errors:
        return GarbageFailure("JSON that is no GraphQL answer")
    return _nothing(raw, errors)


def _errors(found: object) -> tuple[Mapping[str, Any], ...]:
    entries = found if isinstance(found, list) else []
    return tuple(entry for entry in entries if isinstance(entry, dict))


def _limit(raw: RawAnswer, body: Mapping[str, Any], errors: Iterable[Mapping[str, Any]]) -> Failure | None:
    """A limit that GitHub tells of in the body of an answer with status 200."""
    for error in errors:
        if error.get("type") in SPENT:
            return PrimaryLimitFailure(words(error))
    told = [plain_text(body["message"])] if "message" in body else []
    for message in told + [words(error) for error in errors]:
        limit = limit_failure(raw, message) if "rate limit" in message.lower() else None
        if limit is not None:
            return limit
    return None


def _nothing(raw: RawAnswer, errors: tuple[Mapping[str, Any], ...]) -> Failure:
    """Why there is no data at all: a query that this server or token does not have, or one too large."""
    for error in errors:
        if error.get("type") in FORBIDDEN or error.get("extensions"):
            return RefusalFailure(words(error), status=raw.status)
    return TooMuchFailure(words(errors[0]) if errors else "no data")


def _points(result: GraphQLAnswer | Failure) -> int:
    """What GitHub says that the query cost; 1, the least there is, where it does not say."""
    if isinstance(result, RefusalFailure):
        return 0
    limit = result.data.get("rateLimit") if isinstance(result, GraphQLAnswer) else None
    cost = limit.get("cost") if isinstance(limit, dict) else None
    return cost if type(cost) is int and cost >= 0 else 1


def words(error: Mapping[str, Any]) -> str:
    """An entry of `errors` in a few words that are safe to show."""
    kind = plain_text(error.get("type", ""))
    message = plain_text(error.get("message", ""))
    return f"{kind}: {message}" if kind and message else kind or message or "an error without words"


def is_cut_short(errors: Iterable[Mapping[str, Any]]) -> bool:
    """Whether GitHub gave up part of an answer: by its limits, or without saying of which part."""
    return any(error.get("type") in TOO_MUCH or not error.get("path") for error in errors)
