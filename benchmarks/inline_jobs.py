"""How many small inline jobs a second workers do that share one Postgres, and whether each is done once.

`python -m benchmarks.inline_jobs`: every worker is `queue-manager work` in a process of its own; a job lists
the runs of one second. Submitting 10,000 jobs is timed beside it, in two halves: as long for each.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from benchmarks.databases import CONDITIONS, as_installed, empty_databases
from benchmarks.numbers import Number, end
from github_simulator.process import Simulator
from progressive_capture.lib.clock import SystemClock
from progressive_capture.lib.store.contract import Store
from queue_manager.hybrid_queue_manager import HybridQueueManager
from queue_manager.queue_settings import QueueSettings
from queue_manager.request import CaptureRequest

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
QUICK = ("--runs", "2000", "--cpu-scale", "0.001", "--requests-per-hour", "1000000")


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of the jobs: how many were done, in how many attempts, and in what time."""

    succeeded: int
    attempts: int
    seconds: float


def requests(count: int, repository: str) -> Iterator[CaptureRequest]:
    """So many different ones, each about one second."""
    for number in range(count):
        at = BEGAN + timedelta(seconds=number)
        yield CaptureRequest(
            kind="workflow_runs",
            repository=repository,
            parameters={"since": at.isoformat(), "until": at.isoformat()},
            processor="inline",
        )


def submitted(store: Store, database: str, count: int, repository: str) -> float:
    """Seconds that it takes to submit so many."""
    manager = HybridQueueManager(
        store,
        SystemClock(),
        settings=QueueSettings(),
        github=None,
        has_token=False,
        database=database,
        say=lambda _: None,
    )
    began = time.perf_counter()
    manager.submit_all(requests(count, repository))
    return time.perf_counter() - began


def worked(store: Store, database: str, simulator: Simulator, workers: int) -> Done:
    """Let the workers do what waits."""
    began = time.perf_counter()
    with ExitStack() as running:
        started = [running.enter_context(_started(database, simulator)) for _ in range(workers)]
        for each in started:
            each.wait()
    seconds = time.perf_counter() - began
    jobs = store.jobs(limit=1_000_000)
    return Done(
        succeeded=sum(job.status == "succeeded" for job in jobs),
        attempts=sum(job.attempt for job in jobs),
        seconds=seconds,
    )


COMMAND = (sys.executable, "-m", "queue_manager", "work")


def _started(database: str, simulator: Simulator) -> subprocess.Popen[bytes]:
    return subprocess.Popen(COMMAND, env=_environment(database, simulator))  # noqa: S603  (our own program)


def _environment(database: str, simulator: Simulator) -> Mapping[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database,
        "GITHUB_API_URL": simulator.url,
        "GITHUB_GRAPHQL_URL": simulator.graphql_url,
        "GITHUB_TOKEN": simulator.token,
    }


@click.command()
@click.option("--jobs", default=1_000, show_default=True, help="To be worked on.")
@click.option("--workers", default=8, show_default=True)
@click.option(
    "--queue", default=10_000, show_default=True, help="Jobs to be submitted, in a queue of their own."
)
def main(jobs: int, workers: int, queue: int) -> None:
    """Small inline jobs on Postgres: each once, and how quick."""
    as_installed()
    with (
        tempfile.TemporaryDirectory() as folder,
        Simulator(*QUICK) as simulator,
        empty_databases(Path(folder)) as databases,
    ):
        (place,) = (each for each in databases.places if each.name == "Postgres")
        with place.open() as store:
            submitted(store, place.url, jobs, simulator.repository)
            done = worked(store, place.url, simulator, workers)
            halves = [
                submitted(store, place.url, queue // 2, f"octo/queue-{half}") for half in ("one", "two")
            ]
    click.echo(f"{workers} workers, {jobs:,} jobs of three requests: {jobs / done.seconds:,.1f} a second")
    click.echo(f"  they share one token, whose 900 requests a minute allow 5 a second; {CONDITIONS}")
    click.echo(f"{queue:,} jobs submitted: {queue / sum(halves):,.0f} a second")
    numbers = [
        Number(what="jobs done", value=done.succeeded, bound=jobs, at_least=True),
        Number(what="attempts that they took", value=done.attempts, bound=jobs),
        Number(
            what="second half of the submissions, of the first",
            value=halves[1] / halves[0],
            bound=1.5,
            digits=2,
        ),
    ]
    for number in numbers:
        click.echo(f"  {number}")
    end(numbers)


if __name__ == "__main__":
    main()
