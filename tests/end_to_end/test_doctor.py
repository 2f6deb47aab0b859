"""`doctor`: every part of the set-up, well and not well, with the next step and the exit code."""

from __future__ import annotations

import re
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from forked_simulator import Simulator
from typed import CommandLine, Ran

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.examination import (
    Finding,
    State,
    budget_finding,
    database_finding,
    examine,
    exit_code,
    token_kind,
)
from progressive_capture.lib.github.rate_limits import RateLimit
from progressive_capture.lib.store.contract import SchemaVersion

Build = Callable[..., CommandLine]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator("--runs", "30", "--now", "real", "--cpu-scale", "0.02") as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No `.env` but a test's own."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def states(ran: Ran) -> dict[str, str]:
    return {each["what"]: each["state"] for each in ran.data["findings"]}


def finding(ran: Ran, what: str) -> dict[str, Any]:
    (found,) = [each for each in ran.data["findings"] if each["what"] == what]
    return dict(found)


# ---- well ----------------------------------------------------------------------------------------------


def test_where_everything_is_well_every_line_says_so(simulator: Simulator, command_line: Build) -> None:
    run = command_line(simulator)
    ran = run("doctor", "--repository", simulator.repository, "--json")
    assert ran.exit_code == ran.data["exit_code"] == 0
    assert states(ran) == dict.fromkeys(
        (
            *("python", ".env", "database", "files", "token", "budget", "clock"),
            *("repository", "actions", "checks", "schedules"),
        ),
        "ok",
    )
    said = run("doctor", "--repository", simulator.repository)
    assert said.exit_code == 0
    assert "Nothing stops a capture." in said.stdout
    assert "5,000 points left" in said.stdout


def test_it_writes_nothing_and_asks_little(
    simulator: Simulator, command_line: Build, own_folder: Path
) -> None:
    simulator.reset_ledger()
    run = command_line(simulator)
    assert run("doctor", "--repository", simulator.repository).exit_code == 0
    assert simulator.ledger()["requests"]["total"] == 3
    assert simulator.ledger()["points"]["total"] == 1
    assert list(own_folder.iterdir()) == []
    assert not run.database.exists()


def test_a_workflow_that_github_has_put_to_sleep_is_named(simulate: Any, command_line: Build) -> None:
    simulator = simulate("--runs", 10)
    path = ".github/workflows/capture.yml"
    simulator.declare_workflow(path, "Capture")
    simulator.set_workflow_state(path, "disabled_inactivity")
    found = finding(
        command_line(simulator)("doctor", "--repository", simulator.repository, "--json"), "schedules"
    )
    assert found["state"] == "warning"
    assert path in found["says"]
    assert "Enable" in found["next_step"]


def test_a_database_that_is_there_is_left_as_it_is(simulator: Simulator, command_line: Build) -> None:
    run = command_line(simulator)
    assert run("migrate").exit_code == 0
    before = run.database.read_bytes()
    assert "newest schema" in finding(run("doctor", "--json"), "database")["says"]
    assert run.database.read_bytes() == before


def test_without_a_repository_the_permissions_are_said_to_be_untried(
    simulator: Simulator, command_line: Build
) -> None:
    ran = command_line(simulator)("doctor", "--json")
    assert ran.exit_code == 0
    assert "--repository" in finding(ran, "repository")["says"]
    assert "actions" not in states(ran)


def test_the_repository_of_the_environment_is_tried(simulator: Simulator, command_line: Build) -> None:
    ran = command_line(simulator)("doctor", "--json", env={"GITHUB_REPOSITORY": simulator.repository})
    assert states(ran)["actions"] == "ok"


# ---- the token -----------------------------------------------------------------------------------------


def test_without_a_token_it_says_what_that_means(simulator: Simulator, command_line: Build) -> None:
    ran = command_line(simulator, "")("doctor", "--repository", simulator.repository, "--json")
    assert ran.exit_code == 0
    token = finding(ran, "token")
    assert token["state"] == "warning"
    assert "60 requests an hour, and no GraphQL" in token["says"]
    assert "docs/token.md" in token["next_step"]
    assert finding(ran, "checks")["state"] == "warning"


