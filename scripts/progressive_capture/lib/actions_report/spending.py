"""What legs spent of the token's budget, of time and of money, in words (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from progressive_capture.lib.actions_report.leg_summary import BudgetLeft
from progressive_capture.lib.actions_report.markdown import as_code
from progressive_capture.lib.actions_report.totals import Legs, budgets_left
from progressive_capture.lib.forecasting.prices import OUR_RUNNER, PRICES_SINCE
from progressive_capture.lib.rate_limit_monitor import CORE, GRAPHQL
from progressive_capture.lib.report import plural

SECOND = "%Y-%m-%d %H:%M:%S"
UNITS = {CORE: "requests", GRAPHQL: "GraphQL points"}


def spending_lines(legs: Legs) -> Sequence[str]:
    """Requests and points against the hourly budgets, minutes and dollars."""
    requests, points = sum(leg.requests for leg in legs), sum(leg.points for leg in legs)
    return [
        f"{plural(requests, 'request')} and {plural(points, 'GraphQL point')}",
        *(_budget(budget) for budget in budgets_left(legs)),
        *_left_alone(legs),
        _minutes(legs),
    ]


def _budget(budget: BudgetLeft) -> str:
    unit = UNITS.get(budget.resource, as_code(budget.resource))
    until = f", whole again at {budget.resets_at:{SECOND}} UTC" if budget.resets_at else ""
    used = max(0, budget.limit - budget.remaining)
    return (
        f"the token's hourly budget of {budget.limit:,} {unit}: {used:,} used by all who share it, "
        f"{budget.remaining:,} left{until}"
    )


def _left_alone(legs: Legs) -> list[str]:
    shares = {leg.leave_budget for leg in legs if leg.leave_budget}
    return [f"{max(shares)} percent of it is left to the repository's own CI"] if shares else []


def _minutes(legs: Legs) -> str:
    minutes = plural(sum(leg.minutes for leg in legs), "minute")
    began = "from the start of this command, in whole minutes"
    if not any(leg.minutes_cost_money for leg in legs):
        return f"{minutes} ({began}), free of charge"
    cost = sum(leg.dollars for leg in legs)
    return (
        f"{minutes} ({began}): {cost:.3f} US dollars on {OUR_RUNNER} by the prices since {PRICES_SINCE}, "
        "less what the plan includes"
    )
