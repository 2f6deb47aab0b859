"""Several legs as one: what they amount to (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from progressive_capture.lib.actions_report.leg_summary import (
    BudgetLeft,
    CoverageSpan,
    FailedItem,
    LegSummary,
)
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.windows import Window, joined

Legs = Sequence[LegSummary]


def outcome_of_legs(legs: Legs) -> Outcome:
    """Failed if any did, or died, or there is none; else paused if any is to go on; else succeeded."""
    outcomes = {leg.outcome for leg in legs}
    if not outcomes or not outcomes <= {Outcome.SUCCEEDED.value, Outcome.PAUSED.value}:
        return Outcome.FAILED
    return Outcome.PAUSED if Outcome.PAUSED.value in outcomes else Outcome.SUCCEEDED


def rows_of(legs: Legs, which: str) -> Counter[str]:
    """`new` or `changed` rows by table."""
    total: Counter[str] = Counter()
    for leg in legs:
        for capture in leg.captures:
            total.update(getattr(capture, which))
    return total


def failed_items(legs: Legs) -> int:
    """Tried by these legs, and not captured."""
    return sum(capture.failed_items for leg in legs for capture in leg.captures)


def postponed_items(legs: Legs) -> int:
    """Failed earlier, and waiting to be tried again."""
    return sum(capture.postponed_items for leg in legs for capture in leg.captures)


def by_repository(legs: Legs) -> Mapping[str, Legs]:
    """The legs of each repository, in the order in which they come."""
    found: dict[str, list[LegSummary]] = {}
    for leg in legs:
        found.setdefault(leg.repository, []).append(leg)
    return found


def open_failures(legs: Legs) -> tuple[Sequence[FailedItem], int]:
    """The open failures of one repository, each once, and how many there are beyond those that are told.

    Legs that share a database all tell the same ones; legs with one of their own tell different ones.
    """
    told = {(item.kind, item.item_key): item for leg in legs for item in leg.failures}
    beyond = max((leg.open_failures - len(leg.failures) for leg in legs), default=0)
    return list(told.values()), max(0, beyond)


def covered(legs: Legs) -> Iterator[tuple[str, Sequence[Window]]]:
    """By kind, what is proved to be whole, joined, oldest first."""
    spans = [span for leg in legs for span in leg.coverage if not span.is_hole and span.start <= span.end]
    for kind in dict.fromkeys(span.kind for span in spans):
        yield kind, joined(Window(span.start, span.end) for span in spans if span.kind == kind)


def holes(legs: Legs) -> Sequence[CoverageSpan]:
    """Each once."""
    found = {(span.kind, span.start, span.end): span for leg in legs for span in leg.coverage if span.is_hole}
    return list(found.values())


def budgets_left(legs: Legs) -> Sequence[BudgetLeft]:
    """What the token had left at the end of the last leg that tells."""
    telling = sorted((leg for leg in legs if leg.budgets), key=_ended)
    return telling[-1].budgets if telling else ()


def _ended(leg: LegSummary) -> float:
    return leg.ended_at.timestamp() if leg.ended_at else 0.0


def resumes_at(legs: Legs) -> datetime | None:
    """Not before then has a leg that paused a point to go on; None where one may go on now."""
    moments = [leg.resume_at for leg in legs if leg.outcome == Outcome.PAUSED.value]
    return min((moment for moment in moments if moment), default=None) if all(moments) else None
