"""Spans of `created`: every second belongs to exactly one part, none is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.windows import Window, cut, gaps, joined

START = datetime(2026, 9, 1, tzinfo=UTC)


def window(first: int, last: int) -> Window:
    return Window(START + timedelta(seconds=first), START + timedelta(seconds=last))


def seconds_of(each: Window) -> set[int]:
    first = int((each.start - START).total_seconds())
    return set(range(first, first + each.seconds))


windows = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: window(min(ends), max(ends)))


def test_a_window_is_written_as_github_reads_it_and_reads_back() -> None:
    each = Window(START, START + timedelta(days=1))
    assert each.query() == "2026-09-01T00:00:00Z..2026-09-02T00:00:00Z"
    assert Window.parse(each.query()) == each


def test_both_ends_belong_to_a_window() -> None:
    assert window(5, 5).seconds == 1
    assert window(0, 59).seconds == 60


def test_a_window_that_ends_before_it_begins_is_refused_with_a_next_step() -> None:
    with pytest.raises(ConfigurationError, match=r"begins .* after it ends") as caught:
        window(2, 1)
    assert "--since" in caught.value.hint


def test_neighbors_are_joined() -> None:
    assert joined([window(10, 19), window(0, 9), window(30, 40)]) == [window(0, 19), window(30, 40)]


def test_gaps_come_newest_first() -> None:
    assert gaps(window(0, 50), [window(10, 19), window(30, 39)]) == [
        window(40, 50),
        window(20, 29),
        window(0, 9),
    ]


@given(asked=windows, covered=st.lists(windows, max_size=6))
def test_gaps_are_exactly_the_seconds_that_nothing_covers(asked: Window, covered: list[Window]) -> None:
    missing: set[int] = set()
    for gap in gaps(asked, covered):
        assert not missing & seconds_of(gap)
        missing |= seconds_of(gap)
    assert missing == seconds_of(asked) - set().union(*map(seconds_of, covered))


@given(each=windows, pieces=st.integers(1, 9), shortest=st.integers(1, 30))
def test_pieces_hold_every_second_once(each: Window, pieces: int, shortest: int) -> None:
    parts = list(cut(each, pieces, at_least=timedelta(seconds=shortest)))
    assert len(parts) <= pieces
    assert parts == sorted(parts, reverse=True)
    assert sum(part.seconds for part in parts) == each.seconds
    assert set().union(*map(seconds_of, parts)) == seconds_of(each)


@given(windows.filter(lambda each: each.seconds > 1))
def test_halves_hold_every_second_once(each: Window) -> None:
    newer, older = each.halves()
    assert older.end < newer.start
    assert seconds_of(newer) | seconds_of(older) == seconds_of(each)
