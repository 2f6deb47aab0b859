"""How evenly jobs are cut into chunks, and what planning takes: no request, little time, a small matrix.

`python -m benchmarks.plan`: `historical-sync` lists the runs, then `plan` runs in a process of its own, as
the first job of a workflow does: once as it is, once for as many chunks as it makes at most. How many jobs a
chunk has, the simulator's world tells: nobody who plans knows.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

import click

from benchmarks.command import Ran, run_command
from benchmarks.numbers import Number, end
from benchmarks.world import World, world_options
from github_simulator import world as simulated
from github_simulator.clock import SimulatedClock
from github_simulator.options import WorldOptions
from github_simulator.process import Simulator
from progressive_capture.lib.chunks import MOST_CHUNKS, Chunk

LARGEST = 1.3
"""Times the mean: so large may a chunk be."""
MEBIBYTE = 1_048_576
SMALLEST_CHUNK = 1
"""So that there are as many chunks as there can be."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What `plan` made, and what it took.

    Attributes:
        chunks: those of the output.
        output_bytes: all outputs of the job, as GitHub measures them.
        answers: how many requests reached the simulator, refused ones and free ones included.
        ran: time and memory of its process.
    """

    chunks: Sequence[Chunk]
    output_bytes: int
    answers: int
    ran: Ran


def plan(simulator: Simulator, database: Path, *, chunk_size: int | None = None) -> Planned:
    """Plan the jobs of the runs that the database has, with their steps, as a workflow does."""
    output = database.with_suffix(".output")
    output.write_text("", encoding="utf-8")
    simulator.reset_ledger()
    ran = run_command(
        simulator,
        database,
        ["plan", "workflow_jobs", "--repository", simulator.repository, "--depth", "steps"]
        + (["--chunk-size", str(chunk_size)] if chunk_size is not None else []),
        GITHUB_ACTIONS="true",
        GITHUB_RUN_ID="1",
        GITHUB_REPOSITORY=simulator.repository,
        GITHUB_OUTPUT=str(output),
    )
    outputs = outputs_in(output.read_text(encoding="utf-8"))
    return Planned(
        chunks=[Chunk.parse(json.dumps(each)) for each in json.loads(outputs["chunks"])],
        output_bytes=sum(map(output_bytes, outputs.values())),
        answers=sum(simulator.ledger()["statuses"].values()),
        ran=ran,
    )


def outputs_in(text: str) -> Mapping[str, str]:
    """The outputs of a step, from what it wrote into GITHUB_OUTPUT: name, delimiter, lines, delimiter."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, _, delimiter = line.partition("<<")
        value = []
        while (part := next(lines)) != delimiter:
            value.append(part)
        found[name] = "\n".join(value)
    return found


def output_bytes(value: str) -> int:
    """As GitHub measures it: a job's outputs are at most 1 MB, "approximated based on UTF-16 encoding".

    https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/pass-job-outputs
    """
    return len(value.encode("utf-16-le"))


def jobs_of_runs(world: World) -> Mapping[int, int]:
    """How many jobs each run has, all attempts counted: the simulator's world, drawn a second time.

    The same options give the same world, to the byte; reading hundreds of thousands of jobs from the other
    process takes ten times as long.
    """
    options = WorldOptions(**asdict(world), unfinished=0)
    drawn = simulated.World(options, SimulatedClock(options.now))
    return {run.id: len(drawn.jobs(run)) for history in drawn.histories for run in history.runs}


def largest_to_mean(weights: Sequence[int]) -> float:
    """How much the largest is above the mean."""
    return max(weights) / mean(weights)


def in_chunks(chunks: Sequence[Chunk], weights: Mapping[int, int]) -> Sequence[int]:
    """The sum of what the runs of each chunk weigh.

    Raises:
        ClickException: a run is in no chunk, or in several.
    """
    sums = [0] * len(chunks)
    for run_id, weight in weights.items():
        own = [index for index, chunk in enumerate(chunks) if _holds(chunk, run_id)]
        if len(own) != 1:
            raise click.ClickException(f"run {run_id} is in {len(own)} chunks")
        sums[own[0]] += weight
    return sums


def _holds(chunk: Chunk, run_id: int) -> bool:
    after_first = chunk.first_id is None or chunk.first_id <= run_id
    return after_first and (chunk.last_id is None or run_id <= chunk.last_id)


def numbers(planned: Planned, jobs: Mapping[int, int]) -> Sequence[Number]:
    """What is promised of a plan, measured."""
    by_runs = largest_to_mean(in_chunks(planned.chunks, dict.fromkeys(jobs, 1)))
    by_jobs = largest_to_mean(in_chunks(planned.chunks, jobs))
    return (
        Number(what="requests made, of any kind", value=planned.answers, bound=0),
        Number(what="chunks", value=len(planned.chunks), bound=MOST_CHUNKS),
        Number(what="the largest chunk: times the runs of the mean", value=by_runs, bound=LARGEST, digits=3),
        Number(what="the largest chunk: times the jobs of the mean", value=by_jobs, bound=LARGEST, digits=3),
        Number(what="the outputs in bytes, as UTF-16", value=planned.output_bytes, bound=MEBIBYTE),
    )


def fill(simulator: Simulator, database: Path, world: World) -> None:
    """Every run is listed, and the jobs of none.

    In a process of its own, too: the memory of a child begins with its parent's, which must stay small.
    """
    listing = ["historical-sync", "--repository", simulator.repository, "--depth", "jobs"]
    run_command(simulator, database, [*listing, "--leave-budget", "0"])
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (runs,) = connection.execute("SELECT count(*) FROM workflow_runs").fetchone()
    if runs != world.runs:
        raise click.ClickException(f"not whole: {runs:,} of {world.runs:,} runs")


def plans(world: World, folder: Path) -> Mapping[str, Planned]:
    """A plan as it is, and one of as many chunks as there can be; by what they are."""
    database = folder / "capture.db"
    with Simulator(*world.arguments(), "--unfinished", "0", "--cpu-scale", "0.05") as simulator:
        fill(simulator, database, world)
        return {
            "as it is": plan(simulator, database),
            "as many chunks as there can be": plan(simulator, database, chunk_size=SMALLEST_CHUNK),
        }


@click.command()
@world_options(runs=100_000)
def main(world: World) -> None:
    """Planning the jobs of many captured runs."""
    with tempfile.TemporaryDirectory() as folder:
        planned = plans(world, Path(folder))
    jobs = jobs_of_runs(world)
    every: list[Number] = []
    for title, each in planned.items():
        found = numbers(each, jobs)
        _show(f"{title}: {world}, {sum(jobs.values()):,} jobs", each, found)
        every += found
    end(every)


def _show(title: str, planned: Planned, found: Sequence[Number]) -> None:
    click.echo(f"\n{title}")
    for number in found:
        click.echo(f"  {number}")
    click.echo(f"  in {planned.ran.seconds:.1f} s, {planned.ran.megabytes:.0f} MB of memory")


if __name__ == "__main__":
    main()
