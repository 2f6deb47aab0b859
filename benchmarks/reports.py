"""How long large test reports take to read, beside a bare loop of `iterparse`, and in how much memory.

`python -m benchmarks.reports`: each report is written to a temporary file and read by both in turn; the best
of each counts. Memory is the kernel's count (ru_maxrss) of a process that does nothing but read it. CTRF is
no XML: it is read beside one `json.load`, which takes in the whole report at once, and nothing is promised.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TextIO
from uuid import UUID
from xml.etree.ElementTree import iterparse

import click

from benchmarks.numbers import Number, end
from progressive_capture.lib.files.test_results import open_report

MEGABYTE = 1_000_000
KIBIBYTES_IN_MEBIBYTE = 1_024
CASES_IN_SUITE = 50
FAILED, SKIPPED, TALKATIVE = 0.03, 0.05, 0.10
"""Shares of the cases that failed, were skipped, and passed with output of their own."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What stands in a report that was written."""

    cases: int
    failed: int


Write = Callable[[Path, int, int], Written]
"""Writes a report: its path, about how many bytes, and the seed of what is random in it."""


def write_report(path: Path, size_bytes: int, seed: int) -> Written:
    """Write a JUnit report: suites as surefire writes them, under one root."""
    return _write_junit(path, size_bytes, seed, only_passed=False)


def write_passed_report(path: Path, size_bytes: int, seed: int) -> Written:
    """Write a JUnit report of nothing but passed cases: the most results in the fewest bytes."""
    return _write_junit(path, size_bytes, seed, only_passed=True)


def _write_junit(path: Path, size_bytes: int, seed: int, *, only_passed: bool) -> Written:
    random = Random(seed)  # noqa: S311  (the same report every time)
    cases = failed = 0
    with path.open("w", encoding="utf-8") as report:
        report.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n')
        while report.tell() < size_bytes:
            suite = f"com.example.service.Suite{cases // CASES_IN_SUITE}Test"
            report.write(f'<testsuite name="{suite}" tests="{CASES_IN_SUITE}" time="2.5">\n')
            report.write("" if only_passed else PROPERTIES)
            for number in range(CASES_IN_SUITE):
                kind = 1.0 if only_passed else random.random()
                failed += kind < FAILED
                took = random.expovariate(20)
                head = f'<testcase name="handles_request_{number}" classname="{suite}" time="{took:.3f}"'
                report.write(f"{head}{_rest_of_case(kind)}\n")
            report.write("</testsuite>\n")
            cases += CASES_IN_SUITE
        report.write("</testsuites>\n")
    return Written(cases=cases, failed=failed)


PROPERTIES = (
    "<properties>\n"
    + "".join(f'<property name="java.setting.{number}" value="/opt/{number}"/>\n' for number in range(20))
    + "</properties>\n"
)
TRACE = "\tat com.example.service.Handler.handle(Handler.java:120)\n" * 25
OUTPUT = "2026-01-01 12:00:00 INFO  handled a request in 3 ms\n" * 20


def _rest_of_case(kind: float) -> str:
    if kind < FAILED:
        return f'><failure message="expected: &lt;1&gt; but was: &lt;2&gt;">{TRACE}</failure></testcase>'
    if kind < FAILED + SKIPPED:
        return "><skipped/></testcase>"
    if kind < FAILED + SKIPPED + TALKATIVE:
        return f"><system-out><![CDATA[{OUTPUT}]]></system-out></testcase>"
    return "/>"


def write_trx(path: Path, size_bytes: int, seed: int) -> Written:
    """Write a TRX report as `dotnet test` does: about as much of it is definitions as is results."""
    random = Random(seed)  # noqa: S311  (the same report every time)
    cases = failed = 0
    with path.open("w", encoding="utf-8-sig") as report:
        report.write(TRX_BEGINNING)
        while report.tell() < size_bytes * SHARE_OF_RESULTS:
            test, execution = _ids(cases)
            kind, took = random.random(), random.expovariate(20)
            failed += kind < FAILED
            outcome = "Failed" if kind < FAILED else "NotExecuted" if kind < FAILED + SKIPPED else "Passed"
            report.write(
                f'<UnitTestResult executionId="{execution}" testId="{test}" testName="{_name(cases)}" '
                f'computerName="runner" duration="00:00:{took:010.7f}" {TRX_TIMES} outcome="{outcome}" '
                f'{TRX_LIST} relativeResultsDirectory="{execution}"{_rest_of_result(kind)}\n'
            )
            cases += 1
        _write_definitions(report, cases)
        report.write(f'<ResultSummary><Counters total="{cases}"/></ResultSummary></TestRun>\n')
    return Written(cases=cases, failed=failed)


