"""What a capture costs: requests to find the runs, units (requests and points) to have their jobs and steps.

`python -m benchmarks.cost`
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from benchmarks.numbers import Number, end, show
from benchmarks.rehearsal import DISCOVERY, Measured, Rehearsal
from benchmarks.world import World, world_options

QUICK = ("--cpu-scale", "0.05")
"""Answers come soon: what they cost does not depend on when they come."""


def discovery(world: World, database: Path) -> tuple[Number, Measured]:
    """All requests until every run is listed, by `historical-sync --depth jobs`."""
    with Rehearsal(database, *world.arguments(), *QUICK) as rehearsal:
        measured = rehearsal.capture(DISCOVERY, depth="jobs")
        check_whole(measured, world, "runs")
    bound = 1.05 * math.ceil(world.runs / 100) + 25
    return Number(what="requests to find every run", value=measured.requests, bound=bound), measured


def jobs(world: World, database: Path) -> tuple[Number, Measured]:
    """Units a run for every job of every run, discovery included, by `sync --depth jobs`."""
    with Rehearsal(database, *world.arguments(), *QUICK) as rehearsal:
        measured = rehearsal.capture(depth="jobs")
        check_whole(measured, world)
    return _units("jobs", world, measured, bound=0.026), measured


def steps(world: World, database: Path) -> tuple[Number, Measured]:
    """Units a run for every attempt, job and step, discovery included, by `sync --depth steps`."""
    with Rehearsal(database, *world.arguments(), *QUICK) as rehearsal:
        measured = rehearsal.capture(depth="steps")
        check_whole(measured, world)
    return _units("steps", world, measured, bound=0.20 if world.rerun_share else 0.075), measured


def _units(depth: str, world: World, measured: Measured, *, bound: float) -> Number:
    units = (measured.requests + measured.points) / world.runs
    again = "" if world.rerun_share else ", nothing run again"
    return Number(what=f"--depth {depth}: units a run{again}", value=units, bound=bound, digits=4)


def check_whole(measured: Measured, world: World, what: str = "with their jobs") -> None:
    """A number for half of the work would be no number."""
    if measured.rows[what] != world.runs:
        raise click.ClickException(f"not whole: {measured.rows[what]:,} of {world.runs:,} runs {what}")


@click.command()
@world_options(runs=12_000)
def main(world: World) -> None:
    """What a first capture costs, at each depth, and where nothing was run again."""
    never_again = replace(world, rerun_share=0.0)
    numbers = []
    for measure, of in ((discovery, world), (jobs, world), (steps, world), (steps, never_again)):
        with tempfile.TemporaryDirectory() as folder:
            number, measured = measure(of, Path(folder) / "capture.db")
        show(f"{measure.__name__}: {of}", [number], measured.ledger, measured.rows)
        numbers.append(number)
    end(numbers)


if __name__ == "__main__":
    main()
