"""Whether merging takes memory that stays flat, and time that grows with the rows alone.

`python -m benchmarks.merge`: a simulated history is written to a shard, and each further shard is the same
under ids of its own. A process of its own merges them, one after the other, into a SQLite file; memory is the
kernel's count of it (VmHWM). Only the time in `merge_shard` counts.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import click

from benchmarks.databases import SPAWN
from benchmarks.numbers import Number, end
from benchmarks.stored_history import Writer, rounds
from benchmarks.world import SEED, World
from github_simulator.process import Simulator
from progressive_capture.lib.process_memory import return_large_blocks
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.shards.merging import merge_shard

SHARDS = 20
APART = 10**12
"""Between the ids of one shard and those of the next."""

MOVED = (
    "UPDATE workflow_runs SET id = id + :by",
    "UPDATE workflow_run_attempts SET run_id = run_id + :by",
    "UPDATE workflow_job_coverage SET run_id = run_id + :by",
    "UPDATE workflow_jobs SET id = id + :by, run_id = run_id + :by",
    "UPDATE workflow_jobs SET carried_from_job_id = carried_from_job_id + :by",
    "UPDATE commits SET sha = substr(sha, 1, 24) || printf('%016d', :by)",
)


@dataclass(frozen=True, kw_only=True)
class MergedShard:
    """What merging one shard took.

    Attributes:
        rows: inserted or updated.
        seconds: of real time.
        megabytes: the most memory that the process has had by then.
    """

    rows: int
    seconds: float
    megabytes: float

    @property
    def rows_a_second(self) -> float:
        """How quick it was."""
        return self.rows / self.seconds


def make_shard(world: World, path: Path) -> None:
    """Write a simulated history as a leg does."""
    with Simulator(*world.arguments(), "--unfinished", "0") as simulator, _store(path) as store:
        store.prepare()
        (repository,) = simulator.truth("repositories")
        writer = Writer(repository["id"], datetime.fromtimestamp(simulator.advance(0), tz=UTC))
        for history in rounds(simulator):
            for batch in writer.batches(history):
                store.write(batch)


def moved(shard: Path, number: int, into: Path) -> Path:
    """The same shard under other ids."""
    shutil.copy(shard, into)
    with closing(sqlite3.connect(into)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for statement in MOVED:
            connection.execute(statement, {"by": number * APART})
        connection.commit()
    return into


def merges(first: Path, folder: Path, *, shards: int, again: bool = False) -> Sequence[MergedShard]:
    """Merge so many shards, each made when it is its turn; with `again`, the last one twice."""
    with _merger(folder / "whole.db") as line:
        taken = []
        for number in [*range(shards), *([shards - 1] if again else [])]:
            shard = moved(first, number, folder / "shard.db")
            line.send(shard)
            taken.append(line.recv())
    return taken


@contextmanager
def _merger(database: Path) -> Iterator[Connection]:
    """A process that merges what it is sent."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_merge, args=(database, theirs), daemon=True)
    process.start()
    theirs.close()
    with ours:
        yield ours
    process.join()


def _merge(database: Path, line: Connection) -> None:
    return_large_blocks()
    with _store(database) as store:
        store.prepare()
        while True:
            try:
                shard = line.recv()
            except EOFError:
                return
            began = time.perf_counter()
            merged = merge_shard(store, shard, say=click.echo)
            seconds = time.perf_counter() - began
            rows = sum(merged.inserted.values()) + sum(merged.updated.values())
            line.send(MergedShard(rows=rows, seconds=seconds, megabytes=_peak()))


def _peak() -> float:
    """Megabytes at most (proc_pid_status(5)): ru_maxrss would begin with those of the process before it."""
    status = Path("/proc/self/status").read_text("ascii")
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak) / 1024


def _store(path: Path) -> Store:
    return open_store(f"sqlite:///{path}")


def numbers(taken: Sequence[MergedShard]) -> Sequence[Number]:
    """Memory and time, the last shards beside the first."""
    some = max(1, len(taken) // 4)
    early, late = (sum(each.seconds for each in part) for part in (taken[:some], taken[-some:]))
    return (
        Number(what="peak resident memory in MB", value=taken[-1].megabytes, bound=200, digits=1),
        Number(
            what=f"after {len(taken)} shards: times the memory after the first",
            value=taken[-1].megabytes / taken[0].megabytes,
            bound=1.2,
            digits=2,
        ),
        Number(
            what=f"the last {some}: times the seconds of the first {some}",
            value=late / early,
            bound=1.5,
            digits=2,
        ),
    )


@click.command()
@click.option("--runs", default=50_000, show_default=True, help="Runs in each shard.")
@click.option("--shards", default=SHARDS, show_default=True, help="How many shards there are.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed, another repository.")
def main(runs: int, shards: int, seed: int) -> None:
    """Rows a second, memory and time of merging many shards into one file."""
    world = World(runs=runs, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "first.db"
        make_shard(world, first)
        taken = merges(first, Path(folder), shards=shards)
        size = (Path(folder) / "whole.db").stat().st_size
    rows = sum(each.rows for each in taken)
    seconds = sum(each.seconds for each in taken)
    click.echo(f"\n{shards} shards, each of {world}")
    click.echo(f"  {rows:,} rows in {seconds:,.1f} s, {rows / seconds:,.0f} a second; {size / 1e6:,.0f} MB")
    for number, each in enumerate(taken, 1):
        speed = f"{each.rows_a_second:>8,.0f} rows a second"
        click.echo(f"  shard {number:>2}  {speed}  {each.megabytes:>6.1f} MB at most")
    found = numbers(taken)
    click.echo("\n".join(f"  {each}" for each in found))
    end(found)


if __name__ == "__main__":
    main()
