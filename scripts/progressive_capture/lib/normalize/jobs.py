"""A workflow job as REST and webhooks show it, to its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.rows import WorkflowJobRow
from progressive_capture.lib.normalize.steps import rest_steps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any


def rest_job_row(payload: Mapping[str, Any], *, repository_id: int, captured_at: datetime) -> WorkflowJobRow:
    """The row of a job, such as an item of `GET …/actions/runs/{run_id}/jobs` or a webhook's `workflow_job`.

    Its page: https://docs.github.com/en/rest/actions/workflow-jobs. What REST says stays as it is, also the
    runner's 0 and `""` of a job that never had one.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or an id is missing.
    """
    job = Fields.of(payload, "workflow job")
    return WorkflowJobRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=job.required_integer("id"),
        node_id=job.text("node_id"),
        run_id=job.required_integer("run_id"),
        run_attempt=job.integer("run_attempt"),
        name=job.text("name"),
        workflow_name=job.text("workflow_name"),
        status=job.word("status"),
        conclusion=job.word("conclusion"),
        created_at=job.time("created_at"),
        started_at=job.time("started_at"),
        completed_at=job.time("completed_at"),
        head_sha=job.text("head_sha"),
        head_branch=job.text("head_branch"),
        labels=job.texts("labels"),
        runner_id=job.integer("runner_id"),
        runner_name=job.text("runner_name"),
        runner_group_name=job.text("runner_group_name"),
        html_url=job.text("html_url"),
        steps=rest_steps(job),
        source="rest",
        carried_from_job_id=None,
    )
