"""TRX: the reports of Visual Studio, `dotnet test` and MSTest."""

from __future__ import annotations

import io

import pytest

from progressive_capture.lib.files import test_results as reports
from progressive_capture.lib.files.test_results import trx_definitions
from progressive_capture.lib.files.test_results.decoding import CHUNK_BYTES

XMLNS = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"
DEFINITIONS = """<TestDefinitions><UnitTest name="Adds" id="t-1"><Execution id="e-1"/>
<TestMethod codeBase="/w/Calc.dll" className="Calc.Tests.Sums, Calc, Version=1.0.0.0" name="Adds"/></UnitTest>
<UnitTest id="t-2"><TestMethod className="Calc.Tests.Box`1[[System.Int32, mscorlib]]"/></UnitTest>
</TestDefinitions>"""


def read(
    results: str, definitions: str = DEFINITIONS, total: int = 0
) -> tuple[list[reports.TestResult], str | None]:
    summary = f'<ResultSummary outcome="Completed"><Counters total="{total}"/></ResultSummary>'
    text = (
        f'\ufeff<?xml version="1.0" encoding="utf-8"?><TestRun id="r" xmlns="{XMLNS}">'
        f"<Results>{results}</Results>{definitions}{summary}</TestRun>"
    )
    report = reports.open_report(io.BytesIO(text.encode()), "run.trx")
    assert report is not None
    return list(report), report.problem


def result(attributes: str, inner: str = "") -> reports.TestResult:
    (found,), problem = read(f"<UnitTestResult {attributes}>{inner}</UnitTestResult>")
    assert problem is None
    return found


def test_the_class_comes_from_the_definition_behind_the_results() -> None:
    assert result('testId="t-1" testName="Adds" outcome="Passed" duration="00:00:01.5000000"') == (
        None, "Calc.Tests.Sums", "Adds", "passed", False, 1.5, None,
    )  # fmt: skip
    assert result('testId="t-2"').classname == "Calc.Tests.Box`1[[System.Int32, mscorlib]]"
    assert result('testId="t-9"').classname is None


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("Passed", "passed"),
        ("PassedButRunAborted", "passed"),
        ("Warning", "passed"),
        ("Failed", "failed"),
        ("Error", "error"),
        ("Timeout", "error"),
        ("Aborted", "error"),
        ("Disconnected", "error"),
        ("NotExecuted", "skipped"),
        ("Inconclusive", "skipped"),
        ("NotRunnable", "skipped"),
        ("Pending", "skipped"),
        ("InProgress", "skipped"),
        ("SomethingNew", "skipped"),
    ],
)
def test_every_outcome_has_a_status(outcome: str, status: str) -> None:
    assert result(f'testName="n" outcome="{outcome}"').status == status


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("00:00:00.0250000", 0.025),
        ("01:02:03", 3_723.0),
        ("1.00:00:01", 86_401.0),
        ("-00:00:01", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_durations_are_clock_times(duration: str, seconds: float | None) -> None:
    assert result(f'testName="n" duration="{duration}"').duration_seconds == seconds


def test_the_message_is_that_of_the_error() -> None:
    inner = """<Output><StdOut>noise</StdOut><ErrorInfo><Message>Expected 1&#xD;
    but was 2</Message><StackTrace>at Calc</StackTrace></ErrorInfo>
    <TextMessages><Message>noise</Message></TextMessages></Output>"""
    assert result('testName="n" outcome="Failed"', inner).message == "Expected 1\r\n    but was 2"
    assert (
        result('testName="n" outcome="Failed"', "<Output><Message>noise</Message></Output>").message is None
    )


def test_rows_of_a_data_driven_test_count_and_their_sum_does_not() -> None:
    found, _ = read(
        """<UnitTestResult testId="t-1" testName="Adds" outcome="Failed" resultType="DataDrivenTest">
        <InnerResults>
        <UnitTestResult testId="t-1" testName="Adds (1)" outcome="Passed" resultType="DataDrivenDataRow"/>
        <UnitTestResult testId="t-1" testName="Adds (2)" outcome="Failed" resultType="DataDrivenDataRow">
        <Output><ErrorInfo><Message>m</Message></ErrorInfo></Output></UnitTestResult></InnerResults></UnitTestResult>"""
    )
    assert [(each.classname, each.name, each.status, each.rerun, each.message) for each in found] == [
        ("Calc.Tests.Sums", "Adds (1)", "passed", False, None),
        ("Calc.Tests.Sums", "Adds (2)", "failed", False, "m"),
    ]


def test_the_last_try_of_a_rerun_is_the_result() -> None:
    tries = "".join(
        f'<UnitTestResult testName="n" outcome="{each}"/>' for each in ("Failed", "Error", "Passed")
    )
    found, _ = read(
        f'<UnitTestResult testName="n" resultType="rerun"><InnerResults>{tries}</InnerResults>'
        "</UnitTestResult>"
        '<UnitTestResult testName="next" outcome="Passed"/>'
    )
    assert [(each.name, each.status, each.rerun) for each in found] == [
        ("n", "failed", True),
        ("n", "error", True),
        ("n", "passed", False),
        ("next", "passed", False),
    ]


def test_counted_tests_that_are_not_listed_are_told() -> None:
    assert read("", total=4) == ([], "declares 4 tests and lists none")
    assert read("") == ([], None)


def test_a_damaged_report_keeps_its_classes() -> None:
    first = '<UnitTestResult testId="t-1" outcome="Passed"/>'
    found, problem = read(first + '<UnitTestResult testId="t-1" outcome="Failed" testName="\x1b"/>')
    assert [(each.classname, each.status) for each in found] == [
        ("Calc.Tests.Sums", "passed"),
        ("Calc.Tests.Sums", "failed"),
    ]
    assert problem == "holds what XML forbids: it was read as \N{REPLACEMENT CHARACTER}"


def test_a_report_that_breaks_off_yields_what_it_had() -> None:
    report = reports.open_report(
        io.BytesIO(b'<TestRun><Results><UnitTestResult testName="a" outcome="Passed"/><UnitTestRes'),
        "run.trx",
    )
    assert report is not None
    assert [each.name for each in report] == ["a"]
    assert str(report.problem).startswith("the report breaks off: ")


def test_definitions_are_held_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trx_definitions, "MOST_BYTES_OF_DEFINITIONS", 150 + len("t-1Calc.Tests.Sums"))
    found, problem = read('<UnitTestResult testId="t-1"/><UnitTestResult testId="t-2"/>')
    assert [each.classname for each in found] == ["Calc.Tests.Sums", None]
    assert problem == "has 1 definitions too many: no classes are known of them"


