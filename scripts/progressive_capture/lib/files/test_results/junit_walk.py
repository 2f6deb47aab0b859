"""One walk through a JUnit report, element by element (see `junit` for what is read, and why)."""

from __future__ import annotations

from collections.abc import Mapping

from progressive_capture.lib.files.test_results.suite_fingerprints import OpenSuite, SuiteFingerprints
from progressive_capture.lib.files.test_results.values import (
    NAME_LIMIT,
    Excerpt,
    Status,
    TestResult,
    count,
    label,
    message,
    seconds,
)
from progressive_capture.lib.files.test_results.xml_reading import (
    DEEPEST,
    Attributes,
    XmlWalk,
    make,
    without_prefix,
)
from progressive_capture.lib.files.test_results.xml_source import XmlSource

_GRAVITY: Mapping[Status, int] = {"passed": 0, "skipped": 1, "failed": 2, "error": 3}
_OUTCOMES: Mapping[str, Status] = {"failure": "failed", "error": "error", "skipped": "skipped"}
_EARLIER_TRIES: Mapping[str, tuple[Status, Status]] = {
    "flakyFailure": ("failed", "passed"),
    "flakyError": ("error", "passed"),
    "rerunFailure": ("failed", "failed"),
    "rerunError": ("error", "error"),
}
"""What the try was, and what the final result is where nothing else says it."""
_NOT_RUN = ("skipped", "notrun", "suppressed", "disabled", "ignored", "pending", "untested", "inconclusive")
_WORDS: Mapping[str, Status] = {
    **dict.fromkeys(("fail", "failed", "failure"), "failed"),
    "error": "error",
    **dict.fromkeys(_NOT_RUN, "skipped"),
}
"""Values of `status` and `result`; with all others (`run`, `completed`, `passed`, …) a case has passed."""

_KNOWN = frozenset(("testsuites", "testsuite", *_OUTCOMES, *_EARLIER_TRIES))
_USUAL_ATTRIBUTES = 3
"""`classname`, `name` and `time`: a case that has these alone says nothing more by its attributes."""
_MOST_DURATIONS = 4_096


class _Outcome:
    """An open `failure` or the like: its `message`, else the beginning of its text."""

    __slots__ = ("duration", "name", "said", "text")

    def __init__(self, name: str, attributes: Attributes) -> None:
        self.name = name
        self.duration = seconds(attributes.get("time"))
        self.said = message(attributes.get("message"))
        self.text = Excerpt() if self.said is None else None

    @property
    def message(self) -> str | None:
        return self.said if self.text is None else self.text.message()


