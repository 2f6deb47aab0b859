"""`leg`: one leg of a workflow: brings what its work needs, captures, and leaves a folder for `finish`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from progressive_capture.commands.sync import named
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.command_line import (
    HELP_NAMES,
    LEAVE_BUDGET,
    REPOSITORY_VARIABLE,
    SPAN_OPTIONS,
    ends_well,
    option,
    with_options,
)
from progressive_capture.lib.file_options import DOWNLOADS, FILE_OPTIONS, with_file_rules
from progressive_capture.lib.leg_options import (
    DATABASE_OR_SHELF,
    DEPTH,
    FOLDER,
    MAX_ITEMS,
    REPOSITORY_ID,
    TIME_BUDGET,
)


@click.command("leg", context_settings=HELP_NAMES)
@click.argument("repositories", envvar=REPOSITORY_VARIABLE, metavar="[OWNER/NAME...]", nargs=-1)
@option(
    "--chunk",
    envvar="CAPTURE_CHUNK",
    metavar="JSON",
    help="One chunk of a plan, which says everything; else the main job of the repositories.",
)
@option(
    "--with",
    "more",
    envvar="CAPTURE_WITH",
    type=named,
    default="",
    metavar="artifacts,pull-requests",
    help="Capture these as well.",
)
@with_options([REPOSITORY_ID, *SPAN_OPTIONS, MAX_ITEMS, DEPTH, *FILE_OPTIONS, DOWNLOADS])
@option(
    "--parallel",
    envvar="CAPTURE_PARALLEL",
    type=click.IntRange(min=1, max=256),
    default=1,
    metavar="N",
    help="So many legs share the token at once: each keeps to its part of GitHub's limits a minute.",
)
@with_options([LEAVE_BUDGET, TIME_BUDGET, FOLDER, DATABASE_OR_SHELF])
@click.pass_obj
@ends_well
def command(
    clock: Clock | None,
    *,
    repositories: tuple[str, ...],
    chunk: str | None,
    more: frozenset[str],
    time_budget: timedelta | None,
    **chosen: Any,
) -> int:
    """Capture as one leg of a workflow does: whole repositories, or one chunk of a plan.

    Without a database it works in a copy of what the release of the repository that runs it keeps, and leaves
    it in the folder, for `finish`. What waits in the database is gone on with.
    """
    from progressive_capture.kinds import KINDS, main_kinds  # noqa: PLC0415  (--help stays quick)
    from progressive_capture.lib.leg_command import run_legs  # noqa: PLC0415

    kinds = [kind for kind in KINDS if KINDS[kind] in main_kinds(more)]
    chosen = with_file_rules({**chosen, "chunk": chunk, "time_budget": time_budget})
    return run_legs(KINDS, kinds, repositories, clock=clock, **chosen)
