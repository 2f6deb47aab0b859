"""Which failures are tried again, how often, and what is said in the end. Nobody sleeps: time is a number."""

import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from loopback_github import LoopbackGitHub, Reply

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import (
    AuthenticationError,
    CaptureError,
    CapturePaused,
    ConfigurationError,
    GitHubUnavailableError,
    NotFoundError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.github.failures import InvalidRequestError, ListingTooLongError
from progressive_capture.lib.github.opening import Connection

Connect = Callable[..., Connection]
GOOD = Reply({"id": 1, "full_name": "octo/example"})
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}


def ask(connect: Connect, **changes: Any) -> Any:
    return connect(**changes).client().repository("octo/example").body


TRANSIENT = {
    "500": Reply({"message": "Server Error"}, status=500),
    "502": Reply(b"<html>Unicorn</html>", status=502),
    "503": Reply({"message": "Service Unavailable"}, status=503),
    "504": Reply({"message": "We couldn't respond to your request in time."}, status=504),
    "hung up": Reply(hang_up=True),
    "truncated": Reply({"id": 1, "full_name": "octo/example"}, cut=5),
    "malformed": Reply(b'{"id": 1,,}'),
    "html": Reply(b"<html>Please log in</html>", headers={"content-type": "text/html"}),
    "empty": Reply(b""),
    "bad gzip": Reply(b"not gzip", headers={"content-encoding": "gzip"}),
}


@pytest.mark.parametrize("reply", TRANSIENT.values(), ids=TRANSIENT)
def test_what_passes_is_tried_again(server: LoopbackGitHub, connect: Connect, reply: Reply) -> None:
    server.replies = [reply, reply, GOOD]
    assert ask(connect)["id"] == 1
    assert len(server.seen) == 3


@pytest.mark.parametrize("name", TRANSIENT)
def test_what_does_not_pass_is_tried_five_times(server: LoopbackGitHub, connect: Connect, name: str) -> None:
    server.replies = [TRANSIENT[name]] * 10
    garbage = name in ("malformed", "html", "empty", "bad gzip")
    with pytest.raises(UnexpectedPayloadError if garbage else GitHubUnavailableError) as caught:
        ask(connect)
    assert len(server.seen) == 5
    assert "5 times" in str(caught.value)
    assert "GET /repos/octo/example" in str(caught.value)
    assert caught.value.hint
    assert caught.value.exit_code == (5 if garbage else 4)


def test_waits_double_and_are_at_most_halved_by_chance(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    server.replies = [Reply(status=500)] * 10
    with pytest.raises(GitHubUnavailableError):
        ask(connect, jitter=lambda: 0.0)
    assert clock.monotonic() == 1 + 2 + 4 + 8
    server.replies = [Reply(status=500)] * 10
    with pytest.raises(GitHubUnavailableError):
        ask(connect, jitter=lambda: 1.0)
    assert clock.monotonic() == 15 + 7.5


def test_a_server_in_trouble_may_say_how_long(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    server.replies = [Reply(status=503, headers={"retry-after": "30"}), GOOD]
    ask(connect)
    assert clock.monotonic() == 30


def test_an_answer_that_does_not_come_is_tried_again(server: LoopbackGitHub, connect: Connect) -> None:
    never = threading.Event()
    server.replies = [Reply(wait_for=never), GOOD]
    try:
        assert ask(connect, timeout_seconds=0.2)["id"] == 1
    finally:
        never.set()
    assert len(server.seen) == 2


def test_a_refused_connection_is_tried_again_and_costs_nothing(connect: Connect, clock: ManualClock) -> None:
    with socket.socket() as taken:  # bound, and never listening
        taken.bind(("127.0.0.1", 0))
        client = connect(api_url=f"http://127.0.0.1:{taken.getsockname()[1]}").client()
        with pytest.raises(GitHubUnavailableError, match="no connection, 5 times"):
            client.repository("octo/example")
    assert clock.monotonic() == 15
    assert client.spent().requests == 0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "Sun, 22 Nov 2026 12:01:30 GMT"}, 90.0),
        ({}, 60.0),
    ],
)
@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_waits_as_long_as_github_says(  # noqa: PLR0917  (fixtures and a table)
    server: LoopbackGitHub,
    connect: Connect,
    clock: ManualClock,
    status: int,
    headers: dict[str, str | None],
    seconds: float,
) -> None:
    server.replies = [Reply(SECONDARY, status=status, headers=headers), GOOD]
    ask(connect)
    assert clock.monotonic() == pytest.approx(seconds, abs=0.1)
    assert len(server.seen) == 2


