"""Reviews: one row, whether REST, a webhook or GraphQL showed it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pull_request_payloads import HOSTILE, HOSTILE_KEPT, LONG, NOW, PULL_REQUEST, review_node

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.reviews import review_from_node, review_row
from progressive_capture.lib.normalize.rows import ReviewRow

REVIEW: dict[str, Any] = {
    "id": 71,
    "node_id": "PRR_71",
    "user": {"login": "hubot"},
    "body": "Please wait.",
    "state": "CHANGES_REQUESTED",
    "submitted_at": "2026-11-01T11:04:00Z",
    "commit_id": "c" * 40,
    "pull_request_url": "https://api.github.com/repos/octocat/hello-world/pulls/12",
}
ROW = {
    "repository_id": 3,
    "captured_at": NOW,
    "id": 71,
    "node_id": "PRR_71",
    "pull_request_number": 12,
    "author_login": "hubot",
    "state": "CHANGES_REQUESTED",
    "body": "Please wait.",
    "is_minimized": False,
    "created_at": datetime(2026, 11, 1, 11, tzinfo=UTC),
    "updated_at": datetime(2026, 11, 1, 11, 5, tzinfo=UTC),
    "submitted_at": datetime(2026, 11, 1, 11, 4, tzinfo=UTC),
}
NOT_IN_REST = {"is_minimized": None, "created_at": None, "updated_at": None}


def row(**changes: Any) -> ReviewRow:
    return review_row(REVIEW | changes, **PULL_REQUEST)


def row_of_node(**changes: Any) -> ReviewRow:
    return review_from_node(review_node(71, **changes), **PULL_REQUEST)


def test_the_row_of_a_review_from_graphql() -> None:
    assert row_of_node() == ROW


def test_rest_says_the_same_but_for_what_it_does_not_know() -> None:
    assert row() == ROW | NOT_IN_REST


def test_what_is_absent_is_null_and_every_key_is_there() -> None:
    bare = review_row({"id": 71}, **PULL_REQUEST)

    assert bare == dict.fromkeys(ROW) | PULL_REQUEST | {"id": 71}
    assert review_from_node({"fullDatabaseId": "71"}, **PULL_REQUEST) == bare


def test_a_pending_review_has_no_date_of_submission() -> None:
    assert row(state="PENDING", submitted_at=None)["submitted_at"] is None
    assert row_of_node(state="PENDING", submittedAt=None) == {**ROW, "state": "PENDING", "submitted_at": None}


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        ("APPROVED", "APPROVED"),
        ("approved", "APPROVED"),
        ("changes_requested", "CHANGES_REQUESTED"),
        ("PONDERED", "PONDERED"),
        ("", None),
        (None, None),
    ],
)
def test_states_are_upper_case_and_later_ones_are_kept(state: str | None, kept: str | None) -> None:
    assert row(state=state)["state"] == kept
    assert row_of_node(state=state)["state"] == kept


def test_an_app_has_the_same_login_whether_rest_or_graphql_shows_it() -> None:
    for author, login in (
        ({"__typename": "Bot", "login": "renovate"}, "renovate[bot]"),
        ({"__typename": "Bot", "login": "renovate[bot]"}, "renovate[bot]"),
        ({"__typename": "User", "login": "renovate"}, "renovate"),
    ):
        assert row_of_node(author=author)["author_login"] == login


def test_a_deleted_reviewer_is_null() -> None:
    assert row(user=None)["author_login"] is None
    assert row_of_node(author=None)["author_login"] is None


def test_a_minimized_review_is_told_by_graphql() -> None:
    assert row_of_node(isMinimized=True)["is_minimized"] is True
    assert row_of_node(isMinimized=None)["is_minimized"] is None


@pytest.mark.parametrize(("body", "kept"), [(HOSTILE, HOSTILE_KEPT), (LONG, LONG), ("", ""), (None, None)])
def test_bodies_are_kept_whole_and_fit_for_storage(body: str | None, kept: str | None) -> None:
    assert row(body=body)["body"] == kept
    assert row_of_node(body=body)["body"] == kept


@pytest.mark.parametrize(
    "changes", [{"id": None}, {"id": "71"}, {"body": 5}, {"state": 1}, {"user": []}, {"submitted_at": 5}]
)
def test_another_type_than_documented_is_an_error(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPayloadError, match="review"):
        row(**changes)


@pytest.mark.parametrize(
    "changes",
    [{"fullDatabaseId": None}, {"isMinimized": 0}, {"createdAt": "soon"}, {"updatedAt": 1}, {"author": 1}],
)
def test_another_type_than_documented_is_an_error_in_a_node(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPayloadError, match=r"review ('71'|None)"):
        row_of_node(**changes)
