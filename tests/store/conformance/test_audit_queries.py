"""What an audit asks: the rows that are there, and those that other rows say should be."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from store_databases import Database
from store_rows import at, attempt_row, batch, coverage_row, graphql_job, rest_job, run_row

from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.store import audit_queries
from progressive_capture.lib.store.contract import ShortOfJobs, Span, StoredRun

EVERYTHING = Span(repository_id=1)


@pytest.fixture(autouse=True, params=[500, 2])
def page_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every walk ends the same, however many rows a page of it takes."""
    monkeypatch.setattr(audit_queries, "PAGE", request.param)


def keep_runs(database: Database, *numbers: int) -> None:
    """A run for each number, created so many seconds after noon; and one of another repository."""
    runs = [run_row(id=number, created_at=at(number), captured_at=at(900)) for number in numbers]
    database.store.write(batch(workflow_runs=[*runs, run_row(id=9_999, repository_id=2, created_at=at(5))]))


def ids(runs: Sequence[StoredRun]) -> list[int]:
    return [run.run_id for run in runs]


def test_stored_runs_come_by_age_whatever_their_ids(database: Database) -> None:
    order = {5: 30, 6: 10, 7: 20, 8: 20, 9: 20}
    rows = [run_row(id=key, created_at=at(second), captured_at=at(900)) for key, second in order.items()]
    database.store.write(batch(workflow_runs=rows))
    assert ids(list(database.store.stored_runs(EVERYTHING))) == [6, 7, 8, 9, 5]


def test_both_ends_of_a_span_belong_to_it(database: Database) -> None:
    keep_runs(database, 1, 2, 3, 4, 5)
    span = Span(repository_id=1, created_from=at(2), created_to=at(4))
    assert ids(list(database.store.stored_runs(span))) == [2, 3, 4]
    assert database.store.count_runs(span) == 3


def test_gone_runs_are_stored_runs_and_say_so(database: Database) -> None:
    keep_runs(database, 1, 2)
    database.store.write(Batch(gone_runs={2: at(950)}))
    assert list(database.store.stored_runs(EVERYTHING)) == [
        StoredRun(run_id=1, created_at=at(1), captured_at=at(900), gone_at=None),
        StoredRun(run_id=2, created_at=at(2), captured_at=at(900), gone_at=at(950)),
    ]
    assert database.store.count_runs(EVERYTHING) == 2


def test_of_some_ids_those_with_a_row_are_known(database: Database) -> None:
    keep_runs(database, 1, 2, 3)
    assert database.store.known_runs({2, 3, 4}) == {2, 3}
    assert database.store.known_runs(set()) == set()


def test_a_run_is_short_of_jobs_where_fewer_are_stored_than_were_captured(database: Database) -> None:
    keep_runs(database, 1, 2, 3, 4, 5)
    captured = {1: 2, 2: 2, 3: 0, 4: 1, 5: 1}
    jobs = [rest_job(id=11, run_id=1), rest_job(id=12, run_id=1), rest_job(id=21, run_id=2)]
    coverage = [coverage_row(run_id=key, job_count=count) for key, count in captured.items()]
    database.store.write(batch(workflow_jobs=jobs, workflow_job_coverage=coverage))
    assert list(database.store.runs_short_of_jobs(EVERYTHING)) == [
        ShortOfJobs(run_id=2, job_count=2, stored_jobs=1),
        ShortOfJobs(run_id=4, job_count=1, stored_jobs=0),
        ShortOfJobs(run_id=5, job_count=1, stored_jobs=0),
    ]


def test_only_the_latest_attempt_has_to_have_its_row_here(database: Database) -> None:
    runs = [run_row(id=key, run_attempt=latest) for key, latest in {1: 1, 2: 2, 3: 2, 4: None, 5: 1}.items()]
    attempts = [attempt_row(run_id=1), attempt_row(run_id=2, run_attempt=2), attempt_row(run_id=3)]
    database.store.write(batch(workflow_runs=runs, workflow_run_attempts=attempts))
    assert list(database.store.latest_attempts_without_row(EVERYTHING)) == [(3, 2), (5, 1)]


def test_jobs_of_which_only_graphql_told_are_counted(database: Database) -> None:
    keep_runs(database, 1, 2)
    jobs = [rest_job(id=11, run_id=1), graphql_job(id=12, run_id=1), graphql_job(id=21, run_id=2)]
    database.store.write(batch(workflow_jobs=jobs))
    assert database.store.count_jobs_by_graphql(EVERYTHING) == 2
    assert database.store.count_jobs_by_graphql(Span(repository_id=1, created_to=at(1))) == 1
    assert database.store.count_jobs_by_graphql(Span(repository_id=2)) == 0


def test_runs_that_went_before_their_jobs_were_captured_are_counted(database: Database) -> None:
    keep_runs(database, 1, 2, 3)
    database.store.write(batch(workflow_job_coverage=[coverage_row(run_id=1)]))
    database.store.write(Batch(gone_runs={1: at(950), 2: at(950)}))
    assert database.store.count_gone_without_jobs(EVERYTHING) == 1
