"""`doctor`: is everything set up, and what to do if not."""

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
from progressive_capture.lib.file_options import FILE_STORAGE

MARKS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}


@click.command("doctor", context_settings=HELP_NAMES)
@DATABASE
@FILE_STORAGE
@option(
    "--repository",
    envvar=REPOSITORY_VARIABLE,
    metavar="OWNER/NAME",
    show_default="GITHUB_REPOSITORY, or GITHUB_OWNER with GITHUB_REPO",
    help="Try whether the token may read this one.",
)
@AS_JSON
@ends_well
def command(*, database: str, file_storage: str | None, repository: str | None, as_json: bool) -> int:
    """Look at everything that a capture needs, and say what to do where something is missing.

    The token and its budgets, its permissions, the database and its schema, where files go, the clock, the
    `.env` file. Writes nothing. Exit code 0 if nothing stops a capture, else that of the worst problem: 2
    configuration, 3 the token, 4 GitHub unavailable, 6 the database or the place of the files.
    """
    import json  # noqa: PLC0415  (--help stays quick)
    from dataclasses import asdict  # noqa: PLC0415

    from progressive_capture.lib.clock import SystemClock  # noqa: PLC0415
    from progressive_capture.lib.examination import examine, exit_code  # noqa: PLC0415

    findings = []
    for finding in examine(database, file_storage, repository, SystemClock()):
        findings.append(finding)
        if not as_json:  # as they come: GitHub may take its time
            click.echo(f"{MARKS[finding.state]}  {finding.what:<11} {finding.says}")
            if finding.next_step:
                click.echo(f"{'':<21}→ {finding.next_step}")
    code = exit_code(findings)
    if as_json:
        click.echo(json.dumps({"exit_code": code, "findings": [asdict(each) for each in findings]}, indent=2))
    else:
        click.echo("Nothing stops a capture." if code == 0 else "A capture cannot run like this.")
    return code
