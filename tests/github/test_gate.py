"""The gate among threads: never more at once than allowed, nobody forgotten, everybody stopped."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from loopback_github import LoopbackGitHub, Reply

from progressive_capture.lib.errors import CapturePaused, ConfigurationError, NotFoundError
from progressive_capture.lib.github import gate
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.opening import Connection

Connect = Callable[..., Connection]


def ask_often(client: GitHub, times: int, *, threads: int) -> list[int]:
    with ThreadPoolExecutor(threads) as pool:
        answers: list[Future[int]] = [
            pool.submit(lambda: int(client.repository("octo/example").body["id"])) for _ in range(times)
        ]
    return [answer.result() for answer in answers]


def test_threads_never_have_more_in_flight_than_the_concurrency(
    server: LoopbackGitHub, connect: Connect
) -> None:
    three_at_once = threading.Barrier(3)

    def reply(_: object) -> Reply:
        three_at_once.wait(10)
        return Reply({"id": 7})

    server.replies = [Reply({"id": 7})]
    server.otherwise = reply
    client = connect(concurrency=3).client()
    assert ask_often(client, 61, threads=12) == [7] * 61
    assert server.most_in_flight == 3
    assert client.spent().requests == 61


def test_before_the_first_answer_only_one_is_in_flight(server: LoopbackGitHub, connect: Connect) -> None:
    first_may_end = threading.Event()
    server.replies = [Reply({"id": 7}, wait_for=first_may_end)]
    server.otherwise = lambda _: Reply({"id": 7})
    client = connect(concurrency=8).client()
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(client.repository, "octo/example") for _ in range(8)]
        while not server.seen:
            threading.Event().wait(0.005)  # real threads: there is no clock to move
        threading.Event().wait(0.05)
        assert len(server.seen) == 1
        first_may_end.set()
        assert [answer.result().body["id"] for answer in answers] == [7] * 8


def test_threads_do_not_overshoot_a_budget_that_runs_out(server: LoopbackGitHub, connect: Connect) -> None:
    lock, left = threading.Lock(), [30]

    def reply(_: object) -> Reply:
        with lock:
            left[0] -= 1
            return Reply(
                {"id": 7}, headers={"x-ratelimit-limit": "100", "x-ratelimit-remaining": str(left[0])}
            )

    server.otherwise = reply
    client = connect(leave_budget=10.0).client()
    with ThreadPoolExecutor(8) as pool:
        outcomes = [pool.submit(client.repository, "octo/example") for _ in range(40)]
    paused = sum(isinstance(outcome.exception(), CapturePaused) for outcome in outcomes)
    assert left[0] == 10
    assert paused == 20


def test_what_was_reserved_is_free_again_after_a_failure(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply({"message": "Not Found"}, status=404)] * 5
    client = connect(concurrency=1).client()
    for _ in range(5):
        with pytest.raises(NotFoundError):
            client.repository("octo/example")
    client = connect(concurrency=1, api_url="nonsense").client()
    for _ in range(3):
        with pytest.raises(ConfigurationError):
            client.repository("octo/example")


def test_a_stop_reaches_those_who_wait_for_others(
    server: LoopbackGitHub, connect: Connect, stop: threading.Event
) -> None:
    first_may_end = threading.Event()
    server.replies = [Reply({"id": 7}, wait_for=first_may_end)]
    client = connect(concurrency=1).client()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(client.repository, "octo/example")
        while not server.seen:
            threading.Event().wait(0.005)
        second = pool.submit(client.repository, "octo/example")
        stop.set()
        assert isinstance(second.exception(timeout=5), CapturePaused)
        first_may_end.set()
        assert first.result().body["id"] == 7  # what was on its way still arrives
    assert len(server.seen) == 1


def test_who_waits_for_an_answer_is_woken_by_it(
    server: LoopbackGitHub, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "LOOK_UP", 60.0)
    first_may_end = threading.Event()
    server.replies = [Reply({"id": 7}, wait_for=first_may_end), Reply({"id": 8})]
    client = connect(concurrency=1).client()
    with ThreadPoolExecutor(2) as pool:
        pool.submit(client.repository, "octo/example")
        while not server.seen:
            threading.Event().wait(0.005)
        second = pool.submit(client.repository, "octo/example")
        threading.Event().wait(0.05)
        first_may_end.set()
        assert second.result(timeout=10).body["id"] == 8


def test_the_budget_is_told_in_words(server: LoopbackGitHub, connect: Connect) -> None:
    client = connect().client()
    assert client.budget_left() == ""
    server.replies = [Reply({"id": 7})]
    client.repository("octo/example")
    assert client.budget_left() == "4,000 of 5,000 requests left"
    assert client.budget()["core"].spendable == 3500
