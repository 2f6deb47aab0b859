"""`verify`: silent where all is there, and every hole by its name where it is not."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from forked_simulator import Simulator
from rehearsal import SIMULATED_NOW, Rehearsal
from truth import dump, moment, stored

from progressive_capture.lib.clock import ManualClock

DOCS = Path(__file__).parents[2] / "docs"
RUNS = 250
A_DAY = 86_401
World = tuple[Simulator, Path]
CommandLine = Callable[..., Any]


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A simulated GitHub, and a database with all of it. Neither is to be changed."""
    database = tmp_path_factory.mktemp("captured") / "capture.db"
    with Simulator("--runs", str(RUNS), "--rerun-share", "0.1") as simulator:
        Rehearsal(database, simulator)(depth="steps")
        yield simulator, database


@pytest.fixture
def run(captured: World, tmp_path: Path, command_line: CommandLine) -> Any:
    """The command on a copy of that database."""
    simulator, database = captured
    shutil.copy(database, tmp_path / "capture.db")
    return command_line(simulator)


def change(database: Path, *statements: str) -> int:
    """What somebody's hand does to a database; says how many rows it hit."""
    with closing(sqlite3.connect(database)) as connection:
        hit = sum(connection.execute(statement).rowcount for statement in statements)
        connection.commit()
    return hit


def ask(database: Path, query: str) -> Any:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchone()


def holes(run: Any, *options: object) -> list[dict[str, Any]]:
    """The holes that `verify` names; its exit code must say the same."""
    verified = run("verify", run.simulator.repository, "--json", *options)
    found: list[dict[str, Any]] = verified.data["holes"]
    assert verified.exit_code == (1 if found else 0)
    return found


def items(run: Any, *options: object) -> list[str]:
    return [hole["item"] for hole in holes(run, *options)]


# -- nothing is missing ------------------------------------------------------------------------------------


def test_after_a_capture_there_is_no_hole_and_every_run_was_listed_again(run: Any) -> None:
    run.simulator.reset_ledger()
    verified = run("verify", run.simulator.repository, "--json")
    assert (verified.exit_code, verified.data["holes"]) == (0, [])
    (proved,) = ask(
        run.database,
        "SELECT count(*) FROM workflow_runs"
        " WHERE created_at <= (SELECT max(window_to) FROM capture_windows WHERE status = 'covered')",
    )
    assert verified.data["listed_runs"] == verified.data["stored_runs"] == proved > RUNS - 12
    assert (verified.data["deleted_on_github"], verified.data["older_than_github_lists"]) == ([], 0)
    spent = run.simulator.ledger()["requests"]["total"]
    assert verified.data["rest_requests"] == spent <= RUNS // 100 + 1 + 4


def test_verifying_writes_nothing(run: Any) -> None:
    before = dump(run.database), stored(run.database, "progressive_capture_jobs")
    change(run.database, "DELETE FROM workflow_runs WHERE id IN (SELECT id FROM workflow_runs LIMIT 3)")
    after_deletion = dump(run.database)
    assert holes(run)
    assert (dump(run.database), stored(run.database, "progressive_capture_jobs")) == (
        after_deletion,
        before[1],
    )


def test_people_are_told_in_a_few_lines(run: Any, captured: World) -> None:
    verified = run("verify", captured[0].repository)
    assert "octo/example: no hole" in verified.stderr.splitlines()
    assert "How to mend" not in verified.stderr
    change(
        run.database,
        "DELETE FROM workflow_runs"
        " WHERE id = (SELECT max(id) FROM workflow_runs WHERE created_at < '2026-11-01')",
    )
    told = run("verify", captured[0].repository)
    assert told.exit_code == 1
    assert "octo/example: 1 hole" in told.stderr
    assert "GitHub lists it, and the database lacks it" in told.stderr
    assert "How to mend" in told.stderr


# -- rows deleted by hand ----------------------------------------------------------------------------------


def test_a_lost_run_is_named_by_its_id_its_number_and_when_it_was_created(run: Any) -> None:
    run_id, number, created_at = ask(
        run.database, "SELECT id, run_number, created_at FROM workflow_runs ORDER BY id LIMIT 1 OFFSET 200"
    )
    change(run.database, f"DELETE FROM workflow_runs WHERE id = {run_id}")
    (hole,) = holes(run)
    assert hole["item"] == f"run {run_id}"
    assert (hole["run_id"], hole["run_number"]) == (run_id, number)
    assert moment(hole["created_at"]) == created_at


