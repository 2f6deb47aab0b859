"""Comments on the changes and in the conversation of a pull request, to their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.pull_request_values import (
    addressed,
    author_login,
    flag,
    full_id,
    required_full_id,
)
from progressive_capture.lib.normalize.rows import IssueCommentRow, ReviewCommentRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any


def review_comment_row(
    payload: Mapping[str, Any], *, repository_id: int, captured_at: datetime
) -> ReviewCommentRow:
    """The row of a comment on a line, such as an item of `GET …/pulls/comments`.

    Its page: https://docs.github.com/en/rest/pulls/comments. An outdated one has a null `line`, or none at
    all; only a reply has `in_reply_to_id`.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the id or the address of the
            pull request are missing.
    """
    comment = Fields.of(payload, "review comment")
    return ReviewCommentRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=comment.required_integer("id"),
        pull_request_number=addressed(comment, "pull_request_url").number,
        review_id=comment.integer("pull_request_review_id"),
        author_login=author_login(comment, "user"),
        body=comment.text("body"),
        path=comment.text("path"),
        line=comment.integer("line"),
        in_reply_to_id=comment.integer("in_reply_to_id"),
        is_minimized=None,
        created_at=comment.time("created_at"),
        updated_at=comment.time("updated_at"),
    )


def issue_comment_row(
    payload: Mapping[str, Any], *, repository_id: int, captured_at: datetime
) -> IssueCommentRow | None:
    """The row of a comment in a conversation; None where that is an issue's, not a pull request's.

    Such a comment is an item of `GET …/issues/comments`, where both kinds are mixed
    (https://docs.github.com/en/rest/issues/comments). Only the address of its page tells them apart.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the id or the address of the
            page are missing.
    """
    comment = Fields.of(payload, "issue comment")
    subject = addressed(comment, "html_url")
    if subject.kind == "issue":
        return None
    return IssueCommentRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=comment.required_integer("id"),
        pull_request_number=subject.number,
        author_login=author_login(comment, "user"),
        body=comment.text("body"),
        is_minimized=None,
        created_at=comment.time("created_at"),
        updated_at=comment.time("updated_at"),
    )


def review_comment_from_node(
    node: Mapping[str, Any], *, pull_request_number: int, repository_id: int, captured_at: datetime
) -> ReviewCommentRow:
    """The row of a `PullRequestReviewComment` node.

    Its page: https://docs.github.com/en/graphql/reference/objects#pullrequestreviewcomment.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the id is missing.
    """
    comment = Fields.of(node, "review comment", key="fullDatabaseId")
    return ReviewCommentRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=required_full_id(comment),
        pull_request_number=pull_request_number,
        review_id=full_id(comment.nested("pullRequestReview")),
        author_login=author_login(comment, "author"),
        body=comment.text("body"),
        path=comment.text("path"),
        line=comment.integer("line"),
        in_reply_to_id=full_id(comment.nested("replyTo")),
        is_minimized=flag(comment, "isMinimized"),
        created_at=comment.time("createdAt"),
        updated_at=comment.time("updatedAt"),
    )


def issue_comment_from_node(
    node: Mapping[str, Any], *, pull_request_number: int, repository_id: int, captured_at: datetime
) -> IssueCommentRow:
    """The row of an `IssueComment` node under a pull request.

    Its page: https://docs.github.com/en/graphql/reference/objects#issuecomment.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the id is missing.
    """
    comment = Fields.of(node, "issue comment", key="fullDatabaseId")
    return IssueCommentRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=required_full_id(comment),
        pull_request_number=pull_request_number,
        author_login=author_login(comment, "author"),
        body=comment.text("body"),
        is_minimized=flag(comment, "isMinimized"),
        created_at=comment.time("createdAt"),
        updated_at=comment.time("updatedAt"),
    )