def test_a_secondary_limit_without_an_end_pauses(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    server.replies = [Reply(SECONDARY, status=403)] * 10
    with pytest.raises(CapturePaused) as caught:
        ask(connect)
    assert clock.monotonic() == pytest.approx(60 + 120 + 240, abs=0.1)
    assert len(server.seen) == 4  # the fifth would wait for 480 seconds: too long to sit here
    assert caught.value.resume_at is not None
    assert caught.value.resume_at - clock.now() == pytest.approx(
        timedelta(seconds=480), abs=timedelta(seconds=2)
    )


SPENT = Reply(
    {"message": "API rate limit exceeded for user ID 1."}, status=403, headers={"x-ratelimit-remaining": "0"}
)


def test_a_spent_budget_pauses_until_the_reset(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [SPENT]
    with pytest.raises(CapturePaused) as caught:
        ask(connect)
    assert caught.value.resume_at == datetime(2026, 11, 22, 13, 0, 0, tzinfo=UTC)
    assert len(server.seen) == 1


def test_a_spent_budget_is_waited_out_where_waiting_is_free(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    server.replies = [SPENT, GOOD]
    reset_at = datetime(2026, 11, 22, 13, 0, 0, tzinfo=UTC)
    assert ask(connect, may_wait_until=lambda until: until == reset_at)["id"] == 1
    assert clock.monotonic() == pytest.approx(3600, abs=2)


@pytest.mark.parametrize(
    ("status", "body", "kind", "exit_code"),
    [
        (401, {"message": "Bad credentials"}, AuthenticationError, 3),
        (403, {"message": "Resource not accessible by integration"}, AuthenticationError, 3),
        (404, {"message": "Not Found"}, NotFoundError, 3),
        (410, {"message": "Gone"}, NotFoundError, 3),
        (451, {"message": "Repository access blocked"}, NotFoundError, 3),
        (422, {"message": "Validation Failed"}, InvalidRequestError, 2),
        (400, {"message": "Problems parsing JSON"}, InvalidRequestError, 2),
        (
            422,
            {"message": "In order to keep the API fast for everyone, pagination is limited for this"},
            ListingTooLongError,
            1,
        ),
        (418, {"message": "I'm a teapot"}, UnexpectedPayloadError, 5),
    ],
)
def test_a_refusal_is_final(  # noqa: PLR0917  (fixtures and a table)
    server: LoopbackGitHub,
    connect: Connect,
    clock: ManualClock,
    status: int,
    body: dict[str, str],
    kind: type[CaptureError],
    exit_code: int,
) -> None:
    server.replies = [Reply(body, status=status)]
    with pytest.raises(CaptureError) as caught:
        ask(connect)
    assert type(caught.value) is kind
    assert caught.value.exit_code == exit_code
    assert body["message"][:20] in str(caught.value)
    assert caught.value.hint
    assert len(server.seen) == 1
    assert clock.monotonic() == 0


def test_gone_and_never_there_are_told_by_their_status(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply({"message": "Gone"}, status=410)]
    with pytest.raises(NotFoundError) as caught:
        ask(connect)
    assert caught.value.status == 410


def test_a_permission_that_github_names_is_in_the_hint(server: LoopbackGitHub, connect: Connect) -> None:
    headers: dict[str, str | None] = {"x-accepted-github-permissions": "actions=read"}
    server.replies = [Reply({"message": "Resource not accessible"}, status=403, headers=headers)]
    with pytest.raises(AuthenticationError) as caught:
        ask(connect)
    assert "actions: read" in caught.value.hint


def test_a_stop_ends_the_waiting(server: LoopbackGitHub, connect: Connect) -> None:
    class StoppedClock(ManualClock):
        def wait(self, seconds: float, stop: threading.Event) -> bool:
            stop.set()
            return super().wait(seconds, stop)

    server.replies = [Reply(status=500), GOOD]
    with pytest.raises(CapturePaused, match="stopped"):
        ask(connect, clock=StoppedClock(datetime(2026, 11, 22, 12, tzinfo=UTC)))
    assert len(server.seen) == 1


def test_after_a_stop_nothing_is_sent(
    server: LoopbackGitHub, connect: Connect, stop: threading.Event
) -> None:
    stop.set()
    with pytest.raises(CapturePaused, match="stopped"):
        ask(connect)
    assert server.seen == []


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "127.0.0.1", "http://"])
def test_an_address_that_cannot_be_one_is_a_matter_of_configuration(connect: Connect, url: str) -> None:
    with pytest.raises(ConfigurationError, match="address"):
        ask(connect, api_url=url)


def test_every_attempt_is_counted(server: LoopbackGitHub, connect: Connect) -> None:
    client = connect().client()
    server.replies = [Reply(status=500), Reply(hang_up=True), GOOD, SPENT]
    client.repository("octo/example")
    assert client.spent().requests == 3
    with pytest.raises(CapturePaused):
        client.repository("octo/example")
    assert client.spent().requests == 3  # what GitHub refuses for want of budget it does not charge


def test_clients_of_one_connection_count_for_themselves(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = lambda _: GOOD
    connection = connect()
    one, other = connection.client(), connection.client()
    one.repository("octo/example")
    one.repository("octo/example")
    other.repository("octo/example")
    assert (one.spent().requests, other.spent().requests) == (2, 1)
