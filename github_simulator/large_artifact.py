"""An artifact of any size, made while it is sent: nothing of it is ever whole in memory.

One stored member of incompressible bytes, too large to be kept as a file, then a note. The
blocks differ only in their first eight bytes, and deflate looks back no further than 32 KB.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from functools import cached_property
from random import Random

from github_simulator.archive_writing import DESCRIPTOR, STORED, UTF8, Member, write_archive
from github_simulator.artifact_bytes import ZIP_TYPE, ExpectedFile, FileStatus, stored_file

MEGABYTE = 1 << 20
NAME = "memory-dump"
_MEMBER, _NOTE = "dump/core.bin", "dump/READ ME.txt"
_TEXT = b"The dump beside this note is as large as it was asked to be.\n"
_HEADER, _DESCRIPTOR_SIZE = 30, 16


class LargeArtifact:
    """`megabytes` (of 2^20 bytes) in one member, then a small text file.

    Above 100 the member is too large to be kept at default limits; at 4,096 zip64 would begin.
    """

    media_type = ZIP_TYPE
    status: FileStatus = "stored"

    def __init__(self, megabytes: int, seed: int) -> None:
        self._blocks = megabytes
        self._rest = Random(f"{seed}:large").randbytes(MEGABYTE - 8)

    @property
    def files(self) -> list[tuple[int, ExpectedFile]]:
        size = self._blocks * MEGABYTE
        dump = ExpectedFile(_MEMBER, "skipped", size=size)
        return [(0, dump), (1, stored_file(_NOTE, _TEXT, "text"))]

    @property
    def size(self) -> int:
        return len(self._head) + self._blocks * MEGABYTE + len(self._tail)

    @cached_property
    def sha256(self) -> str:
        digest = hashlib.sha256()
        for chunk in self.stream(0, self.size):
            digest.update(chunk)
        return digest.hexdigest()

    def stream(self, begin: int, end: int) -> Iterator[bytes]:
        """The bytes from `begin` to `end` (exclusive), at most a megabyte at once."""
        at = 0
        for number in range(-1, self._blocks + 1):
            if at >= end:
                return
            length = self._length(number)
            if at + length > begin:
                yield self._piece(number)[max(0, begin - at) : end - at]
            at += length

    def _length(self, number: int) -> int:
        return MEGABYTE if 0 <= number < self._blocks else len(self._piece(number))

    def _piece(self, number: int) -> bytes:
        if number < 0:
            return self._head
        return self._tail if number == self._blocks else number.to_bytes(8) + self._rest

    @cached_property
    def _head(self) -> bytes:
        """The local header of the dump: its sizes come later."""
        return self._frame[: _HEADER + len(_MEMBER)]

    @cached_property
    def _frame(self) -> bytes:
        """The whole archive, as if the dump were empty."""
        dump = Member(_MEMBER.encode(), method=STORED, flags=UTF8 | DESCRIPTOR, packed=b"")
        return write_archive([dump, Member(_NOTE.encode(), _TEXT)])

    @cached_property
    def _tail(self) -> bytes:
        """Everything behind the dump, moved by its size, with its true numbers put in."""
        size = self._blocks * MEGABYTE
        crc = 0
        for number in range(self._blocks):
            crc = zlib.crc32(self._piece(number), crc)
        tail = bytearray(self._frame[len(self._head) :])
        numbers = struct.pack("<III", crc, size, size)
        tail[4:_DESCRIPTOR_SIZE] = numbers
        directory = tail.index(b"PK\x01\x02")
        tail[directory + 16 : directory + 28] = numbers
        note = tail.index(b"PK\x01\x02", directory + 1)
        end = tail.index(b"PK\x05\x06")
        for place in (note + 42, end + 16):
            (offset,) = struct.unpack_from("<I", tail, place)
            struct.pack_into("<I", tail, place, offset + size)
        return bytes(tail)
