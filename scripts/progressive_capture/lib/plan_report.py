"""What a plan says: as data for the workflow, and in words before anything runs (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.forecasting.estimate import Estimate
from progressive_capture.lib.report import plural, printable


def plan_as_data(chunks: Sequence[Chunk], estimate: Estimate) -> Mapping[str, Any]:
    """For programs."""
    return {"chunks": [chunk.as_data() for chunk in chunks], "estimate": asdict(estimate)}


def plan_in_lines(kind: str, repository: str, estimate: Estimate) -> list[str]:
    """For people."""
    if estimate.requests is None:
        return [f"Plan: {kind} of {repository} by one leg. How much there is, the listing tells."]
    items = plural(estimate.items or 0, "artifact" if kind == "artifacts" else "run")
    free = "" if estimate.dollars else " (free here)"
    spent = f"{plural(estimate.requests, 'request')} and {plural(estimate.points or 0, 'GraphQL point')}"
    price = f"{plural(estimate.minutes or 0, 'minute')}, ${estimate.dollars or 0:.2f}{free}"
    return [
        f"Plan: {kind} of {repository}: {items} by {plural(estimate.legs, 'leg')}.",
        f"  about {spent} ({estimate.hours} hours of a GITHUB_TOKEN's budget), {price}; {estimate.basis}",
    ]


def plan_as_markdown(kind: str, repository: str, estimate: Estimate) -> str:
    """For the summary of a workflow run."""
    rows = {
        "items": _number(estimate.items),
        "legs": _number(estimate.legs),
        "REST requests": _number(estimate.requests),
        "GraphQL points": _number(estimate.points),
        "hours of a GITHUB_TOKEN's budget": _number(estimate.hours),
        "runner minutes": _number(estimate.minutes),
        "dollars": "?" if estimate.dollars is None else f"{estimate.dollars:.2f}",
    }
    table = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    head = f"### Plan: `{printable(kind)}` of `{printable(repository)}`"
    return f"{head}\n\n| about | |\n|---|---:|\n{table}\n\nAn estimate, {estimate.basis}.\n"


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:,}"
