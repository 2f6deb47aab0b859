"""Tables of pull requests: themselves, their reviews, two kinds of comments, and the files they change."""

from __future__ import annotations

from sqlalchemy import Index

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
    Index("ix_pull_requests_number", "repository_id", "number"),
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
)
