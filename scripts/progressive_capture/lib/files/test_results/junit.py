"""JUnit XML, in the dialects that its many writers made of it.

There is no standard. Read are `testsuite` at any depth (the suite of a result is the innermost one that has a
name), `testcase` and what stands directly in it: `failure`, `error`, `skipped`, and the tries before the last
one that surefire and nextest write: `flakyFailure`, `flakyError` (it passed in the end), `rerunFailure`,
`rerunError` (it did not)
(https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report.xsd,
https://nexte.st/docs/machine-readable/junit/). A case with several of them has the gravest as its status.
Where none is there, `status` and `result` speak (googletest, ctest, bazel). A failure or error directly in a
suite is a result without a name: something of the suite itself could not run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from progressive_capture.lib.files.test_results.junit_walk import JUnitWalk
from progressive_capture.lib.files.test_results.values import DamagedError, Summary, TestResult
from progressive_capture.lib.files.test_results.xml_reading import unknown
from progressive_capture.lib.files.test_results.xml_source import XmlSource


class JUnitReader:
    """Reads one report; `problems` says after that what was odd, `summary` what is remembered of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._walk = JUnitWalk(XmlSource(stream))
        self._results = 0
        self._whole = False

    def batches(self) -> Iterator[list[TestResult]]:
        """All results of the report, in its order, earlier tries before the final result."""
        try:
            yield from self._counted(self._walk)
        except DamagedError:
            self._walk = JUnitWalk(XmlSource(self._stream, repair=True))
            yield from self._counted(self._walk, known=self._results)
        self._whole = True

    @property
    def problems(self) -> list[str]:
        """What was odd about the report, in words."""
        told = []
        if self._whole and self._walk.declared and not self._results:
            told.append(f"declares {self._walk.declared:,} tests and lists none")
        if self._walk.source.repaired:
            told.append("holds what XML forbids: it was read as \N{REPLACEMENT CHARACTER}")
        return told

    @property
    def summary(self) -> Summary:
        """What is remembered of the report."""
        return Summary(
            root=self._walk.root,
            results=self._results,
            whole=self._whole,
            suites=self._walk.fingerprints.packed,
            checksum=self._walk.source.checksum,
        )

    def _counted(self, walk: JUnitWalk, known: int = 0) -> Iterator[list[TestResult]]:
        for batch in unknown(walk.batches(), known):
            self._results += len(batch)
            yield batch
