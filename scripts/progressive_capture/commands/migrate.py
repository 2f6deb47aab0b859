"""`migrate`: bring a database to the newest version of the schema, or make a new one."""

from __future__ import annotations

import click

from progressive_capture.lib.command_line import AS_JSON, DATABASE, HELP_NAMES, ends_well


@click.command("migrate", context_settings=HELP_NAMES)
@DATABASE
@AS_JSON
@ends_well
def command(*, database: str, as_json: bool) -> int:
    """Bring the schema of a database to the newest version.

    Every capture does so by itself; this does nothing else. What is stored stays.
    """
    import json  # noqa: PLC0415  (--help stays quick)

    from progressive_capture.lib.settings import read_settings  # noqa: PLC0415
    from progressive_capture.lib.store.opening import open_store  # noqa: PLC0415

    with open_store(database, supabase_key=read_settings().supabase_key) as store:
        before = store.schema_version().found
        store.migrate()
        after = store.schema_version().newest
        where = store.describe()
    done = "was there already" if before == after else f"came from {before}" if before else "is new"
    click.echo(f"{where}: schema {after} {done}.", err=True)
    if as_json:
        click.echo(json.dumps({"before": before, "after": after}))
    return 0