class JUnitWalk(XmlWalk):
    """One walk; after it `root`, `declared` and `fingerprints` are known."""

    def __init__(self, source: XmlSource) -> None:
        super().__init__(source)
        self.root = ""
        self.fingerprints = SuiteFingerprints()
        self._suite = OpenSuite(None, 0, ())
        self._outer_suites: list[OpenSuite] = []
        self._declared_by_root = 0
        self._declared_by_suites = 0
        # The open case: its attributes, its depth (0: none is open), the gravest outcome seen in it.
        self._case: Attributes = {}
        self._case_depth = 0
        self._status: Status | None = None
        self._message: str | None = None
        self._outcome: _Outcome | None = None
        self._outcome_depth = 0
        self._durations: dict[str, float] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        self.depth = depth = self.depth + 1
        if depth > DEEPEST:
            self.too_deep()
        if name == "testcase":
            if self._case_depth:
                self._close_case_early()
            self._case = attributes
            self._case_depth = depth
        elif name in _KNOWN:
            self._open_known(name, attributes)
        elif ":" in name:
            self.depth -= 1
            self.start(without_prefix(name), attributes)

    def end(self, _: str) -> None:
        """An element ends."""
        depth = self.depth
        if depth == self._case_depth:
            self._close_case()
        elif depth == self._outcome_depth:
            self._close_outcome()
        elif depth == self._suite.depth:
            self._close_suite()
        elif depth == 1:
            self.fingerprints.close(self._suite)  # of results that stand in no suite
        self.depth = depth - 1

    @property
    def declared(self) -> int:
        """How many tests the report says that it has."""
        return max(self._declared_by_root, self._declared_by_suites)

    def _open_known(self, name: str, attributes: Attributes) -> None:
        if name == "testsuite":
            self._open_suite(attributes)
        elif name != "testsuites":
            self._open_outcome(name, attributes)
        elif self.depth == 1:
            self.root = name
            self._declared_by_root = count(attributes.get("tests"))

    def _open_suite(self, attributes: Attributes) -> None:
        outer = self._suite
        if self.depth == 1:
            self.root = "testsuite"
        if not outer.depth:
            self._declared_by_suites += count(attributes.get("tests"))
        name = label(attributes.get("name"))
        identity = (_full_name(name, attributes), attributes.get("timestamp", ""))
        self._outer_suites.append(outer)
        self._suite = OpenSuite(name or outer.name, self.depth, identity)

    def _close_suite(self) -> None:
        self.fingerprints.close(self._suite)
        self._suite = self._outer_suites.pop()

    def _close_case(self) -> None:
        """Hand on the final result of the case; most of all time is spent here, so the usual comes first."""
        attributes = self._case
        if self._status is not None or len(attributes) != _USUAL_ATTRIBUTES:
            self._close_unusual_case()
            return
        try:
            classname, name, time = attributes["classname"], attributes["name"], attributes["time"]
        except KeyError:
            self._close_unusual_case()
            return
        if not (classname and name and len(classname) + len(name) <= NAME_LIMIT):
            self._close_unusual_case()
            return
        self._case_depth = 0
        suite, duration = self._suite, self._durations.get(time)
        if duration is None:
            duration = self._learn(time)
        suite.is_empty = False
        suite.fingerprint = hash((suite.fingerprint, classname, name, "passed", False, duration))
        self.ready.append(make(TestResult, (suite.name, classname, name, "passed", False, duration, None)))

    def _close_unusual_case(self) -> None:
        """As fast as can be too: some dialects write nothing else."""
        self._case_depth = 0
        attributes, suite, status = self._case, self._suite, self._status
        get = attributes.get
        classname = get("classname") or get("class") or None
        if classname is not None and len(classname) > NAME_LIMIT:
            classname = label(classname)
        name = get("name") or None
        if name is not None and len(name) > NAME_LIMIT:
            name = label(name)
        time = get("time")
        duration = None
        if time is not None:
            duration = self._durations.get(time)
            if duration is None:
                duration = self._learn(time)
        told = None
        if status is not None:
            told = self._message
            self._status = self._message = None
        elif "status" in attributes or "result" in attributes:
            status = _stated(attributes)
        else:
            status = "passed"
        suite.is_empty = False
        suite.fingerprint = hash((suite.fingerprint, classname, name, status, False, duration))
        self.ready.append(make(TestResult, (suite.name, classname, name, status, False, duration, told)))

    def _learn(self, time: str) -> float | None:
        """A duration, remembered: most are a few milliseconds, and looking one up is faster than reading."""
        duration = seconds(time)
        if duration is not None and len(self._durations) < _MOST_DURATIONS and len(time) < NAME_LIMIT:
            self._durations[time] = duration
        return duration

    def _close_case_early(self) -> None:
        """A case in a case: two results."""
        if self._outcome_depth:
            self._forget_outcome()
        self._close_case()

    def _open_outcome(self, name: str, attributes: Attributes) -> None:
        outer_depth = self.depth - 1
        in_case = self._case_depth == outer_depth
        in_suite = self._suite.depth == outer_depth and name in ("failure", "error")
        if not outer_depth or not (in_case or in_suite):
            return
        self._outcome = _Outcome(name, attributes)
        self._outcome_depth = self.depth
        if self._outcome.text is not None:
            self.listen(self._outcome.text)

    def _close_outcome(self) -> None:
        outcome = self._forget_outcome()
        if not self._case_depth:
            status = _OUTCOMES[outcome.name]
            self._add(
                TestResult(self._suite.name, None, None, status, False, outcome.duration, outcome.message)
            )
        elif outcome.name in _OUTCOMES:
            self._judge(_OUTCOMES[outcome.name], outcome.message)
        else:
            status, final = _EARLIER_TRIES[outcome.name]
            self._judge(final, None)
            classname, name = _described(self._case)
            self._add(
                TestResult(self._suite.name, classname, name, status, True, outcome.duration, outcome.message)
            )

    def _forget_outcome(self) -> _Outcome:
        outcome = self._outcome
        assert outcome is not None
        self._outcome, self._outcome_depth = None, 0
        self.deafen()
        return outcome

    def _judge(self, status: Status, told: str | None) -> None:
        """Take the outcome in: the gravest one is the status, and its message stands, if it has one."""
        if self._status is None or _GRAVITY[status] > _GRAVITY[self._status]:
            self._status = status
            self._message = told or self._message
        else:
            self._message = self._message or told

    def _add(self, result: TestResult) -> None:
        self._suite.add(result)
        self.ready.append(result)


def _described(attributes: Attributes) -> tuple[str | None, str | None]:
    """Class and name of a case."""
    return label(attributes.get("classname") or attributes.get("class")), label(attributes.get("name"))


def _stated(attributes: Attributes) -> Status:
    """The status that the case itself states, where nothing in it does."""
    for key in ("result", "status"):
        status = _WORDS.get(attributes.get(key, "").lower())
        if status is not None:
            return status
    return "passed"


def _full_name(name: str | None, attributes: Attributes) -> str:
    """The name with its package: Ant's aggregate splits what the single reports write in one word."""
    package = attributes.get("package")
    if not package or (name or "").startswith(package):
        return name or ""
    return f"{package}.{name}"
