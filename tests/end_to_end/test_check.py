"""`check`: what it says is true, and costs ten requests at most."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from forked_simulator import Simulator
from typed import CommandLine, Ran

Build = Callable[..., CommandLine]

RUNS = 250
NOW = datetime.fromisoformat("2026-11-20T12:00:00Z")
"""The simulator's clock stands still enough: a test takes seconds, an age is counted in days."""


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator("--runs", str(RUNS), "--seed", "3", "--cpu-scale", "0.02") as simulator:
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    """The same for all tests that do not change it, with a new page in its ledger."""
    running.reset_ledger()
    return running


def ages(simulator: Simulator) -> list[float]:
    """The age of every run in days."""
    created = [datetime.fromisoformat(run["created_at"]) for run in simulator.truth("runs")]
    return [(NOW - moment) / timedelta(days=1) for moment in created]


def costs(ran: Ran) -> dict[str, Any]:
    return {cost["depth"]: cost for cost in ran.data["costs"]}


# ---- what it costs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["sim-demo", "sim-noadmin", "sim-nograph", ""])
def test_it_asks_ten_times_at_most_whatever_the_token_may(
    token: str, simulator: Simulator, command_line: Build
) -> None:
    assert command_line(simulator, token)("check", simulator.repository).exit_code == 0
    assert 0 < len(simulator.ledger(lines=True)["lines"]) <= 10
    assert simulator.ledger()["points"]["total"] <= 1


def test_it_asks_ten_times_at_most_of_a_renamed_repository_and_of_a_short_retention(
    simulator: Simulator, command_line: Build
) -> None:
    run = command_line(simulator, "sim-noadmin")
    ran = run("check", "octo/former-example", "--json", env={"GITHUB_RETENTION_DAYS": "400"})
    assert ran.data["repository"] == simulator.repository
    assert len(simulator.ledger(lines=True)["lines"]) <= 10


def test_it_says_what_it_cost(simulator: Simulator, command_line: Build) -> None:
    ran = command_line(simulator)("check", simulator.repository, "--json")
    assert ran.data["rest_requests"] == simulator.ledger()["requests"]["total"]
    assert ran.data["graphql_points"] == simulator.ledger()["points"]["total"] == 1


