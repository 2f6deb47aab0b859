"""`status`: what is captured, how far back it is proved, what failed, what it cost."""

from __future__ import annotations

import click

from progressive_capture.lib.command_line import (
    AS_JSON,
    DATABASE,
    HELP_NAMES,
    REPOSITORY_VARIABLE,
    ends_well,
    option,
)


@click.command("status", context_settings=HELP_NAMES)
@DATABASE
@option(
    "--repository",
    envvar=REPOSITORY_VARIABLE,
    metavar="OWNER/NAME",
    show_default="all in the database",
    help="Only this one.",
)
@option("--job-id", envvar="CAPTURE_JOB_ID", metavar="ID", help="Only this capture job.")
@AS_JSON
@ends_well
def command(*, database: str, repository: str | None, job_id: str | None, as_json: bool) -> int:
    """Show capture jobs, coverage, failures and spending. Needs no token, and changes no row."""
    import json  # noqa: PLC0415  (--help stays quick)

    from progressive_capture.lib.clock import SystemClock  # noqa: PLC0415
    from progressive_capture.lib.places import opened_store  # noqa: PLC0415
    from progressive_capture.lib.status_report import in_lines, read_status  # noqa: PLC0415

    with opened_store(database, must_exist=True) as store:
        status = read_status(store, repository=repository, job_id=job_id, now=SystemClock().now())
    if as_json:
        click.echo(json.dumps(status, indent=2, default=str))
    else:
        click.echo("\n".join(in_lines(status, database=database)))
    return 0
