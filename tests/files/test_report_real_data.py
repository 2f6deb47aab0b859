"""Reports that real frameworks wrote give the counts that their sources state.

They are read in place, beside the project, and skipped where they are not. Every file that is no report of a
kind that is read, and every count that differs, is listed here with its reason.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from progressive_capture.lib.files import test_results as reports

REAL_DATA = Path(__file__).parents[2].parent / "shared" / "real-data" / "test-results"

pytestmark = pytest.mark.skipif(not REAL_DATA.is_dir(), reason="the real reports are not here")

PUBLISH, DORNY = "EnricoMi-publish-unit-test-result-action", "dorny-test-reporter"
JENKINS, LAUNCHABLE, BOMBS = "jenkinsci-junit-plugin", "launchableinc-cli", "tiran-defusedxml"

NO_REPORT = {
    "Dart's JSON lines": [
        f"{PUBLISH}/dart/json/tests.json",
        f"{DORNY}/dart-json.json",
        f"{DORNY}/empty/dart-json.json",
        f"{LAUNCHABLE}/flutter/report.json",
    ],
    "RSpec's JSON": [f"{DORNY}/rspec-json.json", f"{DORNY}/empty/rspec-json.json"],
    "mocha's JSON": [f"{DORNY}/empty/mocha-json.json"],
    "no JSON at all": [f"{PUBLISH}/json/malformed-json.json"],
    "no XML at all": [f"{PUBLISH}/xml/non-xml.xml", f"{JENKINS}/testXxe-oob.xml"],
    "NUnit 2": [
        f"{DORNY}/external/nunit-sample.xml",
        *(
            f"{PUBLISH}/nunit/nunit3/jenkins/NUnit{name}.xml"
            for name in (
                "",
                "-correct2",
                "-failure",
                "-ignored",
                "-issue5674",
                "-multinamespace",
                "-sec1752-https",
            )
        ),
    ],
    "NUnit 3": [
        *(f"{PUBLISH}/nunit/nunit3/jenkins/NUnit-issue{number}.xml" for number in (17521, 48478)),
        *(f"{PUBLISH}/nunit/mstest/{name}.xml" for name in ("clicketyclackety", "timewarpinc")),
        *(
            f"{LAUNCHABLE}/nunit/{name}.xml"
            for name in ("nunit-reporter-bug-with-nested-type", "output-linux", "output-windows")
        ),
    ],
    "xUnit.net": [
        f"{PUBLISH}/xunit/mstest/pickles.xml",
        *(f"{PUBLISH}/xunit/mstest/jenkinsci/testcase{number}.xml" for number in (1, 3, 5)),
    ],
    "Android's CTS": [f"{LAUNCHABLE}/cts/test_result.xml"],
    "Robot Framework": [
        f"{LAUNCHABLE}/robot/{name}.xml" for name in ("output", "output_legacy", "single-output")
    ],
    "no test results": [
        f"{LAUNCHABLE}/maven/reports/dummy.xml",
        *(f"{BOMBS}/{name}.xml" for name in ("dtd", "external_file", "simple-ns", "xmlbomb")),
    ],
}
DIFFERENT: dict[str, tuple[str, dict[str, int]]] = {
    f"{PUBLISH}/trx/yami_YAMILEX_2015-10-24_04_18_59.trx": (
        "a test that was aborted is an error here; the source counts it as skipped",
        {"tests": 25, "passed": 2, "failed": 2, "errors": 1, "skipped": 20},
    ),
    f"{LAUNCHABLE}/prove/report.xml": (
        "the error of a whole suite is a result of its own here; the source leaves it out",
        {"tests": 8, "passed": 5, "failed": 3, "skipped": 0},
    ),
    f"{JENKINS}/old-reports/*": (
        "the source leaves out reports that are older than the build; here both files count",
        {"tests": 6},
    ),
}
INCOMPLETE = {
    f"{PUBLISH}/junit-xml/pytest/corrupt-xml.xml": 1,
}
"""Reports that break off, and how many results stand before that place."""


def files() -> list[str]:
    return sorted(
        str(path.relative_to(REAL_DATA))
        for path in REAL_DATA.rglob("*")
        if path.is_file() and path.name != "expected.json" and path.parent != REAL_DATA
    )


def expectations() -> dict[str, dict[str, Any]]:
    return {
        f"{path.parent.name}/{name}": expected
        for path in sorted(REAL_DATA.glob("*/expected.json"))
        for name, expected in json.loads(path.read_text(encoding="utf-8")).items()
    }


NONE = {name for names in NO_REPORT.values() for name in names}
EXPECTED = expectations()


def read(name: str) -> tuple[list[reports.TestResult], reports.Report] | None:
    with (REAL_DATA / name).open("rb") as stream:
        report = reports.open_report(stream, name)
        return None if report is None else (list(report), report)


def counts(name: str) -> Counter[str]:
    """Of final results, by the words of the sources; of a pattern, of all its files together."""
    found: Counter[str] = Counter()
    for path in sorted(REAL_DATA.glob(name)) if "*" in name else [REAL_DATA / name]:
        opened = read(str(path.relative_to(REAL_DATA)))
        assert opened is not None
        found.update(result.status for result in opened[0] if not result.rerun)
    return Counter(
        tests=found.total(),
        passed=found["passed"],
        failed=found["failed"],
        errors=found["error"],
        skipped=found["skipped"],
    )


def as_the_source_counts(found: Counter[str], expected: dict[str, Any]) -> dict[str, int]:
    """Some sources count errors as failed, some state nothing but how many tests there are."""
    if "failed" in expected and "errors" not in expected:
        found["failed"] += found["errors"]
    return {
        word: found[word] for word in ("tests", "passed", "failed", "errors", "skipped") if word in expected
    }


@pytest.mark.parametrize("name", files())
def test_every_file_is_read_or_listed_as_no_report(name: str) -> None:
    opened = read(name)
    assert (opened is None) == (name in NONE)
    if opened is None:
        return
    found, report = opened
    if name in INCOMPLETE:
        assert len(found) == INCOMPLETE[name]
        assert str(report.problem).startswith("the report breaks off: ")
    else:
        assert report.problem is None
        assert report.summary.whole


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - NONE))
def test_the_counts_are_those_that_the_source_states(name: str) -> None:
    expected = EXPECTED[name]
    if "unreadable" in expected:
        assert name in INCOMPLETE
        return
    found = as_the_source_counts(counts(name), expected)
    stated = {word: expected[word] for word in found}
    if name in DIFFERENT:
        assert found != stated, "no exception any more"
        assert found == DIFFERENT[name][1]
    else:
        assert found == stated


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        (f"{PUBLISH}/trx/yami_YAMILEX_2015-10-24_04_18_59.trx", 26),
        (f"{PUBLISH}/junit-xml/pytest/junit.gloo.static.xml", 68),
        (f"{DORNY}/external/java/pulsar-test-report.xml", 2_126),
        (f"{LAUNCHABLE}/prove/report.xml", 14),
    ],
)
def test_durations_add_up(name: str, seconds: int) -> None:
    opened = read(name)
    assert opened is not None
    assert int(sum(result.duration_seconds or 0 for result in opened[0])) == seconds


def test_earlier_tries_are_told_apart() -> None:
    found = {
        name: [(result.status, result.rerun) for result in (read(f"{LAUNCHABLE}/maven/{name}") or ([],))[0]]
        for name in ("reports-flaky/TEST-flaky.xml", "reports-rerun-error/TEST-rerun-error.xml")
    }
    assert found == {
        "reports-flaky/TEST-flaky.xml": [("failed", True)] * 4 + [("passed", False)],
        "reports-rerun-error/TEST-rerun-error.xml": [("error", True)] * 4 + [("error", False)],
    }


def test_ants_aggregate_is_counted_with_its_parts() -> None:
    names = sorted((REAL_DATA / LAUNCHABLE / "ant/junitreport").glob("*.xml"))
    summaries = {}
    for position, path in enumerate(names):
        opened = read(str(path.relative_to(REAL_DATA)))
        assert opened is not None
        summaries[position] = opened[1].summary
    assert [path.name.startswith("TESTS-") for path in names] == [False, False, True]
    assert dict(reports.repeated(summaries)) == {
        2: "its 3 results are those of 2 other files, and are counted there"
    }
