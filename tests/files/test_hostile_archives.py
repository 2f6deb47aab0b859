"""Whatever the bytes: an outcome, nothing written outside the storage, and memory that stays small."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from hand_made_zips import Part, files_below, opened, zip_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

REAL_ARCHIVES = Path(__file__).parents[2].parent / "shared" / "real-data" / "archives"


def good_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, method in enumerate((0, 8, 12, 14)):
            archive.writestr(f"folder/{number}.txt", b"text %d " % number * 20, method)
        archive.writestr("report.xml", b'<testsuite><testcase name="a"/></testsuite>', 8)
        archive.comment = b"a comment"
    return buffer.getvalue()


GOOD = good_archive()
CHANGES = st.lists(
    st.tuples(
        st.integers(0, len(GOOD) - 1), st.sampled_from([0, 1, 8, 0x2F, 0x7F, 0xFF]) | st.integers(0, 255)
    ),
    min_size=1,
    max_size=12,
)


def check(archive: bytes) -> None:
    """An outcome is reached; what is stored is what the outcome says, byte for byte, and all there is."""
    with tempfile.TemporaryDirectory() as folder:
        result = opened(archive, Path(folder), name="artifact")
        stored = {file.storage_key: file for file in result.files if file.status == "stored"}
        there = {str(path.relative_to(result.folder)): path for path in files_below(Path(folder))}
        assert set(there) == set(stored)
        for key, file in stored.items():
            assert key is not None
            assert hashlib.sha256(there[key].read_bytes()).hexdigest() == file.sha256
        assert all(file.reason for file in result.files if file.status != "stored")
        assert result.content.status in ("stored", "rejected")
        for file in result.files:
            assert len(file.path.encode()) <= 4000
            assert not set(file.path) & set("\0\x1b\n\u202e")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=300), begins=st.sampled_from([b"", b"PK\3\4", b"PK\5\6"]))
def test_random_bytes_never_raise(data: bytes, begins: bytes) -> None:
    check(begins + data)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=CHANGES)
def test_a_good_archive_with_random_changes_never_raises(changes: list[tuple[int, int]]) -> None:
    archive = bytearray(GOOD)
    for at, value in changes:
        archive[at] = value
    check(bytes(archive))


@settings(max_examples=60, deadline=None)
@given(begin=st.integers(0, len(GOOD)), end=st.integers(0, len(GOOD)))
def test_an_archive_with_a_piece_cut_out_never_raises(begin: int, end: int) -> None:
    check(GOOD[:begin] + GOOD[end:])


@settings(max_examples=100, deadline=None)
@given(names=st.lists(st.binary(max_size=40), max_size=6), flags=st.sampled_from([0, 0x800]))
def test_whatever_the_names_nothing_is_written_under_them(names: list[bytes], flags: int) -> None:
    check(zip_of(*[Part(name=name, flags=flags) for name in names]))


MEASURE = """
import io, resource, struct, sys, tempfile, zlib
from pathlib import Path
from progressive_capture.lib.files.contents import read_contents
from progressive_capture.lib.files.limits import Limits
from progressive_capture.lib.files.no_storage import NoStorage

def opened(file, limits=Limits()):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    contents = read_contents(file, "name", NoStorage("nothing is kept"), limits)
    count = sum(1 for _ in contents)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(count, grown, contents.content.reason, sep="|")

def archive(members):
    file = tempfile.TemporaryFile()
    central_at = 0
    central = tempfile.TemporaryFile()
    for name, method, packed, crc, size, mode in members:
        numbers = (crc, len(packed), size)
        file.write(struct.pack("<4s5H3L2H", b"PK\\3\\4", 20, 2048, method, 0, 33, *numbers, len(name), 0))
        file.write(name + packed)
        central.write(struct.pack("<4s6H3L5H2L", b"PK\\1\\2", 788, 20, 2048, method, 0, 33, *numbers,
            len(name), 0, 0, 0, 0, mode << 16, central_at) + name)
        central_at = file.tell()
    central.seek(0)
    size = 0
    while block := central.read(1 << 20):
        size += file.write(block)
    file.write(struct.pack("<4s4H2LH", b"PK\\5\\6", 0, 0, 65535, 65535, size, central_at, 0))
    return file
"""
MANY = """
members = ((b"%07d-" % n + b"n" * 92, 0, b"", 0, 0, 0o120777) for n in range(100_003))
opened(archive(members))
"""
LARGE = """
import os
piece = os.urandom(1 << 20)
packer = zlib.compressobj(1, zlib.DEFLATED, -15)
packed, crc, size = [], 0, 0
for _ in range(200):
    block = piece[:4096] + bytes((1 << 20) - 4096)
    packed.append(packer.compress(block)); crc = zlib.crc32(block, crc); size += len(block)
packed = b"".join(packed) + packer.flush()
opened(archive([(b"a.bin", 8, packed, crc, size, 0)]), Limits(file_bytes=1 << 30))
"""


@pytest.mark.parametrize(
    ("made", "count", "at_most", "reason"),
    [
        (
            MANY,
            "100000",
            50,
            "100,000 of 100,000 files rejected; 3 members beyond the first 100,000 were not read",
        ),
        (LARGE, "1", 20, "nothing is kept"),
    ],
    ids=["100,000 members", "200 MB member"],
)
def test_memory_stays_small(made: str, count: str, at_most: int, reason: str) -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE + made], capture_output=True, text=True, check=True)
    found, grown, said = done.stdout.strip().split("|")
    assert (found, said) == (count, reason)
    assert int(grown) < at_most


@pytest.mark.skipif(not REAL_ARCHIVES.is_dir(), reason="the collection of real archives is not here")
def test_real_archives_open_as_python_itself_reads_them(tmp_path: Path) -> None:
    archives = sorted(REAL_ARCHIVES.rglob("*.zip"))
    assert archives
    for number, path in enumerate(archives):
        result = opened(path.read_bytes(), tmp_path / str(number))
        with zipfile.ZipFile(path) as known_good:
            infos = known_good.infolist()
            expected = {
                place: hashlib.sha256(known_good.read(info)).hexdigest()
                for place, info in enumerate(infos)
                if not info.filename.replace("\\", "/").endswith("/")
            }
        assert {file.position: file.sha256 for file in result.files} == expected, path.name
        assert {file.status for file in result.files} == {"stored"}, path.name
