"""Doing the same again and again: `sync --watch`, until a signal, the time budget, or an error that stays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import AuthenticationError, GitHubUnavailableError
from progressive_capture.lib.running import Ended


def watch(
    once: Callable[[], list[Ended]],
    tell: Callable[[Sequence[Ended], datetime | None], None],
    *,
    every: timedelta,
    clock: Clock,
    stop: threading.Event,
    deadline: datetime | None,
) -> list[Ended]:
    """Rounds with a wait after each; what the last one brought.

    Args:
        once: one round; it stops early by itself when `stop` is set or the deadline comes.
        tell: told how each round ended, and when the next begins (None: it was the last).
        every: the wait between the end of a round and the next.
        clock: waits.
        stop: ends the wait, and the watch.
        deadline: no round begins at it or later.
    """
    while True:
        ended = [_as_told(each) for each in once()]
        again_at = None
        if not stop.is_set() and all(_may_heal(each) for each in ended):
            again_at = _before(deadline, clock.now() + every)
        tell(ended, again_at)
        if again_at is None or clock.wait(every.total_seconds(), stop):
            return ended


def _before(deadline: datetime | None, moment: datetime) -> datetime | None:
    return moment if deadline is None or moment < deadline else None


def _as_told(ended: Ended) -> Ended:
    """A token that has run out is no pause here: this process has no other."""
    causes = {result.cause for result in ended.results} | ({ended.pause.cause} if ended.pause else set())
    if "token" in causes:
        ended.error = AuthenticationError(
            "GitHub no longer accepts the token.",
            hint="Set GITHUB_TOKEN to one that is valid now, and start again.",
        )
    return ended


def _may_heal(ended: Ended) -> bool:
    """GitHub comes back by itself; a token, a full disk or another worker want somebody's attention."""
    return ended.error is None or isinstance(ended.error, GitHubUnavailableError)
