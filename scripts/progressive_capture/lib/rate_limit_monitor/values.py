"""What goes into the monitor and comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

CORE = "core"
"""GitHub's word for the budget of REST requests."""
GRAPHQL = "graphql"
"""GitHub's word for the budget of GraphQL points."""


@dataclass(frozen=True)
class Go:
    """Leave to send one request; it is handed back with the answer.

    `cost` is reserved of the primary budget, `points` of the secondary limit. `writes`: it changes something.
    """

    resource: str
    cost: int
    points: int
    asked_at: float
    writes: bool = False


@dataclass(frozen=True)
class Busy:
    """Not before one of our own requests in flight is answered."""

    reason: str


@dataclass(frozen=True)
class Wait:
    """Not before so many seconds have passed."""

    seconds: float
    reason: str


@dataclass(frozen=True)
class Pause:
    """Not before `until`, by GitHub's clock; too long to simply wait."""

    until: datetime
    reason: str


Verdict = Go | Busy | Wait | Pause


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What came of one request, as far as limits go. What GitHub did not say is None.

    Attributes:
        answered_at: GitHub's time; None where no answer came at all.
        limit: of the primary budget, an hour; `remaining` of it; whole again at `reset_at`.
        points: what the request took from the primary budget.
        rejection: the limit that GitHub refused it for.
        retry_after: how many seconds GitHub asks us to stay away.
        strained: GitHub could not do in time, or whole, what was asked.
        unmetered: a good answer that names no budget, as Enterprise Server's unless limits are switched on.
    """

    answered_at: datetime | None = None
    limit: int | None = None
    remaining: int | None = None
    reset_at: datetime | None = None
    points: int = 1
    rejection: Literal["primary", "secondary"] | None = None
    retry_after: float | None = None
    strained: bool = False
    unmetered: bool = False


@dataclass(frozen=True)
class Budget:
    """A primary budget as it stands; `spendable` leaves out what stays untouched and what is in flight."""

    limit: int
    remaining: int
    spendable: int
    resets_at: datetime
    resets_in_seconds: float


@dataclass(frozen=True)
class Spent:
    """What GitHub metered: REST requests and GraphQL points."""

    requests: int = 0
    points: int = 0
