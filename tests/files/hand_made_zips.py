"""Zip archives byte by byte, so that every number in them can be a lie; and what opening them gave."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from progressive_capture.lib.files.contents import Found, read_contents
from progressive_capture.lib.files.findings import FileFound
from progressive_capture.lib.files.limits import Limits
from progressive_capture.lib.files.local_folder import LocalFolder
from progressive_capture.lib.normalize.rows import Content

UTF8 = 0x800


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


@dataclass(kw_only=True)
class Part:
    """One member; what is None is what an honest archive would say."""

    name: bytes = b"a.bin"
    data: bytes = b"some bytes"
    method: int = 8
    packed: bytes | None = None
    flags: int = UTF8
    mode: int = 0
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    header_at: int | None = None
    local_name: bytes | None = None
    extra: bytes = b""
    after: bytes = b""

    def stored_bytes(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.data) if self.method == 8 else self.data

    def numbers(self) -> tuple[int, int, int]:
        packed = self.stored_bytes()
        return (
            zlib.crc32(self.data) if self.crc is None else self.crc,
            len(packed) if self.packed_size is None else self.packed_size,
            len(self.data) if self.size is None else self.size,
        )

    def local(self) -> bytes:
        name = self.name if self.local_name is None else self.local_name
        header = struct.pack(
            "<4s5H3L2H", b"PK\3\4", 20, self.flags, self.method, 0, 33, *self.numbers(), len(name), 0
        )
        return header + name + self.stored_bytes() + self.after

    def central(self, at: int) -> bytes:
        return (
            struct.pack(
                "<4s6H3L5H2L",
                *(b"PK\1\2", 0x314, 20, self.flags, self.method, 0, 33),
                *self.numbers(),
                *(len(self.name), len(self.extra), 0, 0, 0, self.mode << 16),
                at if self.header_at is None else self.header_at,
            )
            + self.name
            + self.extra
        )


def zip_of(*parts: Part, comment: bytes = b"", prefix: bytes = b"", claimed: int | None = None) -> bytes:
    body = bytearray()
    central = bytearray()
    for part in parts:
        central += part.central(len(body))
        body += part.local()
    count = min(0xFFFF, len(parts) if claimed is None else claimed)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(central), len(body), len(comment))
    return prefix + bytes(body) + bytes(central) + end + comment


@dataclass(kw_only=True)
class Opened:
    """What came out of an archive."""

    found: list[Found]
    content: Content
    folder: Path
    files: list[FileFound] = field(init=False)

    def __post_init__(self) -> None:
        self.files = [each for each in self.found if isinstance(each, FileFound)]

    def outcomes(self) -> list[tuple[str, str, str | None]]:
        return [(file.path, file.status, file.reason) for file in self.files]

    def stored_bytes(self, position: int) -> bytes:
        key = next(file.storage_key for file in self.files if file.position == position)
        assert key is not None
        with closing(LocalFolder(self.folder).open(key)) as file:
            return file.read()


def opened(archive: bytes, folder: Path, *, limits: Limits | None = None, name: str = "logs") -> Opened:
    """Read an archive into a storage in this folder; nothing may be left on the way."""
    contents = read_contents(io.BytesIO(archive), name, LocalFolder(folder / "storage"), limits or Limits())
    found = list(contents)
    assert list((folder / "storage").glob(".incoming/*")) == []
    return Opened(found=found, content=contents.content, folder=folder / "storage")


def files_below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