def whole(inner: str) -> tuple[list[tuple[str | None, str | None]], str | None]:
    """Class and name of all results of a report, and its problem."""
    report = reports.open_report(io.BytesIO(f"<TestRun>{inner}</TestRun>".encode()), "run.trx")
    assert report is not None
    return [(each.classname, each.name) for each in report], report.problem


RESULT = '<Results><UnitTestResult testId="1" testName="n" outcome="Passed"/></Results>'
DECOY = '<TestDefinitions><UnitTest id="1"><TestMethod className="Decoy"/></UnitTest></TestDefinitions>'
GENUINE = DECOY.replace("Decoy", "Genuine")


@pytest.mark.parametrize(
    "inner",
    [
        f"<Output><![CDATA[{DECOY}]]></Output>{RESULT}{GENUINE}",
        f"{RESULT}<!--{DECOY}-->{GENUINE}<!-- <![CDATA[ {DECOY} -->",
        f"{RESULT}<?note {DECOY.replace('?', '')}?>{GENUINE}",
        f"<!--{DECOY}<![CDATA[-->{GENUINE}<![CDATA[<!--{DECOY}]]>{RESULT}",
        f"{RESULT}{GENUINE.replace('</UnitTest>', '</UnitTest><!--</TestDefinitions>--><![CDATA[<x>]]>')}",
        f"{RESULT}{DECOY.replace('TestDefinitions', 'TestDefinitionsOfOld')}{GENUINE}",
    ],
    ids=["output", "comment", "instruction", "both", "inside", "longer name"],
)
def test_definitions_count_only_where_they_are_elements(inner: str) -> None:
    assert whole(inner) == ([("Genuine", "n")], None)


