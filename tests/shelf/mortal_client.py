"""A client whose process dies before its n-th request: put together by hand, of the real parts."""

import threading
from collections.abc import Callable

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.github.blob_wire import BlobWire
from progressive_capture.lib.github.calls import Calls
from progressive_capture.lib.github.downloads import Downloads
from progressive_capture.lib.github.gate import Gate
from progressive_capture.lib.github.messages import RawAnswer, Request
from progressive_capture.lib.github.meter import Meter
from progressive_capture.lib.github.releases import Releases
from progressive_capture.lib.github.rest import RestClient
from progressive_capture.lib.github.wire import Wire
from progressive_capture.lib.rate_limit_monitor import RateLimitMonitor


class KilledError(BaseException):
    """Nothing catches it: the process is gone."""


class MortalWire(Wire):
    """Sends so many requests, and calls `before` before each."""

    requests_left: float = float("inf")
    before: Callable[[Request], None] = staticmethod(lambda _: None)

    def send(self, request: Request) -> RawAnswer:
        if self.requests_left <= 0:
            raise KilledError
        self.requests_left -= 1
        self.before(request)
        return super().send(request)


class MortalClient:
    """`releases` of a GitHub, to be closed."""

    asked = 0
    """Requests so far, where somebody counts them."""

    def __init__(self, url: str, token: str | None, clock: Clock, *, requests: float = float("inf")) -> None:
        self.wire = MortalWire(token=token, concurrency=4, read_timeout=30, clock=clock)
        self.wire.requests_left = requests
        self.blobs = BlobWire(concurrency=4, read_timeout=30)
        self.stop = threading.Event()
        gate = Gate(
            wire=self.wire,
            monitor=RateLimitMonitor(leave_budget=0),
            clock=clock,
            stop=self.stop,
            may_wait_until=lambda _: True,
        )
        rest = RestClient(Calls(gate, Meter(), random=lambda: 0.0), api_url=url)
        downloads = Downloads(
            rest=rest, wire=self.blobs, gate=gate, clock=clock, api_url=url, random=lambda: 0.0
        )
        self.releases = Releases(rest=rest, downloads=downloads, gate=gate)

    def close(self) -> None:
        self.wire.close()
        self.blobs.close()
