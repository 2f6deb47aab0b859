"""Rows of pull requests and their parts."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from progressive_capture.lib.normalize.rows.observed import Observed


class PullRequestRow(Observed):
    """A pull request as it was last seen; `author_login` is NULL where the account was deleted."""

    id: int
    node_id: str | None
    number: int
    title: str | None
    state: str | None
    draft: bool | None
    merged: bool | None
    author_login: str | None
    base_ref: str | None
    head_ref: str | None
    head_sha: str | None
    head_repository_id: int | None
    additions: int | None
    deletions: int | None
    changed_files: int | None
    created_at: datetime | None
    updated_at: datetime | None
    closed_at: datetime | None
    merged_at: datetime | None


class ReviewRow(Observed):
    """A review; a pending one has no `submitted_at`. REST does not tell `created_at` and `updated_at`."""

    id: int
    node_id: str | None
    pull_request_number: int
    author_login: str | None
    state: str | None
    body: str | None
    is_minimized: bool | None
    created_at: datetime | None
    updated_at: datetime | None
    submitted_at: datetime | None


class ReviewCommentRow(Observed):
    """A comment on a line of the changes, part of a review. REST does not tell `is_minimized`."""

    id: int
    pull_request_number: int
    review_id: int | None
    author_login: str | None
    body: str | None
    path: str | None
    line: int | None
    in_reply_to_id: int | None
    is_minimized: bool | None
    created_at: datetime | None
    updated_at: datetime | None


class IssueCommentRow(Observed):
    """A comment in a pull request's conversation. REST does not tell `is_minimized`."""

    id: int
    pull_request_number: int
    author_login: str | None
    body: str | None
    is_minimized: bool | None
    created_at: datetime | None
    updated_at: datetime | None


class FileChangeRow(Observed):
    """A file that a pull request changes, as of its `head_sha`. GraphQL does not tell `previous_path`."""

    pull_request_number: int
    path: str
    head_sha: str | None
    previous_path: str | None
    status: str | None
    additions: int | None
    deletions: int | None
    changes: int | None


Part = Literal["reviews", "review_comments", "issue_comments", "file_changes"]
"""What belongs to a pull request, by the table that it is kept in."""


class PullRequestCoverageRow(Observed):
    """The proof that one part of a pull request was listed whole, as of one state of the pull request.

    `reason` says why it is not all that there is, such as GitHub's cap of 3,000 files.
    """

    pull_request_number: int
    part: Part
    pull_request_updated_at: datetime | None
    head_sha: str | None
    item_count: int
    reported_count: int | None
    reason: str | None
