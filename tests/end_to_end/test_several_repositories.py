"""Several repositories in one call and one database: each gets its due, whatever happens to another."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from child import Child
from truth import Rows, differences, expected_attempts, expected_jobs, expected_runs, stored
from typed import CommandLine

from github_simulator.process import Simulator
from progressive_capture.lib.store.opening import open_store

NAMES = ("octo/example", "octo/second", "acme/third")


@pytest.fixture
def three(simulate: Callable[..., Simulator]) -> Simulator:
    repositories = (word for name in NAMES for word in ("--repository", name))
    return simulate("--runs", 15, "--cpu-scale", 0.01, *repositories)


def untruths(database: Path, simulator: Simulator, names: tuple[str, ...] = NAMES) -> list[str]:
    """Runs, attempts and jobs of these repositories as they should be; and nothing of any other."""
    owners = {each["id"]: each["full_name"] for each in simulator.truth("repositories")}
    wanted = {run["id"] for run in simulator.truth("runs") if owners[run["repository"]["id"]] in names}

    def of_these(rows: Rows, key: str) -> Rows:
        return {place: row for place, row in rows.items() if row[key] in wanted}

    attempts = stored(database, "workflow_run_attempts", ["run_id", "run_attempt"])
    return [
        *differences(stored(database, "workflow_runs"), of_these(expected_runs(simulator), "id")),
        *differences(attempts, of_these(expected_attempts(simulator), "run_id")),
        *differences(stored(database, "workflow_jobs"), of_these(expected_jobs(simulator), "run_id")),
    ]


def test_all_of_them_are_captured_whole_and_every_row_knows_its_owner(
    three: Simulator, command_line: Callable[..., CommandLine]
) -> None:
    run = command_line(three)
    ran = run("sync", *NAMES, "--depth", "full", "--json")
    assert ran.exit_code == 0, ran.stderr
    assert [each["repository"] for each in ran.data] == list(NAMES)
    assert untruths(run.database, three) == []
    owners = {each["id"]: each["repository"]["id"] for each in three.truth("runs")}
    assert {key: row["repository_id"] for key, row in stored(run.database, "workflow_runs").items()} == owners
    jobs = stored(run.database, "workflow_jobs").values()
    assert all(job["repository_id"] == owners[job["run_id"]] for job in jobs)
    assert [each["full_name"] for each in run("status", "--json").data["repositories"]] == sorted(NAMES)


def test_one_that_is_refused_does_not_keep_the_others_from_their_end(
    three: Simulator, command_line: Callable[..., CommandLine]
) -> None:
    run = command_line(three)
    ran = run("sync", NAMES[0], "octo/no-such-thing", NAMES[1], NAMES[2], "--depth", "full", "--json")
    assert ran.exit_code == 3
    assert [each["exit_code"] for each in ran.data] == [0, 3, 0, 0]
    assert "octo/no-such-thing" in ran.data[1]["error"]
    assert untruths(run.database, three) == []


def test_the_worst_of_several_ends_is_the_exit_code(
    three: Simulator, command_line: Callable[..., CommandLine]
) -> None:
    run = command_line(three)
    three.fault("slow", seconds=120, path=f"/repos/{NAMES[1]}/actions/workflows")
    with Child(run.database, three, "sync", NAMES[1], "--depth", "full") as other:
        other.until(lambda: three.ledger()["faults"] == {"slow": 1})
        ran = run("sync", NAMES[0], NAMES[1], "octo/no-such-thing", "--depth", "full", "--json")
    assert [each["exit_code"] for each in ran.data] == [0, 7, 3]
    assert ran.exit_code == 7
    assert untruths(run.database, three, NAMES[:1]) == []


def test_one_named_twice_is_captured_once(three: Simulator, command_line: Callable[..., CommandLine]) -> None:
    run = command_line(three)
    ran = run("sync", NAMES[1], f"https://github.com/{NAMES[1]}", NAMES[1], "--depth", "full", "--json")
    assert ran.exit_code == 0
    assert [each["repository"] for each in ran.data] == [NAMES[1]]
    assert untruths(run.database, three, (NAMES[1],)) == []


def test_an_hours_budget_that_is_too_small_for_all_pauses_them_and_the_next_hours_complete_them(
    simulate: Callable[..., Simulator], command_line: Callable[..., CommandLine]
) -> None:
    repositories = (word for name in NAMES for word in ("--repository", name))
    simulator = simulate("--runs", 20, "--requests-per-hour", 40, "--cpu-scale", 0.01, *repositories)
    run = command_line(simulator)
    codes: list[int] = []
    done = False
    while not done and len(codes) < 10:
        ran = run("sync", *NAMES, "--depth", "full", "--json", env={"GITHUB_ACTIONS": "true"})
        codes.append(ran.exit_code)
        ends = [[capture["outcome"] for capture in each["captures"]] for each in ran.data]
        done = ends == [["succeeded", "succeeded"]] * len(NAMES)
        simulator.advance(3600)
    assert done
    assert set(codes) == {0}
    assert len(codes) > 2
    assert simulator.ledger()["rejections"] == {}
    assert untruths(run.database, simulator) == []


def test_a_database_that_another_program_is_just_making_is_waited_for(tmp_path: Path) -> None:
    database = tmp_path / "capture.db"
    other = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    with closing(other), open_store(f"sqlite:///{database}") as store:
        other.execute("BEGIN IMMEDIATE")
        done = threading.Timer(0.2, other.execute, ["ROLLBACK"])
        done.start()
        try:
            store.migrate()
        finally:
            done.join()
        assert store.repositories() == []
