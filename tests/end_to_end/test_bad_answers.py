"""GitHub answers nonsense, or nothing: where all depends on it, it ends; one item is recorded."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from asking import SMALL, is_refused
from child import count_rows
from rehearsal import Rehearsal, outcomes
from whole_truth import untruths_by_any_source

from github_simulator.process import Simulator
from progressive_capture.lib.capture_command import report
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.running import Ended

RUN_PAGES = r"/actions/runs\?"
ONE_RUN = r"/actions/runs/\d+/jobs"
A_WHILE = 15 * 60
"""Seconds after which what failed once is tried again."""


@pytest.fixture
def rehearse(simulate: Callable[..., Simulator], tmp_path: Path) -> Rehearsal:
    """The main job on a clock that nobody waits for: five attempts take no time."""
    return Rehearsal(tmp_path / "capture.db", simulate(*SMALL))


@dataclass(frozen=True)
class Said:
    """What the command says of an end, and with which exit code."""

    exit_code: int
    stderr: str


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[[Ended], Said]:
    def say(ended: Ended) -> Said:
        report([ended], database="the database", as_json=False)
        return Said(ended.exit_code, capsys.readouterr().err)

    return say


@pytest.mark.parametrize("kind", ["html", "malformed", "empty"])
def test_garbage_in_the_place_of_the_repository_ends_it(
    rehearse: Rehearsal, kind: str, said: Callable[[Ended], Said]
) -> None:
    rehearse.simulator.fault(kind, path=r"/repos/octo/example$", times=None)
    ended = rehearse()
    is_refused(said(ended), 5, "GitHub answered", "proxy")
    assert count_rows(rehearse.database, "repositories", "progressive_capture_jobs") == 0


@pytest.mark.parametrize(
    ("kind", "path"),
    [("html", RUN_PAGES), ("html", ONE_RUN), ("empty", ONE_RUN)],
    ids=["listing", "run", "nothing"],
)
def test_garbage_in_the_place_of_one_item_is_recorded_and_the_next_run_completes(
    rehearse: Rehearsal, kind: str, path: str
) -> None:
    rehearse.simulator.fault(kind, path=path, times=5)
    ended = rehearse(concurrency=1, depth="full")
    assert (ended.exit_code, ended.error) == (1, None)
    assert Outcome.FAILED in outcomes(ended)
    assert sum(result.failed for result in ended.results) == 1
    assert count_rows(rehearse.database, "capture_failures") == 1
    assert rehearse.simulator.ledger()["faults"] == {kind: 5}
    rehearse.simulator.clear_faults()
    rehearse.let_pass(A_WHILE)
    assert rehearse(depth="full").exit_code == 0
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []
    with closing(sqlite3.connect(rehearse.database)) as connection:
        unresolved = "SELECT count(*) FROM capture_failures WHERE resolved_at IS NULL"
        assert connection.execute(unresolved).fetchone() == (0,)


def test_a_github_that_is_not_there_is_said_to_be_unreachable(
    rehearse: Rehearsal, said: Callable[[Ended], Said]
) -> None:
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, but nobody listens
        rehearse.environment["GITHUB_API_URL"] = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        ended = rehearse()
    is_refused(said(ended), 4, "no connection", "5 times", "githubstatus.com")


def test_a_github_that_goes_down_on_the_way_ends_it_and_the_next_run_goes_on(rehearse: Rehearsal) -> None:
    rehearse.simulator.fault("reset", path=ONE_RUN, times=None)
    ended = rehearse(depth="full")
    assert ended.exit_code == 4
    rehearse.simulator.clear_faults()
    rehearse.let_pass(A_WHILE)
    assert rehearse(depth="full").exit_code == 0
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []
