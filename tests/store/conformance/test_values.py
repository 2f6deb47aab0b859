"""Text from GitHub is anybody's text; ids are wide; all of it comes back as it went in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_databases import Database
from store_rows import at, batch, change_row, rest_job, result_row, run_row, step

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.files.test_results.values import NAME_LIMIT
from progressive_capture.lib.normalize.file_changes import path_as_key

LONGEST_BRANCH = 255
"""GitHub takes no longer name of a ref."""

HOSTILE = [
    "'; DROP TABLE workflow_runs; --",
    "::error::<script>alert(1)</script>=cmd|' /C calc'!A0",
    "\x1b[31mred\x1b[0m \r\n\t\x07 \u202e right to left \ufeff",
    "🦑 👩‍👩‍👧‍👦 e\u0301 圧縮 ﷽ \U0010ffff",
    "%(name)s {name} :name ? $1 \\",
    "x" * 1_048_576,
    "",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_comes_back_as_it_is(database: Database, text: str) -> None:
    database.store.write(
        batch(
            workflow_runs=run_row(display_title=text, head_branch=text[:LONGEST_BRANCH]),
            workflow_jobs=rest_job(name=text, labels=[text], steps=[step(1, name=text)]),
        )
    )
    run, job = database.row("workflow_runs"), database.row("workflow_jobs")
    assert (run["display_title"], run["head_branch"]) == (text, text[:LONGEST_BRANCH])
    assert (job["name"], job["labels"], job["steps"]) == (text, [text], [step(1, name=text)])
    (seen,) = database.query("SELECT name FROM workflow_steps")
    assert seen["name"] == text


@pytest.mark.parametrize("letter", ["x", "圧", "\U0010ffff"])
def test_the_longest_names_fit_every_index(database: Database, letter: str) -> None:
    words = {
        name: "".join(chr(ord(letter) - n % 97) for n in range(NAME_LIMIT))
        for name in ("suite", "classname", "name")
    }
    path = path_as_key("".join(chr(ord(letter) - n % 89) for n in range(5_000)))
    database.store.write(
        batch(
            test_results=[result_row(**words), result_row(position=1, status="failed", **words)],
            file_changes=change_row(path=path),
        )
    )
    assert {row["name"] for row in database.rows("test_results")} == {words["name"]}
    assert database.row("file_changes")["path"] == path


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_is(shared_database: Database, text: str) -> None:
    shared_database.change("DELETE FROM workflow_jobs", {})
    shared_database.store.write(batch(workflow_jobs=rest_job(name=text, labels=[text])))
    row = shared_database.row("workflow_jobs")
    assert (row["name"], row["labels"]) == (text, [text])


def test_ids_are_64_bits_wide(database: Database) -> None:
    widest = 2**63 - 1
    job = rest_job(id=widest, run_id=widest, repository_id=widest, runner_id=-(2**63))
    database.store.write(batch(workflow_jobs=job))
    row = database.row("workflow_jobs", id=widest)
    assert (row["run_id"], row["repository_id"], row["runner_id"]) == (widest, widest, -(2**63))


UNSTORABLE: list[dict[str, Any]] = [
    {"run_number": 2**63},
    {"display_title": "half of an emoji: \ud83e"},
    {"run_number": "seven"},
    {"pull_request_numbers": [float("nan")]},
    {"updated_at": datetime(2026, 11, 1)},  # noqa: DTZ001  (without a zone: that is the point)
    {"pull_request_numbers": None},
]


@pytest.mark.parametrize("values", UNSTORABLE, ids=str)
def test_what_no_column_can_hold_is_refused_and_nothing_of_its_batch_stays(
    database: Database, values: dict[str, Any]
) -> None:
    with pytest.raises(StoreError):
        database.store.write(
            batch(workflow_jobs=rest_job(), workflow_runs=[run_row(), run_row(id=1001, **values)])
        )
    assert database.rows("workflow_runs") == []
    if database.in_one_transaction:
        assert database.rows("workflow_jobs") == []
    database.store.write(batch(workflow_runs=run_row()))
    assert len(database.rows("workflow_runs")) == 1


def test_times_are_utc_and_whole_seconds_wherever_they_come_from(database: Database) -> None:
    there = timezone(timedelta(hours=5, minutes=45))
    local = datetime(2026, 11, 1, 17, 45, 0, 999_999, there)
    database.store.write(batch(workflow_runs=run_row(created_at=local)))
    row = database.row("workflow_runs")
    assert row["created_at"] == at(0)
    assert row["created_at"].tzinfo == UTC


def test_no_time_is_none_and_not_a_date_of_long_ago(database: Database) -> None:
    database.store.write(batch(workflow_runs=run_row(created_at=None, run_started_at=None)))
    row = database.row("workflow_runs")
    assert row["created_at"] is row["run_started_at"] is None


def test_json_that_means_the_same_is_the_same_whatever_the_order_of_its_keys(database: Database) -> None:
    first = step(1)
    turned = dict(reversed(first.items()))
    database.store.write(batch(workflow_jobs=rest_job(steps=[first])))
    assert (
        database.store.write(batch(workflow_jobs=rest_job(captured_at=at(1), steps=[turned]))).updated == {}
    )
