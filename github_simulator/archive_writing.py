"""Zip archives, byte by byte, so that they can be as GitHub's, and as nobody's should be.

Written from PKWARE's description (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
`zipfile` would refuse to write most of what the cabinet of horrors needs. An ordinary member
looks as upload-artifact leaves it: deflated, its sizes behind the data, UTF-8 in its name.
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

UTF8, DESCRIPTOR, ENCRYPTED = 0x0800, 0x0008, 0x0001
"""General purpose bits: the name is UTF-8; sizes follow the data; the data is encrypted."""
STORED, DEFLATED = 0, 8
REGULAR_FILE = 0o100644
_MADE_ON_UNIX = 3 << 8 | 45
_VERSION_NEEDED = 20
_LONGEST_COUNT = 0xFFFF
_DATE, _TIME = (2026 - 1980) << 9 | 6 << 5 | 1, 12 << 11


@dataclass(frozen=True)
class Member:
    """One member. What is None follows from `data`; anything else is claimed, true or not.

    `packed` are the bytes between the headers. `mode` is the file's mode on Unix.
    """

    name: bytes
    data: bytes = b""
    method: int = DEFLATED
    flags: int = UTF8 | DESCRIPTOR
    mode: int = REGULAR_FILE
    packed: bytes | None = None
    crc: int | None = None
    size: int | None = None


@dataclass(frozen=True)
class _Written:
    """What both headers of a member say."""

    member: Member
    packed: bytes
    crc: int
    size: int

    @classmethod
    def of(cls, member: Member) -> "_Written":
        packed = member.packed
        if packed is None:
            packed = deflated(member.data) if member.method == DEFLATED else member.data
        crc = zlib.crc32(member.data) if member.crc is None else member.crc
        return cls(member, packed, crc, len(member.data) if member.size is None else member.size)

    @property
    def numbers(self) -> tuple[int, int, int]:
        return self.crc, len(self.packed), self.size

    def local(self) -> bytes:
        """The header, the data, and what is told after the data."""
        member = self.member
        late = bool(member.flags & DESCRIPTOR)
        head = struct.pack(
            "<4sHHHHHIIIHH",
            *(b"PK\x03\x04", _VERSION_NEEDED, member.flags, member.method, _TIME, _DATE),
            *((0, 0, 0) if late else self.numbers),
            *(len(member.name), 0),
        )
        tail = struct.pack("<4sIII", b"PK\x07\x08", *self.numbers) if late else b""
        return head + member.name + self.packed + tail

    def central(self, offset: int) -> bytes:
        """The entry in the central directory."""
        member = self.member
        head = struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            *(b"PK\x01\x02", _MADE_ON_UNIX, _VERSION_NEEDED, member.flags, member.method, _TIME, _DATE),
            *self.numbers,
            *(len(member.name), 0, 0, 0, 0, member.mode << 16, offset),
        )
        return head + member.name


def write_archive(members: Iterable[Member], comment: bytes = b"") -> bytes:
    """The archive that holds these members in this order."""
    body, directory, count = bytearray(), bytearray(), 0
    for member in members:
        written = _Written.of(member)
        directory += written.central(len(body))
        body += written.local()
        count += 1
    return bytes(body + directory + end_of_archive(count, len(directory), len(body), comment))


def end_of_archive(count: int, directory_size: int, directory_offset: int, comment: bytes = b"") -> bytes:
    """The end record, preceded by its zip64 form where there are too many members for 16 bits."""
    zip64 = b""
    if count > _LONGEST_COUNT:
        zip64 = struct.pack(
            "<4sQHHIIQQQQ",
            *(b"PK\x06\x06", 44, _MADE_ON_UNIX, 45, 0, 0),
            *(count, count, directory_size, directory_offset),
        )
        zip64 += struct.pack("<4sIQI", b"PK\x06\x07", 0, directory_offset + directory_size, 1)
    shown = min(count, _LONGEST_COUNT)
    sizes = (directory_size, directory_offset, len(comment))
    return zip64 + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, shown, shown, *sizes) + comment


@lru_cache(maxsize=512)
def deflated(data: bytes) -> bytes:
    """A raw deflate stream. Kept, because the same files come in many artifacts."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def deflated_repeatedly(block: bytes, times: int) -> tuple[bytes, int]:
    """The deflate stream of a block so many times over, and its CRC; never whole in memory."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    once = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    crc = 0
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    return once * times + packer.flush(zlib.Z_FINISH), crc
