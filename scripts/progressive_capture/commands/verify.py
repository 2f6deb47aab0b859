"""`verify`: is everything there? GitHub is asked again, and every hole is named."""

from __future__ import annotations

from datetime import datetime

import click

from progressive_capture.lib.command_line import (
    AS_JSON,
    DATABASE,
    HELP_NAMES,
    LEAVE_BUDGET,
    REPOSITORY_VARIABLE,
    SPAN_OPTIONS,
    ends_well,
    not_outvoted,
    with_options,
)


@click.command("verify", context_settings=HELP_NAMES)
@click.argument("repository", envvar=REPOSITORY_VARIABLE, metavar="[OWNER/NAME]", required=False)
@with_options([DATABASE, *SPAN_OPTIONS, LEAVE_BUDGET, AS_JSON])
@ends_well
def command(
    repository: str | None,
    *,
    database: str,
    time_range: int | None,
    since: datetime | None,
    until: datetime | None,
    leave_budget: int,
    as_json: bool,
) -> int:
    """Audit a captured repository: exit 0 where nothing is missing, 1 with every hole named.

    What was listed is listed again (a request for 100 runs) and compared with the database; where GitHub has
    deleted the runs by now, the database is compared with what was counted at the time. No row is written.
    """
    import json  # noqa: PLC0415  (--help stays quick)

    from progressive_capture.lib.verify.audit_report import as_data, in_lines  # noqa: PLC0415
    from progressive_capture.lib.verify.verifying import verify  # noqa: PLC0415

    verified = verify(
        repository,
        database=database,
        **not_outvoted({"time_range": time_range, "since": since}),
        until=until,
        leave_budget=leave_budget,
    )
    if as_json:
        click.echo(json.dumps(as_data(verified), indent=2, default=str))
    else:
        click.echo("\n".join(in_lines(verified)), err=True)
    return int(bool(verified.audit.holes))
