"""How a leg ended, put together from the end of its captures, its database and its token's budgets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from progressive_capture.lib.actions_report.leg_summary import (
    BudgetLeft,
    CaptureSummary,
    CoverageSpan,
    FailedItem,
    LegSummary,
)
from progressive_capture.lib.actions_runtime import minutes_cost_money
from progressive_capture.lib.assembly import Session
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.capture_values import Result
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.errors import PauseCause, StoreError
from progressive_capture.lib.rate_limit_monitor import Budget
from progressive_capture.lib.report import NOUNS
from progressive_capture.lib.running import Ended
from progressive_capture.lib.settings import Settings
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.windows import Window, joined

MOST_TOLD = 200
"""Failures, and spans of a kind: so many are told one by one."""


def leg_summary(
    ended: Ended,
    settings: Settings,
    *,
    started_at: datetime,
    ended_at: datetime,
    session: Session | None = None,
    chunk: Chunk | None = None,
) -> LegSummary:
    """What a leg did.

    Args:
        ended: how its captures ended.
        settings: whether minutes are charged.
        started_at: when it began.
        ended_at: when it ended.
        session: in which it ran; None where it came to none, so that no budget and no database is known.
        chunk: of a plan; None where it is all of it.
    """
    summary = replace(
        _from_end(ended),
        chunk_index=chunk.index if chunk is not None else 0,
        chunk_count=chunk.count if chunk is not None else 1,
        minutes_cost_money=minutes_cost_money(settings),
        started_at=started_at,
        ended_at=ended_at,
    )
    if chunk is not None:
        summary = replace(summary, kinds=[chunk.kind])
    return summary if session is None else _with_session(summary, session)


def _from_end(ended: Ended) -> LegSummary:
    pauses = [*_pauses(ended)]
    cause, reason, resume_at = pauses[-1] if pauses else (None, None, None)
    return LegSummary(
        repository=ended.repository,
        kinds=[result.kind for result in ended.results],
        outcome=outcome_of_end(ended).value,
        exit_code=ended.exit_code,
        captures=[capture_summary(result) for result in ended.results],
        error=str(ended.error) if ended.error else None,
        hint=ended.error.hint if ended.error else None,
        paused_for=cause,
        reason=reason,
        resume_at=resume_at,
        requests=sum(result.spent.requests for result in ended.results),
        points=sum(result.spent.points for result in ended.results),
    )


def outcome_of_end(ended: Ended) -> Outcome:
    """Failed if anything failed, else paused if anything is still to do."""
    outcomes = {result.outcome for result in ended.results}
    if Outcome.FAILED in outcomes or ended.error is not None:
        return Outcome.FAILED
    return Outcome.PAUSED if Outcome.PAUSED in outcomes or ended.pause is not None else Outcome.SUCCEEDED


def _pauses(ended: Ended) -> Iterator[tuple[PauseCause, str | None, datetime | None]]:
    for result in ended.results:
        if result.outcome is Outcome.PAUSED:
            yield result.cause or "other", result.reason, result.resume_at
    if ended.pause is not None:
        yield ended.pause.cause, ended.pause.reason, ended.pause.resume_at


def capture_summary(result: Result) -> CaptureSummary:
    """One capture of a leg, without our own bookkeeping."""
    return CaptureSummary(
        kind=result.kind,
        job_id=result.job_id,
        outcome=result.outcome.value,
        processed=result.stored_now,
        failed_items=result.failed,
        postponed_items=result.postponed,
        new=of_github(result.inserted),
        changed=of_github(result.updated),
        reason=result.reason,
        resume_at=result.resume_at,
        paused_for=result.cause,
    )


def of_github(counts: Mapping[str, int]) -> Mapping[str, int]:
    """What GitHub told, without our own bookkeeping."""
    return {table: counts[table] for table in NOUNS if table in counts}


def _with_session(summary: LegSummary, session: Session) -> LegSummary:
    budgets = budgets_left(session.github().budget())
    told = replace(summary, budgets=budgets, leave_budget=session.options.leave_budget)
    try:
        with session.open_store() as store:
            return with_database(told, store)
    except StoreError as error:  # the captures' own end is told in any case
        session.progress.say(f"What is covered and what failed cannot be read now: {error}")
        return told


def with_database(summary: LegSummary, store: Store) -> LegSummary:
    """The same, with what the database has of its repository: what is covered, and what failed."""
    row = store.repository(summary.repository)
    if row is None:
        return summary
    failures = store.failures(row["id"])
    coverage = [span for kind in dict.fromkeys(summary.kinds) for span in _coverage(store, row["id"], kind)]
    return replace(
        summary,
        repository_id=row["id"],
        coverage=coverage,
        failures=[_failed_item(failure) for failure in failures[:MOST_TOLD]],
        open_failures=len(failures),
    )


def budgets_left(budgets: Mapping[str, Budget]) -> list[BudgetLeft]:
    """What the token has left, by the name of the resource."""
    return [
        BudgetLeft(
            resource=resource, limit=budget.limit, remaining=budget.remaining, resets_at=budget.resets_at
        )
        for resource, budget in sorted(budgets.items())
    ]


def _coverage(store: Store, repository_id: int, kind: str) -> Iterable[CoverageSpan]:
    windows = store.windows(repository_id, kind)
    whole = joined(
        Window(row["window_from"], row["window_to"]) for row in windows if row["status"] == "covered"
    )
    for window in whole[-MOST_TOLD:]:
        yield CoverageSpan(kind=kind, start=window.start, end=window.end)
    for row in [row for row in windows if row["status"] == "saturated"][-MOST_TOLD:]:
        yield CoverageSpan(
            kind=kind,
            start=row["window_from"],
            end=row["window_to"],
            is_hole=True,
            listed=row["item_count"],
            reported=row["reported_count"],
        )


def _failed_item(failure: Mapping[str, Any]) -> FailedItem:
    return FailedItem(
        kind=failure["kind"],
        item_key=failure["item_key"],
        error=failure["error"],
        attempts=failure["attempts"],
        next_attempt_at=failure["next_attempt_at"],
    )
