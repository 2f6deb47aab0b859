"""What `finish` does between its options and its exit code: each repository, then the workflow as a whole."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from progressive_capture.lib.actions_report.markdown import as_code
from progressive_capture.lib.actions_report.telling import tell_runner
from progressive_capture.lib.actions_report.totals import outcome_of_legs
from progressive_capture.lib.actions_runtime import set_outputs
from progressive_capture.lib.capture_command import own_repository
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.clock import Clock, SystemClock
from progressive_capture.lib.command_line import say_error
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.finishing import Finished, Finisher, silent_legs
from progressive_capture.lib.going_on import GoneOn, go_on, keep_awake
from progressive_capture.lib.identify import checked_name
from progressive_capture.lib.leg_folder import LegFolder, folders_in
from progressive_capture.lib.report import file_size
from progressive_capture.lib.settings import Settings, read_settings

FAILED = 1


def finish(
    repository: str | None,
    *,
    folder: str,
    chunks: str | None,
    cancelled: bool,
    stay: bool,
    database: str | None,
    repository_id: int | None,
    as_json: bool,
    clock: Clock | None = None,
) -> int:
    """Finish, and return the exit code.

    Raises:
        ConfigurationError: the chunks are none.
    """
    settings, clock = read_settings(), clock or SystemClock()
    set_outputs(settings, {"kept": "false", "handed_over": "false"})  # whatever comes
    planned = chunks_in(chunks)
    finisher = Finisher(settings, clock, database=database, cancelled=cancelled)
    own = checked_name(repository) if repository else own_repository(settings)
    groups = by_repository(folders_in(Path(folder)), own) or {own: []}
    all_finished = [
        finisher.finish(name, folders, planned, repository_id=repository_id)
        for name, folders in groups.items()
    ]
    told_to_stay = GoneOn(started=False, reason="it was told to stay")
    gone_on = told_to_stay if stay else go_on(settings, clock, all_finished)
    keep_awake(settings, clock)
    _tell(settings, all_finished, gone_on, database=database, as_json=as_json)
    return _exit_code(all_finished)


def chunks_in(text: str | None) -> Sequence[Chunk]:
    """The chunks of a plan, from the list that it printed.

    Raises:
        ConfigurationError: it is no such list.
    """
    if not text:
        return []
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if not isinstance(data, list):
        raise ConfigurationError(
            "--chunks is not the list of a plan.",
            hint="Give the output `chunks` of `progressive-capture plan`, or leave it out.",
        )
    return [Chunk.parse(json.dumps(each)) for each in data]


def by_repository(folders: Sequence[LegFolder], own: str) -> Mapping[str, Sequence[LegFolder]]:
    """The folders of each repository; one that does not say whose it is belongs to `own`."""
    groups: dict[str, list[LegFolder]] = defaultdict(list)
    for folder in folders:
        groups[folder.summary().repository or own].append(folder)
    return groups


def _tell(
    settings: Settings,
    all_finished: Sequence[Finished],
    gone_on: GoneOn,
    *,
    database: str | None,
    as_json: bool,
) -> None:
    legs = [leg for each in all_finished for leg in each.legs]
    for each in all_finished:
        for line in _in_lines(each):
            click.echo(line, err=True)
        for problem in each.problems:
            say_error(problem)
    click.echo(f"Goes on at once: {'yes' if gone_on.started else 'no'}, {gone_on.reason}.", err=True)
    if settings.in_actions:
        problems = [problem for each in all_finished for problem in each.problems]
        next_steps = [as_code(problem.hint, 1000) for problem in problems if problem.hint]
        outcome = _outcome(all_finished)
        notes = _notes(all_finished, gone_on)
        tell_runner(settings, legs, outcome=outcome, notes=notes, next_steps=next_steps)
        set_outputs(settings, _outputs(all_finished, gone_on, database=database))
    if as_json:
        click.echo(json.dumps([_as_data(each) for each in all_finished], indent=2, default=str))


def _in_lines(finished: Finished) -> list[str]:
    lines = [f"{finished.repository}: {_outcome([finished]).value}"]
    if silent := silent_legs(finished.legs):
        lines.append(f"  {silent}: re-run the failed jobs, and they go on where they stopped")
    if finished.kept is not None:
        lines.append(f"  kept:    {finished.kept.name}, {file_size(finished.kept.size_bytes)}")
    return lines


def _notes(all_finished: Sequence[Finished], gone_on: GoneOn) -> list[str]:
    """What a person has to know first."""
    notes = []
    for each in all_finished:
        for problem in each.problems:
            what_next = f" What to do: {as_code(problem.hint, 1000)}" if problem.hint else ""
            notes.append(f"**{as_code(each.repository)}**: {as_code(str(problem), 1000)}{what_next}")
        notes += [as_code(said, 1000) for said in each.notes]
        if each.kept is not None:
            name, size = as_code(each.kept.name), file_size(each.kept.size_bytes)
            notes.append(f"The database of {as_code(each.repository)} is kept as {name}, {size}.")
    if gone_on.started:
        where = f": {gone_on.run_url}" if gone_on.run_url else ""
        notes.append(f"There is more to do, and a run was started that does it{where}.")
    elif any(leg.paused_for for each in all_finished for leg in each.legs):
        notes.append(f"It does not go on at once: {as_code(gone_on.reason, 1000)}.")
    return notes


def _outputs(
    all_finished: Sequence[Finished], gone_on: GoneOn, *, database: str | None
) -> Mapping[str, object]:
    kept = database is not None or all(each.kept or each.has_nothing_to_keep for each in all_finished)
    ids = {each.job_id for each in all_finished if each.job_id is not None}
    return {
        "kept": str(kept).lower(),
        "handed_over": str(gone_on.started).lower(),
        "job_id": ids.pop() if len(ids) == 1 else "",
    }


def _outcome(all_finished: Sequence[Finished]) -> Outcome:
    """As the legs say; but what is not kept, or was never begun, is no success."""
    if any(each.problems or not each.legs for each in all_finished):
        return Outcome.FAILED
    return outcome_of_legs([leg for each in all_finished for leg in each.legs])


def _as_data(finished: Finished) -> Mapping[str, Any]:
    return {
        "repository": finished.repository,
        "outcome": _outcome([finished]).value,
        "legs": [leg.as_data() for leg in finished.legs],
        "kept": finished.kept.as_data() if finished.kept is not None else None,
        "hand_over": asdict(finished.hand_over),
        "job_id": finished.job_id,
        "problems": [str(problem) for problem in finished.problems],
    }


def _exit_code(all_finished: Sequence[Finished]) -> int:
    """What went wrong here; what went wrong in a leg is its own job's to show, unless it could not."""
    codes = [problem.exit_code for each in all_finished for problem in each.problems]
    silent = any(silent_legs(each.legs) for each in all_finished)
    nothing = any(not each.legs for each in all_finished)
    return max([FAILED if silent or nothing else 0, *codes])
