"""What a history costs in runner minutes and dollars, where minutes are charged: in a private repository.

`python -m benchmarks.minutes`: a job runs every six hours, as action.yml has it: `leg`, then `finish`, with
a release that keeps the database. Where the token's budget is spent it pauses, and the next job goes on. The
six hours pass at once. What the simulator takes for an answer passes really: 300 ms and the modelled work,
0.32 to 0.8 s together. So one request in flight, or eight, make the difference that they make at GitHub's,
and whatever the program waits for, so as not to exceed a limit, counts; and so does what it needs itself, on
a machine that it shares with the simulator. That takes a quarter of an hour: all captures run side by side.
"""

from __future__ import annotations

import json
import math
import os
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click
from click.testing import CliRunner, Result

from benchmarks.databases import SPAWN
from benchmarks.numbers import Number, end
from benchmarks.plan import outputs_in
from benchmarks.world import World, world_options
from github_simulator.process import Simulator
from github_simulator.waitless_clock import WaitlessClock
from progressive_capture.__main__ import group
from progressive_capture.lib.forecasting.forecast import SETUP_SECONDS
from progressive_capture.lib.forecasting.prices import dollars
from progressive_capture.lib.leg_folder import LegFolder

ANSWERS = ("--latency-ms", "300")
"""Of every answer, besides the modelled work: 0.12 s for 100 runs, 0.5 for the steps of 100 jobs."""
BETWEEN = 6 * 3_600.0
"""Seconds from one scheduled run to the next: `17 */6 * * *`."""
JOBS_A_DAY = 4
DAYS_A_MONTH = 30
MOST_MINUTES_A_MONTH = 499
"""Under 500 are promised."""
PER_RUNS = 10_000
WORKFLOW = ".github/workflows/progressive-capture.yml"
MOST_JOBS = 100
"""As many scheduled jobs are long enough for any budget: no capture may go on for ever."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token: its requests and points an hour, and how long a leg with it may take."""

    name: str
    budget: int
    time_budget: str


GITHUB_TOKEN = Token(name="GITHUB_TOKEN", budget=1_000, time_budget="5h")
APP_TOKEN = Token(name="App token", budget=5_000, time_budget="50m")
CAPTURES = tuple((token, depth) for token in (GITHUB_TOKEN, APP_TOKEN) for depth in ("jobs", "steps"))
OF_THE_MONTH = GITHUB_TOKEN, "steps"
"""Whose schedule is looked at afterwards."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job of the scheduled workflow.

    Attributes:
        outcome: `succeeded` or `paused`.
        seconds: from its start to its end, the assumed set-up included.
        requests, points: what its two commands spent.
        refused: answers that a limit refused.
        handed_over: whether it has started the next one itself.
    """

    outcome: str
    seconds: float
    requests: int
    points: int
    refused: int
    handed_over: bool = False

    @property
    def minutes(self) -> int:
        """As GitHub charges it: "rounded up to the nearest whole minute", each job.

        https://docs.github.com/en/billing/concepts/product-billing/github-actions
        """
        return math.ceil(self.seconds / 60)


