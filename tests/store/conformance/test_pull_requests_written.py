"""Which of two observations of a pull request and its parts is kept; NULL is what a source does not tell."""

from __future__ import annotations

from typing import Any

import pytest
from store_databases import Database
from store_rows import (
    at,
    batch,
    change_row,
    issue_comment_row,
    pull_coverage_row,
    pull_row,
    review_comment_row,
    review_row,
)

ROWS = {
    "pull_requests": pull_row(),
    "reviews": review_row(),
    "review_comments": review_comment_row(),
    "issue_comments": issue_comment_row(),
    "file_changes": change_row(status="renamed", previous_path="src/old.py"),
    "pull_request_coverage": pull_coverage_row(reason="GitHub lists the first 3,000 files"),
}

NOT_TOLD_BY_REST = {"created_at": None, "updated_at": None, "is_minimized": None}
"""Of a review (reference: GitHub's REST documentation, "Get a review for a pull request")."""


def after(database: Database, table: str, *observations: dict[str, Any]) -> dict[str, Any]:
    """The one row that is left when the observations arrived in this order."""
    for observation in observations:
        database.store.write(batch(**{table: observation}))
    return database.row(table)


def test_what_is_written_of_pull_requests_is_what_is_read_back(database: Database) -> None:
    written = database.store.write(batch(**ROWS))
    assert (written.inserted, written.updated) == (dict.fromkeys(ROWS, 1), {})
    for table, row in ROWS.items():
        assert {k: v for k, v in database.row(table).items() if k != "gone_at"} == row
    again = {table: row | {"captured_at": at(99)} for table, row in ROWS.items()}
    assert database.store.write(batch(**again)).updated == {}


@pytest.mark.parametrize(
    ("table", "news"),
    [
        ("pull_requests", {"title": "Other", "author_login": None}),
        ("reviews", {"body": "Edited", "is_minimized": True, "updated_at": at(3)}),
        ("review_comments", {"body": "Edited", "is_minimized": True, "line": None}),
        ("issue_comments", {"body": "", "is_minimized": True}),
        ("file_changes", {"previous_path": "lib/old.py", "head_sha": "d" * 40, "additions": None}),
        ("pull_request_coverage", {"item_count": 0, "reason": None, "head_sha": None}),
    ],
)
@pytest.mark.parametrize("in_order", [True, False])
def test_the_newer_observation_wins_in_any_order(
    database: Database, table: str, news: dict[str, Any], in_order: bool
) -> None:
    both = [ROWS[table], ROWS[table] | {"captured_at": at(5)} | news]
    row = after(database, table, *(both if in_order else reversed(both)))
    assert {name: row[name] for name in news} == news
    assert row["captured_at"] == at(5)


@pytest.mark.parametrize("rest_is", ["later", "earlier", "first in the same second", "same second"])
def test_what_rest_does_not_tell_of_a_review_is_kept_and_a_gap_is_filled(
    database: Database, rest_is: str
) -> None:
    seconds = {"later": 5, "earlier": -5}.get(rest_is, 0)
    by_rest = review_row(captured_at=at(seconds), body="by rest", **NOT_TOLD_BY_REST)
    by_graphql = review_row(is_minimized=True)
    rest_first = rest_is in ("earlier", "first in the same second")
    row = after(database, "reviews", *([by_rest, by_graphql] if rest_first else [by_graphql, by_rest]))
    assert [row[name] for name in ("created_at", "updated_at", "is_minimized")] == [at(-100), at(-90), True]
    assert row["body"] == ("by rest" if rest_is == "later" else "Good 🎉")
    backwards = [by_graphql | {"id": 1}, by_rest | {"id": 1}] if rest_first else [by_rest, by_graphql]
    for observation in backwards:
        database.store.write(batch(reviews=observation | {"id": 1}))
    assert database.row("reviews", id=1) == row | {"id": 1}


