"""How much memory it takes to list many runs, and whether it grows with their number.

`python -m benchmarks.memory`: `historical-sync` in a process of its own, by the kernel's count (ru_maxrss).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from benchmarks.command import Ran, run_command
from benchmarks.numbers import Number, end, show
from benchmarks.world import SEED, World
from github_simulator.process import Simulator

FEW, MANY = 10_000, 100_000


def listing(world: World, database: Path) -> tuple[Ran, dict[str, object]]:
    """List all runs with their attempts' rows and commits; at depth jobs, so without earlier attempts."""
    with Simulator(*world.arguments(), "--cpu-scale", "0.05") as simulator:
        ran = run_command(
            simulator,
            database,
            [
                "historical-sync",
                "--repository",
                simulator.repository,
                "--depth",
                "jobs",
                "--leave-budget",
                "0",
            ],
        )
        return ran, simulator.ledger()


@click.command()
@click.option("--few", default=FEW, show_default=True, help="Runs in the smaller repository.")
@click.option("--many", default=MANY, show_default=True, help="Runs in the larger repository.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed, another repository.")
def main(few: int, many: int, seed: int) -> None:
    """Peak memory of listing few runs and many."""
    peaks = []
    for runs in (few, many):
        world = World(runs=runs, seed=seed)
        with tempfile.TemporaryDirectory() as folder:
            ran, ledger = listing(world, Path(folder) / "capture.db")
        number = Number(what="peak resident memory in MB", value=ran.megabytes, bound=150, digits=1)
        show(f"listing {world}, {ran.seconds:,.0f} s", [number], ledger)
        peaks.append(number)
    growth = Number(
        what=f"{many:,} runs: times the memory of {few:,}",
        value=peaks[1].value / peaks[0].value,
        bound=1.2,
        digits=2,
    )
    click.echo(f"\ngrowth\n  {growth}")
    end([*peaks, growth])


if __name__ == "__main__":
    main()