class Schedule:
    """A private repository that captures itself: `with Schedule(folder, world, token, depth) as it: ...`.

    Args:
        folder: for the files of its jobs.
        world: what its history is like.
        token: of its jobs.
        depth: None: as the workflow has it, unless somebody chooses.
        answers: how long they take, as `python -m github_simulator` is told.
    """

    simulator: Simulator
    clock: WaitlessClock

    def __init__(
        self,
        folder: Path,
        world: World,
        token: Token,
        depth: str | None,
        *,
        answers: Sequence[str] = ANSWERS,
    ) -> None:
        budget = str(token.budget)
        self._folder = folder
        self._output = folder / "output"
        self._token = token
        self._number = 0
        self.depth = depth
        self.simulator = Simulator(
            *world.arguments(), *answers, "--unfinished", "0", "--private",
            "--requests-per-hour", budget, "--points-per-hour", budget,
        )  # fmt: skip

    def __enter__(self) -> Self:
        self.simulator.start()
        self.clock = WaitlessClock(self.simulator.advance)
        self.simulator.declare_workflow(WORKFLOW, "Progressive Capture", ("schedule", "workflow_dispatch"))
        event = {"repository": {"private": True}, "schedule": "17 */6 * * *"}
        (self._folder / "event.json").write_text(json.dumps(event), encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.simulator.stop()

    def job(self) -> Job:
        """The next job; afterwards it is time for the one after it."""
        self._number += 1
        legs = self._folder / str(self._number)
        self.simulator.reset_ledger()
        began = self.clock.monotonic()
        self.clock.advance(SETUP_SECONDS)
        ran = self._run("leg", "--folder", legs, "--time-budget", self._token.time_budget, *self._options())
        handed_over = self._finish(legs)
        seconds = self.clock.monotonic() - began
        outcome = LegFolder(legs).summary().outcome
        if outcome not in ("succeeded", "paused"):
            raise click.ClickException(f"the leg ended {outcome}:\n{ran.stderr[-2_000:]}")
        ledger = self.simulator.ledger()
        self.clock.advance(0 if handed_over else BETWEEN - seconds)
        return Job(
            outcome=outcome,
            seconds=seconds,
            requests=ledger["requests"]["total"],
            points=ledger["points"]["total"],
            refused=sum(ledger["rejections"].values()),
            handed_over=handed_over,
        )

    def _finish(self, legs: Path) -> bool:
        """Keep what the leg captured; says whether the next job is started at once."""
        self._output.write_text("", encoding="utf-8")
        self._check(self._run("finish", "--folder", legs))
        return outputs_in(self._output.read_text(encoding="utf-8"))["handed_over"] == "true"

    def until_whole(self) -> Sequence[Job]:
        """Jobs until one has nothing left to do."""
        jobs = [self.job()]
        while jobs[-1].outcome == "paused":
            if len(jobs) == MOST_JOBS:
                raise click.ClickException(f"after {MOST_JOBS} jobs there is still something to do")
            jobs.append(self.job())
        return jobs

    def estimate(self) -> Mapping[str, Any]:
        """What `plan` expects, before anything runs; the hour that it asks in is over afterwards."""
        ran = self._run("plan", "sync", "--json", *self._options())
        self._check(ran)
        self.clock.advance(BETWEEN)
        estimate: Mapping[str, Any] = json.loads(ran.stdout)["estimate"]
        return estimate

    def kept(self) -> Path:
        """The database that the release keeps."""
        into = self._folder / f"kept-{self._number}.db"
        self._check(self._run("fetch", self.simulator.repository, "--into", into))
        return into

    def _options(self) -> Sequence[str]:
        return ["--depth", self.depth] if self.depth is not None else []

    def _run(self, *arguments: object) -> Result:
        ran = CliRunner().invoke(group, [*map(str, arguments)], env=self._environment(), obj=self.clock)
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        return ran

    def _check(self, ran: Result) -> None:
        if ran.exit_code != 0:
            raise click.ClickException(f"a command ended with {ran.exit_code}:\n{ran.stderr[-2_000:]}")

    def _environment(self) -> Mapping[str, str | None]:
        """Nothing of the machine's own, and what a runner says."""
        ours = ("GITHUB_", "CAPTURE_", "DATABASE_URL", "SUPABASE_")
        repository = self.simulator.repository
        return dict.fromkeys(name for name in os.environ if name.startswith(ours)) | {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.simulator.url,
            "GITHUB_GRAPHQL_URL": self.simulator.graphql_url,
            "GITHUB_TOKEN": self.simulator.token,
            "GITHUB_REPOSITORY": repository,
            "GITHUB_RUN_ID": str(self._number + 1),
            "GITHUB_EVENT_NAME": "schedule",
            "GITHUB_EVENT_PATH": str(self._folder / "event.json"),
            "GITHUB_OUTPUT": str(self._output),
            "GITHUB_WORKFLOW_REF": f"{repository}/{WORKFLOW}@refs/heads/main",
        }


def first_capture(schedule: Schedule, world: World) -> Sequence[Job]:
    """Everything that is there, until it is whole in the release."""
    jobs = schedule.until_whole()
    check_whole(schedule.kept(), world.runs, depth=schedule.depth)
    return jobs


def a_day(schedule: Schedule, world: World, *, jobs: int = JOBS_A_DAY) -> Sequence[Job]:
    """The jobs of a day, on which as much happens as on those before: each finds its part of it, and done."""
    new = math.ceil(world.runs / world.days / JOBS_A_DAY)
    done = []
    for _ in range(jobs):
        schedule.simulator.arrive(new)
        schedule.simulator.finish(new)
        done.append(schedule.job())
    return done


def check_whole(database: Path, runs: int, *, depth: str | None) -> None:
    """A price for half of the work would be no price."""
    without_steps = (
        "SELECT count(*) FROM workflow_jobs WHERE steps IS NULL" if depth != "jobs" else "SELECT 0"
    )
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        counts = [
            connection.execute(query).fetchone()[0]
            for query in (
                "SELECT count(*) FROM workflow_runs",
                "SELECT count(*) FROM workflow_job_coverage",
                without_steps,
            )
        ]
    if counts != [runs, runs, 0]:
        raise click.ClickException(
            f"not whole: of {runs:,} runs there are {counts[0]:,}, {counts[1]:,} of them with their jobs,"
            f" and {counts[2]:,} jobs without steps"
        )


def price(jobs: Sequence[Job], runs: int) -> str:
    """What so many runs took, in one line."""
    minutes = sum(job.minutes for job in jobs)
    each = ", ".join(f"{job.seconds:,.0f}" for job in jobs)
    scaled = "" if runs == PER_RUNS else f" ({minutes * PER_RUNS / runs:,.1f} for {PER_RUNS:,} runs)"
    return (
        f"{len(jobs)} jobs of {each} s: {minutes} minutes{scaled}, ${dollars(minutes, private=True):.3f};"
        f" {sum(job.requests for job in jobs):,} requests, {sum(job.points for job in jobs):,} points"
    )


@dataclass(frozen=True, kw_only=True)
class Captured:
    """A history captured with a token to a depth.

    Attributes:
        expected: what `plan` expected.
        first: the jobs until all was there.
        day: those of the day after; none where that is not wanted.
    """

    token: Token
    depth: str
    expected: Mapping[str, Any]
    first: Sequence[Job]
    day: Sequence[Job] = ()


def captured(world: World, token: Token, depth: str) -> Captured:
    """Capture everything; and one more day, where that is what the schedule comes upon."""
    with tempfile.TemporaryDirectory() as folder, Schedule(Path(folder), world, token, depth) as schedule:
        expected = schedule.estimate()
        first = first_capture(schedule, world)
        schedule.depth = None
        day = a_day(schedule, world) if (token, depth) == OF_THE_MONTH else ()
    return Captured(token=token, depth=depth, expected=expected, first=first, day=day)


def numbers(month: Sequence[Job], every: Sequence[Job]) -> Sequence[Number]:
    """What is promised, measured: `month` are the jobs of a day of it."""
    return (
        Number(
            what=f"the schedule: minutes in {DAYS_A_MONTH} days of {len(month)} jobs",
            value=DAYS_A_MONTH * sum(job.minutes for job in month),
            bound=MOST_MINUTES_A_MONTH,
        ),
        Number(
            what="requests refused by any limit, of all jobs",
            value=sum(job.refused for job in every),
            bound=0,
        ),
    )


@click.command()
@world_options(runs=PER_RUNS)
def main(world: World) -> None:
    """Minutes and dollars of a first capture, and of a month of the default schedule after it."""
    click.echo(f"\n{world}, private; {SETUP_SECONDS:.0f} s assumed until a job has its program")
    with ProcessPoolExecutor(len(CAPTURES), mp_context=SPAWN) as processes:
        every = list(processes.map(captured, repeat(world), *zip(*CAPTURES, strict=True)))
    for each in every:
        click.echo(f"\n  {each.token.name}, --depth {each.depth}\n    {price(each.first, world.runs)}")
        click.echo(f"    the plan expected {in_words(each.expected)}")
    day = [job for each in every for job in each.day]
    new = world.runs / world.days
    click.echo(f"\n  one more day, of {new:,.0f} runs, as the workflow has it\n    {price(day, PER_RUNS)}\n")
    found = numbers(day, [job for each in every for job in (*each.first, *each.day)])
    click.echo("\n".join(f"  {number}" for number in found))
    end(found)


def in_words(estimate: Mapping[str, Any]) -> str:
    """What a plan expected."""
    return ", ".join(f"{estimate[what]} {what}" for what in ("items", "requests", "points", "minutes"))


if __name__ == "__main__":
    main()
