"""TRX, the report of Visual Studio and `dotnet test`.

Its writer: https://github.com/microsoft/vstest/tree/main/src/Microsoft.TestPlatform.Extensions.TrxLogger.
The class of a result stands in the definition of its test, which comes after all results: the definitions are
read first, then the rest. A result with inner results (rows of a data-driven test, the tests of an ordered
one) is the sum of those and no result of its own; inner results of a rerun are tries, of which the last one
counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from progressive_capture.lib.files.test_results.trx_definitions import Definitions
from progressive_capture.lib.files.test_results.trx_walk import TrxWalk
from progressive_capture.lib.files.test_results.values import (
    DamagedError,
    RefusedError,
    Summary,
    TestResult,
    UnreadableError,
)
from progressive_capture.lib.files.test_results.xml_reading import unknown
from progressive_capture.lib.files.test_results.xml_source import XmlSource


class TrxReader:
    """Reads one report; `problems` says after that what was odd, `summary` what is remembered of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._definitions = Definitions(XmlSource(stream))
        self._walk = TrxWalk(XmlSource(stream), {}, ())
        self._results = 0
        self._whole = False

    def batches(self) -> Iterator[list[TestResult]]:
        """All results of the report, in its order."""
        try:
            yield from self._read(repair=False)
        except DamagedError:
            yield from self._read(repair=True)
        self._whole = True

    @property
    def problems(self) -> list[str]:
        """What was odd about the report, in words."""
        told = []
        if self._whole and self._walk.declared and not self._results:
            told.append(f"declares {self._walk.declared:,} tests and lists none")
        if self._definitions.left_out:
            told.append(
                f"has {self._definitions.left_out:,} definitions too many: no classes are known of them"
            )
        if self._walk.source.repaired:
            told.append("holds what XML forbids: it was read as \N{REPLACEMENT CHARACTER}")
        return told

    @property
    def summary(self) -> Summary:
        """What is remembered of the report."""
        return Summary(root="trx", results=self._results, whole=self._whole)

    def _read(self, *, repair: bool) -> Iterator[list[TestResult]]:
        """Both readings; of the results, those that were not handed on before."""
        self._definitions = definitions = Definitions(XmlSource(self._stream, repair=repair))
        _take_in(definitions)
        source = XmlSource(self._stream, repair=repair)
        self._walk = TrxWalk(source, definitions.by_test, definitions.sections)
        for batch in unknown(self._walk.batches(), self._results):
            self._results += len(batch)
            yield batch


def _take_in(definitions: Definitions) -> None:
    """Read all definitions, or those before the place where the file breaks off."""
    try:
        for _ in definitions.batches():
            pass
    except DamagedError:
        raise
    except (UnreadableError, RefusedError):
        return  # the reading of the results meets the same place, and tells of it
