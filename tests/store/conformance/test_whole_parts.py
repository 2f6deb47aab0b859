"""Parts of pull requests that were listed whole: what is not among them is gone, and files go."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from store_databases import Database
from store_rows import (
    at,
    batch,
    change_row,
    issue_comment_row,
    pull_coverage_row,
    review_comment_row,
    review_row,
)

from progressive_capture.lib.normalize.rows import Batch, Part, WholePart

WITH_IDS: dict[Part, Any] = {
    "reviews": review_row,
    "review_comments": review_comment_row,
    "issue_comments": issue_comment_row,
}
LATER = "d" * 40
EARLIER = "c" * 40


def whole(
    part: Part,
    keys: Collection[int] | Collection[str],
    *,
    second: float = 500,
    number: int = 12,
    repository_id: int = 1,
) -> WholePart:
    return WholePart(
        repository_id=repository_id,
        pull_request_number=number,
        part=part,
        keys=keys,
        captured_at=at(second),
    )


def gone(database: Database, table: str) -> dict[int, object]:
    return {row["id"]: row["gone_at"] for row in database.rows(table) if row["gone_at"]}


def files(second: float, head: str, *paths: str) -> Batch:
    """A whole listing of the files of pull request 12: rows, coverage and what it is whole of."""
    seen = {"captured_at": at(second), "head_sha": head}
    return Batch(
        rows={
            # The coverage first: the order of tables must not matter.
            "pull_request_coverage": [
                pull_coverage_row(part="file_changes", item_count=len(paths), **seen),
            ],
            "file_changes": [change_row(path=path, **seen) for path in paths],
        },
        whole_parts=[whole("file_changes", list(paths), second=second)],
    )


def set_of_files(database: Database) -> list[tuple[str, str]]:
    return [(row["path"], row["head_sha"]) for row in database.rows("file_changes")]


@pytest.mark.parametrize("part", WITH_IDS)
def test_what_a_whole_listing_does_not_show_is_gone_since_then(database: Database, part: Part) -> None:
    row = WITH_IDS[part]
    rows = [row(id=n) for n in (1, 2, 3)]
    others = [row(id=7, pull_request_number=13), row(id=8, repository_id=2)]
    database.store.write(batch(**{part: [*rows, *others]}))
    listing = Batch(whole_parts=[whole(part, [1, 3])])
    assert database.store.write(listing).updated == {part: 1}
    assert gone(database, part) == {2: at(500)}
    assert database.store.write(Batch(whole_parts=[whole(part, [1, 3], second=900)])).updated == {}
    assert gone(database, part) == {2: at(500)}


@pytest.mark.parametrize("part", WITH_IDS)
def test_a_listing_cannot_tell_of_what_was_seen_later(database: Database, part: Part) -> None:
    row = WITH_IDS[part]
    database.store.write(batch(**{part: [row(id=1, captured_at=at(500)), row(id=2, captured_at=at(501))]}))
    database.store.write(Batch(whole_parts=[whole(part, [])]))
    assert gone(database, part) == {1: at(500)}


def test_one_part_tells_nothing_of_another(database: Database) -> None:
    database.store.write(batch(**{part: row(id=5) for part, row in WITH_IDS.items()}))
    database.store.write(Batch(whole_parts=[whole("review_comments", [])]))
    assert [bool(gone(database, part)) for part in WITH_IDS] == [False, True, False]


def test_what_a_listing_shows_again_is_back_and_counts_once(database: Database) -> None:
    database.store.write(batch(reviews=[review_row(id=1), review_row(id=2)]))
    database.store.write(Batch(whole_parts=[whole("reviews", [])]))
    again = Batch(
        rows={"reviews": [review_row(id=1, captured_at=at(600))]},
        whole_parts=[whole("reviews", [1], second=600)],
    )
    assert database.store.write(again).updated == {"reviews": 1}
    assert gone(database, "reviews") == {2: at(500)}


def test_what_is_new_is_only_that_even_where_its_batch_says_that_it_is_gone(database: Database) -> None:
    database.store.write(batch(reviews=review_row(id=1)))
    contradiction = Batch(
        rows={"reviews": [review_row(id=1, body="edited", captured_at=at(9)), review_row(id=2)]},
        whole_parts=[whole("reviews", [])],
    )
    written = database.store.write(contradiction)
    # The old one has two hands on it: an observation, and our bookkeeping.
    assert (written.inserted, written.updated) == ({"reviews": 1}, {"reviews": 2})
    assert gone(database, "reviews") == {1: at(500), 2: at(500)}


def test_many_pull_requests_and_a_giant_are_listed_in_one_batch(database: Database) -> None:
    small = [review_row(id=10 * n + k, pull_request_number=n) for n in range(1, 601) for k in (0, 1)]
    giant = [review_row(id=100_000 + n, pull_request_number=1_000) for n in range(1_200)]
    database.store.write(batch(reviews=[*small, *giant]))
    listed = [whole("reviews", [10 * n], number=n) for n in range(1, 601)]
    listed.append(whole("reviews", {100_000}, number=1_000))
    assert database.store.write(Batch(whole_parts=listed)).updated == {"reviews": 600 + 1_199}
    assert len(gone(database, "reviews")) == 600 + 1_199


# -- changed files: a set ------------------------------------------------------------------------------


def test_files_are_replaced_as_a_set_and_what_goes_is_not_counted(database: Database) -> None:
    database.store.write(files(0, EARLIER, "a", "b", "c"))
    others = [change_row(pull_request_number=13), change_row(repository_id=2, path="b", head_sha=EARLIER)]
    database.store.write(batch(file_changes=others))
    written = database.store.write(files(9, LATER, "b", "d"))
    assert written.inserted == {"file_changes": 1}
    assert written.updated == {"file_changes": 1, "pull_request_coverage": 1}
    assert [
        row["path"] for row in database.rows("file_changes", pull_request_number=12, repository_id=1)
    ] == [
        "b",
        "d",
    ]
    assert len(database.rows("file_changes")) == 4


def test_a_pull_request_without_files_any_more_has_none(database: Database) -> None:
    database.store.write(files(0, EARLIER, "a", "b"))
    database.store.write(files(9, LATER))
    assert set_of_files(database) == []


@pytest.mark.parametrize("in_order", [True, False])
def test_whichever_set_arrives_last_the_later_one_stays(database: Database, in_order: bool) -> None:
    sets = [files(0, EARLIER, "a", "b", "c"), files(9, LATER, "b", "d")]
    for listing in sets if in_order else reversed(sets):
        database.store.write(listing)
    assert set_of_files(database) == [("b", LATER), ("d", LATER)]
    for listing in sets:
        written = database.store.write(listing)
        assert (written.inserted, written.updated) == ({}, {})
    assert set_of_files(database) == [("b", LATER), ("d", LATER)]


def test_a_listing_cannot_tell_of_a_file_that_was_seen_later(database: Database) -> None:
    database.store.write(batch(file_changes=change_row(path="late", captured_at=at(501))))
    database.store.write(files(500, EARLIER, "a"))
    assert set_of_files(database) == [("a", EARLIER), ("late", EARLIER)]


def test_a_page_of_an_earlier_head_does_not_stay_even_where_the_set_counts_on_it(database: Database) -> None:
    pages = [change_row(path="a", head_sha=EARLIER), change_row(path="b", head_sha=None)]
    database.store.write(batch(file_changes=pages))
    last = files(9, LATER, "c")
    counted = [whole("file_changes", ["a", "b", "c"], second=9)]
    database.store.write(Batch(rows=last.rows, whole_parts=counted))
    assert [row["path"] for row in database.rows("file_changes")] == ["b", "c"]


def test_pages_that_were_fetched_before_somebody_else_listed_the_set_are_whole_with_the_last(
    database: Database,
) -> None:
    database.store.write(files(5, LATER, "a"))
    mine = files(9, LATER, "a", "b")
    rows = [row | {"captured_at": at(4)} for row in mine.rows["file_changes"]]
    database.store.write(Batch(rows={**mine.rows, "file_changes": rows}, whole_parts=mine.whole_parts))
    assert set_of_files(database) == [("a", LATER), ("b", LATER)]


def test_an_earlier_look_still_says_where_a_file_of_the_set_came_from(database: Database) -> None:
    listing = files(9, LATER, "new")
    rows = [row | {"status": "renamed"} for row in listing.rows["file_changes"]]
    database.store.write(Batch(rows={**listing.rows, "file_changes": rows}, whole_parts=listing.whole_parts))
    by_rest = [
        change_row(path=path, status="renamed", previous_path=f"old {path}") for path in ("new", "left out")
    ]
    database.store.write(batch(file_changes=by_rest))
    assert [(row["path"], row["previous_path"]) for row in database.rows("file_changes")] == [
        ("new", "old new")
    ]


def test_where_a_file_came_from_outlives_the_replacement_of_its_set(database: Database) -> None:
    moved = change_row(path="new", status="renamed", previous_path="old")
    database.store.write(batch(file_changes=moved))
    listing = files(9, EARLIER, "new")
    rows = [row | {"status": "renamed"} for row in listing.rows["file_changes"]]
    database.store.write(Batch(rows={**listing.rows, "file_changes": rows}, whole_parts=listing.whole_parts))
    assert database.row("file_changes")["previous_path"] == "old"


def test_three_thousand_files_are_replaced(database: Database) -> None:
    paths = [f"src/{n:04}.py" for n in range(3_000)]
    database.store.write(files(0, EARLIER, *paths))
    written = database.store.write(files(9, LATER, *paths[1_500:], "new.py"))
    assert written.inserted == {"file_changes": 1}
    assert written.updated == {"file_changes": 1_500, "pull_request_coverage": 1}
    assert set_of_files(database) == [("new.py", LATER), *((path, LATER) for path in paths[1_500:])]
