"""How many rows a second each store takes, side by side, and how many when all of them are there already.

`python -m benchmarks.stores`: a history is made a thousand runs at a time; each of these rounds is written to
every store before the next is made, and each time another store begins, so that a noisy machine slows all
alike. Only the time in `Store.write` counts.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from benchmarks.databases import CONDITIONS, Databases, Place, as_installed, empty_databases
from benchmarks.stored_history import RUNS_IN_ROUND, Writer, rounds
from benchmarks.world import World, world_options
from github_simulator.process import Simulator
from progressive_capture.lib.capture_job import CaptureJob, JobStatus
from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.store.contract import Store

LEDGER = "capture_windows"
"""Of a window, that it was listed again is news: so it is written again, where nothing else is."""


@dataclass(kw_only=True)
class Pass:
    """The history written once to one store: what went in, and what that took.

    Attributes:
        seconds: of real time.
        processor_seconds: of this process. What a database does, another process does.
        changed: rows inserted or updated, but for the ledger's.
        calls: what the gateway was asked, by function, where it stands for the store.
        gateway_seconds: of its processor time.
    """

    rows: int = 0
    batches: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0
    changed: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    gateway_seconds: float = 0.0


@dataclass
class Filling:
    """One store that is written to, with the running job whose checkpoint goes with each batch."""

    place: Place
    store: Store
    job: CaptureJob
    passes: list[Pass] = field(default_factory=list)

    def write(self, batches: Sequence[Batch]) -> None:
        """Write them, one by one."""
        taken = self.passes[-1]
        began, worked = time.perf_counter(), time.process_time()
        for batch in batches:
            job = self.job.evolve(processed_items=self.job.processed_items + batch.processed)
            written = self.store.write(batch, checkpoint=job)
            self.job = job
            for changed in (written.inserted, written.updated):
                taken.changed += sum(count for table, count in changed.items() if table != LEDGER)
        taken.seconds += time.perf_counter() - began
        taken.processor_seconds += time.process_time() - worked
        taken.batches += len(batches)
        taken.rows += sum(len(rows) for batch in batches for rows in batch.rows.values())


def fill(simulator: Simulator, databases: Databases, *, size: int = RUNS_IN_ROUND) -> Sequence[Filling]:
    """Write the history twice to each database, the second time as it was seen a day later.

    Raises:
        ClickException: a store did not take all of it, or took it twice: that would be no number.
    """
    (repository,) = simulator.truth("repositories")
    now = _now(simulator)
    with ExitStack() as opened:
        fillings = [_begin(place, opened.enter_context(place.open()), now) for place in databases.places]
        for captured_at in (now, now + timedelta(days=1)):
            _one_pass(simulator, fillings, databases, Writer(repository["id"], captured_at), size)
        _check_whole({each.place.name: each.store.counts(repository["id"]) for each in fillings})
    _check_unchanged(fillings)
    return fillings


def _one_pass(
    simulator: Simulator, fillings: Sequence[Filling], databases: Databases, writer: Writer, size: int
) -> None:
    for filling in fillings:
        filling.passes.append(Pass())
    _, before = databases.gateway.seen()
    for number, history in enumerate(rounds(simulator, size=size)):
        batches = list(writer.batches(history))
        for filling in _beginning_with(number, fillings):
            filling.write(batches)
    calls, after = databases.gateway.seen()
    behind_gateway = next(each for each in fillings if each.place.key is not None)
    behind_gateway.passes[-1].calls = calls
    behind_gateway.passes[-1].gateway_seconds = after - before


def _beginning_with(number: int, fillings: Sequence[Filling]) -> Iterator[Filling]:
    for place in range(len(fillings)):
        yield fillings[(number + place) % len(fillings)]


def _begin(place: Place, store: Store, now: datetime) -> Filling:
    store.prepare()
    job = CaptureJob(
        id=f"into {place.name}",
        kind="workflow_runs",
        repository="octo/example",
        status=JobStatus.RUNNING,
        claimed_by="the benchmark",
        heartbeat_at=now,
        created_at=now,
        updated_at=now,
    )
    return Filling(place=place, store=store, job=store.add_job(job))


def _now(simulator: Simulator) -> datetime:
    """The simulated time, to the second."""
    return datetime.fromtimestamp(simulator.advance(0), tz=UTC).replace(microsecond=0)


def _check_whole(counts: Mapping[str, Mapping[str, int]]) -> None:
    first, *others = counts.values()
    if not first["workflow_jobs"] or any(other != first for other in others):
        raise click.ClickException(f"the stores do not hold the same: {counts}")


def _check_unchanged(fillings: Sequence[Filling]) -> None:
    for filling in fillings:
        first, again = filling.passes
        if not first.changed or again.changed:
            changed = f"{first.changed} rows changed, and {again.changed} when nothing was new"
            raise click.ClickException(f"{filling.place.name}: {changed}")


def show(world: World, fillings: Sequence[Filling]) -> None:
    """Ratios first: they say more of the stores than of the machine."""
    first, *others = fillings
    rows, batches = first.passes[0].rows, first.passes[0].batches
    click.echo(f"\n{world}: {rows:,} rows in {batches:,} batches, each with the checkpoint of its job")
    click.echo(f"  {CONDITIONS}; oldest first, {RUNS_IN_ROUND:,} runs into each in turn")
    for title, number in (("written", 0), ("written again, nothing new", 1)):
        click.echo(f"\n{title}")
        base = first.passes[number]
        for other in others:
            ratio = base.seconds / other.passes[number].seconds
            click.echo(f"  {other.place.name}: {ratio:.2f} of {first.place.name}'s rows a second")
        for filling in fillings:
            click.echo(f"  {filling.place.name:<9} {_told(filling.passes[number])}")


def _told(taken: Pass) -> str:
    told = (
        f"{taken.rows / taken.seconds:>8,.0f} rows a second; {taken.seconds:,.1f} s, "
        f"{taken.processor_seconds:,.1f} s of them this process's"
    )
    if calls := taken.calls.total():
        each = calls / taken.batches
        told += f", {taken.gateway_seconds:,.1f} s the gateway's; {calls:,} calls, {each:.1f} a batch"
    return told


@click.command()
@world_options(runs=100_000)
def main(world: World) -> None:
    """Rows a second into SQLite, Postgres and Supabase."""
    as_installed()
    with (
        tempfile.TemporaryDirectory() as folder,
        empty_databases(Path(folder)) as databases,
        Simulator(*world.arguments(), "--unfinished", "0") as simulator,
    ):
        show(world, fill(simulator, databases))


if __name__ == "__main__":
    main()
