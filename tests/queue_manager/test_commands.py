"""The `queue-manager` command as a person types it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from typed import Ran

from github_simulator.process import Simulator
from github_simulator.waitless_clock import WaitlessClock
from queue_manager.__main__ import COMMANDS, group

Queue = Callable[..., Ran]


@pytest.fixture
def queue(simulate: Callable[..., Simulator], tmp_path: Path) -> Queue:
    simulator = simulate("--runs", 12, "--pulls", 3, "--cpu-scale", 0.01, "--giants-share", 0)

    def run(*arguments: object, **environment: str) -> Ran:
        given = {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'capture.db'}",
            "GITHUB_API_URL": simulator.url,
            "GITHUB_GRAPHQL_URL": simulator.graphql_url,
            "GITHUB_TOKEN": simulator.token,
            "GITHUB_REPOSITORY": simulator.repository,
        }
        clock = WaitlessClock(simulator.advance)
        result = CliRunner().invoke(
            group, [str(each) for each in arguments], env=given | environment, obj=clock
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


FEW = ("--kind", "workflow_runs", "--max-items", 5, "--time-range", 1)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(queue: Queue, name: str) -> None:
    ran = queue(name, "--help")
    assert ran.exit_code == 0
    assert len(ran.stdout.splitlines()) > 5


def test_a_route_says_who_and_why_and_what_it_costs_and_submits_nothing(queue: Queue) -> None:
    ran = queue("route", *FEW)
    assert ran.exit_code == 0
    assert "inline, because" in ran.stdout
    assert "request" in ran.stdout
    assert queue("submit", *FEW, "--dry-run").stdout == ran.stdout
    assert queue("list").stdout == "There are no such jobs.\n"


def test_what_is_submitted_and_waited_for_is_done_right_here(queue: Queue) -> None:
    ran = queue("submit", *FEW, "--wait", "--json")
    assert ran.exit_code == 0, ran.stderr
    assert ran.data["status"] == "succeeded"


def test_what_is_submitted_is_done_by_a_worker_once(queue: Queue) -> None:
    first = queue("submit", *FEW, "--json").data
    assert queue("submit", *FEW, "--json").data["id"] == first["id"]
    assert queue("work", "--json").data["jobs"] == {"succeeded": 1}
    assert queue("show", first["id"], "--json").data["status"] == "succeeded"
    assert queue("work", "--json").data["jobs"] == {}


def test_a_job_that_waits_is_cancelled_and_then_there_is_nothing_more_to_cancel(queue: Queue) -> None:
    job_id = queue("submit", *FEW, "--json").data["id"]
    assert queue("cancel", job_id, "--json").data["status"] == "cancelled"
    again = queue("cancel", job_id)
    assert again.exit_code == 2
    assert "nothing to cancel" in again.stderr
    assert queue("work", "--json").data["jobs"] == {}


def test_only_a_failed_job_is_tried_again(queue: Queue) -> None:
    job_id = queue("submit", *FEW, "--json").data["id"]
    ran = queue("retry", job_id)
    assert ran.exit_code == 2
    assert "only a failed one" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["submit", "--kind", "everything"], "is no kind"),
        (["submit", "--kind", "workflow_runs", "--repository", "a b"], "does not name a repository"),
        (["submit", "--kind", "workflow_runs", "--processor", "cloud"], "is no processor"),
        (["submit", "--kind", "workflow_runs", "--number", 3], "is no parameter of workflow_runs"),
        (["show", "nothing"], "There is no capture job"),
        (["cancel", "nothing"], "There is no capture job"),
        (["retry", "nothing"], "There is no capture job"),
    ],
)
def test_what_cannot_be_is_refused_with_the_next_step(
    queue: Queue, arguments: list[object], words: str
) -> None:
    ran = queue(*arguments)
    assert ran.exit_code == 2
    assert words in ran.stderr
    assert "→" in ran.stderr


def test_costs_are_told_by_group_and_in_all(queue: Queue) -> None:
    queue("submit", *FEW, "--wait")
    by_kind = queue("costs", "--by", "kind", "--json", INLINE_DOLLARS_PER_HOUR="0.05").data
    assert [each["key"] for each in by_kind] == ["workflow_runs", "all"]
    assert by_kind[0]["requests"] > 0
    assert "workflow_runs" in queue("costs", "--by", "kind").stdout
