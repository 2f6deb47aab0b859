"""Tables of pull requests: themselves, reviews, two kinds of comments, changed files, proof of coverage."""

from __future__ import annotations

from sqlalchemy import Index, text

from progressive_capture.lib.store.schema.column_types import (
    FLAG,
    INTEGER,
    TEXT,
    TIME,
    key,
    known,
    maybe,
    observed,
)
from progressive_capture.lib.store.schema.tables import table

MOVED_FROM_UNKNOWN = text("status IN ('renamed', 'copied') AND previous_path IS NULL")
"""Files that were renamed or copied, and nobody knows from where: only REST tells."""

pull_requests = table(
    "pull_requests",
    key("id", INTEGER),
    *observed(),
    known("number", INTEGER),
    maybe("title", TEXT),
    maybe("state", TEXT),
    maybe("draft", FLAG),
    maybe("merged", FLAG),
    maybe("author_login", TEXT),
    maybe("base_ref", TEXT),
    maybe("head_ref", TEXT),
    maybe("head_sha", TEXT),
    maybe("head_repository_id", INTEGER),
    maybe("additions", INTEGER),
    maybe("deletions", INTEGER),
    maybe("changed_files", INTEGER),
    maybe("created_at", TIME),
    maybe("updated_at", TIME),
    maybe("closed_at", TIME),
    maybe("merged_at", TIME),
    maybe("gone_at", TIME),
    # Last, because it came last: the tables of a database have their columns in this very order.
    maybe("node_id", TEXT),
    Index("ix_pull_requests_number", "repository_id", "number"),
    Index("ix_pull_requests_updated_at", "repository_id", "updated_at", "id"),
    # Whose is this run?
    Index("ix_pull_requests_head_sha", "repository_id", "head_sha"),
    Index("ix_pull_requests_head_ref", "repository_id", "head_ref", "head_repository_id"),
)

reviews = table(
    "reviews",
    key("id", INTEGER),
    *observed(),
    known("pull_request_number", INTEGER),
    maybe("author_login", TEXT),
    maybe("state", TEXT),
    maybe("body", TEXT),
    maybe("is_minimized", FLAG),
    maybe("created_at", TIME),
    maybe("updated_at", TIME),
    maybe("submitted_at", TIME),
    maybe("gone_at", TIME),
    maybe("node_id", TEXT),
    Index("ix_reviews_pull_request", "repository_id", "pull_request_number"),
)

review_comments = table(
    "review_comments",
    key("id", INTEGER),
    *observed(),
    known("pull_request_number", INTEGER),
    maybe("review_id", INTEGER),
    maybe("author_login", TEXT),
    maybe("body", TEXT),
    maybe("path", TEXT),
    maybe("line", INTEGER),
    maybe("in_reply_to_id", INTEGER),
    maybe("is_minimized", FLAG),
    maybe("created_at", TIME),
    maybe("updated_at", TIME),
    maybe("gone_at", TIME),
    Index("ix_review_comments_pull_request", "repository_id", "pull_request_number"),
)

issue_comments = table(
    "issue_comments",
    key("id", INTEGER),
    *observed(),
    known("pull_request_number", INTEGER),
    maybe("author_login", TEXT),
    maybe("body", TEXT),
    maybe("is_minimized", FLAG),
    maybe("created_at", TIME),
    maybe("updated_at", TIME),
    maybe("gone_at", TIME),
    Index("ix_issue_comments_pull_request", "repository_id", "pull_request_number"),
)

file_changes = table(
    "file_changes",
    key("repository_id", INTEGER),
    key("pull_request_number", INTEGER),
    key("path", TEXT),
    known("captured_at", TIME),
    maybe("head_sha", TEXT),
    maybe("previous_path", TEXT),
    maybe("status", TEXT),
    maybe("additions", INTEGER),
    maybe("deletions", INTEGER),
    maybe("changes", INTEGER),
    # What is still to do stays small: a file leaves this index once REST was asked.
    Index(
        "ix_file_changes_moved_from_unknown",
        "repository_id",
        "pull_request_number",
        sqlite_where=MOVED_FROM_UNKNOWN,
        postgresql_where=MOVED_FROM_UNKNOWN,
    ),
)

pull_request_coverage = table(
    "pull_request_coverage",
    key("repository_id", INTEGER),
    key("pull_request_number", INTEGER),
    key("part", TEXT),
    known("captured_at", TIME),
    maybe("pull_request_updated_at", TIME),
    maybe("head_sha", TEXT),
    known("item_count", INTEGER),
    maybe("reported_count", INTEGER),
    maybe("reason", TEXT),
)
