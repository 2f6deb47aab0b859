"""Legs as they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from progressive_capture.lib.actions_report.leg_summary import (
    BudgetLeft,
    CaptureSummary,
    CoverageSpan,
    FailedItem,
    LegSummary,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RUNS = CaptureSummary(
    kind="workflow_runs",
    job_id="0f2d7d53-0000-4000-8000-000000000000",
    outcome="succeeded",
    processed=1200,
    new={"workflow_runs": 1200, "workflows": 1},
    changed={"workflow_runs": 7},
)
JOBS = CaptureSummary(
    kind="workflow_jobs", outcome="failed", failed_items=2, postponed_items=1, new={"workflow_jobs": 4000}
)
PAUSED = CaptureSummary(
    kind="workflow_jobs",
    outcome="paused",
    reason="the REST budget is spent",
    resume_at=NOW + timedelta(hours=1),
    paused_for="budget",
)


def failed(key: str, error: str = "five times 502", attempts: int = 1) -> FailedItem:
    return FailedItem(kind="workflow_jobs", item_key=key, error=error, attempts=attempts, next_attempt_at=NOW)


SUCCEEDED_LEG = LegSummary(
    repository="octo/example",
    repository_id=7,
    kinds=["workflow_runs"],
    outcome="succeeded",
    exit_code=0,
    captures=[RUNS],
    requests=20,
    points=3,
    budgets=[
        BudgetLeft(resource="core", limit=1000, remaining=900, resets_at=NOW),
        BudgetLeft(resource="graphql", limit=1000, remaining=997),
    ],
    leave_budget=10,
    coverage=[CoverageSpan(kind="workflow_runs", start=NOW - timedelta(days=90), end=NOW)],
    minutes_cost_money=True,
    started_at=NOW - timedelta(minutes=4, seconds=1),
    ended_at=NOW,
)
FAILED_LEG = LegSummary(
    repository="octo/example",
    kinds=["workflow_jobs"],
    outcome="failed",
    exit_code=1,
    captures=[JOBS],
    failures=[failed("run 123"), failed("pull request 45", "gone", attempts=3)],
    open_failures=2,
    started_at=NOW - timedelta(seconds=20),
    ended_at=NOW,
)
PAUSED_LEG = LegSummary(
    repository="octo/example",
    kinds=["workflow_jobs"],
    chunk_index=1,
    chunk_count=3,
    outcome="paused",
    exit_code=0,
    captures=[PAUSED],
    paused_for="budget",
    reason=PAUSED.reason,
    resume_at=PAUSED.resume_at,
)
DEAD_LEG = LegSummary(repository="octo/example", chunk_index=2, chunk_count=3, started_at=NOW)
