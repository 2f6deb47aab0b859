"""A workflow's payload to its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.rows import WorkflowRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any


def workflow_row(payload: Mapping[str, Any], *, repository_id: int, captured_at: datetime) -> WorkflowRow:
    """The row of one item of `GET /repos/{owner}/{repo}/actions/workflows`.

    Its page: https://docs.github.com/en/rest/actions/workflows#list-repository-workflows.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the id is missing.
    """
    workflow = Fields.of(payload, "workflow")
    return WorkflowRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=workflow.required_integer("id"),
        name=workflow.text("name"),
        path=workflow.text("path"),
        state=workflow.word("state"),
    )
