"""How many runs an hour a token of 1,000 requests and 1,000 points has, with every attempt, job and step.

`python -m benchmarks.hour`: the simulator works at its full modelled weight and keeps every secondary limit;
where the capture would wait, the time of both passes at once.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from benchmarks.cost import check_whole
from benchmarks.numbers import Number, end, show
from benchmarks.rehearsal import Measured, Rehearsal
from benchmarks.world import World, world_options

BUDGET = 1_000
"""Requests, and points, that `GITHUB_TOKEN` has an hour."""
PROMISED = 7_000


def hour(world: World, database: Path, *, budget: int = BUDGET) -> tuple[list[Number], Measured]:
    """Capture everything with `--leave-budget 0`; what it spent says how many runs an hour's budget brings.

    The hour itself is long enough: that is the second number.
    """
    token = ("--requests-per-hour", str(budget), "--points-per-hour", str(budget))
    with Rehearsal(database, *world.arguments(), *token) as rehearsal:
        measured = rehearsal.capture(depth="steps")
        check_whole(measured, world)
    spent = max(measured.requests, measured.points)
    minutes = measured.took.total_seconds() / 60
    refused = sum(measured.ledger["rejections"].values())
    return [
        Number(
            what="runs that the budget of one hour brings",
            value=budget * world.runs / spent,
            bound=PROMISED * budget / BUDGET,
            at_least=True,
        ),
        Number(
            what=f"minutes that {world.runs:,} runs took, waits included",
            value=minutes,
            bound=60 * world.runs / (PROMISED * budget / BUDGET),
            digits=1,
        ),
        Number(what="requests refused by any limit", value=refused, bound=0),
    ], measured


@click.command()
@world_options(runs=PROMISED)
def main(world: World) -> None:
    """Runs an hour with the budget of GITHUB_TOKEN, all of it spent."""
    with tempfile.TemporaryDirectory() as folder:
        numbers, measured = hour(world, Path(folder) / "capture.db")
    show(f"one hour of a token: {world}", numbers, measured.ledger, measured.rows)
    end(numbers)


if __name__ == "__main__":
    main()
