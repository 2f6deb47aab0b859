"""Status, headers and bytes in; a value or a failure out. Messages are GitHub's own, as recorded."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from progressive_capture.lib.github.failures import (
    Failure,
    GarbageFailure,
    MovedFailure,
    PrimaryLimitFailure,
    RefusalFailure,
    SecondaryLimitFailure,
    ServerFailure,
)
from progressive_capture.lib.github.messages import Answer, RawAnswer
from progressive_capture.lib.github.reading import parse_links, plain_text, read_rest

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
DATE = "Sun, 22 Nov 2026 12:00:00 GMT"
HERE = datetime(2030, 1, 1, 0, 0, 0, 999, tzinfo=UTC)
REAL_DATA = Path(__file__).parents[2].parent / "shared" / "real-data" / "github"


def raw(status: int = 200, body: Any = None, **headers: str) -> RawAnswer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
    return RawAnswer(status=status, headers={"date": DATE} | names, body=content, seconds=0.1)


def failure(answer: RawAnswer) -> Failure:
    result = read_rest(answer, now=HERE).result
    assert isinstance(result, Failure), result
    return result


# ---- good answers ------------------------------------------------------------------------------------------


def test_a_good_answer_brings_its_body_its_time_and_its_links() -> None:
    link = '<https://api.github.com/repositories/1/x?page=2>; rel="next", <https://a/?page=9>; rel="last"'
    answer = read_rest(raw(body={"id": 1}, link=link), now=HERE).result
    assert isinstance(answer, Answer)
    assert answer.body == {"id": 1}
    assert answer.captured_at == NOON
    assert answer.links == {
        "next": "https://api.github.com/repositories/1/x?page=2",
        "last": "https://a/?page=9",
    }


def test_an_answer_without_a_date_was_captured_now_in_whole_seconds() -> None:
    local = datetime(2026, 11, 22, 13, 0, 0, 987654, tzinfo=timezone(timedelta(hours=1)))
    answer = read_rest(raw(date="soon"), now=local).result
    assert isinstance(answer, Answer)
    assert answer.captured_at == NOON
    assert answer.captured_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("header", "links"),
    [
        ("", {}),
        ("nonsense", {}),
        ('<https://a/b?c=d,e>; rel="next"', {"next": "https://a/b?c=d,e"}),
        ("<https://a>; rel=next", {"next": "https://a"}),
        ('<https://a>; title="x"; rel="prev"', {"prev": "https://a"}),
        ("<https://a>; rel", {}),
    ],
)
def test_links_are_read_by_their_relation(header: str, links: dict[str, str]) -> None:
    assert parse_links(header) == links


def test_limits_are_read_from_the_headers() -> None:
    reading = read_rest(
        raw(x_ratelimit_limit="5000", x_ratelimit_remaining="4999", x_ratelimit_reset="1795352400"), now=HERE
    ).reading
    assert (reading.limit, reading.remaining) == (5000, 4999)
    assert reading.reset_at == datetime(2026, 11, 22, 13, 0, 0, tzinfo=UTC)
    assert reading.answered_at == NOON
    assert reading.points == 1
    assert not reading.unmetered


@pytest.mark.parametrize("value", ["", "many", "-1", "1.5", "٣", "9" * 40, "{{now}}"])
def test_a_header_that_is_no_number_says_nothing(value: str) -> None:
    reading = read_rest(raw(x_ratelimit_limit=value, x_ratelimit_reset=value), now=HERE).reading
    assert reading.limit is None
    assert reading.reset_at is None


def test_a_reset_beyond_the_calendar_says_nothing() -> None:
    assert read_rest(raw(x_ratelimit_reset="999999999999"), now=HERE).reading.reset_at is None


def test_a_good_answer_without_limits_comes_from_a_server_that_meters_nothing() -> None:
    assert read_rest(raw(), now=HERE).reading.unmetered
    assert not read_rest(raw(status=502), now=HERE).reading.unmetered
    assert not read_rest(raw(status=404), now=HERE).reading.unmetered
    assert not read_rest(raw(body=b"<html>"), now=HERE).reading.unmetered


def test_what_did_not_change_costs_nothing() -> None:
    assert read_rest(raw(status=304, body=b""), now=HERE).reading.points == 0


# ---- refusals and limits -----------------------------------------------------------------------------------

SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
ABUSE = "You have triggered an abuse detection mechanism. Please wait a few minutes before you try again."
PRIMARY = "API rate limit exceeded for user ID 1."
PERMISSION = "Resource not accessible by integration"


@pytest.mark.parametrize(
    ("status", "message", "headers", "kind"),
    [
        (403, PERMISSION, {}, RefusalFailure),
        (403, PERMISSION, {"x-ratelimit-remaining": "25"}, RefusalFailure),
        (403, "Must have admin rights to Repository.", {"x-ratelimit-remaining": "25"}, RefusalFailure),
        (403, PRIMARY, {"x-ratelimit-remaining": "0"}, PrimaryLimitFailure),
        (429, PRIMARY, {"x-ratelimit-remaining": "0"}, PrimaryLimitFailure),
        (403, PRIMARY, {}, PrimaryLimitFailure),
        (403, "API Rate Limit Exceeded for 192.0.2.1", {"x-ratelimit-remaining": "0"}, PrimaryLimitFailure),
        (403, SECONDARY, {"x-ratelimit-remaining": "4000"}, SecondaryLimitFailure),
        (403, SECONDARY, {"x-ratelimit-remaining": "0"}, SecondaryLimitFailure),
        (429, SECONDARY, {"retry-after": "8"}, SecondaryLimitFailure),
        (403, ABUSE, {"retry-after": "60"}, SecondaryLimitFailure),
        (429, "", {}, SecondaryLimitFailure),
        (403, "Forbidden", {"retry-after": "30"}, SecondaryLimitFailure),
        (401, "Bad credentials", {}, RefusalFailure),
        (404, "Not Found", {}, RefusalFailure),
        (410, "Gone", {}, RefusalFailure),
        (422, "Validation Failed", {}, RefusalFailure),
        (500, "Server Error", {}, ServerFailure),
        (503, "", {"retry-after": "5"}, ServerFailure),
    ],
)
def test_limits_refusals_and_trouble_are_told_apart(
    status: int, message: str, headers: dict[str, str], kind: type[Failure]
) -> None:
    answer = RawAnswer(
        status=status,
        headers={"date": DATE} | headers,
        body=json.dumps({"message": message}).encode(),
        seconds=0.1,
    )
    assert type(failure(answer)) is kind


def test_a_primary_rejection_costs_nothing_and_is_told_to_the_monitor() -> None:
    reading = read_rest(raw(403, {"message": PRIMARY}, x_ratelimit_remaining="0"), now=HERE).reading
    assert (reading.rejection, reading.points) == ("primary", 0)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("60", 60.0),
        ("0", 0.0),
        ("Sun, 22 Nov 2026 12:01:30 GMT", 90.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("later", None),
        ("-5", None),
        ("Sun, 99 Nov 2026 12:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_servers_clock(value: str, seconds: float | None) -> None:
    reading = read_rest(raw(403, {"message": SECONDARY}, retry_after=value), now=HERE).reading
    assert reading.rejection == "secondary"
    assert reading.retry_after == seconds


@pytest.mark.parametrize(("status", "heavy"), [(500, False), (502, True), (503, False), (504, True)])
def test_gateway_trouble_may_be_due_to_the_size(status: int, heavy: bool) -> None:
    found = failure(raw(status, b"<html><body><h1>Unicorn!</h1></body></html>"))
    assert found.heavy is heavy
    assert str(found) == str(status)


def test_a_move_names_the_new_address() -> None:
    found = failure(
        raw(301, {"message": "Moved Permanently"}, location="https://api.github.com/repositories/1")
    )
    assert isinstance(found, MovedFailure)
    assert (found.location, found.permanent) == ("https://api.github.com/repositories/1", True)
    found = failure(raw(307, {}, location="/elsewhere"))
    assert isinstance(found, MovedFailure)
    assert not found.permanent


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b'{"id": 1', "not JSON"),
        (b'{"id": NaN}', "not JSON"),
        (b'{"id": Infinity}', "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"9" * 5000, "not JSON"),
    ],
)
def test_what_is_not_json_is_garbage(body: bytes, words: str) -> None:
    found = failure(raw(body=body))
    assert isinstance(found, GarbageFailure)
    assert words in str(found)


def test_githubs_words_are_made_safe_to_show() -> None:
    assert plain_text("a\x1b[31mb\r\nc\u202e::error::") == "a [31mb c ::error::"
    assert len(plain_text("x" * 5000)) == 200


def test_the_permissions_that_github_asks_for_are_kept() -> None:
    found = failure(raw(403, {"message": PERMISSION}, x_accepted_github_permissions="actions=read"))
    assert isinstance(found, RefusalFailure)
    assert found.permissions == "actions=read"


# ---- recorded answers --------------------------------------------------------------------------------------

RECORDED = sorted(REAL_DATA.glob("*/errors/*.headers.json")) if REAL_DATA.exists() else []


@pytest.mark.skipif(not RECORDED, reason="the recorded payloads are not on this machine")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name.removesuffix(".headers.json"))
def test_every_recorded_error_is_the_failure_that_its_source_says(path: Path) -> None:
    about = json.loads(path.read_text())
    name = path.name.removesuffix(".headers.json")
    body = next(path.parent.glob(f"{name}.json"), None) or next(path.parent.glob(f"{name}.txt"))
    headers = {key: value for key, value in about["headers"].items() if isinstance(value, str)}
    answer = RawAnswer(status=about["status"], headers=headers, body=body.read_bytes(), seconds=0.1)
    expected: type[Failure] = RefusalFailure
    if about["status"] >= 500:
        expected = ServerFailure
    elif "RateLimit" in name:  # composed or recorded as the primary limit
        expected = PrimaryLimitFailure
    elif "AbuseLimit" in name:
        expected = SecondaryLimitFailure
    assert type(failure(answer)) is expected
