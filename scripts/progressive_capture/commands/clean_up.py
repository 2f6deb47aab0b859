"""`clean-up`: give the stored bytes of old artifacts up."""

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


@click.command("clean-up", context_settings=HELP_NAMES)
@option(
    "--older-than",
    envvar="CLEANUP_OLD_FILES_DAYS",
    type=click.IntRange(min=1, max=36_500),
    required=True,
    metavar="DAYS",
    help="Artifacts created more than so many days ago.",
)
@option(
    "--repository",
    envvar=REPOSITORY_VARIABLE,
    metavar="OWNER/NAME",
    show_default="all in the database",
    help="Only this one.",
)
@option("--dry-run", envvar="CAPTURE_DRY_RUN", is_flag=True, help="Say what would go, and change nothing.")
@DATABASE
@FILE_STORAGE
@AS_JSON
@ends_well
def command(
    *,
    older_than: int,
    repository: str | None,
    dry_run: bool,
    database: str,
    file_storage: str | None,
    as_json: bool,
) -> int:
    """Remove the stored files of old artifacts, to save space.

    Rows, texts in the database and test results stay, and what another artifact still needs. Never by itself:
    GitHub deleting is why we keep.
    """
    import json  # noqa: PLC0415  (--help stays quick)
    from dataclasses import asdict  # noqa: PLC0415
    from datetime import timedelta  # noqa: PLC0415

    from progressive_capture.lib.cleaning import clean_up, would_remove  # noqa: PLC0415
    from progressive_capture.lib.clock import SystemClock  # noqa: PLC0415
    from progressive_capture.lib.identify import stored_repository  # noqa: PLC0415
    from progressive_capture.lib.places import opened_files, opened_store  # noqa: PLC0415
    from progressive_capture.lib.report import file_size, plural  # noqa: PLC0415
    from progressive_capture.lib.settings import read_settings  # noqa: PLC0415

    now = SystemClock().now()
    files = opened_files(file_storage, read_settings())
    with opened_store(database, must_exist=True) as store:
        repository_id = stored_repository(store, repository)["id"] if repository is not None else None
        before = now - timedelta(days=older_than)
        if dry_run:
            cleaned = would_remove(store, files, before, repository_id)
        else:
            cleaned = clean_up(store, files, before, repository_id, now=now)
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, **asdict(cleaned)}, indent=2))
    said = "would be removed" if dry_run else "removed"
    of = f"of {plural(cleaned.artifacts, 'artifact')} created before {before:%Y-%m-%d %H:%M} UTC"
    click.echo(
        f"{plural(cleaned.files, 'stored file')} {of} {said}: {file_size(cleaned.size_bytes)}.", err=True
    )
    if cleaned.kept_bytes:
        click.echo(
            f"{file_size(cleaned.kept_bytes)} more may be needed by a capture that runs now: clean up again "
            "when it has ended.",
            err=True,
        )
    return 0
