"""What part of a capture goes to the store, where every answer of GitHub takes 100 ms.

`python -m benchmarks.store_share`: the captures of `sync` in this process, on a schema that is there already,
8 requests in flight. Then once more with a store that costs nothing: it answers what the real one answered,
and keeps nothing. What the capture takes longer than that is the store's share.

The thread that stores is in the store for longer, and both are told: it waits there for its turn to run while
others read answers, so that much of its time is theirs.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, cast

import click

from benchmarks.databases import CONDITIONS, NAMES, as_installed, empty_databases
from benchmarks.numbers import Number, end
from benchmarks.rehearsal import SYNC
from benchmarks.world import SEED, World
from github_simulator.process import Simulator
from progressive_capture.lib.assembly import Options, Session
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.capture_values import Asked, Depth
from progressive_capture.lib.clock import SystemClock
from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.report import PlainProgress
from progressive_capture.lib.running import run_captures
from progressive_capture.lib.settings import read_settings
from progressive_capture.lib.store.contract import Store, Written

LATENCY_MS = 100
BOUND = 0.15
DEPTHS: Sequence[Depth] = ("jobs", "steps")


class BitByBit(list[Any]):
    """An answer that was read bit by bit."""


class WatchedStore:
    """A store that notes how long it is asked, and what it answers.

    Its own methods do not pass here, so nothing counts twice.

    Attributes:
        seconds: of real time in the store; `processor_seconds`: of the asking thread's.
        answers: by method, in their order.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.seconds = self.processor_seconds = 0.0
        self.answers: defaultdict[str, list[Any]] = defaultdict(list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._store.close()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(*given: Any, **named: Any) -> Any:
            answer = self._timed(lambda: getattr(self._store, name)(*given, **named))
            if isinstance(answer, Iterator):
                kept = BitByBit()
                self.answers[name].append(kept)
                return self._bit_by_bit(answer, kept)
            self.answers[name].append(answer)
            return answer

        return ask

    def _bit_by_bit(self, answer: Iterator[Any], kept: list[Any]) -> Iterator[Any]:
        nothing = object()
        while (item := self._timed(lambda: next(answer, nothing))) is not nothing:
            kept.append(item)
            yield item

    def _timed(self, work: Callable[[], Any]) -> Any:
        began, worked = time.perf_counter(), time.thread_time()
        try:
            return work()
        finally:
            self.seconds += time.perf_counter() - began
            self.processor_seconds += time.thread_time() - worked


class CostlessStore:
    """Answers once more what a store has answered in a capture of the same, and keeps nothing."""

    def __init__(self, answers: Mapping[str, list[Any]]) -> None:
        self._answers = {name: iter(given) for name, given in answers.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        pass

    def write(self, batch: Batch, **_: Any) -> Written:  # noqa: ARG002  (as every store)
        return Written()

    def write_all(self, batches: Sequence[Batch], **_: Any) -> Sequence[Written]:
        return [Written() for _ in batches]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(*_: Any, **__: Any) -> Any:
            answer = next(self._answers[name])
            return iter(answer) if isinstance(answer, BitByBit) else answer

        return ask


@dataclass(frozen=True, kw_only=True)
class Captured:
    """One capture: its seconds of real time, and how many requests it took."""

    seconds: float
    requests: int


class _SessionWith(Session):
    """A session whose captures write to one given store."""

    store: Store

    def open_store(self) -> Store:
        self.store.prepare()
        return self.store


def capture(
    world: World, depth: Depth, store: WatchedStore | CostlessStore, *, latency_ms: int = LATENCY_MS
) -> Captured:
    """Capture the world's runs and jobs into a store, which is closed then.

    Raises:
        ClickException: the capture did not succeed.
    """
    quick = ("--latency-ms", str(latency_ms), "--cpu-scale", "0")
    with Simulator(*world.arguments(), *quick) as simulator:
        session = _session(simulator, depth)
        session.store = cast("Store", store)
        began = time.perf_counter()
        with closing(session):
            (ended,) = run_captures(session, [simulator.repository], SYNC)
        seconds = time.perf_counter() - began
        if ended.error or any(result.outcome is not Outcome.SUCCEEDED for result in ended.results):
            raise click.ClickException(f"{ended}: this measures nothing")
        return Captured(seconds=seconds, requests=simulator.ledger()["requests"]["total"])


def _session(simulator: Simulator, depth: Depth) -> _SessionWith:
    settings = {
        "GITHUB_TOKEN": simulator.token,
        "GITHUB_API_URL": simulator.url,
        "GITHUB_GRAPHQL_URL": simulator.graphql_url,
    }
    options = Options(database="", asked=Asked(depth=depth), leave_budget=0, concurrency=8)
    clock = SystemClock()
    return _SessionWith(read_settings(settings), options, PlainProgress(io.StringIO(), clock), clock)


@dataclass(kw_only=True)
class Into:
    """The captures into one kind of store; the best of each counts."""

    name: str
    captured: list[Captured] = field(default_factory=list)
    watched: list[WatchedStore] = field(default_factory=list)

    def best(self) -> float:
        """Seconds of the quickest capture."""
        return min(each.seconds for each in self.captured)

    def told(self) -> str:
        """How long the thread that stores was in the store, in the quickest capture."""
        seconds = self.best()
        store = self.watched[[each.seconds for each in self.captured].index(seconds)]
        return (
            f"{self.name:<9} {seconds:>6.2f} s; the thread that stores was in the store for "
            f"{store.seconds:.2f} s ({store.seconds / seconds:.0%}), of which its own work took "
            f"{store.processor_seconds:.2f} s"
        )


def one_round(world: World, depth: Depth, into: Mapping[str, Into]) -> Captured:
    """Capture into an empty database of each kind, then into the store that costs nothing.

    Returns:
        What the last one took.

    Raises:
        ClickException: not all captures asked the same of GitHub.
    """
    with tempfile.TemporaryDirectory() as folder, empty_databases(Path(folder)) as databases:
        for place in databases.places:
            store = WatchedStore(place.open())
            into[place.name].captured.append(capture(world, depth, store))
            into[place.name].watched.append(store)
    costless = capture(world, depth, CostlessStore(into[NAMES[0]].watched[-1].answers))
    asked = {each.captured[-1].requests for each in into.values()} | {costless.requests}
    if len(asked) > 1:
        raise click.ClickException(f"not all captures asked the same: {asked} requests")
    return costless


@click.command()
@click.option("--runs", default=2_000, show_default=True, help="Runs in the repository.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed, another repository.")
@click.option("--rounds", default=3, show_default=True, help="How often each is captured.")
def main(runs: int, seed: int, rounds: int) -> None:
    """The store's share of a capture at 100 ms an answer."""
    as_installed()
    world, numbers = World(runs=runs, seed=seed, giants_share=0.0), []
    click.echo(f"{LATENCY_MS} ms an answer, 8 in flight: {world}\n  {CONDITIONS}; the best of {rounds}")
    for depth in DEPTHS:
        into = {name: Into(name=name) for name in NAMES}
        costless = [one_round(world, depth, into) for _ in range(rounds)]
        without = min(each.seconds for each in costless)
        click.echo(f"\n--depth {depth}, {costless[0].requests:,} requests; without a store {without:.2f} s")
        for each in into.values():
            click.echo(f"  {each.told()}")
            what = f"--depth {depth}: {each.name}'s share of the capture"
            numbers.append(Number(what=what, value=1 - without / each.best(), bound=BOUND, digits=2))
    click.echo()
    for number in numbers:
        click.echo(f"  {number}")
    end(numbers)


if __name__ == "__main__":
    main()
