"""Opens the way to GitHub: builds clients from plain arguments."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, Self

from progressive_capture.lib.github.blob_wire import BlobWire
from progressive_capture.lib.github.calls import Calls
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.downloads import Downloads
from progressive_capture.lib.github.gate import Gate
from progressive_capture.lib.github.graphql_access import GraphQLAccess
from progressive_capture.lib.github.meter import Meter
from progressive_capture.lib.github.pulls import PullRequests
from progressive_capture.lib.github.releases import Releases
from progressive_capture.lib.github.rest import RestClient
from progressive_capture.lib.github.wire import Wire
from progressive_capture.lib.github.workflow_control import WorkflowControl
from progressive_capture.lib.rate_limit_monitor import RateLimitMonitor

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from progressive_capture.lib.clock import Clock
    from progressive_capture.lib.github.batches import Batches


class Connection:
    """A token's way to GitHub: its connections, its limits. To be closed (it is a context manager).

    Nothing is sent before a client is asked for something.

    Args:
        api_url: the REST API, `https://api.github.com` or an Enterprise Server's.
        graphql_url: the GraphQL API.
        token: None asks as a stranger: 60 requests an hour, and no GraphQL.
        timeout_seconds: without a byte for so long, an answer is given up.
        clock: the time, and the way to wait.
        stop: once set, nothing is asked any more: whoever asks, or waits, is paused.
        may_wait_until: whether waiting until then is free and leaves time enough; else a spent budget pauses.
        leave_budget: percent of each budget that stays untouched.
        parallel: how many processes share the token.
        concurrency: how many requests may be in flight at once.
        jitter: numbers between 0 and 1.

    Raises:
        ConfigurationError: if the token cannot be one.
    """

    def __init__(
        self,
        *,
        api_url: str,
        graphql_url: str,
        token: str | None,
        clock: Clock,
        stop: threading.Event,
        may_wait_until: Callable[[datetime], bool],
        timeout_seconds: float = 30.0,
        leave_budget: float = 10.0,
        parallel: int = 1,
        concurrency: int = 8,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._api_url = api_url
        self._graphql_url = graphql_url
        token = (token or "").strip() or None
        self._with_token = token is not None
        self._jitter = jitter
        self._clock = clock
        self._wire = Wire(token=token, concurrency=concurrency, read_timeout=timeout_seconds, clock=clock)
        self._blob_wire = BlobWire(concurrency=concurrency, read_timeout=timeout_seconds)
        monitor = RateLimitMonitor(leave_budget=leave_budget, parallel=parallel, concurrency=concurrency)
        self._gate = Gate(
            wire=self._wire, monitor=monitor, clock=clock, stop=stop, may_wait_until=may_wait_until
        )

    def client(self) -> GitHub:
        """A client that counts its own spending; all clients share the connections and the limits."""
        meter = Meter()
        calls = Calls(self._gate, meter, random=self._jitter)
        rest = RestClient(calls, api_url=self._api_url)
        connect = partial(_connect_graphql, calls, self._graphql_url) if self._with_token else None
        downloads = Downloads(
            rest=rest,
            wire=self._blob_wire,
            gate=self._gate,
            clock=self._clock,
            api_url=self._api_url,
            random=self._jitter,
        )
        return GitHub(
            rest=rest,
            downloads=downloads,
            graphql=GraphQLAccess(connect, otherwise="REST does the same, a request a run."),
            pulls=PullRequests(
                rest=rest,
                graphql=GraphQLAccess(
                    connect, otherwise="Give the token the permission pull-requests: read."
                ),
            ),
            releases=Releases(rest=rest, downloads=downloads, gate=self._gate),
            workflow_control=WorkflowControl(rest=rest),
            gate=self._gate,
            meter=meter,
        )

    def close(self) -> None:
        """Give back every connection."""
        self._wire.close()
        self._blob_wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _connect_graphql(calls: Calls, url: str) -> Batches:
    """Not before a query is made: gql takes a third of a second to load."""
    from progressive_capture.lib.github.batches import Batches  # noqa: PLC0415
    from progressive_capture.lib.github.graphql import GraphQLClient  # noqa: PLC0415

    return Batches(GraphQLClient(calls, url=url))
