"""Files in a folder: whole or not at all, once, and never taken from somebody who just kept them."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hand_made_zips import files_below

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.files.local_folder import LocalFolder

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KEY = "2c/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
"""The SHA-256 of `hello`, as every reference gives it."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def folder(tmp_path: Path, clock: ManualClock) -> LocalFolder:
    return LocalFolder(tmp_path / "new" / "files", clock)


def keep(folder: LocalFolder, data: bytes) -> str | None:
    with folder.receive() as incoming:
        incoming.write(data)
        return incoming.keep()


def read(folder: LocalFolder, key: str) -> bytes:
    with closing(folder.open(key)) as file:
        return file.read()


def names(tmp_path: Path) -> list[str]:
    return sorted(str(path.relative_to(tmp_path / "new" / "files")) for path in files_below(tmp_path))


def test_bytes_are_kept_under_their_hash(folder: LocalFolder, tmp_path: Path) -> None:
    with folder.receive() as incoming:
        incoming.write(b"hel")
        incoming.write(b"lo")
        assert (incoming.size_bytes, incoming.sha256) == (5, KEY.partition("/")[2])
        assert incoming.keep() == KEY
    assert read(folder, KEY) == b"hello"
    assert folder.has(KEY)
    assert names(tmp_path) == [KEY]


def test_what_is_not_kept_leaves_nothing(folder: LocalFolder, tmp_path: Path) -> None:
    with folder.receive() as incoming:
        incoming.write(b"hello")
    with pytest.raises(TypeError), folder.receive() as incoming:
        incoming.write("no bytes")  # type: ignore[arg-type]  (any error in the middle)
    assert names(tmp_path) == []
    assert not folder.has(KEY)


def test_what_was_received_can_be_read_again_and_more_be_written(folder: LocalFolder) -> None:
    with folder.receive() as incoming:
        incoming.write(b"hel")
        for _ in range(2):
            with incoming.reader() as reader:
                assert reader.read(2) == b"he"
        incoming.write(b"lo")
        with incoming.reader() as reader:
            assert reader.read() == b"hello"
        assert incoming.keep() == KEY
    assert read(folder, KEY) == b"hello"


def test_the_same_bytes_are_there_once_and_touched(
    folder: LocalFolder, tmp_path: Path, clock: ManualClock
) -> None:
    keep(folder, b"hello")
    path = tmp_path / "new" / "files" / KEY
    first = path.stat()
    clock.advance(3600)
    assert keep(folder, b"hello") == KEY
    assert path.stat().st_ino == first.st_ino
    assert path.stat().st_mtime == first.st_mtime + 3600
    assert names(tmp_path) == [KEY]


def test_a_damaged_file_is_written_anew(folder: LocalFolder, tmp_path: Path) -> None:
    keep(folder, b"hello")
    (tmp_path / "new" / "files" / KEY).write_bytes(b"hel")
    keep(folder, b"hello")
    assert read(folder, KEY) == b"hello"


def test_a_file_is_removed_if_nobody_kept_it_since(folder: LocalFolder, tmp_path: Path) -> None:
    keep(folder, b"hello")
    assert folder.remove(KEY, untouched_since=NOW + SECOND)
    assert not folder.has(KEY)
    assert names(tmp_path) == []


def test_a_file_that_was_kept_since_stays_with_its_touch(folder: LocalFolder, clock: ManualClock) -> None:
    keep(folder, b"hello")
    clock.advance(10)
    keep(folder, b"hello")
    assert not folder.remove(KEY, untouched_since=NOW + 5 * SECOND)
    assert not folder.remove(KEY, untouched_since=NOW + 10 * SECOND)
    assert read(folder, KEY) == b"hello"
    assert folder.remove(KEY, untouched_since=NOW + 11 * SECOND)


class RobbedInTheAct(LocalFolder):
    """Its first touch reaches a file that somebody took away after it was found by its name."""

    robber: LocalFolder | None = None

    def _touch(self, path: Path) -> None:
        if self.robber is not None and path.name in KEY:
            robber, self.robber = self.robber, None
            assert robber.remove(KEY, untouched_since=NOW + 30 * SECOND)
        else:
            super()._touch(path)


def test_a_file_that_goes_while_it_is_touched_is_written_anew(
    folder: LocalFolder, tmp_path: Path, clock: ManualClock
) -> None:
    keep(folder, b"hello")
    clock.advance(60)
    robbed = RobbedInTheAct(tmp_path / "new" / "files", clock)
    robbed.robber = folder
    keep(robbed, b"hello")
    assert read(folder, KEY) == b"hello"
    assert robbed.robber is None


def test_a_touch_in_the_same_second_counts_as_later(folder: LocalFolder) -> None:
    keep(folder, b"hello")
    assert not folder.remove(KEY, untouched_since=NOW + timedelta(milliseconds=900))


def test_removing_what_is_not_there_is_done_already(folder: LocalFolder) -> None:
    assert folder.remove(KEY, untouched_since=NOW)


