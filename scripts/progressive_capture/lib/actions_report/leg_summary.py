"""What one leg did, as a value that travels as JSON (`leg.json`) to the job that puts all together (pure).

It is written by one version of this program and perhaps read by another, and a leg may have died before its
end: so every field may be missing, what is of another type than it should be counts as missing, and `outcome`
is None for a leg that never came to its end.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from progressive_capture.lib.actions_report.json_fields import Fields
from progressive_capture.lib.errors import PauseCause
from progressive_capture.lib.forecasting.prices import dollars

SECONDS_A_MINUTE = 60
CAUSES: tuple[PauseCause, ...] = ("time", "budget", "signal", "token", "other")


@dataclass(frozen=True, kw_only=True)
class CaptureSummary:
    """One capture of the leg.

    Attributes:
        outcome: `succeeded`, `paused` or `failed`; None: it never came to its end.
        processed: items stored in this leg, not in earlier ones of the same capture job.
        failed_items: tried in this leg, and not captured.
        postponed_items: failed earlier, and waiting for their time to be tried again.
        new, changed: rows by table, GitHub's things alone.
        reason: why it paused.
        resume_at: not before then has it a point to go on.
        paused_for: what paused it.
    """

    kind: str
    job_id: str | None = None
    outcome: str | None = None
    processed: int = 0
    failed_items: int = 0
    postponed_items: int = 0
    new: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    resume_at: datetime | None = None
    paused_for: PauseCause | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> CaptureSummary:
        """As `asdict` gave it to JSON."""
        said = Fields(data)
        return cls(
            kind=said.text("kind") or "",
            job_id=said.text("job_id"),
            outcome=said.text("outcome"),
            processed=said.count("processed"),
            failed_items=said.count("failed_items"),
            postponed_items=said.count("postponed_items"),
            new=said.counts("new"),
            changed=said.counts("changed"),
            reason=said.text("reason"),
            resume_at=said.moment("resume_at"),
            paused_for=cause_in(said.text("paused_for")),
        )


@dataclass(frozen=True, kw_only=True)
class FailedItem:
    """An open failure, as the database has it."""

    kind: str
    item_key: str
    error: str = ""
    attempts: int = 0
    next_attempt_at: datetime | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> FailedItem:
        """As `asdict` gave it to JSON."""
        said = Fields(data)
        return cls(
            kind=said.text("kind") or "",
            item_key=said.text("item_key") or "",
            error=said.text("error") or "",
            attempts=said.count("attempts"),
            next_attempt_at=said.moment("next_attempt_at"),
        )


@dataclass(frozen=True, kw_only=True)
class CoverageSpan:
    """A closed span of a listing (of runs: of `created`): proved to be whole, or a hole."""

    kind: str
    start: datetime
    end: datetime
    is_hole: bool = False
    listed: int | None = None
    reported: int | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> CoverageSpan | None:
        """As `asdict` gave it to JSON; None where it has no ends."""
        said = Fields(data)
        start, end = said.moment("start"), said.moment("end")
        if start is None or end is None:
            return None
        return cls(
            kind=said.text("kind") or "",
            start=start,
            end=end,
            is_hole=data.get("is_hole") is True,
            listed=said.number("listed"),
            reported=said.number("reported"),
        )


@dataclass(frozen=True, kw_only=True)
class BudgetLeft:
    """An hourly budget of the token when the leg ended: `core` counts requests, `graphql` points."""

    resource: str
    limit: int
    remaining: int
    resets_at: datetime | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> BudgetLeft:
        """As `asdict` gave it to JSON."""
        said = Fields(data)
        return cls(
            resource=said.text("resource") or "",
            limit=said.count("limit"),
            remaining=said.count("remaining"),
            resets_at=said.moment("resets_at"),
        )


@dataclass(frozen=True, kw_only=True)
class LegSummary:
    """One leg: the captures of one repository in one job.

    Attributes:
        repository: OWNER/NAME.
        repository_id: None until GitHub has told it.
        kinds: what it is to capture, in order.
        chunk_index: from 0, of `chunk_count`.
        outcome: of all its captures: `succeeded`, `paused`, `failed`; None: it died, or still runs.
        exit_code: as the command line's; None as with `outcome`.
        error: what ended it early; `hint` is what to do.
        paused_for: what paused it; None where nothing did. `reason` in words, `resume_at` as in the captures.
        requests, points: what GitHub metered for it.
        budgets: what the token had left; empty where GitHub has not told.
        leave_budget: percent of each budget that it left untouched.
        coverage: covered spans and holes of the listings, oldest first.
        failures: open failures in the database, oldest first, perhaps not all of `open_failures`.
        minutes_cost_money: whether the minutes of this job are charged.
        started_at, ended_at: of the command, not of the job around it.
    """

    repository: str
    repository_id: int | None = None
    kinds: Sequence[str] = ()
    chunk_index: int = 0
    chunk_count: int = 1
    outcome: str | None = None
    exit_code: int | None = None
    captures: Sequence[CaptureSummary] = ()
    error: str | None = None
    hint: str | None = None
    paused_for: PauseCause | None = None
    reason: str | None = None
    resume_at: datetime | None = None
    requests: int = 0
    points: int = 0
    budgets: Sequence[BudgetLeft] = ()
    leave_budget: int | None = None
    coverage: Sequence[CoverageSpan] = ()
    failures: Sequence[FailedItem] = ()
    open_failures: int = 0
    minutes_cost_money: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def minutes(self) -> int:
        """Whole minutes, as they are charged; 0 where the leg did not tell when it ended."""
        if self.started_at is None or self.ended_at is None:
            return 0
        seconds = (self.ended_at - self.started_at).total_seconds()
        return max(1, math.ceil(seconds / SECONDS_A_MINUTE))

    @property
    def dollars(self) -> float:
        """What they cost; 0 where minutes are free."""
        return dollars(self.minutes, private=self.minutes_cost_money)

    def as_data(self) -> dict[str, Any]:
        """For JSON: times as text."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self), default=datetime.isoformat))
        return data

    @classmethod
    def parse(cls, data: Any) -> LegSummary:
        """What `as_data` gave, or what is left of it; never an error."""
        said = Fields(data if isinstance(data, Mapping) else {})
        spans = (CoverageSpan.of(each) for each in said.objects("coverage"))
        count = max(1, said.count("chunk_count"))
        return cls(
            repository=said.text("repository") or "",
            repository_id=said.number("repository_id"),
            kinds=said.texts("kinds"),
            chunk_index=min(said.count("chunk_index"), count - 1),
            chunk_count=count,
            captures=[CaptureSummary.of(each) for each in said.objects("captures")],
            budgets=[BudgetLeft.of(each) for each in said.objects("budgets")],
            coverage=[span for span in spans if span is not None],
            failures=[FailedItem.of(each) for each in said.objects("failures")],
            exit_code=said.number("exit_code"),
            leave_budget=said.number("leave_budget"),
            paused_for=cause_in(said.text("paused_for")),
            minutes_cost_money=said.is_true("minutes_cost_money"),
            outcome=said.text("outcome"),
            error=said.text("error"),
            hint=said.text("hint"),
            reason=said.text("reason"),
            requests=said.count("requests"),
            points=said.count("points"),
            open_failures=said.count("open_failures"),
            resume_at=said.moment("resume_at"),
            started_at=said.moment("started_at"),
            ended_at=said.moment("ended_at"),
        )


def cause_in(text: str | None) -> PauseCause | None:
    """The cause that a text names; `other` for one that a later version may know."""
    if text is None:
        return None
    return next((cause for cause in CAUSES if cause == text), "other")
