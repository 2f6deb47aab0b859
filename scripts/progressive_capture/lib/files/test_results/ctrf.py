"""CTRF, the Common Test Report Format (https://ctrf.io/docs/specification/root): JSON, read test by test.

`pending` and `other` are skipped: a test of such a status has neither passed nor failed. Where `suite` is a
list it is joined with ` > `, as the format's own reporters write it in one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from progressive_capture.lib.files.test_results.decoding import Decoder
from progressive_capture.lib.files.test_results.json_stream import JsonStream
from progressive_capture.lib.files.test_results.values import (
    Status,
    Summary,
    TestResult,
    duration,
    label,
    message,
)

_STATUSES: Mapping[str, Status] = {
    "passed": "passed",
    "failed": "failed",
    "skipped": "skipped",
    "pending": "skipped",
    "other": "skipped",
}
_MOST_RETRIES = 100
"""A report that only counts a test's retries gets no more rows for them than this."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What JSON can escape and no database takes."""
_MILLISECONDS = 1_000


class CtrfReader:
    """Reads one report; `problems` say after that what was odd, `summary` what is remembered of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._decoder = Decoder(stream)
        self._results = 0
        self._declared = 0
        self._strangers = 0
        self._has_list = False
        self._whole = False

    def batches(self) -> Iterator[list[TestResult]]:
        """All results of the report, in its order, earlier tries before the final result."""
        text = JsonStream(_without_mark(piece for _, piece in self._decoder.pieces()))
        for key in text.members():
            if key == "results" and text.peek() == "{":
                yield from self._read_results(text)
            else:
                text.skip()
        self._whole = True

    @property
    def problems(self) -> list[str]:
        """What was odd about the report, in words."""
        told = []
        if self._whole and not self._has_list:
            told.append("has no list of tests")
        if self._whole and self._declared and not self._results:
            told.append(f"declares {self._declared:,} tests and lists none")
        if self._strangers:
            told.append(f"lists {self._strangers:,} things that are no tests")
        if self._decoder.damaged:
            told.append("holds bytes that are no text: they were read as \N{REPLACEMENT CHARACTER}")
        return told

    @property
    def summary(self) -> Summary:
        """What is remembered of the report."""
        return Summary(root="ctrf", results=self._results, whole=self._whole)

    def _read_results(self, text: JsonStream) -> Iterator[list[TestResult]]:
        for key in text.members():
            if key == "tests" and text.peek() == "[":
                self._has_list = True
                yield from self._read_tests(text)
            elif key == "summary":
                self._declared = _declared(text.value())
            else:
                text.skip()

    def _read_tests(self, text: JsonStream) -> Iterator[list[TestResult]]:
        for _ in text.items():
            test = text.value()
            if not isinstance(test, dict):
                self._strangers += 1
                continue
            results = [*_results_of(test)]
            self._results += len(results)
            yield results


def _without_mark(pieces: Iterator[str]) -> Iterator[str]:
    yield next(pieces, "").removeprefix("\ufeff")
    yield from pieces


def _results_of(test: Mapping[str, Any]) -> Iterator[TestResult]:
    final = TestResult(
        suite=label(_suite(test.get("suite"))),
        classname=None,
        name=label(_text(test.get("name"))),
        status=_status(test.get("status")),
        rerun=False,
        duration_seconds=_seconds(test.get("duration")),
        message=_message(test),
    )
    yield from _earlier_tries(test, final)
    yield final


def _earlier_tries(test: Mapping[str, Any], final: TestResult) -> Iterator[TestResult]:
    """The tries that `retryAttempts` tells of, or else as many as `retries` counts: each of them failed."""
    attempts = test.get("retryAttempts")
    retries = _whole_number(test.get("retries"))
    if isinstance(attempts, list) and attempts:
        for attempt in attempts:
            # Some writers list the final try as well, behind those that it followed.
            if isinstance(attempt, dict) and not 0 < retries < _whole_number(attempt.get("attempt")):
                yield final._replace(
                    status=_status(attempt.get("status")),
                    rerun=True,
                    duration_seconds=_seconds(attempt.get("duration")),
                    message=_message(attempt),
                )
    elif final.status != "skipped":
        earlier = final._replace(status="failed", rerun=True, duration_seconds=None, message=None)
        yield from [earlier] * min(retries, _MOST_RETRIES)


def _status(word: object) -> Status:
    return _STATUSES.get(word.lower(), "skipped") if isinstance(word, str) else "skipped"


def _suite(value: object) -> str | None:
    if isinstance(value, list):
        return " > ".join(filter(None, map(_text, value)))
    return _text(value)


def _message(holder: Mapping[str, Any]) -> str | None:
    return message(_text(holder.get("message"))) or message(_text(holder.get("trace")))


def _text(value: object) -> str | None:
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else None


def _seconds(milliseconds: object) -> float | None:
    number = _number(milliseconds)
    return None if number is None else duration(number / _MILLISECONDS)


def _whole_number(value: object) -> int:
    number = _number(value)
    return 0 if number is None or duration(number) is None else int(number)


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None  # all numbers come as floats


def _declared(summary: object) -> int:
    return _whole_number(summary.get("tests")) if isinstance(summary, dict) else 0
