"""The benchmark of the readers, small: what it counts holds on any machine; what it times does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.reports import (
    XML_REPORTS,
    bare_load,
    bare_loop,
    best_of_both,
    peak_megabytes,
    read,
    write_ctrf,
    write_report,
)

SIZE = 300_000


@pytest.mark.parametrize("name", [name for _, name, _, _ in XML_REPORTS])
def test_what_is_written_is_what_is_read(tmp_path: Path, name: str) -> None:
    (write,) = (write for _, each, write, _ in XML_REPORTS if each == name)
    report = tmp_path / name
    written = write(report, SIZE, 9)
    assert 0.9 * SIZE <= report.stat().st_size < 1.4 * SIZE
    assert written.cases > 150
    assert 0 <= written.failed < written.cases / 10
    assert (written.failed > 0) is (name in ("junit.xml", "run.trx"))
    assert read(report) == written
    bare_loop(report)


def test_a_written_ctrf_report_is_read_too(tmp_path: Path) -> None:
    report = tmp_path / "ctrf-report.json"
    written = write_ctrf(report, SIZE, 9)
    assert 0 < written.failed < written.cases / 10
    assert read(report) == written
    bare_load(report)


def test_both_are_timed_and_memory_is_that_of_a_process(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    write_report(report, 50_000, seed=9)
    assert all(seconds > 0 for seconds in best_of_both(report, rounds=1))
    assert 5 < peak_megabytes(report) < 2_000
