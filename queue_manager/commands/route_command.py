"""`queue-manager route`: where a piece of work would go."""

from __future__ import annotations

from typing import Any

import click

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.command_line import AS_JSON, DATABASE, HELP_NAMES, ends_well, with_options
from queue_manager.request_options import request_options


@click.command("route", context_settings=HELP_NAMES)
@request_options
@with_options([DATABASE, AS_JSON])
@click.pass_obj
@ends_well
def command(clock: Clock | None, *, kind: str, repository: str | None, **chosen: Any) -> int:
    """Say where a piece of work would go, by which rule, and what it would cost. Nothing is submitted."""
    from queue_manager.submitting import explain  # noqa: PLC0415  (--help stays quick)

    return explain(kind, repository, clock=clock, **chosen)
