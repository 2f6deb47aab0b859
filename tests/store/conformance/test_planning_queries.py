"""Spans of ids, and what a plan asks a store: which runs and artifacts are still to do, by their ids."""

from __future__ import annotations

import pytest
from store_databases import Database
from store_rows import (
    artifact_row,
    at,
    attempt_row,
    batch,
    coverage_row,
    graphql_job,
    rest_job,
    run_row,
    step,
)

from progressive_capture.lib.normalize.rows import Batch, Content
from progressive_capture.lib.store.contract import Span
from progressive_capture.lib.store.queries import PAGE_OF_IDS

ALL = Span(repository_id=1)
SOME = Span(repository_id=1, first_id=3, last_id=5)
FROM_FOUR = Span(repository_id=1, first_id=4)
TO_FOUR = Span(repository_id=1, last_id=4)


def to_detail(database: Database, depth: str, span: Span = ALL) -> list[int]:
    ids = list(database.store.ids_to_detail(span, depth))
    assert database.store.count_ids_to_detail(span, depth) == len(ids)
    return ids


def test_runs_jobs_and_doubts_are_those_of_the_ids_of_a_span(database: Database) -> None:
    store = database.store
    runs = [run_row(id=n, run_attempt=2, status="queued" if n % 2 else "completed") for n in range(1, 8)]
    jobs = [graphql_job(id=10 * n, run_id=n) for n in range(1, 8)]
    store.write(batch(workflow_runs=runs, workflow_jobs=jobs))
    expected = {SOME: [5, 4, 3], FROM_FOUR: [7, 6, 5, 4], TO_FOUR: [4, 3, 2, 1]}
    for span, ids in expected.items():
        assert [run.run_id for run in store.runs_without_jobs(span, depth="jobs")] == ids
        assert store.count_runs_without_jobs(span, depth="jobs") == store.count_runs(span) == len(ids)
        assert [run.run_id for run in store.runs_in_doubt(span)] == ids
        assert [run_id for run_id, _ in store.missing_attempts(span)] == ids
        assert [job.run_id for job in store.jobs_without_steps(span)] == ids[::-1]
        assert store.count_jobs_without_steps(span) == len(ids)
        assert [run.run_id for run in store.unfinished_runs(span)] == [n for n in ids if n % 2]
        assert [run.run_id for run in store.stored_runs(span)] == ids[::-1]
        assert [run_id for run_id, _ in store.latest_attempts_without_row(span)] == ids[::-1]


def test_an_audit_is_of_the_ids_of_a_span_too(database: Database) -> None:
    store = database.store
    runs = [run_row(id=n) for n in range(1, 8)]
    short = [coverage_row(run_id=n, job_count=2) for n in range(1, 7)]
    jobs = [graphql_job(id=10 * n, run_id=n) for n in range(1, 7)]
    store.write(batch(workflow_runs=runs, workflow_jobs=jobs, workflow_job_coverage=short))
    store.write(Batch(gone_runs={7: at(9)}))
    assert [run.run_id for run in store.runs_short_of_jobs(SOME)] == [3, 4, 5]
    assert store.count_jobs_by_graphql(SOME) == 3
    assert store.count_gone_without_jobs(FROM_FOUR) == 1
    assert store.count_gone_without_jobs(TO_FOUR) == 0


def test_artifacts_are_those_of_the_ids_of_a_span(database: Database) -> None:
    store = database.store
    rows = [artifact_row(id=n, run_id=1000, expires_at=at(90 - n) if n % 2 else None) for n in range(1, 8)]
    store.write(batch(artifacts=rows, workflow_runs=run_row(), workflow_run_attempts=attempt_row()))
    for span, ids in {SOME: [3, 4, 5], FROM_FOUR: [4, 5, 6, 7], TO_FOUR: [1, 2, 3, 4]}.items():
        assert list(store.ids_of_artifacts_to_download(span)) == ids
        assert sorted(each.artifact_id for each in store.artifacts_to_download(1, span)) == ids
        assert store.count_artifacts_to_download(1, span) == len(ids)
        assert [each.artifact_id for each in store.artifacts_of_unknown_attempt(1, span)] == ids[::-1]


def test_ids_of_artifacts_to_fetch_go_on_over_pages_and_leave_out_the_others(database: Database) -> None:
    many = PAGE_OF_IDS + 2
    rows = [artifact_row(id=n) for n in range(many)]
    done = {2: Content(status="stored"), 3: Content(status="failed"), 5: Content(status="skipped")}
    database.store.write(Batch(rows={"artifacts": [*rows, artifact_row(id=many, repository_id=2)]}))
    database.store.write(Batch(contents=done, gone_artifacts={7: at(9)}))
    ids = list(database.store.ids_of_artifacts_to_download(ALL))
    assert ids == [n for n in range(many) if n not in (2, 5, 7)]


@pytest.mark.parametrize(
    ("depth", "to_do"), [("jobs", [1]), ("steps", [1, 3, 5, 8]), ("full", [1, 2, 3, 5, 8])]
)
def test_a_run_is_to_detail_while_its_jobs_steps_or_doubts_are(
    database: Database, depth: str, to_do: list[int]
) -> None:
    """Runs: 1 new, 2 with steps, 3 without, 4 by REST, 5 in doubt, 6 gone, 7 another's, 8 but with a job."""
    jobs = {
        2: graphql_job(steps=[step(1)]),
        3: graphql_job(),
        4: rest_job(),
        5: graphql_job(steps=[]),
        8: graphql_job(),
    }
    depths = {2: "jobs", 3: "jobs", 4: "full", 5: "full"}
    database.store.write(
        batch(
            workflow_runs=[run_row(id=n, repository_id=2 if n == 7 else 1) for n in range(1, 8)],
            workflow_jobs=[row | {"id": 10 * n, "run_id": n} for n, row in jobs.items()],
            workflow_job_coverage=[coverage_row(run_id=n, depth=each) for n, each in depths.items()],
        )
    )
    database.store.write(Batch(gone_runs={6: at(9)}))
    assert to_detail(database, depth) == to_do
    inner = Span(repository_id=1, first_id=2, last_id=5)
    assert to_detail(database, depth, inner) == [n for n in to_do if 2 <= n <= 5]


def test_ids_to_detail_go_on_over_pages_each_once_whatever_their_reason(database: Database) -> None:
    many = PAGE_OF_IDS + 300
    runs = [run_row(id=n) for n in range(0, many, 2)]
    # Every run is new; so are its job's steps; and every other run has but a job.
    jobs = [graphql_job(id=n, run_id=n) for n in range(many)]
    database.store.write(batch(workflow_runs=runs, workflow_jobs=jobs))
    assert to_detail(database, "steps") == list(range(many))
    assert to_detail(database, "jobs") == list(range(0, many, 2))
