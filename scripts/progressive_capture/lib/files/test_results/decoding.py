"""Bytes to text: the byte order mark decides, then the bytes, then what the file says of itself.

Files lie about their encoding: .NET writes `encoding="utf-16"` into files that are UTF-8, and reports say
UTF-8 around test output that is not. Nothing here fails: bytes that are no text come out as U+FFFD, and are
told of.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

CHUNK_BYTES = 16_384
"""Small: results that are handed on soon are cheap to forget."""
HEAD_BYTES = 65_536
"""How much of a file is looked at to tell what it is."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z][\w.:-]{0,40})[\"']")
_PLAIN_CODEC = re.compile(r"(?:iso8859|cp\d|gb|big5|shift_jis|euc_|koi8|mac|tis).*")
"""Codecs of texts that may follow a declaration in ASCII; no escapes, no compression, no UTF-16."""
_DECLARATION = '<?xml encoding="'


class Decoder:
    """A file's text, piece by piece, from its start. `damaged`: some bytes were no text."""

    def __init__(self, stream: BinaryIO) -> None:
        self.damaged = False
        self._stream = stream

    def pieces(self) -> Iterator[tuple[bytes, str]]:
        """Each chunk of bytes with the text that it completes; the first text begins behind any mark."""
        codec = encoding(beginning(self._stream))
        strict = codecs.getincrementaldecoder(codec)()
        lenient = codecs.getincrementaldecoder(codec)("replace")
        for chunk in undecoded(self._stream):
            yield chunk, self._decode(strict, lenient, chunk)
        yield b"", self._decode(strict, lenient, b"")

    def _decode(
        self, strict: codecs.IncrementalDecoder, lenient: codecs.IncrementalDecoder, chunk: bytes
    ) -> str:
        if not self.damaged:
            state = strict.getstate()
            try:
                return strict.decode(chunk, not chunk)
            except UnicodeError:
                self.damaged = True
                lenient.setstate(state)
        return lenient.decode(chunk, not chunk)


def encoding(head: bytes) -> str:
    """The codec of a file that begins so."""
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    if b"\0" in head[:2]:  # a mark is missing, but a text begins with a character of ASCII
        return "utf-16-be" if head.startswith(b"\0") else "utf-16-le"
    declared = _DECLARED.match(head)
    return _known(declared.group(1).decode("ascii")) if declared else "utf-8"


def _known(declared: str) -> str:
    try:
        codec = codecs.lookup(declared).name
    except LookupError:
        return "utf-8"
    is_plain = (
        _PLAIN_CODEC.fullmatch(codec) and _DECLARATION.encode().decode(codec, "replace") == _DECLARATION
    )
    return codec if is_plain else "utf-8"


def undecoded(stream: BinaryIO) -> Iterator[bytes]:
    """A file's bytes from its start, in chunks."""
    stream.seek(0)
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def beginning(stream: BinaryIO) -> bytes:
    """The first bytes of a file; it is at its start again."""
    stream.seek(0)
    first = stream.read(HEAD_BYTES)
    stream.seek(0)
    return first


def head(stream: BinaryIO) -> str:
    """The beginning of a file as text, without mark and white space; it is at its start again."""
    first = beginning(stream)
    return first.decode(encoding(first), "replace").lstrip("\ufeff \t\r\n")
