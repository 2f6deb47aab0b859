"""What a sync costs after the first: with nothing new, and once a day, when changes are looked for.

`python -m benchmarks.increment`
"""

from __future__ import annotations

import math
import sqlite3
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from benchmarks.cost import QUICK, check_whole
from benchmarks.numbers import Number, end, show
from benchmarks.rehearsal import Measured, Rehearsal
from benchmarks.world import World, world_options

RELISTED_DAYS = 32
A_DAY = 86_400.0


def increments(world: World, database: Path) -> tuple[list[Number], Measured, Measured]:
    """A first sync, one right after it, one a day later, with nothing new at any time.

    Returns:
        The numbers; what the second sync cost; what the third cost.
    """
    with Rehearsal(database, *world.arguments(), "--unfinished", "0", *QUICK) as rehearsal:
        check_whole(rehearsal.capture(depth="steps"), world)
        again = rehearsal.capture(depth="steps")
        rehearsal.clock.advance(A_DAY)
        relisted = _runs_since(database, rehearsal)
        daily = rehearsal.capture(depth="steps")
    numbers = [
        Number(what="a sync with nothing new: requests", value=again.requests, bound=5),
        Number(what="a sync with nothing new: points", value=again.points, bound=0),
        Number(
            what=f"the daily re-list of {relisted:,} runs: requests",
            value=daily.requests,
            bound=1.05 * math.ceil(relisted / 100) + 10,
        ),
        Number(what="the daily re-list: points", value=daily.points, bound=0),
    ]
    return numbers, again, daily


def _runs_since(database: Path, rehearsal: Rehearsal) -> int:
    """Runs of the days that are listed again, counted back from the start of the first sync."""
    since = rehearsal.clock.now() - timedelta(seconds=A_DAY, days=RELISTED_DAYS)
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        query = "SELECT count(*) FROM workflow_runs WHERE created_at >= ?"
        (count,) = connection.execute(query, (since.strftime("%Y-%m-%dT%H:%M:%SZ"),)).fetchone()
    return int(count)


@click.command()
@world_options(runs=12_000)
def main(world: World) -> None:
    """What staying up to date costs."""
    with tempfile.TemporaryDirectory() as folder:
        numbers, again, daily = increments(world, Path(folder) / "capture.db")
    show(f"nothing new: {world}", numbers[:2], again.ledger, again.rows)
    show(f"a day later: {world}", numbers[2:], daily.ledger, daily.rows)
    end(numbers)


if __name__ == "__main__":
    main()
