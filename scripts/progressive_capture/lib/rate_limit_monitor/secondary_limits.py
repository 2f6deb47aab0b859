"""Secondary limits, over any rolling minute: points, requests at once, and CPU seconds.

GitHub publishes the limits and advises to take an answer's response time for its CPU seconds. The round trip
is in that time as well; it is counted too, since it cannot be told from work and the hourly budget runs out
long before it matters.

A request is counted from the moment it is let go until a minute after its answer. GitHub meets it somewhere
in between, so that no shift between our minute and GitHub's can exceed a limit. GitHub ends every request
after ten seconds: so much is set aside for each one in flight, which leaves 50 of GraphQL's 60 seconds a
minute, and 80 of 90 in all.
"""

from __future__ import annotations

from collections import Counter

from progressive_capture.lib.rate_limit_monitor.rolling_minute import A_MOMENT, RollingMinute
from progressive_capture.lib.rate_limit_monitor.values import CORE, GRAPHQL, Busy, Go, Reading, Wait

REST_POINTS = 900
GRAPHQL_POINTS = 2_000
CPU_SECONDS = 90.0
GRAPHQL_CPU_SECONDS = 60.0
LONGEST_ANSWER = 10.0
MOST_AT_ONCE = 100
BETWEEN_WRITES = 1.0
"""Seconds; writes go one after the other, so long apart:
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api"""

FIRST_GRAPHQL_WIDTH = 4
"""Four of the longest answers fit into a minute's GraphQL seconds."""
ANSWERS_BEFORE_WIDENING = 8

FIRST_REJECTION_WAIT = 60.0
LONGEST_REJECTION_WAIT = 900.0
SHORTEST_RETRY_AFTER = 1.0


