"""What a store is asked about pull requests: which parts are to do, and what is known of them."""

from __future__ import annotations

from typing import Any

import pytest
from store_databases import Database
from store_rows import at, batch, change_row, pull_coverage_row, pull_row, review_row

from progressive_capture.lib.normalize.rows import Batch, Part, WholePart
from progressive_capture.lib.store.pull_request_contract import (
    REST_CANNOT_TELL,
    PullToCapture,
    UpdatedSpan,
)
from progressive_capture.lib.store.queries import PAGE

PARTS: list[Part] = ["reviews", "review_comments", "issue_comments", "file_changes"]


def to_do(database: Database, part: Part = "reviews", span: UpdatedSpan | None = None) -> list[int]:
    numbers = [pull.number for pull in database.store.pulls_without(1, part, span)]
    assert database.store.count_pulls_without(1, part, span) == len(numbers)
    return numbers


def pulls(updated: dict[int, int | None], **values: Any) -> list[dict[str, Any]]:
    """Pull requests by number, with the second of their last update."""
    return [
        pull_row(
            id=9000 + number,
            number=number,
            updated_at=None if second is None else at(second),
            **values,
        )
        for number, second in updated.items()
    ]


# -- which parts are to do -----------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_a_pull_request_to_do_comes_with_the_state_that_is_known_until_it_is_covered(
    database: Database, part: Part
) -> None:
    database.store.write(batch(pull_requests=pull_row()))
    assert list(database.store.pulls_without(1, part)) == [
        PullToCapture(
            pull_request_id=9000,
            node_id="PR_9000",
            number=12,
            updated_at=at(-30),
            head_sha="c" * 40,
            changed_files=1,
        )
    ]
    others = [pull_coverage_row(part=other) for other in PARTS if other != part]
    foreign = [
        pull_coverage_row(part=part, repository_id=2),
        pull_coverage_row(part=part, pull_request_number=13),
    ]
    database.store.write(batch(pull_request_coverage=[*others, *foreign]))
    assert to_do(database, part) == [12]
    database.store.write(batch(pull_request_coverage=pull_coverage_row(part=part)))
    assert to_do(database, part) == []


@pytest.mark.parametrize("part", PARTS)
def test_files_are_those_of_a_head_and_all_else_is_of_an_update(database: Database, part: Part) -> None:
    database.store.write(batch(pull_requests=pull_row(), pull_request_coverage=pull_coverage_row(part=part)))
    updated = pull_row(captured_at=at(5), updated_at=at(4))
    database.store.write(batch(pull_requests=updated))
    assert to_do(database, part) == ([] if part == "file_changes" else [12])
    covered = pull_coverage_row(part=part, captured_at=at(6), pull_request_updated_at=at(4))
    database.store.write(batch(pull_request_coverage=covered))
    assert to_do(database, part) == []
    database.store.write(batch(pull_requests=updated | {"captured_at": at(7), "head_sha": "e" * 40}))
    assert to_do(database, part) == ([12] if part == "file_changes" else [])


def test_a_state_that_nobody_knows_is_covered_by_a_coverage_that_says_so(database: Database) -> None:
    database.store.write(batch(pull_requests=pull_row(updated_at=None, head_sha=None)))
    coverages = [pull_coverage_row(part=part) for part in ("reviews", "file_changes")]
    database.store.write(batch(pull_request_coverage=coverages))
    assert (to_do(database), to_do(database, "file_changes")) == ([12], [12])
    unknown = {"captured_at": at(1), "pull_request_updated_at": None, "head_sha": None}
    database.store.write(batch(pull_request_coverage=[row | unknown for row in coverages]))
    assert (to_do(database), to_do(database, "file_changes")) == ([], [])


def test_those_updated_last_come_first_and_gone_ones_and_others_not_at_all(database: Database) -> None:
    rows = pulls({1: 30, 2: None, 3: 10, 4: 30, 5: 20, 6: None, 7: 40})
    database.store.write(batch(pull_requests=[*rows, pull_row(repository_id=2)]))
    database.change("UPDATE pull_requests SET gone_at = captured_at WHERE number = 7", {})
    assert to_do(database) == [4, 1, 5, 3, 6, 2]


def test_pull_requests_to_do_follow_the_span_of_their_update(database: Database) -> None:
    database.store.write(batch(pull_requests=pulls({1: 10, 2: 20, 3: 30, 4: None})))
    assert to_do(database, span=UpdatedSpan(updated_from=at(20))) == [3, 2]
    assert to_do(database, span=UpdatedSpan(updated_to=at(20))) == [2, 1]
    assert to_do(database, span=UpdatedSpan(updated_from=at(11), updated_to=at(29))) == [2]
    assert to_do(database, span=UpdatedSpan()) == [3, 2, 1, 4]


