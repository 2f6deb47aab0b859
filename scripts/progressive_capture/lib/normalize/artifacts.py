"""An artifact's payload to its row, whether it is one of our own, and which attempt of its run made it.

The payload is an item of a listing of artifacts or a single one
(https://docs.github.com/en/rest/actions/artifacts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.rows import ArtifactRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

OURS = "progressive-capture-"
"""How the names of what this program uploads itself begin: capturing that would never end."""


def artifact_row(payload: Mapping[str, Any], *, repository_id: int, captured_at: datetime) -> ArtifactRow:
    """The row of an artifact.

    Uploads by older actions have no `digest`, recordings of old days no `workflow_run`; the row then has NULL
    there, and `""` for a name that is not there.

    Raises:
        UnexpectedPayloadError: a field has another type than documented, or the id is missing.
    """
    artifact = _artifact(payload)
    run = artifact.nested("workflow_run")
    return ArtifactRow(
        repository_id=repository_id,
        captured_at=captured_at,
        id=artifact.required_integer("id"),
        run_id=run.integer("id"),
        name=artifact.text("name") or "",
        size_in_bytes=artifact.integer("size_in_bytes"),
        digest=artifact.text("digest") or None,
        expired=None if payload.get("expired") is None else artifact.required_flag("expired"),
        created_at=artifact.time("created_at"),
        updated_at=artifact.time("updated_at"),
        expires_at=artifact.time("expires_at"),
        head_branch=run.text("head_branch"),
        head_sha=run.text("head_sha"),
    )


def artifact_created_at(payload: Mapping[str, Any]) -> datetime:
    """When an artifact was created.

    Raises:
        UnexpectedPayloadError: GitHub does not say.
    """
    artifact = _artifact(payload)
    moment = artifact.time("created_at")
    if moment is None:
        raise artifact.wrong("created_at", "that is not there")
    return moment


def is_ours(name: str) -> bool:
    """Whether this program uploaded it; such an artifact is never captured."""
    return name.startswith(OURS)


def attempt_at(
    created_at: datetime | None, starts: Mapping[int, datetime | None], latest: int, seen_at: datetime
) -> tuple[int, bool] | None:
    """Which attempt of its run made an artifact, and whether that is inferred; None where it cannot be told.

    GitHub does not say (https://docs.github.com/en/rest/actions/artifacts has no such field). An attempt
    begins when the one before it is over, so the last one that had begun made it.

    Args:
        created_at: when the artifact was created.
        starts: when each attempt known began, by its number.
        latest: the number of the run's latest attempt.
        seen_at: when that was the latest. What was made from then on may be of a later one.
    """
    if created_at is None or created_at >= seen_at:
        return None
    if latest == 1:
        return 1, False
    newest = starts.get(latest)
    if newest is not None and created_at >= newest:
        return latest, True
    return _earlier_attempt(created_at, starts, latest)


def _earlier_attempt(
    created_at: datetime, starts: Mapping[int, datetime | None], latest: int
) -> tuple[int, bool] | None:
    """The attempt before the first that began later; all up to that one have to be known."""
    for attempt in range(1, latest + 1):
        start = starts.get(attempt)
        if start is None:
            return None
        if start > created_at:
            return (attempt - 1, True) if attempt > 1 else None
    return None


def _artifact(payload: Mapping[str, Any]) -> Fields:
    return Fields.of(payload, "artifact")
