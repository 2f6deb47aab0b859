"""A pull request as REST and GraphQL show it, to its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.pull_request_values import author_login, flag, required_full_id
from progressive_capture.lib.normalize.rows import PullRequestRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any


def pull_request_row(
    payload: Mapping[str, Any], *, repository_id: int, captured_at: datetime
) -> PullRequestRow:
    """The row of a single pull request, an item of a listing, or the `pull_request` of a webhook.

    Its page: https://docs.github.com/en/rest/pulls/pulls. A listing has no counts and no `merged`, which
    `merged_at` answers too; a deleted fork leaves no head repository.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or id or number are missing.
    """
    pull = Fields.of(payload, "pull request", key="number")
    head = pull.nested("head")
    return PullRequestRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=pull.required_integer("id"),
        node_id=pull.text("node_id"),
        number=pull.required_integer("number"),
        title=pull.text("title"),
        state=pull.word("state"),
        draft=flag(pull, "draft"),
        merged=_was_merged(pull),
        author_login=author_login(pull, "user"),
        base_ref=pull.nested("base").text("ref"),
        head_ref=head.text("ref"),
        head_sha=head.text("sha"),
        head_repository_id=head.nested("repo").integer("id"),
        additions=pull.integer("additions"),
        deletions=pull.integer("deletions"),
        changed_files=pull.integer("changed_files"),
        created_at=pull.time("created_at"),
        updated_at=pull.time("updated_at"),
        closed_at=pull.time("closed_at"),
        merged_at=pull.time("merged_at"),
    )


def pull_request_from_node(
    node: Mapping[str, Any], *, repository_id: int, captured_at: datetime
) -> PullRequestRow:
    """The row of a `PullRequest` node (https://docs.github.com/en/graphql/reference/objects#pullrequest).

    GraphQL's third state, MERGED, becomes what REST says of it: closed, and merged.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or id or number are missing.
    """
    pull = Fields.of(node, "pull request", key="number")
    state = pull.word("state")
    is_merged = state == "merged"
    return PullRequestRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=required_full_id(pull),
        node_id=pull.text("id"),
        number=pull.required_integer("number"),
        title=pull.text("title"),
        state="closed" if is_merged else state,
        draft=flag(pull, "isDraft"),
        merged=True if is_merged else flag(pull, "merged"),
        author_login=author_login(pull, "author"),
        base_ref=pull.text("baseRefName"),
        head_ref=pull.text("headRefName"),
        head_sha=pull.text("headRefOid"),
        head_repository_id=pull.nested("headRepository").integer("databaseId"),
        additions=pull.integer("additions"),
        deletions=pull.integer("deletions"),
        changed_files=pull.integer("changedFiles"),
        created_at=pull.time("createdAt"),
        updated_at=pull.time("updatedAt"),
        closed_at=pull.time("closedAt"),
        merged_at=pull.time("mergedAt"),
    )


def _was_merged(pull: Fields) -> bool | None:
    told = flag(pull, "merged")
    if told is None and "merged_at" in pull.payload:
        return pull.time("merged_at") is not None
    return told
