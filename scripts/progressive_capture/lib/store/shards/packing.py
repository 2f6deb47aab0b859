"""A database packed for a journey (a compact copy, gzipped), and unpacked without trust."""

from __future__ import annotations

import errno
import gzip
import hashlib
import shutil
import sqlite3
import tempfile
import zlib
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from progressive_capture.lib.store.schema import METADATA
from progressive_capture.lib.store.shards.errors import (
    DamagedShardError,
    MissingShardError,
    NoRoomError,
    NotAShardError,
    shown,
)
from progressive_capture.lib.store.shards.reading import (
    check,
    connect_read_only,
    no_room,
    refuse_other_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_BYTES = 64 * 1024**3
"""How large a database may become that is unpacked, unless another limit is given."""

AT_ONCE = 1024 * 1024
LEVEL = 6
LEFT_FREE = 64 * 1024**2
"""Bytes of the disk that unpacking leaves to others."""

_NO_SPACE = errno.ENOSPC
_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True)
class Packed:
    """What was packed.

    Attributes:
        sha256: of the packed file, in hexadecimal.
        size_bytes: of the packed file.
        database_bytes: of the database in it.
        schema_version: the revision of its schema.
        rows: how many there are, by table.
    """

    sha256: str
    size_bytes: int
    database_bytes: int
    schema_version: str
    rows: Mapping[str, int]


def packed(database: Path, into: Path) -> Packed:
    """Pack a database as it is at this moment, whoever writes to it; equal contents give equal bytes.

    Args:
        database: a SQLite file of ours.
        into: the file to make, replaced if it is there; its folder holds the unpacked copy meanwhile.

    Raises:
        ShardError: it is no whole database of ours, or there is no room.
    """
    refuse_other_files(database)
    with _made_beside(into, database) as part, _temporary_beside(into) as copy:
        _copy_compactly(database, copy)
        schema_version = check(copy, database)
        sha256 = _zip(copy, part)
        return Packed(
            sha256=sha256,
            size_bytes=part.stat().st_size,
            database_bytes=copy.stat().st_size,
            schema_version=schema_version,
            rows=_rows(copy, database),
        )


def unpacked(packed: Path, into: Path, *, most_bytes: int = MOST_BYTES) -> None:
    """Unpack a database; `into` is made when it has arrived whole, and is ours.

    Args:
        packed: what `packed` made.
        into: the file to make, replaced if it is there.
        most_bytes: how large it may become.

    Raises:
        ShardError: it is damaged, something else, too large, made by a newer version, or there is no room.
    """
    _refuse_other_archives(packed)
    with _made_beside(into, packed) as part:
        _unzip(packed, part, most_bytes)
        if not part.stat().st_size:
            raise NotAShardError(packed, "holds nothing")
        refuse_other_files(part, packed)
        check(part, packed)
        _refuse_if_in_use(into)


def _copy_compactly(database: Path, copy: Path) -> None:
    """A consistent copy, while others may write."""
    try:
        with closing(connect_read_only(database)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),)).close()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_FULL"):
            raise no_room(database, copy.parent) from error
        raise DamagedShardError(database, str(error)) from error


def _zip(file: Path, into: Path) -> str:
    """Pack a file; gives the hash of what came of it."""
    with file.open("rb") as source, into.open("wb") as target:
        hashing = _Hashing(target)
        # No name and no time in it: the same database, the same bytes.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=hashing, mtime=0) as archive:
            shutil.copyfileobj(source, archive, AT_ONCE)
    return hashing.sha256.hexdigest()


class _Hashing:
    """A file to be written to, whose bytes are hashed on their way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _unzip(packed: Path, into: Path, most_bytes: int) -> None:
    """Unpack as much as may be, and as the disk holds."""
    written = 0
    try:
        with gzip.open(packed, "rb") as archive, into.open("wb") as target:
            while data := archive.read(AT_ONCE):
                written += len(data)
                if written > most_bytes:
                    raise _too_large(packed, most_bytes)
                if shutil.disk_usage(into.parent).free < LEFT_FREE + len(data):
                    raise no_room(packed, into.parent)
                target.write(data)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DamagedShardError(packed, str(error)) from error


def _refuse_other_archives(packed: Path) -> None:
    try:
        with packed.open("rb") as file:
            begin = file.read(len(_MAGIC))
    except FileNotFoundError:
        raise MissingShardError(packed) from None
    except OSError as error:
        raise NotAShardError(packed, f"cannot be read ({error.strerror})") from error
    if begin != _MAGIC:
        raise NotAShardError(packed, "is not packed with gzip")


def _refuse_if_in_use(path: Path) -> None:
    """A log that belongs to another file would be taken for this one's."""
    if any(Path(f"{path}{end}").exists() for end in ("-wal", "-journal")):
        raise NotAShardError(path, "is in use by another program, or its writer was killed")


def _too_large(packed: Path, most_bytes: int) -> NoRoomError:
    return NoRoomError(
        f"{shown(packed)} holds more than {most_bytes:,} bytes; nothing was kept of it.",
        hint="If it is what you think it is, unpack it yourself (gunzip), and give the .db file.",
    )


@contextmanager
def _temporary_beside(path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=".progressive-capture-", dir=path.parent) as folder:
        yield Path(folder) / "capture.db"


@contextmanager
def _made_beside(into: Path, source: Path) -> Iterator[Path]:
    """A file on its way: at its place when it is done, nothing there before."""
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        with _temporary_beside(into) as part:
            yield part
            part.replace(into)
    except OSError as error:
        if error.errno == _NO_SPACE:
            raise no_room(source, into.parent) from error
        raise NotAShardError(into, f"cannot be written ({error.strerror})") from error


def _rows(file: Path, path: Path) -> Mapping[str, int]:
    with closing(connect_read_only(file)) as connection:
        counts: dict[str, int] = {}
        for name in sorted(METADATA.tables):
            counts[name] = _count(connection, name, path)
        return counts


def _count(connection: sqlite3.Connection, name: str, path: Path) -> Any:
    try:
        return connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608  (ours)
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return 0  # of a schema before it
        raise DamagedShardError(path, str(error)) from error
