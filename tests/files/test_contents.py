"""An artifact as a whole: what is yielded in which order, what is kept, and what interrupts it."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest
from hand_made_zips import Part, files_below, opened, zip_of

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.files.contents import TEXT_LIMIT_BYTES, Found, read_contents
from progressive_capture.lib.files.findings import FileFound, Repeated, ResultsFound
from progressive_capture.lib.files.limits import Limits
from progressive_capture.lib.files.local_folder import LocalFolder
from progressive_capture.lib.files.no_storage import NoStorage
from progressive_capture.lib.files.receiving import ReceivedBytes
from progressive_capture.lib.files.test_results import values
from progressive_capture.lib.normalize.rows import Content

REPORT = b"""<?xml version="1.0"?>
<testsuite name="s" tests="2">
  <testcase classname="c" name="one" time="0.5"/>
  <testcase classname="c" name="two"><failure message="no"/></testcase>
</testsuite>
"""


AGGREGATE = REPORT.replace(b"<testsuite ", b"<testsuites><testsuite ") + b"</testsuites>"


class CountedLines:
    """Stands for a report: a result for every line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.problem: str | None = None
        self.summary = "unread"

    def __iter__(self) -> Iterator[values.TestResult]:
        for line in self._stream:
            yield values.TestResult(None, None, line.decode().strip(), "passed", False, None, None)
        self.problem = "breaks off\x1b here"
        self.summary = "read"


def open_lines(stream: BinaryIO, path: str) -> CountedLines | None:
    return CountedLines(stream) if path.endswith(".lines") else None


def second_repeats(summaries: Mapping[int, str]) -> Mapping[int, str]:
    assert set(summaries.values()) <= {"read"}
    return {max(summaries): "repeats another"} if summaries else {}


def found_in(archive: bytes, tmp_path: Path) -> tuple[list[Found], Content]:
    contents = read_contents(
        *(io.BytesIO(archive), "name", LocalFolder(tmp_path), Limits()),
        open_report=open_lines,
        repeated=second_repeats,
    )
    return list(contents), contents.content


def test_results_come_before_their_file_in_chunks_and_repetitions_last(tmp_path: Path) -> None:
    lines = b"".join(b"test %d\n" % number for number in range(2500))
    archive = zip_of(
        Part(name=b"x/", data=b""), Part(name=b"a.lines", data=lines), Part(name=b"b.lines", data=b"t\n")
    )
    found, content = found_in(archive, tmp_path)
    assert [type(each) for each in found] == [
        *[ResultsFound] * 3,
        FileFound,
        ResultsFound,
        FileFound,
        Repeated,
    ]
    results = [each for each in found if isinstance(each, ResultsFound)]
    assert [(each.file_position, len(each.results)) for each in results] == [
        *((1, 1000), (1, 1000), (1, 500), (2, 1))
    ]
    assert results[2].results[-1].name == "test 2499"
    assert found[-1] == Repeated(2, "repeats another")
    assert content == Content(status="stored")


def test_what_is_wrong_with_a_report_is_told_of_its_file_in_safe_text(tmp_path: Path) -> None:
    found, _ = found_in(zip_of(Part(name=b"a.lines", data=b"t\n"), Part(name=b"a.lines")), tmp_path)
    reasons = [each.reason for each in found if isinstance(each, FileFound)]
    assert reasons == [
        r"breaks off\x1b here",
        r"an earlier file of the archive has the same name; breaks off\x1b here",
    ]


def test_a_real_report_is_read_by_the_room_of_test_results(tmp_path: Path) -> None:
    archive = zip_of(Part(name=b"TEST-s.xml", data=REPORT), Part(name=b"all.xml", data=AGGREGATE))
    found = opened(archive, tmp_path).found
    first = found[0]
    assert isinstance(first, ResultsFound)
    assert [(each.name, each.status) for each in first.results] == [("one", "passed"), ("two", "failed")]
    assert [each.file_position for each in found if isinstance(each, Repeated)] == [1]


def test_text_and_json_of_up_to_256_kilobytes_are_kept_as_text_too(tmp_path: Path) -> None:
    parts = [
        Part(name=b"a.txt", data="\ufeffgrün".encode()),
        Part(name=b"b.json", data=b'{"a": 1}'),
        Part(name=b"at.txt", data=b"x" * 262_144),
        Part(name=b"over.txt", data=b"x" * 262_145),
        Part(name=b"c.bin", data=b"\0"),
        Part(name=b"d.svg", data=b"<svg/>"),
    ]
    files = opened(zip_of(*parts), tmp_path).files
    assert [file.content for file in files] == ["grün", '{"a": 1}', "x" * 262_144, None, None, None]
    assert [file.category for file in files] == ["text", "json", "text", "text", "binary", "image"]
    assert TEXT_LIMIT_BYTES == 262_144


@pytest.mark.parametrize("data", [b"\0raw", b"", b"PK\3", b"MZ" + zip_of(Part())])
def test_what_is_no_archive_is_one_file_named_as_the_artifact(tmp_path: Path, data: bytes) -> None:
    result = opened(data, tmp_path, name="binary\u202e.zip")
    assert [(file.position, file.path, file.status) for file in result.files] == [
        (0, r"binary\u202e.zip", "stored")
    ]
    assert result.stored_bytes(0) == data
    assert result.content == Content(status="stored")


