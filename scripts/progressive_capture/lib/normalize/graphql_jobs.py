"""The check runs of a run's check suite, as GraphQL shows them, to rows of workflow jobs.

A job *is* a check run, with the same id, but not every check run of the suite is a job of the run: actions
that report test results attach theirs to any suite of the commit. The address tells: GitHub, not the
creator, gives a job `/actions/runs/<run>/job/<job>`.

GraphQL has no attempt number, labels, runner or `created_at` of a job; those columns stay NULL, which
`source` explains as *not asked*.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.rows import WorkflowJobRow
from progressive_capture.lib.normalize.steps import graphql_steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any


BEFORE_THE_START = ("queued", "waiting", "pending", "requested")


class KnownRun(Protocol):
    """What the store knows of a run, and GraphQL does not say of its jobs."""

    @property
    def run_id(self) -> int: ...
    @property
    def run_attempt(self) -> int | None: ...
    @property
    def updated_at(self) -> datetime | None: ...
    @property
    def workflow_name(self) -> str | None: ...
    @property
    def head_sha(self) -> str | None: ...
    @property
    def head_branch(self) -> str | None: ...


@dataclass(frozen=True)
class _OnlyId:
    """A run of which nothing is said: what the store knows of it, and of its jobs, is kept."""

    run_id: int
    run_attempt: int | None = None
    updated_at: datetime | None = None
    workflow_name: str | None = None
    head_sha: str | None = None
    head_branch: str | None = None


@dataclass(frozen=True)
class JobsOfRun:
    """The jobs of one run, and how many check runs of its suite are not among them."""

    rows: Sequence[WorkflowJobRow]
    foreign_count: int


def graphql_job_rows(
    run_node: Mapping[str, Any], *, run: KnownRun, repository_id: int, captured_at: datetime
) -> JobsOfRun:
    """The jobs under a `WorkflowRun` node whose `checkRuns` connection is whole.

    Raises:
        UnexpectedPayloadError: the node is another run's, its check runs are missing, or a field has
            another type than documented.
    """
    answer = Fields.of(run_node, "workflow run", key="databaseId")
    if answer.required_integer("databaseId") != run.run_id:
        raise answer.wrong("databaseId", f"in the place of {run.run_id}")
    check_runs = _check_runs(answer)
    jobs = [check_run for job_id, check_run in check_runs.items() if _is_job(check_run, run.run_id, job_id)]
    run_attempt = _only_attempt(answer, run)
    rows = [
        _job_row(job, run=run, run_attempt=run_attempt, repository_id=repository_id, captured_at=captured_at)
        for job in jobs
    ]
    return JobsOfRun(rows=rows, foreign_count=len(check_runs) - len(jobs))


def graphql_job_with_steps(
    job_node: Mapping[str, Any], *, run_id: int, repository_id: int, captured_at: datetime
) -> WorkflowJobRow:
    """A `CheckRun` node with its steps, of a job that is known already: the rest of the row stays as it was.

    Raises:
        UnexpectedPayloadError: the steps were not asked for, or a field has another type than documented.
    """
    job = Fields.of(job_node, "check run", key="databaseId")
    row = _job_row(
        job, run=_OnlyId(run_id), run_attempt=None, repository_id=repository_id, captured_at=captured_at
    )
    row["steps"] = graphql_steps(job_node)
    return row


def _check_runs(answer: Fields) -> dict[int, Fields]:
    """The check runs by id, so that one that two pages both show counts once."""
    connection = answer.required_nested("checkSuite").required_nested("checkRuns")
    nodes = connection.required_objects("nodes")
    return {node.required_integer("databaseId"): node for node in nodes}


def _is_job(check_run: Fields, run_id: int, job_id: int) -> bool:
    return _address(check_run).endswith(f"/actions/runs/{run_id}/job/{job_id}")


def _address(check_run: Fields) -> str:
    """The check run's page without query, fragment and final slash; empty where it has none."""
    url = check_run.text("detailsUrl") or ""
    return re.split("[?#]", url, maxsplit=1)[0].rstrip("/")


def _only_attempt(answer: Fields, run: KnownRun) -> int | None:
    """1 where the jobs are surely those of a first and only attempt.

    A re-run moves `updated_at`: unless GraphQL saw the run just as the store knows it, there may be a second
    attempt by now, and the number of each job is not known yet.
    """
    seen = answer.time("updatedAt")
    return 1 if run.run_attempt == 1 and seen is not None and seen == run.updated_at else None


def _job_row(
    job: Fields, *, run: KnownRun, run_attempt: int | None, repository_id: int, captured_at: datetime
) -> WorkflowJobRow:
    status, conclusion = job.word("status"), job.word("conclusion")
    return WorkflowJobRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=job.required_integer("databaseId"),
        node_id=job.text("id"),
        run_id=run.run_id,
        run_attempt=run_attempt,
        name=job.text("name"),
        workflow_name=run.workflow_name,
        status=status,
        conclusion=conclusion,
        created_at=None,
        started_at=job.time("startedAt"),
        completed_at=job.time("completedAt"),
        head_sha=run.head_sha,
        head_branch=run.head_branch,
        labels=None,
        runner_id=None,
        runner_name=None,
        runner_group_name=None,
        html_url=_address(job),
        # NULL: not asked for yet. A job that was skipped, or still waits, has none: nobody need ask.
        steps=[] if conclusion == "skipped" or status in BEFORE_THE_START else None,
        source="graphql",
        carried_from_job_id=None,
    )
