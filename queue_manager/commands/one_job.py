"""What the commands about one job share: show, cancel, retry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.command_line import AS_JSON, DATABASE, HELP_NAMES, ends_well, with_options

if TYPE_CHECKING:
    from progressive_capture.lib.capture_job import CaptureJob
    from queue_manager.hybrid_queue_manager import HybridQueueManager


def about_one_job(
    name: str, help_text: str, act: Callable[[HybridQueueManager, str], CaptureJob]
) -> click.Command:
    """A command that is given the id of a job, does something with it, and shows it then."""

    @click.command(name, help=help_text, context_settings=HELP_NAMES)
    @click.argument("job_id", metavar="ID")
    @with_options([DATABASE, AS_JSON])
    @click.pass_obj
    @ends_well
    def command(clock: Clock | None, *, job_id: str, database: str, as_json: bool) -> int:
        import json  # noqa: PLC0415  (--help stays quick)

        from queue_manager.opening import opened_manager  # noqa: PLC0415
        from queue_manager.queue_report import job_as_data, job_in_lines  # noqa: PLC0415

        with opened_manager(database, clock=clock) as manager:
            job = act(manager, job_id)
        if as_json:
            click.echo(json.dumps(job_as_data(job), indent=2, default=str))
        else:
            click.echo("\n".join(job_in_lines(job)))
        return 0

    return command
