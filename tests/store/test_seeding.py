"""A seed has what a leg of its chunk reads, and nothing that it could mistake for more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shards_made import shard_maker, tables_in, tables_of
from store_databases import Database, sqlite_database
from store_rows import (
    artifact_row,
    at,
    attempt_row,
    batch,
    capture_job,
    coverage_row,
    file_row,
    graphql_job,
    repository_row,
    rest_job,
    result_row,
    run_row,
    step,
    window_row,
)

from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.normalize.rows import Batch, Content, Failure, ItemKey
from progressive_capture.lib.store.contract import Span, Store
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.shards.errors import MissingShardError
from progressive_capture.lib.store.shards.merging import merge_shard
from progressive_capture.lib.store.shards.seeding import seed

JOB = "0" * 8 + "-0000-0000-0000-" + "1" * 12
OF_RUNS = Chunk(kind="workflow_jobs", repository="octo/hello", job_id=JOB, first_id=3, last_id=6)
OF_ARTIFACTS = Chunk(kind="artifacts", repository="octo/hello", job_id=JOB, first_id=702, last_id=704)
LISTING = Chunk(kind="artifacts", repository="octo/hello", job_id=JOB, first_id=705)


def failure(kind: str, key: str, repository_id: int = 1) -> Failure:
    return Failure(item=ItemKey(kind, repository_id, key), error="502")


FAILED_RUNS = [failure("workflow_jobs", f"jobs of run {n}") for n in (1, 4, 40)]
FAILED_ARTIFACTS = [failure("artifacts", key) for key in ("artifact 700", "artifact 703", "a..b")]
OTHER_FAILURES = [failure("reviews", "jobs of run 4"), failure("workflow_jobs", "jobs of run 4", 2)]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Runs 1 to 8: 1 to 4 to do; 5 with steps to ask for; 6, 7 done; 8 in doubt; artifacts 700 to 707."""
    runs = [run_row(id=n, run_attempt=2 if n == 2 else 1) for n in range(1, 9)]
    done = {5: [graphql_job(id=50)], 6: [rest_job(id=60)], 7: [graphql_job(id=70, steps=[step(1)])]}
    jobs = [row | {"run_id": n} for n, rows in done.items() for row in rows]
    jobs += [graphql_job(id=40, run_id=4), graphql_job(id=80, run_id=8, steps=[])]
    artifacts = [artifact_row(id=n, run_id=n - 699) for n in range(700, 708)]
    contents = {n: Content(status="stored") for n in (701, 704, 707)}
    make = shard_maker(tmp_path)
    return make(
        Batch(
            rows={
                "repositories": [repository_row(), repository_row(id=2, full_name="octo/other")],
                "workflow_runs": [*runs, run_row(id=99, repository_id=2)],
                "workflow_run_attempts": [attempt_row(run_id=n) for n in range(1, 9)],
                "workflow_jobs": jobs,
                "workflow_job_coverage": [coverage_row(run_id=n) for n in (5, 6, 7, 8)],
                "artifacts": artifacts,
                "artifact_files": [file_row(artifact_id=n) for n in (701, 703, 704)],
                "test_results": [result_row(artifact_id=n) for n in (701, 703)],
                "capture_windows": [window_row(0, 9), window_row(0, 9, kind="artifacts")],
            },
            contents=contents,
            failures=[*FAILED_RUNS, *FAILED_ARTIFACTS, *OTHER_FAILURES],
        ),
        jobs=[capture_job(id=JOB, request_key=""), capture_job(id="another", request_key="")],
    )


def seeded(base: Path, chunk: Chunk) -> Path:
    path = base.with_name("seed.db")
    seed(base, path, chunk, 1)
    return path


def ids(tables: Any, table: str, column: str = "id") -> list[Any]:
    return [row[column] for row in tables[table]]


def test_a_seed_of_runs_has_those_that_have_something_to_do(base: Path) -> None:
    tables = tables_in(seeded(base, OF_RUNS))
    assert ids(tables, "workflow_runs") == [3, 4, 5]
    assert ids(tables, "workflow_jobs") == [40, 50]
    assert ids(tables, "workflow_job_coverage", "run_id") == [5]
    assert ids(tables, "repositories") == [1]
    assert ids(tables, "progressive_capture_jobs") == [JOB]
    assert ids(tables, "capture_failures", "item_key") == ["jobs of run 4"]
    assert ids(tables, "capture_failures", "kind") == ["workflow_jobs"]
    empty = {"artifacts", "capture_windows", "workflow_run_attempts", "commits", "test_results"}
    assert not any(tables[name] for name in empty)


def test_the_depth_that_is_asked_for_says_what_is_to_do(base: Path) -> None:
    def runs(depth: str) -> list[int]:
        chunk = Chunk(kind="workflow_jobs", repository="octo/hello", parameters={"depth": depth})
        return ids(tables_in(seeded(base, chunk)), "workflow_runs")

    assert runs("jobs") == [1, 2, 3, 4]
    assert runs("steps") == [1, 2, 3, 4, 5, 8]
    assert runs("full") == list(range(1, 9))


def answers(store: Store, span: Span) -> Any:
    """What a capture of jobs asks."""
    return [
        [*store.runs_without_jobs(span, depth="steps")],
        store.count_runs_without_jobs(span, depth="steps"),
        [*store.runs_without_jobs(span, depth="jobs")],
        [*store.jobs_without_steps(span)],
        [*store.runs_in_doubt(span)],
    ]


