"""`sync`: the main job, the captures in order, for one or several repositories."""

from __future__ import annotations

from typing import Any

import click

from progressive_capture.lib.command_line import capture_options, ends_well


@click.command("sync")
@click.argument("repositories", metavar="OWNER/NAME...", nargs=-1)
@capture_options
@ends_well
def command(repositories: tuple[str, ...], **chosen: Any) -> int:
    """Keep everything: workflow runs, every attempt, jobs and steps, of one or more repositories.

    The first call brings what GitHub still has, later ones only what is new or changed. It may be stopped at
    any moment: the next call goes on where it stopped. GITHUB_TOKEN needs read access to Actions and checks.
    """
    from progressive_capture.historical_sync import HistoricalSync  # noqa: PLC0415  (--help stays quick)
    from progressive_capture.job_details import JobDetails  # noqa: PLC0415
    from progressive_capture.lib.capture_command import run_command  # noqa: PLC0415

    return run_command([HistoricalSync, JobDetails], repositories, **chosen)
