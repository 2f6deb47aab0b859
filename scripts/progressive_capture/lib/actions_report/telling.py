"""What legs did, told to Actions: annotations, the job summary, and the outputs of the step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from progressive_capture.lib.actions_report.from_capture import leg_summary
from progressive_capture.lib.actions_report.leg_summary import LegSummary
from progressive_capture.lib.actions_report.run_annotations import annotations_of
from progressive_capture.lib.actions_report.step_outputs import outputs_of
from progressive_capture.lib.actions_report.summary import DEFAULT_SERVER, summary_of
from progressive_capture.lib.actions_report.totals import Legs
from progressive_capture.lib.actions_runtime import add_summary, annotate, left_out, set_outputs
from progressive_capture.lib.assembly import Session
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.running import Ended
from progressive_capture.lib.settings import Settings


def tell_runner(
    settings: Settings,
    legs: Legs,
    *,
    outcome: Outcome | None = None,
    next_steps: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> None:
    """Tell what legs did; outside Actions nobody is told.

    Args:
        settings: name the files of the step.
        legs: those of this step, or of all the jobs before it.
        outcome: of all; as the legs say, unless told.
        next_steps: as in `summary_of`.
        notes: likewise.
    """
    if not settings.in_actions:
        return
    for annotation in annotations_of(legs):
        annotate(annotation)
    summary = summary_of(
        legs,
        outcome=outcome,
        server_url=settings.run.server_url if settings.run is not None else DEFAULT_SERVER,
        next_steps=next_steps,
        notes=notes,
        annotations_left_out=left_out(),
    )
    add_summary(settings, summary)
    set_outputs(settings, {**outputs_of(legs), **({"outcome": outcome.value} if outcome else {})})


def legs_in_one_job(
    session: Session, ended: Sequence[Ended], settings: Settings, *, began: datetime
) -> list[LegSummary]:
    """The captures of several repositories side by side: the minutes of their job are charged once."""
    now = session.clock.now()
    legs = [leg_summary(each, settings, started_at=began, ended_at=now, session=session) for each in ended]
    return [*legs[:1], *(replace(leg, started_at=None, ended_at=None) for leg in legs[1:])]