def test_every_lost_run_is_named(run: Any) -> None:
    lost = [
        row["id"]
        for row in stored(run.database, "workflow_runs").values()
        if row["run_number"] % 7 == 3 and row["created_at"] < "2026-11-20"
    ]
    change(run.database, f"DELETE FROM workflow_runs WHERE id IN ({','.join(map(str, lost))})")
    assert sorted(items(run)) == sorted(f"run {run_id}" for run_id in lost)
    assert len(lost) > 20


def test_a_lost_job_makes_the_jobs_of_its_run_a_hole(run: Any) -> None:
    run_id, count = ask(
        run.database, "SELECT run_id, count(*) FROM workflow_jobs GROUP BY run_id HAVING count(*) = 5 LIMIT 1"
    )
    change(
        run.database,
        f"DELETE FROM workflow_jobs WHERE id = (SELECT min(id) FROM workflow_jobs WHERE run_id = {run_id})",
    )
    (hole,) = holes(run)
    assert hole["item"] == f"jobs of run {run_id}"
    assert f"{count} jobs were captured, {count - 1} are stored" in hole["why"]


def test_jobs_that_were_captured_before_their_run_changed_are_a_hole(run: Any) -> None:
    (run_id,) = ask(run.database, "SELECT max(id) FROM workflow_runs WHERE status = 'completed'")
    change(
        run.database,
        f"UPDATE workflow_job_coverage SET run_updated_at = '2026-01-01T00:00:00Z' WHERE run_id = {run_id}",
    )
    assert items(run) == [f"jobs of run {run_id}"]


def test_a_run_whose_jobs_nobody_captured_is_a_hole(run: Any) -> None:
    (run_id,) = ask(run.database, "SELECT min(run_id) FROM workflow_job_coverage")
    change(run.database, f"DELETE FROM workflow_job_coverage WHERE run_id = {run_id}")
    assert items(run) == [f"jobs of run {run_id}"]


@pytest.mark.parametrize("which", ["run_attempt = 1", "run_attempt = 2"])
def test_a_lost_attempt_is_named_be_it_an_earlier_one_or_the_latest(run: Any, which: str) -> None:
    (run_id,) = ask(run.database, "SELECT min(id) FROM workflow_runs WHERE run_attempt = 2")
    assert change(run.database, f"DELETE FROM workflow_run_attempts WHERE run_id = {run_id} AND {which}") == 1
    assert items(run) == [f"run {run_id} attempt {which[-1]}"]


def test_lost_steps_are_named_by_their_job(run: Any) -> None:
    (job_id,) = ask(run.database, "SELECT min(id) FROM workflow_jobs WHERE conclusion = 'success'")
    change(run.database, f"UPDATE workflow_jobs SET steps = NULL WHERE id = {job_id}")
    assert items(run) == [f"steps of job {job_id}"]


@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_a_lost_end_of_the_ledger_is_a_hole_as_far_as_there_are_runs(run: Any, order: str) -> None:
    window = f"SELECT rowid FROM capture_windows WHERE item_count > 0 ORDER BY window_from {order} LIMIT 1"
    (count,) = ask(run.database, f"SELECT item_count FROM capture_windows WHERE rowid = ({window})")
    change(
        run.database,
        "DELETE FROM capture_windows WHERE item_count = 0",
        f"DELETE FROM capture_windows WHERE rowid = ({window})",
    )
    (hole,) = holes(run)
    start, _, end = hole["item"].partition("..")
    (runs,) = ask(
        run.database, f"SELECT count(*) FROM workflow_runs WHERE created_at BETWEEN '{start}' AND '{end}'"
    )
    # The newest minutes are proved by no listing, so that runs of theirs are no sign of one.
    assert count - 12 <= runs <= count
    assert runs > 0


def test_a_lost_window_between_others_is_a_hole_from_its_first_second_to_its_last(run: Any) -> None:
    start, end = ask(
        run.database,
        "SELECT window_from, window_to FROM capture_windows"
        " WHERE item_count > 0 ORDER BY window_from LIMIT 1 OFFSET 3",
    )
    assert change(run.database, f"DELETE FROM capture_windows WHERE window_from = '{start}'") == 1
    assert items(run) == [f"{start}..{end}"]


