"""`demo`: the main job against the bundled simulator of GitHub, with no token and no network."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from progressive_capture.lib.command_line import AS_JSON, HELP_NAMES, ends_well, option

BUDGET_OF_A_WORKFLOW = ("--requests-per-hour", "1000", "--points-per-hour", "1000")
"""As GITHUB_TOKEN has it inside Actions."""
DEMO_DATABASE = "sqlite:///data/demo.db"


@click.command("demo", context_settings=HELP_NAMES)
@option(
    "--database",
    envvar="CAPTURE_DEMO_DATABASE",  # not DATABASE_URL: nothing simulated belongs among what is real
    default=DEMO_DATABASE,
    metavar="URL",
    help="Where to keep what comes.",
)
@option(
    "--runs",
    envvar="CAPTURE_DEMO_RUNS",
    type=click.IntRange(min=1, max=100_000),
    default=1200,
    metavar="N",
    help="How many workflow runs the simulated repository has.",
)
@AS_JSON
@ends_well
def command(*, database: str, runs: int, as_json: bool) -> int:
    """Run `sync` on a simulated GitHub: 90 days of workflow runs, re-runs, giants, odd payloads and limits.

    Call it a second time to see that nothing is fetched twice.
    """
    from github_simulator.process import Simulator  # noqa: PLC0415  (--help stays quick)
    from progressive_capture.historical_sync import HistoricalSync  # noqa: PLC0415
    from progressive_capture.job_details import JobDetails  # noqa: PLC0415
    from progressive_capture.lib.capture_command import run_command  # noqa: PLC0415
    from progressive_capture.lib.places import shown  # noqa: PLC0415
    from progressive_capture.lib.settings import read_settings  # noqa: PLC0415

    click.echo(f"Starting a simulated GitHub on this machine, with {runs:,} workflow runs …", err=True)
    with Simulator("--seed", "1", "--runs", str(runs), *BUDGET_OF_A_WORKFLOW) as simulator:
        settings = read_settings(
            {
                "GITHUB_TOKEN": simulator.token,
                "GITHUB_API_URL": simulator.url,
                "GITHUB_GRAPHQL_URL": simulator.graphql_url,
            }
        )
        code = run_command(
            [HistoricalSync, JobDetails],
            [simulator.repository],
            settings=settings,
            database=database,
            as_json=as_json,
        )
    click.echo(NEXT_STEPS.format(program=own_name(), database=shown(database)), err=True)
    return code


NEXT_STEPS = """
Look inside:         {program} status --database {database}
A real repository:   GITHUB_TOKEN=… {program} sync OWNER/NAME"""


def own_name() -> str:
    """How to type the name of this program: with its folder where the shell would not find it."""
    name, called = "progressive-capture", Path(sys.argv[0])
    found = shutil.which(name)
    is_found = found is not None and Path(found).resolve() == called.resolve()
    return name if is_found or called.name != name else str(called)
