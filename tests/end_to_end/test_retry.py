"""`retry`: what failed is tried again at once, and only what failed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rehearsal import SIMULATED_NOW, Rehearsal, outcomes
from truth import stored
from whole_truth import untruths

from github_simulator.process import Simulator
from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.job_details import JobDetails
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.retrying import retry
from progressive_capture.lib.settings import read_settings

JOBS_OF_A_RUN = "/actions/runs/[0-9]+/jobs"
AN_ATTEMPT = "/actions/runs/[0-9]+/attempts/"


@dataclass
class Stage:
    """A simulated GitHub, a database, and a clock on which nobody waits."""

    simulator: Simulator
    database: Path
    clock: ManualClock
    capsys: pytest.CaptureFixture[str]

    @property
    def rehearse(self) -> Rehearsal:
        return Rehearsal(self.database, self.simulator, self.clock)

    def fail(self, path: str, **asked: Any) -> set[str]:
        """Capture while GitHub's answers at a path are garbage; what was written down."""
        self.simulator.fault("html", path=path, times=None)
        ended = self.rehearse(**({"depth": "full"} | asked))
        self.simulator.clear_faults()
        assert ended.exit_code == 1
        assert self.open_failures()
        return self.open_failures()

    def open_failures(self) -> set[str]:
        rows = stored(self.database, "capture_failures", ["item_key"]).values()
        return {row["item_key"] for row in rows if row["resolved_at"] is None}

    def retry(self, repository: str | None = None, *, as_json: bool = True) -> tuple[int, str, str]:
        settings = read_settings(
            {
                "GITHUB_API_URL": self.simulator.url,
                "GITHUB_GRAPHQL_URL": self.simulator.graphql_url,
                "GITHUB_TOKEN": self.simulator.token,
            }
        )
        self.capsys.readouterr()
        code = retry(
            {HistoricalSync.kind: HistoricalSync, JobDetails.kind: JobDetails},
            repository,
            database=f"sqlite:///{self.database}",
            as_json=as_json,
            settings=settings,
            clock=self.clock,
        )
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def asked(self) -> list[str]:
        return [str(line) for line in self.simulator.ledger(lines=True)["lines"]]


@pytest.fixture
def stage(simulate: Callable[..., Simulator], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Stage:
    simulator = simulate("--runs", 30, "--rerun-share", 0.3)
    return Stage(simulator, tmp_path / "capture.db", ManualClock(SIMULATED_NOW), capsys)


def test_failed_items_are_tried_at_once_and_nothing_else_is(stage: Stage) -> None:
    failed = stage.fail(AN_ATTEMPT)
    assert len(failed) >= 3
    waiting = stage.rehearse(depth="full")
    assert waiting.results[0].postponed == len(failed)
    stage.simulator.reset_ledger()
    code, told, _ = stage.retry(stage.simulator.repository)
    assert code == 0
    assert (json.loads(told)["open_before"], json.loads(told)["open_after"]) == (len(failed), 0)
    asked = stage.asked()
    assert sum("/attempts/" in line for line in asked) == len(failed)
    assert not any("/jobs" in line for line in asked)
    assert untruths(stage.database, stage.simulator) == []


def test_what_fails_again_stays_open_and_has_one_attempt_more(stage: Stage) -> None:
    failed = stage.fail(JOBS_OF_A_RUN)
    stage.simulator.fault("html", path=JOBS_OF_A_RUN, times=None)
    stage.clock.advance(1)
    code, told, _ = stage.retry()
    assert code == 1
    assert (json.loads(told)["open_before"], json.loads(told)["open_after"]) == (len(failed), len(failed))
    after = stored(stage.database, "capture_failures", ["item_key"])
    assert {row["attempts"] for row in after.values()} == {2}


def test_people_are_told_how_many_were_open_before_and_after(stage: Stage) -> None:
    failed = stage.fail(AN_ATTEMPT)
    code, told, said = stage.retry(as_json=False)
    assert (code, told) == (0, "")
    assert f"Failed items: {len(failed)} were open, 0 are now." in said.splitlines()


def test_nothing_to_do_is_said_and_costs_nothing(stage: Stage) -> None:
    stage.rehearse(depth="jobs")
    stage.simulator.reset_ledger()
    code, told, said = stage.retry()
    nothing = {"open_before": 0, "open_after": 0, "skipped_tried_again": 0, "captures": []}
    assert (code, json.loads(told)) == (0, nothing)
    assert "nothing to try again" in said
    assert stage.simulator.ledger()["requests"]["total"] == 0


def test_without_a_name_every_repository_with_failures_is_retried(
    simulate: Callable[..., Simulator], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["octo/one", "octo/two", "octo/three"]
    arguments = [each for name in names for each in ("--repository", name)]
    simulator = simulate("--runs", 12, "--unfinished", 0, "--rerun-share", 0.5, *arguments)
    stage = Stage(simulator, tmp_path / "capture.db", ManualClock(SIMULATED_NOW), capsys)
    for name in names:
        simulator.repository = name
        if name == "octo/three":
            assert outcomes(stage.rehearse()) == [Outcome.SUCCEEDED, Outcome.SUCCEEDED]
        else:
            stage.fail(AN_ATTEMPT)
    simulator.reset_ledger()
    code, told, _ = stage.retry()
    assert code == 0
    assert [each["repository"] for each in json.loads(told)["captures"]] == ["octo/one", "octo/two"]
    assert stage.open_failures() == set()
    assert not any("octo/three" in line for line in stage.asked())


def test_a_retry_asks_for_no_more_than_the_capture_did(stage: Stage) -> None:
    """A capture of a few days, to the full depth, is not made one of everything, to the usual depth."""
    stage.fail(AN_ATTEMPT, since=SIMULATED_NOW - timedelta(days=45), depth="full")
    assert stage.retry()[0] == 0
    runs = stored(stage.database, "workflow_runs").values()
    assert min(row["created_at"] for row in runs) >= "2026-10-06T12:00:00Z"
    assert 12 < len(runs) < 30
    jobs = stored(stage.database, "workflow_jobs").values()
    assert {row["source"] for row in jobs} == {"rest"}


def test_a_span_of_runs_that_failed_gets_its_jobs_too(stage: Stage) -> None:
    oldest = min(run["created_at"] for run in stage.simulator.truth("runs"))[:10]
    failed = stage.fail(rf"/actions/runs\?.*created={oldest[:7]}")
    assert all(".." in key for key in failed)
    assert untruths(stage.database, stage.simulator) != []
    assert stage.retry()[0] == 0
    assert stage.open_failures() == set()
    assert untruths(stage.database, stage.simulator) == []


def test_a_repository_that_is_not_in_the_database_is_a_mistake(stage: Stage) -> None:
    stage.rehearse(depth="jobs")
    with pytest.raises(ConfigurationError, match="octo/other"):
        stage.retry("octo/other")
