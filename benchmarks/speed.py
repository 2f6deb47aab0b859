"""How fast a capture is where every answer takes 100 ms, beside a bare loop that asks the same, one by one.

`python -m benchmarks.speed`: `sync --depth jobs --concurrency 8` in a process of its own, start-up included.
"""

from __future__ import annotations

import http.client
import json
import re
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from benchmarks.command import Ran, run_command
from benchmarks.numbers import Number, end, show
from benchmarks.world import World, world_options
from github_simulator.process import Simulator

QUERIES = Path(__file__).parents[1] / "scripts" / "progressive_capture" / "lib" / "github" / "queries"
DOCUMENTS = {"JobsOfRuns": "jobs_of_runs.graphql"}
"""What the bare loop can ask. Giants' further pages are not among it, so there are no giants."""
LATENCY_MS = 100
LINE = re.compile(r"(?P<method>GET|POST) (?P<target>[^ #]+)(#(?P<operation>\w+) (?P<variables>.*))? \d{3}")


def beside_a_bare_loop(world: World, database: Path) -> tuple[Ran, float, Mapping[str, Any]]:
    """The command; then the same requests from a loop that does nothing else, and its seconds."""
    quick = ("--latency-ms", str(LATENCY_MS), "--cpu-scale", "0")
    with Simulator(*world.arguments(), *quick) as simulator:
        depth = ("--depth", "jobs", "--concurrency", "8", "--leave-budget", "0")
        ran = run_command(simulator, database, ["sync", simulator.repository, *depth])
        ledger = simulator.ledger(lines=True)
        return ran, bare_loop(simulator, ledger["lines"]), ledger


def bare_loop(simulator: Simulator, lines: Sequence[str]) -> float:
    """Ask what the lines of a ledger say, on one connection, and read the JSON."""
    headers = {"Authorization": f"Bearer {simulator.token}", "User-Agent": "bare-loop"}
    connection = http.client.HTTPConnection(urlsplit(simulator.url).netloc, timeout=60)
    began = time.monotonic()
    try:
        for line in lines:
            connection.request(*_request(line), headers)
            json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return time.monotonic() - began


def _request(line: str) -> tuple[str, str, str | None]:
    """Method, target and body of a ledger's line."""
    parts = LINE.fullmatch(line)
    if parts is None:
        raise click.ClickException(f"not a line of a ledger: {line[:80]!r}")
    if parts["operation"] is None:
        return parts["method"], parts["target"], None
    if parts["operation"] not in DOCUMENTS:
        raise click.ClickException(f"the bare loop cannot ask {parts['operation']}: measure without giants")
    query = (QUERIES / DOCUMENTS[parts["operation"]]).read_text(encoding="utf-8")
    body = {"query": query, "variables": json.loads(parts["variables"])}
    return parts["method"], parts["target"], json.dumps(body)


@click.command()
@world_options(runs=2_000, giants_share=0.0)
def main(world: World) -> None:
    """Seconds to have the jobs of every run, at 100 ms an answer."""
    with tempfile.TemporaryDirectory() as folder:
        ran, bare, ledger = beside_a_bare_loop(world, Path(folder) / "capture.db")
    numbers = [
        Number(what="seconds for the command", value=ran.seconds, bound=5, digits=1),
        Number(
            what=f"of the {bare:.1f} s of a bare serial loop", value=ran.seconds / bare, bound=1, digits=2
        ),
    ]
    show(f"{LATENCY_MS} ms an answer, 8 in flight: {world}", numbers, ledger)
    end(numbers)


if __name__ == "__main__":
    main()