def test_it_needs_no_database_and_writes_nothing(
    simulator: Simulator, command_line: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command_line(simulator)("check", simulator.repository).exit_code == 0
    assert list(tmp_path.iterdir()) == []


# ---- what it says --------------------------------------------------------------------------------------


def test_runs_are_counted_by_age_and_the_oldest_is_known(simulator: Simulator, command_line: Build) -> None:
    data = command_line(simulator)("check", simulator.repository, "--json").data
    truth = ages(simulator)
    assert data["runs"] == {"number": RUNS, "certainty": "exact"}
    assert [(each["from_days"], each["to_days"]) for each in data["runs_by_age"]] == [
        (0, 7),
        (7, 30),
        (30, 83),
        (83, None),
    ]
    for each in data["runs_by_age"]:
        older = each["to_days"] or math.inf
        assert each["number"] == sum(each["from_days"] <= age < older for age in truth)
        assert each["certainty"] == "exact"
    assert data["deleted_within_7_days"]["number"] == sum(age >= 83 for age in truth) > 0
    oldest = datetime.fromisoformat(data["oldest_listed_run_at"])
    assert (NOW - oldest) / timedelta(days=1) == pytest.approx(max(truth))
    assert datetime.fromisoformat(data["first_deletion_at"]) == oldest + timedelta(days=90)


def test_the_sample_is_told_with_what_it_was_measured_over(simulator: Simulator, command_line: Build) -> None:
    ran = command_line(simulator)("check", simulator.repository, "--json")
    runs = sorted(simulator.truth("runs"), key=lambda run: run["created_at"], reverse=True)
    sample = [*runs[:100], *runs[200:]]
    measured = ran.data["measured"]
    assert measured["runs"] == 150
    assert measured["rerun_share"] == sum(run["run_attempt"] > 1 for run in sample) / 150 > 0
    once = {run["id"] for run in runs[:100] if (run["status"], run["run_attempt"]) == ("completed", 1)}
    assert measured["runs_with_jobs"] == len(once) < 100
    jobs = sum(job["run_id"] in once for job in simulator.truth("jobs"))
    # GraphQL counts what test reporters put into a suite, too; the simulator has some in one of eight.
    assert jobs / len(once) <= measured["jobs_a_run"] <= 1.2 * jobs / len(once)
    assert "measured over 150 runs" in command_line(simulator)("check", simulator.repository).stdout


@pytest.mark.parametrize("depth", ["jobs", "steps", "full"])
def test_the_forecast_is_near_what_a_sync_then_costs(
    depth: str, simulator: Simulator, command_line: Build
) -> None:
    run = command_line(simulator)
    cost = costs(run("check", simulator.repository, "--json"))[depth]
    simulator.reset_ledger()
    assert run("sync", simulator.repository, "--depth", depth).exit_code == 0
    spent = simulator.ledger()
    assert cost["requests"] == pytest.approx(spent["requests"]["total"], rel=0.2, abs=10)
    assert cost["points"] == pytest.approx(spent["points"]["total"], rel=0.2, abs=5)


def test_for_people_every_number_stands_in_words(simulator: Simulator, command_line: Build) -> None:
    said = command_line(simulator)("check", simulator.repository).stdout
    soon = sum(age >= 83 for age in ages(simulator))
    for words in (
        f"GitHub still has {RUNS} workflow runs",
        "kept 90 days (GitHub's API says so)",
        f"{soon} of those runs go within the next 7 days",
        "a public repository's minutes are free",
        "It wrote nothing",
    ):
        assert words in said
    assert "estimates" not in said
    assert max(len(line) for line in said.splitlines()) <= 120


# ---- counts that GitHub does not know ------------------------------------------------------------------


def test_counts_past_a_thousand_are_said_to_be_estimates(simulate: Any, command_line: Build) -> None:
    simulator = simulate("--runs", 5_200, "--burst-size", 0, "--cpu-scale", 0.02)
    run = command_line(simulator)
    data = run("check", simulator.repository, "--json").data
    assert data["runs"] == {"number": 5_200, "certainty": "estimate"}
    week, month, older, _ = data["runs_by_age"]
    assert week["certainty"] == "exact"
    assert month["certainty"] == "estimate"
    assert (older["number"], older["certainty"]) == (2_500, "at least")
    said = run("check", simulator.repository).stdout
    assert "about 5,200 workflow runs" in said
    assert "at least 2,500" in said
    assert "estimates" in said


# ---- who said how long runs are kept -------------------------------------------------------------------


def test_without_leave_to_ask_the_environment_tells_the_retention(
    simulator: Simulator, command_line: Build
) -> None:
    run = command_line(simulator, "sim-noadmin")
    data = run("check", simulator.repository, "--json", env={"GITHUB_RETENTION_DAYS": "30"}).data
    assert data["retention"] == {"days": 30, "source": "GITHUB_RETENTION_DAYS says so"}
    assert [each["from_days"] for each in data["runs_by_age"]] == [0, 7, 23]


@pytest.mark.parametrize("env", [{}, {"GITHUB_RETENTION_DAYS": "30", "GITHUB_REPOSITORY": "octo/another"}])
def test_where_nobody_tells_it_is_githubs_default_and_another_repositorys_is_no_answer(
    env: dict[str, str], simulator: Simulator, command_line: Build
) -> None:
    retention = command_line(simulator, "sim-noadmin")("check", simulator.repository, "--json", env=env).data[
        "retention"
    ]
    assert retention["days"] == 90
    assert "GitHub's default" in retention["source"]


# ---- money, and tokens ---------------------------------------------------------------------------------


def test_a_private_repository_costs_dollars(simulate: Any, command_line: Build) -> None:
    simulator = simulate("--runs", 60, "--private")
    run = command_line(simulator)
    data = run("check", simulator.repository, "--json").data
    assert data["private"] is True
    for cost in data["costs"]:
        assert cost["dollars"] == round(cost["runner_minutes"] * 0.006, 3) > 0
    assert "$0.006 a minute since 2026-01-01" in run("check", simulator.repository).stdout


def test_without_a_token_jobs_are_assumed_and_the_hours_are_a_strangers(
    simulator: Simulator, command_line: Build
) -> None:
    run = command_line(simulator, "")
    ran = run("check", simulator.repository, "--json")
    assert ran.data["measured"]["jobs_a_run_is_assumed"] is True
    assert ran.data["measured"]["limits_of_this_token"] == {"core": 60}
    assert costs(ran)["jobs"]["hours_of_this_token"] > RUNS / 60
    assert "4.5 a run, assumed" in run("check", simulator.repository).stdout


def test_a_token_that_graphql_refuses_is_forecast_by_rest(simulator: Simulator, command_line: Build) -> None:
    ran = command_line(simulator, "sim-nograph")("check", simulator.repository, "--json")
    assert ran.data["measured"]["jobs_a_run_is_assumed"] is True
    assert costs(ran)["jobs"]["hours_of_this_token"] > RUNS / 5_000


# ---- when there is little to say -----------------------------------------------------------------------


def test_a_repository_without_runs_has_nothing_to_lose(simulate: Any, command_line: Build) -> None:
    simulator = simulate("--runs", 0, "--unfinished", 0)
    run = command_line(simulator)
    assert "nothing to keep yet" in run("check", simulator.repository).stdout
    data = run("check", simulator.repository, "--json").data
    assert (data["runs"]["number"], data["oldest_listed_run_at"], data["first_deletion_at"]) == (
        0,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("asked", "ending"),
    [
        (("octo/none", None), (3, "hidden from this token")),
        (("no-name", None), (2, "OWNER/NAME")),
        (("octo/example", "sim-expired"), (3, "GITHUB_TOKEN")),
        (("octo/example", "sim-noperm"), (3, "actions: read")),
    ],
)
def test_what_cannot_be_checked_ends_with_its_code_and_the_next_step(
    asked: tuple[str, str | None],
    ending: tuple[int, str],
    simulator: Simulator,
    command_line: Build,
) -> None:
    name, token = asked
    ran = command_line(simulator, token)("check", name)
    assert ran.exit_code == ending[0]
    assert ending[1] in ran.stderr
    assert ran.stdout == ""


def test_a_spent_budget_says_when_to_ask_again(simulate: Any, command_line: Build) -> None:
    simulator = simulate("--runs", 30, "--requests-per-hour", 2)
    ran = command_line(simulator)("check", simulator.repository)
    assert ran.exit_code == 4
    assert "Ask again after 2026-11-20 13:00" in ran.stderr
