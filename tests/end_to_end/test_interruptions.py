"""Stopped, killed, doubled or out of time: nothing is lost, nothing left undone, little is done twice."""

from __future__ import annotations

import random
import re
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from child import Child, count_rows
from truth import expected_runs, stored
from typed import CommandLine
from whole_truth import covered, data_of, newest, untruths, untruths_by_any_source

from github_simulator.process import Simulator
from progressive_capture.lib.windows import stamp

QUICK = ("--cpu-scale", 0.01, "--giants-share", 0)
"""An answer costs GitHub next to no time, and no run has hundreds of jobs."""
ONE_RUN = r"/actions/runs/\d+/jobs"
FOREVER = 120
"""Seconds that an answer takes which nobody is going to wait for."""
AT_ONCE = 8
"""Requests in flight, as `--concurrency` has it by default."""
BEGINNING = 10
"""Requests that every start makes: the repository, the workflows, the newest runs, the unfinished ones."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "capture.db"


def jobs_in(database: Path) -> dict[str, tuple[str, str | None]]:
    """Status and holder of the capture job of each kind."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        query = "SELECT kind, status, claimed_by FROM progressive_capture_jobs"
        return {kind: (status, holder) for kind, status, holder in connection.execute(query)}


def hangs(simulator: Simulator) -> Callable[[], bool]:
    """Whether the slow answer is on its way, that is, never coming."""
    return lambda: simulator.ledger()["faults"] == {"slow": 1}


# ---- signals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_pauses_within_seconds_though_an_answer_never_comes(
    simulate: Callable[..., Simulator], database: Path, number: signal.Signals
) -> None:
    simulator = simulate("--runs", 30, *QUICK)
    simulator.fault("slow", seconds=FOREVER, path=ONE_RUN)
    sync = ("sync", simulator.repository, "--depth", "full", "--json")
    with Child(database, simulator, *sync) as child:
        child.until(lambda: hangs(simulator)() and count_rows(database, "workflow_jobs") > 0)
        child.tell(number)
        end = child.end()
    assert end.exit_code == 0, end.stderr
    # Five seconds are promised; a busy machine gets three times that. The answer would take two minutes.
    assert end.took < 15
    assert [each["outcome"] for each in end.captures] == ["succeeded", "paused"]
    assert end.captures[1]["reason"] == "stopped by a signal"
    assert "Run the same command again" in end.stderr
    assert jobs_in(database) == {"workflow_runs": ("succeeded", None), "workflow_jobs": ("paused", None)}
    with Child(database, simulator, *sync) as child:
        again = child.end()
    assert again.exit_code == 0, again.stderr
    assert again.captures[1]["job_id"] == end.captures[1]["job_id"]
    assert untruths(database, simulator) == []


def test_a_signal_in_the_middle_stores_what_is_in_hand_and_asks_for_nothing_more(
    simulate: Callable[..., Simulator], database: Path
) -> None:
    simulator = simulate("--runs", 90, *QUICK, "--latency-ms", 50)
    sync = ("sync", simulator.repository, "--depth", "full", "--json")
    with Child(database, simulator, *sync) as child:
        child.until(lambda: count_rows(database, "workflow_job_coverage") >= 10)
        child.tell(signal.SIGTERM)
        end = child.end()
    assert end.exit_code == 0, end.stderr
    answered = [line for line in simulator.ledger(lines=True)["lines"] if re.search(ONE_RUN, line)]
    assert count_rows(database, "workflow_job_coverage") == len(answered) < 90
    assert end.captures[-1]["processed_items"] == len(answered)
    with Child(database, simulator, *sync) as child:
        assert child.end().exit_code == 0
    assert untruths(database, simulator) == []


def test_a_signal_that_comes_again_ends_it_at_once(
    simulate: Callable[..., Simulator], database: Path
) -> None:
    simulator = simulate("--runs", 30, *QUICK)
    simulator.fault("slow", seconds=FOREVER, path=ONE_RUN)
    sync = ("sync", simulator.repository, "--depth", "full")
    with Child(database, simulator, *sync) as child:
        child.until(hangs(simulator))
        child.insist(signal.SIGTERM)
        assert child.end().exit_code == -signal.SIGTERM
    with Child(database, simulator, *sync) as child:
        assert child.end().exit_code == 0
    assert untruths(database, simulator) == []


# ---- kill -9 ---------------------------------------------------------------------------------------------


