"""What an artifact holds: its bytes, and what a careful reader should find in them.

The expectations come from whoever made the bytes, never from reading them. They follow the
documented outcome of each kind of member at default limits, with a storage for files.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from github_simulator.archive_writing import Member, write_archive

FileStatus = Literal["stored", "skipped", "rejected"]
Category = Literal["image", "json", "text", "binary"]
LONGEST_CONTENT = 262_144
"""Text and JSON of at most so many bytes are also kept in the database."""
_CHUNK = 65_536
ZIP_TYPE = "application/zip"


@dataclass(frozen=True)
class ReportedResult:
    """One result that a report holds; `seconds` None: not said there.

    `rerun`: an earlier (or further) try of a test that the same report tried several times.
    """

    suite: str | None
    classname: str | None
    name: str
    status: Literal["passed", "failed", "error", "skipped"]
    seconds: float | None = None
    rerun: bool = False


@dataclass(frozen=True)
class ExpectedFile:
    """What should become of one member.

    `size` and `sha256` are those of its real bytes, None where there are none to be had;
    `category` is None unless it is stored. `results` are what its report holds, if it is one.
    """

    path: str
    status: FileStatus = "stored"
    category: Category | None = None
    size: int | None = None
    sha256: str | None = None
    results: tuple[ReportedResult, ...] = ()

    @property
    def content_kept(self) -> bool:
        """Whether its text is kept in the database, besides the stored bytes."""
        small = self.size is not None and self.size <= LONGEST_CONTENT
        return self.status == "stored" and self.category in {"json", "text"} and small


@dataclass(frozen=True)
class Part:
    """A member of an archive, and what should become of it; None: no row at all."""

    member: Member
    expected: ExpectedFile | None


class ArtifactBytes(Protocol):
    """The bytes of an artifact, which may be more than fit into memory."""

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...

    @property
    def media_type(self) -> str: ...

    @property
    def status(self) -> FileStatus:
        """What should become of the artifact as a whole."""

    @property
    def files(self) -> Sequence[tuple[int, ExpectedFile]]:
        """Its files by their position in the archive."""

    def stream(self, begin: int, end: int) -> Iterator[bytes]:
        """The bytes from `begin` to `end` (exclusive)."""


@dataclass(frozen=True)
class WholeBytes:
    """An artifact that fits into memory."""

    data: bytes
    files: Sequence[tuple[int, ExpectedFile]] = ()
    status: FileStatus = "stored"
    media_type: str = ZIP_TYPE

    @property
    def size(self) -> int:
        return len(self.data)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def stream(self, begin: int, end: int) -> Iterator[bytes]:
        for at in range(begin, end, _CHUNK):
            yield self.data[at : min(at + _CHUNK, end)]


def stored(
    path: str,
    data: bytes,
    category: Category,
    results: Iterable[ReportedResult] = (),
    *,
    name: bytes | None = None,
) -> Part:
    """An ordinary file, which is stored under its name (or under what `name` is to be read as)."""
    return Part(Member(name or path.encode(), data), stored_file(path, data, category, results))


def stored_file(
    path: str, data: bytes, category: Category, results: Iterable[ReportedResult] = ()
) -> ExpectedFile:
    """The expectation alone."""
    digest = hashlib.sha256(data).hexdigest()
    return ExpectedFile(path, "stored", category, len(data), digest, tuple(results))


def rejected(path: str, member: Member) -> Part:
    """A member that is not let in; `path` is how its name is shown."""
    return Part(member, ExpectedFile(path, "rejected"))


def packed(parts: Sequence[Part], comment: bytes = b"") -> WholeBytes:
    """The archive of these parts."""
    data = write_archive((part.member for part in parts), comment)
    expected = [(place, part.expected) for place, part in enumerate(parts) if part.expected]
    return WholeBytes(data, expected)


def raw(
    name: str, data: bytes, category: Category, media_type: str, results: Iterable[ReportedResult] = ()
) -> WholeBytes:
    """A single file that was uploaded as it is, named as the artifact."""
    return WholeBytes(data, [(0, stored_file(name, data, category, results))], media_type=media_type)
