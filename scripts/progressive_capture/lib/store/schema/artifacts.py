"""Tables of artifacts, the files in them, and the test results in those."""

from __future__ import annotations

from sqlalchemy import Index

from progressive_capture.lib.store.schema.column_types import (
    FLAG,
    INTEGER,
    NUMBER,
    TEXT,
    TIME,
    key,
    known,
    maybe,
    observed,
)
from progressive_capture.lib.store.schema.tables import table

artifacts = table(
    "artifacts",
    key("id", INTEGER),
    *observed(),
    maybe("run_id", INTEGER),
    maybe("run_attempt", INTEGER),
    known("name", TEXT),
    maybe("size_in_bytes", INTEGER),
    maybe("digest", TEXT),
    maybe("expired", FLAG),
    maybe("created_at", TIME),
    maybe("updated_at", TIME),
    maybe("expires_at", TIME),
    maybe("head_branch", TEXT),
    maybe("head_sha", TEXT),
    known("content_status", TEXT),
    maybe("content_reason", TEXT),
    maybe("gone_at", TIME),
    Index("ix_artifacts_repository", "repository_id", "id"),
    Index("ix_artifacts_run", "run_id"),
)

artifact_files = table(
    "artifact_files",
    key("artifact_id", INTEGER),
    key("position", INTEGER),
    *observed(),
    known("path", TEXT),
    maybe("size_bytes", INTEGER),
    maybe("category", TEXT),
    maybe("media_type", TEXT),
    maybe("sha256", TEXT),
    maybe("content", TEXT),
    maybe("storage_key", TEXT),
    known("status", TEXT),
    maybe("reason", TEXT),
    Index("ix_artifact_files_repository", "repository_id"),
)

test_results = table(
    "test_results",
    key("artifact_id", INTEGER),
    key("file_position", INTEGER),
    key("position", INTEGER),
    *observed(),
    maybe("run_id", INTEGER),
    maybe("run_attempt", INTEGER),
    maybe("suite", TEXT),
    maybe("classname", TEXT),
    maybe("name", TEXT),
    known("status", TEXT),
    maybe("rerun", FLAG),
    maybe("duration_seconds", NUMBER),
    maybe("message", TEXT),
    Index("ix_test_results_repository", "repository_id"),
    Index("ix_test_results_run", "run_id"),
)
