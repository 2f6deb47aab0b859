"""Rounds again and again: when the next one begins, and what ends them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import (
    AuthenticationError,
    CaptureError,
    GitHubUnavailableError,
    JobConflictError,
    StoreError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.running import Ended
from progressive_capture.lib.watching import watch

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)


@dataclass
class Watched:
    """Rounds that each take a minute; `ends` are what they bring, the last one for ever after."""

    ends: Sequence[CaptureError | None]
    after_round: Callable[[Watched], None] = lambda _: None
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    stop: threading.Event = field(default_factory=threading.Event)
    began: list[datetime] = field(default_factory=list)
    told: list[datetime | None] = field(default_factory=list)

    def once(self) -> list[Ended]:
        assert len(self.began) < 100, "this watch does not end"
        self.began.append(self.clock.now())
        self.clock.advance(60)
        self.after_round(self)
        return [Ended("octo/example", error=self.ends[min(len(self.began), len(self.ends)) - 1])]

    def run(self, *, deadline: datetime | None = None) -> list[Ended]:
        return watch(
            self.once,
            lambda _, again_at: self.told.append(again_at),
            every=FIVE_MINUTES,
            clock=self.clock,
            stop=self.stop,
            deadline=deadline,
        )

    def minutes(self) -> list[float]:
        return [(began - NOON) / timedelta(minutes=1) for began in self.began]


def stop_after(rounds: int) -> Callable[[Watched], None]:
    def stop(watched: Watched) -> None:
        if len(watched.began) == rounds:
            watched.stop.set()

    return stop


def test_a_round_begins_so_long_after_the_end_of_the_one_before() -> None:
    watched = Watched([None], stop_after(4))
    watched.run()
    assert watched.minutes() == [0, 6, 12, 18]


def test_each_round_is_told_with_the_time_of_the_next_and_the_last_with_none() -> None:
    watched = Watched([None], stop_after(3))
    watched.run()
    assert watched.told == [NOON + timedelta(minutes=6), NOON + timedelta(minutes=12), None]


def test_a_signal_during_the_wait_ends_the_watch_with_the_last_round() -> None:
    class Interrupted(ManualClock):
        def wait(self, seconds: float, stop: threading.Event) -> bool:
            stop.set()
            return super().wait(seconds, stop)

    watched = Watched([None], clock=Interrupted(NOON))
    assert watched.run() == [Ended("octo/example")]
    assert watched.minutes() == [0]


@pytest.mark.parametrize(("budget", "rounds"), [(11.9, 2), (12, 2), (12.1, 3), (5, 1)])
def test_no_round_begins_after_the_end_of_the_time_budget(budget: float, rounds: int) -> None:
    watched = Watched([None])
    watched.run(deadline=NOON + timedelta(minutes=budget))
    assert len(watched.began) == rounds
    # It does not sit out a wait after which nothing follows.
    assert watched.clock.now() == watched.began[-1] + timedelta(minutes=1)


def test_github_being_away_ends_no_watch() -> None:
    away = GitHubUnavailableError("five times 502")
    watched = Watched([None, away, away, None], stop_after(5))
    assert [each.error for each in watched.run()] == [None]
    assert len(watched.began) == 5


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationError("bad token"),
        UnexpectedPayloadError("no JSON"),
        StoreError("the disk is full"),
        JobConflictError("somebody else"),
    ],
)
def test_an_error_that_needs_a_person_ends_the_watch(error: CaptureError) -> None:
    watched = Watched([None, error])
    assert [each.error for each in watched.run()] == [error]
    assert len(watched.began) == 2
    assert watched.told[-1] is None