def test_without_any_window_nothing_is_proved(run: Any) -> None:
    change(run.database, "DELETE FROM capture_windows")
    (hole,) = holes(run)
    assert "none of it was ever listed whole" in hole["why"]


def fail(database: Path, kind: str, *item_keys: str, error: str = "five times 502") -> None:
    """Write down failures, as a capture would."""
    (repository_id,) = ask(database, "SELECT id FROM repositories")
    times = "'2026-11-20T12:00:00Z', '2026-11-20T12:10:00Z'"
    change(
        database,
        *(
            "INSERT INTO capture_failures"
            " (kind, repository_id, item_key, error, attempts, captured_at, next_attempt_at)"
            f" VALUES ('{kind}', {repository_id}, '{key}', '{error}', 1, {times})"
            for key in item_keys
        ),
    )


def test_what_could_not_be_captured_is_a_hole_until_it_is(run: Any) -> None:
    fail(run.database, "workflow_jobs", "jobs of run 9")
    (hole,) = holes(run)
    assert (hole["item"], hole["why"]) == ("jobs of run 9", "not captured: five times 502")
    change(run.database, "UPDATE capture_failures SET resolved_at = '2026-11-20T12:20:00Z'")
    assert items(run) == []


def test_a_second_that_github_does_not_list_whole_is_one_hole_and_its_slices_are_parts_of_it(
    run: Any,
) -> None:
    second, reason = "2026-10-02T12:00:17Z", "GitHub lists 1,000 of 1,050 runs here"
    change(
        run.database,
        "INSERT INTO capture_windows (repository_id, kind, slice, window_from, window_to, captured_at,"
        " item_count, reported_count, status, reason)"
        f" SELECT id, 'workflow_runs', '', '{second}', '{second}', '2026-11-20T12:00:00Z',"
        f" 1000, 1050, 'saturated', '{reason}' FROM repositories",
    )
    slices = ("", " event=push", " event=push,branch=main")
    fail(run.database, "workflow_runs", *(f"{second}..{second}{part}" for part in slices))
    (hole,) = holes(run)
    assert (hole["item"], hole["why"]) == (f"{second}..{second}", reason)


