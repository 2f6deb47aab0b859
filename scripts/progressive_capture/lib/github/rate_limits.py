"""The answer to the question for one's own budgets (pure): https://docs.github.com/en/rest/rate-limit/rate-limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from progressive_capture.lib.github.rest import unexpected
from progressive_capture.lib.rate_limit_monitor import CORE, GRAPHQL

PATH = "/rate_limit"
LAST_SECOND = 253_402_300_799
"""Of the year 9999, the last that a calendar knows."""


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """An hourly budget: `remaining` of `limit`, whole again at `resets_at`."""

    limit: int
    remaining: int
    resets_at: datetime


def read_rate_limits(body: Any) -> dict[str, RateLimit]:
    """The budgets of requests (`core`) and points (`graphql`), as far as GitHub tells of them.

    Raises:
        UnexpectedPayloadError: it is not the documented shape.
    """
    resources = body.get("resources") if isinstance(body, dict) else None
    if not isinstance(resources, dict):
        raise unexpected("resources", PATH, "an object")
    return {name: _rate_limit(name, resources[name]) for name in (CORE, GRAPHQL) if name in resources}


def _rate_limit(name: str, told: object) -> RateLimit:
    return RateLimit(
        limit=_number(name, told, "limit"),
        remaining=_number(name, told, "remaining"),
        resets_at=datetime.fromtimestamp(_number(name, told, "reset"), UTC),
    )


def _number(name: str, told: object, field: str) -> int:
    number = told.get(field) if isinstance(told, dict) else None
    if type(number) is not int or not 0 <= number <= LAST_SECOND:
        raise unexpected(f"resources.{name}.{field}", PATH, "a number")
    return number
