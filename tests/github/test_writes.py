"""Writes: one after the other, a second apart, and never twice where that would do harm."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from loopback_github import LoopbackGitHub, Reply

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import (
    AuthenticationError,
    CapturePaused,
    GitHubUnavailableError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.github.failures import InvalidRequestError, TokenExpiredPause, UnansweredError
from progressive_capture.lib.github.opening import Connection
from progressive_capture.lib.rate_limit_monitor import CORE, Busy, Go, RateLimitMonitor, Reading, Wait

Connect = Callable[..., Connection]
REPOSITORY = "octo/example"
STARTED = {"workflow_run_id": 7, "html_url": "https://github.com/octo/example/actions/runs/7"}
NOT_DONE = Reply({"message": "You have exceeded a secondary rate limit"}, 403, {"retry-after": "9"})


def dispatch(connection: Connection) -> Any:
    control = connection.client().workflow_control
    return control.dispatch(REPOSITORY, "capture.yml", ref="main", inputs={"a": "b"})


def enable(connection: Connection) -> None:
    connection.client().workflow_control.enable(REPOSITORY, "capture.yml")


# ---- the pace ----------------------------------------------------------------------------------------------


def test_writes_are_a_second_apart_and_reads_are_not(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    connection = connect()
    server.otherwise = lambda _: Reply(b"", status=204)
    times = []
    for _ in range(3):
        enable(connection)
        times.append(clock.monotonic())
    assert [round(later - earlier, 1) for earlier, later in pairwise(times)] == [1.0, 1.0]
    before = clock.monotonic()
    server.otherwise = lambda _: Reply({"id": 1})
    connection.client().repository(REPOSITORY)
    assert clock.monotonic() == before


def test_threads_never_write_two_at_once(server: LoopbackGitHub, connect: Connect) -> None:
    connection = connect()
    seen, most, lock = [0], [0], threading.Lock()

    def reply(_: object) -> Reply:
        with lock:
            seen[0] += 1
            most[0] = max(most[0], seen[0])
        threading.Event().wait(0.01)
        with lock:
            seen[0] -= 1
        return Reply(b"", status=204)

    server.otherwise = reply
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: enable(connection), range(6)))
    assert most == [1]


def test_a_write_waits_for_another_and_then_a_second_and_counts_five_points() -> None:
    monitor = RateLimitMonitor(leave_budget=0)
    first = monitor.ask(CORE, points=5, writes=True, monotonic=0.0)
    assert isinstance(first, Go)
    monitor.tell(first, Reading(unmetered=True), seconds=0.1, monotonic=0.0)
    second = monitor.ask(CORE, points=5, writes=True, monotonic=1.5)
    assert isinstance(second, Go)
    assert isinstance(monitor.ask(CORE, points=5, writes=True, monotonic=1.6), Busy)
    assert isinstance(monitor.ask(CORE, monotonic=1.6), Go)
    monitor.tell(second, Reading(), seconds=0.1, monotonic=2.0)
    soon = monitor.ask(CORE, points=5, writes=True, monotonic=2.4)
    assert isinstance(soon, Wait)
    assert soon.seconds == pytest.approx(0.6, abs=0.01)
    assert "a second between writes" in soon.reason


def test_what_writes_takes_five_points_of_the_minute(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    """180 writes are 900 points: at a second each they take three minutes anyhow, and no limit is met."""
    connection = connect()
    server.otherwise = lambda _: Reply(b"", status=204)
    for _ in range(5):
        enable(connection)
    assert connection._gate._monitor._secondary._points["core"].total(at=clock.monotonic()) == 25


def test_retry_after_is_obeyed_by_writes(
    server: LoopbackGitHub, connect: Connect, clock: ManualClock
) -> None:
    server.replies = [NOT_DONE, Reply(STARTED)]
    assert dispatch(connect()).run_id == 7
    assert clock.monotonic() == pytest.approx(9, abs=0.1)


# ---- what is asked again -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lost",
    [
        Reply(hang_up=True),
        Reply({"message": "Server Error"}, status=500),
        Reply({"message": "Bad gateway"}, status=502),
        Reply(STARTED, cut=5),
        Reply(b"<html>"),
        Reply(b""),
    ],
    ids=["hung up", "500", "502", "cut", "html", "empty"],
)
def test_a_dispatch_whose_answer_is_lost_is_not_sent_again(
    server: LoopbackGitHub, connect: Connect, lost: Reply
) -> None:
    server.replies = [lost]
    with pytest.raises(UnansweredError, match="whether it was done is not known") as caught:
        dispatch(connect())
    assert isinstance(caught.value, GitHubUnavailableError)
    assert "if a new one is there, it was started" in caught.value.hint
    assert len(server.seen) == 1


@pytest.mark.parametrize("lost", [Reply(hang_up=True), Reply({}, status=502), Reply(b"<html>")])
def test_what_may_be_done_twice_is_sent_again(server: LoopbackGitHub, connect: Connect, lost: Reply) -> None:
    server.replies = [lost, Reply(b"", status=204)]
    enable(connect())
    assert [seen.method for seen in server.seen] == ["PUT", "PUT"]


def test_what_cannot_have_reached_github_is_sent_again(connect: Connect) -> None:
    with pytest.raises(GitHubUnavailableError, match="5 times") as caught:
        dispatch(connect(api_url="http://127.0.0.1:9"))
    assert not isinstance(caught.value, UnansweredError)


def test_a_write_after_a_limit_that_stays_is_a_pause(server: LoopbackGitHub, connect: Connect) -> None:
    server.otherwise = lambda _: NOT_DONE
    with pytest.raises(CapturePaused):
        dispatch(connect())


# ---- where the token goes ----------------------------------------------------------------------------------


def test_a_write_follows_a_renamed_repository_with_its_method_and_body(
    server: LoopbackGitHub, connect: Connect
) -> None:
    moved = "/repositories/5/actions/workflows/capture.yml/dispatches"
    server.replies = [Reply({}, 307, {"location": server.url + moved}), Reply(STARTED)]
    assert dispatch(connect()).run_id == 7
    first, second = server.seen
    assert (second.method, second.path, second.body) == ("POST", moved, first.body)


def test_a_write_is_not_followed_to_another_host(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply({}, 307, {"location": "http://127.0.0.2:1/steal"})]
    with pytest.raises(UnexpectedPayloadError, match="to another host, where the token must not go"):
        dispatch(connect())


# ---- a token that expires ----------------------------------------------------------------------------------

EXPIRED = Reply({"message": "Bad credentials"}, status=401)


def test_a_token_that_was_accepted_before_has_expired_and_that_is_a_pause(
    server: LoopbackGitHub, connect: Connect
) -> None:
    connection = connect()
    server.replies = [Reply({"id": 7}), EXPIRED]
    client = connection.client()
    client.repository(REPOSITORY)
    with pytest.raises(
        TokenExpiredPause, match="no longer accepts the token, which it accepted before"
    ) as caught:
        client.repository(REPOSITORY)
    assert caught.value.resume_at is None


def test_all_clients_of_a_connection_know_that_it_was_accepted(
    server: LoopbackGitHub, connect: Connect
) -> None:
    connection = connect()
    server.replies = [Reply({"id": 7}), EXPIRED, EXPIRED]
    connection.client().repository(REPOSITORY)
    with pytest.raises(CapturePaused):
        enable(connection)
    with pytest.raises(CapturePaused):
        connection.client().steps_of_jobs(["j0"])


def test_a_token_that_is_refused_at_once_is_an_error(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply({"message": "Not Found"}, status=404), EXPIRED]
    client = connect().client()
    for error in (AuthenticationError, AuthenticationError):
        with pytest.raises(error):
            client.repository(REPOSITORY)


def test_another_401_is_no_expiry(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply({"id": 7}), Reply({"message": "Requires authentication"}, status=401)]
    client = connect().client()
    client.repository(REPOSITORY)
    with pytest.raises(AuthenticationError):
        client.repository(REPOSITORY)


def test_a_refusal_says_what_of_the_request_is_wrong(server: LoopbackGitHub, connect: Connect) -> None:
    errors = [{"field": "ref", "code": "invalid"}, "and another\x1b[31m", {"message": "third"}, {"code": "x"}]
    server.replies = [Reply({"message": "Validation Failed", "errors": errors}, status=422)] * 2
    with pytest.raises(InvalidRequestError, match=r"ref invalid; and another \[31m; third"):
        dispatch(connect())
