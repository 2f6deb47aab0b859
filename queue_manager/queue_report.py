"""What the queue says of its jobs, routes and costs: as data for programs, in lines for people (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from progressive_capture.lib.capture_job import CaptureJob
from progressive_capture.lib.report import plural, printable
from queue_manager.costs import Costs
from queue_manager.estimates import RequestEstimate
from queue_manager.hybrid_queue_manager import Explained

MINUTE = "%Y-%m-%d %H:%M"
UNKNOWN = "?"


def job_as_data(job: CaptureJob) -> Mapping[str, Any]:
    """A job without what it does not have."""
    return {name: value for name, value in asdict(job).items() if value is not None}


def job_in_a_line(job: CaptureJob) -> str:
    """A job in a list."""
    when = f"{job.created_at:{MINUTE}}" if job.created_at else "undated"
    why = f" ({printable(job.error, 80)})" if job.error else ""
    where = f" run {job.workflow_run_id}" if job.workflow_run_id else ""
    return (
        f"{when} {job.id} {job.kind} {printable(job.repository, 80)}: {job.status}{why}, "
        f"{job.processor}{where}"
    )


def job_in_lines(job: CaptureJob) -> list[str]:
    """A job with everything that is known of it."""
    return [f"{name:>16}: {printable(value, 300)}" for name, value in job_as_data(job).items()]


def explained_in_lines(explained: Explained) -> list[str]:
    """Where a request would go, why, and what it would cost."""
    request, answer = explained.request, explained.route
    return [
        f"{request.kind} of {request.repository}: {answer.processor}, because {answer.reason}",
        f"  about {estimate_in_words(explained.estimate)}",
    ]


def explained_as_data(explained: Explained) -> Mapping[str, Any]:
    """The same for programs."""
    return {
        "kind": explained.request.kind,
        "repository": explained.request.repository,
        "parameters": dict(explained.request.parameters),
        "route": asdict(explained.route),
        "facts": asdict(explained.facts),
        "estimate": asdict(explained.estimate),
    }


def estimate_in_words(estimate: RequestEstimate) -> str:
    """What it will cost, as far as anybody knows."""
    if estimate.requests is None or estimate.points is None:
        return f"so much as there is: {estimate.basis}"
    minutes = f"{estimate.minutes:,g}" if estimate.minutes is not None else UNKNOWN
    dollars = f"${estimate.dollars:.2f}" if estimate.dollars is not None else "no price"
    spent = f"{plural(estimate.requests, 'request')} and {plural(estimate.points, 'GraphQL point')}"
    return f"{spent}, {minutes} minutes, {dollars}; {estimate.basis}"


HEAD = ("group", "jobs", "failed", "items", "a day", "requests", "points", "minutes", "dollars", "inline")


def costs_in_lines(costs: Sequence[Costs]) -> list[str]:
    """A table, with a line a group."""
    rows = [HEAD, *(_cost_cells(each) for each in costs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return [
        "  ".join(
            _cell(text, width, column) for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _cost_cells(each: Costs) -> tuple[str, ...]:
    return (
        printable(each.key, 60),
        f"{each.jobs:,}",
        UNKNOWN if each.failure_rate is None else f"{each.failure_rate:.1%}",
        f"{each.items:,}",
        f"{each.items_a_day:,.0f}",
        f"{each.requests:,}",
        f"{each.points:,}",
        f"{each.runner_minutes:,.0f}",
        f"{each.dollars:,.2f}",
        UNKNOWN if each.inline_dollars is None else f"{each.inline_dollars:,.2f}",
    )


def _cell(text: str, width: int, column: int) -> str:
    return text.ljust(width) if column == 0 else text.rjust(width)
