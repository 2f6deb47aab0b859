"""`plan`: a capture cut into chunks for the legs of a matrix, with what it will cost."""

from __future__ import annotations

from typing import Any

import click

from progressive_capture.lib.chunks import MOST_CHUNKS
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.command_line import (
    AS_JSON,
    HELP_NAMES,
    JOB_ID,
    SPAN_OPTIONS,
    ends_well,
    option,
    repository_option,
    with_options,
)
from progressive_capture.lib.file_options import ARTIFACTS_ASKED
from progressive_capture.lib.leg_options import DATABASE_OR_SHELF, DEPTH, MAX_ITEMS, REPOSITORY_ID

KINDS = (
    *("sync", "workflow_runs", "workflow_jobs", "artifacts"),
    *("pull_requests", "reviews", "comments", "file_changes"),
)
"""What can be planned; `sync` is the main job, by one leg."""


@click.command("plan", context_settings=HELP_NAMES)
@click.argument("kind", envvar="CAPTURE_KIND", type=click.Choice(KINDS), metavar="KIND")
@repository_option
@with_options([REPOSITORY_ID, JOB_ID, *SPAN_OPTIONS, MAX_ITEMS, DEPTH, *ARTIFACTS_ASKED])
@option(
    "--chunk-size",
    envvar="CAPTURE_CHUNK_SIZE",
    type=click.IntRange(min=1),
    metavar="N",
    show_default="10,000 runs, 2,000 artifacts",
    help=f"So many items a leg; there are {MOST_CHUNKS} legs at most.",
)
@with_options([DATABASE_OR_SHELF, AS_JSON])
@click.pass_obj
@ends_well
def command(clock: Clock | None, *, kind: str, repository: str | None, **chosen: Any) -> int:
    """Cut a capture into chunks, and say what it will cost, before anything runs.

    KIND: sync, workflow_runs, workflow_jobs, artifacts, pull_requests, reviews, comments or file_changes.
    Runs are discovered by one leg; jobs and artifacts are cut by what the database knows. Inside Actions the
    chunks become the output `chunks`, for a matrix.
    """
    from progressive_capture.lib.plan_command import plan  # noqa: PLC0415  (--help stays quick)

    return plan(kind, repository, clock=clock, **chosen)