def test_a_walk_over_many_pages_gives_each_once_while_they_are_covered_and_updated(
    database: Database,
) -> None:
    many = 2 * PAGE + 3
    # Many in one second, so that a page ends inside it; a third at no known time.
    rows = pulls({n: None if n % 3 == 0 else n // 700 for n in range(many)})
    database.store.write(batch(pull_requests=rows))
    seen = []
    for pull in database.store.pulls_without(1, "reviews"):
        seen.append(pull.number)
        if pull.number % 50 == 0:
            row = rows[pull.number] | {"captured_at": at(9_000), "updated_at": at(9_000)}
            covered = pull_coverage_row(
                pull_request_number=pull.number, pull_request_updated_at=pull.updated_at
            )
            database.store.write(
                batch(pull_request_coverage=covered)
                if pull.number % 100
                else batch(pull_requests=row)  # it would stand before all others now
            )
    dated = sorted((n for n in range(many) if n % 3), key=lambda n: (n // 700, n), reverse=True)
    assert seen == [*dated, *(n for n in reversed(range(many)) if n % 3 == 0)]


# -- reviews, renames ----------------------------------------------------------------------------------


def test_reviews_are_told_by_pull_request_without_those_that_are_gone(database: Database) -> None:
    rows = [
        review_row(id=3, node_id="third"),
        review_row(id=1, node_id="first"),
        review_row(id=2, node_id=None),
        review_row(id=4, node_id="gone"),
        review_row(id=5, node_id="other", pull_request_number=13),
        review_row(id=6, node_id="not asked for", pull_request_number=14),
        review_row(id=7, node_id="foreign", repository_id=2),
    ]
    whole = WholePart(
        repository_id=1, pull_request_number=12, part="reviews", keys={1, 2, 3}, captured_at=at(5)
    )
    database.store.write(Batch(rows={"reviews": rows}, whole_parts=[whole]))
    assert database.store.reviews_of(1, [13, 12, 99]) == {12: ["first", "third"], 13: ["other"], 99: []}
    assert database.store.reviews_of(1, []) == {}


def test_pull_requests_with_a_rename_from_nobody_knows_where_are_told_once(database: Database) -> None:
    files = {
        1: [{"status": "renamed"}, {"status": "renamed"}, {"status": "modified"}],
        2: [{"status": "copied"}],
        3: [{"status": "renamed", "previous_path": "old"}],
        4: [{"status": "added"}],
        5: [{"status": "renamed"}],
        6: [{"status": "renamed"}],
        7: [{"status": "renamed"}],
    }
    rows = [
        change_row(pull_request_number=number, path=f"{position}", **values)
        for number, changes in files.items()
        for position, values in enumerate(changes)
    ]
    coverages = [
        pull_coverage_row(pull_request_number=5, part="file_changes", reason="REST lists 3,000 files"),
        pull_coverage_row(pull_request_number=1, part="file_changes", reason="the rest was not listed"),
        pull_coverage_row(pull_request_number=2, part="file_changes"),
        pull_coverage_row(pull_request_number=6, part="reviews", reason="REST does not tell"),
        pull_coverage_row(pull_request_number=6, part="file_changes", repository_id=2, reason="REST"),
    ]
    database.store.write(
        batch(
            file_changes=[*rows, change_row(status="renamed", repository_id=2, pull_request_number=9)],
            pull_request_coverage=coverages,
            pull_requests=pulls({6: 1, 7: 1}),
        )
    )
    database.change("UPDATE pull_requests SET gone_at = captured_at WHERE number = 7", {})
    assert list(database.store.renames_without_previous_path(1)) == [6, 2, 1]
    assert REST_CANNOT_TELL == "REST"
    told = change_row(pull_request_number=2, path="0", status="copied", previous_path="somewhere")
    database.store.write(batch(file_changes=told))
    assert list(database.store.renames_without_previous_path(1)) == [6, 1]


def test_renames_go_on_over_pages_while_they_are_told(database: Database) -> None:
    many = 2 * PAGE + 1
    rows = [
        change_row(pull_request_number=number, path=path, status="renamed")
        for number in range(many)
        for path in ("a", "b")
    ]
    database.store.write(batch(file_changes=rows))
    seen = []
    for number in database.store.renames_without_previous_path(1):
        seen.append(number)
        if number % 50 == 0:
            told = [row | {"previous_path": "old"} for row in rows[2 * number : 2 * number + 2]]
            database.store.write(batch(file_changes=told))
    assert seen == list(range(many - 1, -1, -1))
    assert len(list(database.store.renames_without_previous_path(1))) == sum(1 for n in range(many) if n % 50)


# -- what is known -------------------------------------------------------------------------------------


def test_the_oldest_coverage_of_some_parts_is_told(database: Database) -> None:
    times = {("reviews", 1): 5, ("reviews", 2): 7, ("issue_comments", 1): 3, ("file_changes", 1): 1}
    rows = [
        pull_coverage_row(part=part, pull_request_number=number, captured_at=at(second))
        for (part, number), second in times.items()
    ]
    database.store.write(
        batch(pull_request_coverage=[*rows, pull_coverage_row(repository_id=2, captured_at=at(-9))])
    )
    oldest = database.store.oldest_part_captured_at
    assert oldest(1, ["reviews"]) == at(5)
    assert oldest(1, ["reviews", "issue_comments"]) == at(3)
    assert oldest(1, ["review_comments"]) is oldest(1, []) is None


def test_pull_requests_are_known_by_number_gone_ones_too(database: Database) -> None:
    rows = pulls(dict.fromkeys(range(1, PAGE + 5), 1))
    database.store.write(batch(pull_requests=[*rows, pull_row(repository_id=2, number=999_999)]))
    database.change("UPDATE pull_requests SET gone_at = captured_at WHERE number = 3", {})
    assert database.store.known_pulls(1, [2, 3, 999_999, -1]) == {2, 3}
    assert database.store.known_pulls(1, range(PAGE + 100)) == set(range(1, PAGE + 5))
    assert database.store.known_pulls(1, []) == set()


def test_one_pull_request_is_told_as_it_is_stored(database: Database) -> None:
    database.store.write(batch(pull_requests=[pull_row(), pull_row(id=1, repository_id=2, title="other")]))
    assert database.store.pull_request(1, 12) == pull_row() | {"gone_at": None}
    assert database.store.pull_request(1, 13) is None


def test_every_question_about_pull_requests_is_answered_on_an_empty_database(database: Database) -> None:
    assert [to_do(database, part) for part in PARTS] == [[]] * 4
    assert list(database.store.renames_without_previous_path(1)) == []
    assert database.store.reviews_of(1, [1]) == {1: []}
    assert database.store.oldest_part_captured_at(1, PARTS) is None
