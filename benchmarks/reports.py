"""How long a large test report takes to read, beside a bare loop of `iterparse`, and in how much memory.

`python -m benchmarks.reports`: a JUnit report is written to a temporary file and read by both in turn; the
best of each counts. Memory is the kernel's count (ru_maxrss) of a process that does nothing but read it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
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


def write_report(path: Path, size_bytes: int, seed: int) -> Written:
    """Write a report of about that size: suites as surefire writes them, under one root."""
    random = Random(seed)  # noqa: S311  (the same report every time)
    cases = failed = 0
    with path.open("w", encoding="utf-8") as report:
        report.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n')
        while report.tell() < size_bytes:
            suite = f"com.example.service.Suite{cases // CASES_IN_SUITE}Test"
            report.write(f'<testsuite name="{suite}" tests="{CASES_IN_SUITE}" time="2.5">\n{PROPERTIES}')
            for number in range(CASES_IN_SUITE):
                kind = random.random()
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


def best_of_both(path: Path, rounds: int) -> tuple[float, float]:
    """Seconds that our reader and the bare loop took, each its best of so many rounds in turn."""
    ours, bare = [], []
    for _ in range(rounds):
        bare.append(_seconds(lambda: bare_loop(path)))
        ours.append(_seconds(lambda: read(path)))
    return min(ours), min(bare)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


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


def measure(folder: Path, megabytes: int, rounds: int, seed: int) -> list[Number]:
    """Memory first, then time; the reports are written into the folder."""
    small, large = folder / "small.xml", folder / "large.xml"
    write_report(small, MEGABYTE, seed)
    written = write_report(large, megabytes * MEGABYTE, seed)
    few, many = peak_megabytes(small), peak_megabytes(large)
    ours, bare = best_of_both(large, rounds)
    click.echo(
        f"\na report of {large.stat().st_size:,} bytes, {written.cases:,} cases, {written.failed:,} failed\n"
        f"  seconds, the best of {rounds}: {ours:.2f}; the bare loop {bare:.2f}"
    )
    return [
        Number(what="times the seconds of a bare iterparse loop", value=ours / bare, bound=2, digits=2),
        Number(what="peak resident memory in MB", value=many, bound=200, digits=1),
        Number(what="times the memory of a report of 1 MB", value=many / few, bound=1.2, digits=2),
    ]


@click.command()
@click.option("--megabytes", default=100, show_default=True, help="Size of the report.")
@click.option("--rounds", default=3, show_default=True, help="How often each reads it.")
@click.option("--seed", default=9, show_default=True, help="Another seed, another report.")
@click.option("--only-read", type=click.Path(path_type=Path), hidden=True)
def main(megabytes: int, rounds: int, seed: int, only_read: Path | None) -> None:
    """Time and memory of reading a large test report."""
    if only_read is not None:
        read(only_read)
        return
    with tempfile.TemporaryDirectory() as folder:
        numbers = measure(Path(folder), megabytes, rounds, seed)
    for number in numbers:
        click.echo(f"  {number}")
    end(numbers)


if __name__ == "__main__":
    main()