def test_a_capture_is_answered_as_in_the_whole(base: Path) -> None:
    span = Span(repository_id=1, first_id=3, last_id=6)
    with open_store(f"sqlite:///{base}") as whole:
        expected = answers(whole, span)
        job, repository = whole.job(JOB), whole.repository("octo/hello")
    with open_store(f"sqlite:///{seeded(base, OF_RUNS)}", must_exist=True) as store:
        store.prepare()
        assert answers(store, span) == expected
        assert answers(store, Span(repository_id=1)) == expected
        assert (store.job(JOB), store.repository("octo/hello")) == (job, repository)


def test_a_seed_of_artifacts_has_those_to_fetch_with_what_was_read_of_them(base: Path) -> None:
    tables = tables_in(seeded(base, OF_ARTIFACTS))
    assert ids(tables, "artifacts") == [702, 703]
    assert ids(tables, "artifact_files", "artifact_id") == ids(tables, "test_results", "artifact_id") == [703]
    assert ids(tables, "capture_failures", "item_key") == ["artifact 703"]
    assert not any(tables[name] for name in ("workflow_runs", "workflow_jobs", "capture_windows"))


def test_the_part_that_lists_artifacts_knows_all_that_were_listed(base: Path) -> None:
    tables = tables_in(seeded(base, LISTING))
    assert ids(tables, "artifacts") == list(range(700, 708))
    assert ids(tables, "capture_windows", "kind") == ["artifacts"]
    assert ids(tables, "workflow_runs") == ids(tables, "workflow_run_attempts", "run_id") == list(range(1, 9))
    assert ids(tables, "capture_failures", "item_key") == ["a..b"]
    assert tables["workflow_jobs"] == []
    with open_store(f"sqlite:///{base}") as whole, open_store(f"sqlite:///{seeded(base, LISTING)}") as store:
        assert store.count_artifacts_since(1, at(-999)) == whole.count_artifacts_since(1, at(-999))
        assert [*store.artifacts_of_unknown_attempt(1)] == [*whole.artifacts_of_unknown_attempt(1)]


@pytest.mark.parametrize("chunk", [OF_RUNS, OF_ARTIFACTS, LISTING])
def test_a_seed_merged_back_changes_nothing(base: Path, chunk: Chunk) -> None:
    path, before = seeded(base, chunk), tables_in(base)
    with open_store(f"sqlite:///{base}") as store:
        merged = merge_shard(store, path, say=lambda _: None)
    assert (merged.inserted, merged.updated) == ({}, {})
    assert tables_in(base) == before


def test_what_a_leg_found_of_artifacts_without_files_is_news(base: Path) -> None:
    path = seeded(base, LISTING)
    found = {705: Content(status="stored"), 706: Content(status="skipped", reason="too large")}
    with open_store(f"sqlite:///{path}") as leg:
        leg.write(Batch(contents=found))  # type: ignore[arg-type]
    with open_store(f"sqlite:///{base}") as store:
        merge_shard(store, path, say=lambda _: None)
    after = {row["id"]: row["content_status"] for row in tables_in(base)["artifacts"]}
    assert (after[705], after[706], after[707], after[700]) == ("stored", "skipped", "stored", "pending")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    database = sqlite_database(tmp_path)
    yield database
    database.close()


def test_a_seed_merged_into_another_database_promises_no_contents_that_it_left_behind(
    base: Path, empty: Database
) -> None:
    merge_shard(empty.store, seeded(base, LISTING), say=lambda _: None)
    assert set(ids(tables_of(empty), "artifacts", "content_status")) == {"pending"}


def test_what_a_leg_stored_in_its_seed_is_in_the_whole_after_the_merge(base: Path) -> None:
    path = seeded(base, OF_RUNS)
    captured = Batch(
        rows={
            "workflow_jobs": [rest_job(id=30, run_id=3, captured_at=at(50))],
            "workflow_job_coverage": [coverage_row(run_id=3, depth="full", captured_at=at(50))],
        },
        jobs_listed={3: {30}},
    )
    with open_store(f"sqlite:///{path}") as leg:
        leg.write(captured)
    with open_store(f"sqlite:///{base}") as store:
        merged = merge_shard(store, path, say=lambda _: None)
        assert merged.inserted == {"workflow_job_coverage": 1, "workflow_jobs": 1}
        assert list(store.ids_to_detail(Span(repository_id=1), "steps")) == [1, 2, 4, 5, 8]


def test_without_a_job_of_its_own_a_leg_goes_on_with_the_one_that_waits(tmp_path: Path) -> None:
    jobs = [
        capture_job(id="waits", kind="workflow_jobs", repository="Octo/Hello", request_key="a"),
        capture_job(id="other kind", request_key="b"),
    ]
    base = shard_maker(tmp_path)(batch(repositories=repository_row()), jobs=jobs)
    chunk = Chunk(kind="workflow_jobs", repository="octo/hello")
    assert ids(tables_in(seeded(base, chunk)), "progressive_capture_jobs") == ["waits"]


def test_a_seed_replaces_one_that_was_there_and_leaves_nothing_beside_it(base: Path) -> None:
    seeded(base, OF_ARTIFACTS)
    path = seeded(base, OF_RUNS)
    assert sorted(each.name for each in path.parent.glob("seed*")) == ["seed.db"]
    assert ids(tables_in(path), "artifacts") == []


def test_there_is_no_seed_of_anything_else(base: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no seed for chunks of reviews"):
        seeded(base, Chunk(kind="reviews", repository="octo/hello"))
    with pytest.raises(MissingShardError):
        seed(tmp_path / "nothing.db", tmp_path / "seed.db", OF_RUNS, 1)
