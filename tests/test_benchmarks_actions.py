"""Small versions of the benchmarks about Actions: how a plan is cut, and what jobs are charged."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click
import pytest

from benchmarks.command import Ran
from benchmarks.minutes import Job, Schedule, Token, a_day, check_whole, first_capture
from benchmarks.minutes import numbers as promised_of_minutes
from benchmarks.plan import Planned, fill, in_chunks, jobs_of_runs, output_bytes, outputs_in, plan
from benchmarks.plan import numbers as promised_of_plans
from benchmarks.world import World
from github_simulator.process import Simulator
from progressive_capture.lib.chunks import Chunk

AT_ONCE = ("--cpu-scale", "0.01")
"""Answers come at once."""


def chunk(first: int | None, last: int | None) -> Chunk:
    return Chunk(kind="workflow_jobs", repository="octo/example", first_id=first, last_id=last)


def job(seconds: float, *, refused: int = 0) -> Job:
    return Job(outcome="succeeded", seconds=seconds, requests=1, points=1, refused=refused)


def test_planning_asks_nobody_and_every_chunk_has_as_many_runs_as_the_next(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    world = World(runs=400, giants_share=0.0)
    simulator = simulate(*world.arguments(), "--unfinished", "0", *AT_ONCE)
    fill(simulator, tmp_path / "capture.db", world)
    planned = plan(simulator, tmp_path / "capture.db", chunk_size=80)
    jobs = jobs_of_runs(world)
    assert [str(number) for number in promised_of_plans(planned, jobs) if not number.met] == []
    assert planned.answers == 0
    assert in_chunks(planned.chunks, dict.fromkeys(jobs, 1)) == [80] * 5
    assert sum(in_chunks(planned.chunks, jobs)) == sum(jobs.values()) > world.runs


def test_a_plan_of_uneven_chunks_that_asked_and_is_too_large_breaks_its_promises() -> None:
    uneven = Planned(
        chunks=[chunk(None, 1), chunk(2, None)],
        output_bytes=2_000_000,
        answers=1,
        ran=Ran(seconds=1.0, megabytes=50.0),
    )
    few_runs, many_jobs = promised_of_plans(uneven, {1: 9, 2: 1, 3: 2}), dict.fromkeys(range(1, 9), 1)
    assert [number.met for number in few_runs] == [False, True, False, False, False]
    assert promised_of_plans(uneven, many_jobs)[2].value == 7 / 4


@pytest.mark.parametrize("chunks", [[chunk(1, 2), chunk(4, None)], [chunk(1, 3), chunk(3, None)]])
def test_a_plan_that_leaves_a_run_out_or_takes_it_twice_is_none(chunks: list[Chunk]) -> None:
    with pytest.raises(click.ClickException, match="run 3 is in"):
        in_chunks(chunks, {1: 1, 3: 1, 5: 1})


def test_an_output_is_measured_as_github_does_in_code_units_of_two_bytes() -> None:
    assert outputs_in("a<<x\none\ntwo\nx\nb<<y\n\ny\n") == {"a": "one\ntwo", "b": ""}
    assert [output_bytes(value) for value in ("", "ab", "ä", "🧪")] == [0, 4, 2, 4]


def test_the_jobs_of_a_chunk_are_counted_as_the_simulator_tells_them(
    simulate: Callable[..., Simulator],
) -> None:
    world = World(runs=60, rerun_share=0.3)
    told = Counter(row["run_id"] for row in simulate(*world.arguments(), "--unfinished", "0").truth("jobs"))
    assert {run_id: count for run_id, count in jobs_of_runs(world).items() if count} == told


def test_where_the_budget_is_spent_the_job_ends_and_the_next_schedule_makes_it_whole(tmp_path: Path) -> None:
    world = World(runs=100, rerun_share=0.9, giants_share=0.0)
    token = Token(name="small", budget=200, time_budget="5h")
    with Schedule(tmp_path, world, token, "steps", answers=AT_ONCE) as schedule:
        jobs = first_capture(schedule, world)
        began = schedule.clock.now()
        (day,) = a_day(schedule, world, jobs=1)
        took = schedule.clock.now() - began
        check_whole(schedule.kept(), world.runs + 1, depth="steps")
    assert [each.outcome for each in jobs] == ["paused"] * (len(jobs) - 1) + ["succeeded"]
    assert len(jobs) > 1
    assert not any(each.handed_over for each in jobs)  # that would be one more job, for the same budget
    assert max(each.requests for each in jobs) <= token.budget
    assert sum(each.refused for each in [*jobs, day]) == 0
    assert all(30 <= each.seconds < 600 for each in [*jobs, day])  # none has waited for the next hour
    assert (day.outcome, day.requests < 40) == ("succeeded", True)
    assert 0 <= took.total_seconds() - 6 * 3_600 < 60


@pytest.mark.parametrize(("seconds", "minutes"), [(30.0, 1), (60.0, 1), (60.1, 2), (3_601.0, 61)])
def test_every_minute_that_a_job_has_begun_is_charged(seconds: float, minutes: int) -> None:
    assert job(seconds).minutes == minutes


def test_a_month_is_thirty_such_days_and_must_stay_under_500_minutes() -> None:
    quick, slow = [job(59.0)] * 4, [job(59.0)] * 3 + [job(14 * 60.0)]
    month, refused = promised_of_minutes(quick, quick)
    assert (month.value, month.met, refused.met) == (120, True, True)
    month, refused = promised_of_minutes(slow, [*slow, job(1.0, refused=1)])
    assert (month.value, month.met, refused.met) == (510, False, False)


def test_half_of_the_work_has_no_price(tmp_path: Path) -> None:
    database = tmp_path / "half.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            "CREATE TABLE workflow_runs (id); CREATE TABLE workflow_job_coverage (run_id);"
            "CREATE TABLE workflow_jobs (steps); INSERT INTO workflow_runs VALUES (1);"
            "INSERT INTO workflow_job_coverage VALUES (1); INSERT INTO workflow_jobs VALUES (NULL)"
        )
    check_whole(database, 1, depth="jobs")
    for runs, depth in ((1, "steps"), (2, "jobs")):
        with pytest.raises(click.ClickException, match="not whole"):
            check_whole(database, runs, depth=depth)
