"""A file as UTF-8 that an XML parser takes.

Test output brings control characters (the escapes of colored text above all) and bytes of other encodings
into reports. A parser ends there; the results behind such a character are worth more than the character. So
a damaged file is read again, and what XML forbids is replaced.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from progressive_capture.lib.files.test_results.decoding import Decoder, beginning, encoding, undecoded

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))
_FORBIDDEN = re.compile(b"[" + re.escape(_CONTROLS) + rb"]|\xef\xbf[\xbe\xbf]")
_SUSPECT_REFERENCE = re.compile(
    rb"&#0*(?:[0-8]|1[124-9]|2\d|3[01]|\d{5,});|&#x0*(?:[0-8bcef]|1[\da-f]|[\da-f]{4,});", re.IGNORECASE
)
"""References that may be to a character that XML forbids (https://www.w3.org/TR/xml/#charsets)."""
_LONGEST_REFERENCE = 16
_LARGEST_DIGITS = 8
_SURROGATES = range(0xD800, 0xE000)


class XmlSource:
    """A file's text for the parser, read once.

    Args:
        stream: the file; it is read from its start.
        repair: whether to replace what XML forbids. That takes time, and few files need it.
    """

    def __init__(self, stream: BinaryIO, *, repair: bool = False) -> None:
        self.repairs = repair
        self.checksum = 0
        """Of the bytes read so far."""
        self._stream = stream
        self._replaced = False
        self._decoder = Decoder(stream)

    @property
    def repaired(self) -> bool:
        """Whether anything was replaced so far by U+FFFD."""
        return self._replaced or self._decoder.damaged

    def chunks(self) -> Iterator[bytes]:
        """The text as UTF-8, without a mark or white space at its beginning (where XML allows none)."""
        if self.repairs:
            return self._cleaned(self._decoded())
        is_utf8 = encoding(beginning(self._stream)) == "utf-8"
        return self._as_they_are() if is_utf8 else self._decoded()

    def _as_they_are(self) -> Iterator[bytes]:
        at_start = True
        for chunk in undecoded(self._stream):
            self.checksum = zlib.crc32(chunk, self.checksum)
            if at_start:
                text = chunk.removeprefix(b"\xef\xbb\xbf").lstrip()
                at_start = not text
                yield text
            else:
                yield chunk

    def _decoded(self) -> Iterator[bytes]:
        at_start = True
        for chunk, decoded in self._decoder.pieces():
            self.checksum = zlib.crc32(chunk, self.checksum)
            text = decoded.lstrip("\ufeff \t\r\n") if at_start else decoded
            at_start = at_start and not text
            yield text.encode()

    def _cleaned(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        held = b""
        for chunk in chunks:
            data = held + chunk
            cut = _unfinished_reference(data)
            held = data[cut:]
            yield self._clean(data[:cut])
        yield self._clean(held)

    def _clean(self, data: bytes) -> bytes:
        return _SUSPECT_REFERENCE.sub(self._replace_reference, _FORBIDDEN.sub(self._replace, data))

    def _replace(self, _: re.Match[bytes]) -> bytes:
        self._replaced = True
        return _REPLACEMENT

    def _replace_reference(self, match: re.Match[bytes]) -> bytes:
        return match.group() if _is_allowed(match.group()[2:-1].lower()) else self._replace(match)


def _is_allowed(reference: bytes) -> bool:
    """Whether XML allows the character of a reference such as `10` or `x1f600`."""
    digits, base = (reference[1:], 16) if reference.startswith(b"x") else (reference, 10)
    digits = digits.lstrip(b"0")
    code = int(digits, base) if 0 < len(digits) < _LARGEST_DIGITS else 0
    return 0x20 <= code <= 0x10FFFF and code not in _SURROGATES and code not in (0xFFFE, 0xFFFF)  # noqa: PLR2004


def _unfinished_reference(data: bytes) -> int:
    """Where a reference begins that the end of the chunk may cut in two; else the end."""
    start = data.rfind(b"&", max(0, len(data) - _LONGEST_REFERENCE))
    return len(data) if start < 0 or b";" in data[start:] else start
