"""A GitHub of a few lines on loopback, a clock that nobody waits for, and a way to the one with the other."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from loopback_github import LoopbackGitHub

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.github.opening import Connection

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


@pytest.fixture
def server(clock: ManualClock) -> Iterator[LoopbackGitHub]:
    with LoopbackGitHub(clock) as loopback:
        yield loopback


@pytest.fixture
def connect(
    server: LoopbackGitHub, clock: ManualClock, stop: threading.Event
) -> Iterator[Callable[..., Connection]]:
    """Opens a connection to the server; arguments change the usual ones."""
    with ExitStack() as stack:

        def open_connection(**changes: Any) -> Connection:
            usual: dict[str, Any] = {
                "api_url": server.url,
                "graphql_url": f"{server.url}/graphql",
                "token": "a-token-for-tests",
                "clock": clock,
                "stop": stop,
                "may_wait_until": lambda _: False,
                "jitter": lambda: 0.0,
            }
            return stack.enter_context(Connection(**(usual | changes)))

        yield open_connection
