"""Test reports that hurt, or that nobody could read to the end."""

from collections.abc import Callable

from github_simulator.artifact_bytes import Part, ReportedResult, WholeBytes, packed, stored
from github_simulator.junit_reports import DIALECTS
from github_simulator.simulated_tests import cases

_SUITE = '<testsuite name="hostile" tests="1"><testcase classname="a.B" name="{}" time="1"/></testsuite>'
_GOOD = stored(
    "good.xml",
    _SUITE.format("good").encode(),
    "text",
    [ReportedResult("hostile", "a.B", "good", "passed", 1.0)],
)
"""An ordinary report beside the hostile one: it is read all the same."""
_LEVELS, _WIDTH = 10, 10


def _refused(path: str, text: str) -> Part:
    """A file that is kept as a file, while none of its results is believed."""
    return stored(path, text.encode(), "text")


def _entity_bomb() -> WholeBytes:
    """A billion laughs: ten levels of ten each."""
    entities = ['<!ENTITY e0 "ha">']
    entities += [f'<!ENTITY e{level} "{f"&e{level - 1};" * _WIDTH}">' for level in range(1, _LEVELS)]
    text = f"<?xml version='1.0'?><!DOCTYPE testsuite [{''.join(entities)}]>" + _SUITE.format(
        f"&e{_LEVELS - 1};"
    )
    long = f'<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "{"a" * 50_000}">]>' + _SUITE.format("&a;" * 2_000)
    return packed([_refused("laughs.xml", text), _refused("quadratic.xml", long), _GOOD])


def _external_entity() -> WholeBytes:
    head = '<?xml version="1.0"?><!DOCTYPE testsuite [<!ENTITY e SYSTEM "{}">]>'
    body = _SUITE.format("leak").replace("/></testsuite>", ">&e;</testcase></testsuite>")
    return packed(
        [
            _refused("file.xml", head.format("file:///etc/passwd") + body),
            _refused("http.xml", head.format("http://127.0.0.1:9/entity") + body),
            _GOOD,
        ]
    )


def _broken_off() -> WholeBytes:
    """The writer was killed within its fourth test case: three can be had."""
    report = DIALECTS["pytest"](cases(0))
    ends = report.data.split(b"<testcase")
    cut = b"<testcase".join(ends[:5])[:-20]
    return packed([stored("reports/cut.xml", cut, "text", report.results[:3]), _GOOD])


def _aggregate() -> WholeBytes:
    """Ant's TESTS-TestSuites.xml repeats the TEST-*.xml beside it: what it holds is counted once."""
    suites, parts = [], []
    for suite in ("cart", "checkout"):
        members = [case for case in cases(1) if case.suite == suite and not case.earlier]
        lines = "".join(
            f'<testcase classname="{case.classname}" name="{number}" time="{case.seconds:.3f}"/>'
            for number, case in enumerate(members)
        )
        suites.append(f'<testsuite name="{suite}" tests="{len(members)}">{lines}</testsuite>')
        results = [
            ReportedResult(suite, case.classname, str(number), "passed", case.seconds)
            for number, case in enumerate(members)
        ]
        parts.append(stored(f"junitreport/TEST-{suite}.xml", suites[-1].encode(), "text", results))
    whole = f"<testsuites>{''.join(suites)}</testsuites>"
    return packed([_refused("junitreport/TESTS-TestSuites.xml", whole), *parts])


def _no_reports() -> WholeBytes:
    """Files that are named as reports are, and are none."""
    return packed(
        [
            _refused("TEST-empty.xml", ""),
            _refused("TEST-text.xml", "no XML at all\n"),
            _refused("pom.xml", "<project><name>testsuite</name></project>"),
            _refused("TEST-counts-only.xml", '<testsuite name="counts" tests="4" failures="1"/>'),
            _GOOD,
        ]
    )


HOSTILE_REPORTS: dict[str, Callable[[], WholeBytes]] = {
    "horror-entity-bomb": _entity_bomb,
    "horror-external-entity": _external_entity,
    "horror-report-broken-off": _broken_off,
    "horror-aggregate": _aggregate,
    "horror-no-reports": _no_reports,
}
