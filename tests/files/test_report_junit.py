"""JUnit XML: the dialects of its writers, each in the shape that the framework documents."""

from __future__ import annotations

import io

import pytest

from progressive_capture.lib.files import test_results as reports


def read(text: str | bytes, path: str = "report.xml") -> tuple[list[reports.TestResult], str | None]:
    data = text.encode() if isinstance(text, str) else text
    report = reports.open_report(io.BytesIO(data), path)
    assert report is not None
    return list(report), report.problem


def results(text: str | bytes) -> list[reports.TestResult]:
    found, problem = read(text)
    assert problem is None
    return found


def case(inner: str = "", attributes: str = 'classname="C" name="t" time="0.5"') -> reports.TestResult:
    """The only result of a case in a suite."""
    (result,) = results(f'<testsuite name="S"><testcase {attributes}>{inner}</testcase></testsuite>')
    return result


def test_a_case_without_anything_in_it_has_passed() -> None:
    assert case() == ("S", "C", "t", "passed", False, 0.5, None)


@pytest.mark.parametrize(
    ("element", "status"), [("failure", "failed"), ("error", "error"), ("skipped", "skipped")]
)
def test_what_stands_in_a_case_is_its_status(element: str, status: str) -> None:
    assert case(f'<{element} message="why">text</{element}>') == ("S", "C", "t", status, False, 0.5, "why")


def test_the_text_speaks_where_there_is_no_message() -> None:
    assert case("<failure type='E'>\n  line 1\n  line 2\n</failure>").message == "line 1\n  line 2"
    assert case('<failure message=""><![CDATA[a <b> c]]></failure>').message == "a <b> c"
    assert case("<skipped/>").message is None


def test_output_is_no_message() -> None:
    assert case("<failure/><system-out>noise</system-out>").message is None
    assert case("<system-out><failure>not one</failure></system-out>").status == "passed"


def test_predefined_entities_and_references_are_read() -> None:
    result = case('<failure message="a &lt; b &amp; &quot;c&quot; &#10;&#x1F600;"/>')
    assert result.message == 'a < b & "c" \n\N{GRINNING FACE}'


def test_a_long_message_says_that_it_is_cut() -> None:
    for inner in (f'<failure message="{"m" * 12_345}"/>', f"<failure>{'m' * 12_345}</failure>"):
        told = case(inner).message
        assert told is not None
        assert len(told) <= 10_000
        assert told.endswith("of 12,345 characters)")
        assert told.startswith("m" * 9_900)
    assert case(f"<failure>{'m' * 10_000}</failure>").message == "m" * 10_000


def test_long_names_are_cut_and_stay_apart() -> None:
    first, second = (case(attributes=f'name="{"n" * 5_000}{end}"').name for end in "ab")
    assert first is not None
    assert len(first) <= 1_000
    assert first != second


def test_missing_attributes_are_none() -> None:
    assert results("<testsuites><testsuite><testcase/></testsuite></testsuites>") == [
        (None, None, None, "passed", False, None, None)
    ]
    assert case(attributes='classname="" name="" time=""') == ("S", None, None, "passed", False, None, None)
    assert case(attributes='class="C" name="t"').classname == "C"


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("0.123", 0.123),
        ("0,123", 0.123),
        ("1,234.56", 1_234.56),
        ("1.234,56", 1_234.56),
        ("12,345,678", 12_345_678.0),
        ("1e-3", 0.001),
        ("0", 0.0),
        ("-1", None),
        ("NaN", None),
        ("inf", None),
        ("-", None),
        ("", None),
        (",", None),
        ("1s", None),
    ],
)
def test_durations_in_every_notation(time: str, seconds: float | None) -> None:
    assert case(attributes=f'classname="C" name="t" time="{time}"').duration_seconds == seconds
    assert case("<failure/>", attributes=f'name="t" time="{time}"').duration_seconds == seconds


def test_the_suite_is_the_innermost_one_that_has_a_name() -> None:
    # PHPUnit: a suite for the configuration, the class, and a data provider.
    found = results(
        """<testsuites><testsuite name="all"><testsuite name="App\\CartTest" file="/app/CartTest.php">
        <testcase name="testEmpty" class="App\\CartTest" classname="App.CartTest" time="0.1"/>
        <testsuite name="App\\CartTest::testAdd"><testcase name="testAdd with data set #0"/></testsuite>
        <testsuite><testcase name="nameless suite"/></testsuite>
        </testsuite><testcase name="last"/></testsuite></testsuites>"""
    )
    assert [(each.suite, each.name) for each in found] == [
        ("App\\CartTest", "testEmpty"),
        ("App\\CartTest::testAdd", "testAdd with data set #0"),
        ("App\\CartTest", "nameless suite"),
        ("all", "last"),
    ]


def test_surefire_flaky_tests_passed_in_the_end_and_failed_before() -> None:
    found = results(
        """<testsuite name="S"><testcase name="t" classname="C" time="0.2">
        <flakyFailure message="first" type="E"><stackTrace>at x</stackTrace></flakyFailure>
        <flakyError type="E" time="0.4"><stackTrace>second</stackTrace></flakyError></testcase></testsuite>"""
    )
    assert found == [
        ("S", "C", "t", "failed", True, None, "first"),
        ("S", "C", "t", "error", True, 0.4, "second"),
        ("S", "C", "t", "passed", False, 0.2, None),
    ]


