"""Small versions of the benchmarks: what a capture costs is counted, and the counts hold on any machine."""

from __future__ import annotations

import math
import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from forked_simulator import Simulator

from benchmarks.artifacts import TemporaryDisk, kept, requests
from benchmarks.claims import Claimed, claims
from benchmarks.cost import check_whole, discovery, jobs, steps
from benchmarks.databases import Place, empty_databases
from benchmarks.hour import hour
from benchmarks.increment import increments
from benchmarks.numbers import Number, end
from benchmarks.pulls import pulls
from benchmarks.rehearsal import Rehearsal
from benchmarks.speed import bare_loop
from benchmarks.store_share import CostlessStore, WatchedStore, capture
from benchmarks.stored_history import Writer, rounds
from benchmarks.stores import fill
from benchmarks.world import World
from progressive_capture.lib.store.opening import open_store

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


# -- stores ------------------------------------------------------------------------------------------

ALL_FINISHED = ("--unfinished", "0")


def content(database: Path) -> dict[str, list[Any]]:
    """What a capture of runs and jobs leaves, but for times of capture and the ledger of windows."""
    queries = {
        "runs": "SELECT id, run_attempt, status, head_sha, updated_at FROM workflow_runs",
        "attempts": "SELECT run_id, run_attempt, conclusion, updated_at FROM workflow_run_attempts",
        "commits": "SELECT sha, message FROM commits",
        "jobs": "SELECT id, run_id, run_attempt, name, workflow_name, status, conclusion, started_at, "
        "head_sha, labels, runner_id, created_at, steps, source, carried_from_job_id FROM workflow_jobs",
        "coverage": "SELECT run_id, run_attempt, run_updated_at, depth, job_count FROM workflow_job_coverage",
    }
    with closing(sqlite3.connect(database)) as connection:
        return {what: sorted(connection.execute(query), key=repr) for what, query in queries.items()}


def test_the_history_that_is_stored_is_the_one_that_a_capture_brings(tmp_path: Path, database: Path) -> None:
    written = tmp_path / "written.db"
    world = replace(WORLD, runs=60, rerun_share=0.2)
    with Rehearsal(database, *world.arguments(), *ALL_FINISHED) as rehearsal:
        rehearsal.capture(depth="steps")
        (repository,) = rehearsal.simulator.truth("repositories")
        writer = Writer(repository["id"], datetime(2026, 11, 20, tzinfo=UTC))
        with open_store(f"sqlite:///{written}") as store:
            store.migrate()
            for history in rounds(rehearsal.simulator, size=25):
                for batch in writer.batches(history):
                    store.write(batch)
    stored, brought = content(written), content(database)
    assert {"graphql", "rest"} == {row[-2] for row in stored["jobs"]}
    assert stored == brought


def test_every_store_takes_the_same_history_and_the_second_time_nothing_of_it_changes(tmp_path: Path) -> None:
    world = replace(WORLD, runs=60)
    with (
        empty_databases(tmp_path) as databases,
        Simulator(*world.arguments(), *ALL_FINISHED) as simulator,
    ):
        sqlite, postgres, supabase = fill(simulator, databases, size=25)
    for filling in (sqlite, postgres, supabase):
        first, again = filling.passes
        assert first.rows == again.rows >= first.changed > 60 * 5  # run, attempt, coverage, two jobs and more
        assert again.changed == 0
    assert [filling.passes[0].changed for filling in (postgres, supabase)] == [sqlite.passes[0].changed] * 2
    calls = supabase.passes[0].calls
    assert calls["capture_write_commits"] == calls["capture_write_workflow_runs"] == 3  # pages of up to 25
    assert calls.total() <= 5 * supabase.passes[0].batches
    assert not sqlite.passes[0].calls + postgres.passes[0].calls


def test_a_capture_asks_the_same_of_github_whether_its_store_costs_something_or_not(database: Path) -> None:
    place = Place(name="SQLite", url=f"sqlite:///{database}")
    with place.open() as store:
        store.migrate()
    world = replace(WORLD, runs=60)
    watched = WatchedStore(place.open())
    captured = capture(world, "steps", watched, latency_ms=0)
    costless = capture(world, "steps", CostlessStore(watched.answers), latency_ms=0)
    assert costless.requests == captured.requests > 0
    assert 0 < watched.processor_seconds <= watched.seconds < captured.seconds
    assert sum(map(len, watched.answers["jobs_without_steps"])) > 60  # what is read bit by bit is kept too


def test_each_chunk_is_claimed_by_one_process_and_once(tmp_path: Path) -> None:
    with empty_databases(tmp_path) as databases:
        claimed = claims(databases.places[1], chunks=30, workers=3)
    assert (claimed.once, claimed.kept) == (30, 30)
    assert len(claimed.by_worker) == 3


def test_a_chunk_that_is_claimed_twice_or_by_nobody_does_not_count() -> None:
    claimed = Claimed(chunks=4, by_worker=[["a", "b"], ["b", "c"]], kept=3, seconds=1.0)
    assert claimed.once == 2
