"""Tables of GitHub Actions: repositories, workflows, commits, runs, attempts, jobs and their coverage."""

from __future__ import annotations

from sqlalchemy import Index, text

from progressive_capture.lib.store.schema.column_types import (
    FLAG,
    INTEGER,
    JSON,
    TEXT,
    TIME,
    key,
    known,
    maybe,
    observed,
)
from progressive_capture.lib.store.schema.tables import table

repositories = table(
    "repositories",
    key("id", INTEGER),
    known("captured_at", TIME),
    known("full_name", TEXT),
    known("owner", TEXT),
    known("name", TEXT),
    known("private", FLAG),
    maybe("default_branch", TEXT),
    maybe("html_url", TEXT),
)

workflows = table(
    "workflows",
    key("id", INTEGER),
    *observed(),
    maybe("name", TEXT),
    maybe("path", TEXT),
    maybe("state", TEXT),
    Index("ix_workflows_repository", "repository_id"),
)

commits = table(
    "commits",
    key("repository_id", INTEGER),
    key("sha", TEXT),
    known("captured_at", TIME),
    maybe("tree_id", TEXT),
    maybe("message", TEXT),
    maybe("author_name", TEXT),
    maybe("committed_at", TIME),
)

workflow_runs = table(
    "workflow_runs",
    key("id", INTEGER),
    *observed(),
    maybe("workflow_id", INTEGER),
    maybe("name", TEXT),
    maybe("display_title", TEXT),
    maybe("path", TEXT),
    maybe("run_number", INTEGER),
    maybe("run_attempt", INTEGER),
    maybe("event", TEXT),
    maybe("status", TEXT),
    maybe("conclusion", TEXT),
    maybe("head_branch", TEXT),
    maybe("head_sha", TEXT),
    maybe("head_repository_id", INTEGER),
    maybe("actor_id", INTEGER),
    maybe("actor_login", TEXT),
    maybe("triggering_actor_login", TEXT),
    known("pull_request_numbers", JSON),
    maybe("check_suite_id", INTEGER),
    maybe("check_suite_node_id", TEXT),
    maybe("node_id", TEXT),
    maybe("html_url", TEXT),
    maybe("created_at", TIME),
    maybe("updated_at", TIME),
    maybe("run_started_at", TIME),
    maybe("gone_at", TIME),
    # Ids count upwards, so that newest first is by id: total, never NULL, and one index for every walk.
    Index("ix_workflow_runs_repository", "repository_id", "id"),
    Index("ix_workflow_runs_created_at", "repository_id", "created_at"),
    # Which runs are a pull request's?
    Index("ix_workflow_runs_head_sha", "repository_id", "head_sha"),
    Index("ix_workflow_runs_head_branch", "repository_id", "head_branch", "head_repository_id", "created_at"),
    Index(
        "ix_workflow_runs_unfinished",
        "repository_id",
        "id",
        sqlite_where=text("status <> 'completed'"),
        postgresql_where=text("status <> 'completed'"),
    ),
)

workflow_run_attempts = table(
    "workflow_run_attempts",
    key("run_id", INTEGER),
    key("run_attempt", INTEGER),
    *observed(),
    maybe("status", TEXT),
    maybe("conclusion", TEXT),
    maybe("run_started_at", TIME),
    maybe("updated_at", TIME),
    maybe("triggering_actor_login", TEXT),
    Index("ix_workflow_run_attempts_repository", "repository_id"),
)

workflow_jobs = table(
    "workflow_jobs",
    key("id", INTEGER),
    *observed(),
    maybe("node_id", TEXT),
    known("run_id", INTEGER),
    maybe("run_attempt", INTEGER),
    maybe("name", TEXT),
    maybe("workflow_name", TEXT),
    maybe("status", TEXT),
    maybe("conclusion", TEXT),
    maybe("created_at", TIME),
    maybe("started_at", TIME),
    maybe("completed_at", TIME),
    maybe("head_sha", TEXT),
    maybe("head_branch", TEXT),
    maybe("labels", JSON),
    maybe("runner_id", INTEGER),
    maybe("runner_name", TEXT),
    maybe("runner_group_name", TEXT),
    maybe("html_url", TEXT),
    maybe("steps", JSON),
    known("source", TEXT),
    maybe("carried_from_job_id", INTEGER),
    Index("ix_workflow_jobs_repository", "repository_id"),
    Index("ix_workflow_jobs_run", "run_id", "run_attempt"),
    # What is still to do stays small: once the steps are known, a job leaves this index.
    Index(
        "ix_workflow_jobs_without_steps",
        "repository_id",
        "run_id",
        "id",
        sqlite_where=text("steps IS NULL"),
        postgresql_where=text("steps IS NULL"),
    ),
)

workflow_job_coverage = table(
    "workflow_job_coverage",
    key("run_id", INTEGER),
    *observed(),
    maybe("run_attempt", INTEGER),
    maybe("run_updated_at", TIME),
    maybe("run_status", TEXT),
    known("depth", TEXT),
    known("job_count", INTEGER),
    maybe("foreign_check_run_count", INTEGER),
    Index("ix_workflow_job_coverage_repository", "repository_id"),
)
