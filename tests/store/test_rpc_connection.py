"""How statements travel as calls: values as JSON, rows in safe batches, answers as Python's values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import column, func, select, table
from store_rows import at, rest_job, run_row

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.rpc_connection import MOST_CHARACTERS, MOST_ROWS, RpcConnection
from progressive_capture.lib.store.schema import METADATA
from progressive_capture.lib.store.schema.column_types import INTEGER, JSON, NUMBER, TEXT, TIME
from progressive_capture.lib.store.statements import Statement, keys, many

RUNS, JOBS = METADATA.tables["workflow_runs"], METADATA.tables["workflow_jobs"]
THINGS = table(
    "things", column("id", INTEGER), column("seen_at", TIME), column("share", NUMBER), column("more", JSON)
)


class Project:
    """Stands where a project is: remembers what it is called with, and answers what it was told to."""

    def __init__(self, *answers: list[list[Any]]) -> None:
        self.calls: list[tuple[str, Any]] = []
        self._answers = list(answers)

    def call(self, function: str, arguments: Mapping[str, Any]) -> list[list[Any]]:
        self.calls.append((function, json.loads(json.dumps(arguments, allow_nan=False))))
        return self._answers.pop(0) if self._answers else []


class Table:
    """A project that keeps the keys of what is written to it."""

    def __init__(self) -> None:
        self.keys: set[int] = set()
        self.batches: list[list[Mapping[str, Any]]] = []

    def call(self, function: str, arguments: Mapping[str, Any]) -> list[list[Any]]:
        assert function in ("capture_write_workflow_runs", "capture_write_workflow_jobs")
        rows = arguments["p_rows"]
        written = [row["id"] for row in rows]
        assert len(set(written)) == len(written), "Postgres would refuse to write one row twice"
        self.batches.append(rows)
        answer = [[key, key in self.keys] for key in written]
        self.keys.update(written)
        return answer


def test_values_travel_by_the_kinds_of_the_arguments() -> None:
    project = Project()
    kinds = {
        "at": TIME,
        "ids": many(INTEGER),
        "times": many(TIME),
        "named": keys(id=INTEGER, path=TEXT),
        "words": JSON,
    }
    asked = Statement("things", kinds, lambda **_: select(THINGS.c.id))
    there = datetime(2026, 11, 1, 17, 45, 0, 999_999, timezone(timedelta(hours=5, minutes=45)))
    RpcConnection(project.call).ask(
        asked, at=there, ids=[2**62, 1], times=[at(1)], named=[(1, "a\0b")], words={"x": ["\0"]}
    )
    assert project.calls == [
        (
            "capture_things",
            {
                "p_at": "2026-11-01T12:00:00+00:00",
                "p_ids": [2**62, 1],
                "p_times": [at(1).isoformat()],
                "p_named": [{"id": 1, "path": "a\ufffdb"}],
                "p_words": {"x": ["\ufffd"]},
            },
        )
    ]


def test_answers_come_back_by_the_kinds_of_the_columns() -> None:
    project = Project([[1, "2026-11-01T13:00:00+01:00", 5, {"a": [1]}, 7], [2, None, None, None, 0]])
    asked = Statement("things", {}, lambda: select(*THINGS.c, func.count().label("number")))
    first, second = RpcConnection(project.call).ask(asked)
    assert first._asdict() == {
        "id": 1,
        "seen_at": datetime(2026, 11, 1, 12, tzinfo=UTC),
        "share": 5.0,
        "more": {"a": [1]},
        "number": 7,
    }
    assert isinstance(first.share, float)
    assert tuple(second) == (2, None, None, None, 0)


def test_the_choices_name_the_function() -> None:
    project = Project([[3]], [[4]])
    asked = Statement("things", {"id": INTEGER}, lambda **_: select(THINGS.c.id), {"failed": (True, False)})
    connection = RpcConnection(project.call)
    assert connection.values(asked, id=1, failed=True) == [3]
    assert connection.value(asked, id=1, failed=False) == 4
    assert project.calls == [
        ("capture_things_failed", {"p_id": 1}),
        ("capture_things_not_failed", {"p_id": 1}),
    ]


def test_no_row_has_no_value() -> None:
    asked = Statement("things", {}, lambda: select(THINGS.c.id))
    assert RpcConnection(Project().call).value(asked) is None


def test_rows_go_in_batches_of_few_enough() -> None:
    there = Table()
    rows = [run_row(id=n) for n in range(2 * MOST_ROWS + 1)]
    assert RpcConnection(there.call).upsert(RUNS, rows) == (len(rows), 0)
    assert [len(batch) for batch in there.batches] == [MOST_ROWS, MOST_ROWS, 1]


def test_rows_go_in_batches_short_enough_and_a_long_one_goes_alone() -> None:
    there = Table()
    titles = ["x" * (MOST_CHARACTERS // 3)] * 4 + ["y" * (2 * MOST_CHARACTERS)] + ["z"]
    RpcConnection(there.call).upsert(RUNS, [run_row(id=n, display_title=t) for n, t in enumerate(titles)])
    assert [[row["id"] for row in batch] for batch in there.batches] == [[0, 1], [2, 3], [4], [5]]


def test_a_row_that_lacks_a_column_is_refused_and_does_not_become_null() -> None:
    there = Table()
    short = {name: value for name, value in rest_job(id=2).items() if name != "runner_name"}
    with pytest.raises(StoreError, match="runner_name"):
        RpcConnection(there.call).upsert(JOBS, [rest_job(id=1), short])
    assert there.batches == []


def test_one_thing_seen_several_times_goes_in_several_calls_and_counts_once() -> None:
    there = Table()
    there.keys = {1}
    rows = [run_row(id=n, captured_at=at(second)) for second, n in enumerate([1, 2, 1, 2, 3, 1])]
    assert RpcConnection(there.call).upsert(RUNS, rows) == (2, 1)
    assert [[row["id"] for row in batch] for batch in there.batches] == [[1, 2, 3], [1, 2], [1]]


def test_a_column_that_no_observation_holds_is_refused_and_not_lost() -> None:
    there = Table()
    with pytest.raises(StoreError, match="gone_at"):
        RpcConnection(there.call).upsert(RUNS, [run_row() | {"gone_at": at(0)}])
    assert there.batches == []


@pytest.mark.parametrize(
    "values",
    [{"updated_at": at(0).replace(tzinfo=None)}, {"pull_request_numbers": [float("nan")]}],
    ids=str,
)
def test_what_json_cannot_hold_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match="cannot be"):
        RpcConnection(Table().call).upsert(RUNS, [run_row(**values)])


def test_a_change_says_how_many_rows_it_touched() -> None:
    changed = Statement("things", {"id": INTEGER}, lambda **_: select(THINGS.c.id))
    assert RpcConnection(Project([[12]]).call).change(changed, id=1) == 12
