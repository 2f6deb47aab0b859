"""A review of a pull request as REST and GraphQL show it, to its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.pull_request_values import (
    author_login,
    flag,
    required_full_id,
    upper_word,
)
from progressive_capture.lib.normalize.rows import ReviewRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any


def review_row(
    payload: Mapping[str, Any], *, pull_request_number: int, repository_id: int, captured_at: datetime
) -> ReviewRow:
    """The row of an item of `GET …/pulls/{number}/reviews`, or the `review` of a webhook.

    Its page: https://docs.github.com/en/rest/pulls/reviews. REST says neither when a review was begun or
    edited nor whether it is minimized; a pending one has no `submitted_at`.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the id is missing.
    """
    review = Fields.of(payload, "review")
    return ReviewRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=review.required_integer("id"),
        node_id=review.text("node_id"),
        pull_request_number=pull_request_number,
        author_login=author_login(review, "user"),
        state=upper_word(review, "state"),
        body=review.text("body"),
        is_minimized=None,
        created_at=None,
        updated_at=None,
        submitted_at=review.time("submitted_at"),
    )


def review_from_node(
    node: Mapping[str, Any], *, pull_request_number: int, repository_id: int, captured_at: datetime
) -> ReviewRow:
    """The row of a `PullRequestReview` node.

    Its page: https://docs.github.com/en/graphql/reference/objects#pullrequestreview.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the id is missing.
    """
    review = Fields.of(node, "review", key="fullDatabaseId")
    return ReviewRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=required_full_id(review),
        node_id=review.text("id"),
        pull_request_number=pull_request_number,
        author_login=author_login(review, "author"),
        state=upper_word(review, "state"),
        body=review.text("body"),
        is_minimized=flag(review, "isMinimized"),
        created_at=review.time("createdAt"),
        updated_at=review.time("updatedAt"),
        submitted_at=review.time("submittedAt"),
    )
