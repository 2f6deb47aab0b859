"""The first schema: runs and jobs, artifacts, pull requests, and the bookkeeping of capturing them.

Spelled out, not imported: the present schema goes on changing, this revision does not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

KINDS: dict[str, Any] = {
    "INTEGER": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "NUMBER": sa.Double().with_variant(sa.REAL(), "sqlite"),
    "TEXT": sa.Text(),
    "TIME": sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite"),
    "JSON": JSONB().with_variant(sa.Text(), "sqlite"),
    "FLAG": sa.Boolean().with_variant(sa.Integer(), "sqlite"),
}

# KEY: part of the primary key; KNOWN: never NULL.
TABLES = {
    "repositories": """
        id INTEGER KEY, captured_at TIME KNOWN, full_name TEXT KNOWN, owner TEXT KNOWN, name TEXT KNOWN,
        private FLAG KNOWN, default_branch TEXT, html_url TEXT
    """,
    "workflows": """
        id INTEGER KEY, repository_id INTEGER KNOWN, captured_at TIME KNOWN, name TEXT, path TEXT,
        state TEXT
    """,
    "commits": """
        repository_id INTEGER KEY, sha TEXT KEY, captured_at TIME KNOWN, tree_id TEXT, message TEXT,
        author_name TEXT, committed_at TIME
    """,
    "workflow_runs": """
        id INTEGER KEY, repository_id INTEGER KNOWN, captured_at TIME KNOWN, workflow_id INTEGER,
        name TEXT, display_title TEXT, path TEXT, run_number INTEGER, run_attempt INTEGER, event TEXT,
        status TEXT, conclusion TEXT, head_branch TEXT, head_sha TEXT, head_repository_id INTEGER,
        actor_id INTEGER, actor_login TEXT, triggering_actor_login TEXT, pull_request_numbers JSON KNOWN,
        check_suite_id INTEGER, check_suite_node_id TEXT, node_id TEXT, html_url TEXT, created_at TIME,
        updated_at TIME, run_started_at TIME, gone_at TIME
    """,
    "workflow_run_attempts": """
        run_id INTEGER KEY, run_attempt INTEGER KEY, repository_id INTEGER KNOWN, captured_at TIME KNOWN,
        status TEXT, conclusion TEXT, run_started_at TIME, updated_at TIME, triggering_actor_login TEXT
    """,
    "workflow_jobs": """
        id INTEGER KEY, repository_id INTEGER KNOWN, captured_at TIME KNOWN, node_id TEXT,
        run_id INTEGER KNOWN, run_attempt INTEGER, name TEXT, workflow_name TEXT, status TEXT,
        conclusion TEXT, created_at TIME, started_at TIME, completed_at TIME, head_sha TEXT,
        head_branch TEXT, labels JSON, runner_id INTEGER, runner_name TEXT, runner_group_name TEXT,
        html_url TEXT, steps JSON, source TEXT KNOWN, carried_from_job_id INTEGER
    """,
    "workflow_job_coverage": """
        run_id INTEGER KEY, repository_id INTEGER KNOWN, captured_at TIME KNOWN, run_attempt INTEGER,
        run_updated_at TIME, run_status TEXT, depth TEXT KNOWN, job_count INTEGER KNOWN,
        foreign_check_run_count INTEGER
    """,
    "artifacts": """
        id INTEGER KEY, repository_id INTEGER KNOWN, captured_at TIME KNOWN, run_id INTEGER,
        run_attempt INTEGER, name TEXT KNOWN, size_in_bytes INTEGER, digest TEXT, expired FLAG,
        created_at TIME, updated_at TIME, expires_at TIME, head_branch TEXT, head_sha TEXT,
        content_status TEXT KNOWN, content_reason TEXT, gone_at TIME
    """,
    "artifact_files": """
        artifact_id INTEGER KEY, position INTEGER KEY, repository_id INTEGER KNOWN,
        captured_at TIME KNOWN, path TEXT KNOWN, size_bytes INTEGER, category TEXT, media_type TEXT,
        sha256 TEXT, content TEXT, storage_key TEXT, status TEXT KNOWN, reason TEXT
    """,
    "test_results": """
        artifact_id INTEGER KEY, file_position INTEGER KEY, position INTEGER KEY,
        repository_id INTEGER KNOWN, captured_at TIME KNOWN, run_id INTEGER, run_attempt INTEGER,
        suite TEXT, classname TEXT, name TEXT, status TEXT KNOWN, rerun FLAG, duration_seconds NUMBER,
        message TEXT
    """,
    "progressive_capture_jobs": """
        id TEXT KEY, kind TEXT KNOWN, repository TEXT KNOWN, status TEXT KNOWN, outcome TEXT,
        processor TEXT KNOWN, route_reason TEXT, parameters JSON KNOWN, request_key TEXT KNOWN,
        priority INTEGER KNOWN, parent_id TEXT, chunk_index INTEGER, chunk_count INTEGER,
        total_items INTEGER, processed_items INTEGER KNOWN, failed_items INTEGER KNOWN,
        attempt INTEGER KNOWN, max_attempts INTEGER KNOWN, next_attempt_at TIME, heartbeat_at TIME,
        claimed_by TEXT, resume_at TIME, handovers INTEGER KNOWN, error TEXT, dispatch_nonce TEXT,
        dispatched_at TIME, workflow_run_id INTEGER, workflow_run_url TEXT, rest_requests INTEGER KNOWN,
        graphql_points INTEGER KNOWN, runner_minutes NUMBER KNOWN, cost_usd NUMBER KNOWN, created_at TIME,
        started_at TIME, updated_at TIME, finished_at TIME
    """,
    "capture_windows": """
        repository_id INTEGER KEY, kind TEXT KEY, slice TEXT KEY, window_from TIME KEY,
        window_to TIME KEY, captured_at TIME KNOWN, item_count INTEGER KNOWN, reported_count INTEGER,
        status TEXT KNOWN, reason TEXT
    """,
    "capture_failures": """
        kind TEXT KEY, repository_id INTEGER KEY, item_key TEXT KEY, captured_at TIME KNOWN,
        error TEXT KNOWN, attempts INTEGER KNOWN, next_attempt_at TIME KNOWN, resolved_at TIME
    """,
    "pull_requests": """
        id INTEGER KEY, repository_id INTEGER KNOWN, captured_at TIME KNOWN, number INTEGER KNOWN,
        title TEXT, state TEXT, draft FLAG, merged FLAG, author_login TEXT, base_ref TEXT, head_ref TEXT,
        head_sha TEXT, head_repository_id INTEGER, additions INTEGER, deletions INTEGER,
        changed_files INTEGER, created_at TIME, updated_at TIME, closed_at TIME, merged_at TIME,
        gone_at TIME
    """,
    "reviews": """
        id INTEGER KEY, repository_id INTEGER KNOWN, captured_at TIME KNOWN,
        pull_request_number INTEGER KNOWN, author_login TEXT, state TEXT, body TEXT, is_minimized FLAG,
        created_at TIME, updated_at TIME, submitted_at TIME, gone_at TIME
    """,
    "review_comments": """
        id INTEGER KEY, repository_id INTEGER KNOWN, captured_at TIME KNOWN,
        pull_request_number INTEGER KNOWN, review_id INTEGER, author_login TEXT, body TEXT, path TEXT,
        line INTEGER, in_reply_to_id INTEGER, is_minimized FLAG, created_at TIME, updated_at TIME,
        gone_at TIME
    """,
    "issue_comments": """
        id INTEGER KEY, repository_id INTEGER KNOWN, captured_at TIME KNOWN,
        pull_request_number INTEGER KNOWN, author_login TEXT, body TEXT, is_minimized FLAG,
        created_at TIME, updated_at TIME, gone_at TIME
    """,
    "file_changes": """
        repository_id INTEGER KEY, pull_request_number INTEGER KEY, path TEXT KEY, captured_at TIME KNOWN,
        head_sha TEXT, previous_path TEXT, status TEXT, additions INTEGER, deletions INTEGER,
        changes INTEGER
    """,
}

# name, table, columns, unique, condition
INDEXES = [
    ("ix_workflows_repository", "workflows", ["repository_id"], False, None),
    ("ix_workflow_runs_created_at", "workflow_runs", ["repository_id", "created_at"], False, None),
    ("ix_workflow_runs_repository", "workflow_runs", ["repository_id", "id"], False, None),
    (
        "ix_workflow_runs_unfinished",
        "workflow_runs",
        ["repository_id", "id"],
        False,
        "status <> 'completed'",
    ),
    ("ix_workflow_run_attempts_repository", "workflow_run_attempts", ["repository_id"], False, None),
    ("ix_workflow_jobs_repository", "workflow_jobs", ["repository_id"], False, None),
    ("ix_workflow_jobs_run", "workflow_jobs", ["run_id", "run_attempt"], False, None),
    (
        "ix_workflow_jobs_without_steps",
        "workflow_jobs",
        ["repository_id", "run_id", "id"],
        False,
        "steps IS NULL",
    ),
    ("ix_workflow_job_coverage_repository", "workflow_job_coverage", ["repository_id"], False, None),
    ("ix_artifacts_repository", "artifacts", ["repository_id", "id"], False, None),
    ("ix_artifacts_run", "artifacts", ["run_id"], False, None),
    ("ix_artifact_files_repository", "artifact_files", ["repository_id"], False, None),
    ("ix_test_results_repository", "test_results", ["repository_id"], False, None),
    ("ix_test_results_run", "test_results", ["run_id"], False, None),
    (
        "ix_progressive_capture_jobs_repository",
        "progressive_capture_jobs",
        ["repository", "created_at"],
        False,
        None,
    ),
    (
        "ix_progressive_capture_jobs_waiting",
        "progressive_capture_jobs",
        ["request_key"],
        True,
        "request_key <> '' AND status IN ('queued', 'paused', 'running')",
    ),
    ("ix_capture_failures_repository", "capture_failures", ["repository_id"], False, None),
    ("ix_pull_requests_number", "pull_requests", ["repository_id", "number"], False, None),
    ("ix_reviews_pull_request", "reviews", ["repository_id", "pull_request_number"], False, None),
    (
        "ix_review_comments_pull_request",
        "review_comments",
        ["repository_id", "pull_request_number"],
        False,
        None,
    ),
    (
        "ix_issue_comments_pull_request",
        "issue_comments",
        ["repository_id", "pull_request_number"],
        False,
        None,
    ),
]

VIEWS = ("workflow_steps", "builds")


def upgrade() -> None:
    """Create everything."""
    for name, columns in TABLES.items():
        op.create_table(name, *(_column(words) for words in columns.split(",")), sqlite_strict=True)
    for name, table, keys, unique, condition in INDEXES:
        where = sa.text(condition) if condition else None
        op.create_index(name, table, keys, unique=unique, sqlite_where=where, postgresql_where=where)
    for view in VIEWS:
        statement = Path(__file__).parent / "r0001" / f"{view}.{op.get_context().dialect.name}.sql"
        op.execute(sa.text(statement.read_text("utf-8").replace(":", r"\:")))


def _column(words: str) -> sa.Column[object]:
    name, kind, *marks = words.split()
    is_key = marks == ["KEY"]
    return sa.Column(name, KINDS[kind], primary_key=is_key, nullable=not marks, autoincrement=False)
