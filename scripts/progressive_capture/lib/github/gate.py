"""The gate: the one way for every request to GitHub. It asks the monitor, waits, sends, and tells."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from progressive_capture.lib.errors import CapturePaused
from progressive_capture.lib.github.failures import Failure, NetworkFailure
from progressive_capture.lib.rate_limit_monitor import (
    READ_POINTS,
    WRITE_POINTS,
    Busy,
    Go,
    Pause,
    Reading,
    Wait,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from progressive_capture.lib.clock import Clock
    from progressive_capture.lib.github.messages import RawAnswer, Request
    from progressive_capture.lib.github.meter import Meter
    from progressive_capture.lib.github.reading import Read
    from progressive_capture.lib.github.wire import Wire
    from progressive_capture.lib.rate_limit_monitor import Budget, RateLimitMonitor, Verdict

STOPPED = "stopped"
"""The reason of a pause that somebody asked for: a signal, or the end of the time budget."""
LOOK_UP = 0.25
"""Seconds after which a thread that waits for another's answer looks whether it has to stop."""


class Reader(Protocol):
    """Reads an answer without I/O."""

    def __call__(self, raw: RawAnswer, *, now: datetime) -> Read:
        """What the answer brought; `now` stands in for a missing `Date`."""


class Gate:
    """Lets requests to GitHub through when they may go. Safe among threads.

    Args:
        stop: once set, nothing goes through any more, and whoever waits is paused.
        may_wait_until: whether waiting here until then costs nothing and leaves time enough; else a spent
            budget pauses the capture.
    """

    def __init__(
        self,
        *,
        wire: Wire,
        monitor: RateLimitMonitor,
        clock: Clock,
        stop: threading.Event,
        may_wait_until: Callable[[datetime], bool],
    ) -> None:
        self._wire = wire
        self._monitor = monitor
        self._clock = clock
        self._stop = stop
        self._may_wait_until = may_wait_until
        self._answered = threading.Condition()
        self._waiting: tuple[str, float] = "", 0.0
        self._answered_well = False

    def attempt(self, request: Request, read: Reader, meter: Meter) -> Any:
        """Send a request once, as soon as it may go; `meter` counts what it cost.

        Raises:
            Failure: if it brought nothing.
            CapturePaused: if it may not go for long, or everything has to stop.
        """
        go = self._admission(request)
        began = self._clock.monotonic()
        reading, seconds = Reading(), None
        try:
            raw = self._wire.send(request)
            was_read = read(raw, now=self._clock.now())
            reading, seconds = was_read.reading, raw.seconds
        except NetworkFailure as failure:
            reading = Reading(points=int(failure.sent), strained=failure.heavy)
            raise
        finally:
            ended = self._clock.monotonic()
            meter.count(request.resource, reading.points)
            with self._answered:
                self._monitor.tell(go, reading, seconds=seconds or ended - began, monotonic=ended)
                self._answered.notify_all()
        if isinstance(was_read.result, Failure):
            raise was_read.result
        self._answered_well = True
        return was_read.result

    @property
    def answered_well(self) -> bool:
        """Whether GitHub has given an answer, so that it accepted the token, if there is one."""
        return self._answered_well

    def heed_stop(self) -> None:
        """Go on, unless everything has to stop.

        Raises:
            CapturePaused: if it has.
        """
        if self._stop.is_set():
            raise CapturePaused(STOPPED, cause="signal")

    def pause(self, seconds: float) -> None:
        """Wait, unless everything has to stop.

        Raises:
            CapturePaused: if it has.
        """
        if self._clock.wait(seconds, self._stop):
            raise CapturePaused(STOPPED, cause="signal")

    def waiting(self) -> str:
        """Why and how long a request waits at this moment, for a person; empty while nothing waits."""
        reason, until = self._waiting
        seconds = until - self._clock.monotonic()
        return f"waiting {seconds:,.0f} s: {reason}" if seconds >= 1 else ""

    def server_now(self) -> datetime:
        """GitHub's time; this machine's, until GitHub has answered."""
        return self._monitor.server_now(now=self._clock.now(), monotonic=self._clock.monotonic())

    def budgets(self) -> dict[str, Budget]:
        """The token's primary budgets that GitHub has spoken of."""
        return self._monitor.budgets(monotonic=self._clock.monotonic())

    def _admission(self, request: Request) -> Go:
        while True:
            match self._verdict(request):
                case Go() as go:
                    return go
                case Wait(seconds=seconds, reason=reason):
                    self._waiting = reason, self._clock.monotonic() + seconds
                    self.pause(seconds)
                case Pause(until=until, reason=reason):
                    self._wait_out(until, reason)
                case Busy():
                    pass  # an answer has come: ask again

    def _verdict(self, request: Request) -> Verdict:
        self.heed_stop()
        with self._answered:
            monotonic = self._clock.monotonic()
            verdict = self._monitor.ask(
                request.resource,
                request.cost,
                points=WRITE_POINTS if request.writes else READ_POINTS,
                writes=request.writes,
                monotonic=monotonic,
            )
            if isinstance(verdict, Busy):
                self._answered.wait(LOOK_UP)
        return verdict

    def _wait_out(self, until: datetime, reason: str) -> None:
        if not self._may_wait_until(until):
            raise CapturePaused(reason, resume_at=until)
        seconds = (until - self.server_now()).total_seconds()
        self._waiting = reason, self._clock.monotonic() + seconds
        self.pause(seconds)
