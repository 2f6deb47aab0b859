"""The ledger of listed spans."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_databases import Database
from store_rows import at, batch, window_row

from progressive_capture.lib.store.coverage_windows import write_windows


def spans(database: Database, kind: str = "workflow_runs", slice_: str = "") -> list[tuple[Any, Any]]:
    ledger = database.store.windows(1, kind, slice_=slice_)
    return [(window["window_from"], window["window_to"]) for window in ledger]


def write(database: Database, *windows: dict[str, Any]) -> None:
    for window in windows:
        database.store.write(batch(capture_windows=window))


def test_a_window_comes_back_as_it_was_written(database: Database) -> None:
    window = window_row(0, 10, reported_count=None, status="saturated", reason="over 1,000 in a second")
    written = database.store.write(batch(capture_windows=window))
    assert written.inserted == {"capture_windows": 1}
    assert database.store.windows(1, "workflow_runs") == [window]


def test_windows_are_listed_by_their_beginning_and_by_ledger(database: Database) -> None:
    write(
        database,
        window_row(50, 60),
        window_row(0, 10),
        window_row(20, 30),
        window_row(0, 10, slice="event=push"),
        window_row(0, 10, kind="artifacts"),
        window_row(0, 10, repository_id=2),
    )
    assert spans(database) == [(at(0), at(10)), (at(20), at(30)), (at(50), at(60))]
    assert len(spans(database, slice_="event=push")) == len(spans(database, kind="artifacts")) == 1


def test_a_newer_window_replaces_those_that_it_contains(database: Database) -> None:
    write(
        database,
        window_row(0, 10),
        window_row(20, 30),
        window_row(25, 45),
        window_row(20, 30, slice="event=push"),
        window_row(0, 30, captured_at=at(1)),
    )
    assert spans(database) == [(at(0), at(30)), (at(25), at(45))]
    assert spans(database, slice_="event=push") == [(at(20), at(30))]


def test_an_equal_window_is_updated(database: Database) -> None:
    write(database, window_row(0, 10, status="open"), window_row(0, 10, captured_at=at(1), item_count=12))
    (window,) = database.store.windows(1, "workflow_runs")
    assert (window["status"], window["item_count"], window["captured_at"]) == ("covered", 12, at(1))


def test_an_equal_window_listed_again_moves_its_time_since_that_is_its_news(database: Database) -> None:
    write(database, window_row(0, 10))
    written = database.store.write(batch(capture_windows=window_row(0, 10, captured_at=at(86_400))))
    assert written.updated == {"capture_windows": 1}
    assert database.row("capture_windows")["captured_at"] == at(86_400)


def test_the_same_listing_twice_changes_nothing(database: Database) -> None:
    write(database, window_row(0, 10))
    written = database.store.write(batch(capture_windows=window_row(0, 10)))
    assert (written.inserted, written.updated) == ({}, {})


@pytest.mark.parametrize("in_order", [True, False])
def test_in_one_second_an_open_window_takes_nothing_from_a_closed_one(
    database: Database, in_order: bool
) -> None:
    both = [window_row(0, 100, status="open"), window_row(50, 100)]
    write(database, *(both if in_order else reversed(both)))
    assert spans(database) == [(at(0), at(100)), (at(50), at(100))]


def test_coverage_won_edge_by_edge_ends_as_one_window(database: Database) -> None:
    write(
        database,
        window_row(0, 100, status="open"),
        window_row(80, 100),
        window_row(40, 100),
        window_row(0, 100),
    )
    assert spans(database) == [(at(0), at(100))]
    assert database.row("capture_windows")["status"] == "covered"


class KilledError(Exception):
    """The process ended here."""


class ForAWhile:
    """A connection that carries so many statements, and is then gone with the process."""

    def __init__(self, connection: Any, statements: int) -> None:
        self._connection = connection
        self._left = statements

    def __getattr__(self, name: str) -> Any:
        carry = getattr(self._connection, name)

        def count_down(*args: Any, **given: Any) -> Any:
            if not self._left:
                raise KilledError
            self._left -= 1
            return carry(*args, **given)

        return count_down


def test_wherever_a_kill_falls_between_two_statements_no_proof_is_lost(database: Database) -> None:
    newer = window_row(0, 30, captured_at=at(1))
    for statements in range(4):
        database.change("DELETE FROM capture_windows", {})
        write(database, window_row(0, 10), window_row(20, 30))

        def enter(connection: Any, statements: int = statements) -> bool:
            try:
                write_windows(ForAWhile(connection, statements), [newer])  # type: ignore[arg-type]
            except KilledError:
                return False  # what was done until then is committed, as where each statement is a request
            return True

        # Is it hidden? The new one. Those that it contains.
        assert database.store._database.write(enter) == (statements == 3)  # type: ignore[attr-defined]
        left = spans(database)
        assert (at(0), at(30)) in left or left == [(at(0), at(10)), (at(20), at(30))]
        write(database, newer)
        assert spans(database) == [(at(0), at(30))]


some_windows = st.lists(
    st.builds(
        lambda start, length, second, status: window_row(
            start, start + length, captured_at=at(second), status=status
        ),
        st.integers(0, 4),
        st.integers(0, 4),
        st.integers(0, 3),
        st.sampled_from(["open", "covered"]),
    ),
    min_size=1,
    max_size=6,
)


def beats(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether `other` has no place beside `one`: contained, and not newer (or as new, but more closed)."""
    inside = one["window_from"] <= other["window_from"] and other["window_to"] <= one["window_to"]
    age = [(window["captured_at"], window["status"] != "open") for window in (one, other)]
    return inside and age[0] >= age[1]


@settings(max_examples=60, deadline=None)
@given(windows=some_windows, data=st.data())
def test_the_ledger_is_the_same_whatever_order_its_windows_arrive_in(
    shared_database: Database, windows: list[dict[str, Any]], data: st.DataObject
) -> None:
    shared_database.change("DELETE FROM capture_windows", {})
    write(shared_database, *data.draw(st.permutations(windows)))
    left = [
        window
        for window in windows
        if not any(beats(other, window) and not beats(window, other) for other in windows)
    ]
    assert sorted(spans(shared_database)) == sorted({(w["window_from"], w["window_to"]) for w in left})
    for row in shared_database.rows("capture_windows"):
        assert row in left
