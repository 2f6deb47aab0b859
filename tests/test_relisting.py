"""What has to be listed, and what again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from progressive_capture.lib.discovery.relisting import to_list
from progressive_capture.lib.windows import SECOND, Window

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = Window(NOW - 90 * DAY, NOW)


def planned(*listed: tuple[Window, datetime], restless_from: datetime | None = None) -> list[Window]:
    return to_list(ASKED, listed, restless_from=restless_from, now=NOW)


def test_nothing_listed_means_everything_to_list() -> None:
    assert planned() == [ASKED]


def test_what_was_listed_within_a_day_is_not_listed_again() -> None:
    until_an_hour_ago = Window(ASKED.start, NOW - HOUR)
    assert planned((until_an_hour_ago, NOW - HOUR)) == [Window(NOW - HOUR + SECOND, NOW)]


def test_after_a_day_what_can_have_been_run_again_is_listed_again() -> None:
    all_of_it = Window(ASKED.start, NOW - DAY)
    assert planned((all_of_it, NOW - DAY)) == [Window(NOW - 33 * DAY, NOW)]


def test_after_a_longer_absence_that_reaches_back_further() -> None:
    all_of_it = Window(ASKED.start, NOW - 20 * DAY)
    assert planned((all_of_it, NOW - 20 * DAY)) == [Window(NOW - 52 * DAY, NOW)]


def test_a_window_too_old_to_change_is_never_listed_again() -> None:
    old = Window(ASKED.start, NOW - 40 * DAY)
    fresh = Window(NOW - 40 * DAY + SECOND, NOW)
    assert planned((old, NOW - 5 * DAY), (fresh, NOW)) == []


def test_a_window_that_could_change_after_it_was_listed_is_listed_again_however_old() -> None:
    young_when_listed = Window(ASKED.start, NOW - 70 * DAY)
    fresh = Window(NOW - 70 * DAY + SECOND, NOW)
    assert planned((young_when_listed, NOW - 50 * DAY), (fresh, NOW)) == [
        Window(NOW - 82 * DAY, NOW - 70 * DAY)
    ]


def test_unfinished_runs_are_listed_again_every_time() -> None:
    all_of_it = Window(ASKED.start, NOW)
    assert planned((all_of_it, NOW - HOUR), restless_from=NOW - 3 * HOUR) == [Window(NOW - 3 * HOUR, NOW)]


def test_a_hole_stays_to_be_listed() -> None:
    before = Window(ASKED.start, NOW - 50 * DAY)
    after = Window(NOW - 49 * DAY, NOW)
    assert planned((before, NOW), (after, NOW)) == [Window(NOW - 50 * DAY + SECOND, NOW - 49 * DAY - SECOND)]
