"""The job summary: what one sees on the page of a workflow run, in Markdown (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from progressive_capture.lib.actions_report.leg_summary import FailedItem, LegSummary
from progressive_capture.lib.actions_report.links import link_to
from progressive_capture.lib.actions_report.markdown import as_code, table
from progressive_capture.lib.actions_report.pauses import how_it_goes_on, pause_in_words
from progressive_capture.lib.actions_report.spending import spending_lines
from progressive_capture.lib.actions_report.totals import (
    Legs,
    by_repository,
    covered,
    failed_items,
    holes,
    open_failures,
    outcome_of_legs,
    postponed_items,
    rows_of,
)
from progressive_capture.lib.actions_runtime import Level
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.report import NOUNS, plural

MOST_FAILURES = 20
MOST_SPANS = 20
SECOND = "%Y-%m-%d %H:%M:%S"
DEFAULT_SERVER = "https://github.com"


def summary_of(
    legs: Legs,
    *,
    title: str = "Progressive Capture",
    outcome: Outcome | None = None,
    server_url: str = DEFAULT_SERVER,
    notes: Sequence[str] = (),
    next_steps: Sequence[str] = (),
    annotations_left_out: Mapping[Level, int] | None = None,
) -> str:
    """What legs did, as one page.

    Args:
        legs: of one run, of one or more repositories; those that died as well.
        title: ours; what is captured is added to it.
        outcome: of all; as the legs say, unless told.
        server_url: where GitHub's pages are (`WorkflowRun.server_url`).
        notes: sentences of ours to be read first, in Markdown; text from GitHub in them through `as_code`.
        next_steps: sentences of ours in Markdown, instead of those that follow from the legs.
        annotations_left_out: how many of each level were too many to be shown.
    """
    outcome = outcome or outcome_of_legs(legs)
    names = ", ".join(as_code(name) for name in by_repository(legs)) or "nothing"
    lines = [f"## {title}: {names} {outcome.value}", "", *(f"{note}\n" for note in notes)]
    lines += [*_unended(legs), *_captured(legs)]
    for name, of_it in by_repository(legs).items():
        lines += [*_coverage(name, of_it), *_failures(name, of_it, server_url)]
    lines += [*_section("Spent", spending_lines(legs)), *_pauses(legs)]
    lines += _section("What to do next", [*(next_steps or how_it_goes_on(legs))])
    for level, count in (annotations_left_out or {}).items():
        lines += [f"{plural(count, 'more annotation')} of level {level} not shown: GitHub shows 10.", ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _section(title: str, points: Sequence[str]) -> list[str]:
    return ["", f"### {title}", "", *(f"- {point}" for point in points), ""] if points else []


def _unended(legs: Legs) -> list[str]:
    """What went wrong with whole legs, before everything else."""
    points = []
    for leg in legs:
        if leg.error:
            hint = f" What to do: {as_code(leg.hint, 1000)}" if leg.hint else ""
            points.append(f"{_name(leg)}: {as_code(leg.error, 1000)}{hint}")
        elif leg.outcome is None:
            points.append(f"{_name(leg)} never came to its end: its job was ended, or its runner lost.")
    return _section("What went wrong", points)


def _name(leg: LegSummary) -> str:
    part = f", part {leg.chunk_index + 1} of {leg.chunk_count}" if leg.chunk_count > 1 else ""
    return f"{as_code(leg.repository)}{part}"


def _captured(legs: Legs) -> list[str]:
    new, changed = rows_of(legs, "new"), rows_of(legs, "changed")
    rows = [
        [f"{noun}s", f"{new[name]:,}", f"{changed[name]:,}"]
        for name, noun in NOUNS.items()
        if new[name] or changed[name]
    ]
    lines = table(["", "New", "Changed"], rows) or ["", "Nothing was new, and nothing had changed."]
    failed, postponed = failed_items(legs), postponed_items(legs)
    if failed:
        lines.append(f"\n{plural(failed, 'item')} could not be captured.")
    if postponed:
        waiting = plural(postponed, "item")
        lines.append(f"\nWaiting for their time to be tried again after earlier failures: {waiting}.")
    return ["", "### Captured", *lines, ""]


def _coverage(name: str, legs: Legs) -> list[str]:
    points = [
        f"{as_code(kind)}: {window.start:{SECOND}} to {window.end:{SECOND}} UTC, whole"
        for kind, windows in covered(legs)
        for window in windows
    ]
    points = _first(points, MOST_SPANS, "more span")
    gaps = any(len(windows) > 1 for _, windows in covered(legs))
    points += ["Between those spans nothing is listed yet: the next capture does it."] if gaps else []
    missing = [
        f"**Hole** in {as_code(hole.kind)}: {_listed(hole.listed, hole.reported)} of {hole.start:{SECOND}} "
        f"to {hole.end:{SECOND}} UTC could be listed"
        for hole in holes(legs)
    ]
    return _section(f"Covered of {as_code(name)}", [*points, *_first(missing, MOST_SPANS, "more hole")])


def _listed(listed: int | None, reported: int | None) -> str:
    return "a part" if listed is None else f"{listed:,}" + (f" of {reported:,}" if reported else "")


def _failures(name: str, legs: Legs, server_url: str) -> list[str]:
    items, beyond = open_failures(legs)
    points = [_failure(item, name, server_url) for item in items[:MOST_FAILURES]]
    more = len(items) - len(points) + beyond
    points += [f"and {plural(more, 'more item')}: `progressive-capture status` lists them"] if more else []
    return _section(f"Open failures of {as_code(name)}: {len(items) + beyond:,}", points) if points else []


def _failure(item: FailedItem, repository: str, server_url: str) -> str:
    link = link_to(item, repository=repository, server_url=server_url)
    key = as_code(item.item_key, 100)
    shown = f"[{key}]({link})" if link else key
    tries = f" (tried {plural(item.attempts, 'time')})" if item.attempts > 1 else ""
    return f"{shown}{tries}: {as_code(item.error, 300)}"


def _pauses(legs: Legs) -> list[str]:
    return _section("Paused", [f"{_name(leg)}: {said}" for leg in legs if (said := pause_in_words(leg))])


def _first(points: Sequence[str], most: int, noun: str) -> list[str]:
    more = len(points) - most
    return [*points[:most], *([plural(more, noun)] if more > 0 else [])]
