"""Why legs paused, and how they go on, in words of Markdown (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from progressive_capture.lib.actions_report.leg_summary import LegSummary
from progressive_capture.lib.actions_report.markdown import as_code
from progressive_capture.lib.actions_report.totals import (
    Legs,
    open_failures,
    outcome_of_legs,
    resumes_at,
)
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.errors import PauseCause

SECOND = "%Y-%m-%d %H:%M:%S"
WHY: dict[PauseCause | None, str] = {
    "time": "the time budget was used up",
    "budget": "the token's budget was spent",
    "signal": "the job was cancelled",
    "token": "the token ran out",
}


def pause_in_words(leg: LegSummary) -> str:
    """Why a leg paused, and when it can go on; empty where it did not pause."""
    if leg.outcome != Outcome.PAUSED.value:
        return ""
    said = [why] if (why := WHY.get(leg.paused_for)) else []
    said += [as_code(leg.reason)] if leg.reason else []
    when = f"; it can go on after {leg.resume_at:{SECOND}} UTC" if leg.resume_at else ""
    return f"{': '.join(said) or 'it stopped before its end'}{when}"


def how_it_goes_on(legs: Legs) -> Sequence[str]:
    """What a person can do, where nobody told us more."""
    steps = []
    if any(leg.error or leg.outcome is None for leg in legs):
        steps.append(
            "Remove what went wrong, then run the workflow again: what is stored is not fetched again."
        )
    if any(leg.outcome == Outcome.PAUSED.value for leg in legs):
        resume_at = resumes_at(legs)
        when = f" after {resume_at:{SECOND}} UTC" if resume_at else ""
        steps.append(f"Run the workflow again{when}, or let its schedule do it: it goes on from here.")
    if any(open_failures([leg])[0] or leg.open_failures for leg in legs):
        steps.append(
            "Failed items are tried again by later captures, after 10 minutes at first and a day at last; "
            "at once by `progressive-capture retry`."
        )
    if not steps and outcome_of_legs(legs) is Outcome.SUCCEEDED:
        steps.append("Nothing: all that was asked for is there.")
    return steps
