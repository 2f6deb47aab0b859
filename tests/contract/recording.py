"""Where cassettes come from: what vcrpy keeps of a conversation with GitHub, and what it must not keep."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import vcr  # type: ignore[import-untyped]
from cassette_file import About, CassetteFile
from vcr.record_mode import RecordMode  # type: ignore[import-untyped]
from vcr.request import Request  # type: ignore[import-untyped]

from github_simulator.process import Simulator
from progressive_capture.lib.clock import Clock, ManualClock, SystemClock
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.opening import Connection

API_URL = "https://api.github.com"
REPLAYING_TOKEN = "a-token-that-replay-never-sends"
KEPT_OF_REQUESTS = ("accept", "x-github-api-version")
KEPT_OF_ANSWERS = (
    *("content-type", "date", "link", "location", "retry-after", "x-accepted-github-permissions"),
    *("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-used", "x-ratelimit-reset"),
    "x-ratelimit-resource",
)


@dataclass(frozen=True)
class Source:
    """A GitHub to record from."""

    api_url: str
    graphql_url: str
    token: str

    def connect(self, clock: Clock) -> Connection:
        """One request at a time: vcrpy loses answers that come at the same moment."""
        return Connection(
            api_url=self.api_url,
            graphql_url=self.graphql_url,
            token=self.token,
            clock=clock,
            stop=threading.Event(),
            may_wait_until=lambda _: False,
            concurrency=1,
            jitter=lambda: 0.0,
        )


PLAYER = Source(API_URL, f"{API_URL}/graphql", REPLAYING_TOKEN)


@dataclass(frozen=True)
class Recorded:
    """A client that speaks to a cassette, and what the cassette is of."""

    github: GitHub
    about: About

    @property
    def is_simulated(self) -> bool:
        """Whether the repository is the simulator's, of which everything is known."""
        return self.about.recorded_from == "simulator"


Rehearse = Callable[[Simulator], object]
"""Prepares a simulator for the scene that is recorded."""
Simulated = Callable[..., AbstractContextManager[Recorded]]
"""Opens a conversation with a simulator that was rehearsed, or what was recorded of it."""


@contextmanager
def replay(cassette: Path) -> Iterator[Recorded]:
    """Answers as they were recorded; each exactly once, and nothing besides."""
    about = About.of(cassette)
    recorder = _recorder(about, hidden={})
    with (
        recorder.use_cassette(cassette, record_mode=RecordMode.NONE) as tape,
        PLAYER.connect(ManualClock(datetime(2026, 11, 20, 12, tzinfo=UTC))) as connection,
    ):
        yield Recorded(connection.client(), about)
    assert tape.all_played, f"{cassette.name} holds answers that nobody asks for any more"


@contextmanager
def record(cassette: Path, source: Source, about: About) -> Iterator[Recorded]:
    """Real answers, kept in a new cassette: under GitHub's own address, without the token or an e-mail."""
    cassette.unlink(missing_ok=True)
    recorder = _recorder(about, hidden={source.api_url: API_URL, source.token: "REDACTED"})
    with (
        recorder.use_cassette(cassette, record_mode=RecordMode.ALL, record_on_exception=False),
        source.connect(SystemClock()) as connection,
    ):
        yield Recorded(connection.client(), about)


def _recorder(about: About, *, hidden: Mapping[str, str]) -> Any:
    def hide(text: str) -> str:
        for secret, stands_for_it in hidden.items():
            text = text.replace(secret, stands_for_it)
        return text

    def keep_of_request(request: Any) -> Any:
        body = hide(request.body.decode()) if request.body else None
        return Request(request.method, hide(request.uri), body, _kept(request.headers, KEPT_OF_REQUESTS))

    def keep_of_answer(response: dict[str, Any]) -> dict[str, Any]:
        headers = {
            name: [hide(value) for value in values]
            for name, values in _kept(response["headers"], KEPT_OF_ANSWERS).items()
        }
        body = hide(response["body"]["string"].decode())
        return {"status": response["status"], "headers": headers, "body": {"string": body.encode()}}

    recorder = vcr.VCR(
        serializer="readable",
        match_on=("method", "path", "query", "question"),
        decode_compressed_response=True,
        before_record_request=keep_of_request,
        before_record_response=keep_of_answer,
    )
    recorder.register_serializer("readable", CassetteFile(about))
    recorder.register_matcher("question", _is_the_same_question)
    return recorder


def _kept(headers: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """What is kept is named, so that what is secret need not be: Authorization and cookies are not in it."""
    return {name.lower(): value for name, value in headers.items() if name.lower() in names}


def _is_the_same_question(asked: Any, recorded: Any) -> None:
    """The body of a GraphQL request, as what it says."""
    assert _question(asked) == _question(recorded)


def _question(request: Any) -> Any:
    return json.loads(request.body) if request.body else None
