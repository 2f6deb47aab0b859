"""`retry`: failed items again, now, instead of when their time comes."""

from __future__ import annotations

from typing import Any

import click

from progressive_capture.lib.command_line import (
    AS_JSON,
    DATABASE,
    HELP_NAMES,
    PACE_OPTIONS,
    REPOSITORY_VARIABLE,
    ends_well,
    with_options,
)
from progressive_capture.lib.file_options import DOWNLOADS, FILE_OPTIONS, with_file_rules


@click.command("retry", context_settings=HELP_NAMES)
@click.argument("repository", envvar=REPOSITORY_VARIABLE, metavar="[OWNER/NAME]", required=False)
@with_options([DATABASE, *PACE_OPTIONS, *FILE_OPTIONS, DOWNLOADS, AS_JSON])
@ends_well
def command(repository: str | None, **chosen: Any) -> int:
    """Try again, at once, what could not be captured: of one repository, or of all in the database.

    Captures try failed items again by themselves, after 10 minutes at first and after a day at last. This
    ends the waiting, and runs the captures that the items belong to as they were last asked for. Artifacts
    that were skipped are tried again too: after a limit was raised, or a file storage named.
    """
    from progressive_capture.kinds import KINDS  # noqa: PLC0415  (--help stays quick)
    from progressive_capture.lib.retrying import retry  # noqa: PLC0415

    return retry(KINDS, repository, **with_file_rules(chosen))
