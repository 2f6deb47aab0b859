"""How many chunks a second workers claim that all ask at once, and whether each chunk goes to one of them.

`python -m benchmarks.claims`: every worker is a process with a store of its own, as the legs of a matrix are.
The time runs from the moment when all of them are ready until the last one finds nothing more.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import click

from benchmarks.databases import CONDITIONS, SPAWN, Place, as_installed, empty_databases
from benchmarks.numbers import Number, end
from progressive_capture.lib.capture_job import CaptureJob

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PARENT = "the whole"


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """What the workers took of a queue.

    Attributes:
        chunks: how many there were.
        by_worker: the ids that each was given, in their order.
        kept: how many rows say what the worker was told: running, its own, in the first attempt.
    """

    chunks: int
    by_worker: Sequence[Sequence[str]]
    kept: int
    seconds: float

    @property
    def once(self) -> int:
        """How many chunks were given to one worker, and once."""
        times = Counter(chunk for theirs in self.by_worker for chunk in theirs)
        return sum(number == 1 for number in times.values())


def claims(place: Place, *, chunks: int, workers: int) -> Claimed:
    """Queue chunks of one job, and let the workers claim them until there are none."""
    with place.open() as store:
        store.prepare()
        for number in range(chunks):
            store.add_job(_chunk(number))
        by_worker, seconds = _claimed(place, workers)
        told = {chunk: f"worker {number}" for number, theirs in enumerate(by_worker) for chunk in theirs}
        kept = sum(
            (job.status, job.claimed_by, job.attempt) == ("running", told.get(job.id), 1)
            for job in store.jobs(limit=chunks)
        )
    return Claimed(chunks=chunks, by_worker=by_worker, kept=kept, seconds=seconds)


def _chunk(number: int) -> CaptureJob:
    return CaptureJob(
        id=f"chunk {number:05}",
        kind="artifacts",
        repository="octo/example",
        parent_id=PARENT,
        chunk_index=number,
        created_at=NOW,
        updated_at=NOW,
    )


def _claimed(place: Place, workers: int) -> tuple[list[list[str]], float]:
    with ExitStack() as running:
        lines = [running.enter_context(_worker(place, number)) for number in range(workers)]
        for line in lines:
            line.recv()
        began = time.perf_counter()
        for line in lines:
            line.send("go")
        return [line.recv() for line in lines], time.perf_counter() - began


@contextmanager
def _worker(place: Place, number: int) -> Iterator[Connection]:
    """A worker's process; whoever reads the line hears when it is ready, and at its end what it was given."""
    line, its_end = SPAWN.Pipe()
    process = SPAWN.Process(target=_work, args=(place, f"worker {number}", its_end), daemon=True)
    process.start()
    its_end.close()  # so that a worker that dies is noticed
    with line:
        yield line
    process.join()


def _work(place: Place, worker: str, line: Connection) -> None:
    with place.open() as store:
        store.prepare()
        line.send("ready")
        line.recv()
        given = []
        while job := store.claim_next(worker=worker, now=NOW, parent_id=PARENT):
            given.append(job.id)
        line.send(given)


def _numbers(place: Place, claimed: Claimed) -> list[Number]:
    return [
        Number(what=f"{place.name}: {what}", value=value, bound=claimed.chunks, at_least=True)
        for what, value in (("claimed by one worker, once", claimed.once), ("kept as claimed", claimed.kept))
    ]


def _told(place: Place, claimed: Claimed) -> str:
    shares = sorted(len(theirs) for theirs in claimed.by_worker)
    a_second = claimed.chunks / claimed.seconds
    return (
        f"{place.name:<9} {a_second:>7,.0f} claims a second; {claimed.seconds:,.1f} s, "
        f"{shares[0]:,} to {shares[-1]:,} a worker"
    )


@click.command()
@click.option("--chunks", default=10_000, show_default=True, help="Chunks in the queue of each store.")
@click.option("--workers", default=16, show_default=True, help="Processes that claim them.")
def main(chunks: int, workers: int) -> None:
    """Whether each chunk is claimed once, and how many a second are."""
    as_installed()
    click.echo(f"\n{workers} processes claim {chunks:,} chunks of one job\n  {CONDITIONS}")
    numbers = []
    with tempfile.TemporaryDirectory() as folder, empty_databases(Path(folder)) as databases:
        for place in databases.places:
            claimed = claims(place, chunks=chunks, workers=workers)
            click.echo(f"  {_told(place, claimed)}")
            numbers += _numbers(place, claimed)
    for number in numbers:
        click.echo(f"  {number}")
    end(numbers)


if __name__ == "__main__":
    main()
