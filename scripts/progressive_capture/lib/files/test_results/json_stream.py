"""A JSON text of any size, walked through value by value: only the value that is asked for is in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from progressive_capture.lib.files.test_results.values import UnreadableError

LARGEST_VALUE = 4 * 1_024 * 1_024
"""Characters of one value that is held as a whole."""

_SPACE = re.compile(r"[ \t\r\n]*")
_PART = re.compile(r'[\s,:]+|[{}\[\]]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,:{}\[\]"]+', re.DOTALL)


class JsonStream:
    """A place in a JSON text.

    Every method raises UnreadableError where the text is no JSON, ends too early, or holds a value too large.
    """

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self._ended = False
        self._decoder = json.JSONDecoder(parse_int=float)  # a whole number of 5,000 digits would be an error

    def peek(self) -> str:
        """The next character that is no white space."""
        while True:
            self._at = self._space_from(self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            self._need_more()

    def value(self) -> Any:
        """The next value, as a whole; numbers are floats."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError:
                raise UnreadableError("a value is nested too deep") from None
            except ValueError as error:
                if self._ended:
                    what, _, _ = str(error).partition(":")  # the rest is a place in `_text`
                    raise UnreadableError(what) from None
            else:
                if end < len(self._text) or self._ended:  # else a number may go on
                    self._at = end
                    return value
            self._grow()

    def skip(self) -> None:
        """Pass over the next value, however large it is, looking at nothing but its brackets and texts."""
        self.peek()
        depth = 0
        while True:
            part = _PART.match(self._text, self._at)
            if part is None or (part.end() == len(self._text) and not self._ended):
                self._need_more()  # what stands at the end may go on
                continue
            first = part.group()[0]
            if depth == 0 and first in "}],:":
                raise UnreadableError("a value is missing")
            self._at = part.end()
            depth += (first in "{[") - (first in "}]")
            if depth == 0 and not first.isspace():
                return

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next; its value must be read or skipped before the next key."""
        self._take("{")
        while self.peek() != "}":
            key = self.value()
            if not isinstance(key, str):
                raise UnreadableError("a key is no text")
            self._take(":")
            yield key
            self._separate("}")
        self._take("}")

    def items(self) -> Iterator[None]:
        """The items of the list that comes next; each must be read or skipped before the next one."""
        self._take("[")
        while self.peek() != "]":
            yield
            self._separate("]")
        self._take("]")

    def _separate(self, closing: str) -> None:
        if self.peek() == closing:
            return
        self._take(",")
        if self.peek() == closing:
            raise UnreadableError(f"a comma stands before {closing!r}")

    def _take(self, expected: str) -> None:
        found = self.peek()
        if found != expected:
            raise UnreadableError(f"{found!r} stands where {expected!r} should")
        self._at += 1

    def _space_from(self, start: int) -> int:
        match = _SPACE.match(self._text, start)
        assert match is not None
        return match.end()

    def _grow(self) -> None:
        """Take in about as much again as is held: a long value is tried a few times only."""
        wanted = max(1, len(self._text) - self._at)
        taken = self._need_more()
        while taken < wanted and not self._ended:
            taken += self._need_more()

    def _need_more(self) -> int:
        if self._ended:
            raise UnreadableError("the text ends too early")
        if len(self._text) - self._at > LARGEST_VALUE:
            raise UnreadableError(f"a value is over {LARGEST_VALUE:,} characters long")
        piece = next(self._pieces, None)
        if piece is None:
            self._ended = True
            return 0
        self._text = self._text[self._at :] + piece
        self._at = 0
        return len(piece)
