"""Where a piece of work goes, and why: rules that are read from the top; the first that holds decides (pure).

What nobody has to find out is asked of the request alone; `facts_needed` says what else would count.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.report import plural
from queue_manager.request import CaptureRequest

MINUTE = "%Y-%m-%d %H:%M UTC"
OLDEST, PULL_REQUESTS, RUNS, DISPATCH = "oldest_at", "pull_requests", "runs", "dispatch"
SIZES = frozenset({PULL_REQUESTS, RUNS})
"""How large the repository is."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was found out. A fact that is not known makes no rule hold.

    Attributes:
        oldest_at: when the oldest of what would be captured was created (pull requests: last updated).
        pull_requests: how many the repository has.
        runs: how many workflow runs it has.
        dispatch: why no workflow can be dispatched for this; None: it can.
    """

    oldest_at: datetime | None = None
    pull_requests: int | None = None
    runs: int | None = None
    dispatch: str | None = None


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Where small and fresh ends; each value itself still counts as small, or fresh.

    Attributes:
        age: data older than this goes to Actions.
        items: and more items than this.
        repository_size: and all of a repository with more pull requests, or more runs, than this.
        inline_most_items: more than this is never done inline, whatever happens.
    """

    age: timedelta = timedelta(hours=24)
    items: int = 50
    repository_size: int = 1_000
    inline_most_items: int = 1_000

    def __post_init__(self) -> None:
        if self.inline_most_items < self.items:
            raise ConfigurationError(
                f"At most {self.inline_most_items} items may run inline, and up to {self.items} shall: "
                "that cannot be.",
                hint="Set QUEUE_INLINE_MOST_ITEMS to at least QUEUE_MAX_ITEMS.",
            )


@dataclass(frozen=True, kw_only=True)
class Route:
    """The answer: who does it, why (in words), and the name of the rule that decided."""

    processor: Literal["actions", "inline", "refused"]
    reason: str
    rule: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that a rule may look at."""

    request: CaptureRequest
    facts: Facts
    thresholds: Thresholds
    now: datetime

    @property
    def oldest_at(self) -> datetime | None:
        """How far back it reaches, or at least how far; None: not known."""
        begins = self.request.begins_at(self.now)
        if begins is not None:
            return begins
        known = [at for at in (self.facts.oldest_at, self.request.ends_at) if at is not None]
        return min(known, default=None)

    @property
    def is_old(self) -> bool:
        """Whether it reaches back too far."""
        oldest = self.oldest_at
        return oldest is not None and self.now - oldest > self.thresholds.age

    @property
    def is_large_whole(self) -> bool:
        """Whether all there is was asked for, of a repository that has too much."""
        most = self.thresholds.repository_size
        return self.request.named_items is None and any(
            count is not None and count > most for count in (self.facts.pull_requests, self.facts.runs)
        )

    @property
    def is_too_large_for_inline(self) -> bool:
        """Whether it must never be done inline."""
        named = self.request.named_items
        return self.is_large_whole if named is None else named > self.thresholds.inline_most_items


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One line of the table.

    Attributes:
        name: as kept beside the route.
        to: where the work goes if the rule holds.
        when: whether it holds.
        reason: why, for people.
        needs: the facts that it looks at, where the request alone does not settle it.
    """

    name: str
    to: Literal["actions", "inline"]
    when: Callable[[Case], bool]
    reason: Callable[[Case], str]
    needs: Callable[[Case], Collection[str]] = lambda _: ()


def _age_facts(case: Case) -> Collection[str]:
    return () if case.request.begins_at(case.now) is not None or case.is_old else (OLDEST,)


def _size_facts(case: Case) -> Collection[str]:
    return SIZES if case.request.named_items is None and not case.is_large_whole else ()


