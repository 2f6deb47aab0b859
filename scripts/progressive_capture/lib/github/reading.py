"""Answers read without I/O: in go status, headers and bytes, out comes a value or a failure, and a reading.

How GitHub tells a limit from a refusal: https://docs.github.com/rest/using-the-rest-api and
https://docs.github.com/graphql/overview ("Rate limits …", "Exceeding the rate limit").
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from progressive_capture.lib.github.failures import (
    Failure,
    GarbageFailure,
    MovedFailure,
    PrimaryLimitFailure,
    RefusalFailure,
    SecondaryLimitFailure,
    ServerFailure,
)
from progressive_capture.lib.github.messages import Answer
from progressive_capture.lib.rate_limit_monitor import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from progressive_capture.lib.github.messages import GraphQLAnswer, RawAnswer, Redirect

LONGEST_MESSAGE = 200
MOST_PROBLEMS = 3
LINK = re.compile(r'<([^<>]*)>\s*;[^,]*?\brel="?([\w-]+)"?')
MOVED_FOR_GOOD = (HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT)
MOVED = (*MOVED_FOR_GOOD, HTTPStatus.FOUND, HTTPStatus.TEMPORARY_REDIRECT)
LIMITED = (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
GATEWAY_TROUBLE = (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)
"""What GitHub answers, too, when a request takes it more than ten seconds."""


@dataclass(frozen=True)
class Read:
    """An answer that has been read: what it brought, and what it says of limits."""

    result: Answer | GraphQLAnswer | Redirect | Failure
    reading: Reading


def read_rest(raw: RawAnswer, *, now: datetime) -> Read:
    """An answer of the REST API. `now` stands in for a missing `Date`."""
    result = _rest_result(raw, said_at(raw, now))
    return Read(result, reading_of(raw, result, now=now))


def _rest_result(raw: RawAnswer, captured_at: datetime) -> Answer | Failure:
    failure = status_failure(raw)
    if failure is not None:
        return failure
    body = parse_json(raw)
    if isinstance(body, Failure):
        return body
    links = parse_links(raw.headers.get("link", ""))
    return Answer(body=body, captured_at=captured_at, links=links, status=raw.status)


def read_written(raw: RawAnswer, *, now: datetime) -> Read:
    """The answer to a write; 204 has no body, which is None then."""
    if raw.status != HTTPStatus.NO_CONTENT:
        return read_rest(raw, now=now)
    return read_without_body(raw, now=now)


def read_without_body(raw: RawAnswer, *, now: datetime) -> Read:
    """A good answer whose body is empty, or has gone elsewhere."""
    result = Answer(body=None, captured_at=said_at(raw, now), links={}, status=raw.status)
    return Read(result, reading_of(raw, result, now=now))


def reading_of(raw: RawAnswer, result: object, *, now: datetime, points: int = 1) -> Reading:
    """What an answer says of limits; `points` is what it cost if it was metered."""
    limit = _integer(raw.headers.get("x-ratelimit-limit"))
    primary, secondary = (isinstance(result, kind) for kind in (PrimaryLimitFailure, SecondaryLimitFailure))
    return Reading(
        answered_at=said_at(raw, now),
        limit=limit,
        remaining=_integer(raw.headers.get("x-ratelimit-remaining")),
        reset_at=_instant(raw.headers.get("x-ratelimit-reset")),
        points=0 if primary or raw.status == HTTPStatus.NOT_MODIFIED else points,
        rejection="primary" if primary else "secondary" if secondary else None,
        retry_after=retry_after(raw, now),
        strained=getattr(result, "heavy", False),
        unmetered=limit is None and not isinstance(result, Failure),
    )


# ---- failures told by status -----------------------------------------------------------------------------


def status_failure(raw: RawAnswer) -> Failure | None:
    """The failure that the status tells of; None for a good answer."""
    if raw.status // 100 == HTTPStatus.OK // 100:
        return None
    if raw.status in MOVED and raw.headers.get("location"):
        return MovedFailure(raw.headers["location"], permanent=raw.status in MOVED_FOR_GOOD)
    message = _message(raw)
    said = f"{raw.status} {message}".strip()
    if raw.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        heavy = raw.status in GATEWAY_TROUBLE
        return ServerFailure(said, heavy=heavy, retry_after=parse_seconds(raw.headers.get("retry-after")))
    if raw.status in LIMITED:
        limit = limit_failure(raw, message)
        if limit is not None:
            return limit
    permissions = plain_text(raw.headers.get("x-accepted-github-permissions", ""))
    problems = _problems(raw)
    told = "; ".join(filter(None, map(_problem_in_words, problems)))
    said = f"{said}: {told}" if told else said
    return RefusalFailure(said, status=raw.status, permissions=permissions, problems=problems)


def limit_failure(raw: RawAnswer, message: str) -> Failure | None:
    """The limit that a refusal is due to, by its headers and its words; None where it is due to no limit."""
    words = message.lower()
    if "secondary rate limit" in words or "abuse detection" in words:
        return SecondaryLimitFailure(message)
    if raw.headers.get("x-ratelimit-remaining") == "0" or "api rate limit" in words:
        return PrimaryLimitFailure(message)
    if raw.status == HTTPStatus.TOO_MANY_REQUESTS or "retry-after" in raw.headers:
        return SecondaryLimitFailure(message)
    return None


def _message(raw: RawAnswer) -> str:
    """GitHub's own words about a failure, made safe to show."""
    try:
        body = json.loads(raw.body)
    except (ValueError, RecursionError):
        return ""  # a page of HTML: the status says it all
    return plain_text(body["message"]) if isinstance(body, dict) and "message" in body else ""


