"""Pull requests: one row, whether REST or GraphQL showed it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pull_request_payloads import HOSTILE, HOSTILE_KEPT, LONG, NOW, OBSERVED, pull_node

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.pull_requests import pull_request_from_node, pull_request_row
from progressive_capture.lib.normalize.rows import PullRequestRow

PULL: dict[str, Any] = {
    "id": 3_000_000_012,
    "node_id": "PR_kwDO1",
    "number": 12,
    "title": "Wait for the review 🚀",
    "state": "open",
    "draft": True,
    "merged": False,
    "user": {"login": "octocat", "id": 1},
    "base": {"ref": "main", "sha": "b" * 40, "repo": {"id": 3}},
    "head": {"ref": "feature/wait", "sha": "c" * 40, "repo": {"id": 4_000_000_000}},
    "additions": 10,
    "deletions": 2,
    "changed_files": 3,
    "created_at": "2026-11-01T10:00:00Z",
    "updated_at": "2026-11-02T10:00:00Z",
    "closed_at": None,
    "merged_at": None,
}
ROW = {
    "repository_id": 3,
    "captured_at": NOW,
    "id": 3_000_000_012,
    "node_id": "PR_kwDO1",
    "number": 12,
    "title": "Wait for the review 🚀",
    "state": "open",
    "draft": True,
    "merged": False,
    "author_login": "octocat",
    "base_ref": "main",
    "head_ref": "feature/wait",
    "head_sha": "c" * 40,
    "head_repository_id": 4_000_000_000,
    "additions": 10,
    "deletions": 2,
    "changed_files": 3,
    "created_at": datetime(2026, 11, 1, 10, tzinfo=UTC),
    "updated_at": datetime(2026, 11, 2, 10, tzinfo=UTC),
    "closed_at": None,
    "merged_at": None,
}


def row(**changes: Any) -> PullRequestRow:
    return pull_request_row(PULL | changes, **OBSERVED)


def row_of_node(**changes: Any) -> PullRequestRow:
    return pull_request_from_node(pull_node(**changes), **OBSERVED)


def test_rest_and_graphql_give_the_same_row() -> None:
    assert row() == ROW
    assert row_of_node() == ROW


def test_what_is_absent_is_null_and_every_key_is_there() -> None:
    bare = pull_request_row({"id": 1, "number": 2}, **OBSERVED)

    assert bare == dict.fromkeys(ROW) | OBSERVED | {"id": 1, "number": 2}
    assert pull_request_from_node({"fullDatabaseId": "1", "number": 2}, **OBSERVED) == bare


@pytest.mark.parametrize("key", [key for key in PULL if key not in {"id", "number", "merged_at"}])
def test_null_is_taken_for_absent(key: str) -> None:
    without = {name: value for name, value in PULL.items() if name != key}

    assert row(**{key: None}) == pull_request_row(without, **OBSERVED)


@pytest.mark.parametrize("key", [key for key in pull_node() if key not in {"fullDatabaseId", "number"}])
def test_null_is_taken_for_absent_in_a_node(key: str) -> None:
    without = {name: value for name, value in pull_node().items() if name != key}

    assert row_of_node(**{key: None}) == pull_request_from_node(without, **OBSERVED)


def test_a_merged_one_is_closed_as_in_rest() -> None:
    merged = row_of_node(state="MERGED", merged=True, mergedAt="2026-11-03T08:00:00Z")

    assert (merged["state"], merged["merged"]) == ("closed", True)
    assert merged["merged_at"] == datetime(2026, 11, 3, 8, tzinfo=UTC)
    assert row_of_node(state="MERGED", merged=None)["merged"] is True


def test_one_closed_without_merging_is_not_merged() -> None:
    closed = row_of_node(state="CLOSED", closedAt="2026-11-03T08:00:00Z")

    assert (closed["state"], closed["merged"]) == ("closed", False)
    assert closed["closed_at"] == datetime(2026, 11, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(("merged_at", "merged"), [(None, False), ("2026-11-03T08:00:00Z", True)])
def test_a_listing_says_by_the_time_whether_it_was_merged(merged_at: str | None, *, merged: bool) -> None:
    item = {key: value for key, value in PULL.items() if key != "merged"} | {"merged_at": merged_at}

    assert pull_request_row(item, **OBSERVED)["merged"] is merged


def test_a_state_that_github_adds_later_is_kept() -> None:
    assert row(state="parked")["state"] == "parked"
    assert row_of_node(state="PARKED")["state"] == "parked"


def test_deleted_accounts_and_forks_are_null() -> None:
    gone = row(user=None, head=PULL["head"] | {"repo": None})

    assert gone == {**ROW, "author_login": None, "head_repository_id": None}
    assert row_of_node(author=None, headRepository=None) == gone


@pytest.mark.parametrize(("title", "kept"), [(HOSTILE, HOSTILE_KEPT), (LONG, LONG), ("", "")])
def test_titles_are_kept_whole_and_fit_for_storage(title: str, kept: str) -> None:
    assert row(title=title)["title"] == kept
    assert row_of_node(title=title)["title"] == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": "3000000012"},
        {"number": None},
        {"number": 1.0},
        {"title": 5},
        {"state": ["open"]},
        {"draft": "no"},
        {"merged": 0},
        {"user": "octocat"},
        {"user": {"login": 1}},
        {"base": "main"},
        {"head": ["main"]},
        {"head": {"repo": {"id": "4"}}},
        {"changed_files": True},
        {"additions": 2**63},
        {"updated_at": "yesterday"},
    ],
    ids=str,
)
def test_another_type_than_documented_is_an_error(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPayloadError, match="pull request"):
        row(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"fullDatabaseId": None},
        {"fullDatabaseId": "twelve"},
        {"fullDatabaseId": "-1"},
        {"fullDatabaseId": "1.0"},
        {"fullDatabaseId": " 1"},
        {"fullDatabaseId": "٣"},
        {"fullDatabaseId": ""},
        {"fullDatabaseId": "9223372036854775808"},
        {"fullDatabaseId": "9" * 5_000},
        {"fullDatabaseId": True},
        {"fullDatabaseId": 1.5},
        {"number": "12"},
        {"isDraft": "true"},
        {"merged": 1},
        {"author": "octocat"},
        {"headRepository": {"databaseId": "4"}},
        {"mergedAt": 5},
    ],
    ids=lambda changes: ascii(changes)[:40],
)
def test_another_type_than_documented_is_an_error_in_a_node(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPayloadError, match="pull request"):
        row_of_node(**changes)


def test_an_error_names_the_field_and_the_pull_request() -> None:
    with pytest.raises(UnexpectedPayloadError, match=r"head\.repo\.id of pull request 12 as str"):
        row(head={"repo": {"id": "4"}})
    with pytest.raises(UnexpectedPayloadError, match="pull request 12 without fullDatabaseId"):
        row_of_node(fullDatabaseId=None)


@pytest.mark.parametrize(
    ("written", "number"),
    [("1", 1), ("9223372036854775807", 2**63 - 1), ("0", 0), (7, 7)],
)
def test_ids_are_numbers_written_as_text(written: object, number: int) -> None:
    assert row_of_node(fullDatabaseId=written)["id"] == number


@pytest.mark.parametrize("payload", [None, [], "pull request", 12])
def test_what_is_no_object_is_an_error(payload: Any) -> None:
    with pytest.raises(UnexpectedPayloadError, match="in the place of a pull request"):
        pull_request_row(payload, **OBSERVED)
    with pytest.raises(UnexpectedPayloadError, match="in the place of a pull request"):
        pull_request_from_node(payload, **OBSERVED)
