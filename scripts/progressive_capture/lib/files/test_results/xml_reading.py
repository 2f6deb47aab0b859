"""Walking through XML of any size in little memory, with expat's own callbacks.

Why expat and nothing on top of it: `iterparse` builds an element for every tag, defusedxml does the same (and
checks more slowly), lxml keeps what it read unless it is told otherwise at every turn. Expat calls back and
keeps nothing. What it would keep is bounded here: depth, the size of one tag or comment, the number of
different names. A document type is refused at its first word, before expat sees any entity that it declares.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import NoReturn
from xml.parsers import expat

from progressive_capture.lib.files.test_results.values import (
    DamagedError,
    Excerpt,
    RefusedError,
    TestResult,
    UnreadableError,
)
from progressive_capture.lib.files.test_results.xml_source import XmlSource

DEEPEST = 1_000
LARGEST_TOKEN_BYTES = 4 * 1_024 * 1_024
MOST_NAMES = 10_000
"""Different names of elements and attributes: the parser remembers each of them."""

Attributes = Mapping[str, str]

make = tuple.__new__
"""Makes a TestResult in half the time that its own constructor takes."""

_REPAIRABLE = (
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_BAD_CHAR_REF],
)


class XmlWalk(ABC):
    """One walk through a file: a subclass adds results to `ready` as elements start and end.

    `start` and `end` are called for every element, hundreds of thousands of times a second: they keep the
    depth themselves, and call `too_deep` where it passes DEEPEST.
    """

    def __init__(self, source: XmlSource) -> None:
        self.source = source
        self.depth = 0
        self.ready: list[TestResult] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self.start
        self._parser.EndElementHandler = self.end
        self._parser.StartDoctypeDeclHandler = _refuse

    @abstractmethod
    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    @abstractmethod
    def end(self, name: str) -> None:
        """An element ends."""

    def chunks(self) -> Iterator[bytes]:
        """What the parser reads: all of the source, unless a subclass leaves something out."""
        return self.source.chunks()

    def batches(self) -> Iterator[list[TestResult]]:
        """The results, as they become ready.

        Raises:
            DamagedError: there is something that XML forbids.
            UnreadableError: it is no XML from here on, or too large in some way.
            RefusedError: it has a document type.
        """
        fed = 0
        for chunk in self.chunks():
            yield from self._feed(chunk)
            fed += len(chunk)
            if fed - self._parser.CurrentByteIndex > LARGEST_TOKEN_BYTES:
                raise UnreadableError(f"a tag or comment is over {LARGEST_TOKEN_BYTES:,} bytes long")
            if len(self._parser.intern) > MOST_NAMES:
                raise UnreadableError(f"elements and attributes have over {MOST_NAMES:,} different names")
        yield from self._feed(b"", last=True)

    def listen(self, text: Excerpt) -> None:
        """Take in all text from here on, that of inner elements too."""
        self._parser.CharacterDataHandler = text.add

    def deafen(self) -> None:
        """Take in no more text: most of a report is output that nobody asked for."""
        self._parser.CharacterDataHandler = None

    def too_deep(self) -> NoReturn:
        """End the walk: a parser remembers every element that is open."""
        raise UnreadableError(f"elements are nested over {DEEPEST:,} deep")

    def _feed(self, chunk: bytes, *, last: bool = False) -> Iterator[list[TestResult]]:
        """What the next chunk completes, also where the file breaks off in it."""
        broken: UnreadableError | None = None
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            is_damage = error.code in _REPAIRABLE and not self.source.repairs
            broken = (DamagedError if is_damage else UnreadableError)(str(error))
        except UnreadableError as error:
            broken = error
        ready, self.ready = self.ready, []
        if ready:
            yield ready
        if broken is not None:
            raise broken


def unknown(batches: Iterable[list[TestResult]], known: int) -> Iterator[list[TestResult]]:
    """The batches of a second reading without those results, at the beginning, that are known already."""
    for batch in batches:
        news = batch[known:] if known else batch
        known -= len(batch) - len(news)
        yield news


def without_prefix(name: str) -> str:
    """The name of an element without that of its namespace."""
    return name.rpartition(":")[2]


def _refuse(*_: object) -> NoReturn:
    raise RefusedError("holds a document type: refused, so that no entity of it is expanded or fetched")
