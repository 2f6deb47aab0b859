"""Fingerprints of suites: equal where two reports tell the same results of the same suite."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from progressive_capture.lib.files.test_results.values import TestResult

MOST_SUITES = 100_000
"""Of a report with more suites no fingerprint is kept; it is never taken for a repetition."""


class OpenSuite:
    """A suite that is being read, and the fingerprint of the results that stand directly in it.

    Messages are left out (writers of aggregates shorten them); the time at which the suite ran is in, since
    it tells two runs of the same tests apart. `hash` is fast, and lasts as long as the process.
    """

    __slots__ = ("depth", "fingerprint", "is_empty", "name")

    def __init__(self, name: str | None, depth: int, identity: tuple[str, ...]) -> None:
        self.name = name
        self.depth = depth
        self.fingerprint = hash(identity)
        self.is_empty = True

    def add(self, result: TestResult) -> None:
        """Take in the next result."""
        _, classname, name, status, rerun, duration, _ = result
        self.is_empty = False
        self.fingerprint = hash((self.fingerprint, classname, name, status, rerun, duration))


class SuiteFingerprints:
    """The fingerprints of a report's suites, packed: there may be many."""

    def __init__(self) -> None:
        self._packed = array("q")
        self._are_too_many = False

    def close(self, suite: OpenSuite) -> None:
        """Keep the fingerprint of a suite that has ended, if it held results itself."""
        if suite.is_empty or self._are_too_many:
            return
        self._packed.append(suite.fingerprint)
        if len(self._packed) > MOST_SUITES:
            self._are_too_many = True
            self._packed = array("q")

    @property
    def packed(self) -> Sequence[int]:
        """In the order in which the suites ended; empty where they are too many."""
        return self._packed
