"""One artifact's bytes to its files and test results: opened, stored, classified and read."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO, Protocol

from progressive_capture.lib.files.archives import Archive, Member, begins_like_an_archive
from progressive_capture.lib.files.categories import classify, decoded_text
from progressive_capture.lib.files.findings import FileFound, Repeated, ResultsFound
from progressive_capture.lib.files.heeding_reader import heeding
from progressive_capture.lib.files.limits import Limits
from progressive_capture.lib.files.member_names import safe_path, safe_text
from progressive_capture.lib.files.not_kept import NotKept, Unreadable
from progressive_capture.lib.files.storage import FileStorage, Incoming
from progressive_capture.lib.files.test_results import open_report, repeated
from progressive_capture.lib.files.test_results.values import TestResult
from progressive_capture.lib.files.zip_directory import read_at
from progressive_capture.lib.normalize.rows import Content, FileStatus

TEXT_LIMIT_BYTES = 256 * 1024
"""Text and JSON of up to this size are kept in the database as well."""
RESULTS_AT_ONCE = 1000

_BLOCK_BYTES = 256 * 1024

_WITHOUT_STORAGE = "without storage"

Found = FileFound | ResultsFound | Repeated


class ReadReport(Protocol):
    """A test report, as the room of test results reads it: its results first, then the rest."""

    def __iter__(self) -> Iterator[TestResult]: ...
    @property
    def problem(self) -> str | None: ...
    @property
    def summary(self) -> Any: ...


def read_contents(
    archive: BinaryIO,
    name: str,
    storage: FileStorage,
    limits: Limits,
    *,
    stop: Callable[[], None] = lambda: None,
    open_report: Callable[[BinaryIO, str], ReadReport | None] = open_report,
    repeated: Callable[[Mapping[int, Any]], Mapping[int, str]] = repeated,
) -> Contents:
    """Open what was downloaded of an artifact.

    Args:
        archive: its bytes, seekable: a zip archive, or any other file.
        name: the artifact's name; of a file that is no archive, its path.
        storage: takes the files.
        limits: how much may come out.
        stop: called between blocks of at most 1 MB; what it raises ends everything, with nothing half-stored.
        open_report: reads a file as a test report; None: it is none.
        repeated: by position, which of these reports repeat others, and why they are said to.
    """
    return Contents(archive, name, storage, limits, stop=stop, open_report=open_report, repeated=repeated)


class Contents:
    """Iterate once over what is found; then `content` says what became of the artifact.

    Iterating raises only what `stop` raises, and StoreError where the disk or the storage fails.
    """

    def __init__(
        self,
        archive: BinaryIO,
        name: str,
        storage: FileStorage,
        limits: Limits,
        *,
        stop: Callable[[], None],
        open_report: Callable[[BinaryIO, str], ReadReport | None],
        repeated: Callable[[Mapping[int, Any]], Mapping[int, str]],
    ) -> None:
        self._archive = archive
        self._archive_bytes = archive.seek(0, io.SEEK_END)
        self._name = name
        self._storage = storage
        self._limits = limits
        self._stop = stop
        self._open_report = open_report
        self._repeated = repeated
        self._summaries: dict[int, Any] = {}
        self._outcomes: Counter[str] = Counter()
        self._content: Content | None = None

    @property
    def content(self) -> Content:
        """What became of the artifact; known once everything was iterated over."""
        if self._content is None:
            raise RuntimeError("The contents were not read to their end.")
        return self._content

    def __iter__(self) -> Iterator[Found]:
        missing: list[str] = []
        if begins_like_an_archive(read_at(self._archive, 0, 4)):
            try:
                archive = Archive(self._archive, self._archive_bytes, self._limits, stop=self._stop)
            except Unreadable as error:
                self._content = Content(
                    status="rejected", reason=f"cannot be opened as a zip archive: {error}"
                )
                return
            for member in archive.members():
                yield from self._file(member)
            missing = archive.missing()
        else:
            yield from self._file(self._itself())
        for position, reason in self._repeated(self._summaries).items():
            yield Repeated(position, reason)
        self._content = self._summed_up(missing)

    def _itself(self) -> Member:
        """What is no archive is one file."""
        path, cut = safe_path(self._name)
        return Member(position=0, path=path, notes=[cut] if cut else [], blocks=self._own_blocks)

    def _own_blocks(self) -> Iterator[bytes]:
        if self._archive_bytes > self._limits.file_bytes:
            limit = self._limits.file_bytes
            raise NotKept("skipped", f"larger than the file size limit of {limit:,} bytes")
        for at in range(0, self._archive_bytes, _BLOCK_BYTES):
            yield read_at(self._archive, at, _BLOCK_BYTES)

    def _file(self, member: Member) -> Iterator[Found]:
        self._stop()
        with self._storage.receive() as incoming:
            try:
                for block in member.blocks():
                    self._stop()
                    incoming.write(block)
            except NotKept as error:
                self._outcomes[error.status] += 1
                yield _not_kept(member, error)
                return
            yield from self._received(member, incoming)

    def _received(self, member: Member, incoming: Incoming) -> Iterator[Found]:
        with incoming.reader() as reader:
            head = reader.read(TEXT_LIMIT_BYTES + 1)
        whole = len(head) <= TEXT_LIMIT_BYTES
        category, media_type = classify(member.path, head, whole=whole)
        reasons = member.notes
        if category != "image":
            reasons += yield from self._results(member, incoming)
        self._stop()
        key, status, reason = self._kept(incoming)
        if reason:
            reasons = [reason, *reasons]
        yield FileFound(
            position=member.position,
            path=member.path,
            size_bytes=incoming.size_bytes,
            category=category,
            media_type=media_type,
            sha256=incoming.sha256,
            content=decoded_text(head, whole=True) if whole and category in ("text", "json") else None,
            storage_key=key,
            status=status,
            reason="; ".join(reasons) or None,
        )

    def _kept(self, incoming: Incoming) -> tuple[str | None, FileStatus, str | None]:
        """The key in the storage, what that makes of the file, and why there is none."""
        try:
            key = incoming.keep()
        except NotKept as error:
            self._outcomes[error.status] += 1
            return None, error.status, error.reason
        self._outcomes["stored" if key else _WITHOUT_STORAGE] += 1
        return (key, "stored", None) if key else (None, "skipped", self._storage.describe())

    def _results(self, member: Member, incoming: Incoming) -> Generator[Found, None, list[str]]:
        """The test results of a file that is a report; returns what was wrong with it."""
        with heeding(incoming.reader(), self._stop) as stream:
            report = self._open_report(stream, member.path)
            if report is None:
                return []
            for results in _chunks(report):
                self._stop()
                yield ResultsFound(member.position, results)
            self._summaries[member.position] = report.summary
            return [safe_text(report.problem)] if report.problem else []

    def _summed_up(self, missing: list[str]) -> Content:
        """`stored`, and what of it was not; `skipped` where there is nowhere to store it."""
        outcomes = self._outcomes
        reasons = [self._storage.describe()] if outcomes[_WITHOUT_STORAGE] else []
        lost = [(status, outcomes[status]) for status in ("rejected", "skipped") if outcomes[status]]
        if lost:
            (status, count), *further = lost
            said = f"{count:,} of {outcomes.total():,} files {status}"
            reasons.append(", ".join([said, *(f"{count:,} {status}" for status, count in further)]))
        reasons += missing
        return Content(
            status="skipped" if outcomes[_WITHOUT_STORAGE] else "stored", reason="; ".join(reasons) or None
        )


def _not_kept(member: Member, error: NotKept) -> FileFound:
    return FileFound(
        position=member.position,
        path=member.path,
        size_bytes=None,
        category=None,
        media_type=None,
        sha256=None,
        content=None,
        storage_key=None,
        status=error.status,
        reason="; ".join([error.reason, *member.notes]),
    )


def _chunks(results: Iterable[TestResult]) -> Iterator[list[TestResult]]:
    rest = iter(results)
    while chunk := list(islice(rest, RESULTS_AT_ONCE)):
        yield chunk
