"""Spans of `created`: cutting, splitting and coverage (pure).

A window is closed: both ends belong to it, in whole seconds, as in GitHub's `created=FROM..TO`
(https://docs.github.com/en/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax#query-for-dates).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from progressive_capture.lib.errors import ConfigurationError

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, order=True)
class Window:
    """A closed span of whole seconds, UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise ConfigurationError(
                f"The span begins ({stamp(self.start)}) after it ends ({stamp(self.end)}).",
                hint="Give --since an earlier time than --until.",
            )

    @classmethod
    def parse(cls, text: str) -> Window:
        """The window that `query` wrote."""
        start, _, end = text.partition("..")
        return cls(_read(start), _read(end))

    @property
    def seconds(self) -> int:
        """How many seconds belong to it; at least 1."""
        return int((self.end - self.start).total_seconds()) + 1

    def query(self) -> str:
        """As GitHub's `created` parameter takes it."""
        return f"{stamp(self.start)}..{stamp(self.end)}"

    def contains(self, other: Window) -> bool:
        """Whether every second of the other belongs to this one."""
        return self.start <= other.start and other.end <= self.end

    def halves(self) -> tuple[Window, Window]:
        """The newer and the older half. Only for windows of two seconds and more."""
        middle = self.start + timedelta(seconds=(self.seconds // 2) - 1)
        return Window(middle + SECOND, self.end), Window(self.start, middle)


def stamp(moment: datetime) -> str:
    """A time as GitHub writes it, in whole seconds."""
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _read(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def whole_seconds(moment: datetime) -> datetime:
    """The time without its fraction."""
    return moment.replace(microsecond=0)


def joined(windows: Iterable[Window]) -> list[Window]:
    """The same seconds in as few windows as possible, oldest first."""
    result: list[Window] = []
    for window in sorted(windows):
        if result and window.start <= result[-1].end + SECOND:
            result[-1] = Window(result[-1].start, max(result[-1].end, window.end))
        else:
            result.append(window)
    return result


def gaps(asked: Window, covered: Iterable[Window]) -> list[Window]:
    """The seconds of `asked` that nothing covers, newest window first."""
    missing: list[Window] = []
    start = asked.start
    for window in joined(covered):
        if window.start > start:
            end = min(window.start - SECOND, asked.end)
            if end >= start:
                missing.append(Window(start, end))
        start = max(start, window.end + SECOND)
    if start <= asked.end:
        missing.append(Window(start, asked.end))
    return missing[::-1]


def cut(window: Window, pieces: int, *, at_least: timedelta) -> Iterator[Window]:
    """The window in at most `pieces` equal parts, none shorter than `at_least`, newest first."""
    most = max(1, int((window.end - window.start) / at_least))
    length = -(-window.seconds // min(pieces, most))
    end = window.end
    while end >= window.start:
        start = max(window.start, end - timedelta(seconds=length - 1))
        yield Window(start, end)
        end = start - SECOND
