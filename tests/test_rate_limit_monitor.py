"""The monitor decides: budgets from headers, secondary limits by construction. Times are plain numbers."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from progressive_capture.lib.rate_limit_monitor import (
    CORE,
    GRAPHQL,
    Busy,
    Go,
    Pause,
    RateLimitMonitor,
    Reading,
    Verdict,
    Wait,
)

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
ONE = NOON + timedelta(hours=1)


def reading(remaining: int, *, limit: int = 1000, reset_at: datetime = ONE, **others: Any) -> Reading:
    values: dict[str, Any] = {"answered_at": NOON, "limit": limit, "remaining": remaining}
    return Reading(**(values | {"reset_at": reset_at} | others))


def go(monitor: RateLimitMonitor, resource: str = CORE, *, cost: int = 1, monotonic: float = 0.0) -> Go:
    verdict = monitor.ask(resource, cost, monotonic=monotonic)
    assert isinstance(verdict, Go), verdict
    return verdict


def spend(
    monitor: RateLimitMonitor, said: Reading, *, at: float = 0.0, seconds: float = 0.0, resource: str = CORE
) -> None:
    """One request, asked and answered at once."""
    monitor.tell(go(monitor, resource, monotonic=at), said, seconds=seconds, monotonic=at)


def verdicts(monitor: RateLimitMonitor, count: int, resource: str = CORE) -> list[Verdict]:
    return [monitor.ask(resource, monotonic=0.0) for _ in range(count)]


# ---- primary budgets ---------------------------------------------------------------------------------------


def test_before_the_first_answer_one_request_goes_and_the_others_wait_for_it() -> None:
    first, second, third = verdicts(RateLimitMonitor(), 3)
    assert isinstance(first, Go)
    assert isinstance(second, Busy)
    assert isinstance(third, Busy)


def test_a_tenth_of_the_limit_stays_untouched() -> None:
    monitor = RateLimitMonitor()
    spend(monitor, reading(101))
    assert isinstance(monitor.ask(CORE, monotonic=0.0), Go)
    monitor = RateLimitMonitor()
    spend(monitor, reading(100))
    verdict = monitor.ask(CORE, monotonic=0.0)
    assert isinstance(verdict, Pause)
    assert verdict.until == ONE


def test_with_nothing_to_leave_the_last_request_goes() -> None:
    monitor = RateLimitMonitor(leave_budget=0)
    spend(monitor, reading(1))
    assert isinstance(monitor.ask(CORE, monotonic=0.0), Go)


def test_what_is_in_flight_is_not_given_twice() -> None:
    monitor = RateLimitMonitor()
    spend(monitor, reading(103))
    granted = verdicts(monitor, 5)
    assert [type(verdict) for verdict in granted] == [Go, Go, Go, Busy, Busy]


def test_a_costly_query_needs_its_whole_cost() -> None:
    monitor = RateLimitMonitor()
    spend(monitor, reading(110), resource=GRAPHQL)
    assert isinstance(monitor.ask(GRAPHQL, 11, monotonic=0.0), Pause)
    assert isinstance(monitor.ask(GRAPHQL, 10, monotonic=0.0), Go)


def test_the_budgets_of_rest_and_graphql_are_two() -> None:
    monitor = RateLimitMonitor()
    spend(monitor, reading(0))
    spend(monitor, reading(900), resource=GRAPHQL)
    assert isinstance(monitor.ask(CORE, monotonic=0.0), Pause)
    assert isinstance(monitor.ask(GRAPHQL, monotonic=0.0), Go)


def test_answers_that_overtake_each_other_do_not_raise_the_budget() -> None:
    monitor = RateLimitMonitor()
    spend(monitor, reading(900))
    earlier, later = go(monitor), go(monitor)
    monitor.tell(later, reading(100), seconds=0.1, monotonic=0.1)
    monitor.tell(earlier, reading(101), seconds=0.2, monotonic=0.2)
    assert isinstance(monitor.ask(CORE, monotonic=0.2), Pause)


def test_the_next_hour_is_whole_again_and_its_first_answer_is_waited_for() -> None:
    monitor = RateLimitMonitor()
    spend(monitor, reading(0))
    assert isinstance(monitor.ask(CORE, monotonic=3599.0), Pause)
    probe = go(monitor, monotonic=3600.0)
    assert isinstance(monitor.ask(CORE, monotonic=3600.0), Busy)
    answered_at, reset_at = ONE + timedelta(seconds=1), ONE + timedelta(hours=1)
    monitor.tell(
        probe, reading(999, answered_at=answered_at, reset_at=reset_at), seconds=0.1, monotonic=3601.0
    )
    assert isinstance(monitor.ask(CORE, monotonic=3601.0), Go)


def test_time_to_the_reset_is_reckoned_by_the_servers_clock() -> None:
    """The answer is an hour late by its own `Date`: whatever the local clock says, the reset is now."""
    monitor = RateLimitMonitor()
    spend(monitor, reading(0, answered_at=ONE - timedelta(seconds=10)), at=500.0)
    assert isinstance(monitor.ask(CORE, monotonic=509.0), Pause)
    assert isinstance(monitor.ask(CORE, monotonic=510.0), Go)


def test_a_rejection_spends_the_budget_whatever_the_header_says() -> None:
    monitor = RateLimitMonitor()
    spend(monitor, reading(700, rejection="primary"))
    verdict = monitor.ask(CORE, monotonic=0.0)
    assert isinstance(verdict, Pause)
    assert verdict.until == ONE


@pytest.mark.parametrize("reset_at", [None, NOON - timedelta(seconds=5)])
def test_a_rejection_without_a_usable_reset_pauses_for_a_minute(reset_at: datetime | None) -> None:
    monitor = RateLimitMonitor()
    spend(monitor, Reading(answered_at=NOON, rejection="primary", reset_at=reset_at))
    verdict = monitor.ask(CORE, monotonic=0.0)
    assert isinstance(verdict, Pause)
    assert verdict.until == NOON + timedelta(seconds=60)


def test_a_server_that_meters_nothing_is_not_asked_one_by_one() -> None:
    monitor = RateLimitMonitor()
    spend(monitor, Reading(answered_at=NOON, unmetered=True))
    assert [type(verdict) for verdict in verdicts(monitor, 3)] == [Go, Go, Go]
    assert monitor.budgets(monotonic=0.0) == {}


def test_a_failure_without_headers_says_nothing_about_the_budget() -> None:
    monitor = RateLimitMonitor()
    spend(monitor, Reading())
    assert [type(verdict) for verdict in verdicts(monitor, 2)] == [Go, Busy]


def test_processes_on_one_token_each_have_their_share_of_what_is_left_in_flight() -> None:
    monitor = RateLimitMonitor(parallel=4, concurrency=8)
    spend(monitor, reading(108))  # 8 above what stays untouched: 2 for each of 4
    assert [type(verdict) for verdict in verdicts(monitor, 3)] == [Go, Go, Busy]


def test_what_idle_processes_leave_is_there_for_the_others() -> None:
    """One of four spends alone, one request after the other: only the last three are out of its reach."""
    monitor = RateLimitMonitor(parallel=4)
    remaining = 150
    while True:
        verdict = monitor.ask(CORE, monotonic=0.0)
        if not isinstance(verdict, Go):
            break
        remaining -= 1
        monitor.tell(verdict, reading(remaining), seconds=0.0, monotonic=0.0)
    assert remaining == 103


def test_the_budget_shows_what_may_be_spent() -> None:
    monitor = RateLimitMonitor()
    spend(monitor, reading(600))
    go(monitor)
    budget = monitor.budgets(monotonic=10.0)[CORE]
    assert (budget.limit, budget.remaining, budget.spendable) == (1000, 600, 499)
    assert budget.resets_in_seconds == 3590.0
    assert monitor.budgets(monotonic=3600.0)[CORE].remaining == 1000


# ---- secondary limits --------------------------------------------------------------------------------------


def with_budget(**arguments: Any) -> RateLimitMonitor:
    """A monitor that knows of budgets large enough never to matter."""
    monitor = RateLimitMonitor(**arguments)
    for resource in (CORE, GRAPHQL):
        spend(monitor, reading(1_000_000, limit=1_000_000), at=-1000.0, resource=resource)
    return monitor


def test_no_more_requests_are_in_flight_than_the_concurrency() -> None:
    monitor = with_budget(concurrency=3)
    assert [type(verdict) for verdict in verdicts(monitor, 4)] == [Go, Go, Go, Busy]


def test_many_processes_share_the_hundred_requests_at_once() -> None:
    monitor = with_budget(concurrency=8, parallel=50)
    assert [type(verdict) for verdict in verdicts(monitor, 3)] == [Go, Go, Busy]


def test_nine_hundred_points_a_minute() -> None:
    monitor = with_budget()
    for _ in range(900):
        spend(monitor, reading(900_000, limit=1_000_000), at=0.0)
    verdict = monitor.ask(CORE, monotonic=20.0)
    assert isinstance(verdict, Wait)
    assert verdict.seconds == pytest.approx(40.0, abs=0.01)
    assert isinstance(monitor.ask(CORE, monotonic=20.0 + verdict.seconds), Go)


def test_what_changes_something_counts_five_points() -> None:
    monitor = with_budget()
    for _ in range(180):
        change = monitor.ask(CORE, points=5, monotonic=0.0)
        assert isinstance(change, Go)
        monitor.tell(change, reading(900_000, limit=1_000_000), seconds=0.0, monotonic=0.0)
    assert isinstance(monitor.ask(CORE, monotonic=0.0), Wait)


def test_two_thousand_graphql_points_a_minute() -> None:
    monitor = with_budget()
    for _ in range(2000):
        spend(monitor, reading(900_000, limit=1_000_000), resource=GRAPHQL)
    assert isinstance(monitor.ask(GRAPHQL, monotonic=0.0), Wait)
    assert isinstance(monitor.ask(CORE, monotonic=0.0), Go)


def test_graphql_gets_fifty_seconds_a_minute_of_its_answers_time() -> None:
    monitor = with_budget()
    for _ in range(10):
        spend(monitor, reading(900_000, limit=1_000_000), seconds=5.0, resource=GRAPHQL)
    assert isinstance(monitor.ask(GRAPHQL, monotonic=0.0), Go)
    monitor = with_budget()
    for _ in range(10):
        spend(monitor, reading(900_000, limit=1_000_000), seconds=5.01, resource=GRAPHQL)
    assert isinstance(monitor.ask(GRAPHQL, monotonic=0.0), Wait)


def test_all_together_get_eighty_seconds_a_minute() -> None:
    monitor = with_budget()
    for _ in range(8):
        spend(monitor, reading(900_000, limit=1_000_000), seconds=10.0)
    assert isinstance(monitor.ask(CORE, monotonic=0.0), Go)
    monitor = with_budget()
    for _ in range(8):
        spend(monitor, reading(900_000, limit=1_000_000), seconds=10.0)
    spend(monitor, reading(900_000, limit=1_000_000), seconds=0.01)
    assert isinstance(monitor.ask(CORE, monotonic=0.0), Wait)


def test_an_answer_in_flight_may_still_take_ten_seconds() -> None:
    monitor = with_budget(concurrency=8)
    for _ in range(4):
        spend(monitor, reading(900_000, limit=1_000_000), seconds=10.0, resource=GRAPHQL)
    assert isinstance(monitor.ask(GRAPHQL, monotonic=0.0), Go)
    assert isinstance(monitor.ask(GRAPHQL, monotonic=0.0), Go)
    assert isinstance(monitor.ask(GRAPHQL, monotonic=0.0), Busy)


def test_graphql_begins_with_four_in_flight() -> None:
    assert [type(verdict) for verdict in verdicts(with_budget(), 5, GRAPHQL)] == [Go, Go, Go, Go, Busy]


def graphql_width(monitor: RateLimitMonitor, *, at: float) -> int:
    """How many queries go at once; they are answered afterwards, as if nobody had looked."""
    granted = []
    while isinstance(verdict := monitor.ask(GRAPHQL, monotonic=at), Go):
        granted.append(verdict)
    for each in granted:
        monitor.tell(each, Reading(), seconds=0.0, monotonic=at)
    return len(granted)


def answer_full_rounds(monitor: RateLimitMonitor, rounds: int, *, at: float, **said: Any) -> None:
    for _ in range(rounds):
        granted = []
        while isinstance(verdict := monitor.ask(GRAPHQL, monotonic=at), Go):
            granted.append(verdict)
        for each in granted:
            monitor.tell(each, reading(900_000, limit=1_000_000, **said), seconds=0.0, monotonic=at)


def test_graphql_goes_wider_slowly_where_the_room_is_used() -> None:
    monitor = with_budget()
    answer_full_rounds(monitor, 8, at=0.0)
    assert graphql_width(monitor, at=0.0) == 5


def test_graphql_does_not_go_wider_where_the_room_is_not_used() -> None:
    monitor = with_budget()
    for _ in range(50):
        spend(monitor, reading(900_000, limit=1_000_000), resource=GRAPHQL)
    assert graphql_width(monitor, at=0.0) == 4


def test_graphql_goes_half_as_wide_when_github_has_trouble_with_a_query() -> None:
    monitor = with_budget()
    answer_full_rounds(monitor, 30, at=0.0)
    width = graphql_width(monitor, at=0.0)
    assert width > 4
    spend(monitor, Reading(strained=True), resource=GRAPHQL)
    assert graphql_width(monitor, at=0.0) == width // 2


# ---- rejections by a secondary limit -----------------------------------------------------------------------


def rejected(**said: Any) -> Reading:
    return reading(4000, limit=5000, rejection="secondary", **said)


def test_after_a_rejection_everything_waits_as_long_as_github_says() -> None:
    monitor = with_budget()
    spend(monitor, rejected(retry_after=7.0))
    for resource in (CORE, GRAPHQL):
        verdict = monitor.ask(resource, monotonic=1.0)
        assert isinstance(verdict, Wait)
        assert verdict.seconds == pytest.approx(6.0, abs=0.01)
    assert isinstance(monitor.ask(CORE, monotonic=7.01), Go)


def test_rejections_in_a_row_wait_a_minute_then_twice_as_long() -> None:
    monitor = with_budget()
    at, waits = 0.0, []
    for _ in range(3):
        spend(monitor, rejected(), at=at)
        verdict = monitor.ask(CORE, monotonic=at)
        assert isinstance(verdict, Wait)
        waits.append(verdict.seconds)
        at += verdict.seconds
    assert waits == pytest.approx([60.0, 120.0, 240.0], abs=0.01)


def test_the_wait_does_not_grow_past_a_quarter_of_an_hour_and_is_a_pause_when_long() -> None:
    monitor = with_budget()
    at = 0.0
    for _ in range(8):
        spend(monitor, rejected(), at=at)
        at += 900.01
    spend(monitor, rejected(), at=at)
    verdict = monitor.ask(CORE, monotonic=at)
    assert isinstance(verdict, Pause)
    assert verdict.until == pytest.approx(NOON + timedelta(seconds=900), abs=timedelta(seconds=1))


def test_rejections_of_requests_sent_together_count_once() -> None:
    monitor = with_budget()
    together = [go(monitor, monotonic=0.0) for _ in range(4)]
    for each in together:
        monitor.tell(each, rejected(), seconds=0.1, monotonic=1.0)
    verdict = monitor.ask(CORE, monotonic=1.0)
    assert isinstance(verdict, Wait)
    assert verdict.seconds == pytest.approx(60.0, abs=0.01)


def test_a_good_answer_ends_the_row() -> None:
    monitor = with_budget()
    spend(monitor, rejected(), at=0.0)
    spend(monitor, reading(900_000, limit=1_000_000), at=61.0)
    spend(monitor, rejected(), at=62.0)
    verdict = monitor.ask(CORE, monotonic=62.0)
    assert isinstance(verdict, Wait)
    assert verdict.seconds == pytest.approx(60.0, abs=0.01)


def test_a_good_answer_to_a_request_sent_before_does_not_end_the_row() -> None:
    monitor = with_budget()
    early, late = go(monitor, monotonic=0.0), go(monitor, monotonic=0.0)
    monitor.tell(early, rejected(), seconds=0.1, monotonic=0.1)
    monitor.tell(late, reading(900_000, limit=1_000_000), seconds=0.2, monotonic=0.2)
    spend(monitor, rejected(), at=61.0)
    verdict = monitor.ask(CORE, monotonic=61.0)
    assert isinstance(verdict, Wait)
    assert verdict.seconds == pytest.approx(120.0, abs=0.01)


# ---- whatever the schedule ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Errand:
    """One request: it is asked for after `pause`, takes `seconds`, meets GitHub a part of the way in."""

    resource: str
    pause: float
    seconds: float
    meets: float


@dataclass(frozen=True)
class Sent:
    resource: str
    sent_at: float
    met_at: float
    answered_at: float


ERRANDS = st.lists(
    st.builds(
        Errand,
        resource=st.sampled_from([CORE, GRAPHQL]),
        pause=st.floats(0.0, 3.0),
        seconds=st.floats(0.0, 10.0),
        meets=st.floats(0.0, 1.0),
    ),
    min_size=30,
    max_size=80,
)


def run_errands(monitor: RateLimitMonitor, errands: Sequence[Errand], said: Reading) -> list[Sent]:
    """Send every errand as soon as the monitor lets it go; time jumps to what happens next."""
    now, done = 0.0, []
    in_flight: list[tuple[float, int, Go, float]] = []

    def answers_until(moment: float) -> None:
        while in_flight and in_flight[0][0] <= moment:
            answered_at, _, leave, seconds = heapq.heappop(in_flight)
            monitor.tell(leave, said, seconds=seconds, monotonic=answered_at)

    for number, errand in enumerate(errands):
        now += errand.pause
        answers_until(now)
        while not isinstance(verdict := monitor.ask(errand.resource, monotonic=now), Go):
            next_answer = in_flight[0][0] if in_flight else float("inf")
            now = next_answer if isinstance(verdict, Busy) else min(next_answer, now + wait_of(verdict))
            answers_until(now)
        answered_at = now + errand.seconds
        heapq.heappush(in_flight, (answered_at, number, verdict, errand.seconds))
        done.append(Sent(errand.resource, now, now + errand.seconds * errand.meets, answered_at))
    return done


def wait_of(verdict: Verdict) -> float:
    assert isinstance(verdict, Wait), verdict
    assert verdict.seconds > 0
    return verdict.seconds


def most_in_a_minute(moments: Sequence[tuple[float, float]]) -> float:
    """The largest sum of amounts within any sixty seconds (half open: what is a minute old is gone)."""
    return max(sum(amount for moment, amount in moments if end - 60.0 < moment <= end) for end, _ in moments)


ENDLESS = reading(1_000_000, limit=1_000_000)


@settings(deadline=None)
@given(errands=ERRANDS, concurrency=st.integers(1, 16))
def test_no_minute_holds_more_cpu_seconds_than_github_allows(errands: list[Errand], concurrency: int) -> None:
    sent = run_errands(with_budget(concurrency=concurrency), errands, ENDLESS)
    for moment in ("met_at", "answered_at"):
        everything = [(getattr(each, moment), each.answered_at - each.sent_at) for each in sent]
        assert most_in_a_minute(everything) <= 90.0 + 1e-6
        graphql = [entry for entry, each in zip(everything, sent, strict=True) if each.resource == GRAPHQL]
        assert not graphql or most_in_a_minute(graphql) <= 60.0 + 1e-6


@settings(deadline=None)
@given(errands=ERRANDS)
def test_no_minute_holds_more_points_than_this_processes_share(errands: list[Errand]) -> None:
    """Of fifty processes each has 18 of the 900 points, and 40 of GraphQL's 2,000."""
    short = [Errand(each.resource, each.pause / 10, each.seconds / 1000, each.meets) for each in errands]
    sent = run_errands(with_budget(parallel=50), short, ENDLESS)
    for resource, share in ((CORE, 18), (GRAPHQL, 40)):
        points = [(each.met_at, 1.0) for each in sent if each.resource == resource]
        assert not points or most_in_a_minute(points) <= share


