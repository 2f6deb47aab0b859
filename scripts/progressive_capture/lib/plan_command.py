"""What `plan` does: look at what is known, cut the work, and say what it will cost before anything runs."""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from progressive_capture.lib.actions_runtime import set_outputs
from progressive_capture.lib.capture_command import own_repository
from progressive_capture.lib.capture_job import CaptureJob, JobStatus
from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.clock import Clock, SystemClock
from progressive_capture.lib.command_line import not_outvoted, span_of
from progressive_capture.lib.errors import CapturePaused, ConfigurationError
from progressive_capture.lib.estimating import count_runs, expected_cost, look, say_before
from progressive_capture.lib.forecasting.estimate import ALL_OF_IT, Estimate
from progressive_capture.lib.identify import checked_name
from progressive_capture.lib.places import opened_store
from progressive_capture.lib.plan_report import plan_as_data
from progressive_capture.lib.planning import Work, as_matrix, cut_work
from progressive_capture.lib.report import printable
from progressive_capture.lib.settings import Settings, read_settings
from progressive_capture.lib.settling import keep_jobs
from progressive_capture.lib.shelving import opened_shelf, told_id
from progressive_capture.lib.store.contract import Store


def plan(
    kind: str,
    repository: str | None,
    *,
    database: str | None,
    repository_id: int | None,
    job_id: str | None,
    chunk_size: int | None,
    as_json: bool,
    clock: Clock | None = None,
    **chosen: Any,
) -> int:
    """Plan, and return the exit code.

    Raises:
        ConfigurationError: an option that cannot work; a job id that is not there, or of other work.
    """
    settings, clock = read_settings(), clock or SystemClock()
    name = checked_name(repository) if repository else own_repository(settings)
    asked = _asked(not_outvoted(chosen), now=clock.now())
    with known(settings, database, name, clock, repository_id=repository_id) as (store, is_known):
        row = store.repository(name)
        known_id = row["id"] if row else None
        _refuse_another(known_id or told_id(settings, name), repository_id, name)
        if job_id is not None and is_known:
            job = named_job(store, kind, name, job_id)
            asked = Asked.of(job.parameters, now=clock.now())
            job_id = None if job.status is JobStatus.SUCCEEDED else job.id
        work = Work(kind=kind, repository=name, repository_id=known_id, asked=asked, job_id=job_id)
        cut = cut_work(work, store, run_of_plan=_name_of_plan(settings), size=chunk_size)
        if database is not None:
            keep_jobs(store, cut.chunks, now=clock.now(), run=settings.run)
        looked = look(store, work, now=clock.now())
    items = cut.items if cut.items is not None else count_runs(settings, clock, work, looked)
    expected = expected_cost(settings, work, items, looked, legs=len(cut.chunks))
    _tell(settings, work, [] if kind == ALL_OF_IT else cut.chunks, expected, as_json=as_json)
    return 0


@contextmanager
def known(
    settings: Settings, database: str | None, name: str, clock: Clock, *, repository_id: int | None = None
) -> Iterator[tuple[Store, bool]]:
    """What is known by now: the database, or a copy of the one on the shelf.

    Where nobody may look at the shelf now, an empty one, and False.
    """
    if database is not None:
        with opened_store(database, settings) as store:
            yield store, True
        return
    is_known = True
    say = partial(click.echo, err=True)
    with tempfile.TemporaryDirectory(prefix="progressive-capture-") as folder:
        path = Path(folder) / "known.db"
        try:
            with opened_shelf(settings, name, clock, say, target_id=repository_id) as shelf:
                shelf.bring(path)
        except CapturePaused as pause:  # the leg pauses as well, and says when it goes on
            say(f"What is known by now cannot be looked at: {pause.reason}.")
            is_known = False
        with opened_store(f"sqlite:///{path}", settings) as store:
            yield store, is_known


def _asked(chosen: dict[str, Any], *, now: datetime) -> Asked:
    begin, end = span_of(chosen.pop("time_range"), chosen.pop("since"), chosen.pop("until"), now=now)
    return Asked(since=begin, until=end, **chosen)


def _refuse_another(known_id: int | None, wanted_id: int | None, name: str) -> None:
    if known_id is not None and wanted_id is not None and known_id != wanted_id:
        raise ConfigurationError(
            f"{name} is the repository with the id {known_id}, not {wanted_id}.",
            hint="Leave the id out, or give the name that the repository has today.",
        )


def named_job(store: Store, kind: str, name: str, job_id: str) -> CaptureJob:
    """The job to go on with; where it is over by now, what it asked for is asked for anew.

    Raises:
        ConfigurationError: it is not there, of other work, or was cancelled.
    """
    job = store.job(job_id)
    if job is None:
        raise ConfigurationError(
            f"There is no capture job {printable(job_id, 80)!r} in {store.describe()}.",
            hint="List the jobs with: progressive-capture status. Or leave the job id empty.",
        )
    if (job.kind, job.repository.lower()) != (kind, name.lower()):
        raise ConfigurationError(
            f"Capture job {job.id} is about {job.kind} of {job.repository}, not {kind} of {name}.",
            hint="Leave the job id empty, or give that of a job of the same kind and repository.",
        )
    if job.status is JobStatus.CANCELLED:
        raise ConfigurationError(
            f"Capture job {job.id} was cancelled.", hint="Leave the job id empty: a new job does the work."
        )
    return job


def _name_of_plan(settings: Settings) -> str:
    """A re-run of a leg finds the plan of its workflow run; planning again is another plan."""
    run = settings.run
    return f"{run.repository} {run.id} {run.attempt}" if run is not None else str(uuid.uuid4())


def _tell(settings: Settings, work: Work, chunks: list[Chunk], expected: Estimate, *, as_json: bool) -> None:
    say_before(settings, work, expected, partial(click.echo, err=True))
    owner, _, short_name = work.repository.partition("/")
    set_outputs(
        settings,
        {
            "chunks": as_matrix(chunks),
            "legs": len(chunks),
            "plan": uuid.uuid4().hex[:12],
            "repository": work.repository,
            "owner": owner,
            "name": short_name,
        },
    )
    if as_json:
        click.echo(json.dumps(plan_as_data(chunks, expected), indent=2))
