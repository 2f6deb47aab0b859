"""`queue-manager work`: do inline jobs in this process."""

from __future__ import annotations

from datetime import timedelta

import click

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.command_line import (
    AS_JSON,
    DATABASE,
    HELP_NAMES,
    TIME_BUDGET,
    ends_well,
    length_of_time,
    option,
    with_options,
)


@click.command("work", context_settings=HELP_NAMES)
@option(
    "--repository",
    envvar="CAPTURE_REPOSITORY",
    metavar="OWNER/NAME",
    show_default="all in the queue",
    help="Only jobs of this one.",
)
@option(
    "--watch", "watching", envvar="CAPTURE_WATCH", is_flag=True, help="Go on: look again after each wait."
)
@option(
    "--poll-interval",
    envvar="POLL_INTERVAL_MINUTES",
    type=click.IntRange(min=1, max=1440),
    default=1,
    metavar="MINUTES",
    help="How long --watch waits between two looks.",
)
@option(
    "--time-limit",
    envvar="CAPTURE_TIME_LIMIT",
    type=length_of_time,
    default="30m",
    metavar="30m",
    help="Of one job at a time; what is left of it goes on after the others.",
)
@with_options([TIME_BUDGET, DATABASE, AS_JSON])
@click.pass_obj
@ends_well
def command(
    clock: Clock | None,
    *,
    repository: str | None,
    watching: bool,
    poll_interval: int,
    time_limit: timedelta,
    time_budget: timedelta | None,
    database: str,
    as_json: bool,
) -> int:
    """Do inline jobs, one after the other: one pass, or with --watch as they come.

    Several workers may share a database; no two ever have one job. Ctrl-C stores what is in hand and ends.
    """
    import json  # noqa: PLC0415  (--help stays quick)

    from progressive_capture.kinds import KINDS  # noqa: PLC0415
    from progressive_capture.lib.clock import SystemClock  # noqa: PLC0415
    from progressive_capture.lib.identify import checked_name  # noqa: PLC0415
    from progressive_capture.lib.report import open_progress  # noqa: PLC0415
    from progressive_capture.lib.settings import read_settings  # noqa: PLC0415
    from queue_manager.inline_worker import InlineWorker  # noqa: PLC0415

    clock = clock or SystemClock()
    with (
        open_progress(clock) as progress,
        InlineWorker(
            read_settings(),
            database,
            KINDS,
            clock,
            progress=progress,
            repository=checked_name(repository) if repository else None,
            time_limit=time_limit,
        ) as worker,
    ):
        watch = timedelta(minutes=poll_interval) if watching else None
        worked = worker.work(watch=watch, time_budget=time_budget)
    left = {status.value: count for status, count in sorted(worked.jobs.items())}
    click.echo(
        f"Jobs: {', '.join(f'{count} {status}' for status, count in left.items()) or 'none'}.", err=True
    )
    if as_json:
        click.echo(json.dumps({"jobs": left, "stopped": worked.stopped}, indent=2))
    return worked.exit_code
