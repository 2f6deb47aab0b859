"""`sync`: the main job, the captures in order, for one or several repositories."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from progressive_capture.lib.command_line import (
    HELP_NAMES,
    REPOSITORY_VARIABLE,
    capture_options,
    ends_well,
    option,
    with_options,
)
from progressive_capture.lib.file_options import DOWNLOADS, FILE_OPTIONS, with_file_rules

MORE = ("artifacts", "pull-requests")
"""What `--with` may name, in the order in which it is captured."""


def named(text: str) -> frozenset[str]:
    """`artifacts,…` as names."""
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    if unknown := names - set(MORE):
        raise click.BadParameter(f"{min(unknown)[:40]!r} is not among: {', '.join(MORE)}.")
    return names


@click.command("sync", context_settings=HELP_NAMES)
@click.argument("repositories", envvar=REPOSITORY_VARIABLE, metavar="OWNER/NAME...", nargs=-1)
@capture_options
@option(
    "--with",
    "more",
    envvar="CAPTURE_WITH",
    type=named,
    default="",
    metavar=",".join(MORE),
    help="Capture these as well.",
)
@with_options([*FILE_OPTIONS, DOWNLOADS])
@option(
    "--watch",
    "watching",
    envvar="CAPTURE_WATCH",
    is_flag=True,
    help="Go on: sync again after each wait, until Ctrl-C or the end of --time-budget.",
)
@option(
    "--poll-interval",
    envvar="POLL_INTERVAL_MINUTES",
    type=click.IntRange(min=1, max=1440),
    default=5,
    metavar="MINUTES",
    help="How long --watch waits between two rounds.",
)
@ends_well
def command(
    repositories: tuple[str, ...],
    *,
    more: frozenset[str],
    watching: bool,
    poll_interval: int,
    **chosen: Any,
) -> int:
    """Keep everything: workflow runs, every attempt, jobs and steps, of one or more repositories.

    The first call brings what GitHub still has, later ones only what is new or changed. It may be stopped at
    any moment: the next call goes on where it stopped. GITHUB_TOKEN needs read access to Actions and checks.
    """
    from progressive_capture.kinds import main_kinds  # noqa: PLC0415  (--help stays quick)
    from progressive_capture.lib.capture_command import run_command  # noqa: PLC0415

    wait = timedelta(minutes=poll_interval) if watching else None
    return run_command(main_kinds(more), repositories, poll_interval=wait, **with_file_rules(chosen))
