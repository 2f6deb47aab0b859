"""Rows of repositories, workflows, their runs, and the jobs of those."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypedDict

from progressive_capture.lib.normalize.rows.observed import Observed

Source = Literal["rest", "graphql"]


class RepositoryRow(TypedDict):
    """One repository; its own id is its `repository_id`."""

    id: int
    captured_at: datetime
    full_name: str
    owner: str
    name: str
    private: bool
    default_branch: str | None
    html_url: str | None


class WorkflowRow(Observed):
    """One workflow file."""

    id: int
    name: str | None
    path: str | None
    state: str | None


class CommitRow(Observed):
    """A run's head commit (no e-mail addresses)."""

    sha: str
    tree_id: str | None
    message: str | None
    author_name: str | None
    committed_at: datetime | None


class WorkflowRunRow(Observed):
    """A workflow run as its latest attempt shows it."""

    id: int
    workflow_id: int | None
    name: str | None
    display_title: str | None
    path: str | None
    run_number: int | None
    run_attempt: int | None
    event: str | None
    status: str | None
    conclusion: str | None
    head_branch: str | None
    head_sha: str | None
    head_repository_id: int | None
    actor_id: int | None
    actor_login: str | None
    triggering_actor_login: str | None
    pull_request_numbers: list[int]
    check_suite_id: int | None
    check_suite_node_id: str | None
    node_id: str | None
    html_url: str | None
    created_at: datetime | None
    updated_at: datetime | None
    run_started_at: datetime | None


class WorkflowRunAttemptRow(Observed):
    """One attempt of a run, the latest and only one included."""

    run_id: int
    run_attempt: int
    status: str | None
    conclusion: str | None
    run_started_at: datetime | None
    updated_at: datetime | None
    triggering_actor_login: str | None


class Step(TypedDict):
    """One step, as kept in `workflow_jobs.steps`; times are `YYYY-MM-DDTHH:MM:SSZ` strings."""

    number: int
    name: str | None
    status: str | None
    conclusion: str | None
    started_at: str | None
    completed_at: str | None


class WorkflowJobRow(Observed):
    """One job of one attempt; `source` says whether a NULL means *none* (rest) or *not asked* (graphql)."""

    id: int
    node_id: str | None
    run_id: int
    run_attempt: int | None
    name: str | None
    workflow_name: str | None
    status: str | None
    conclusion: str | None
    created_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    head_sha: str | None
    head_branch: str | None
    labels: list[str] | None
    runner_id: int | None
    runner_name: str | None
    runner_group_name: str | None
    html_url: str | None
    steps: list[Step] | None
    source: Source
    carried_from_job_id: int | None


class WorkflowJobCoverageRow(Observed):
    """The proof that the jobs of one run are whole, as of one state of that run.

    A run's jobs are to do while its `run_attempt`, `updated_at` or `status` differ from what is kept here.
    """

    run_id: int
    run_attempt: int | None
    run_updated_at: datetime | None
    run_status: str | None
    depth: Literal["jobs", "full"]
    """`full`: REST gave everything that it knows; `jobs`: GraphQL listed them (steps: see the job rows)."""
    job_count: int
    foreign_check_run_count: int | None
    """Check runs of the run's suite that are no jobs of it; NULL where REST listed the jobs (it has none)."""
