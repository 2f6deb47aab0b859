"""A member's packed bytes to its real ones: block by block, never more in memory than a block asks for."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from progressive_capture.lib.files.not_kept import NotKept

BLOCK_BYTES = 256 * 1024
"""At most so much comes out at once."""

_LZMA_MEMORY_BYTES = 80 * 1024 * 1024
"""A member may ask for a dictionary of 4 GiB; 64 MiB is what the strongest setting of xz uses."""
_LZMA_ENDS_WITH_MARK = 0x2
_LZMA_PROPERTIES_BYTES = 5
_LZMA_UNKNOWN_SIZE = 0xFFFFFFFFFFFFFFFF


class _Unpacker(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def inflated(packed: Iterator[bytes], *, method: int, flags: int, size_bytes: int) -> Iterator[bytes]:
    """What a member's packed bytes unpack to.

    Args:
        packed: all its packed bytes, in order.
        method: the number of its compression (APPNOTE 4.4.5); one of `READABLE_METHODS`.
        flags: its general purpose flags.
        size_bytes: the size that the archive states.

    Raises:
        NotKept: if they do not unpack, or end too early or too late.
    """
    try:
        yield from READABLE_METHODS[method](packed, flags, size_bytes)
    except (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError, MemoryError) as error:
        # bz2 says OSError for damaged data; reading the archive itself never does (see `read_at`).
        raise NotKept("rejected", "its data is damaged and cannot be unpacked") from error


def _stored(packed: Iterator[bytes], _flags: int, _size_bytes: int) -> Iterator[bytes]:
    return packed


def _deflated(packed: Iterator[bytes], _flags: int, _size_bytes: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in packed:
        rest = piece
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, BLOCK_BYTES)
            rest = unpacker.unconsumed_tail
        if unpacker.eof:
            break
    # All was taken in, but what came out last may have filled the block exactly.
    while not unpacker.eof and (block := unpacker.decompress(b"", BLOCK_BYTES)):
        yield block
    _check_end(packed, ended=unpacker.eof, unused=unpacker.unused_data)


def _bzipped(packed: Iterator[bytes], _flags: int, _size_bytes: int) -> Iterator[bytes]:
    return _unpacked(bz2.BZ2Decompressor(), packed)


def _lzma_packed(packed: Iterator[bytes], flags: int, size_bytes: int) -> Iterator[bytes]:
    """Zip's head of the data (APPNOTE 5.8.8) is turned into that of an .lzma file; the rest is the same.

    So the decoder can be given a limit to its memory, and is told the size where no mark ends the data.
    """
    first = next(packed, b"")
    _version, length = struct.unpack_from("<HH", first.ljust(4, b"\0"))
    properties = first[4 : 4 + _LZMA_PROPERTIES_BYTES]
    if length != _LZMA_PROPERTIES_BYTES or len(properties) < length:
        raise ValueError
    stated = _LZMA_UNKNOWN_SIZE if flags & _LZMA_ENDS_WITH_MARK else size_bytes
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_LZMA_MEMORY_BYTES)
    head = properties + struct.pack("<Q", stated)
    return _unpacked(unpacker, _chained(head + first[4 + length :], packed))


def _unpacked(unpacker: _Unpacker, packed: Iterator[bytes]) -> Iterator[bytes]:
    for piece in packed:
        yield unpacker.decompress(piece, BLOCK_BYTES)
        while not unpacker.eof and not unpacker.needs_input:
            yield unpacker.decompress(b"", BLOCK_BYTES)
        if unpacker.eof:
            break
    _check_end(packed, ended=unpacker.eof, unused=unpacker.unused_data)


def _check_end(packed: Iterator[bytes], *, ended: bool, unused: bytes) -> None:
    if not ended:
        raise NotKept("rejected", "its data breaks off")
    if unused or next(packed, b""):
        raise NotKept("rejected", "its data ends before the archive says so")


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


READABLE_METHODS: dict[int, Callable[[Iterator[bytes], int, int], Iterator[bytes]]] = {
    0: _stored,
    8: _deflated,
    12: _bzipped,
    14: _lzma_packed,
}
"""Compressions that Python itself reads, by their number."""
