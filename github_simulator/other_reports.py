"""Test results that are no JUnit XML: TRX, which .NET writes, and CTRF, which is JSON.

https://learn.microsoft.com/dotnet/core/testing/unit-testing-with-dotnet-test and
https://ctrf.io/docs/specification.
"""

import json
from collections.abc import Sequence
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from github_simulator.artifact_bytes import ReportedResult
from github_simulator.junit_reports import Report
from github_simulator.simulated_tests import Case

_TRX = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"
_TRX_WORDS = {"passed": "Passed", "failed": "Failed", "error": "Error", "skipped": "NotExecuted"}
_CTRF_WORDS = {"passed": "passed", "failed": "failed", "error": "failed", "skipped": "skipped"}


def trx(cases: Sequence[Case]) -> Report:
    """TRX: results in one part, the classes of the tests in another, tied by ids."""
    results, definitions = [], []
    for number, case in enumerate(cases, 1):
        test, name = UUID(int=number), quoteattr(case.name)
        hours, rest = divmod(case.milliseconds, 3_600_000)
        minutes, left = divmod(rest, 60_000)
        duration = f"{hours:02}:{minutes:02}:{left // 1_000:02}.{left % 1_000:03}0000"
        results.append(
            f'<UnitTestResult executionId="{test}" testId="{test}" testName={name} duration="{duration}"'
            f' outcome="{_TRX_WORDS[case.outcome]}">{_trx_output(case)}</UnitTestResult>\n'
        )
        definitions.append(
            f'<UnitTest name={name} storage="shop.dll" id="{test}"><Execution id="{test}"/>'
            f"<TestMethod className={quoteattr(case.classname)} name={name}/></UnitTest>\n"
        )
    text = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<TestRun id="{UUID(int=0)}" name="shop" xmlns="{_TRX}">\n'
        f"<Results>\n{''.join(results)}</Results>\n"
        f"<TestDefinitions>\n{''.join(definitions)}</TestDefinitions>\n</TestRun>\n"
    )
    found = [ReportedResult(None, one.classname, one.name, one.outcome, one.seconds) for one in cases]
    return Report(text.encode("utf-8-sig"), tuple(found))


def _trx_output(case: Case) -> str:
    if case.outcome in {"passed", "skipped"}:
        return ""
    return f"<Output><ErrorInfo><Message>{escape(case.message)}</Message></ErrorInfo></Output>"


def ctrf(cases: Sequence[Case]) -> Report:
    """CTRF: durations in milliseconds; a test that broke has failed."""
    words = [_CTRF_WORDS[case.outcome] for case in cases]
    tests = [
        {
            "name": case.name,
            "status": word,
            "duration": case.milliseconds,
            "suite": case.suite,
            **({"message": case.message} if word == "failed" else {}),
        }
        for case, word in zip(cases, words, strict=True)
    ]
    counts = {word: words.count(word) for word in ("passed", "failed", "skipped")}
    summary = {"tests": len(cases), **counts, "pending": 0, "other": 0, "start": 0, "stop": 1_000}
    document = {"results": {"tool": {"name": "vitest"}, "summary": summary, "tests": tests}}
    results = tuple(
        ReportedResult(
            case.suite,
            None,
            case.name,
            "failed" if case.outcome == "error" else case.outcome,
            case.seconds,
        )
        for case in cases
    )
    return Report(json.dumps(document, ensure_ascii=False, indent=1).encode(), results)
