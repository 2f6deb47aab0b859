"""The definitions of a TRX report: which class each test belongs to.

They come after all results, and are needed before them. So they are sought by their bytes, and only they are
parsed; the reading of the results then leaves out what was read here. Seeking bytes is safe: a `<` that is
in no CDATA section, comment or instruction begins a tag (https://www.w3.org/TR/xml/#syntax), and those three
are passed over as a whole. Where a text is no XML, the reading of the results ends before it matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from progressive_capture.lib.files.test_results.values import label
from progressive_capture.lib.files.test_results.xml_reading import (
    DEEPEST,
    Attributes,
    XmlWalk,
    without_prefix,
)
from progressive_capture.lib.files.test_results.xml_source import XmlSource

MOST_BYTES_OF_DEFINITIONS = 32_000_000
"""About how much of ids and class names is held; tests that are defined later have no class name."""
MOST_SECTIONS = 100
"""So many places of definitions are remembered; a report has one."""

_BYTES_OF_ENTRY = 150
_OPAQUE = {b"<![CDATA[": b"]]>", b"<!--": b"-->", b"<?": b"?>"}
"""What holds no tags, by its beginning: how it ends."""
_PREFIX = rb"(?:[^\s<>/:]{1,100}+:)?"
_START = re.compile(rb"<!\[CDATA\[|<!--|<\?|<" + _PREFIX + rb"TestDefinitions[\s>]")
_END = re.compile(rb"<!\[CDATA\[|<!--|<\?|</" + _PREFIX + rb"TestDefinitions\s{0,50}+>")
_LONGEST_MATCH = 200
_SIGNS = ((b"!", b"<!"), (b"?", b"<?"), (b"TestDefinitions", b"TestDefinitions"))
"""Data with none of these has no match, which is found out in a tenth of the time; single bytes come first,
since to seek them is faster by far."""
_SPACES = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(0x100))

Section = tuple[int, int]
"""Where definitions begin and end in the text, in bytes."""


class Definitions(XmlWalk):
    """One reading of all definitions; after it `by_test`, `left_out` and `sections` are known.

    `sections`: those that are whole, and need not be read again.
    """

    def __init__(self, source: XmlSource) -> None:
        super().__init__(source)
        self.by_test: dict[str, str] = {}
        self.left_out = 0
        self.sections: list[Section] = []
        self._elements = 0
        self._test: str | None = None
        self._names: dict[str, str] = {}
        self._room = MOST_BYTES_OF_DEFINITIONS

    def chunks(self) -> Iterator[bytes]:
        """The definitions alone, in one element."""
        yield b"<all>"
        start: int | None = None
        outer = 0
        for at, piece, is_last in _Seeker().pieces(self.source.chunks()):
            if start is None:
                start, outer, self._elements = at, self.depth, 0
            yield piece
            if is_last:
                # By now the piece is parsed. More than one element: it was empty, and ended at another's end.
                is_whole = outer == self.depth == self._elements == 1
                if is_whole and len(self.sections) < MOST_SECTIONS:
                    self.sections.append((start, at + len(piece)))
                start = None
        yield b"</all>"

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        self.depth = depth = self.depth + 1
        if depth > DEEPEST:
            self.too_deep()
        if ":" in name:
            name = without_prefix(name)
        if name == "UnitTest":
            self._test = attributes.get("id")
        elif name == "TestMethod" and self._test is not None:
            self._keep(self._test, label(_without_assembly(attributes.get("className", ""))))
        elif depth == 2:  # noqa: PLR2004  (directly in the element around all)
            self._elements += 1

    def end(self, _: str) -> None:
        """An element ends."""
        self.depth -= 1

    def _keep(self, test: str, name: str | None) -> None:
        if name is None:
            return
        size = _BYTES_OF_ENTRY + len(test) + (0 if name in self._names else len(name))
        if size > self._room:
            self.left_out += 1
            return
        self._room -= size
        self.by_test[test] = self._names.setdefault(name, name)


def without_sections(chunks: Iterable[bytes], sections: Sequence[Section]) -> Iterator[bytes]:
    """The same text with spaces in the place of the sections: what is told of a line stays true."""
    at = 0
    for chunk in chunks:
        text, end = chunk, at + len(chunk)
        for start, stop in sections:
            if start < end and stop > at:
                first, last = max(start - at, 0), min(stop, end) - at
                text = text[:first] + text[first:last].translate(_SPACES) + text[last:]
        yield text
        at = end


class _Seeker:
    """Seeks the definitions in a text that comes in chunks."""

    def __init__(self) -> None:
        self._at = 0
        """Where in the text `_held` begins: what was not looked at to its end."""
        self._held = b""
        self._inside = False
        self._looked_at = 0
        self._has_signs = False
        self._awaited = b""
        """The end of the CDATA section or the like that is open."""

    def pieces(self, chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
        """What is definitions: where it is, its bytes, and whether it is the last piece of its section."""
        for chunk in chunks:
            yield from self._pieces_of(self._held + chunk)
        if self._inside:
            yield self._at, self._held, False

    def _pieces_of(self, data: bytes) -> Iterator[tuple[int, bytes, bool]]:
        first = place = 0
        self._has_signs = any(hint in data and sign in data for hint, sign in _SIGNS)
        while (tag := self._next_tag(data, place)) is not None:
            place = tag.end()
            if self._inside:
                yield self._at + first, data[first:place], True
            first = tag.start()
            self._inside = not self._inside
        cut = self._looked_at
        if self._inside and first < cut:
            yield self._at + first, data[first:cut], False
        self._at += cut
        self._held = data[cut:]

    def _next_tag(self, data: bytes, place: int) -> re.Match[bytes] | None:
        """The next tag that begins or ends definitions; None: the data was looked at up to `_looked_at`."""
        while True:
            if self._awaited:
                found = data.find(self._awaited, place)
                if found < 0:
                    self._looked_at = max(place, len(data) - len(self._awaited) + 1)
                    return None
                place = found + len(self._awaited)
            match = (_END if self._inside else _START).search(data, place) if self._has_signs else None
            self._awaited = b"" if match is None else _OPAQUE.get(match.group(), b"")
            if match is None:
                self._looked_at = _unfinished(data, place)
                return None
            if not self._awaited:
                return match
            place = match.end()


def _unfinished(data: bytes, place: int) -> int:
    """Where something begins that the end of the data may cut in two; else the end."""
    start = data.rfind(b"<", max(place, len(data) - _LONGEST_MATCH))
    return len(data) if start < 0 else start


def _without_assembly(name: str) -> str:
    """The class of `Namespace.Class, Assembly, Version=…`; commas of generic arguments stay."""
    return name if "[" in name else name.partition(",")[0]
