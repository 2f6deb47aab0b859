"""Tables of artifacts, the files in them, and the test results in those."""

from __future__ import annotations

from sqlalchemy import Column, Index, text

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

TO_DOWNLOAD = text("content_status IN ('pending', 'failed')")
"""Artifacts whose bytes are still to be fetched."""

NOT_OVER = text(
    "NOT (gone_at IS NOT NULL AND expired IS TRUE AND content_status NOT IN ('pending', 'failed'))"
)
"""Artifacts that have not been noted as expired in every respect.

One negation, not three alternatives: SQLite would take this index wherever one of those is asked for.
"""

_ATTEMPT_UNKNOWN = text("run_attempt IS NULL")
_HAS_BYTES = text("storage_key IS NOT NULL")
_REMOVED = text("status = 'removed'")
_NOT_PASSED = text("status IN ('failed', 'error')")

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
    # No observation says it: what is new is still to be fetched.
    Column("content_status", TEXT, nullable=False, default="pending"),
    maybe("content_reason", TEXT),
    maybe("gone_at", TIME),
    # Last, because it came last: the tables of a database have their columns in this very order.
    maybe("run_attempt_inferred", FLAG),
    Index("ix_artifacts_repository", "repository_id", "id"),
    Index("ix_artifacts_run", "run_id"),
    Index("ix_artifacts_created_at", "repository_id", "created_at"),
    # What is still to do stays small: an artifact leaves these indexes once it is done.
    Index(
        "ix_artifacts_to_download",
        "repository_id",
        "expires_at",
        "id",
        sqlite_where=TO_DOWNLOAD,
        postgresql_where=TO_DOWNLOAD,
    ),
    Index(
        "ix_artifacts_not_over",
        "repository_id",
        "expires_at",
        sqlite_where=NOT_OVER,
        postgresql_where=NOT_OVER,
    ),
    Index(
        "ix_artifacts_of_unknown_attempt",
        "repository_id",
        "id",
        sqlite_where=_ATTEMPT_UNKNOWN,
        postgresql_where=_ATTEMPT_UNKNOWN,
    ),
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
    # Who else needs these bytes?
    Index(
        "ix_artifact_files_storage_key",
        "storage_key",
        sqlite_where=_HAS_BYTES,
        postgresql_where=_HAS_BYTES,
    ),
    Index(
        "ix_artifact_files_removed",
        "sha256",
        sqlite_where=_REMOVED,
        postgresql_where=_REMOVED,
    ),
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
    # The history of a test. The name stands first: it tells most, and people often know nothing else.
    Index("ix_test_results_test", "name", "repository_id", "classname", "artifact_id").ddl_if("sqlite"),
    # Few results in a thousand: where the search for flaky tests begins.
    Index(
        "ix_test_results_not_passed", "artifact_id", "name", "classname", "suite", sqlite_where=_NOT_PASSED
    ).ddl_if("sqlite"),
    # Postgres's trees hold no key over 2,704 bytes, and a test may have a longer name.
    Index("ix_test_results_name", "name", postgresql_using="hash").ddl_if("postgresql"),
    Index("ix_test_results_failed", "artifact_id", postgresql_where=_NOT_PASSED).ddl_if("postgresql"),
)