@pytest.mark.parametrize(
    ("token", "what", "next_step"),
    [
        ("sim-expired", "token", "Set GITHUB_TOKEN"),
        ("sim-noperm", "actions", "actions: read"),
    ],
)
def test_a_token_that_does_not_do_is_a_problem_of_exit_code_3(
    token: str, what: str, next_step: str, simulator: Simulator, command_line: Build
) -> None:
    ran = command_line(simulator, token)("doctor", "--repository", simulator.repository, "--json")
    assert ran.exit_code == 3
    assert finding(ran, what)["state"] == "problem"
    assert next_step in finding(ran, what)["next_step"]
    said = command_line(simulator, token)("doctor", "--repository", simulator.repository)
    assert "PROBLEM" in said.stdout
    assert "A capture cannot run like this." in said.stdout


def test_a_token_without_graphql_is_a_warning_because_rest_does_it_all(
    simulator: Simulator, command_line: Build
) -> None:
    ran = command_line(simulator, "sim-nograph")("doctor", "--repository", simulator.repository, "--json")
    assert ran.exit_code == 0
    assert finding(ran, "checks")["state"] == "warning"
    assert "checks: read" in finding(ran, "checks")["next_step"]


def test_no_part_of_the_token_is_shown(simulator: Simulator, command_line: Build) -> None:
    token = "sim-topsecret-0123456789"
    ran = command_line(simulator, token)("doctor", "--repository", simulator.repository)
    assert ran.exit_code == 0
    assert "topsecret" not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("github_pat_11AAA", "a fine-grained personal access token"),
        ("ghp_AAA", "a classic personal access token"),
        ("ghs_AAA", "a token of Actions or of a GitHub App"),
        ("AAA", "of a kind that is not known here"),
    ],
)
def test_the_kind_of_a_token_is_told_by_how_it_begins(token: str, kind: str) -> None:
    assert token_kind(token) == kind


def test_a_token_that_cannot_be_one_is_a_problem_of_the_configuration(
    simulator: Simulator, command_line: Build
) -> None:
    ran = command_line(simulator, "two words")("doctor", "--json")
    assert ran.exit_code == 2
    assert "two words" not in ran.stdout


# ---- budgets -------------------------------------------------------------------------------------------

LATER = datetime(2026, 11, 22, 13, 0, 0, tzinfo=UTC)


def test_a_spent_budget_is_a_warning_with_the_time_of_its_return() -> None:
    limits = {
        "core": RateLimit(limit=1_000, remaining=0, resets_at=LATER),
        "graphql": RateLimit(limit=1_000, remaining=7, resets_at=LATER + timedelta(hours=1)),
    }
    found = budget_finding(limits)
    assert found.state is State.WARNING
    assert "0 of 1,000 requests left, 7 of 1,000 points left" in found.says
    assert "2026-11-22 13:00:00" in found.next_step


def test_a_server_without_limits_is_well() -> None:
    assert budget_finding({}).state is State.OK


def test_with_a_spent_budget_the_rest_is_not_tried(simulate: Any, command_line: Build) -> None:
    simulator = simulate("--runs", 10, "--requests-per-hour", 1)
    ran = command_line(simulator)("doctor", "--repository", simulator.repository, "--json")
    assert ran.exit_code == 0
    assert finding(ran, "limits")["state"] == "warning"
    assert "Ask again after" in finding(ran, "limits")["next_step"]


# ---- the database --------------------------------------------------------------------------------------


def strangers_file(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "theirs.db")) as connection:
        connection.execute("CREATE TABLE theirs (id)")
        connection.commit()
    return f"sqlite:///{folder / 'theirs.db'}"


def text_file(folder: Path) -> str:
    (folder / "notes.txt").write_text("no database " * 100)
    return f"sqlite:///{folder / 'notes.txt'}"


def below_a_file(folder: Path) -> str:
    (folder / "a-file").write_text("")
    return f"sqlite:///{folder / 'a-file' / 'capture.db'}"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (strangers_file, 6),
        (text_file, 6),
        (below_a_file, 6),
        (lambda folder: f"sqlite:///{folder}", 6),
        (lambda _: "sqlite:////proc/no-such/capture.db", 6),
        (lambda _: "mysql://user:secret@host/db", 2),
    ],
)
def test_a_database_that_cannot_be_used_is_a_problem(
    make: Callable[[Path], str], code: int, simulator: Simulator, command_line: Build, tmp_path: Path
) -> None:
    ran = command_line(simulator)("doctor", "--database", make(tmp_path), "--json")
    assert ran.exit_code == code
    problem = finding(ran, "database")
    assert problem["state"] == "problem"
    assert problem["next_step"]
    assert "secret" not in ran.stdout


