"""What `submit` and `route` do between their options and their exit codes."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import click

from progressive_capture.kinds import KINDS
from progressive_capture.lib.capture_command import own_repository
from progressive_capture.lib.capture_job import CaptureJob, JobStatus
from progressive_capture.lib.clock import Clock, SystemClock
from progressive_capture.lib.command_line import not_outvoted
from progressive_capture.lib.report import open_progress
from progressive_capture.lib.settings import Settings, read_settings
from queue_manager.inline_worker import PROCESSOR, InlineWorker
from queue_manager.opening import opened_manager
from queue_manager.queue_report import explained_as_data, explained_in_lines, job_as_data, job_in_a_line
from queue_manager.request_options import request_of

say = partial(click.echo, err=True)


def explain(
    kind: str, repository: str | None, *, database: str, as_json: bool, clock: Clock | None, **chosen: Any
) -> int:
    """Say where it would go; the exit code is 2 where it is refused."""
    settings = read_settings()
    request = _request(kind, repository, settings, chosen)
    with opened_manager(database, clock=clock, settings=settings) as manager:
        explained = manager.explain(request)
    if as_json:
        click.echo(json.dumps(explained_as_data(explained), indent=2, default=str))
    else:
        click.echo("\n".join(explained_in_lines(explained)))
    return 2 if explained.route.processor == "refused" else 0


def submit(
    kind: str,
    repository: str | None,
    *,
    database: str,
    as_json: bool,
    wait: bool,
    clock: Clock | None,
    **chosen: Any,
) -> int:
    """Submit; where it is waited for, the exit code is that of the work."""
    settings, clock = read_settings(), clock or SystemClock()
    request = _request(kind, repository, settings, chosen)
    with opened_manager(database, clock=clock, settings=settings) as manager:
        job, code = manager.submit(request), 0
    say(f"{job_in_a_line(job)}: {job.route_reason or 'it waited already'}")
    if wait:
        job, code = _done_here(job, settings, database, clock)
    if as_json:
        click.echo(json.dumps(job_as_data(job), indent=2, default=str))
    return code


def _request(kind: str, repository: str | None, settings: Settings, chosen: dict[str, Any]) -> Any:
    return request_of(
        kind=kind, repository=repository or own_repository(settings), chosen=not_outvoted(chosen)
    )


def _done_here(job: CaptureJob, settings: Settings, database: str, clock: Clock) -> tuple[CaptureJob, int]:
    if job.processor != PROCESSOR or job.status is not JobStatus.QUEUED:
        say("It is not this machine's to do: see it with `queue-manager show`.")
        return job, 0
    with (
        open_progress(clock) as progress,
        InlineWorker(settings, database, KINDS, clock, progress=progress) as worker,
    ):
        done = worker.run(job.id)
    if done is None:
        say("Another worker has taken it: see it with `queue-manager show`.")
        return job, 0
    say(job_in_a_line(done.job))
    return done.job, done.ended.exit_code