@pytest.mark.parametrize("table", ["review_comments", "issue_comments"])
@pytest.mark.parametrize("in_order", [True, False])
def test_rest_does_not_tell_whether_a_comment_is_minimized(
    database: Database, table: str, in_order: bool
) -> None:
    both = [
        ROWS[table] | {"is_minimized": True},
        ROWS[table] | {"captured_at": at(5), "body": "edited", "is_minimized": None},
    ]
    row = after(database, table, *(both if in_order else reversed(both)))
    assert (row["is_minimized"], row["body"]) == (True, "edited")
    assert after(database, table, both[0] | {"captured_at": at(6), "is_minimized": False})[
        "is_minimized"
    ] is (False)


def test_that_only_a_gap_was_filled_moves_no_time_and_counts_as_a_change(database: Database) -> None:
    database.store.write(batch(reviews=review_row(captured_at=at(5), **NOT_TOLD_BY_REST)))
    assert database.store.write(batch(reviews=review_row())).updated == {"reviews": 1}
    assert database.row("reviews") == review_row(captured_at=at(5)) | {"gone_at": None}
    assert database.store.write(batch(reviews=review_row())).updated == {}


@pytest.mark.parametrize("table", ["pull_requests", "reviews"])
def test_a_node_id_is_set_once(database: Database, table: str) -> None:
    row = ROWS[table]
    without = after(database, table, row | {"node_id": None}, row | {"captured_at": at(-5), "node_id": "N_1"})
    assert without["node_id"] == "N_1"
    later = after(
        database,
        table,
        row | {"captured_at": at(5), "node_id": None},
        row | {"captured_at": at(6), "node_id": "N_2"},
    )
    assert later["node_id"] == "N_1"


# -- changed files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["renamed", "copied"])
@pytest.mark.parametrize("in_order", [True, False])
def test_where_a_file_came_from_is_not_forgotten_when_graphql_tells_of_it_again(
    database: Database, status: str, in_order: bool
) -> None:
    both = [
        change_row(status=status, previous_path="src/old.py"),
        change_row(status=status, captured_at=at(5), additions=9),
    ]
    row = after(database, "file_changes", *(both if in_order else reversed(both)))
    assert (row["previous_path"], row["additions"]) == ("src/old.py", 9)


@pytest.mark.parametrize("in_order", [True, False])
def test_a_file_that_is_no_longer_renamed_came_from_nowhere(database: Database, in_order: bool) -> None:
    both = [
        change_row(status="renamed", previous_path="src/old.py"),
        change_row(status="modified", captured_at=at(5)),
    ]
    row = after(database, "file_changes", *(both if in_order else reversed(both)))
    assert (row["status"], row["previous_path"]) == ("modified", None)


# -- coverage ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize(
    "better", [{"pull_request_updated_at": at(-20)}, {"reason": "REST lists the first 3,000 files"}]
)
def test_of_two_coverages_of_one_second_the_later_state_wins_and_then_the_one_with_a_reason(
    database: Database, better: dict[str, Any], in_order: bool
) -> None:
    both = [pull_coverage_row(), pull_coverage_row(item_count=7, **better)]
    row = after(database, "pull_request_coverage", *(both if in_order else reversed(both)))
    assert row["item_count"] == 7


# -- gone and back -------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["pull_requests", "reviews", "review_comments", "issue_comments"])
def test_what_is_seen_again_is_not_gone(database: Database, table: str) -> None:
    database.store.write(batch(**{table: ROWS[table]}))
    database.change(f"UPDATE {table} SET gone_at = :at", {"at": "2026-11-01T12:00:30Z"})
    assert database.row(table)["gone_at"] == at(30)
    database.store.write(batch(**{table: ROWS[table] | {"captured_at": at(30)}}))
    assert database.row(table)["gone_at"] == at(30)
    seen = batch(**{table: ROWS[table] | {"captured_at": at(31)}})
    assert database.store.write(seen).updated == {table: 1}
    assert database.row(table)["gone_at"] is None
