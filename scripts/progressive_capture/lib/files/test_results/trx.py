"""TRX, the report of Visual Studio and `dotnet test`.

Its writer: https://github.com/microsoft/vstest/tree/main/src/Microsoft.TestPlatform.Extensions.TrxLogger.
The class of a result stands in the definition of its test, which comes after all results: the file is read
twice, first for the classes. A result with inner results (rows of a data-driven test, the tests of an ordered
one) is the sum of those and no result of its own; inner results of a rerun are tries, of which the last one
counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from progressive_capture.lib.files.test_results.values import (
    DamagedError,
    Excerpt,
    RefusedError,
    Status,
    Summary,
    TestResult,
    UnreadableError,
    clock_seconds,
    count,
    label,
)
from progressive_capture.lib.files.test_results.xml_reading import (
    DEEPEST,
    Attributes,
    XmlWalk,
    without_prefix,
)
from progressive_capture.lib.files.test_results.xml_source import XmlSource

_STATUSES: Mapping[str, Status] = {
    **dict.fromkeys(("passed", "passedbutrunaborted", "warning", "completed"), "passed"),
    "failed": "failed",
    **dict.fromkeys(("error", "timeout", "aborted", "disconnected"), "error"),
    **dict.fromkeys(("notexecuted", "inconclusive", "notrunnable", "pending", "inprogress"), "skipped"),
}
"""The values of `TestOutcome`; another one, or none, means that nothing is known to have run: skipped."""
_RESULTS = (
    "UnitTestResult",
    "TestResult",
    "TestResultAggregation",
    "GenericTestResult",
    "ManualTestResult",
    "WebTestResult",
)
MOST_BYTES_OF_DEFINITIONS = 32_000_000
"""About how much of ids and class names is held; tests that are defined later have no class name."""
_BYTES_OF_ENTRY = 150


class _Classes(XmlWalk):
    """The first reading: which class a test belongs to."""

    def __init__(self, source: XmlSource) -> None:
        super().__init__(source)
        self.by_test: dict[str, str] = {}
        self.left_out = 0
        self._test: str | None = None
        self._names: dict[str, str] = {}
        self._room = MOST_BYTES_OF_DEFINITIONS

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        self.depth += 1
        if self.depth > DEEPEST:
            self.too_deep()
        if ":" in name:
            name = without_prefix(name)
        if name == "UnitTest":
            self._test = attributes.get("id")
        elif name == "TestMethod" and self._test is not None:
            self._keep(self._test, label(_without_assembly(attributes.get("className", ""))))

    def end(self, _: str) -> None:
        """An element ends."""
        self.depth -= 1

    def _keep(self, test: str, name: str | None) -> None:
        if name is None:
            return
        size = _BYTES_OF_ENTRY + len(test) + (0 if name in self._names else len(name))
        if size > self._room:
            self.left_out += 1
            return
        self._room -= size
        self.by_test[test] = self._names.setdefault(name, name)


class _Result:
    """An open result."""

    __slots__ = ("attributes", "depth", "held", "inner", "text")

    def __init__(self, attributes: Attributes, depth: int) -> None:
        self.attributes = attributes
        self.depth = depth
        self.text: Excerpt | None = None
        self.inner = False
        self.held: TestResult | None = None

    @property
    def is_rerun(self) -> bool:
        return "rerun" in self.attributes.get("resultType", "").lower()


class _Results(XmlWalk):
    """The second reading: the results themselves."""

    def __init__(self, source: XmlSource, classes: Mapping[str, str]) -> None:
        super().__init__(source)
        self.declared = 0
        self._classes = classes
        self._open: list[_Result] = []
        self._error_depth = 0
        self._message_depth = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        self.depth += 1
        if self.depth > DEEPEST:
            self.too_deep()
        if ":" in name:
            name = without_prefix(name)
        if name in _RESULTS:
            if self._open:
                self._open[-1].inner = True
            self._open.append(_Result(attributes, self.depth))
        elif name == "ErrorInfo" and self._open:
            self._error_depth = self.depth
        elif name == "Message" and self.depth - 1 == self._error_depth > 0:
            self._message_depth = self.depth
            self._open[-1].text = text = Excerpt()
            self.listen(text)
        elif name == "Counters":
            self.declared = count(attributes.get("total"))

    def end(self, _: str) -> None:
        """An element ends."""
        if self.depth == self._message_depth:
            self._message_depth = 0
            self.deafen()
        elif self.depth == self._error_depth:
            self._error_depth = 0
        elif self._open and self.depth == self._open[-1].depth:
            self._close_result()
        self.depth -= 1

    def _close_result(self) -> None:
        ended = self._open.pop()
        if ended.held is not None:
            self._hand_on(ended.held)
        if not ended.inner:
            self._hand_on(self._result(ended))

    def _hand_on(self, result: TestResult) -> None:
        """Add a result, unless it is a try of a rerun: then the one before it was an earlier try."""
        outer = self._open[-1] if self._open else None
        if outer is None or not outer.is_rerun:
            self.ready.append(result)
            return
        if outer.held is not None:
            self.ready.append(outer.held._replace(rerun=True))
        outer.held = result

    def _result(self, ended: _Result) -> TestResult:
        attributes = ended.attributes
        return TestResult(
            suite=None,
            classname=self._classes.get(attributes.get("testId", "")),
            name=label(attributes.get("testName")),
            status=_STATUSES.get(attributes.get("outcome", "").lower(), "skipped"),
            rerun=False,
            duration_seconds=clock_seconds(attributes.get("duration")),
            message=None if ended.text is None else ended.text.message(),
        )


class TrxReader:
    """Reads one report; `problems` says after that what was odd, `summary` what is remembered of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._classes = _Classes(XmlSource(stream))
        self._walk = _Results(XmlSource(stream), {})
        self._results = 0
        self._whole = False

    def batches(self) -> Iterator[list[TestResult]]:
        """All results of the report, in its order."""
        try:
            self._read_classes(repair=False)
        except DamagedError:
            self._read_classes(repair=True)
        repair = self._classes.source.repairs
        self._walk = _Results(XmlSource(self._stream, repair=repair), self._classes.by_test)
        for batch in self._walk.batches():
            self._results += len(batch)
            yield batch
        self._whole = True

    @property
    def problems(self) -> list[str]:
        """What was odd about the report, in words."""
        told = []
        if self._whole and self._walk.declared and not self._results:
            told.append(f"declares {self._walk.declared:,} tests and lists none")
        if self._classes.left_out:
            told.append(f"has {self._classes.left_out:,} definitions too many: no classes are known of them")
        if self._walk.source.repaired:
            told.append("holds what XML forbids: it was read as \N{REPLACEMENT CHARACTER}")
        return told

    @property
    def summary(self) -> Summary:
        """What is remembered of the report."""
        return Summary(root="trx", results=self._results, whole=self._whole)

    def _read_classes(self, *, repair: bool) -> None:
        """Take in all definitions, or those before the place where the file breaks off."""
        self._classes = _Classes(XmlSource(self._stream, repair=repair))
        try:
            for _ in self._classes.batches():
                pass
        except DamagedError:
            raise
        except (UnreadableError, RefusedError):
            return  # the second reading meets the same place, and tells of it


def _without_assembly(name: str) -> str:
    """The class of `Namespace.Class, Assembly, Version=…`; commas of generic arguments stay."""
    return name if "[" in name else name.partition(",")[0]
