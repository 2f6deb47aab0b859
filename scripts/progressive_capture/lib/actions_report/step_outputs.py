"""What later steps of a job can ask for: the outputs of every command that captures (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from progressive_capture.lib.actions_report.totals import (
    Legs,
    failed_items,
    outcome_of_legs,
    rows_of,
)

OUTPUTS: Mapping[str, str] = MappingProxyType(
    {
        "outcome": "`succeeded`; `paused`: more is to do, and the next start goes on; `failed`.",
        "new_runs": "Workflow runs that the database did not have before.",
        "changed_runs": "Workflow runs that it had, and that are otherwise on GitHub now.",
        "new_jobs": "Jobs that it did not have, of any attempt.",
        "new_artifacts": "Artifacts that it did not have.",
        "new_pull_requests": "Pull requests that it did not have.",
        "failed_items": "Items that were tried and could not be captured.",
        "requests": "REST requests that GitHub metered.",
        "points": "GraphQL points that GitHub metered.",
    }
)
"""The names, and what they say; all but the first are whole numbers."""


def outputs_of(legs: Legs) -> Mapping[str, str | int]:
    """A value for each of `OUTPUTS`."""
    new, changed = rows_of(legs, "new"), rows_of(legs, "changed")
    return {
        "outcome": outcome_of_legs(legs).value,
        "new_runs": new["workflow_runs"],
        "changed_runs": changed["workflow_runs"],
        "new_jobs": new["workflow_jobs"],
        "new_artifacts": new["artifacts"],
        "new_pull_requests": new["pull_requests"],
        "failed_items": failed_items(legs),
        "requests": sum(leg.requests for leg in legs),
        "points": sum(leg.points for leg in legs),
    }
