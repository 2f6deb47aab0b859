"""The options that the parts of a workflow share: plan, leg, finish."""

from __future__ import annotations

import click

from progressive_capture.lib.command_line import length_of_time, option

DATABASE_OR_SHELF = option(
    "--database",
    envvar=["DATABASE_URL", "SUPABASE_URL"],
    metavar="URL",
    show_default="none: a release of the repository that runs us keeps it",
    help="Where the history is kept, if in a database.",
)
REPOSITORY_ID = option(
    "--repository-id",
    envvar="CAPTURE_REPOSITORY_ID",
    type=click.IntRange(min=1),
    metavar="ID",
    help="Refuse a repository of that name that is another one.",
)
MAX_ITEMS = option(
    "--max-items",
    envvar="CAPTURE_MAX_ITEMS",
    type=click.IntRange(min=1),
    metavar="N",
    help="Stop, successfully, after the newest N.",
)
DEPTH = option(
    "--depth",
    envvar="CAPTURE_DEPTH",
    type=click.Choice(["jobs", "steps", "full"]),
    show_default="full while the token's budget covers it, else steps",
    help="How much of a job: jobs alone, with their steps, or full.",
)
FOLDER = option(
    "--folder",
    envvar="CAPTURE_FOLDER",
    default="legs",
    metavar="FOLDER",
    type=click.Path(file_okay=False),
    help="Where legs leave what they captured, a folder each.",
)
TIME_BUDGET = option(
    "--time-budget",
    envvar="CAPTURE_TIME_BUDGET",
    type=length_of_time,
    metavar="5h30m",
    help="Take no more work after so long, and pause; the next start goes on.",
)
