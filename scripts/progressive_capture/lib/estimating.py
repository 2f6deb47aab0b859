"""How much there is to do and what it will cost, said before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import click

from progressive_capture.lib.actions_runtime import add_summary, minutes_cost_money
from progressive_capture.lib.assembly import open_connection
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import CaptureError, CapturePaused
from progressive_capture.lib.forecasting.estimate import ALL_OF_IT, Estimate, estimate
from progressive_capture.lib.forecasting.forecast import ACTIONS_BEGAN, listed, searched
from progressive_capture.lib.plan_report import plan_as_markdown, plan_in_lines
from progressive_capture.lib.planning import Work
from progressive_capture.lib.settings import Settings
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.windows import Window, gaps, whole_seconds

RUNS = "workflow_runs"
MOST_PEEKS = 3
"""Requests that an estimate is worth."""
OVERHEAD_JOBS = 2
"""The job that plans and the one that brings together: a minute each."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What the store knows: rows of the repository by table, and the spans that no listing has covered."""

    counts: Mapping[str, int]
    to_list: Sequence[Window]


def look(store: Store, work: Work, *, now: datetime) -> Looked:
    """Look at the store; no request."""
    known = work.repository_id
    return Looked(
        counts=dict(store.counts(known)) if known is not None else {},
        to_list=_to_list(store, work, now=now),
    )


def _to_list(store: Store, work: Work, *, now: datetime) -> list[Window]:
    """None where nothing is to be listed."""
    if work.kind not in (RUNS, ALL_OF_IT):
        return []
    until = whole_seconds(min(work.asked.until or now, now))
    asked = Window(min(whole_seconds(work.asked.since or ACTIONS_BEGAN), until), until)
    rows = store.windows(work.repository_id, RUNS) if work.repository_id is not None else ()
    covered = [Window(row["window_from"], row["window_to"]) for row in rows if row["status"] == "covered"]
    spans = gaps(asked, covered)
    return spans if len(spans) <= MOST_PEEKS else [Window(spans[-1].start, spans[0].end)]


def count_runs(settings: Settings, clock: Clock, work: Work, looked: Looked) -> int | None:
    """How many runs those spans hold: a request each; None where nothing is listed, or nobody answers.

    GitHub counts up to 2,500 of a search and up to 40,000 of everything, which is asked for where wanted.

    An estimate alone hangs on it: what hinders it here, the legs meet as well, and say with the next step.
    """
    if work.kind not in (RUNS, ALL_OF_IT):
        return None
    try:
        with open_connection(settings, clock) as connection:
            github = connection.client()
            if work.asked.since is None and work.asked.until is None and not looked.counts:
                total = listed(github.peek_runs(work.repository).total_count).number
            else:
                found = (github.peek_runs(work.repository, created=span.query()) for span in looked.to_list)
                total = sum(searched(page.total_count).number for page in found)
    except (CaptureError, CapturePaused) as error:
        click.echo(f"How many runs there are is not known: {error}", err=True)
        return None
    return total if work.asked.max_items is None else min(total, work.asked.max_items)


def expected_cost(
    settings: Settings, work: Work, items: int | None, looked: Looked, *, legs: int
) -> Estimate:
    """What so many items will cost, by so many legs."""
    return estimate(
        work.kind,
        items,
        looked.counts,
        depth=work.asked.depth,
        legs=legs,
        overhead_jobs=0 if work.kind == ALL_OF_IT else OVERHEAD_JOBS,
        minutes_cost=minutes_cost_money(settings),
    )


def say_before(settings: Settings, work: Work, expected: Estimate, say: Callable[[str], None]) -> None:
    """Tell the estimate, in the log and in the job summary."""
    for line in plan_in_lines(work.kind, work.repository, expected):
        say(line)
    add_summary(settings, plan_as_markdown(work.kind, work.repository, expected))
