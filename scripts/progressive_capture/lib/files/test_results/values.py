"""What a reader hands on: results and a summary; and how their names, durations and messages are read."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Status = Literal["passed", "failed", "error", "skipped"]

MESSAGE_LIMIT = 10_000
"""Characters of a message that are kept, the note about the cut included."""
NAME_LIMIT = 1_000
"""Characters of a suite's, class's or test's name that are kept."""

_NOTE_ROOM = 60
_CLOCK = re.compile(r"(?:(\d{1,6})\.)?(\d{1,4}):(\d{1,2}):(\d{1,2}(?:[.,]\d{1,12})?)", re.ASCII)

_UNDER_A_MINUTE = re.compile(r"00:00:(\d\d(?:\.\d{1,12})?)", re.ASCII)
"""What most tests take, and faster to read than any clock time."""


class TestResult(NamedTuple):
    """One result of one test.

    `rerun`: an earlier try of a test that the same report tried again; the final result follows it.
    What the report does not say, or says as empty text, is None.
    """

    suite: str | None
    classname: str | None
    name: str | None
    status: Status
    rerun: bool
    duration_seconds: float | None
    message: str | None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What is remembered of a report to tell later whether it only repeats others of its artifact.

    Args:
        root: the kind of report: `testsuites`, `testsuite`, `trx` or `ctrf`.
        results: how many results were read.
        whole: whether it was read to its end.
        suites: for each suite that holds results itself, a fingerprint, one after the other; empty where they
            are too many to remember. Fingerprints mean something within one process only.
        checksum: of all bytes of the file.
    """

    root: str
    results: int = 0
    whole: bool = False
    suites: Sequence[int] = ()
    checksum: int = 0


class UnreadableError(Exception):
    """A report cannot be read any further; the text says why."""


class DamagedError(UnreadableError):
    """A report holds what its format forbids; read again and repaired, it may be whole."""


class RefusedError(Exception):
    """A report holds what is never read; the text says what."""


class Excerpt:
    """The beginning of a text that comes in pieces, however long it is."""

    __slots__ = ("_kept", "_length", "_pieces")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._kept = 0
        self._length = 0

    def add(self, piece: str) -> None:
        """Take the next piece in; what is over the limit is only counted."""
        if self._kept < MESSAGE_LIMIT:
            self._pieces.append(piece[: MESSAGE_LIMIT - self._kept])
            self._kept += len(self._pieces[-1])
        self._length += len(piece)

    def message(self) -> str | None:
        """The text without white space around it; None where nothing is left."""
        return _cut("".join(self._pieces), self._length)


def message(text: str | None) -> str | None:
    """A message that came in one piece, bounded, without white space around it; None where it is empty."""
    return None if text is None else _cut(text[:MESSAGE_LIMIT], len(text))


def _cut(beginning: str, length: int) -> str | None:
    if length > MESSAGE_LIMIT:
        beginning = beginning[: MESSAGE_LIMIT - _NOTE_ROOM]
        return f"{beginning.strip()} … (cut: {len(beginning):,} of {length:,} characters)"
    return beginning.strip() or None


def label(text: str | None) -> str | None:
    """A name, bounded; a digest in the place of the rest keeps long names apart that begin alike."""
    if not text:
        return None
    if len(text) <= NAME_LIMIT:
        return text
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()
    return f"{text[: NAME_LIMIT - 20]}… {digest}"


def seconds(text: str | None) -> float | None:
    """A duration in seconds; None where it is missing, no number, negative or not finite.

    With a point behind them, commas are thousands (`1,234.56`, as Java's formats write), and the other way
    round. A single comma without a point is a decimal one (`0,123`, as many locales write): whoever groups
    thousands writes milliseconds as well. Several commas are thousands.
    """
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        try:
            number = float(_without_grouping(text))
        except ValueError:
            return None
    return number if 0 <= number < math.inf else None


def _without_grouping(text: str) -> str:
    comma, point = text.rfind(","), text.rfind(".")
    if comma > point and (point >= 0 or text.count(",") == 1):
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "")


def clock_seconds(text: str | None) -> float | None:
    """A duration such as `00:01:02.5000000`, with days before it as `1.00:00:00`, in seconds."""
    short = _UNDER_A_MINUTE.fullmatch(text) if text else None
    if short is not None:
        return float(short[1])
    match = _CLOCK.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    days, hours, minutes, rest = match.groups()
    whole = (int(days or 0) * 24 + int(hours)) * 3_600 + int(minutes) * 60
    return whole + float(rest.replace(",", "."))


def duration(number: float) -> float | None:
    """The number if it can be a duration, else None."""
    return number if 0 <= number < math.inf else None


def count(text: str | None) -> int:
    """A declared count; 0 where it is none."""
    return int(text) if text and len(text) <= len("1000000000") and text.isdecimal() else 0
