"""The central directory of a zip archive, read entry by entry.

`zipfile` gives up on a whole archive for one bad name and holds every entry in memory; an archive of which
one member is broken must still give the others, and one that claims millions must cost nothing. So the
structure is read here, after PKWARE's APPNOTE 6.3.10 (sections 4.3 and 4.4); every number in it is taken
for a claim.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from progressive_capture.lib.files.not_kept import Unreadable
from progressive_capture.lib.files.storage_failures import told_as_store_errors

MEMBER_MAGIC = b"PK\x03\x04"
_END = struct.Struct("<4s4H2LH")
_END_MAGIC = b"PK\x05\x06"
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_MAGIC = b"PK\x06\x06"
_LOCATOR = struct.Struct("<4sLQL")
_LOCATOR_MAGIC = b"PK\x06\x07"
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_ENTRY_MAGIC = b"PK\x01\x02"
_SIGNATURE_MAGIC = b"PK\x05\x05"
_ZIP64_EXTRA = 1

_LONGEST_COMMENT = 0xFFFF
_IN_ZIP64 = 0xFFFFFFFF
_BLOCK_BYTES = 256 * 1024


class Entry(NamedTuple):
    """What the central directory says of one member."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    header_at: int
    """Where in the file its local header should be."""
    external_attributes: int
    readable: bool
    """False: its zip64 numbers are missing or break off."""


class Directory(NamedTuple):
    """Where the central directory is, and by how much everything is shifted by what stands before it."""

    begins_at: int
    ends_at: int
    shift: int


def read_at(file: BinaryIO, at: int, count: int) -> bytes:
    """Up to so many bytes from a place in a file; fewer at its end.

    Raises:
        StoreError: if the disk fails; no archive can cause that.
    """
    with told_as_store_errors("the folder for temporary files"):
        file.seek(at)
        return file.read(count)


def find_directory(file: BinaryIO, file_bytes: int) -> Directory:
    """Find the central directory from the end of the file; a comment, or anything else, may follow it.

    Raises:
        Unreadable: if there is none.
    """
    tail_at = max(0, file_bytes - _END.size - _LONGEST_COMMENT)
    tail = read_at(file, tail_at, file_bytes - tail_at)
    found = tail.rfind(_END_MAGIC)
    while found >= 0:
        if len(tail) - found >= _END.size:
            directory = _directory_before(file, tail_at + found, tail[found : found + _END.size])
            if directory is not None:
                return directory
        found = tail.rfind(_END_MAGIC, 0, found)
    raise Unreadable("it has no list of its members: it breaks off, or is damaged")


def entries(file: BinaryIO, directory: Directory, stop: Callable[[], None]) -> Iterator[Entry]:
    """The entries in their order, up to the first that is none.

    Args:
        file: the archive; it may be read elsewhere between two entries.
        directory: what `find_directory` found.
        stop: called before every read.

    Raises:
        Unreadable: where the directory breaks off, after the entries before.
    """
    directory_reader = _Reader(file, directory, stop)
    while directory_reader.left:
        header = directory_reader.take(_ENTRY.size)
        if header.startswith(_SIGNATURE_MAGIC):
            return
        if len(header) < _ENTRY.size or not header.startswith(_ENTRY_MAGIC):
            raise Unreadable("the list of its members is damaged")
        fields = _ENTRY.unpack(header)
        name_length, extra_length, comment_length = fields[12:15]
        variable = directory_reader.take(name_length + extra_length + comment_length)
        if len(variable) < name_length + extra_length + comment_length:
            raise Unreadable("the list of its members breaks off")
        extra = variable[name_length : name_length + extra_length]
        yield _entry(fields, variable[:name_length], extra, directory.shift)


class _Reader:
    """Takes the directory's bytes in order, a block in memory at a time."""

    def __init__(self, file: BinaryIO, directory: Directory, stop: Callable[[], None]) -> None:
        self._file = file
        self._stop = stop
        self._next_at = directory.begins_at
        self._ends_at = directory.ends_at
        self._block = b""
        self._used = 0

    @property
    def left(self) -> int:
        return len(self._block) - self._used + self._ends_at - self._next_at

    def take(self, count: int) -> bytes:
        if len(self._block) - self._used < count:
            self._stop()
            wanted = min(_BLOCK_BYTES, self._ends_at - self._next_at)
            more = read_at(self._file, self._next_at, wanted)
            self._next_at += wanted
            self._block = self._block[self._used :] + more
            self._used = 0
        taken = self._block[self._used : self._used + count]
        self._used += len(taken)
        return taken


def _directory_before(file: BinaryIO, end_at: int, end: bytes) -> Directory | None:
    """The directory that an end record at this place speaks of; None where there is none."""
    *_, count, size, offset, _ = _END.unpack(end)
    ends_at = end_at
    zip64 = _zip64_end(file, end_at)
    if zip64 is not None:
        ends_at, count, size, offset = zip64
    if count == 0 and size == 0:
        empty = read_at(file, 0, len(MEMBER_MAGIC)) != MEMBER_MAGIC
        return Directory(ends_at, ends_at, 0) if empty else None
    begins_at = ends_at - size
    # Bytes before the archive (a program that unpacks itself) shift all that it says of places.
    for place in (Directory(begins_at, ends_at, begins_at - offset), Directory(offset, ends_at, 0)):
        if 0 <= place.begins_at < ends_at and read_at(file, place.begins_at, 4) == _ENTRY_MAGIC:
            return place
    return None


def _zip64_end(file: BinaryIO, end_at: int) -> tuple[int, int, int, int] | None:
    """Where the zip64 end record is; count, size and offset in it. None where there is none."""
    locator_at = end_at - _LOCATOR.size
    if locator_at < _END64.size:
        return None
    locator = read_at(file, locator_at, _LOCATOR.size)
    if not locator.startswith(_LOCATOR_MAGIC):
        return None
    stated_at = _LOCATOR.unpack(locator)[2]
    for at in (locator_at - _END64.size, stated_at):
        if at > locator_at - _END64.size:
            continue
        record = read_at(file, at, _END64.size)
        if record.startswith(_END64_MAGIC):
            *_, count, size, offset = _END64.unpack(record)
            return at, count, size, offset
    return None


def _entry(fields: tuple[int, ...], raw_name: bytes, extra: bytes, shift: int) -> Entry:
    flags, method = fields[5:7]
    crc, packed, size = fields[9:12]
    external_attributes, offset = fields[17:19]
    numbers = [size, packed, offset]
    readable = _fill_from_zip64(numbers, extra)
    size, packed, offset = numbers
    return Entry(
        raw_name=raw_name,
        flags=flags,
        method=method,
        crc=crc,
        packed_bytes=packed,
        size_bytes=size,
        header_at=offset + shift,
        external_attributes=external_attributes,
        readable=readable,
    )


def _fill_from_zip64(numbers: list[int], extra: bytes) -> bool:
    """Replace those that did not fit into 32 bits; says whether they were all there.

    Without a zip64 field, 0xFFFFFFFF is the number itself: of a file one byte short of 4 GiB.
    """
    wanted = [index for index, number in enumerate(numbers) if number == _IN_ZIP64]
    field = _extra_field(extra, _ZIP64_EXTRA) if wanted else None
    if field is None:
        return True
    if len(field) < 8 * len(wanted):
        return False
    for place, index in enumerate(wanted):
        numbers[index] = struct.unpack_from("<Q", field, 8 * place)[0]
    return True


def _extra_field(extra: bytes, kind: int) -> bytes | None:
    at = 0
    while at + 4 <= len(extra):
        found, length = struct.unpack_from("<HH", extra, at)
        if found == kind:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return None
