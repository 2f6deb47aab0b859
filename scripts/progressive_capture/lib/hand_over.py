"""Whether a workflow that paused starts itself again at once (pure).

It goes on where that brings something: the time was up, or the token. Not where the budget is spent and
minutes cost money (the schedule goes on), not after a person cancelled it, not without progress, and not for
ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from progressive_capture.lib.actions_report.leg_summary import LegSummary

MOST_IN_A_ROW = 10
BY_ITSELF = "[bot]"
"""How the login ends of whoever dispatches with the token of a workflow or an app."""


@dataclass(frozen=True)
class HandOver:
    """Whether to go on at once, and why (not)."""

    goes_on: bool
    reason: str


def in_a_row(recorded: int, *, event_name: str, actor: str) -> int:
    """How often it has started itself by now: a schedule or a person begins a new row."""
    return recorded if event_name == "workflow_dispatch" and actor.endswith(BY_ITSELF) else 0


def hand_over(
    legs: Sequence[LegSummary], *, handovers: int, cancelled: bool, most: int = MOST_IN_A_ROW
) -> HandOver:
    """Decide.

    Args:
        legs: what each leg did in this run of the workflow.
        handovers: how often it has started itself in a row.
        cancelled: whether a person ended it.
        most: so often in a row, at most.
    """
    causes = {leg.paused_for for leg in legs if leg.paused_for is not None}
    if not causes:
        return HandOver(False, "nothing is left to do at once")
    if cancelled or "signal" in causes:
        return HandOver(False, "it was stopped by a person or by the runner")
    if not any(capture.processed for leg in legs for capture in leg.captures):
        return HandOver(False, "nothing was captured since it was started: it would only spin")
    if handovers >= most:
        return HandOver(False, f"it has started itself {handovers} times in a row")
    paid_waiting = causes == {"budget"} and any(leg.minutes_cost_money for leg in legs)
    if paid_waiting:
        return HandOver(False, "the token's budget is spent, and waiting costs money: the schedule goes on")
    return HandOver(True, "there is more to do")
