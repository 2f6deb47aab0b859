"""CTRF: the Common Test Report Format, in JSON."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest

from progressive_capture.lib.files import test_results as reports
from progressive_capture.lib.files.test_results.decoding import CHUNK_BYTES
from progressive_capture.lib.files.test_results.json_stream import JsonStream


def report_of(*tests: Any, **more: Any) -> bytes:
    results = {"tool": {"name": "jest"}, "summary": {"tests": len(tests)}, "tests": tests, **more}
    return json.dumps({"reportFormat": "CTRF", "specVersion": "0.0.0", "results": results}).encode()


def read(data: bytes, path: str = "ctrf-report.json") -> tuple[list[reports.TestResult], str | None]:
    report = reports.open_report(io.BytesIO(data), path)
    assert report is not None
    return list(report), report.problem


def result(**test: Any) -> reports.TestResult:
    (found,), problem = read(report_of(test))
    assert problem is None
    return found


def test_a_test_is_a_result_and_its_milliseconds_are_seconds() -> None:
    test = {
        "name": "logs in",
        "status": "failed",
        "duration": 1_200,
        "suite": "login",
        "message": "no",
        "trace": "at",
    }
    assert result(**test) == ("login", None, "logs in", "failed", False, 1.2, "no")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("passed", "passed"),
        ("failed", "failed"),
        ("skipped", "skipped"),
        ("pending", "skipped"),
        ("other", "skipped"),
        ("new", "skipped"),
        (None, "skipped"),
    ],
)
def test_every_status_has_one_of_ours(word: str | None, status: str) -> None:
    assert result(name="n", status=word).status == status


def test_suites_in_a_list_are_joined() -> None:
    assert (
        result(name="n", status="passed", suite=["app.test.ts", "App", "shows"]).suite
        == "app.test.ts > App > shows"
    )
    assert result(name="n", status="passed", suite=[]).suite is None
    assert result(name="n", status="passed", suite={"odd": 1}).suite is None


@pytest.mark.parametrize("duration", [-1, "12", True, None, 1e400, float("nan"), int("9" * 400)])
def test_a_duration_that_is_none_is_none(duration: object) -> None:
    assert result(name="n", status="passed", duration=duration).duration_seconds is None


def test_the_trace_speaks_where_there_is_no_message() -> None:
    assert result(name="n", status="failed", message=" ", trace="at x").message == "at x"


def test_text_that_no_database_takes_is_replaced() -> None:
    found = result(name="a\0b\ud800c", status="passed")
    assert found.name == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


def test_tries_before_the_last_one_are_reruns() -> None:
    attempts = [
        {"attempt": 1, "status": "failed", "duration": 100, "message": "first"},
        {"attempt": 2, "status": "failed", "duration": 200, "trace": "second"},
    ]
    flaky = {"name": "n", "status": "passed", "duration": 50, "flaky": True, "retries": 2}
    expected = [
        (None, None, "n", "failed", True, 0.1, "first"),
        (None, None, "n", "failed", True, 0.2, "second"),
        (None, None, "n", "passed", False, 0.05, None),
    ]
    assert read(report_of({**flaky, "retryAttempts": attempts})) == (expected, None)
    with_final = [*attempts, {"attempt": 3, "status": "passed", "duration": 50}]
    assert read(report_of({**flaky, "retryAttempts": with_final})) == (expected, None)


def test_retries_that_are_only_counted_had_failed_before() -> None:
    found, _ = read(report_of({"name": "n", "status": "passed", "retries": 2, "flaky": True}))
    assert [(each.status, each.rerun) for each in found] == [
        ("failed", True),
        ("failed", True),
        ("passed", False),
    ]
    many, _ = read(report_of({"name": "n", "status": "failed", "retries": 10**9}))
    assert len(many) == 101
    assert len(read(report_of({"name": "n", "status": "skipped", "retries": 2}))[0]) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_every_encoding_of_json_is_read(encoding: str) -> None:
    text = '{"results": {"tool": {"name": "x"}, "tests": [{"name": "tëst", "status": "passed"}]}}'
    assert [each.name for each in read(text.encode(encoding))[0]] == ["tëst"]


def test_the_order_of_keys_does_not_matter() -> None:
    extra = '"extra":[{"results":{"tests":[1]}},"]}"]'
    text = f'{{{extra},"results":{{"environment":{{"tests":[2]}},"tests":[],"tool":{{}}}}}}'
    assert read(text.encode()) == ([], None)


@pytest.mark.parametrize(
    ("data", "count", "problem"),
    [
        (report_of({"name": "a"})[:-2], 1, "the report breaks off: "),
        (b'{"reportFormat":"CTRF","results":{"tests":[{"name":"a"},{"name":', 1, "the report breaks off: "),
        (b'{"reportFormat":"CTRF","results":{"tests":[{"name":"a"},]}}', 1, "a comma stands before ']'"),
        (b'{"reportFormat":"CTRF","results":{"tests":[{"name":"a"} {}]}}', 1, "'{' stands where ','"),
        (b'{"reportFormat":"CTRF","x":}', 0, "a value is missing"),
        (b'{"reportFormat":"CTRF","results":{"tests":[' + b"[" * 100_000, 0, "nested too deep"),
        (b'{"reportFormat":"CTRF"}', 0, "has no list of tests"),
        (
            b'{"reportFormat":"CTRF","results":{"summary":{"tests":3},"tests":[]}}',
            0,
            "declares 3 tests and lists none",
        ),
        (
            b'{"reportFormat":"CTRF","results":{"tests":[1,{"name":"a"},null]}}',
            1,
            "lists 2 things that are no tests",
        ),
        (b'{"reportFormat":"CTRF","results":{"tests":[{"name":"a\xff"}]}}', 1, "bytes that are no text"),
    ],
)
def test_what_is_wrong_with_a_report_is_told(data: bytes, count: int, problem: str) -> None:
    found, told = read(data)
    assert len(found) == count
    assert problem in str(told)


@pytest.mark.parametrize("shift", range(0, 40, 3))
def test_values_across_the_ends_of_chunks_are_whole(shift: int) -> None:
    pad = "x" * (CHUNK_BYTES - 150 + shift)
    data = report_of({"name": "a", "duration": 12_345.678, "status": "passed"}, extra={"n": 1})
    text = data.replace(b'"specVersion"', b'"pad": "%s", "specVersion"' % pad.encode())
    assert [(each.name, each.duration_seconds) for each in read(text)[0]] == [("a", 12.345678)]


TEXT = '{"a": [12345, -1.5e3, "x\\"]}", {"b": null}], "c": true, "d": "é"}'


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_a_text_in_small_pieces_is_walked_through_value_by_value(size: int) -> None:
    stream = JsonStream(TEXT[start : start + size] for start in range(0, len(TEXT), size))
    found = []
    for key in stream.members():
        if key == "a":
            found += [stream.value() for _ in stream.items()]
        elif key == "c":
            stream.skip()
        else:
            found.append(stream.value())
    assert found == [12345.0, -1500.0, 'x"]}', {"b": None}, "é"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_what_is_skipped_is_skipped_whole(size: int) -> None:
    text = f"[{TEXT}, 123, {TEXT}, 4]"
    stream = JsonStream(text[start : start + size] for start in range(0, len(text), size))
    found = []
    for number, _ in enumerate(stream.items()):
        if number == 3:
            found.append(stream.value())
        else:
            stream.skip()
    assert (number, found) == (3, [4.0])


def test_memory_stays_flat_on_a_large_report() -> None:
    test = {"name": "n", "status": "passed", "duration": 1, "stdout": ["o" * 200]}
    data = report_of(*[test] * 40_000, extra={"log": ["l" * 500] * 8_000})
    assert len(data) > 14_000_000
    report = reports.open_report(io.BytesIO(data), "ctrf.json")
    assert report is not None
    tracemalloc.start()
    try:
        assert sum(1 for _ in report) == 40_000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_test_of_many_megabytes_ends_the_report() -> None:
    found, problem = read(report_of({"name": "a"}, {"name": "b", "screenshot": "x" * 5_000_000}))
    assert [each.name for each in found] == ["a"]
    assert "a value is over 4,194,304 characters long" in str(problem)
