"""What of the legs is worth a message on the run's page (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from progressive_capture.lib.actions_report.leg_summary import LegSummary
from progressive_capture.lib.actions_report.totals import Legs, by_repository, holes, open_failures
from progressive_capture.lib.actions_runtime import Annotation
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.command_line import error_in_words
from progressive_capture.lib.report import plural, printable

SHOWN = 3
SECOND = "%Y-%m-%d %H:%M:%S"


def annotations_of(legs: Legs) -> Sequence[Annotation]:
    """Few, and errors first: what ended each leg, each repository's failures, its holes, each pause.

    A repository's text is shown as it is: annotations are plain text.
    """
    found = [*_errors(legs)]
    for name, of_it in by_repository(legs).items():
        found += [*_failures(name, of_it), *_holes(name, of_it)]
    return [*found, *(_pause(leg) for leg in legs if leg.outcome == Outcome.PAUSED.value)]


def _errors(legs: Legs) -> Iterator[Annotation]:
    for leg in legs:
        if leg.error:
            message = error_in_words(leg.error, leg.hint or "")
            yield Annotation(level="error", title=_title(leg), message=message)
        elif leg.outcome is None:
            message = "It never came to its end: its job was ended, or its runner lost. Run the job again."
            yield Annotation(level="error", title=_title(leg), message=message)


def _failures(name: str, legs: Legs) -> Iterator[Annotation]:
    items, beyond = open_failures(legs)
    if not items and not beyond:
        return
    said = [f"{printable(item.item_key, 100)}: {printable(item.error, 300)}" for item in items[:SHOWN]]
    more = len(items) + beyond - len(said)
    lines = [
        f"{plural(len(items) + beyond, 'item')} not captured, to be tried again:",
        *said,
        *([f"and {more:,} more, see the summary"] if more else []),
    ]
    yield Annotation(
        level="warning", title=f"{printable(name, 150)}: open failures", message="\n".join(lines)
    )


def _holes(name: str, legs: Legs) -> Iterator[Annotation]:
    found = holes(legs)
    if found:
        first = found[0]
        message = (
            f"{plural(len(found), 'span')} could not be listed whole, the first from {first.start:{SECOND}} "
            f"to {first.end:{SECOND}} UTC: GitHub shows no more of it."
        )
        yield Annotation(level="warning", title=f"{printable(name, 150)}: holes", message=message)


def _pause(leg: LegSummary) -> Annotation:
    when = f" It can go on after {leg.resume_at:{SECOND}} UTC." if leg.resume_at else ""
    reason = printable(leg.reason or "it stopped before its end")
    return Annotation(level="notice", title=_title(leg), message=f"Paused: {reason}.{when}")


def _title(leg: LegSummary) -> str:
    part = f", part {leg.chunk_index + 1} of {leg.chunk_count}" if leg.chunk_count > 1 else ""
    return f"{printable(leg.repository, 150)}{part}"