class SecondaryLimits:
    """The secondary limits of one of `parallel` processes on a token: each takes its share of them."""

    def __init__(self, *, parallel: int, concurrency: int) -> None:
        self._parallel = parallel
        self._most_at_once = max(1, min(concurrency, MOST_AT_ONCE // parallel))
        self._in_flight: Counter[str] = Counter()
        self._points_in_flight: Counter[str] = Counter()
        self._points = {CORE: RollingMinute(), GRAPHQL: RollingMinute()}
        self._all_seconds = RollingMinute()
        self._graphql_seconds = RollingMinute()
        self._graphql_width = min(FIRST_GRAPHQL_WIDTH, self._most_at_once)
        self._good_answers = 0
        self._rejected_at = float("-inf")
        self._blocked_until = float("-inf")
        self._writes_in_flight = 0
        self._wrote_at = float("-inf")
        self._rejections_in_a_row = 0

    def verdict(self, resource: str, points: int, *, writes: bool, at: float) -> Busy | Wait | None:
        """Why a request may not be sent now; None if it may."""
        return (
            self._after_rejection(at)
            or self._at_once(resource)
            or (self._between_writes(at) if writes else None)
            or self._points_a_minute(_kind(resource), points, at)
            or self._seconds_a_minute(_kind(resource), at)
        )

    def reserve(self, go: Go) -> None:
        """Count a request that is let go."""
        self._in_flight[_kind(go.resource)] += 1
        self._points_in_flight[_kind(go.resource)] += go.points
        self._writes_in_flight += go.writes

    def learn(self, go: Go, reading: Reading, *, seconds: float, at: float) -> None:
        """Its answer is here, after so many seconds: it is counted for one more minute."""
        kind = _kind(go.resource)
        full = self._in_flight[GRAPHQL] >= self._graphql_width
        self._in_flight[kind] -= 1
        self._points_in_flight[kind] -= go.points
        if go.writes:
            self._writes_in_flight -= 1
            self._wrote_at = at
        self._points[kind].add(go.points, at=at)
        seconds = min(seconds, LONGEST_ANSWER)
        self._all_seconds.add(seconds, at=at)
        if kind == GRAPHQL:
            self._graphql_seconds.add(seconds, at=at)
            self._learn_width(reading, full=full)
        self._learn_rejection(go, reading, at)

    # ---- each limit --------------------------------------------------------------------------------------

    def _after_rejection(self, at: float) -> Wait | None:
        seconds = self._blocked_until - at
        if seconds <= 0:
            return None
        return Wait(seconds + A_MOMENT, "GitHub's secondary rate limit was hit")

    def _at_once(self, resource: str) -> Busy | None:
        if self._in_flight.total() >= self._most_at_once:
            return Busy("as many requests as may be are in flight")
        if resource == GRAPHQL and self._in_flight[GRAPHQL] >= self._graphql_width:
            return Busy("as many GraphQL queries as may be are in flight")
        return None

    def _between_writes(self, at: float) -> Busy | Wait | None:
        """None while another is on its way, and a pause after each."""
        if self._writes_in_flight:
            return Busy("GitHub takes one write after the other")
        seconds = self._wrote_at + BETWEEN_WRITES - at
        return Wait(seconds + A_MOMENT, "GitHub asks for a second between writes") if seconds > 0 else None

    def _points_a_minute(self, kind: str, points: int, at: float) -> Busy | Wait | None:
        limit = GRAPHQL_POINTS if kind == GRAPHQL else REST_POINTS
        room = limit / self._parallel - self._points_in_flight[kind] - points
        return self._until(self._points[kind], room, at, f"{limit:,} points a minute")

    def _seconds_a_minute(self, kind: str, at: float) -> Busy | Wait | None:
        everything = self._all_seconds, CPU_SECONDS, self._in_flight.total()
        graphql = self._graphql_seconds, GRAPHQL_CPU_SECONDS, self._in_flight[GRAPHQL]
        for window, limit, in_flight in (everything, graphql) if kind == GRAPHQL else (everything,):
            set_aside = LONGEST_ANSWER * (in_flight + 1)
            # Each process reckons that every other one has used as much as itself.
            room = (limit - set_aside) / self._parallel
            verdict = self._until(window, room, at, f"{limit:.0f} CPU seconds a minute")
            if verdict is not None:
                return verdict
        return None

    def _until(self, window: RollingMinute, room: float, at: float, limit: str) -> Busy | Wait | None:
        if window.total(at=at) <= room:
            return None
        if self._in_flight.total():
            return Busy(f"GitHub allows {limit}")
        return Wait(window.seconds_until(room, at=at), f"GitHub allows {limit}")

    # ---- what answers teach ------------------------------------------------------------------------------

    def _learn_width(self, reading: Reading, *, full: bool) -> None:
        """GraphQL goes wider slowly while all goes well, and half as wide when GitHub has trouble with it."""
        if reading.strained or reading.rejection == "secondary":
            self._graphql_width = max(1, self._graphql_width // 2)
            self._good_answers = 0
        elif full and reading.answered_at is not None:
            self._good_answers += 1
            if self._good_answers >= ANSWERS_BEFORE_WIDENING and self._graphql_width < self._most_at_once:
                self._graphql_width += 1
                self._good_answers = 0

    def _learn_rejection(self, go: Go, reading: Reading, at: float) -> None:
        """Everything waits after a rejection: as GitHub says, or a minute, doubling each time in a row."""
        sent_before = go.asked_at <= self._rejected_at  # together with a rejected one: tells nothing new
        if reading.rejection != "secondary":
            if reading.answered_at is not None and not sent_before:
                self._rejections_in_a_row = 0
            return
        if not sent_before:
            self._rejections_in_a_row += 1
            self._rejected_at = at
        self._blocked_until = max(self._blocked_until, at + self._seconds_away(reading.retry_after))

    def _seconds_away(self, retry_after: float | None) -> float:
        if retry_after is not None:
            return max(retry_after, SHORTEST_RETRY_AFTER)
        growing = FIRST_REJECTION_WAIT * 2.0 ** (self._rejections_in_a_row - 1)
        return min(growing, LONGEST_REJECTION_WAIT)


def _kind(resource: str) -> str:
    return GRAPHQL if resource == GRAPHQL else CORE
