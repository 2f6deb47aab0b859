"""JUnit XML as the frameworks of this world write it: one dialect a function.

What differs between real ones differs here: the root, where the names stand, how a skipped
test looks, what is said of further tries, thousands in a duration. Shapes follow
surefire-test-report.xsd, and what pytest, jest-junit, gotestsum, GoogleTest, nextest and
PHPUnit write.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from github_simulator.artifact_bytes import ReportedResult
from github_simulator.simulated_tests import Case

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Report:
    """A report's bytes, and the results that it holds."""

    data: bytes
    results: tuple[ReportedResult, ...]


def _attributes(**values: object) -> str:
    return "".join(f" {name.rstrip('_')}={quoteattr(str(value))}" for name, value in values.items())


def _problem(element: str, case: Case, kind: str = "AssertionError") -> str:
    head = _attributes(message=case.message.partition("\n")[0], type=kind)
    return f"<{element}{head}>{escape(case.message)}</{element}>"


def _ending(case: Case, skipped: str = "<skipped/>") -> str:
    """What stands inside a test case for how it ended."""
    endings = {"passed": "", "skipped": skipped}
    element = {"failed": "failure", "error": "error"}.get(case.outcome, "")
    return endings[case.outcome] if case.outcome in endings else _problem(element, case)


def _suites(cases: Sequence[Case]) -> Iterable[tuple[str, list[Case]]]:
    return ((name, list(members)) for name, members in groupby(cases, key=lambda case: case.suite))


def _counts(cases: Sequence[Case]) -> str:
    ended = [case.outcome for case in cases]
    return _attributes(
        tests=len(cases),
        failures=ended.count("failed"),
        errors=ended.count("error"),
        skipped=ended.count("skipped"),
        time=f"{sum(case.seconds for case in cases):.3f}",
    )


def _result(case: Case, suite: str, classname: str | None, name: str) -> ReportedResult:
    return ReportedResult(suite, classname, name, case.outcome, case.seconds)


def surefire(cases: Sequence[Case]) -> Report:
    """Maven: one suite is the root; a test tried again says so in elements of its own."""
    lines, results = [], []
    for case in cases:
        tries = "".join(_try_of(case, ended) for ended in case.earlier)
        head = _attributes(name=case.name, classname=case.classname, time=f"{case.seconds:,.3f}")
        lines.append(f"  <testcase{head}>{_ending(case)}{tries}</testcase>\n")
        results.append(_result(case, "shop.AllTests", case.classname, case.name))
        results += [
            ReportedResult("shop.AllTests", case.classname, case.name, ended, rerun=True)
            for ended in case.earlier
        ]
    properties = "  <properties><property name='java.version' value='21'/></properties>\n"
    head = _attributes(name="shop.AllTests") + _counts(cases)
    text = f"{_DECLARATION}<testsuite{head}>\n{properties}{''.join(lines)}</testsuite>\n"
    return Report(text.encode(), tuple(results))


def _try_of(case: Case, ended: str) -> str:
    word = {"failed": "Failure", "error": "Error"}[ended]
    head = _attributes(message="again", type="java.lang.AssertionError")
    kind = "flaky" if case.outcome == "passed" else "rerun"
    return f"<{kind}{word}{head}><stackTrace>at Shop.java:7</stackTrace></{kind}{word}>"


@dataclass(frozen=True)
class _Style:
    """A dialect that has `testsuites` above one `testsuite` for each suite.

    `classname` and `name` say what stands there; `ran` and `skipped` what a case says besides.
    """

    root: str = ""
    classname: Callable[[Case], str] = lambda case: case.classname
    name: Callable[[Case], str] = lambda case: case.name
    suite: Callable[[str], str] = lambda suite: suite
    ran: str = ""
    not_run: str = ""
    skipped: str = "<skipped/>"
    bom: bool = False

    def report(self, cases: Sequence[Case]) -> Report:
        body, results = [], []
        for suite, members in _suites(cases):
            name = self.suite(suite)
            body.append(f" <testsuite{_attributes(name=name)}{_counts(members)}>\n")
            body += [self._case(case) for case in members]
            body.append("  <system-out>done</system-out>\n </testsuite>\n")
            results += [_result(case, name, self.classname(case), self.name(case)) for case in members]
        text = f"{_DECLARATION}<testsuites{self.root}>\n{''.join(body)}</testsuites>\n"
        return Report((b"\xef\xbb\xbf" if self.bom else b"") + text.encode(), tuple(results))

    def _case(self, case: Case) -> str:
        more = self.not_run if case.outcome == "skipped" else self.ran
        head = _attributes(classname=self.classname(case), name=self.name(case), time=f"{case.seconds:.3f}")
        ending = _ending(case, self.skipped)
        tail = f">{ending}</testcase>" if ending else "/>"
        return f"  <testcase{head}{more}{tail}\n"


_STYLES = {
    "pytest": _Style(
        suite=lambda suite: f"tests/{suite}",
        classname=lambda case: f"tests.test_{case.suite}",
        skipped='<skipped type="pytest.skip" message="out of stock">tests.py:3: out of stock</skipped>',
    ),
    "jest": _Style(
        root=' name="jest tests"',
        classname=lambda case: f"{case.suite} {case.name}",
        name=lambda case: f"{case.suite} {case.name}",
        bom=True,
    ),
    "go": _Style(
        classname=lambda case: f"example.com/shop/{case.suite}",
        name=lambda case: f"Test{case.suite.capitalize()}/{case.name.replace(' ', '_')}",
        suite=lambda suite: f"example.com/shop/{suite}",
        skipped='<skipped message="=== SKIP"></skipped>',
    ),
    "gtest": _Style(
        root=' name="AllTests" disabled="0"',
        ran=' status="run" result="completed" file="shop.cc" line="7"',
        not_run=' status="notrun" result="suppressed"',
        skipped="",
    ),
    "nextest": _Style(
        root=' name="nextest-run"',
        classname=lambda case: f"shop::{case.suite}",
        name=lambda case: f"tests::{case.name}",
        suite=lambda suite: f"shop::{suite}",
        ran=' timestamp="2026-11-20T12:00:00.000+00:00"',
    ),
}


def phpunit(cases: Sequence[Case]) -> Report:
    """PHPUnit: suites within suites; a result belongs to the innermost."""
    body, results = [], []
    for suite, members in _suites(cases):
        inner = f"Shop\\Tests\\{suite.capitalize()}Test"
        body.append(f"  <testsuite{_attributes(name=inner, file='/app/tests.php')}{_counts(members)}>\n")
        for case in members:
            names = _attributes(name=case.name, class_=inner, classname=inner.replace("\\", "."))
            head = names + _attributes(assertions=1, time=f"{case.seconds:.6f}")
            body.append(f"   <testcase{head}>{_ending(case)}</testcase>\n")
            results.append(_result(case, inner, inner.replace("\\", "."), case.name))
        body.append("  </testsuite>\n")
    outer = f" <testsuite{_attributes(name='unit')}{_counts(cases)}>\n{''.join(body)} </testsuite>\n"
    return Report(f"{_DECLARATION}<testsuites>\n{outer}</testsuites>\n".encode(), tuple(results))


DIALECTS: dict[str, Callable[[Sequence[Case]], Report]] = {
    "surefire": surefire,
    "phpunit": phpunit,
    **{name: style.report for name, style in _STYLES.items()},
}
