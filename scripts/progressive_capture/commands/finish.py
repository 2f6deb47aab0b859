"""`finish`: what the legs of a workflow left is brought together and kept; then it goes on, or ends."""

from __future__ import annotations

from typing import Any

import click

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.command_line import (
    AS_JSON,
    HELP_NAMES,
    ends_well,
    option,
    repository_option,
    with_options,
)
from progressive_capture.lib.leg_options import DATABASE_OR_SHELF, FOLDER, REPOSITORY_ID


@click.command("finish", context_settings=HELP_NAMES)
@repository_option
@with_options([REPOSITORY_ID, FOLDER])
@option(
    "--chunks",
    envvar="CAPTURE_CHUNKS",
    metavar="JSON",
    help="The chunks that were planned, so that a leg that left nothing is missed.",
)
@option(
    "--cancelled",
    envvar="CAPTURE_CANCELLED",
    is_flag=True,
    help="A person ended the workflow run: keep what there is, and do not go on.",
)
@option(
    "--stay",
    envvar="CAPTURE_STAY",
    is_flag=True,
    help="Do not start the workflow again, though there is more to do.",
)
@with_options([DATABASE_OR_SHELF, AS_JSON])
@click.pass_obj
@ends_well
def command(clock: Clock | None, *, repository: str | None, **chosen: Any) -> int:
    """Bring together what legs captured, and keep it.

    Without a database: their shards are merged into the newest database that the release of this repository
    keeps. With one: the capture job is settled from its chunks. Inside Actions the workflow is started again
    where there is more to do at once.
    """
    from progressive_capture.lib.finish_command import finish  # noqa: PLC0415  (--help stays quick)

    return finish(repository, clock=clock, **chosen)
