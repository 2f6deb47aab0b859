"""Observations with every key, of which a test says only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from progressive_capture.lib.capture_job import CaptureJob, JobStatus
from progressive_capture.lib.normalize.rows import Batch

NOON = datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def repository_row(**values: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "captured_at": at(0),
        "full_name": "octo/hello",
        "owner": "octo",
        "name": "hello",
        "private": False,
        "default_branch": "main",
        "html_url": "https://github.com/octo/hello",
    } | values


def workflow_row(**values: Any) -> dict[str, Any]:
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "id": 50,
        "name": "CI",
        "path": ".github/workflows/ci.yml",
        "state": "active",
    } | values


def run_row(**values: Any) -> dict[str, Any]:
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "id": 1000,
        "workflow_id": 50,
        "name": "CI",
        "display_title": "Fix it",
        "path": ".github/workflows/ci.yml",
        "run_number": 7,
        "run_attempt": 1,
        "event": "push",
        "status": "completed",
        "conclusion": "success",
        "head_branch": "main",
        "head_sha": "a" * 40,
        "head_repository_id": 1,
        "actor_id": 9,
        "actor_login": "mona",
        "triggering_actor_login": "mona",
        "pull_request_numbers": [3, 5],
        "check_suite_id": 77,
        "check_suite_node_id": "CS_77",
        "node_id": "WFR_1000",
        "html_url": "https://github.com/octo/hello/actions/runs/1000",
        "created_at": at(-600),
        "updated_at": at(-60),
        "run_started_at": at(-590),
    } | values


def attempt_row(**values: Any) -> dict[str, Any]:
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "run_id": 1000,
        "run_attempt": 1,
        "status": "completed",
        "conclusion": "failure",
        "run_started_at": at(-590),
        "updated_at": at(-60),
        "triggering_actor_login": "mona",
    } | values


def step(number: int, **values: Any) -> dict[str, Any]:
    return {
        "number": number,
        "name": f"step {number}",
        "status": "completed",
        "conclusion": "success",
        "started_at": "2026-11-01T11:50:20Z",
        "completed_at": "2026-11-01T11:50:30Z",
    } | values


def rest_job(**values: Any) -> dict[str, Any]:
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "id": 5000,
        "node_id": "CR_5000",
        "run_id": 1000,
        "run_attempt": 1,
        "name": "build",
        "workflow_name": "CI",
        "status": "completed",
        "conclusion": "success",
        "created_at": at(-595),
        "started_at": at(-580),
        "completed_at": at(-500),
        "head_sha": "a" * 40,
        "head_branch": "main",
        "labels": ["ubuntu-latest"],
        "runner_id": 12,
        "runner_name": "runner-12",
        "runner_group_name": "default",
        "html_url": "https://github.com/octo/hello/actions/runs/1000/job/5000",
        "steps": [step(1), step(2)],
        "source": "rest",
        "carried_from_job_id": None,
    } | values


REST_ONLY = (
    "run_attempt",
    "created_at",
    "labels",
    "runner_id",
    "runner_name",
    "runner_group_name",
    "html_url",
)
"""What GraphQL's CheckRun has no field for (reference: GitHub's GraphQL schema, type CheckRun)."""


def graphql_job(**values: Any) -> dict[str, Any]:
    unknown = dict.fromkeys((*REST_ONLY, "steps"))
    return rest_job() | unknown | {"source": "graphql"} | values


def coverage_row(**values: Any) -> dict[str, Any]:
    """The proof that fits `run_row`."""
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "run_id": 1000,
        "run_attempt": 1,
        "run_updated_at": at(-60),
        "run_status": "completed",
        "depth": "jobs",
        "job_count": 1,
        "foreign_check_run_count": 0,
    } | values


def commit_row(**values: Any) -> dict[str, Any]:
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "sha": "a" * 40,
        "tree_id": "b" * 40,
        "message": "Fix it\n\nReally.",
        "author_name": "Mona",
        "committed_at": at(-900),
    } | values


def artifact_row(**values: Any) -> dict[str, Any]:
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "id": 700,
        "run_id": 1000,
        "name": "test-results",
        "size_in_bytes": 2048,
        "digest": "sha256:" + "d" * 64,
        "expired": False,
        "created_at": at(-510),
        "updated_at": at(-510),
        "expires_at": at(86_400),
        "head_branch": "main",
        "head_sha": "a" * 40,
    } | values


def file_row(**values: Any) -> dict[str, Any]:
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "artifact_id": 700,
        "position": 0,
        "path": "reports/junit.xml",
        "size_bytes": 300,
        "category": "text",
        "media_type": "application/xml",
        "sha256": "ab" + "0" * 62,
        "content": "<testsuite/>",
        "storage_key": "ab/ab" + "0" * 62,
        "status": "stored",
        "reason": None,
    } | values


def result_row(**values: Any) -> dict[str, Any]:
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "artifact_id": 700,
        "file_position": 0,
        "position": 0,
        "run_id": 1000,
        "run_attempt": None,
        "suite": "unit",
        "classname": "tests.test_sums",
        "name": "test_one_and_one",
        "status": "passed",
        "rerun": False,
        "duration_seconds": 0.25,
        "message": None,
    } | values


def pull_row(**values: Any) -> dict[str, Any]:
    """An open pull request of a branch of the repository itself."""
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "id": 9000,
        "node_id": "PR_9000",
        "number": 12,
        "title": "Fix it",
        "state": "open",
        "draft": False,
        "merged": False,
        "author_login": "mona",
        "base_ref": "main",
        "head_ref": "fix-it",
        "head_sha": "c" * 40,
        "head_repository_id": 1,
        "additions": 5,
        "deletions": 2,
        "changed_files": 1,
        "created_at": at(-7200),
        "updated_at": at(-30),
        "closed_at": None,
        "merged_at": None,
    } | values


def review_row(**values: Any) -> dict[str, Any]:
    """A review as GraphQL tells it."""
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "id": 9100,
        "node_id": "PRR_9100",
        "pull_request_number": 12,
        "author_login": "hubot",
        "state": "APPROVED",
        "body": "Good 🎉",
        "is_minimized": False,
        "created_at": at(-100),
        "updated_at": at(-90),
        "submitted_at": at(-95),
    } | values


def review_comment_row(**values: Any) -> dict[str, Any]:
    """A comment on a line, as GraphQL tells it."""
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "id": 9200,
        "pull_request_number": 12,
        "review_id": 9100,
        "author_login": "hubot",
        "body": "Why?",
        "path": "src/sums.py",
        "line": 3,
        "in_reply_to_id": None,
        "is_minimized": False,
        "created_at": at(-99),
        "updated_at": at(-99),
    } | values


def issue_comment_row(**values: Any) -> dict[str, Any]:
    """A comment in the conversation, as GraphQL tells it."""
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "id": 9300,
        "pull_request_number": 12,
        "author_login": None,
        "body": "Thank you",
        "is_minimized": False,
        "created_at": at(-80),
        "updated_at": at(-80),
    } | values


def change_row(**values: Any) -> dict[str, Any]:
    """A changed file as of the head of `pull_row`."""
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "pull_request_number": 12,
        "path": "src/sums.py",
        "head_sha": "c" * 40,
        "previous_path": None,
        "status": "modified",
        "additions": 5,
        "deletions": 2,
        "changes": 7,
    } | values


def pull_coverage_row(**values: Any) -> dict[str, Any]:
    """The proof that fits `pull_row`."""
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "pull_request_number": 12,
        "part": "reviews",
        "pull_request_updated_at": at(-30),
        "head_sha": "c" * 40,
        "item_count": 1,
        "reported_count": 1,
        "reason": None,
    } | values


def window_row(start: float, end: float, **values: Any) -> dict[str, Any]:
    return {
        "repository_id": 1,
        "captured_at": at(0),
        "kind": "workflow_runs",
        "slice": "",
        "window_from": at(start),
        "window_to": at(end),
        "item_count": 10,
        "reported_count": 10,
        "status": "covered",
        "reason": None,
    } | values


def capture_job(**values: Any) -> CaptureJob:
    job = CaptureJob(
        id="job-1",
        kind="workflow_runs",
        repository="octo/hello",
        request_key="workflow_runs octo/hello {}",
        created_at=at(0),
        updated_at=at(0),
    )
    return job.evolve(**values)


def running_job(**values: Any) -> CaptureJob:
    return capture_job(status=JobStatus.RUNNING, claimed_by="me", heartbeat_at=at(0), attempt=1, **values)


def batch(**rows: Any) -> Batch:
    """A batch of rows by table, a single row also without its list."""
    return Batch(rows={table: given if isinstance(given, list) else [given] for table, given in rows.items()})
