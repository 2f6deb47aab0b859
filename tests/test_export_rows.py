"""Stored values in CSV and NDJSON: nothing lost, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progressive_capture.lib.export.export_rows import csv_cell, csv_lines, ndjson_lines

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def read_csv(lines: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(lines, newline="")))


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tharmless"),
        *("  =1+1", "\u00a0=1", "\u3000@x", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"),
    ],
)
def test_text_that_a_spreadsheet_could_run_begins_with_an_apostrophe(text: str) -> None:
    assert csv_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Fix a=b", "1-1", "main", "😀 =1", "a\n=1", '"=1"', "[{}]", "#1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert csv_cell(text) == text


@pytest.mark.parametrize("number", [0, -5, 2**53 + 1, -0.25])
def test_numbers_stay_numbers(number: float) -> None:
    assert csv_cell(number) == number
    assert type(csv_cell(number)) is type(number)


def test_a_number_in_text_is_text_and_escaped_where_it_has_a_sign() -> None:
    assert csv_cell("-5") == "'-5"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (NOON, "2026-11-22T12:00:00Z"),
        (NOON.astimezone(timezone(timedelta(hours=2))), "2026-11-22T12:00:00Z"),
        ([{"name": "bäcker"}], '[{"name": "bäcker"}]'),
    ],
)
def test_what_a_database_has_a_type_for_is_written_as_text(value: Any, cell: str) -> None:
    assert csv_cell(value) == cell


@given(st.text())
def test_escaped_text_tells_what_it_was(text: str) -> None:
    cell = str(csv_cell(text))
    escaped = re.match(r"'[\s']*[=+\-@＝＋－＠]|'[\t\r\n]", cell)  # noqa: RUF001  (full-width on purpose)
    assert (cell[1:] if escaped else cell) == text


def test_lines_of_csv_are_those_of_rfc_4180() -> None:
    rows = [(1, 'say "hi"'), (2, "a,b"), (3, "two\nlines"), (4, None), (5, "")]
    assert "".join(csv_lines(["id", "title"], rows)) == (
        'id,title\r\n1,"say ""hi"""\r\n2,"a,b"\r\n3,"two\nlines"\r\n4,\r\n5,\r\n'
    )


def test_without_rows_there_is_the_header() -> None:
    assert list(csv_lines(["id", "title"], [])) == ["id,title\r\n"]


@given(st.lists(st.tuples(st.integers(), st.text())))
def test_the_csv_module_reads_back_what_was_written(rows: list[tuple[int, str]]) -> None:
    read = read_csv("".join(csv_lines(["id", "title"], rows)))
    assert read[1:] == [[str(number), csv_cell(text)] for number, text in rows]


def test_rows_are_drawn_one_by_one() -> None:
    drawn: list[int] = []

    def rows() -> Any:
        for number in range(1_000):
            drawn.append(number)
            yield (number,)

    for lines in (csv_lines(["id"], rows()), ndjson_lines(["id"], rows())):
        drawn.clear()
        next(lines)
        next(lines)
        assert len(drawn) <= 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@given(st.lists(st.tuples(st.integers(), st.text(), JSON), max_size=5))
def test_ndjson_reads_back_whatever_a_title_holds(rows: list[tuple[int, str, Any]]) -> None:
    text = "".join(ndjson_lines(["id", "title", "steps"], rows))
    read = [json.loads(line) for line in text.splitlines()]  # which knows a dozen ends of a line
    assert [tuple(each.values()) for each in read] == rows
    assert all(list(each) == ["id", "title", "steps"] for each in read)


def test_times_are_written_as_github_writes_them() -> None:
    assert list(ndjson_lines(["at"], [(NOON,), (None,)])) == [
        '{"at": "2026-11-22T12:00:00Z"}\n',
        '{"at": null}\n',
    ]
