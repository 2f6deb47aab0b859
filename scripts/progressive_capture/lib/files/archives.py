"""A hostile zip archive, member by member: each is read or turned away with a reason, never the whole."""

from __future__ import annotations

import hashlib
import stat
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from progressive_capture.lib.files.inflating import READABLE_METHODS, inflated
from progressive_capture.lib.files.limits import Expansion, Limits
from progressive_capture.lib.files.member_names import decoded_name, refusal_of, safe_path
from progressive_capture.lib.files.not_kept import NotKept, Unreadable
from progressive_capture.lib.files.zip_directory import MEMBER_MAGIC, Entry, entries, find_directory, read_at

_BEGINS_EMPTY = b"PK\x05\x06"
_HEADER_BYTES = 30
_BLOCK_BYTES = 64 * 1024

_FLAG_ENCRYPTED = 0x1
_FLAG_PATCH = 0x20
_FLAG_UTF8 = 0x800
_FLAG_MASKED = 0x2000
_LINKS_AND_DEVICES = {stat.S_IFLNK, stat.S_IFBLK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK}
_EMPTY_PACKED_BYTES = 2
"""What deflate makes of nothing."""


def begins_like_an_archive(head: bytes) -> bool:
    """Whether the first four bytes are a zip's: the bytes decide, not the name."""
    return head[:4] in (MEMBER_MAGIC, _BEGINS_EMPTY)


@dataclass(kw_only=True)
class Member:
    """One member.

    Args:
        position: its place in the central directory, from 0.
        path: its name, made safe to show.
        notes: what is to be told of it, kept or not; complete once its bytes were read.
        blocks: gives its bytes, at most 256 KiB at a time. Only after the last of them are they known to be
            right; at any point it raises NotKept: they cannot be read, or must not be.
    """

    position: int
    path: str
    notes: list[str]
    blocks: Callable[[], Iterator[bytes]]


class Archive:
    """An archive whose first bytes are a zip's.

    Args:
        file: the archive, seekable.
        archive_bytes: its size.
        limits: how much may come out of it.
        stop: called while a long directory is read; may raise.

    Raises:
        Unreadable: if it cannot be opened as a zip.
    """

    def __init__(
        self, file: BinaryIO, archive_bytes: int, limits: Limits, *, stop: Callable[[], None]
    ) -> None:
        self._file = file
        self._limits = limits
        self._stop = stop
        self._directory = find_directory(file, archive_bytes)
        self._ends_at = archive_bytes
        self._expansion = Expansion(limits, archive_bytes)
        self._borders = self._all_borders()
        self._names: set[bytes] = set()
        self._unread_members = 0
        self._damage: str | None = None

    def members(self) -> Iterator[Member]:
        """Every member but folders, up to the limit."""
        position = -1
        try:
            for position, entry in enumerate(entries(self._file, self._directory, self._stop)):
                if position >= self._limits.members:
                    self._unread_members += 1
                elif (member := self._member(position, entry)) is not None:
                    yield member
        except Unreadable as error:
            self._damage = f"{error} after member {position + 1:,}"

    def missing(self) -> list[str]:
        """Which members were never seen, and why; known after `members`."""
        missing = [self._damage] if self._damage else []
        if self._unread_members:
            limit = self._limits.members
            missing.append(f"{self._unread_members:,} members beyond the first {limit:,} were not read")
        return missing

    def _all_borders(self) -> array[int]:
        """Where members' headers and the directory begin, in order: none may reach over the next."""
        borders = array("Q", [self._directory.begins_at])
        position = -1
        try:
            for position, entry in enumerate(entries(self._file, self._directory, self._stop)):
                if position >= self._limits.members:
                    break
                if 0 <= entry.header_at < self._ends_at:
                    borders.append(entry.header_at)
        except Unreadable:
            if position < 0:
                raise
        return array("Q", sorted(borders))

    def _member(self, position: int, entry: Entry) -> Member | None:
        name = decoded_name(entry.raw_name, says_utf8=bool(entry.flags & _FLAG_UTF8))
        is_folder = name.endswith("/")
        if is_folder and entry.size_bytes == 0 and entry.packed_bytes <= _EMPTY_PACKED_BYTES:
            return None
        path, cut = safe_path(name)
        notes = [cut] if cut else []
        if self._is_repeated(name):
            notes.append("an earlier file of the archive has the same name")
        refusal = refusal_of(name) or ("a folder that holds data" if is_folder else _refusal_of(entry))
        return Member(
            position=position, path=path, notes=notes, blocks=lambda: self._read(entry, refusal, notes)
        )

    def _is_repeated(self, name: str) -> bool:
        """Digests are remembered, not names: a hundred thousand names of 64 KB would fill the memory."""
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        repeated = digest in self._names
        self._names.add(digest)
        return repeated

    def _read(self, entry: Entry, refusal: str | None, notes: list[str]) -> Iterator[bytes]:
        if refusal:
            raise NotKept("rejected", refusal)
        self._expansion.begin(entry.packed_bytes)
        packed = self._packed_blocks(entry, notes)
        crc = size = 0
        for block in inflated(packed, method=entry.method, flags=entry.flags, size_bytes=entry.size_bytes):
            crc = zlib.crc32(block, crc)
            size += len(block)
            self._expansion.add(len(block))
            if size > entry.size_bytes:
                break
            yield block
        if size != entry.size_bytes:
            raise NotKept("rejected", "its size is not what the archive says")
        if crc != entry.crc:
            raise NotKept("rejected", "its checksum is not what the archive says")

    def _packed_blocks(self, entry: Entry, notes: list[str]) -> Iterator[bytes]:
        at = self._data_at(entry, notes)
        end = at + entry.packed_bytes
        if end > self._ends_at:
            raise NotKept("rejected", "its data breaks off")
        following = bisect_right(self._borders, entry.header_at)
        alone = following - bisect_left(self._borders, entry.header_at) == 1
        if not alone or (following < len(self._borders) and end > self._borders[following]):
            raise NotKept("rejected", "its bytes are those of another member as well")
        while at < end:
            block = read_at(self._file, at, min(_BLOCK_BYTES, end - at))
            at += len(block)
            yield block

    def _data_at(self, entry: Entry, notes: list[str]) -> int:
        """Where a member's data begins: behind its local header, whose name does not count."""
        if not 0 <= entry.header_at <= self._ends_at - _HEADER_BYTES:
            raise NotKept("rejected", "its data is not where the archive says")
        header = read_at(self._file, entry.header_at, _HEADER_BYTES)
        if not header.startswith(MEMBER_MAGIC):
            raise NotKept("rejected", "its data is not where the archive says")
        name_length = int.from_bytes(header[26:28], "little")
        extra_length = int.from_bytes(header[28:30], "little")
        name_at = entry.header_at + _HEADER_BYTES
        if read_at(self._file, name_at, name_length) != entry.raw_name:
            notes.append("the archive gives it a second name")
        return name_at + name_length + extra_length


def _refusal_of(entry: Entry) -> str | None:
    """Why a member of this kind is not read, whatever its bytes."""
    if stat.S_IFMT(entry.external_attributes >> 16) in _LINKS_AND_DEVICES:
        return "a link or a device, not a file"
    if entry.flags & (_FLAG_ENCRYPTED | _FLAG_MASKED):
        return "encrypted"
    if entry.method not in READABLE_METHODS or entry.flags & _FLAG_PATCH:
        return f"packed in a way that cannot be read (method {entry.method})"
    if not entry.readable:
        return "its sizes are missing in the archive"
    return None