@pytest.mark.parametrize(
    "key", ["", "x", "../../etc/passwd", "00/" + "ab" * 32, KEY.upper(), f"{KEY}\n", f"/{KEY}"]
)
def test_a_key_that_is_none_reaches_no_file(folder: LocalFolder, key: str) -> None:
    for ask in (folder.open, folder.has):
        with pytest.raises(StoreError, match="storage key"):
            ask(key)
    with pytest.raises(StoreError, match="storage key"):
        folder.remove(key, untouched_since=NOW)


def test_a_missing_file_is_told_with_a_next_step(folder: LocalFolder) -> None:
    with pytest.raises(StoreError, match="is not in") as caught:
        folder.open(KEY)
    assert "--file-storage" in caught.value.hint


def test_what_died_processes_left_goes_after_a_day(tmp_path: Path, clock: ManualClock) -> None:
    incoming = tmp_path / "new" / "files" / ".incoming"
    incoming.mkdir(parents=True)
    for name, age in (("dead", timedelta(hours=25)), ("alive", timedelta(hours=23))):
        (incoming / name).write_bytes(b"half")
        os.utime(incoming / name, times=((NOW - age).timestamp(),) * 2)
    keep(LocalFolder(tmp_path / "new" / "files", clock), b"hello")
    assert names(tmp_path) == [".incoming/alive", KEY]


def test_what_a_process_left_that_is_surely_dead_goes_at_once(tmp_path: Path, clock: ManualClock) -> None:
    files = tmp_path / "new" / "files"
    die = f"""
import os
from pathlib import Path
from progressive_capture.lib.files.local_folder import LocalFolder
receiving = LocalFolder(Path({str(files)!r})).receive()
receiving.__enter__().write(b"half")
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", die], check=False).returncode == 9
    assert [name.startswith(".incoming/") for name in names(tmp_path)] == [True]
    living = LocalFolder(files, clock)
    with living.receive() as incoming:
        incoming.write(b"on its way")
        keep(LocalFolder(files, clock), b"hello")
        assert len(names(tmp_path)) == 2  # what is on its way here stays
        assert incoming.keep() is not None


def test_a_file_whose_remover_died_comes_back_after_a_day(tmp_path: Path, clock: ManualClock) -> None:
    first = LocalFolder(tmp_path / "new" / "files", clock)
    keep(first, b"hello")
    place = tmp_path / "new" / "files" / KEY
    outgoing = tmp_path / "new" / "files" / ".outgoing"
    outgoing.mkdir()
    taken_out_at = int((NOW - timedelta(hours=25)).timestamp())
    place.rename(outgoing / f"{place.name}.{taken_out_at}.{'0' * 32}")
    (outgoing / "a stranger's").write_bytes(b"")
    keep(LocalFolder(tmp_path / "new" / "files", clock), b"other")
    assert read(first, KEY) == b"hello"
    assert (outgoing / "a stranger's").exists()
    assert len(list(outgoing.iterdir())) == 1


@pytest.mark.parametrize("where", ["new", "new/files", "new/files/.incoming"])
def test_a_file_where_a_folder_should_be_is_told(folder: LocalFolder, tmp_path: Path, where: str) -> None:
    (tmp_path / where).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / where).write_bytes(b"in the way")
    with pytest.raises(StoreError, match="no folder, or a file stands in the way") as caught:
        folder.check_writable()
    assert "--file-storage" in caught.value.hint


def test_checking_leaves_nothing(folder: LocalFolder, tmp_path: Path) -> None:
    folder.check_writable()
    assert names(tmp_path) == []


class FailingDisk(LocalFolder):
    """A folder whose disk refuses at the last step, when the name is given."""

    def __init__(self, path: Path, code: int) -> None:
        super().__init__(path)
        self.code = code

    def _touch(self, path: Path) -> None:
        raise OSError(self.code, os.strerror(self.code), str(path))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "No room is left"),
        (errno.EDQUOT, "No room is left"),
        (errno.EROFS, "cannot be written"),
        (errno.EACCES, "cannot be written"),
        (errno.EIO, "failed"),
    ],
)
def test_a_disk_that_refuses_is_told_with_a_next_step(tmp_path: Path, code: int, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        keep(FailingDisk(tmp_path / "new" / "files", code), b"hello")
    assert caught.value.hint
    assert names(tmp_path) == []


FILL = """
import resource, sys
from pathlib import Path
from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.files.local_folder import LocalFolder

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
folder = LocalFolder(Path(sys.argv[1]))
with folder.receive() as incoming:
    incoming.write(b"small")
    incoming.keep()
try:
    with folder.receive() as incoming:
        for _ in range(10):
            incoming.write(b"x" * 50_000)
        incoming.keep()
except StoreError as error:
    print(error)
"""


def test_a_disk_without_room_leaves_no_half_file(tmp_path: Path) -> None:
    """The system's own limit to a file's size stands for the full disk: the write itself fails."""
    done = subprocess.run(
        [sys.executable, "-c", FILL, tmp_path / "new" / "files"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("No room is left for files in ")
    digest = hashlib.sha256(b"small").hexdigest()
    assert names(tmp_path) == [f"{digest[:2]}/{digest}"]