RULES: Sequence[Rule] = (
    Rule(
        name="asked_for_inline",
        to="inline",
        when=lambda case: case.request.processor == "inline",
        reason=lambda _: "somebody asked for it to run inline",
    ),
    Rule(
        name="asked_for_actions",
        to="actions",
        when=lambda case: case.request.processor == "actions",
        reason=lambda _: "somebody asked for Actions",
    ),
    Rule(
        name="scheduled",
        to="actions",
        when=lambda case: case.request.scheduled,
        reason=lambda _: "a schedule asked for it: nobody waits",
    ),
    Rule(
        name="background",
        to="actions",
        when=lambda case: case.request.background,
        reason=lambda _: "it is background work: nobody waits",
    ),
    Rule(
        name="many_items",
        to="actions",
        when=lambda case: (case.request.named_items or 0) > case.thresholds.items,
        reason=lambda case: (
            f"it is {plural(case.request.named_items or 0, 'item')}, more than {case.thresholds.items:,}"
        ),
    ),
    Rule(
        name="old_data",
        to="actions",
        when=lambda case: case.is_old,
        reason=lambda case: (
            f"it reaches back to {case.oldest_at:{MINUTE}}, more than {_hours(case.thresholds.age)}"
        ),
        needs=_age_facts,
    ),
    Rule(
        name="large_repository",
        to="actions",
        when=lambda case: case.is_large_whole,
        reason=lambda case: f"it names no number of items, and {_size(case)}",
        needs=_size_facts,
    ),
    Rule(
        name="small_and_fresh",
        to="inline",
        when=lambda _: True,
        reason=lambda case: f"it is small and fresh{_as_far_as_known(case)}: a runner would take longer",
    ),
)
"""Read from the top: the first rule that holds decides. Those that need no facts come first."""


def route(request: CaptureRequest, facts: Facts, thresholds: Thresholds, *, now: datetime) -> Route:
    """Where the request goes, and why; never raises.

    What is wanted in Actions, but cannot be dispatched, runs inline unless it is too large for that.
    """
    case = Case(request=request, facts=facts, thresholds=thresholds, now=now)
    rule = next(rule for rule in RULES if rule.when(case))
    why = rule.reason(case)
    if rule.to == "actions" and facts.dispatch is None:
        return Route(processor="actions", reason=why, rule=rule.name)
    hindrance = f"; Actions cannot do it: {facts.dispatch}" if rule.to == "actions" else ""
    if case.is_too_large_for_inline:
        reason = f"{why}{hindrance}; and it is too large for inline ({_too_large(case, why)})"
        return Route(processor="refused", reason=reason, rule="too_large_for_inline")
    if rule.to == "actions":
        return Route(processor="inline", reason=f"{why}{hindrance}; so it runs inline", rule="no_dispatch")
    return Route(processor="inline", reason=why, rule=rule.name)


def facts_needed(
    request: CaptureRequest,
    thresholds: Thresholds,
    now: datetime,
    *,
    facts: Facts | None = None,
    known: Collection[str] = (),
) -> frozenset[str]:
    """Which facts would change where it goes; none of them: no question to anybody.

    Args:
        request: what is to be routed.
        thresholds: by which.
        now: the time.
        facts: those found out so far.
        known: their names; also of those that nobody could find out.
    """
    known = frozenset(known)
    case = Case(request=request, facts=facts or Facts(), thresholds=thresholds, now=now)
    decides = next(index for index, rule in enumerate(RULES) if rule.when(case))
    before = {name for rule in RULES[:decides] for name in rule.needs(case)} - known
    sizes: frozenset[str] = frozenset(_size_facts(case)) - known
    if case.facts.dispatch is not None and DISPATCH in known:
        return sizes  # why it should have gone to Actions changes nothing: inline, if not too large
    if RULES[decides].to == "actions":
        return frozenset() if DISPATCH in known else frozenset(sizes | {DISPATCH})
    return frozenset((before | {DISPATCH}) - known if before else sizes)


def _hours(age: timedelta) -> str:
    hours = age / timedelta(hours=1)
    return f"{hours:,g} hours" if hours != 1 else "an hour"


def _size(case: Case) -> str:
    sizes = ((case.facts.pull_requests, "pull request"), (case.facts.runs, "workflow run"))
    most = case.thresholds.repository_size
    large = [plural(count, noun) for count, noun in sizes if count is not None and count > most]
    return f"the repository has {' and '.join(large)}, more than {most:,}"


def _as_far_as_known(case: Case) -> str:
    sizes_unknown = case.facts.runs is None and case.facts.pull_requests is None
    unsettled = {name for rule in RULES for name in rule.needs(case)}
    is_known = (case.facts.oldest_at is not None or OLDEST not in unsettled) and not (
        sizes_unknown and unsettled & SIZES
    )
    return "" if is_known else ", as far as is known"


def _too_large(case: Case, said: str) -> str:
    named, size = case.request.named_items, _size(case)
    if named is not None:
        return f"{plural(named, 'item')}, and at most {case.thresholds.inline_most_items:,} run inline"
    return "nobody knows how much it will be" + ("" if size in said else f", and {size}")
