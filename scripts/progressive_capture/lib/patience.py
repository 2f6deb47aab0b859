"""Waiting for a database that is down: again and again after growing delays, and not for ever."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from progressive_capture.lib.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from progressive_capture.lib.clock import Clock
    from progressive_capture.lib.errors import StoreError

Answer = TypeVar("Answer")

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
GIVE_UP_AFTER_SECONDS = 300.0
"""How long a database is waited for, in all. Its capture job stays *running*: another worker rescues it."""
AFTER_STOP_SECONDS = 3.0
"""How long when the program is to end: one that only stumbles is still told how the work ended."""


class WorthWaitingError(Exception):
    """Something that may be over soon; `told` is what to say if it is not."""

    def __init__(self, told: StoreError) -> None:
        super().__init__(str(told))
        self.told = told


class Patience:
    """How a store waits.

    Args:
        clock: tells the time, and waits.
        stop: when it is set, there are a few seconds more.
        say: told before each delay of a second or more, for a person to read.
        give_up_after_seconds: the limit, counted from the first failure.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        stop: threading.Event | None = None,
        say: Callable[[str], None] | None = None,
        give_up_after_seconds: float = GIVE_UP_AFTER_SECONDS,
    ) -> None:
        self._clock = clock or SystemClock()
        self._stop = stop or threading.Event()
        self._say = say or _nobody
        self._limit = give_up_after_seconds

    def until_it_works(self, work: Callable[[], Answer]) -> Answer:
        """What work gives; it is done again as long as it raises `WorthWaitingError`.

        Raises:
            StoreError: what the last failure tells, after the limit or when stopped.
        """
        failed_at = [0.0]
        retrying = Retrying(
            retry=retry_if_exception_type(WorthWaitingError),
            stop=lambda state: self._is_enough(state, failed_at),
            wait=_delay,
            sleep=self._wait,
            before_sleep=self._tell,
            reraise=True,
        )
        try:
            return retrying(work)
        except WorthWaitingError as failure:
            raise failure.told from failure

    def _is_enough(self, state: RetryCallState, failed_at: list[float]) -> bool:
        if state.attempt_number == 1:
            failed_at[0] = self._clock.monotonic()
        limit = min(self._limit, AFTER_STOP_SECONDS) if self._stop.is_set() else self._limit
        return self._clock.monotonic() - failed_at[0] >= limit

    def _tell(self, state: RetryCallState) -> None:
        seconds = state.next_action.sleep if state.next_action else 0.0
        failure = state.outcome.exception() if state.outcome else None
        if seconds >= 1:
            self._say(f"{failure} Trying again in {seconds:.0f} seconds.")

    def _wait(self, seconds: float) -> None:
        if self._stop.is_set():
            self._clock.wait(min(seconds, 1.0), threading.Event())  # who stops waits for this
        else:
            self._clock.wait(seconds, self._stop)


def _nobody(line: str) -> None:
    """Whom to tell where nobody reads."""
    del line


def _delay(state: RetryCallState) -> float:
    """0.5, 1, 2, 4 … 30 seconds, each less a random part up to a half: many legs do not come back at once."""
    longest = min(FIRST_DELAY_SECONDS * 2.0 ** (state.attempt_number - 1), LONGEST_DELAY_SECONDS)
    return longest * (1 - random.random() / 2)  # noqa: S311  (not for secrets)
