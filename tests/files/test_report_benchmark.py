"""The benchmark of the readers, small: what it counts holds on any machine; what it times does not."""

from __future__ import annotations

from pathlib import Path

from benchmarks.reports import bare_loop, best_of_both, peak_megabytes, read, write_report


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    written = write_report(report, 300_000, seed=9)
    assert 300_000 <= report.stat().st_size < 400_000
    assert written.cases > 500
    assert 0 < written.failed < written.cases / 10
    assert read(report) == written
    bare_loop(report)


def test_both_are_timed_and_memory_is_that_of_a_process(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    write_report(report, 50_000, seed=9)
    assert all(seconds > 0 for seconds in best_of_both(report, rounds=1))
    assert 5 < peak_megabytes(report) < 2_000
