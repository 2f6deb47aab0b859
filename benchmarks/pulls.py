"""What pull requests cost: requests and points until each is there with everything that belongs to it.

`python -m benchmarks.pulls`
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import click

from benchmarks.cost import QUICK
from benchmarks.numbers import Number, end, show
from benchmarks.rehearsal import Measured, Rehearsal
from benchmarks.world import SEED
from progressive_capture.historical_comments_sync import HistoricalCommentsSync
from progressive_capture.historical_pr_sync import HistoricalPrSync

A_MINUTE = 60.0
TABLES = {
    "pull_requests": "pull requests",
    "reviews": "reviews",
    "review_comments": "review comments",
    "issue_comments": "comments",
    "file_changes": "file changes",
}
PARTS = len(TABLES) - 1


def pulls(count: int, giants: int, seed: int, database: Path) -> tuple[list[Number], Measured, Measured]:
    """A first capture of all pull requests, and one more with nothing new.

    Args:
        count: pull requests in the repository.
        giants: so many have 250 reviews, so many 3,000 files, and so many 4,512.
        seed: another one, another repository.
        database: where they are kept.

    Returns:
        The numbers; what the first capture cost; what the second cost.
    """
    world = ("--seed", seed, "--pulls", count, "--giant-pulls", giants, "--runs", 10, "--unfinished", 0)
    with Rehearsal(database, *map(str, world), *QUICK) as rehearsal:
        first = rehearsal.capture((HistoricalPrSync,))
        truth = {
            table: sum(not row.get("deleted") for row in rehearsal.simulator.truth(table)) for table in TABLES
        }
        _check_whole(database, truth)
        rehearsal.clock.advance(A_MINUTE)
        again = rehearsal.capture((HistoricalPrSync,))
        rehearsal.capture((HistoricalCommentsSync,))
        rehearsal.clock.advance(A_MINUTE)
        edits = rehearsal.capture((HistoricalCommentsSync,))
    numbers = [
        Number(what="units a pull request", value=_units(first) / count, bound=0.2, digits=4),
        Number(what="nothing new: units", value=_units(again), bound=3),
        Number(what="no comment edited: units", value=_units(edits), bound=3),
        Number(what="requests refused by any limit", value=sum(first.ledger["rejections"].values()), bound=0),
    ]
    return numbers, first, again


def _units(measured: Measured) -> int:
    return measured.requests + measured.points


def kept(database: Path) -> Mapping[str, int]:
    """What of pull requests is in a database."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  (our own)
            for table in (*TABLES, "pull_request_coverage")
        }


def _check_whole(database: Path, truth: Mapping[str, int]) -> None:
    """A cheap capture of half of them would be no number."""
    stored = kept(database)
    wanted = {**truth, "pull_request_coverage": PARTS * truth["pull_requests"]}
    if stored != wanted:
        raise click.ClickException(f"{stored} is stored, of {wanted}: this measures nothing")


@click.command()
@click.option("--pulls", "count", default=5_000, show_default=True, help="Pull requests in the repository.")
@click.option("--giants", default=3, show_default=True, help="So many of each of three kinds of giants.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed, another repository.")
def main(count: int, giants: int, seed: int) -> None:
    """What pull requests cost, with everything that belongs to them, and once more with nothing new."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "capture.db"
        numbers, first, again = pulls(count, giants, seed, database)
        rows = {words: kept(database)[table] for table, words in TABLES.items()}
    show(f"{count:,} pull requests, 3 x {giants} giants, seed {seed}", numbers, first.ledger, rows)
    show("nothing new", numbers[1:2], again.ledger)
    end(numbers)


if __name__ == "__main__":
    main()