def test_an_old_schema_is_a_warning_that_names_the_command() -> None:
    found = database_finding("SQLite file x.db", SchemaVersion(found="0001", newest="0002"))
    assert found.state is State.WARNING
    assert "0001 of 0002" in found.says
    assert "migrate" in found.next_step


# ---- this machine --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "words"), [(2, r"(1:59|2:00):\d\d ahead of"), (-2, r"(1:59|2:00):\d\d behind")]
)
def test_a_clock_that_is_off_is_a_warning(hours: int, words: str, simulate: Any, command_line: Build) -> None:
    elsewhere = datetime.now(UTC) - timedelta(hours=hours)
    simulator = simulate("--runs", 0, "--unfinished", 0, "--now", int(elsewhere.timestamp()))
    ran = command_line(simulator)("doctor", "--json")
    clock = finding(ran, "clock")
    assert clock["state"] == "warning"
    assert re.search(words, clock["says"])
    assert "NTP" in clock["next_step"]
    assert ran.exit_code == 0


def test_a_dotenv_file_is_found_and_inside_actions_it_is_said_not_to_be_read(
    simulator: Simulator, command_line: Build, own_folder: Path
) -> None:
    assert "there is none" in finding(command_line(simulator)("doctor", "--json"), ".env")["says"]
    (own_folder / ".env").write_text("CAPTURE_CONCURRENCY=2\n")
    assert "found" in finding(command_line(simulator)("doctor", "--json"), ".env")["says"]
    inside = command_line(simulator)("doctor", "--json", env={"GITHUB_ACTIONS": "true"})
    assert finding(inside, ".env")["state"] == "warning"


def test_a_wrong_address_of_the_api_is_a_problem_and_the_database_is_looked_at_all_the_same(
    command_line: Build,
) -> None:
    ran = command_line()("doctor", "--json", env={"GITHUB_API_URL": "ftp://user:secret@host"})
    assert ran.exit_code == 2
    assert states(ran) == {"python": "ok", "environment": "problem", "database": "ok"}
    assert "secret" not in ran.stdout


def test_a_github_that_cannot_be_reached_is_a_problem_of_exit_code_4(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        findings = list(examine(f"sqlite:///{tmp_path / 'x.db'}", None, None, ManualClock(LATER)))
    assert exit_code(findings) == 4
    assert findings[-1].what == "github"
    assert findings[-1].next_step


def test_the_worst_problem_gives_the_exit_code() -> None:
    codes = [Finding(what="x", state=State.PROBLEM, says="", exit_code=code) for code in (0, 3, 6, 2)]
    assert exit_code(codes) == 6
    assert exit_code(codes[:1]) == 0


# ---- one repository ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "code"), [("octo/none", 3), ("no-name", 2)])
def test_a_repository_that_is_not_there_is_a_problem(
    name: str, code: int, simulator: Simulator, command_line: Build
) -> None:
    ran = command_line(simulator)("doctor", "--repository", name, "--json")
    assert ran.exit_code == code
    assert finding(ran, "repository")["state"] == "problem"


def test_a_repository_without_runs_is_well(simulate: Any, command_line: Build) -> None:
    simulator = simulate("--runs", 0, "--unfinished", 0)
    ran = command_line(simulator)("doctor", "--repository", simulator.repository, "--json")
    assert finding(ran, "checks")["state"] == "ok"
    assert "no workflow runs yet" in finding(ran, "checks")["says"]


# ---- migrate -------------------------------------------------------------------------------------------


def test_migrate_makes_a_database_and_leaves_one_that_is_there(command_line: Build) -> None:
    run = command_line()
    first, second = run("migrate", "--json"), run("migrate", "--json")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.data["before"] is None
    assert second.data["before"] == first.data["after"] == second.data["after"]
    assert "is new" in first.stderr
    assert "was there already" in second.stderr


def test_migrate_refuses_a_strangers_file(command_line: Build, tmp_path: Path) -> None:
    ran = command_line()("migrate", "--database", strangers_file(tmp_path))
    assert ran.exit_code == 6
    assert "somebody else's" in ran.stderr
