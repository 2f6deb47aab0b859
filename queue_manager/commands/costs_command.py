"""`queue-manager costs`: what capture jobs cost."""

from __future__ import annotations

from typing import Literal

import click

from progressive_capture.lib.command_line import (
    AS_JSON,
    DATABASE,
    HELP_NAMES,
    ends_well,
    option,
    with_options,
)


@click.command("costs", context_settings=HELP_NAMES)
@option(
    "--by",
    envvar="CAPTURE_BY",
    type=click.Choice(["repository", "kind", "month"]),
    default="repository",
    help="What to group by.",
)
@with_options([DATABASE, AS_JSON])
@ends_well
def command(*, by: Literal["repository", "kind", "month"], database: str, as_json: bool) -> int:
    """What capture jobs cost: requests, points, minutes and dollars, with the failure rate and items a day.

    Minutes are those of Actions, each job of a workflow run in whole ones, at GitHub's prices; beside them
    stands what the same minutes of an inline worker cost, where INLINE_DOLLARS_PER_HOUR is set.
    """
    import json  # noqa: PLC0415  (--help stays quick)
    from dataclasses import asdict  # noqa: PLC0415

    from progressive_capture.lib.places import opened_store  # noqa: PLC0415
    from queue_manager.costs import costs_of, total_of  # noqa: PLC0415
    from queue_manager.queue_report import costs_in_lines  # noqa: PLC0415
    from queue_manager.queue_settings import read_queue_settings  # noqa: PLC0415

    price = read_queue_settings().inline_dollars_per_hour
    with opened_store(database, must_exist=True) as store:
        groups = store.job_costs(by)
    costs = [costs_of(group, inline_dollars_per_hour=price) for group in (*groups, total_of(groups))]
    if as_json:
        click.echo(json.dumps([asdict(each) for each in costs], indent=2, default=str))
    else:
        click.echo("\n".join(costs_in_lines(costs)))
    return 0