def test_a_raw_file_over_the_limit_is_skipped(tmp_path: Path) -> None:
    result = opened(b"x" * 11, tmp_path, limits=Limits(file_bytes=10))
    assert result.outcomes() == [("logs", "skipped", "larger than the file size limit of 10 bytes")]
    assert result.content == Content(status="stored", reason="1 of 1 files skipped")


def test_a_name_with_half_a_character_is_made_safe(tmp_path: Path) -> None:
    assert opened(b"x", tmp_path, name="a\ud800").files[0].path == r"a\ud800"


def test_without_storage_contents_and_results_are_found_all_the_same() -> None:
    archive = zip_of(Part(name=b"TEST-s.xml", data=REPORT), Part(name=b"../a"))
    reason = "no durable file storage is configured"
    contents = read_contents(io.BytesIO(archive), "name", NoStorage(reason), Limits())
    results, report, outside = list(contents)
    assert isinstance(results, ResultsFound)
    assert isinstance(report, FileFound)
    assert isinstance(outside, FileFound)
    assert (report.status, report.reason, report.storage_key) == ("skipped", reason, None)
    assert (report.size_bytes, report.content) == (len(REPORT), REPORT.decode())
    assert outside.status == "rejected"
    assert contents.content == Content(status="skipped", reason=f"{reason}; 1 of 2 files rejected")


def test_the_outcome_is_not_known_before_the_end(tmp_path: Path) -> None:
    contents = read_contents(io.BytesIO(zip_of(Part())), "name", LocalFolder(tmp_path), Limits())
    next(iter(contents))
    with pytest.raises(RuntimeError, match="not read to their end"):
        _ = contents.content


class Stopped(Exception):  # noqa: N818
    pass


@pytest.mark.parametrize("after", [0, 1, 5, 9, 20, 31])
def test_a_signal_leaves_nothing_half_stored(tmp_path: Path, after: int) -> None:
    calls = iter(range(after))

    def stop() -> None:
        if next(calls, None) is None:
            raise Stopped

    data = b"\0" + bytes(range(256)) * 12_000
    archive = io.BytesIO(zip_of(Part(data=data), Part(name=b"b", data=data[1:])))
    contents = read_contents(archive, "name", LocalFolder(tmp_path / "files"), Limits(), stop=stop)
    found: list[Found] = []
    with pytest.raises(Stopped):
        found.extend(contents)  # what came before the signal stays in the list
    stored = {str(path.relative_to(tmp_path / "files")) for path in files_below(tmp_path)}
    assert stored == {each.storage_key for each in found if isinstance(each, FileFound)}


def test_a_signal_is_heard_within_a_megabyte_and_while_a_report_is_read(tmp_path: Path) -> None:
    heard = 0

    def stop() -> None:
        nonlocal heard
        heard += 1

    def read_all(stream: BinaryIO, _path: str) -> None:
        nonlocal heard
        heard = 0
        while stream.read(5_000_000):
            pass
        counts.append(heard)

    counts: list[int] = []
    data = b"\0" * 8_000_000
    list(
        read_contents(
            *(io.BytesIO(zip_of(Part(data=data, method=0))), "name", LocalFolder(tmp_path), Limits()),
            stop=stop,
            open_report=read_all,
        )
    )
    assert counts[0] >= 8


def test_whoever_turns_away_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    archive = zip_of(Part(name=b"a.lines", data=b"t\n" * 3000))
    contents = read_contents(
        *(io.BytesIO(archive), "name", LocalFolder(tmp_path), Limits()),
        open_report=open_lines,
        repeated=second_repeats,
    )
    iterator = iter(contents)
    next(iterator)
    del iterator
    assert list(files_below(tmp_path)) == []


class FullDisk(LocalFolder):
    """A disk that is full after so many bytes."""

    def __init__(self, path: Path, room: int) -> None:
        super().__init__(path)
        self.room = room

    @contextmanager
    def receive(self) -> Iterator[ReceivedBytes]:  # type: ignore[override]
        with super().receive() as incoming:
            assert isinstance(incoming, ReceivedBytes)
            incoming._file = FullFile(incoming._file, self)  # type: ignore[assignment]
            yield incoming


class FullFile:
    def __init__(self, file: io.FileIO, disk: FullDisk) -> None:
        self.file = file
        self.disk = disk
        self.fileno = file.fileno

    def write(self, block: memoryview) -> int:
        written = self.file.write(block[: self.disk.room])
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.disk.room -= written
        return written


def test_a_full_disk_ends_the_reading_with_a_next_step_and_keeps_what_was_whole(tmp_path: Path) -> None:
    archive = zip_of(Part(data=b"\0" * 600), Part(name=b"b", data=b"\1" * 600))
    contents = read_contents(io.BytesIO(archive), "name", FullDisk(tmp_path, 1000), Limits())
    found: list[Found] = []
    with pytest.raises(StoreError, match="No room is left") as caught:
        found.extend(contents)
    assert caught.value.hint
    [first] = found
    assert isinstance(first, FileFound)
    assert [str(path.relative_to(tmp_path)) for path in files_below(tmp_path)] == [first.storage_key]


def test_a_downloaded_archive_that_the_disk_cannot_read_is_no_fault_of_the_archive(tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(StoreError, match="failed"):
        list(read_contents(Failing(zip_of(Part())), "name", LocalFolder(tmp_path), Limits()))
