"""Schedules as GitHub takes them: POSIX cron, at most once in five minutes.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows, `schedule`.
"""

from __future__ import annotations

import itertools

SHORTEST_MINUTES = 5
_DAY = 24 * 60
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, ("", *_MONTHS)),
    ("day of week", 0, 6, tuple(_DAYS)),
)


def fault_of_cron(cron: str) -> str:
    """What is wrong with it; empty where nothing is."""
    parts = cron.split()
    if len(parts) != len(_FIELDS):
        return f"cron {cron!r} has {len(parts)} fields, not {len(_FIELDS)}"
    try:
        values = [_values(part, *field) for part, field in zip(parts, _FIELDS, strict=True)]
    except ValueError as error:
        return f"cron {cron!r}: {error}"
    if _shortest_pause(sorted(values[0]), sorted(values[1])) < SHORTEST_MINUTES:
        return f"cron {cron!r} is more often than every {SHORTEST_MINUTES} minutes"
    return ""


def _shortest_pause(minutes: list[int], hours: list[int]) -> int:
    times = [hour * 60 + minute for hour in hours for minute in minutes]
    return min(after - before for before, after in itertools.pairwise([*times, times[0] + _DAY]))


def _values(part: str, name: str, least: int, most: int, words: tuple[str, ...]) -> set[int]:
    found: set[int] = set()
    for each in part.split(","):
        span, slash, step = each.partition("/")
        first, last = _span(span, least, most, words, open_end=bool(slash))
        if not least <= first <= last <= most or (slash and not (step.isdecimal() and int(step) > 0)):
            raise ValueError(f"{each!r} is no {name}")
        found.update(range(first, last + 1, int(step or 1)))
    return found


def _span(span: str, least: int, most: int, words: tuple[str, ...], *, open_end: bool) -> tuple[int, int]:
    if span == "*":
        return least, most
    first, dash, last = span.partition("-")
    start = _number(first, words)
    return start, _number(last, words) if dash else (most if open_end else start)


def _number(text: str, words: tuple[str, ...]) -> int:
    if text.upper() in words and text:
        return words.index(text.upper())
    if not text.isdecimal():
        raise ValueError(f"{text!r} is no number")
    return int(text)
