"""Small versions of the benchmarks: what a capture costs is counted, and the counts hold on any machine."""

from __future__ import annotations

import math
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import click
import pytest

from benchmarks.artifacts import TemporaryDisk, kept, requests
from benchmarks.cost import check_whole, discovery, jobs, steps
from benchmarks.hour import hour
from benchmarks.increment import increments
from benchmarks.numbers import Number, end
from benchmarks.pulls import pulls
from benchmarks.speed import bare_loop
from benchmarks.world import World
from github_simulator.process import Simulator

WORLD = World(runs=500)
START = 12
"""Requests of every capture, however few runs: the ends of its spans, the repository, its workflows.
In a small repository they weigh more than the promise allows for, so they are counted apart."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "capture.db"


def test_every_run_is_found_in_hardly_more_requests_than_there_are_pages(database: Path) -> None:
    number, measured = discovery(WORLD, database)
    assert number.met
    assert number.bound == 1.05 * 5 + 25
    assert measured.requests <= math.ceil(WORLD.runs / 100) + START
    assert measured.points == 0


def test_the_jobs_of_a_run_cost_a_hundredth_of_a_point(database: Path) -> None:
    _, measured = jobs(WORLD, database)
    assert measured.points <= math.ceil(WORLD.runs / 100) + 3
    assert measured.requests <= math.ceil(WORLD.runs / 100) + START


def test_the_steps_of_a_job_cost_a_hundredth_of_a_point_and_only_reruns_a_request(database: Path) -> None:
    _, measured = steps(WORLD, database)
    rows = measured.rows
    earlier_attempts = rows["attempts"] - rows["runs"]
    assert measured.requests + measured.points <= 0.20 * WORLD.runs + START
    assert measured.points <= math.ceil(rows["runs"] / 100) + math.ceil(rows["jobs"] / 100) + 6
    doubtful = 0.02 * rows["runs"]
    assert (
        measured.requests
        <= math.ceil(rows["runs"] / 100) + START + rows["run again"] + earlier_attempts + doubtful
    )


def test_where_nothing_ran_again_the_steps_are_cheap(database: Path) -> None:
    number, measured = steps(replace(WORLD, rerun_share=0.0), database)
    assert number.bound == 0.075
    assert measured.rows["run again"] == 0
    assert measured.requests + measured.points <= 0.075 * WORLD.runs + START


def test_an_hours_budget_brings_its_share_of_runs_without_running_dry(database: Path) -> None:
    numbers, measured = hour(WORLD, database, budget=WORLD.runs // 7 + START)
    refused = numbers[-1]
    assert (refused.what, refused.value) == ("requests refused by any limit", 0)
    assert measured.took.total_seconds() < 3_600
    assert max(measured.requests, measured.points) <= WORLD.runs // 7 + START


def test_what_is_up_to_date_costs_next_to_nothing(database: Path) -> None:
    numbers, again, daily = increments(WORLD, database)
    assert [str(number) for number in numbers if not number.met] == []
    assert again.requests <= 5
    assert (again.points, daily.points) == (0, 0)
    assert daily.requests > again.requests  # the changeable runs really were listed again


def test_artifacts_are_listed_by_the_hundred_and_downloaded_with_a_request_each(database: Path) -> None:
    numbers, first = requests(replace(WORLD, runs=75), database, each=2)
    assert [str(number) for number in numbers if not number.met] == []
    listed, downloads = numbers[0], kept(database)["artifacts"]
    assert listed.bound == 1.05 * 2 + 5  # between 101 and 200 artifacts
    assert listed.value <= 1 + 2 + 1  # the repository, two pages, and one more where the pages have shifted
    assert first.requests - listed.value == downloads
    assert first.ledger["blobs"]["downloads"] == downloads


def test_a_pull_request_costs_a_fraction_of_a_unit_with_everything_that_belongs_to_it(
    database: Path,
) -> None:
    numbers, first, again = pulls(400, 0, WORLD.seed, database)
    assert [str(number) for number in numbers if not number.met] == []
    assert first.rows["runs"] == 0
    assert (again.requests, again.points) == (1, 1)


def test_temporary_files_without_a_name_are_seen_too(tmp_path: Path) -> None:
    disk = TemporaryDisk(tmp_path)
    (tmp_path / "named").write_bytes(bytes(1_000))
    with tempfile.TemporaryFile(dir=tmp_path) as nameless, (tmp_path / "named").open("rb"):
        nameless.write(bytes(20_000))
        nameless.flush()
        assert disk.bytes_of(os.getpid()) == 21_000
    assert disk.bytes_of(os.getpid()) == 1_000


def test_a_promise_is_kept_up_to_its_bound_and_no_further() -> None:
    assert Number(what="cost", value=5, bound=5).met
    assert not Number(what="cost", value=5.1, bound=5).met
    assert Number(what="speed", value=5, bound=5, at_least=True).met
    assert not Number(what="speed", value=4.9, bound=5, at_least=True).met
    with pytest.raises(SystemExit, match="1"):
        end([Number(what="fine", value=1, bound=2), Number(what="broken", value=3, bound=2)])
    end([Number(what="fine", value=1, bound=2)])


def test_half_of_the_work_gives_no_number(database: Path) -> None:
    _, measured = jobs(replace(WORLD, runs=60), database)
    with pytest.raises(click.ClickException, match="60 of 61 runs with their jobs"):
        check_whole(measured, replace(WORLD, runs=61))


def test_the_bare_loop_asks_what_the_ledger_says() -> None:
    with Simulator(*replace(WORLD, runs=60).arguments()) as simulator:
        run = next(simulator.truth("runs"))
        asked = [
            "GET /repos/octo/example/actions/runs?per_page=100&page=1 200",
            f'POST /graphql#JobsOfRuns {{"ids": ["{run["node_id"]}"]}} 200',
        ]
        bare_loop(simulator, asked)
        assert simulator.ledger(lines=True)["lines"] == asked


def test_the_bare_loop_says_what_it_cannot_ask() -> None:
    with Simulator("--runs", "20") as simulator, pytest.raises(click.ClickException, match="MoreJobsOfRun"):
        bare_loop(simulator, ['POST /graphql#MoreJobsOfRun {"id0": "CS_1"} 200'])


def test_a_measured_capture_says_what_it_was_measured_over(database: Path) -> None:
    _, measured = steps(replace(WORLD, runs=60), database)
    assert measured.rows["runs"] == 60
    assert measured.rows["steps"] > measured.rows["jobs"] > measured.rows["attempts"] >= 60