def write_small_trx(path: Path, size_bytes: int, _: int) -> Written:
    """Write a TRX report of results that say the least: which test it was, and that it passed."""
    cases = 0
    with path.open("w", encoding="utf-8-sig") as report:
        report.write(TRX_BEGINNING)
        while report.tell() < size_bytes / 2:
            report.write(f'<UnitTestResult testId="{cases}" testName="n{cases}" outcome="Passed"/>\n')
            cases += 1
        report.write("</Results>\n<TestDefinitions>\n")
        for number in range(cases):
            report.write(f'<UnitTest id="{number}"><TestMethod className="{_suite(number)}"/></UnitTest>\n')
        report.write("</TestDefinitions>\n</TestRun>\n")
    return Written(cases=cases, failed=0)


ODD = 0x9E3779B97F4A7C15F39CC0605CEDC835
"""Multiplied by it, numbers look like random ones."""
SHARE_OF_RESULTS = 0.48
TRX_BEGINNING = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<TestRun id="r" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">\n<Results>\n'
)
TRX_TIMES = 'startTime="2026-01-01T12:00:00.7679347+02:00" endTime="2026-01-01T12:00:00.7688008+02:00"'
TRX_LIST = f'testType="{UUID(int=1)}" testListId="{UUID(int=2)}"'
TRX_LIBRARY = "/home/runner/work/service/tests/bin/Release/net8.0/Example.Service.Tests.dll"


def _suite(number: int) -> str:
    return f"Example.Service.Suite{number // CASES_IN_SUITE}Tests"


def _name(number: int) -> str:
    return f"{_suite(number)}.HandlesRequest_{number % CASES_IN_SUITE}"


def _rest_of_result(kind: float) -> str:
    if kind < FAILED:
        said = "Assert.Equal() Failure&#xD;\nExpected: 1&#xD;\nActual:   2"
        error = f"<Message>{said}</Message><StackTrace>{TRACE}</StackTrace>"
        return f">\n<Output>\n<ErrorInfo>{error}</ErrorInfo>\n</Output>\n</UnitTestResult>"
    if FAILED + SKIPPED <= kind < FAILED + SKIPPED + TALKATIVE:
        return f">\n<Output>\n<StdOut>{OUTPUT}</StdOut>\n</Output>\n</UnitTestResult>"
    return " />"


def _ids(number: int) -> Sequence[UUID]:
    """The test's and its execution's. They follow from the number: a list of them would count as memory."""
    return [UUID(int=(2 * number + more + 1) * ODD % 2**128) for more in range(2)]


def _write_definitions(report: TextIO, cases: int) -> None:
    report.write("</Results>\n<TestDefinitions>\n")
    for number in range(cases):
        test, execution = _ids(number)
        report.write(
            f'<UnitTest name="{_name(number)}" storage="{TRX_LIBRARY.lower()}" id="{test}">\n'
            f'<Execution id="{execution}" />\n<TestMethod codeBase="{TRX_LIBRARY}" '
            f'adapterTypeName="executor://xunit/VsTestRunner2/netcoreapp" className="{_suite(number)}" '
            f'name="HandlesRequest_{number % CASES_IN_SUITE}" />\n</UnitTest>\n'
        )
    report.write("</TestDefinitions>\n<TestEntries>\n")
    for number in range(cases):
        test, execution = _ids(number)
        report.write(f'<TestEntry testId="{test}" executionId="{execution}" {TRX_LIST} />\n')
    report.write("</TestEntries>\n")


def write_ctrf(path: Path, size_bytes: int, seed: int) -> Written:
    """Write a CTRF report."""
    random = Random(seed)  # noqa: S311  (the same report every time)
    cases = failed = 0
    with path.open("w", encoding="utf-8") as report:
        report.write('{"reportFormat": "CTRF", "results": {"tool": {"name": "t"}, "tests": [')
        while report.tell() < size_bytes:
            kind = random.random()
            failed += kind < FAILED
            test = {"name": _name(cases), "suite": [_suite(cases)], "duration": random.randrange(1_000)}
            test["status"] = "failed" if kind < FAILED else "passed"
            if kind < FAILED:
                test |= {"message": "expected: <1> but was: <2>", "trace": TRACE}
            report.write(f"{',' if cases else ''}\n{json.dumps(test)}")
            cases += 1
        report.write("]}}\n")
    return Written(cases=cases, failed=failed)


def read(path: Path) -> Written:
    """Read the report as the product does."""
    with path.open("rb") as stream:
        report = open_report(stream, path.name)
        assert report is not None
        cases = failed = 0
        for result in report:
            cases += 1
            failed += result.status == "failed"
    assert report.problem is None
    return Written(cases=cases, failed=failed)


