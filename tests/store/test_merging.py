"""A shard merged into a database: what comes in, what goes, and who is believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from shards_made import Made, shard_maker, tables_in
from store_databases import Database, sqlite_database
from store_rows import (
    artifact_row,
    at,
    batch,
    capture_job,
    change_row,
    coverage_row,
    file_row,
    graphql_job,
    pull_coverage_row,
    repository_row,
    rest_job,
    result_row,
    review_row,
    run_row,
    running_job,
    window_row,
)

from progressive_capture.lib.capture_job import JobStatus
from progressive_capture.lib.normalize.rows import Batch, Content, Failure, ItemKey, WholePart
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.shards.merging import Merged, merge_shard

ITEM = ItemKey("workflow_jobs", 1, "jobs of run 1000")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = sqlite_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def shard(tmp_path: Path) -> Made:
    return shard_maker(tmp_path)


def merge(database: Database, *shards: Path) -> Merged:
    """Merge them; gives what came of the last."""
    for each in shards:
        merged = merge_shard(database.store, each, say=lambda _: None)
    return merged


def test_a_run_that_is_gone_here_or_there_is_gone_unless_it_was_seen_later(
    database: Database, shard: Made
) -> None:
    seen = {1: 0, 2: 20, 3: 0, 4: 0}
    here = [run_row(id=n, captured_at=at(moment), event=f"at {moment}") for n, moment in seen.items()]
    database.store.write(batch(workflow_runs=here))
    database.store.write(Batch(gone_runs={3: at(5), 4: at(9)}))
    there = batch(workflow_runs=[run_row(id=n, event="at 0") for n in (1, 2, 3)])
    merge(database, shard(there, Batch(gone_runs={1: at(10), 2: at(10), 3: at(15)})))
    ended = {row["id"]: row["gone_at"] for row in database.rows("workflow_runs")}
    assert ended == {1: at(10), 2: None, 3: at(15), 4: at(9)}


def test_what_our_books_alone_say_counts_as_a_change_of_what_was_there(
    database: Database, shard: Made
) -> None:
    rows = {"workflow_runs": [run_row()], "artifacts": [artifact_row()]}
    database.store.write(Batch(rows=rows))
    ended = Batch(gone_runs={1000: at(5)}, contents={700: Content(status="skipped")})
    path = shard(Batch(rows=rows), ended)
    merged = merge(database, path)
    assert (merged.inserted, merged.updated) == ({}, {"artifacts": 1, "workflow_runs": 1})
    assert merge(database, path).updated == {}


# -- jobs --------------------------------------------------------------------------------------------


def foreign_and_real(moment: int) -> Batch:
    """What GraphQL says at a moment."""
    jobs = [graphql_job(id=n, captured_at=at(moment)) for n in (1, 666)]
    return batch(workflow_jobs=jobs, workflow_job_coverage=coverage_row(job_count=2, captured_at=at(moment)))


def by_rest(moment: int) -> Batch:
    """What REST says at a moment: job 666 is none."""
    covered = coverage_row(depth="full", captured_at=at(moment))
    return Batch(
        rows={"workflow_jobs": [rest_job(id=1, captured_at=at(moment))], "workflow_job_coverage": [covered]},
        jobs_listed={1000: {1}},
    )


@pytest.mark.parametrize("first_by_rest", [True, False])
def test_what_rest_has_found_to_be_no_job_is_none_whoever_comes_first(
    database: Database, shard: Made, *, first_by_rest: bool
) -> None:
    shards = [shard(by_rest(10)), shard(foreign_and_real(5))]
    merge(database, *(shards if first_by_rest else reversed(shards)))
    assert [row["id"] for row in database.rows("workflow_jobs")] == [1]
    assert database.row("workflow_job_coverage")["depth"] == "full"


@pytest.mark.parametrize("first_by_rest", [True, False])
def test_a_job_that_was_seen_after_rest_listed_them_is_one(
    database: Database, shard: Made, *, first_by_rest: bool
) -> None:
    shards = [shard(by_rest(10)), shard(foreign_and_real(15))]
    merge(database, *(shards if first_by_rest else reversed(shards)))
    assert [row["id"] for row in database.rows("workflow_jobs")] == [1, 666]
    assert database.row("workflow_job_coverage")["job_count"] == 2


@pytest.mark.parametrize("first_by_rest", [True, False])
def test_a_job_that_a_later_list_showed_once_more_is_one_though_its_row_is_older(
    database: Database, shard: Made, *, first_by_rest: bool
) -> None:
    again = batch(
        workflow_jobs=[graphql_job(id=n, captured_at=at(15)) for n in (1, 666)],
        workflow_job_coverage=coverage_row(job_count=2, run_status="in_progress", captured_at=at(15)),
    )
    shards = [shard(by_rest(10)), shard(foreign_and_real(5), again)]
    assert {row["captured_at"] for row in tables_in(shards[1])["workflow_jobs"]} == {at(5)}
    merge(database, *(shards if first_by_rest else reversed(shards)))
    assert [row["id"] for row in database.rows("workflow_jobs")] == [1, 666]


# -- artifacts -----------------------------------------------------------------------------------------


def read(moment: int, paths: Sequence[str], status: Any = "stored", results: int = 1) -> Batch:
    """An artifact that was read at a moment, with these files."""
    seen = {"captured_at": at(moment)}
    return Batch(
        rows={
            "artifacts": [artifact_row()],
            "artifact_files": [file_row(position=n, path=path, **seen) for n, path in enumerate(paths)],
            "test_results": [result_row(position=n, **seen) for n in range(results)],
        },
        contents={700: Content(status=status, reason=f"read at {moment}")},
        run_attempts={700: (1, True)},
    )


def contents(database: Database) -> tuple[str, list[str], int]:
    files = [row["path"] for row in database.rows("artifact_files")]
    return database.row("artifacts")["content_status"], files, len(database.rows("test_results"))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(read(1, ["a", "b"]), batch(artifacts=artifact_row()), 0, id="read and not"),
        pytest.param(read(1, ["a", "b"], results=3), read(5, ["c"]), 1, id="read later"),
        pytest.param(read(1, ["a", "b"]), read(5, ["c"], "skipped"), 0, id="kept and not"),
        pytest.param(
            read(1, ["a"]),
            Batch(
                rows={"artifacts": [artifact_row()]}, contents={700: Content(status="failed", reason="502")}
            ),
            0,
            id="read and failed",
        ),
        pytest.param(
            Batch(rows={"artifacts": [artifact_row()]}, contents={700: Content(status="skipped")}),
            Batch(rows={"artifacts": [artifact_row()]}, gone_artifacts={700: at(9)}),
            0,
            id="not wanted and gone",
        ),
    ],
)
def test_the_contents_of_an_artifact_are_one_sides_alone(
    database: Database, shard: Made, *, one: Batch, other: Batch, expected: int, order: tuple[int, int]
) -> None:
    paths = [shard(one), shard(other)]
    alone = tables_in(paths[expected])
    merge(database, *(paths[n] for n in order))
    assert database.rows("artifact_files") == alone["artifact_files"]
    assert [row["position"] for row in database.rows("test_results")] == [
        row["position"] for row in alone["test_results"]
    ]
    assert database.row("artifacts")["content_status"] == (alone["artifacts"][0]["content_status"])


def test_test_results_know_the_attempt_that_either_side_knows(database: Database, shard: Made) -> None:
    database.store.write(Batch(rows={"artifacts": [artifact_row()]}, run_attempts={700: (2, False)}))
    merge(database, shard(read(1, ["a"])))
    assert database.row("artifacts")["run_attempt"] == 2
    assert database.row("artifacts")["run_attempt_inferred"] is False
    assert database.row("test_results")["run_attempt"] == 2
    assert contents(database) == ("stored", ["a"], 1)


def test_bytes_that_were_given_up_here_do_not_come_back_with_an_older_copy(
    database: Database, shard: Made
) -> None:
    path = shard(read(1, ["a"]))
    merge(database, path)
    database.store.mark_removed([700], reason="clean-up")
    merge(database, path)
    assert database.row("artifacts")["content_status"] == "removed"
    assert database.row("artifact_files")["storage_key"] is None


# -- pull requests -----------------------------------------------------------------------------------


def listed(moment: int, reviews: Sequence[int], paths: Sequence[str]) -> Batch:
    """A pull request's reviews and files, each listed whole at a moment."""
    seen = {"captured_at": at(moment)}
    whole: Any = {"repository_id": 1, "pull_request_number": 12, "captured_at": at(moment)}
    return Batch(
        rows={
            "reviews": [review_row(id=n, **seen) for n in reviews],
            "file_changes": [change_row(path=path, **seen) for path in paths],
            "pull_request_coverage": [
                pull_coverage_row(item_count=len(reviews), **seen),
                pull_coverage_row(part="file_changes", item_count=len(paths), **seen),
            ],
        },
        whole_parts=[
            WholePart(part="reviews", keys=reviews, **whole),
            WholePart(part="file_changes", keys=paths, **whole),
        ],
    )


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_a_later_whole_list_does_not_show_is_gone_or_goes(
    database: Database, shard: Made, order: tuple[int, int]
) -> None:
    shards = [shard(listed(1, [1, 2], ["a", "b"])), shard(listed(5, [2, 3], ["b", "c"]))]
    merge(database, *(shards[n] for n in order))
    assert {row["id"]: row["gone_at"] for row in database.rows("reviews")} == {1: at(5), 2: None, 3: None}
    assert [row["path"] for row in database.rows("file_changes")] == ["b", "c"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_a_list_showed_before_and_after_another_one_did_not_is_there(
    database: Database, shard: Made, order: tuple[int, int]
) -> None:
    twice = [listed(1, [1], ["a"]), listed(20, [1, 2], ["a", "d"])]
    shards = [shard(*twice), shard(listed(10, [3], ["b"]))]
    merge(database, *(shards[n] for n in order))
    assert {row["id"]: row["gone_at"] for row in database.rows("reviews")} == {1: None, 2: None, 3: at(20)}
    assert [row["path"] for row in database.rows("file_changes")] == ["a", "d"]


# -- books -------------------------------------------------------------------------------------------


def failed(moment: int, *, resolved: int | None = None) -> list[Batch]:
    then = batch(repositories=repository_row(captured_at=at(moment)))
    failure = Batch(rows=then.rows, failures=[Failure(item=ITEM, error=f"at {moment}")])
    if resolved is None:
        return [failure]
    after = batch(repositories=repository_row(captured_at=at(resolved)))
    return [failure, Batch(rows=after.rows, resolved=[ITEM])]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(
    ("one", "other", "error", "resolved_at"),
    [
        (failed(1, resolved=9), failed(5), "at 5", at(9)),
        (failed(1, resolved=3), failed(5), "at 5", None),
        (failed(1, resolved=9), failed(5, resolved=7), "at 5", at(9)),
        (failed(1), failed(1, resolved=1), "at 1", at(1)),
    ],
)
def test_of_a_failure_the_later_news_stay_and_the_later_settlement(
    database: Database,
    shard: Made,
    *,
    one: list[Batch],
    other: list[Batch],
    error: str,
    resolved_at: Any,
    order: tuple[int, int],
) -> None:
    shards = [shard(*one), shard(*other)]
    merge(database, *(shards[n] for n in order))
    row = database.row("capture_failures")
    assert (row["error"], row["resolved_at"]) == (error, resolved_at)


def test_a_failure_that_is_to_be_tried_now_waits_no_longer(database: Database, shard: Made) -> None:
    path = shard(*failed(1))
    merge(database, path)
    with open_store(f"sqlite:///{path}") as store:
        store.retry_now(1, at=at(2))
    merge(database, path)
    assert database.row("capture_failures")["next_attempt_at"] == at(2)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_newer_window_takes_the_place_of_those_in_it(
    database: Database, shard: Made, order: tuple[int, int]
) -> None:
    older = [window_row(0, 5), window_row(20, 30)]
    newer = window_row(-5, 10, captured_at=at(60))
    shards = [shard(batch(capture_windows=older)), shard(batch(capture_windows=newer))]
    merge(database, *(shards[n] for n in order))
    assert database.rows("capture_windows") == [newer, older[1]]


def test_a_job_whose_worker_died_comes_back_into_the_queue(database: Database, shard: Made) -> None:
    path = shard(jobs=[running_job(updated_at=at(50), processed_items=7, id="a" * 36)])
    merged = merge(database, path)
    job = database.store.job("a" * 36)
    assert job is not None
    assert (job.status, job.claimed_by, job.heartbeat_at) == (JobStatus.QUEUED, None, None)
    assert (job.updated_at, job.processed_items) == (at(50), 7)
    assert "worker died" in (job.error or "")
    assert "worker died" in merged.notes[0]
    assert merge(database, path).updated == {}


def test_of_two_states_of_one_capture_job_the_later_stays(database: Database, shard: Made) -> None:
    later = capture_job(status=JobStatus.SUCCEEDED, updated_at=at(9), processed_items=5)
    shards = [shard(jobs=[capture_job()]), shard(jobs=[later])]
    for order in (shards, shards[::-1]):
        merge(database, *order)
        assert database.store.jobs() == [later]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_jobs_for_equal_work_the_one_that_was_touched_last_waits(
    database: Database, shard: Made, order: tuple[int, int]
) -> None:
    one = capture_job(id="one", updated_at=at(5))
    other = capture_job(id="other", updated_at=at(9), status=JobStatus.PAUSED)
    shards = [shard(jobs=[one]), shard(jobs=[other])]
    merge(database, *(shards[n] for n in order))
    jobs = {job.id: job for job in database.store.jobs()}
    assert jobs["other"] == other
    assert jobs["one"].status is JobStatus.CANCELLED
    assert "other" in (jobs["one"].error or "")
    merge(database, *shards)
    assert {job.id: job for job in database.store.jobs()} == jobs


def test_a_job_that_a_worker_holds_here_is_not_taken_from_it(database: Database, shard: Made) -> None:
    held = running_job(id="held")
    database.store.add_job(held)
    merge(database, shard(jobs=[capture_job(id="later", updated_at=at(99))]))
    assert database.store.job("held") == held
    later = database.store.job("later")
    assert later is not None
    assert later.status is JobStatus.CANCELLED


def test_a_renamed_repository_has_its_later_name_and_its_id(database: Database, shard: Made) -> None:
    renamed = repository_row(full_name="octo/bye", name="bye", captured_at=at(5))
    shards = [shard(batch(repositories=renamed)), shard(batch(repositories=repository_row()))]
    for order in (shards, shards[::-1]):
        merge(database, *order)
        assert database.rows("repositories") == [renamed]
