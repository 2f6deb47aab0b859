"""What could not be captured is kept, tried again later, and settled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from store_databases import Database
from store_rows import at, batch, repository_row, run_row, running_job

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.normalize.rows import Batch, Failure, ItemKey
from progressive_capture.lib.store.failures import retry_delay


def failure(item_key: str = "run 7", **values: Any) -> Failure:
    names = {"kind": "workflow_runs", "repository_id": 1, "item_key": item_key} | values
    error = str(names.pop("error", "HTTP 502"))
    return Failure(item=ItemKey(**names), error=error)


def fail(database: Database, *failures: Failure, second: float = 0) -> None:
    job = database.store.add_job(running_job())
    database.store.write(Batch(failures=failures), checkpoint=job.evolve(updated_at=at(second)))


def resolve(database: Database, *item_keys: str, second: float = 0, **batch_values: Any) -> None:
    job = database.store.add_job(running_job())
    items = [ItemKey("workflow_runs", 1, item_key) for item_key in item_keys]
    resolved = Batch(resolved=items, **batch_values)
    database.store.write(resolved, checkpoint=job.evolve(updated_at=at(second)))


# Reasoned from the rule, not from the code: 10 minutes, doubled for each further attempt, at most a day.
@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 10), (2, 20), (3, 40), (4, 80), (8, 1280), (9, 1440), (1000, 1440)]
)
def test_the_delay_before_the_next_attempt_grows_to_a_day(attempts: int, minutes: int) -> None:
    assert retry_delay(attempts) == timedelta(minutes=minutes)


def test_a_failure_is_kept_with_its_reason_and_the_time_to_try_again(database: Database) -> None:
    fail(database, failure())
    assert database.store.failures(1) == [
        {
            "kind": "workflow_runs",
            "repository_id": 1,
            "item_key": "run 7",
            "captured_at": at(0),
            "error": "HTTP 502",
            "attempts": 1,
            "next_attempt_at": at(600),
            "resolved_at": None,
        }
    ]


def test_a_second_failure_counts_and_waits_longer(database: Database) -> None:
    fail(database, failure())
    fail(database, failure(error="HTTP 504"), second=1000)
    row = database.row("capture_failures")
    assert (row["attempts"], row["error"], row["next_attempt_at"]) == (2, "HTTP 504", at(1000 + 1200))


def test_a_failure_told_twice_is_one(database: Database) -> None:
    fail(database, failure(), failure(error="HTTP 503"), second=5)
    fail(database, failure(error="HTTP 503"), second=5)
    fail(database, failure(error="an older tale"), second=4)
    row = database.row("capture_failures")
    assert (row["attempts"], row["error"], row["captured_at"]) == (1, "HTTP 503", at(5))


def test_a_batch_of_failures_that_is_stored_again_changes_nothing(database: Database) -> None:
    job = database.store.add_job(running_job())
    items = [failure(f"run {number}") for number in range(1200)]
    settled = [ItemKey("workflow_runs", 1, f"run {number}") for number in range(600)]
    failed = Batch(failures=items, resolved=settled)
    fail(database, items[0], items[-1])
    first = database.store.write(failed, checkpoint=job.evolve(updated_at=at(5)))
    # One of the two that were known is settled in the same breath, as are 599 new ones.
    assert (first.inserted, first.updated) == ({"capture_failures": 1198}, {"capture_failures": 602})
    stored = database.rows("capture_failures")
    again = database.store.write(failed, checkpoint=job.evolve(updated_at=at(5)))
    assert (again.inserted, again.updated) == ({}, {})
    assert database.rows("capture_failures") == stored
    attempts = {row["item_key"]: row["attempts"] for row in stored}
    assert {name for name, number in attempts.items() if number == 2} == {"run 0", "run 1199"}
    assert sum(row["resolved_at"] == at(5) for row in stored) == 600


def test_unresolved_failures_are_listed_oldest_first(database: Database) -> None:
    fail(database, failure("b"), second=2)
    fail(database, failure("a"), failure("c", kind="workflow_jobs"), failure("d", repository_id=2), second=1)
    assert [row["item_key"] for row in database.store.failures(1)] == ["c", "a", "b"]
    assert [row["item_key"] for row in database.store.failures(1, kind="workflow_runs")] == ["a", "b"]


def test_a_resolved_failure_stays_on_record_and_is_no_longer_to_do(database: Database) -> None:
    database.store.write(batch(repositories=repository_row()))
    for key in ("a", "b"):
        fail(database, failure(key), failure(key, repository_id=2), failure(key, kind="artifacts"))
    resolve(database, "a", "never failed", second=9)
    assert [(row["kind"], row["item_key"]) for row in database.store.failures(1)] == [
        ("artifacts", "a"),
        ("artifacts", "b"),
        ("workflow_runs", "b"),
    ]
    assert [row["item_key"] for row in database.store.failures(2)] == ["a", "b"]
    (settled,) = [row for row in database.rows("capture_failures") if row["resolved_at"]]
    assert (settled["item_key"], settled["resolved_at"]) == ("a", at(9))


def test_only_the_named_repository_s_failure_is_resolved(database: Database) -> None:
    fail(database, failure("a"), failure("a", repository_id=2))
    resolve(database, "a", second=9)
    assert database.store.failures(1) == []
    assert [row["item_key"] for row in database.store.failures(2)] == ["a"]


def test_a_failure_that_comes_back_after_it_was_resolved_starts_anew(database: Database) -> None:
    database.store.write(batch(repositories=repository_row()))
    fail(database, failure())
    fail(database, failure(), second=1)
    resolve(database, "run 7", second=2)
    fail(database, failure(), second=3)
    row = database.row("capture_failures")
    assert (row["attempts"], row["resolved_at"], row["next_attempt_at"]) == (1, None, at(603))


def test_waiting_can_be_ended_for_what_is_unresolved_in_one_repository(database: Database) -> None:
    database.store.write(batch(repositories=repository_row()))
    fail(database, failure("a"), failure("b"), failure("c"), failure("a", repository_id=2))
    resolve(database, "c", second=1)
    assert database.store.retry_now(1, at=at(30.5)) == 2
    times = {
        (row["repository_id"], row["item_key"]): row["next_attempt_at"]
        for row in database.rows("capture_failures")
    }
    assert times == {(1, "a"): at(30), (1, "b"): at(30), (1, "c"): at(600), (2, "a"): at(600)}


def test_what_is_due_already_is_counted_and_stays_as_it_is(database: Database) -> None:
    fail(database, failure())
    assert database.store.retry_now(1, at=at(10_000)) == 1
    assert database.row("capture_failures")["next_attempt_at"] == at(600)


def test_without_a_checkpoint_the_rows_tell_the_time(database: Database) -> None:
    rows = {"workflow_runs": [run_row(), run_row(id=1001, captured_at=at(7))]}
    written = database.store.write(Batch(rows=rows, failures=[failure()]))
    assert written.inserted == {"workflow_runs": 2, "capture_failures": 1}
    assert database.row("capture_failures")["captured_at"] == at(7)


def test_a_failure_of_no_known_time_is_refused_whole(database: Database) -> None:
    with pytest.raises(StoreError, match="have no time"):
        database.store.write(Batch(failures=[failure()]))
    assert database.rows("capture_failures") == []
