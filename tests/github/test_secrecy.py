"""The token goes to GitHub, in one header, and nowhere else."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from loopback_github import LoopbackGitHub, Reply

from progressive_capture.lib.errors import CaptureError, CapturePaused, ConfigurationError
from progressive_capture.lib.github.opening import Connection

Connect = Callable[..., Connection]
TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345"

ECHO = {"message": f"Bad credentials: {TOKEN}"}
FAILURES = {
    "401": Reply(ECHO, status=401),
    "403": Reply(ECHO, status=403, headers={"x-accepted-github-permissions": "actions=read"}),
    "404": Reply(ECHO, status=404),
    "422": Reply(ECHO, status=422),
    "500": Reply(ECHO, status=500),
    "limit": Reply({"message": f"API rate limit exceeded for {TOKEN}"}, status=403),
    "hung up": Reply(hang_up=True),
    "html": Reply(f"<html>{TOKEN}".encode()),
    "not a listing": Reply({"workflow_runs": TOKEN}),
    "elsewhere": Reply({}, status=302, headers={"location": f"http://127.0.0.2:1/?token={TOKEN}"}),
}


@pytest.mark.parametrize("reply", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("way", ["rest", "graphql"])
def test_no_error_and_no_log_ever_holds_the_token(
    server: LoopbackGitHub, connect: Connect, caplog: pytest.LogCaptureFixture, reply: Reply, way: str
) -> None:
    server.otherwise = lambda _: reply
    client = connect(token=TOKEN).client()

    def ask() -> None:
        if way == "rest":
            client.runs("octo/example")
        else:
            batch = client.jobs_of_runs(["r0"])
            raise CaptureError("; ".join(batch.missing.values()))  # what a caller would show

    with caplog.at_level(logging.DEBUG), pytest.raises((CaptureError, CapturePaused)) as caught:
        ask()
    assert server.seen[0].headers["authorization"] == f"Bearer {TOKEN}"
    shown = "".join(traceback.format_exception(caught.value)) + getattr(caught.value, "hint", "")
    assert TOKEN not in shown
    assert TOKEN not in caplog.text
    assert TOKEN not in "".join(repr(vars(record)) for record in caplog.records)


def everything_below(thing: object, seen: set[int]) -> list[object]:
    """An object and all that its attributes lead to, of our own classes."""
    if id(thing) in seen or not type(thing).__module__.startswith("progressive_capture"):
        return []
    seen.add(id(thing))
    parts = [part for value in vars(thing).values() for part in everything_below(value, seen)]
    return [thing, *parts]


def test_no_representation_holds_the_token(server: LoopbackGitHub, connect: Connect) -> None:
    server.replies = [Reply({"id": 1})]
    connection = connect(token=TOKEN)
    client = connection.client()
    client.repository("octo/example")
    parts = everything_below(client, set()) + everything_below(connection, set())
    assert len(parts) > 5
    for part in parts:
        assert TOKEN not in repr(part)
        assert TOKEN not in str(part)


def test_a_token_in_githubs_data_is_blanked(server: LoopbackGitHub, connect: Connect) -> None:
    """A workflow that prints its token into a name must not bring it into the database."""
    server.replies = [Reply({"id": 1, "description": f"deploy with {TOKEN}"})]
    body: dict[str, Any] = connect(token=TOKEN).client().repository("octo/example").body
    assert body["description"] == "deploy with ***"


@pytest.mark.parametrize("token", [f"{TOKEN}\nX-Evil: 1", f"{TOKEN} x", f"{TOKEN}\u00e9", f"a\x00{TOKEN}"])
def test_a_token_that_cannot_be_one_is_refused_without_being_shown(connect: Connect, token: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect(token=token)
    assert TOKEN not in "".join(traceback.format_exception(caught.value)) + caught.value.hint


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f"  {TOKEN}\r\n"])
def test_blanks_around_a_token_do_no_harm(server: LoopbackGitHub, connect: Connect, token: str) -> None:
    server.replies = [Reply({"id": 1})]
    connect(token=token).client().repository("octo/example")
    assert server.seen[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("token", ["", "  ", "\n"])
def test_a_blank_token_is_none(server: LoopbackGitHub, connect: Connect, token: str) -> None:
    server.replies = [Reply({"id": 1})]
    client = connect(token=token).client()
    client.repository("octo/example")
    assert "authorization" not in server.seen[0].headers
    assert not client.graphql_available
