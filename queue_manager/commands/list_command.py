"""`queue-manager list`: jobs, newest first."""

from __future__ import annotations

from typing import Any

import click

from progressive_capture.lib.capture_job import JobStatus
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.command_line import (
    AS_JSON,
    DATABASE,
    HELP_NAMES,
    ends_well,
    option,
    with_options,
)


@click.command("list", context_settings=HELP_NAMES)
@option(
    "--repository",
    envvar="CAPTURE_REPOSITORY",
    metavar="OWNER/NAME",
    show_default="all",
    help="Only jobs of this one.",
)
@option(
    "--status",
    envvar="CAPTURE_STATUS",
    type=click.Choice([status.value for status in JobStatus]),
    help="Only jobs in this state.",
)
@option("--kind", envvar="CAPTURE_KIND", metavar="KIND", help="Only jobs of this kind.")
@option("--processor", envvar="CAPTURE_PROCESSOR", metavar="actions|inline", help="Only jobs of theirs.")
@option(
    "--limit", envvar="CAPTURE_LIMIT", type=click.IntRange(min=1), default=20, metavar="N", help="At most."
)
@with_options([DATABASE, AS_JSON])
@click.pass_obj
@ends_well
def command(clock: Clock | None, *, status: str | None, database: str, as_json: bool, **chosen: Any) -> int:
    """List capture jobs, newest first."""
    import json  # noqa: PLC0415  (--help stays quick)

    from queue_manager.opening import opened_manager  # noqa: PLC0415
    from queue_manager.queue_report import job_as_data, job_in_a_line  # noqa: PLC0415

    with opened_manager(database, clock=clock) as manager:
        jobs = manager.jobs(status=JobStatus(status) if status else None, **chosen)
    if as_json:
        click.echo(json.dumps([job_as_data(job) for job in jobs], indent=2, default=str))
    else:
        click.echo("\n".join(job_in_a_line(job) for job in jobs) or "There are no such jobs.")
    return 0
