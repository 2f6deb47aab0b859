"""What a store is asked: what is known, and what is still to do."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import pytest
from store_databases import Database
from store_rows import (
    at,
    attempt_row,
    batch,
    coverage_row,
    graphql_job,
    pull_coverage_row,
    repository_row,
    rest_job,
    run_row,
    step,
    window_row,
    workflow_row,
)

from progressive_capture.lib.normalize.rows import Batch
from progressive_capture.lib.store.contract import JobToCapture, RunToCapture, Span, UnfinishedRun
from progressive_capture.lib.store.queries import PAGE

ALL = Span(repository_id=1)
PARTS = ["reviews", "review_comments"]


def runs_to_do(database: Database, depth: str = "jobs", span: Span = ALL) -> list[int]:
    ids = [run.run_id for run in database.store.runs_without_jobs(span, depth=depth)]
    assert database.store.count_runs_without_jobs(span, depth=depth) == len(ids)
    return ids


def jobs_to_do(database: Database, span: Span = ALL) -> list[int]:
    ids = [job.job_id for job in database.store.jobs_without_steps(span)]
    assert database.store.count_jobs_without_steps(span) == len(ids)
    return ids


# -- repositories ------------------------------------------------------------------------------------


def test_a_repository_is_found_by_name_in_any_case(database: Database) -> None:
    database.store.write(batch(repositories=repository_row(full_name="Octo/Hello")))
    assert database.store.repository("octo/HELLO") == repository_row(full_name="Octo/Hello")
    assert database.store.repository("octo/hell") is None


def test_repositories_are_listed_by_name(database: Database) -> None:
    names = {1: "octo/hello", 2: "Mona/zebra", 3: "mona/ant"}
    rows = [repository_row(id=number, full_name=name) for number, name in names.items()]
    database.store.write(batch(repositories=rows))
    assert database.store.repositories() == [rows[2], rows[1], rows[0]]


def test_of_two_repositories_that_had_one_name_the_one_seen_last_has_it(database: Database) -> None:
    rows = [repository_row(id=n, captured_at=at(second)) for n, second in ((1, 5), (2, 9), (3, 7))]
    database.store.write(batch(repositories=rows))
    repository = database.store.repository("octo/hello")
    assert repository is not None
    assert repository["id"] == 2


# -- unfinished runs ---------------------------------------------------------------------------------


def test_unfinished_runs_are_those_not_completed_and_not_gone(database: Database) -> None:
    words = ["queued", "completed", "in_progress", "waiting", "requested", "pending"]
    rows = [run_row(id=n, status=word, created_at=at(n)) for n, word in enumerate(words)]
    database.store.write(batch(workflow_runs=[*rows, run_row(id=90, status="queued", repository_id=2)]))
    database.store.write(Batch(gone_runs={3: at(9)}))
    assert database.store.unfinished_runs(ALL) == [
        UnfinishedRun(run_id=5, status="pending", created_at=at(5)),
        UnfinishedRun(run_id=4, status="requested", created_at=at(4)),
        UnfinishedRun(run_id=2, status="in_progress", created_at=at(2)),
        UnfinishedRun(run_id=0, status="queued", created_at=at(0)),
    ]
    inner = Span(repository_id=1, created_from=at(2), created_to=at(4))
    assert [run.run_id for run in database.store.unfinished_runs(inner)] == [4, 2]


# -- runs whose jobs are to do -----------------------------------------------------------------------


def test_a_run_without_coverage_is_to_do_with_all_that_is_known_of_it(database: Database) -> None:
    database.store.write(batch(workflow_runs=run_row()))
    assert list(database.store.runs_without_jobs(ALL, depth="jobs")) == [
        RunToCapture(
            run_id=1000,
            node_id="WFR_1000",
            run_attempt=1,
            updated_at=at(-60),
            status="completed",
            workflow_name="CI",
            head_sha="a" * 40,
            head_branch="main",
        )
    ]
    database.store.write(batch(workflow_job_coverage=coverage_row()))
    assert runs_to_do(database) == []


@pytest.mark.parametrize(
    "stale", [{"run_attempt": None}, {"run_updated_at": at(-61)}, {"run_status": "in_progress"}]
)
def test_coverage_of_another_state_of_the_run_is_none(database: Database, stale: dict[str, Any]) -> None:
    database.store.write(batch(workflow_runs=run_row(), workflow_job_coverage=coverage_row(**stale)))
    assert runs_to_do(database) == [1000]


def test_a_run_of_unknown_attempt_and_time_is_covered_by_a_coverage_that_says_so(database: Database) -> None:
    unknown = {"run_attempt": None, "updated_at": None}
    database.store.write(batch(workflow_runs=run_row(**unknown)))
    assert runs_to_do(database, "steps") == [1000]
    database.store.write(batch(workflow_job_coverage=coverage_row(run_attempt=None, run_updated_at=None)))
    assert runs_to_do(database, "steps") == []


# What is left to do at each depth, of four runs: covered by GraphQL or by REST, run once or again.
@pytest.mark.parametrize(
    ("depth", "to_do"),
    [("jobs", []), ("steps", ["again, by graphql"]), ("full", ["again, by graphql", "once"])],
)
def test_depth_says_which_coverage_is_enough(database: Database, depth: str, to_do: list[str]) -> None:
    names = {1: "once", 2: "once, by rest", 3: "again, by graphql", 4: "again, by rest"}
    for run_id, name in names.items():
        attempt = 2 if name.startswith("again") else 1
        covered = "full" if name.endswith("rest") else "jobs"
        database.store.write(
            batch(
                workflow_runs=run_row(id=run_id, run_attempt=attempt),
                workflow_job_coverage=coverage_row(run_id=run_id, run_attempt=attempt, depth=covered),
            )
        )
    assert [names[run_id] for run_id in runs_to_do(database, depth)] == to_do


def test_runs_to_do_come_newest_first_within_their_span_and_without_gone_ones(database: Database) -> None:
    rows = [run_row(id=n, created_at=at(n)) for n in range(1, 7)]
    database.store.write(batch(workflow_runs=[*rows, run_row(id=90, repository_id=2, created_at=at(3))]))
    database.store.write(Batch(gone_runs={4: at(9)}))
    assert runs_to_do(database, span=Span(repository_id=1, created_from=at(2), created_to=at(5))) == [5, 3, 2]
    assert runs_to_do(database, span=Span(repository_id=1, created_from=at(5))) == [6, 5]
    assert runs_to_do(database, span=Span(repository_id=1, created_to=at(1))) == [1]


def test_a_walk_over_many_pages_misses_nothing_while_the_writer_covers_what_it_gives(
    database: Database,
) -> None:
    many = 2 * PAGE + 1
    database.store.write(batch(workflow_runs=[run_row(id=n) for n in range(many)]))
    seen = []
    for run in database.store.runs_without_jobs(ALL, depth="steps"):
        seen.append(run.run_id)
        if run.run_id % 7 == 0:
            database.store.write(batch(workflow_job_coverage=coverage_row(run_id=run.run_id)))
    assert seen == list(range(many - 1, -1, -1))
    assert len(runs_to_do(database)) == sum(1 for n in range(many) if n % 7)


# -- earlier attempts --------------------------------------------------------------------------------


def test_attempts_before_the_latest_without_a_row_are_missing(database: Database) -> None:
    latest = {1: 1, 2: 3, 3: 4, 4: None, 5: 2, 6: 2}
    runs = [run_row(id=run_id, run_attempt=attempt) for run_id, attempt in latest.items()]
    attempts = [
        attempt_row(run_id=run_id, run_attempt=attempt)
        for run_id, attempt in ((1, 1), (2, 3), (3, 2), (3, 4), (5, 1))
    ]
    database.store.write(batch(workflow_runs=runs, workflow_run_attempts=attempts))
    database.store.write(Batch(gone_runs={6: at(9)}))
    assert list(database.store.missing_attempts(ALL)) == [(3, 3), (3, 1), (2, 2), (2, 1)]


def test_missing_attempts_go_on_over_pages(database: Database) -> None:
    many = PAGE + 3
    database.store.write(batch(workflow_runs=[run_row(id=n, run_attempt=2) for n in range(many)]))
    assert list(database.store.missing_attempts(ALL)) == [(n, 1) for n in range(many - 1, -1, -1)]
    span = Span(repository_id=1, created_to=at(-601))
    assert list(database.store.missing_attempts(span)) == []


# -- jobs whose steps are to do ----------------------------------------------------------------------


def test_jobs_that_ran_and_were_not_asked_for_steps_are_to_do(database: Database) -> None:
    database.store.write(
        batch(
            workflow_runs=[run_row(), run_row(id=1001)],
            workflow_jobs=[
                graphql_job(id=1),
                graphql_job(id=2, status="in_progress", conclusion=None),
                graphql_job(id=3, steps=[]),
                graphql_job(id=4, steps=[step(1)]),
                graphql_job(id=5, node_id=None),
                graphql_job(id=6, conclusion="skipped"),
                graphql_job(id=7, status="queued", conclusion=None),
                graphql_job(id=8, run_id=1001),
                graphql_job(id=9, repository_id=2),
                rest_job(id=10),
            ],
        )
    )
    database.store.write(Batch(gone_runs={1001: at(9)}))
    assert list(database.store.jobs_without_steps(ALL)) == [
        JobToCapture(job_id=1, node_id="CR_5000", run_id=1000),
        JobToCapture(job_id=2, node_id="CR_5000", run_id=1000),
    ]
    assert jobs_to_do(database) == [1, 2]


def test_steps_of_failed_jobs_come_first_and_then_by_age(database: Database) -> None:
    conclusions = ["success", "failure", "cancelled", "timed_out", None, "startup_failure"]
    jobs = [
        graphql_job(id=90 - n, run_id=n // 2, conclusion=conclusion)
        for n, conclusion in enumerate(conclusions)
    ]
    database.store.write(batch(workflow_jobs=jobs))
    # Runs 0, 1, 2 have the jobs 90 89, 88 87, 86 85.
    assert jobs_to_do(database) == [89, 87, 85, 90, 88, 86]


def test_steps_to_do_follow_the_span_of_their_run(database: Database) -> None:
    runs = [run_row(id=n, created_at=at(n)) for n in range(1, 5)]
    jobs = [graphql_job(id=n * 10, run_id=n) for n in range(1, 5)]
    database.store.write(batch(workflow_runs=runs, workflow_jobs=jobs))
    assert jobs_to_do(database, Span(repository_id=1, created_from=at(2), created_to=at(3))) == [20, 30]


def test_steps_to_do_go_on_over_pages_and_within_one_big_run(database: Database) -> None:
    first, many = 36_000_000_000, 2 * PAGE + 5  # as wide as GitHub's ids
    jobs = [
        graphql_job(id=first + n, run_id=first + n // 700, conclusion="failure" if n % 2 else "success")
        for n in range(many)
    ]
    database.store.write(batch(workflow_jobs=jobs))
    assert jobs_to_do(database) == [first + n for n in (*range(1, many, 2), *range(0, many, 2))]


def test_a_run_is_in_doubt_while_a_job_of_graphqls_ended_without_a_step(database: Database) -> None:
    doubtful = {
        1: graphql_job(steps=[]),
        2: graphql_job(steps=None, conclusion="cancelled"),
        10: graphql_job(status="in_progress", conclusion=None, steps=None),
    }
    clear = {
        3: graphql_job(steps=[step(1)]),
        4: graphql_job(steps=[], conclusion="skipped"),
        5: graphql_job(status="in_progress", conclusion=None, steps=[]),
        6: rest_job(steps=[]),
        7: graphql_job(repository_id=2, steps=[]),
        8: graphql_job(steps=[]),
        9: graphql_job(steps=[], conclusion="cancelled"),
    }
    jobs = [job | {"id": n, "run_id": n} for n, job in (doubtful | clear).items()]
    runs = [run_row(id=n, repository_id=2 if n == 7 else 1) for n in doubtful | clear]
    database.store.write(batch(workflow_runs=runs, workflow_jobs=jobs))
    database.store.write(Batch(gone_runs={8: at(9)}))
    assert [run.run_id for run in database.store.runs_in_doubt(ALL)] == [10, 2, 1]
    database.store.write(batch(workflow_jobs=rest_job(id=1, run_id=1, steps=[], captured_at=at(1))))
    database.store.write(Batch(jobs_listed={2: set(), 10: set()}))
    assert list(database.store.runs_in_doubt(ALL)) == []


# -- reports -----------------------------------------------------------------------------------------


def test_counts_are_of_one_repository(database: Database) -> None:
    for repository_id in (1, 2):
        ids = {"repository_id": repository_id}
        database.store.write(
            batch(
                repositories=repository_row(id=repository_id),
                workflows=workflow_row(id=repository_id, **ids),
                workflow_runs=[run_row(id=repository_id * 10 + n, **ids) for n in range(repository_id)],
                workflow_jobs=rest_job(id=repository_id, **ids),
                capture_windows=window_row(0, 5, **ids),
                pull_request_coverage=[pull_coverage_row(part=part, **ids) for part in PARTS[:repository_id]],
            )
        )
    counted = {table: count for table, count in database.store.counts(2).items() if count}
    assert counted == {
        "repositories": 1,
        "workflows": 1,
        "workflow_runs": 2,
        "workflow_jobs": 1,
        "capture_windows": 1,
        "pull_request_coverage": 2,
    }
    assert "artifacts" in database.store.counts(2)


def test_every_query_is_answered_on_an_empty_database(database: Database) -> None:
    store = database.store
    assert (
        store.repositories() == store.jobs() == store.windows(1, "workflow_runs") == store.failures(1) == []
    )
    assert store.unfinished_runs(ALL) == [*store.missing_attempts(ALL), *store.runs_in_doubt(ALL)] == []
    assert runs_to_do(database) == jobs_to_do(database) == []
    assert set(store.counts(1).values()) == {0}


def test_a_span_is_a_plain_value() -> None:
    assert astuple(Span(repository_id=1, created_from=at(0), last_id=9)) == (1, at(0), None, None, 9)


def test_the_time_of_the_run_so_far_from_the_newest_is_told(database: Database) -> None:
    rows = [run_row(id=1000 + n, created_at=at(n)) for n in range(5)]
    database.store.write(Batch(rows={"workflow_runs": [*rows, run_row(id=9, repository_id=2)]}))
    assert database.store.created_at_of_newest(1, 1) == at(4)
    assert database.store.created_at_of_newest(1, 5) == at(0)
    assert database.store.created_at_of_newest(1, 6) is None