def test_what_was_lost_is_captured_again_as_the_documentation_says(
    simulate: Callable[..., Simulator], tmp_path: Path, command_line: CommandLine
) -> None:
    simulator = simulate("--runs", 60, "--rerun-share", 0.3)
    rehearse = Rehearsal(tmp_path / "capture.db", simulator)
    rehearse(depth="steps")
    database, run = rehearse.database, command_line(simulator)
    before = dump(database)
    lost, created_at = ask(database, "SELECT id, created_at FROM workflow_runs ORDER BY id LIMIT 1 OFFSET 9")
    (short,) = ask(database, "SELECT max(run_id) FROM workflow_jobs WHERE run_attempt = 1")
    (again,) = ask(database, "SELECT min(id) FROM workflow_runs WHERE run_attempt > 1")
    change(
        database,
        f"DELETE FROM workflow_runs WHERE id = {lost}",
        f"DELETE FROM workflow_jobs WHERE run_id = {short}",
        f"DELETE FROM workflow_run_attempts WHERE run_id = {again} AND run_attempt = 1",
    )
    assert len(items(run)) == 3
    statements = re.findall(
        r"^DELETE FROM .*?;", (DOCS / "data.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    values = {"'2026-10-02T12:00:17Z'": f"'{created_at}'", "35000000001": str(short)}
    for statement in statements:
        for example, value in values.items():
            statement = statement.replace(example, value)  # noqa: PLW2901
        assert change(database, statement) == 1
    assert len(statements) == 2
    rehearse(depth="steps")
    assert items(run) == []
    keys = {row[:2] for row in before}
    assert {row[:2] for row in dump(database)} == keys


# -- lost here, or deleted on GitHub -----------------------------------------------------------------------


def test_a_lost_run_is_told_from_one_that_github_deleted(
    simulate: Callable[..., Simulator], tmp_path: Path, command_line: CommandLine
) -> None:
    simulator = simulate("--runs", 150, "--unfinished", 0)
    database = tmp_path / "capture.db"
    Rehearsal(database, simulator)(depth="jobs")
    deleted = simulator.delete(6)
    (lost, *_) = [run_id for run_id in stored(database, "workflow_runs") if run_id not in deleted]
    change(database, f"DELETE FROM workflow_runs WHERE id = {lost}")
    verified = command_line(simulator)("verify", simulator.repository, "--json")
    assert [hole["item"] for hole in verified.data["holes"]] == [f"run {lost}"]
    still_listed = {run["created_at"] for run in simulator.truth("runs")}
    oldest = moment(min(still_listed))
    older = [
        run_id for run_id in deleted if stored(database, "workflow_runs")[run_id]["created_at"] < str(oldest)
    ]
    assert sorted(verified.data["deleted_on_github"]) == sorted(set(deleted) - set(older))
    assert verified.data["older_than_github_lists"] == len(older)


def test_a_run_that_is_neither_here_nor_on_github_is_missed_by_the_ledger_s_count(
    simulate: Callable[..., Simulator], tmp_path: Path, command_line: CommandLine
) -> None:
    simulator = simulate("--runs", 120, "--unfinished", 0)
    database = tmp_path / "capture.db"
    Rehearsal(database, simulator)(depth="jobs")
    (deleted,) = simulator.delete(1)
    (created_at,) = ask(database, f"SELECT created_at FROM workflow_runs WHERE id = {deleted}")
    change(database, f"DELETE FROM workflow_runs WHERE id = {deleted}")
    (hole,) = holes(command_line(simulator))
    start, _, end = hole["item"].removesuffix(" runs").partition("..")
    assert start <= created_at <= end
    assert "1 of them are neither stored nor on GitHub" in hole["why"]


def test_what_github_has_forgotten_is_no_hole_and_a_row_lost_of_it_is_one(
    simulate: Callable[..., Simulator], tmp_path: Path, command_line: CommandLine
) -> None:
    """A year later GitHub has nothing of it any more; the ledger alone knows how much there was."""
    simulator = simulate("--runs", 120, "--unfinished", 0)
    database = tmp_path / "capture.db"
    Rehearsal(database, simulator)(depth="jobs")
    simulator.delete(1000)
    run = command_line(simulator)
    verified = run("verify", simulator.repository, "--json")
    assert (verified.exit_code, verified.data["listed_runs"]) == (0, 0)
    assert (verified.data["older_than_github_lists"], verified.data["deleted_on_github"]) == (120, [])
    start, end = ask(
        database, "SELECT window_from, window_to FROM capture_windows WHERE item_count > 5 ORDER BY 1 LIMIT 1"
    )
    lost = f"SELECT id FROM workflow_runs WHERE created_at BETWEEN '{start}' AND '{end}' LIMIT 2"
    assert change(database, f"DELETE FROM workflow_runs WHERE id IN ({lost})") == 2
    (hole,) = holes(run)
    assert hole["item"] == f"{start}..{end} runs"
    assert "2 of them are neither" in hole["why"]


def test_runs_that_are_known_to_be_gone_are_news_to_nobody(
    simulate: Callable[..., Simulator], tmp_path: Path, command_line: CommandLine
) -> None:
    simulator = simulate("--runs", 80, "--unfinished", 0)
    database, clock = tmp_path / "capture.db", ManualClock(SIMULATED_NOW)
    rehearse = Rehearsal(database, simulator, clock)
    rehearse(depth="jobs")
    deleted = simulator.delete(20)
    simulator.advance(A_DAY)
    clock.advance(A_DAY)
    rehearse(depth="jobs")
    verified = command_line(simulator)("verify", simulator.repository, "--json")
    gone = {key for key, row in stored(database, "workflow_runs").items() if row["gone_at"]}
    told = len(verified.data["deleted_on_github"]) + verified.data["older_than_github_lists"]
    assert (verified.exit_code, told) == (0, len(set(deleted) - gone))
    assert gone


# -- what nobody asked for ---------------------------------------------------------------------------------


def test_steps_that_nobody_asked_for_are_said_and_are_no_hole(
    simulate: Callable[..., Simulator], tmp_path: Path, command_line: CommandLine
) -> None:
    simulator = simulate("--runs", 60, "--rerun-share", 0.3)
    Rehearsal(tmp_path / "capture.db", simulator)(depth="jobs")
    verified = command_line(simulator)("verify", simulator.repository, "--json")
    assert (verified.exit_code, verified.data["holes"]) == (0, [])
    said = " ".join(verified.data["notes"])
    assert "steps of" in said
    assert "labels and runners of" in said


def test_jobs_that_nobody_asked_for_are_said_and_are_no_hole(
    simulate: Callable[..., Simulator], command_line: CommandLine
) -> None:
    simulator = simulate("--runs", 40)
    run = command_line(simulator)
    run("historical-sync", "--repository", simulator.repository)
    verified = run("verify", simulator.repository, "--json")
    assert (verified.exit_code, verified.data["holes"]) == (0, [])
    assert any("jobs were not asked for" in note for note in verified.data["notes"])


def test_a_capture_that_was_asked_for_less_leaves_no_hole_outside_of_it(
    simulate: Callable[..., Simulator], command_line: CommandLine
) -> None:
    simulator = simulate("--runs", 300)
    run = command_line(simulator)
    run("sync", simulator.repository, "--since", "2026-10-20", "--until", "2026-11-10", "--depth", "steps")
    verified = run("verify", simulator.repository, "--json")
    assert (verified.exit_code, verified.data["holes"]) == (0, [])
    assert moment(verified.data["audited"]["from"]) == "2026-10-20T00:00:00Z"


def test_runs_that_a_capture_of_the_newest_few_stored_beyond_its_proof_are_no_hole(
    simulate: Callable[..., Simulator], command_line: CommandLine
) -> None:
    simulator = simulate("--runs", 300)
    run = command_line(simulator)
    run("historical-sync", "--repository", simulator.repository, "--max-items", 150)
    proved, oldest = ask(
        run.database,
        "SELECT (SELECT min(window_from) FROM capture_windows), (SELECT min(created_at) FROM workflow_runs)",
    )
    assert oldest < proved
    verified = run("verify", simulator.repository, "--json")
    assert (verified.exit_code, verified.data["holes"]) == (0, [])
    assert moment(verified.data["audited"]["from"]) == proved


def test_only_the_span_that_was_asked_for_is_looked_at(run: Any) -> None:
    (early,) = ask(run.database, "SELECT min(id) FROM workflow_runs WHERE created_at > '2026-09-10'")
    (late,) = ask(run.database, "SELECT max(id) FROM workflow_runs WHERE created_at < '2026-11-10'")
    change(run.database, f"DELETE FROM workflow_runs WHERE id IN ({early}, {late})")
    assert items(run, "--until", "2026-10-10") == [f"run {early}"]
    assert items(run, "--since", "2026-10-10") == [f"run {late}"]


# -- bad input ---------------------------------------------------------------------------------------------


def test_a_repository_that_was_never_captured_is_a_mistake_not_a_hole(run: Any) -> None:
    change(run.database, "UPDATE repositories SET id = id + 1")
    verified = run("verify", "octo/example")
    assert verified.exit_code == 2
    assert "sync octo/example" in verified.stderr


def test_without_a_database_there_is_nothing_to_verify(
    tmp_path: Path, captured: World, command_line: CommandLine
) -> None:
    verified = command_line(captured[0])("verify", captured[0].repository)
    assert verified.exit_code == 6
    assert not (tmp_path / "capture.db").exists()


def test_an_audit_that_ends_early_says_nothing_and_is_no_success(
    simulate: Callable[..., Simulator], command_line: CommandLine
) -> None:
    """Where waiting for the budget costs money it is not waited for."""
    simulator = simulate("--runs", 250, "--requests-per-hour", 20)
    run = command_line(simulator)
    first = run(
        "historical-sync", "--repository", simulator.repository, "--max-items", 1, "--leave-budget", 0
    )
    assert first.exit_code == 0
    paid = {"GITHUB_ACTIONS": "true"}
    run("historical-sync", "--repository", simulator.repository, "--leave-budget", 0, env=paid)
    verified = run("verify", simulator.repository, "--leave-budget", 90, env=paid)
    assert verified.exit_code == 1
    assert "says nothing" in verified.stderr
    assert verified.stdout == ""