def bare_loop(path: Path) -> None:
    """Pass over the report with the standard library, looking at nothing."""
    for _, element in iterparse(path):  # noqa: S314  (the report is our own)
        element.clear()


def bare_load(path: Path) -> None:
    """Take in the whole report with the standard library."""
    with path.open("rb") as stream:
        json.load(stream)


def best_of_both(
    path: Path, rounds: int, bare_reading: Callable[[Path], None] = bare_loop
) -> tuple[float, float]:
    """Processor seconds that our reader and the bare reading took, each its best of so many rounds in turn.

    Not those of a clock on the wall: what else the machine does would be in them.
    """
    ours, bare = [], []
    for _ in range(rounds):
        bare.append(_seconds(lambda: bare_reading(path)))
        ours.append(_seconds(lambda: read(path)))
    return min(ours), min(bare)


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def peak_megabytes(path: Path) -> float:
    """The highest resident memory of a process that reads the report.

    It begins with what this process has at that moment: measure before the bare loop grows it.
    """
    command = [sys.executable, "-m", "benchmarks.reports", "--only-read", str(path)]
    process = subprocess.Popen(command)  # noqa: S603  (our own command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise click.ClickException(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_maxrss / KIBIBYTES_IN_MEBIBYTE


XML_REPORTS: Sequence[tuple[str, str, Write, float]] = (
    ("JUnit", "junit.xml", write_report, 1),
    ("JUnit, nothing but passed cases", "passed.xml", write_passed_report, 1),
    ("TRX", "run.trx", write_trx, 1),
    ("TRX, the smallest results", "small.trx", write_small_trx, 0.2),
)
"""What each is, its name, who writes it, and its share of the size that is asked for.

Of 200,000 tests and more a TRX report's class names are not all held.
"""


def measure(folder: Path, megabytes: int, rounds: int, seed: int) -> list[Number]:
    """Memory first, then time; the reports are written into the folder."""
    size = megabytes * MEGABYTE
    written = [
        (what, folder / name, write(folder / name, int(size * share), seed))
        for what, name, write, share in XML_REPORTS
    ]
    numbers = _memory(folder, [(what, path) for what, path, _ in written], seed)
    for what, path, report in written:
        ours, bare = best_of_both(path, rounds)
        _tell(what, path, report, f"{ours:.2f}; the bare iterparse loop {bare:.2f}, the best of {rounds}")
        times = f"{what}: times the bare loop"
        numbers.append(Number(what=times, value=ours / bare, bound=2, digits=2))
    _measure_ctrf(folder / "ctrf-report.json", size // 4, rounds, seed)
    return numbers


def _memory(folder: Path, reports: Sequence[tuple[str, Path]], seed: int) -> list[Number]:
    write_report(folder / "little.xml", MEGABYTE, seed)
    little = peak_megabytes(folder / "little.xml")
    peaks = [(what, peak_megabytes(path)) for what, path in reports]
    return [
        *(
            Number(what=f"{what}: peak resident memory in MB", value=peak, bound=200, digits=1)
            for what, peak in peaks
        ),
        Number(what="JUnit: times the memory of 1 MB of it", value=peaks[0][1] / little, bound=1.2, digits=2),
    ]


def _measure_ctrf(path: Path, size_bytes: int, rounds: int, seed: int) -> None:
    report = write_ctrf(path, size_bytes, seed)
    ours, bare = best_of_both(path, rounds, bare_load)
    ratio = f"{ours / bare:.2f} times that (nothing is promised of it)"
    _tell("CTRF", path, report, f"{ours:.2f}; json.load, all at once, {bare:.2f}: {ratio}")


def _tell(what: str, path: Path, report: Written, seconds: str) -> None:
    click.echo(
        f"\n{what}: {path.stat().st_size:,} bytes, {report.cases:,} cases, {report.failed:,} failed\n"
        f"  processor seconds: {seconds}"
    )


@click.command()
@click.option(
    "--megabytes",
    default=100,
    show_default=True,
    help="Size of a report; CTRF and the smallest results are less.",
)
@click.option("--rounds", default=3, show_default=True, help="How often each reads it.")
@click.option("--seed", default=9, show_default=True, help="Another seed, another report.")
@click.option("--only-read", type=click.Path(path_type=Path), hidden=True)
def main(megabytes: int, rounds: int, seed: int, only_read: Path | None) -> None:
    """Time and memory of reading large test reports."""
    if only_read is not None:
        read(only_read)
        return
    with tempfile.TemporaryDirectory() as folder:
        numbers = measure(Path(folder), megabytes, rounds, seed)
    click.echo()
    for number in numbers:
        click.echo(f"  {number}")
    end(numbers)


if __name__ == "__main__":
    main()
