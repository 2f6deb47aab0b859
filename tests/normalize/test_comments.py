"""Comments: on a line of the changes, and in a conversation, which may be an issue's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pull_request_payloads import (
    HOSTILE,
    HOSTILE_KEPT,
    LONG,
    NOW,
    OBSERVED,
    PULL_REQUEST,
    issue_comment_node,
    review_comment_node,
)

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.comments import (
    issue_comment_from_node,
    issue_comment_row,
    review_comment_from_node,
    review_comment_row,
)
from progressive_capture.lib.normalize.rows import IssueCommentRow, ReviewCommentRow

API = "https://api.github.com/repos/octocat/hello-world"
PAGE = "https://github.com/octocat/hello-world"
REVIEW_COMMENT: dict[str, Any] = {
    "id": 81,
    "node_id": "PRRC_81",
    "pull_request_review_id": 71,
    "pull_request_url": f"{API}/pulls/12",
    "html_url": f"{PAGE}/pull/12#discussion_r81",
    "diff_hunk": "@@ -1 +1 @@",
    "path": "src/größe.py",
    "line": 7,
    "user": {"login": "hubot"},
    "body": "Here?",
    "created_at": "2026-11-01T11:01:00Z",
    "updated_at": "2026-11-01T11:02:00Z",
}
REVIEW_COMMENT_ROW = {
    "repository_id": 3,
    "captured_at": NOW,
    "id": 81,
    "pull_request_number": 12,
    "review_id": 71,
    "author_login": "hubot",
    "body": "Here?",
    "path": "src/größe.py",
    "line": 7,
    "in_reply_to_id": None,
    "is_minimized": False,
    "created_at": datetime(2026, 11, 1, 11, 1, tzinfo=UTC),
    "updated_at": datetime(2026, 11, 1, 11, 2, tzinfo=UTC),
}
ISSUE_COMMENT: dict[str, Any] = {
    "id": 91,
    "node_id": "IC_91",
    "issue_url": f"{API}/issues/12",
    "html_url": f"{PAGE}/pull/12#issuecomment-91",
    "user": {"login": "octocat"},
    "body": "Done.",
    "created_at": "2026-11-01T12:00:00Z",
    "updated_at": "2026-11-01T12:30:00Z",
}
ISSUE_COMMENT_ROW = {
    "repository_id": 3,
    "captured_at": NOW,
    "id": 91,
    "pull_request_number": 12,
    "author_login": "octocat",
    "body": "Done.",
    "is_minimized": False,
    "created_at": datetime(2026, 11, 1, 12, tzinfo=UTC),
    "updated_at": datetime(2026, 11, 1, 12, 30, tzinfo=UTC),
}


def on_a_line(**changes: Any) -> ReviewCommentRow:
    return review_comment_row(REVIEW_COMMENT | changes, **OBSERVED)


def on_a_line_by_node(**changes: Any) -> ReviewCommentRow:
    return review_comment_from_node(review_comment_node(81, **changes), **PULL_REQUEST)


def in_conversation(**changes: Any) -> IssueCommentRow | None:
    return issue_comment_row(ISSUE_COMMENT | changes, **OBSERVED)


def in_conversation_by_node(**changes: Any) -> IssueCommentRow:
    return issue_comment_from_node(issue_comment_node(91, **changes), **PULL_REQUEST)


def the_row(row: IssueCommentRow | None) -> IssueCommentRow:
    assert row is not None
    return row


def test_a_review_comment_is_the_same_from_both_but_for_what_rest_does_not_know() -> None:
    assert on_a_line_by_node() == REVIEW_COMMENT_ROW
    assert on_a_line() == {**REVIEW_COMMENT_ROW, "is_minimized": None}


def test_an_issue_comment_is_the_same_from_both_but_for_what_rest_does_not_know() -> None:
    assert in_conversation_by_node() == ISSUE_COMMENT_ROW
    assert in_conversation() == {**ISSUE_COMMENT_ROW, "is_minimized": None}


def test_what_is_absent_is_null_and_every_key_is_there() -> None:
    bare = review_comment_row({"id": 81, "pull_request_url": f"{API}/pulls/12"}, **OBSERVED)
    assert bare == dict.fromkeys(REVIEW_COMMENT_ROW) | PULL_REQUEST | {"id": 81}
    assert review_comment_from_node({"fullDatabaseId": "81"}, **PULL_REQUEST) == bare

    spoken = issue_comment_row({"id": 91, "html_url": f"{PAGE}/pull/12#issuecomment-91"}, **OBSERVED)
    assert spoken == dict.fromkeys(ISSUE_COMMENT_ROW) | PULL_REQUEST | {"id": 91}
    assert issue_comment_from_node({"fullDatabaseId": "91"}, **PULL_REQUEST) == spoken


def test_a_reply_names_what_it_answers() -> None:
    assert on_a_line(in_reply_to_id=80)["in_reply_to_id"] == 80
    assert on_a_line_by_node(replyTo={"fullDatabaseId": "80"})["in_reply_to_id"] == 80


def test_an_outdated_comment_has_no_line() -> None:
    assert on_a_line(line=None, original_line=7)["line"] is None
    assert on_a_line_by_node(line=None)["line"] is None


def test_a_comment_without_a_review_is_kept() -> None:
    assert on_a_line(pull_request_review_id=None)["review_id"] is None
    assert on_a_line_by_node(pullRequestReview=None)["review_id"] is None


def test_deleted_authors_are_null() -> None:
    assert on_a_line(user=None)["author_login"] is None
    assert on_a_line_by_node(author=None)["author_login"] is None
    assert the_row(in_conversation(user=None))["author_login"] is None
    assert in_conversation_by_node(author=None)["author_login"] is None


def test_minimized_comments_are_told_by_graphql() -> None:
    assert on_a_line_by_node(isMinimized=True)["is_minimized"] is True
    assert in_conversation_by_node(isMinimized=True)["is_minimized"] is True


@pytest.mark.parametrize(("body", "kept"), [(HOSTILE, HOSTILE_KEPT), (LONG, LONG), ("", "")])
def test_bodies_are_kept_whole_and_fit_for_storage(body: str, kept: str) -> None:
    assert on_a_line(body=body)["body"] == kept
    assert on_a_line_by_node(body=body)["body"] == kept
    assert the_row(in_conversation(body=body))["body"] == kept
    assert in_conversation_by_node(body=body)["body"] == kept


@pytest.mark.parametrize(
    "page",
    [
        f"{PAGE}/issues/12#issuecomment-91",
        "https://github.com/pull/7/issues/12#issuecomment-91",
        "https://github.com/octocat/pull/issues/12?next=/pull/7#/pull/7",
    ],
)
def test_a_comment_on_an_issue_has_no_row(page: str) -> None:
    assert in_conversation(html_url=page) is None


@pytest.mark.parametrize(
    ("page", "number"),
    [
        (f"{PAGE}/pull/12#issuecomment-91", 12),
        (f"{PAGE}/pull/999999999", 999_999_999),
        ("https://github.example/octocat/issues/pull/7/#issuecomment-91", 7),
        ("https://github.com/issues/3/pull/7#issuecomment-91", 7),
        ("https://github.com/issues/3/pull/7?x=/issues/4#/issues/5", 7),
    ],
)
def test_the_page_names_the_pull_request(page: str, number: int) -> None:
    assert the_row(in_conversation(html_url=page))["pull_request_number"] == number


@given(
    owner=st.sampled_from(["o", "pull", "issues", "7"]), name=st.sampled_from(["r", "pull", "issues", "7"])
)
def test_no_name_of_a_repository_confuses_the_address(owner: str, name: str) -> None:
    page = f"https://github.com/{owner}/{name}"

    assert in_conversation(html_url=f"{page}/issues/5#issuecomment-91") is None
    assert the_row(in_conversation(html_url=f"{page}/pull/5#issuecomment-91"))["pull_request_number"] == 5
    address = f"https://api.github.com/repos/{owner}/{name}/pulls/5"
    assert on_a_line(pull_request_url=address)["pull_request_number"] == 5


@pytest.mark.parametrize(
    "address", [None, "", 5, f"{PAGE}/commit/12", f"{PAGE}/pull/new", f"{PAGE}/pull/12x", f"{PAGE}#/pull/12"]
)
def test_without_a_page_that_tells_what_it_is_about_a_comment_is_an_error(address: object) -> None:
    with pytest.raises(
        UnexpectedPayloadError, match=r"html_url of issue comment 91|comment 91 without html_url"
    ):
        in_conversation(html_url=address)
    with pytest.raises(UnexpectedPayloadError, match="comment 81"):
        on_a_line(pull_request_url=address)


@pytest.mark.parametrize(
    "changes",
    [{"id": None}, {"id": "81"}, {"body": 5}, {"user": 5}, {"created_at": "soon"}, {"updated_at": True}],
    ids=str,
)
def test_another_type_than_documented_is_an_error(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPayloadError, match="review comment"):
        on_a_line(**changes)
    with pytest.raises(UnexpectedPayloadError, match="issue comment"):
        in_conversation(**changes)


@pytest.mark.parametrize(
    "changes",
    [{"path": 5}, {"line": "7"}, {"in_reply_to_id": "80"}, {"pull_request_review_id": 1.5}],
    ids=str,
)
def test_another_type_on_a_line_is_an_error(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPayloadError, match="of review comment 81"):
        on_a_line(**changes)


@pytest.mark.parametrize(
    "changes",
    [{"fullDatabaseId": None}, {"body": 5}, {"author": 5}, {"createdAt": "soon"}, {"isMinimized": "no"}],
    ids=str,
)
def test_another_type_than_documented_is_an_error_in_a_node(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPayloadError, match="review comment"):
        on_a_line_by_node(**changes)
    with pytest.raises(UnexpectedPayloadError, match="issue comment"):
        in_conversation_by_node(**changes)


@pytest.mark.parametrize(
    "changes", [{"replyTo": {"fullDatabaseId": "x"}}, {"pullRequestReview": "71"}, {"line": 7.0}], ids=str
)
def test_another_type_on_a_line_is_an_error_in_a_node(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedPayloadError, match="review comment '81'"):
        on_a_line_by_node(**changes)
