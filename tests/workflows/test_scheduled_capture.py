"""What the schedule does: all that is new, of several repositories, with an app's token; it stays awake."""

from __future__ import annotations

from collections.abc import Callable

from actions_runner import AppTokens, scheduled
from executed import WORKFLOWS, Executed
from test_capture_workflows import is_whole
from truth import differences, expected_runs, stored

Execute = Callable[..., Executed]
FILE = "scheduled-capture.yml"
CRON = "17 */6 * * *"


def test_it_captures_its_own_repository_and_then_only_what_is_new(execute: Execute) -> None:
    repository = execute("--runs", 60, "--unfinished", 0)
    assert repository.run(FILE, event=scheduled(CRON)).conclusion == "success"
    is_whole(repository.fetched(), repository.simulator)
    repository.simulator.reset_ledger()
    again = repository.run(FILE, event=scheduled(CRON))
    assert again.conclusion == "success"
    # At most five to look for what is new; the others are the shelf's, and one keeps the schedule awake.
    by_path = repository.simulator.ledger()["requests"]["by_endpoint"]
    ours = sum(count for path, count in by_path.items() if "release" in path or "enable" in path)
    assert sum(by_path.values()) - ours <= 5


def test_several_repositories_are_captured_each_into_a_database_of_its_own(execute: Execute) -> None:
    others = ("octo/example", "octo/other")
    repository = execute(
        *("--runs", 30, "--unfinished", 0, "--repository", others[0], "--repository", others[1]),
        variables={"CAPTURE_REPOSITORIES": " ".join(others)},
    )
    finished = repository.run(FILE)
    assert finished.conclusion == "success", finished.jobs["capture"].legs[0].log
    mine, other = repository.fetched("mine.db"), repository.fetched("other.db", others[1])
    assert len(stored(mine, "workflow_runs")) == len(stored(other, "workflow_runs")) == 30
    assert not stored(mine, "workflow_runs").keys() & stored(other, "workflow_runs").keys()


def test_with_a_github_app_its_token_captures_and_the_workflows_own_keeps(execute: Execute) -> None:
    tokens = AppTokens(mint=lambda _: "sim-readonly-app", private_key="key of the app")
    repository = execute(
        *("--runs", 30, "--unfinished", 0),
        variables={"CAPTURE_APP_CLIENT_ID": "Iv23", "CAPTURE_APP_REPOSITORIES": "example"},
        secrets={"CAPTURE_APP_PRIVATE_KEY": "key of the app"},
        app_tokens=tokens,
    )
    finished = repository.run(FILE)
    assert finished.conclusion == "success", finished.jobs["capture"].legs[0].log
    assert tokens.revoked == ["sim-readonly-app"]
    expected = expected_runs(repository.simulator)
    assert differences(stored(repository.fetched(), "workflow_runs"), expected) == []


def test_its_schedule_is_kept_awake(execute: Execute) -> None:
    repository = execute("--runs", 10)
    path = f".github/workflows/{FILE}"
    repository.declare(FILE)
    repository.simulator.set_workflow_state(path, "disabled_inactivity")
    assert repository.run(FILE, event=scheduled(CRON)).conclusion == "success"
    states = {each["path"]: each["state"] for each in repository.simulator.truth("workflows")}
    assert states[path] == "active"
    assert (WORKFLOWS / FILE).exists()