def test_surefire_reruns_that_failed_again() -> None:
    found = results(
        """<testsuite name="S"><testcase name="t" classname="C" time="0.2"><failure message="last"/>
        <rerunFailure message="again"/><rerunError message="worse"/></testcase></testsuite>"""
    )
    assert [(each.status, each.rerun, each.message) for each in found] == [
        ("failed", True, "again"),
        ("error", True, "worse"),
        ("error", False, "last"),
    ]


def test_nextest_reruns() -> None:
    found = results(
        """<testsuites name="nextest-run"><testsuite name="crate">
        <testcase name="retry" classname="crate" time="1">
        <flakyFailure timestamp="2026-01-01T00:00:00Z" time="0.5" type="test failure">out</flakyFailure>
        </testcase><testcase name="bad" classname="crate" time="1"><failure type="test failure">x</failure>
        <rerunFailure time="0.7" type="test failure">y</rerunFailure></testcase></testsuite></testsuites>"""
    )
    assert [(each.name, each.status, each.rerun, each.duration_seconds) for each in found] == [
        ("retry", "failed", True, 0.5),
        ("retry", "passed", False, 1.0),
        ("bad", "failed", True, 0.7),
        ("bad", "failed", False, 1.0),
    ]


def test_pytest_failed_and_then_its_teardown_did() -> None:
    assert case('<failure message="assert"/><error message="teardown"/>')[3:] == (
        "error", False, 0.5, "teardown",
    )  # fmt: skip
    assert case('<error message="setup"/><skipped message="s"/>')[3:] == ("error", False, 0.5, "setup")
    assert case('<failure message="assert"/><error/>').message == "assert"
    two = results(
        """<testsuites><testsuite name="pytest"><testcase classname="m" name="t"/>
        <testcase classname="m" name="t"><error message="failed on teardown"/></testcase></testsuite>
        </testsuites>"""
    )
    assert [each.status for each in two] == ["passed", "error"]


@pytest.mark.parametrize(
    ("attributes", "status"),
    [
        ('status="run" result="completed"', "passed"),
        ('status="notrun" result="suppressed"', "skipped"),
        ('status="run" result="skipped"', "skipped"),
        ('status="disabled"', "skipped"),
        ('status="fail"', "failed"),
        ('status="Passed"', "passed"),
        ('status="Inconclusive"', "skipped"),
    ],
)
def test_the_status_that_googletest_ctest_and_nunit_state(attributes: str, status: str) -> None:
    assert case(attributes=f'name="t" {attributes}').status == status
    assert case('<failure message="f"/>', attributes=f'name="t" {attributes}').status == "failed"


def test_googletest_lists_every_failed_expectation() -> None:
    assert case('<failure message="first"/><failure message="second"/>').message == "first"


def test_a_suite_that_could_not_run_is_a_result_without_a_name() -> None:
    assert results('<testsuite name="S" tests="1"><error message="no class"/></testsuite>') == [
        ("S", None, None, "error", False, None, "no class")
    ]


def test_cases_without_a_suite_and_in_one_another_are_kept() -> None:
    found = results(
        """<testsuites><testcase name="loose"/><testsuite name="S"><testcase name="outer"><failure>a
        <testcase name="inner"/></failure></testcase><testcase name="next"/></testsuite></testsuites>"""
    )
    assert [(each.suite, each.name, each.status) for each in found] == [
        (None, "loose", "passed"),
        ("S", "outer", "passed"),
        ("S", "inner", "passed"),
        ("S", "next", "passed"),
    ]


def test_prefixed_elements_are_read() -> None:
    (result,) = results(
        '<j:testsuites xmlns:j="urn:j"><j:testsuite name="S"><j:testcase name="t"><j:skipped/></j:testcase>'
        "</j:testsuite></j:testsuites>"
    )
    assert (result.suite, result.name, result.status) == ("S", "t", "skipped")


@pytest.mark.parametrize(
    "text",
    [
        '<testsuites tests="4"/>',
        '<testsuites><testsuite tests="3"/><testsuite tests="1"><properties/></testsuite></testsuites>',
        '<testsuite tests="4"><testsuite tests="3"/></testsuite>',
    ],
)
def test_declared_tests_that_are_not_listed_are_told(text: str) -> None:
    assert read(text) == ([], "declares 4 tests and lists none")


def test_a_report_of_no_tests_is_whole() -> None:
    assert read('<testsuites name="Mocha Tests" tests="0" failures="0"></testsuites>') == ([], None)


@pytest.mark.parametrize("cut", ["", "</testcase><testcase name='", "<failure>text", "</testsuites>"])
def test_a_report_that_breaks_off_yields_what_it_had(cut: str) -> None:
    found, problem = read(f'<testsuites><testsuite name="S"><testcase name="a"/><testcase name="b">{cut}')
    whole = ["a", "b"] if cut.startswith("</testcase>") else ["a"]
    assert [each.name for each in found] == whole
    assert problem is not None
    assert problem.startswith("the report breaks off: ")
    assert problem.endswith("; 1 result was read" if len(whole) == 1 else "; 2 results were read")


def test_an_error_of_the_stream_is_not_the_reports() -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 65_536:
                raise OSError("the disk is gone")
            return super().read(size)

    report = reports.open_report(Torn(b"<testsuite>" + b"<testcase/>" * 10_000), "a.xml")
    assert report is not None
    with pytest.raises(OSError, match="the disk is gone"):
        list(report)
