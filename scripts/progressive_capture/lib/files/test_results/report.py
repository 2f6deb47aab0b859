"""A file that may be a test report: sniffed, read once, and told about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Protocol

from progressive_capture.lib.files.test_results.ctrf import CtrfReader
from progressive_capture.lib.files.test_results.junit import JUnitReader
from progressive_capture.lib.files.test_results.sniffing import Kind, kind
from progressive_capture.lib.files.test_results.trx import TrxReader
from progressive_capture.lib.files.test_results.values import (
    RefusedError,
    Summary,
    TestResult,
    UnreadableError,
)


class Reader(Protocol):
    """Reads one kind of report, once."""

    def batches(self) -> Iterator[list[TestResult]]:
        """The results, in their order; UnreadableError or RefusedError where it cannot go on."""

    @property
    def problems(self) -> list[str]:
        """What was odd about what was read."""

    @property
    def summary(self) -> Summary:
        """What is remembered of what was read."""


class Report:
    """A test report: iterate once over its results, then ask for `problem` and `summary`.

    `problem`: None where the report is whole, else why it is not, in words that name no test. Errors of the
    stream itself (a disk, an archive) are not the report's: they are raised.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.problem: str | None = None

    def __iter__(self) -> Iterator[TestResult]:
        read = 0
        told = []
        try:
            for batch in self._reader.batches():
                read += len(batch)
                yield from batch
        except UnreadableError as error:
            told.append(f"the report breaks off: {error}; {_results(read)} read")
        except RefusedError as error:
            told.append(str(error))
        self.problem = "; ".join([*told, *self._reader.problems]) or None

    @property
    def summary(self) -> Summary:
        """What is remembered of the results read so far."""
        return self._reader.summary


_READERS: Mapping[Kind, Callable[[BinaryIO], Reader]] = {
    "junit": JUnitReader,
    "trx": TrxReader,
    "ctrf": CtrfReader,
}


def open_report(stream: BinaryIO, path: str) -> Report | None:
    """The report that a file is, or None where it is none of a kind that is read here.

    Args:
        stream: the file, seekable, at its start; it must stay open until the report was iterated.
        path: the file's name, a hint and nothing more.
    """
    found = kind(stream, path)
    return None if found is None else Report(_READERS[found](stream))


def _results(number: int) -> str:
    return "1 result was" if number == 1 else f"{number:,} results were"