@settings(deadline=None)
@given(errands=ERRANDS, concurrency=st.integers(1, 16))
def test_never_more_in_flight_than_allowed(errands: list[Errand], concurrency: int) -> None:
    sent = run_errands(with_budget(concurrency=concurrency), errands, ENDLESS)
    for place, each in enumerate(sent):
        still_in_flight = [earlier for earlier in sent[:place] if earlier.answered_at > each.sent_at]
        assert len(still_in_flight) < concurrency


@settings(deadline=None)
@given(
    delays=st.lists(st.integers(0, 5), min_size=20, max_size=60),
    limit=st.integers(10, 30),
    leave=st.sampled_from([0, 10, 50]),
    concurrency=st.integers(1, 8),
)
def test_requests_in_flight_never_overshoot_the_budget(
    delays: list[int], limit: int, leave: int, concurrency: int
) -> None:
    """GitHub counts a request when it comes; its answer comes later, out of order, with what was left."""
    monitor = RateLimitMonitor(leave_budget=leave, concurrency=concurrency)
    used = 0
    in_flight: list[tuple[int, int, Go]] = []
    for number, delay in enumerate(delays):
        for entry in sorted(entry for entry in in_flight if entry[0] <= number):
            in_flight.remove(entry)
            monitor.tell(entry[2], reading(entry[1], limit=limit), seconds=0.0, monotonic=0.0)
        verdict = monitor.ask(CORE, monotonic=0.0)
        if isinstance(verdict, Go):
            used += 1
            in_flight.append((number + delay, limit - used, verdict))
    assert used <= limit - limit * leave / 100
    assert used >= 1