def test_killed_at_twenty_random_moments_it_ends_as_if_nothing_had_happened(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    world = ("--runs", 160, "--rerun-share", 0.1, *QUICK, "--latency-ms", 30)
    calm, rough = simulate(*world), simulate(*world)
    undisturbed = tmp_path / "calm" / "capture.db"
    undisturbed.parent.mkdir()
    with Child(undisturbed, calm, "sync", calm.repository, "--depth", "full") as child:
        assert child.end().exit_code == 0
    all_rows = rows_of(undisturbed)

    database = tmp_path / "capture.db"
    oldest = min(expected_runs(rough))  # asked for last; while it hangs, no sync ends before it is killed
    rough.fault("slow", seconds=FOREVER, path=rf"/runs/{oldest}/jobs", times=None)
    rows_when_killed = []
    for enough, seconds in random_moments(20, up_to=0.95 * all_rows):
        with Child(database, rough, "sync", rough.repository, "--depth", "full", within=("env",)) as child:
            not_before = time.monotonic() + seconds
            child.until(partial(is_moment, database, enough, not_before))
            child.tell(signal.SIGKILL)
            assert child.end().exit_code == -signal.SIGKILL
        rows_when_killed.append(rows_of(database))
    kills = len(rows_when_killed)
    assert sum(0 < rows < all_rows for rows in rows_when_killed) >= 15, rows_when_killed
    assert len(set(rows_when_killed)) >= 10, rows_when_killed  # not twenty times at one place
    rough.clear_faults()
    with Child(database, rough, "sync", rough.repository, "--depth", "full", within=("env",)) as child:
        assert child.end().exit_code == 0

    assert untruths(database, rough) == []
    assert data_of(database) == data_of(undisturbed)
    assert len(covered(database)) == 1
    assert asked_twice(rough, r"/attempts/\d+ |/jobs\?") <= kills * AT_ONCE
    more = rough.ledger()["requests"]["total"] - calm.ledger()["requests"]["total"]
    assert more <= kills * (AT_ONCE + BEGINNING)


def random_moments(number: int, *, up_to: float) -> list[tuple[float, float]]:
    """After how many stored rows and, at the earliest, how many seconds after its start to kill each child.

    The first ones may fall before anything is stored.
    """
    dice = random.Random(20)
    rows = sorted(dice.uniform(0, up_to) for _ in range(number))
    return [(0.0 if index < 3 else enough, dice.uniform(0, 1)) for index, enough in enumerate(rows)]


def is_moment(database: Path, enough: float, not_before: float) -> bool:
    return time.monotonic() >= not_before and rows_of(database) >= enough


def rows_of(database: Path) -> int:
    return count_rows(database, "workflow_runs", "workflow_jobs", "workflow_run_attempts")


def asked_twice(simulator: Simulator, pattern: str) -> int:
    """How many requests for single things were made though the same one had been made before."""
    lines = [line for line in simulator.ledger(lines=True)["lines"] if re.search(pattern, line)]
    assert lines
    return sum(count - 1 for count in Counter(lines).values())


def test_killed_before_anything_is_stored_it_begins_as_if_new(
    simulate: Callable[..., Simulator], database: Path
) -> None:
    simulator = simulate("--runs", 20, *QUICK)
    simulator.fault("slow", seconds=FOREVER, path="/repos/octo/example$")
    with Child(database, simulator, "sync", simulator.repository) as child:
        child.until(hangs(simulator))
        child.tell(signal.SIGKILL)
        child.end()
    assert rows_of(database) == 0
    with Child(database, simulator, "sync", simulator.repository, "--depth", "full") as child:
        assert child.end().exit_code == 0
    assert untruths(database, simulator) == []


# ---- two at once -----------------------------------------------------------------------------------------


def test_a_second_sync_beside_a_running_one_is_told_so_and_disturbs_nothing(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine]
) -> None:
    simulator = simulate("--runs", 40, *QUICK)
    simulator.fault("slow", seconds=FOREVER, path=ONE_RUN)
    run = command_line(simulator)
    with Child(run.database, simulator, "job-details", "--repository", simulator.repository) as child:
        assert child.end().exit_code == 0  # there is nothing to do yet, but a database
    assert run("historical-sync", "--repository", simulator.repository).exit_code == 0
    with Child(
        run.database, simulator, "job-details", "--repository", simulator.repository, "--depth", "full"
    ) as child:
        child.until(hangs(simulator))
        before = jobs_in(run.database)
        second = run("job-details", "--repository", simulator.repository, "--depth", "full")
        assert second.exit_code == 7
        assert "Another worker" in second.stderr
        assert "workflow_jobs of octo/example" in second.stderr
        assert "→ Let it finish" in second.stderr
        assert jobs_in(run.database) == before


# ---- out of time, or enough ------------------------------------------------------------------------------


def test_a_second_at_a_time_it_completes_too(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine]
) -> None:
    simulator = simulate("--runs", 60, *QUICK, "--latency-ms", 100)
    run = command_line(simulator)
    said = []
    for _ in range(30):
        ran = run("sync", simulator.repository, "--depth", "full", "--time-budget", "1s", "--json")
        assert ran.exit_code == 0, ran.stderr
        said.append(ran.data[0]["captures"][-1])
        if said[-1]["outcome"] == "succeeded":
            break
    assert len(said) >= 2
    assert {(each["outcome"], each["reason"]) for each in said[:-1]} == {
        ("paused", "the time budget is used up")
    }
    assert said[-1]["outcome"] == "succeeded"
    assert untruths(run.database, simulator) == []
    assert asked_twice(simulator, r"/jobs\?") <= len(said) * AT_ONCE


@pytest.mark.parametrize("wanted", [7, 150])
def test_so_many_items_are_the_newest_ones_and_a_full_sync_brings_the_rest(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine], wanted: int
) -> None:
    simulator = simulate("--runs", 180, *QUICK, "--rerun-share", 0)
    run = command_line(simulator)
    sync = ("sync", simulator.repository, "--depth", "steps", "--json")
    ran = run(*sync, "--max-items", wanted)
    assert ran.exit_code == 0
    assert [each["outcome"] for each in ran.data[0]["captures"]] == ["succeeded", "succeeded"]
    runs, jobs = stored(run.database, "workflow_runs"), stored(run.database, "workflow_jobs")
    assert set(runs) == newest(expected_runs(simulator), wanted)
    assert {job["run_id"] for job in jobs.values()} <= set(runs)
    oldest = min(each["created_at"] for each in runs.values())
    assert [span for span in covered(run.database) if stamp(span.start) < oldest] == []
    assert run(*sync).exit_code == 0
    assert untruths_by_any_source(run.database, simulator) == []
    assert len(covered(run.database)) == 1
