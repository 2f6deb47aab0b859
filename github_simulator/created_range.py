"""The `created` parameter: GitHub's search syntax for dates.

`2026-01-31`, `>=T`, `>T`, `<=T`, `<T`, `A..B`, `A..*`, `*..B`, where an end is a date or a
timestamp. Both ends of `A..B` are inside, and a date as an end means its whole day
(https://docs.github.com/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax).
"""

from dataclasses import dataclass

from github_simulator.instants import DAY, from_text

_DATE_LENGTH = len("2026-01-31")
_EVER = 2**40


@dataclass(frozen=True)
class CreatedRange:
    """A span of whole seconds, both ends inclusive."""

    first: int = 0
    last: int = _EVER

    @classmethod
    def parse(cls, text: str) -> "CreatedRange":
        """The span that the text means. ValueError if it is not such a text."""
        if ".." in text:
            begin, _, end = text.partition("..")
            first = 0 if begin == "*" else _span(begin)[0]
            return cls(first, _EVER if end == "*" else _span(end)[1])
        for sign in (">=", "<=", ">", "<"):
            if text.startswith(sign):
                return cls._beside(sign, *_span(text.removeprefix(sign)))
        return cls(*_span(text))

    @classmethod
    def _beside(cls, sign: str, first: int, last: int) -> "CreatedRange":
        spans = {
            ">=": cls(first=first),
            ">": cls(first=last + 1),
            "<=": cls(last=last),
            "<": cls(last=first - 1),
        }
        return spans[sign]


def _span(text: str) -> tuple[int, int]:
    """The first and last second that a date or a timestamp covers."""
    instant = from_text(text)
    return instant, instant + (DAY - 1 if len(text) == _DATE_LENGTH else 0)
