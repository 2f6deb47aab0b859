"""Why Actions cannot do a piece of work here: told from the settings first, then from GitHub."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol
from urllib.parse import urlsplit

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import AuthenticationError, CaptureError, CapturePaused
from progressive_capture.lib.github.workflow_control import WorkflowState
from progressive_capture.lib.report import printable

WORKFLOW_FILES: Mapping[str, str] = MappingProxyType(
    {
        "workflow_runs": "historical-sync.yml",
        "workflow_jobs": "job-details.yml",
        "artifacts": "artifact-bulk.yml",
        "pull_requests": "historical-pr-sync.yml",
        "reviews": "historical-reviews-sync.yml",
        "comments": "historical-comments-sync.yml",
        "file_changes": "bulk-file-changes.yml",
    }
)
"""The workflow of each kind; a kind without one runs inline."""

REMEMBERED = timedelta(minutes=10)
"""So long a look at a workflow serves others."""


class LooksAtWorkflows(Protocol):
    """The part of `WorkflowControl` that is needed here."""

    def workflow(self, full_name: str, file: str) -> WorkflowState: ...


class Hindrances:
    """Tells whether work can be dispatched; of each workflow GitHub is asked once in a while.

    Args:
        control: looks at workflows; None: GitHub cannot be asked.
        clock: the time.
        jobs_repository: OWNER/NAME of the repository whose workflows run.
        has_token: whether GitHub is asked with a token: a stranger starts nothing.
        database: its URL: a runner cannot reach a file.
    """

    def __init__(
        self,
        control: LooksAtWorkflows | None,
        clock: Clock,
        *,
        jobs_repository: str | None,
        has_token: bool,
        database: str,
    ) -> None:
        self._control = control
        self._clock = clock
        self._repository = jobs_repository
        self._has_token = has_token
        self._database = database
        self._seen: dict[str, tuple[datetime, str | None]] = {}

    def of(self, kind: str) -> str | None:
        """Why work of this kind cannot be dispatched; None: it can, as far as is known."""
        file = WORKFLOW_FILES.get(kind)
        if file is None:
            return f"there is no workflow for {printable(kind, 40)}"
        if self._repository is None:
            return "nobody says whose workflows run (CAPTURE_JOBS_REPOSITORY=OWNER/NAME)"
        if self._control is None or not self._has_token:
            return "there is no token (GITHUB_TOKEN)"
        if urlsplit(self._database).scheme.startswith("sqlite"):
            return "the database is a file, which a runner cannot reach"
        return self._of_workflow(self._control, self._repository, file)

    def _of_workflow(self, control: LooksAtWorkflows, repository: str, file: str) -> str | None:
        now = self._clock.now()
        seen = self._seen.get(file)
        if seen is None or now - seen[0] > REMEMBERED:
            seen = self._seen[file] = (now, _looked_at(control, repository, file))
        return seen[1]


def _looked_at(control: LooksAtWorkflows, repository: str, file: str) -> str | None:
    try:
        workflow = control.workflow(repository, file)
    except AuthenticationError as refusal:  # also: it is not there
        return printable(f"the workflow {file} of {repository} cannot be used: {refusal}", 400)
    except (CaptureError, CapturePaused):
        return None  # nothing is known against it: asking for the run itself will tell
    if workflow.is_active:
        return None
    return f"the workflow {file} of {repository} is {printable(workflow.state, 40)}; enable it under Actions"