@pytest.mark.parametrize(
    "definitions",
    [
        GENUINE.replace("</TestDefinitions>", "</TestDefinitions \n>"),
        GENUINE.replace("<TestDefinitions>", "<TestDefinitions\n kind='a > b'>"),
        GENUINE.replace("<", "<vs:").replace("<vs:/", "</vs:"),
        f"<TestDefinitions/>{GENUINE}",
        f"<TestDefinitions />{GENUINE}",
        GENUINE + GENUINE.replace('id="1"', 'id="2"'),
    ],
    ids=["space", "attribute", "prefix", "empty", "empty with space", "two"],
)
def test_definitions_are_found_however_they_are_written(definitions: str) -> None:
    assert whole(RESULT + definitions) == ([("Genuine", "n")], None)
    assert whole(definitions + RESULT) == ([("Genuine", "n")], None)


def test_no_result_between_two_definitions_is_lost() -> None:
    between = f"<TestDefinitions />{RESULT}{GENUINE}"
    assert whole(between) == ([("Genuine", "n")], None)
    assert whole(GENUINE + RESULT + GENUINE) == ([("Genuine", "n")], None)


@pytest.mark.parametrize("shift", range(0, 200, 3))
def test_definitions_across_the_ends_of_chunks_are_found(shift: int) -> None:
    pad = "x" * (CHUNK_BYTES - len(RESULT) - shift)
    assert whole(f"<a><![CDATA[{pad}]]></a>{RESULT}<!--{DECOY}-->{GENUINE}") == ([("Genuine", "n")], None)
    assert whole(f"<a>{pad}</a>{GENUINE}{RESULT}") == ([("Genuine", "n")], None)


def test_where_a_report_breaks_off_is_told_as_if_all_was_read_at_once() -> None:
    definitions = GENUINE.replace("><", ">\n<")
    before = f"{RESULT}\n{definitions}\n"
    _, problem = whole(f"{before}  <a></b>")
    assert problem is not None
    assert f"line {before.count(chr(10)) + 1}, column 7" in problem


def test_a_report_that_breaks_off_in_its_definitions_keeps_those_before() -> None:
    second = '<UnitTest id="2"><TestMethod className="Second"/>'
    two = RESULT.replace("</Results>", '<UnitTestResult testId="2" testName="m"/></Results>')
    text = f"<TestRun>{two}{GENUINE.replace('</TestDefinitions>', second)}"
    for ending in ("", "</UnitTest>", "</UnitTest><UnitTest", "</UnitTest></TestDefinit"):
        report = reports.open_report(io.BytesIO((text + ending).encode()), "run.trx")
        assert report is not None
        assert [each.classname for each in report] == ["Genuine", "Second"]
        assert "breaks off" in str(report.problem)


def test_results_before_a_damage_are_handed_on_once() -> None:
    many = '<UnitTestResult testId="1" testName="n"/>' * 2_000
    damaged = '<UnitTestResult testId="1" testName="\x1b"/>'
    found, problem = whole(f"<Results>{many}{damaged}</Results>{GENUINE}")
    assert found == [("Genuine", "n")] * 2_000 + [("Genuine", "\N{REPLACEMENT CHARACTER}")]
    assert problem == "holds what XML forbids: it was read as \N{REPLACEMENT CHARACTER}"


def test_damaged_definitions_are_read_too() -> None:
    damaged = GENUINE.replace("<UnitTest ", "<UnitTest name='\x1b' ")
    found, problem = whole(RESULT + damaged)
    assert found == [("Genuine", "n")]
    assert problem == "holds what XML forbids: it was read as \N{REPLACEMENT CHARACTER}"


def test_definitions_are_parsed_once() -> None:
    names = "".join(f"<e{number}/>" for number in range(6_000))
    definitions = GENUINE.replace("</TestDefinitions>", f"{names}</TestDefinitions>")
    others = names.replace("<e", "<f")
    # A parser takes 10,000 different names: two readings have room for these, one has not.
    assert whole(RESULT + definitions + others) == ([("Genuine", "n")], None)
    found, problem = whole(RESULT + others + names)
    assert found == [(None, "n")]
    assert "different names" in str(problem)


def test_more_definitions_than_are_remembered_are_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trx_definitions, "MOST_SECTIONS", 1)
    second = GENUINE.replace('id="1"', 'id="2"')
    two = RESULT.replace("</Results>", '<UnitTestResult testId="2" testName="m"/></Results>')
    assert whole(GENUINE + second + two) == ([("Genuine", "n"), ("Genuine", "m")], None)
