"""Which reports of an artifact only repeat others: an aggregate beside the reports that it was made of.

Equal results are no proof: two legs of a matrix run the same tests, and quick ones in the same time. So only
a report whose root gathers suites (`testsuites`) is ever taken for a repetition, and only of reports that do
not gather: those with a `testsuite` as root, and, for an aggregate of several suites, those that hold one
suite (pytest writes `testsuites` around its only one). Every suite must be there, with the same results and
the same timestamp, as often as the aggregate has it. Of aggregates of several suites that are equal byte by
byte the first one counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from progressive_capture.lib.files.test_results.values import Summary

_Holders = Sequence[tuple[int, bool]]
"""Who has a suite: the position of the file, and whether its root is that `testsuite`."""


def repeated(summaries: Mapping[int, Summary]) -> Mapping[int, str]:
    """By position, the reports whose results are counted elsewhere, and where, in words.

    Args:
        summaries: of all reports of one artifact, by the position of their file.
    """
    aggregates = {position: each for position, each in sorted(summaries.items()) if _gathers(each)}
    sought = {fingerprint for each in aggregates.values() for fingerprint in each.suites}
    holders = _holders(summaries, sought)
    told: dict[int, str] = {}
    first_copies: dict[tuple[object, ...], int] = {}
    for position, aggregate in aggregates.items():
        files = _files_that_hold(aggregate, holders)
        if files:
            told[position] = _in_words(aggregate, len(files))
        elif (
            len(aggregate.suites) > 1 and first_copies.setdefault(_bytes_of(aggregate), position) != position
        ):
            told[position] = _in_words(aggregate, 1)
    return told


def _gathers(summary: Summary) -> bool:
    return summary.root == "testsuites" and summary.whole and len(summary.suites) > 0


def _holders(summaries: Mapping[int, Summary], sought: AbstractSet[int]) -> dict[int, list[tuple[int, bool]]]:
    """By fingerprint, the files that do not gather and have that suite."""
    holders: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for position, summary in sorted(summaries.items()):
        is_plain = summary.root == "testsuite"
        if is_plain or len(summary.suites) == 1:
            for fingerprint in summary.suites:
                if fingerprint in sought:
                    holders[fingerprint].append((position, is_plain))
    return holders


def _files_that_hold(aggregate: Summary, holders: Mapping[int, _Holders]) -> set[int]:
    """The files that hold all suites of the aggregate, each as often as it does; none if one is missing."""
    is_single = len(aggregate.suites) == 1
    files: set[int] = set()
    for fingerprint, times in Counter(aggregate.suites).items():
        found = [position for position, is_plain in holders.get(fingerprint, ()) if is_plain or not is_single]
        if len(found) < times:
            return set()
        files.update(found[:times])
    return files


def _bytes_of(aggregate: Summary) -> tuple[object, ...]:
    """What only a copy has as well."""
    return (aggregate.checksum, aggregate.results, *aggregate.suites)


def _in_words(aggregate: Summary, files: int) -> str:
    others = "1 other file" if files == 1 else f"{files:,} other files"
    if aggregate.results == 1:
        return f"its 1 result is that of {others}, and is counted there"
    return f"its {aggregate.results:,} results are those of {others}, and are counted there"
