"""`queue-manager submit`: have a piece of work done."""

from __future__ import annotations

from typing import Any

import click

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.command_line import (
    AS_JSON,
    DATABASE,
    HELP_NAMES,
    ends_well,
    option,
    with_options,
)
from queue_manager.request_options import request_options


@click.command("submit", context_settings=HELP_NAMES)
@request_options
@option("--wait", envvar="CAPTURE_WAIT", is_flag=True, help="Do it right here, if it goes inline.")
@option(
    "--dry-run", envvar="CAPTURE_DRY_RUN", is_flag=True, help="Say where it would go, and submit nothing."
)
@with_options([DATABASE, AS_JSON])
@click.pass_obj
@ends_well
def command(
    clock: Clock | None, *, kind: str, repository: str | None, wait: bool, dry_run: bool, **chosen: Any
) -> int:
    """Have a piece of work done: by Actions or inline, as the router says, with its reason.

    Equal work that waits already is not done twice: its job is shown.
    """
    from queue_manager.submitting import explain, submit  # noqa: PLC0415  (--help stays quick)

    if dry_run:
        return explain(kind, repository, clock=clock, **chosen)
    return submit(kind, repository, wait=wait, clock=clock, **chosen)
