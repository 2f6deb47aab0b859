"""One walk through a TRX report, element by element (see `trx` for what is read, and why)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from progressive_capture.lib.files.test_results.trx_definitions import Section, without_sections
from progressive_capture.lib.files.test_results.values import (
    NAME_LIMIT,
    Excerpt,
    Status,
    TestResult,
    clock_seconds,
    count,
    label,
)
from progressive_capture.lib.files.test_results.xml_reading import (
    DEEPEST,
    Attributes,
    XmlWalk,
    make,
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
_RESULTS = frozenset(
    (
        "UnitTestResult",
        "TestResult",
        "TestResultAggregation",
        "GenericTestResult",
        "ManualTestResult",
        "WebTestResult",
    )
)
_MOST_STATUSES = 100


class _Outer:
    """An open result with results in it; `held`: of a rerun, the last try so far."""

    __slots__ = ("depth", "held", "is_rerun")

    def __init__(self, depth: int, attributes: Attributes) -> None:
        self.depth = depth
        self.is_rerun = "rerun" in attributes.get("resultType", "").lower()
        self.held: TestResult | None = None


class TrxWalk(XmlWalk):
    """One walk; after it `declared` is known.

    Args:
        source: the report.
        classes: by a test's id, the class it belongs to.
        known: what need not be read.
    """

    def __init__(self, source: XmlSource, classes: Mapping[str, str], known: Sequence[Section]) -> None:
        super().__init__(source)
        self.declared = 0
        self._classes = classes
        self._known = known
        self._outer: list[_Outer] = []
        # The open result without results in it: its attributes, its depth (0: none is open), its message.
        self._result: Attributes = {}
        self._result_depth = 0
        self._text: Excerpt | None = None
        self._error_depth = 0
        self._message_depth = 0
        self._statuses: dict[str, Status] = {}

    def chunks(self) -> Iterator[bytes]:
        """The report without what is known of it."""
        return without_sections(self.source.chunks(), self._known)

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        self.depth = depth = self.depth + 1
        if depth > DEEPEST:
            self.too_deep()
        if ":" in name:
            name = without_prefix(name)
        if name in _RESULTS:
            if self._result_depth:
                self._outer.append(_Outer(self._result_depth, self._result))
            self._result = attributes
            self._result_depth = depth
            self._text = None
        elif name == "ErrorInfo" and self._result_depth:
            self._error_depth = depth
        elif name == "Message" and depth - 1 == self._error_depth > 0:
            self._message_depth = depth
            self._text = text = Excerpt()
            self.listen(text)
        elif name == "Counters":
            self.declared = count(attributes.get("total"))

    def end(self, _: str) -> None:
        """An element ends."""
        depth = self.depth
        self.depth = depth - 1
        if depth == self._result_depth:
            self._close_result()
        elif depth == self._message_depth:
            self._message_depth = 0
            self.deafen()
        elif depth == self._error_depth:
            self._error_depth = 0
        elif self._outer and depth == self._outer[-1].depth:
            held = self._outer.pop().held
            if held is not None:
                self._hand_on(held)

    def _close_result(self) -> None:
        """Hand the result on: most of all time is spent here, so all is done in place."""
        self._result_depth = 0
        get = self._result.get
        name = get("testName") or None
        if name is not None and len(name) > NAME_LIMIT:
            name = label(name)
        test, took, outcome = get("testId"), get("duration"), get("outcome", "")
        classname = None if test is None else self._classes.get(test)
        status = self._statuses.get(outcome) or self._learn(outcome)
        duration = None if took is None else clock_seconds(took)
        told = None if self._text is None else self._text.message()
        result = make(TestResult, (None, classname, name, status, False, duration, told))
        if self._outer:
            self._hand_on(result)
        else:
            self.ready.append(result)

    def _learn(self, outcome: str) -> Status:
        """The status of an outcome, remembered as the report spells it."""
        status = _STATUSES.get(outcome.lower(), "skipped")
        if len(self._statuses) < _MOST_STATUSES and len(outcome) < NAME_LIMIT:
            self._statuses[outcome] = status
        return status

    def _hand_on(self, result: TestResult) -> None:
        """Add a result, unless it is a try of a rerun: then the one before it was an earlier try."""
        outer = self._outer[-1] if self._outer else None
        if outer is None or not outer.is_rerun:
            self.ready.append(result)
            return
        if outer.held is not None:
            self.ready.append(outer.held._replace(rerun=True))
        outer.held = result
