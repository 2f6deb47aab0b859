"""`export`: what is stored as files, CSV for spreadsheets and NDJSON for other programs."""

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

HELP = """Write what is stored into files. Needs no token and no network.

\b
csv     builds_features.csv: a row for each workflow run, the columns of the view `builds`
ndjson  TABLE.ndjson for every table, a JSON object for each row, and manifest.json

Files that are there already are replaced, but not before the new ones are complete. In CSV, text that a
spreadsheet could take for a formula begins with an apostrophe.
"""
"""With click's sign for "keep these lines as they are" (a backspace)."""


@click.command("export", help=HELP, context_settings=HELP_NAMES)
@click.argument("form", type=click.Choice(["csv", "ndjson"]))
@DATABASE
@option(
    "--output",
    envvar="CAPTURE_EXPORT_OUTPUT",
    default="export",
    metavar="PATH",
    help="The folder for the files; for csv it may be a file, NAME.csv.",
)
@option(
    "--repository",
    envvar=REPOSITORY_VARIABLE,
    metavar="OWNER/NAME",
    show_default="all in the database",
    help="Only this one.",
)
@AS_JSON
@ends_well
def command(*, form: str, database: str, output: str, repository: str | None, as_json: bool) -> int:
    """Export the database; see HELP."""
    import json  # noqa: PLC0415  (--help stays quick)
    from pathlib import Path  # noqa: PLC0415

    from progressive_capture.lib.clock import SystemClock  # noqa: PLC0415
    from progressive_capture.lib.export.export_files import (  # noqa: PLC0415
        as_data,
        chosen_repository,
        export_builds,
        export_tables,
    )
    from progressive_capture.lib.places import opened_store  # noqa: PLC0415
    from progressive_capture.lib.report import plural  # noqa: PLC0415

    with opened_store(database, must_exist=True) as store:
        chosen = chosen_repository(store, repository)
        if form == "csv":
            written = export_builds(store, Path(output), chosen)
        else:
            written = export_tables(store, Path(output), chosen, now=SystemClock().now())
    for each in written:
        if each.rows or form == "csv":
            click.echo(f"{each.path}: {plural(each.rows, 'row')}", err=True)
    if as_json:
        click.echo(json.dumps(as_data(written), indent=2))
    return 0
