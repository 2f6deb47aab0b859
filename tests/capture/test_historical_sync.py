"""What is captured of runs, decided by the ledger: against a GitHub of a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fake_listing import FakeListing
from tiny_capture import NOW, REPOSITORY, Stage

from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.capture_values import Asked, Repository, Result
from progressive_capture.lib.errors import (
    AuthenticationError,
    ConfigurationError,
    NotFoundError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.store.contract import Span, Store
from progressive_capture.lib.windows import Window

BORN = NOW - timedelta(days=3)


def payload(number: int, created_at: datetime, **others: Any) -> dict[str, Any]:
    return {
        "id": number,
        "run_number": number,
        "run_attempt": 1,
        "event": "push",
        "head_branch": "main",
        "actor": {"login": "mona", "id": 1},
        "status": "completed",
        "conclusion": "success",
        "created_at": f"{created_at:%Y-%m-%dT%H:%M:%SZ}",
        "updated_at": f"{created_at:%Y-%m-%dT%H:%M:%SZ}",
    } | others


@dataclass
class FewRuns:
    """GitHub with some runs; counts what it is asked."""

    runs_there: list[dict[str, Any]]
    now: datetime = NOW
    asked: list[str] = field(default_factory=list)
    attempts_are_garbage: bool = False
    hidden: bool = False
    workflows_are_garbage: bool = False

    def server_now(self) -> datetime:
        return self.now

    def workflows(self, _: str) -> Iterator[Any]:
        if self.workflows_are_garbage:
            raise UnexpectedPayloadError("HTML in the place of workflows")
        return iter(())

    def repository(self, full_name: str) -> Any:
        if self.hidden:
            raise NotFoundError("hidden", status=404)
        return full_name

    def runs(
        self,
        _: str,
        *,
        created: str | None = None,
        page: int = 1,
        one_answer: bool = False,
        **filters: str,
    ) -> Any:
        assert one_answer or created is None or Window.parse(created).seconds == 1
        self.asked.append(f"runs {created or filters}")
        dated = [run | {"created_at": datetime.fromisoformat(run["created_at"])} for run in self.runs_there]
        window = Window.parse(created) if created else Window(BORN - timedelta(days=99), self.now)
        listing = FakeListing(dated)(window, cast("Any", filters), page)
        by_id = {run["id"]: run for run in self.runs_there}
        return SimpleNamespace(
            runs=[by_id[run["id"]] for run in listing.runs],
            total_count=listing.total_count,
            has_next=listing.has_next,
            captured_at=self.now,
        )

    def run(self, _: str, run_id: int) -> Any:
        self.asked.append(f"run {run_id}")
        for run in [] if self.hidden else self.runs_there:
            if run["id"] == run_id:
                return SimpleNamespace(body=run, captured_at=self.now)
        raise NotFoundError("no such run", status=404)

    def run_attempt(self, _: str, run_id: int, attempt: int) -> Any:
        self.asked.append(f"attempt {run_id} {attempt}")
        if self.attempts_are_garbage:
            raise UnexpectedPayloadError("HTML in the place of an attempt")
        return SimpleNamespace(body=payload(run_id, BORN, run_attempt=attempt), captured_at=self.now)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "capture.db")


@pytest.fixture
def store(stage: Stage) -> Iterator[Store]:
    with stage.open_store() as opened:
        yield opened


def sync(stage: Stage, store: Store, github: FewRuns, **asked: Any) -> Result:
    repository = Repository(id=REPOSITORY.id, full_name=REPOSITORY.full_name, created_at=BORN)
    collaborators = stage.collaborators(store)
    return HistoricalSync(repository, Asked(**asked), collaborators, cast("GitHub", github)).run()


def hours_old(*hours: float) -> list[dict[str, Any]]:
    return [payload(10_000 - n, NOW - timedelta(hours=age)) for n, age in enumerate(hours)]


def stored_runs(store: Store) -> int:
    return store.counts(REPOSITORY.id)["workflow_runs"]


def test_one_run_that_makes_no_sense_is_written_down_and_costs_no_other(stage: Stage, store: Store) -> None:
    runs = hours_old(1, 2, 3)
    runs[1]["run_number"] = "not a number"
    result = sync(stage, store, FewRuns(runs))
    assert (result.outcome, result.failed, stored_runs(store)) == (Outcome.FAILED, 1, 2)
    (failure,) = store.failures(REPOSITORY.id)
    assert failure["item_key"] == "run 9999"
    assert "run_number" in failure["error"]


def test_only_the_newest_items_asked_for_are_kept_and_no_more_is_called_covered(
    stage: Stage, store: Store
) -> None:
    result = sync(stage, store, FewRuns(hours_old(1, 2, 3, 4)), max_items=2)
    assert (result.outcome, stored_runs(store)) == (Outcome.SUCCEEDED, 2)
    assert store.windows(REPOSITORY.id, "workflow_runs") == []


def test_a_second_call_lists_only_what_no_window_covers(stage: Stage, store: Store) -> None:
    github = FewRuns(hours_old(1, 2))
    sync(stage, store, github)
    github.asked.clear()
    github.now = NOW + timedelta(hours=1)
    github.runs_there += [payload(500, NOW + timedelta(minutes=30))]
    result = sync(stage, store, github)
    assert result.inserted["workflow_runs"] == 1
    assert [words.split("..")[0] for words in github.asked] == ["runs 2026-11-22T11:59:01Z"]


def test_unfinished_runs_near_the_present_are_listed_again_and_finish(stage: Stage, store: Store) -> None:
    github = FewRuns(hours_old(1, 2, 5))
    github.runs_there[1] |= {"status": "in_progress", "conclusion": None}
    sync(stage, store, github)
    github.asked.clear()
    github.runs_there[1] |= {"status": "completed", "conclusion": "failure", "updated_at": f"{NOW:%FT%TZ}"}
    github.now = NOW + timedelta(minutes=5)
    assert sync(stage, store, github).updated["workflow_runs"] == 1
    assert len(github.asked) == 1
    assert store.unfinished_runs(Span(repository_id=REPOSITORY.id)) == []


def test_a_run_waiting_for_long_is_looked_at_by_its_status_and_found_gone(stage: Stage, store: Store) -> None:
    crowd = hours_old(*(hour / 10 for hour in range(1, 260)))
    waiting = payload(7, NOW - timedelta(hours=50), status="waiting", conclusion=None)
    github = FewRuns([*crowd, waiting])
    sync(stage, store, github)
    github.asked.clear()
    github.runs_there.remove(waiting)
    github.now = NOW + timedelta(minutes=5)
    sync(stage, store, github)
    assert "run 7" in github.asked
    assert store.unfinished_runs(Span(repository_id=REPOSITORY.id)) == []
    assert stored_runs(store) == len(crowd) + 1


def test_earlier_attempts_are_asked_for_once_and_not_at_depth_jobs(stage: Stage, store: Store) -> None:
    github = FewRuns(hours_old(1))
    github.runs_there[0]["run_attempt"] = 3
    sync(stage, store, github, depth="jobs")
    assert not [words for words in github.asked if words.startswith("attempt")]
    sync(stage, store, github)
    sync(stage, store, github)
    assert [words for words in github.asked if words.startswith("attempt")] == [
        "attempt 10000 2",
        "attempt 10000 1",
    ]


def test_a_hole_is_named_once_fails_the_capture_and_is_settled_when_it_is_filled(
    stage: Stage, store: Store
) -> None:
    second = NOW - timedelta(hours=6)
    github = FewRuns([payload(number, second) for number in range(1, 1101)])
    result = sync(stage, store, github)
    assert (result.outcome, result.failed) == (Outcome.FAILED, 1)
    (hole,) = store.failures(REPOSITORY.id)
    assert hole["item_key"] == Window(second, second).query()
    github.runs_there = github.runs_there[:900]
    stage.clock.advance(3600)
    assert sync(stage, store, github).outcome is Outcome.SUCCEEDED
    assert store.failures(REPOSITORY.id) == []


def test_what_failed_of_a_run_that_is_gone_since_is_no_longer_open(stage: Stage, store: Store) -> None:
    github = FewRuns(hours_old(1, 2), attempts_are_garbage=True)
    github.runs_there[0]["run_attempt"] = 2
    assert sync(stage, store, github).outcome is Outcome.FAILED
    assert [failure["item_key"] for failure in store.failures(REPOSITORY.id)] == ["run 10000 attempt 1"]
    del github.runs_there[0]
    github.now = NOW + timedelta(days=1)
    assert sync(stage, store, github).outcome is Outcome.SUCCEEDED
    assert store.failures(REPOSITORY.id) == []


def test_an_attempt_of_a_run_that_was_deleted_meanwhile_is_no_failure(stage: Stage, store: Store) -> None:
    github = FewRuns(hours_old(1, 2))
    github.runs_there[0]["run_attempt"] = 2
    deleted = github.runs_there[0]["id"]

    class DeletesWhileAsked(FewRuns):
        def run_attempt(self, _: str, run_id: int, attempt: int) -> Any:
            self.runs_there = [run for run in self.runs_there if run["id"] != run_id]
            raise NotFoundError(f"no attempt {attempt}", status=404)

    result = sync(stage, store, DeletesWhileAsked(github.runs_there))
    assert (result.outcome, result.failed) == (Outcome.SUCCEEDED, 0)
    assert store.gone_among({deleted}) == {deleted}


def test_an_old_unfinished_run_in_a_quiet_repository_costs_one_listing(stage: Stage, store: Store) -> None:
    github = FewRuns(
        [payload(7, BORN + timedelta(hours=1), status="waiting", conclusion=None), *hours_old(1)]
    )
    sync(stage, store, github)
    github.asked.clear()
    github.now = NOW + timedelta(minutes=5)
    sync(stage, store, github)
    assert len(github.asked) == 1


def test_a_repository_that_is_hidden_meanwhile_makes_no_run_gone(stage: Stage, store: Store) -> None:
    github = FewRuns(hours_old(1, 2))
    github.runs_there[0]["run_attempt"] = 2

    class HiddenMeanwhile(FewRuns):
        def run_attempt(self, _: str, run_id: int, attempt: int) -> Any:
            self.hidden = True
            raise NotFoundError(f"no attempt {attempt} of {run_id}", status=404)

    with pytest.raises(AuthenticationError, match="any more"):
        sync(stage, store, HiddenMeanwhile(github.runs_there))
    assert store.gone_among({run["id"] for run in github.runs_there}) == set()


def test_a_run_that_makes_no_sense_is_tried_again_and_its_failure_closes_when_it_does(
    stage: Stage, store: Store
) -> None:
    github = FewRuns(hours_old(1, 2))
    github.runs_there[1]["run_number"] = "not a number"
    assert sync(stage, store, github).outcome is Outcome.FAILED
    stage.clock.advance(3600)
    github.now = NOW + timedelta(hours=1)
    again = sync(stage, store, github)
    assert (again.outcome, again.failed) == (Outcome.FAILED, 1)
    assert [failure["attempts"] for failure in store.failures(REPOSITORY.id)] == [2]
    github.runs_there[1]["run_number"] = 9999
    stage.clock.advance(3600)
    github.now = NOW + timedelta(hours=2)
    assert sync(stage, store, github).outcome is Outcome.SUCCEEDED
    assert (store.failures(REPOSITORY.id), stored_runs(store)) == ([], 2)


def test_a_hole_that_stays_a_hole_stays_open_and_waits_longer_each_time(stage: Stage, store: Store) -> None:
    github = FewRuns([payload(number, NOW - timedelta(hours=6)) for number in range(1, 1101)])
    for attempt in (1, 2):
        assert sync(stage, store, github).outcome is Outcome.FAILED
        (hole,) = store.failures(REPOSITORY.id)
        assert hole["attempts"] == attempt
        stage.clock.advance(3600)


def test_a_job_that_is_about_something_else_is_not_taken(stage: Stage, store: Store) -> None:
    other = stage.tracker(store).begin("workflow_jobs", REPOSITORY.full_name, {})
    with pytest.raises(ConfigurationError, match="is about workflow_jobs"):
        stage.tracker(store).begin("workflow_runs", REPOSITORY.full_name, {}, job_id=other.id)


def test_workflows_that_could_not_be_listed_are_asked_for_by_every_run_until_they_are(
    stage: Stage, store: Store
) -> None:
    github = FewRuns(hours_old(1), workflows_are_garbage=True)
    for waited, attempts in ((0, 1), (60, 2), (3600, 3)):
        stage.clock.advance(waited)
        assert sync(stage, store, github).outcome is Outcome.FAILED
        assert [failure["attempts"] for failure in store.failures(REPOSITORY.id)] == [attempts]
    github.workflows_are_garbage = False
    stage.clock.advance(1)
    assert sync(stage, store, github).outcome is Outcome.SUCCEEDED
    assert store.failures(REPOSITORY.id) == []