def _problems(raw: RawAnswer) -> tuple[dict[str, str], ...]:
    """What GitHub says of the parts of a request that it finds invalid.

    https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed
    """
    try:
        body = json.loads(raw.body)
    except (ValueError, RecursionError):
        return ()
    errors = body.get("errors") if isinstance(body, dict) else None
    return tuple(map(_problem, errors[:MOST_PROBLEMS])) if isinstance(errors, list) else ()


def _problem(error: object) -> dict[str, str]:
    if not isinstance(error, dict):
        return {"message": plain_text(error)}
    return {name: plain_text(error[name]) for name in ("field", "code", "message") if error.get(name)}


def _problem_in_words(problem: Mapping[str, str]) -> str:
    return problem.get("message") or f"{problem.get('field', '')} {problem.get('code', '')}".strip()


# ---- parts of an answer ----------------------------------------------------------------------------------


def parse_json(raw: RawAnswer) -> Any | GarbageFailure:
    """The body as JSON, strictly; a failure says what it is instead."""
    if not raw.body.strip():
        return GarbageFailure(f"an empty answer with status {raw.status}")
    try:
        return json.loads(raw.body, parse_constant=_reject_constant)
    except (ValueError, RecursionError):
        kind = "a page of HTML" if raw.body.lstrip()[:1] == b"<" else "something that is not JSON"
        return GarbageFailure(f"{kind} with status {raw.status}")


def _reject_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def parse_links(header: str) -> dict[str, str]:
    """The addresses of a `Link` header by their relation (RFC 8288)."""
    return {relation: address for address, relation in LINK.findall(header)}


def said_at(raw: RawAnswer, now: datetime) -> datetime:
    """When GitHub said so, in whole seconds: its `Date`, or `now` without a readable one."""
    said = _http_date(raw.headers.get("date"))
    return (said or now).astimezone(UTC).replace(microsecond=0)


def retry_after(raw: RawAnswer, now: datetime) -> float | None:
    """How many seconds GitHub asks us to stay away: `Retry-After` as seconds or as a date."""
    value = raw.headers.get("retry-after")
    until = _http_date(value)
    if until is not None:
        return max(0.0, (until - said_at(raw, now)).total_seconds())
    return parse_seconds(value)


def plain_text(value: object) -> str:
    """Text of GitHub's on one short line, without what would move a terminal's cursor."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


def _http_date(value: str | None) -> datetime | None:
    if not value or not re.search(r"[A-Za-z]", value):
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_seconds(value: str | None) -> float | None:
    """A header that counts seconds; None where it does not."""
    number = _integer(value)
    return None if number is None else float(number)


def _integer(value: str | None) -> int | None:
    """A whole number that is not negative and of a sane size; None for anything else."""
    text = (value or "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None


def _instant(value: str | None) -> datetime | None:
    seconds = _integer(value)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError):
        return None
