"""What the GITHUB_TOKEN of a job may do.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax,
`permissions`. `metadata: read`, which every token has, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions_runner.workflow_file import WorkflowFileError

Permissions = Mapping[str, str]
"""Scopes with `read` or `write`; one that is not there is `none`."""

SCOPES = (
    *("actions", "artifact-metadata", "attestations", "checks", "contents", "deployments", "discussions"),
    *("id-token", "issues", "models", "packages", "pages", "pull-requests", "repository-projects"),
    *("security-events", "statuses"),
)
RESTRICTED: Permissions = {"contents": "read", "packages": "read"}
"""What a repository with GitHub's default setting gives where nothing is asked for."""
_LEVELS = {"none": 0, "read": 1, "write": 2}


def permissions_of(given: Any) -> Permissions:
    """
    Raises:
        WorkflowFileError: there is no such scope or level.
    """
    if given in ("read-all", "write-all"):
        return dict.fromkeys(SCOPES, str(given).removesuffix("-all"))
    if not isinstance(given, dict):
        raise WorkflowFileError(f"permissions are a mapping, read-all or write-all, not {given!r}")
    for scope, level in given.items():
        if scope not in SCOPES or level not in _LEVELS:
            raise WorkflowFileError(f"no such permission: {scope}: {level}")
    return {scope: level for scope, level in given.items() if level != "none"}


def effective(workflow: Mapping[str, Any], job: Mapping[str, Any], held: Permissions | None) -> Permissions:
    """What a job gets: what it asks for, else its workflow, else what the caller holds.

    Args:
        workflow: its file.
        job: of it.
        held: by the calling job; None where nobody called.

    Raises:
        WorkflowFileError: it asks for more than the caller holds.
    """
    asked = job["permissions"] if "permissions" in job else workflow.get("permissions")
    if asked is None:
        return RESTRICTED if held is None else held
    wanted = permissions_of(asked)
    if held is not None and (lacking := lacking_in(held, wanted)):
        raise WorkflowFileError(f"a called job is requesting {lacking}, which the calling job does not hold")
    return wanted


def lacking_in(held: Permissions, wanted: Permissions) -> str:
    """What is wanted and not held; empty where nothing is."""
    return ", ".join(
        f"'{scope}: {level}'"
        for scope, level in wanted.items()
        if _LEVELS[level] > _LEVELS[held.get(scope, "none")]
    )
