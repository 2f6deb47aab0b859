"""Files in a local folder, named by their content: `ab/<sha256>`.

Two processes may keep, and a third remove, the same bytes at the same moment. Three rules make that safe:
a file appears under its name whole (renamed into place), bytes that are there already are touched instead
of written again, and whoever removes takes the file out of sight first and looks at the touch afterwards.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from progressive_capture.lib.clock import Clock, SystemClock
from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.files.receiving import ReceivedBytes
from progressive_capture.lib.files.storage import Incoming
from progressive_capture.lib.files.storage_failures import told_as_store_errors
from progressive_capture.lib.worker_identity import is_surely_dead, own_identity

ABANDONED_AFTER = timedelta(days=1)
"""A file on its way in or out that nobody touched for so long belongs to a process that died."""
SEPARATOR = "~"
"""Between the parts of the name of a file on its way in, which says whose it is."""

_KEY = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{62}")
_OUT_OF_SIGHT = re.compile(r"[0-9a-f]{64}\.(?P<taken_out_at>\d{1,12})\.[0-9a-f]{32}")


class LocalFolder:
    """Keeps files below one folder, which is made when the first file comes.

    Args:
        path: the folder. Beside the fan-out folders it holds `.incoming` and `.outgoing`.
        clock: tells the time of every touch.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock or SystemClock()
        self._incoming = path / ".incoming"
        self._outgoing = path / ".outgoing"
        self._owner = own_identity().replace("/", SEPARATOR)
        self._tidied = False

    @contextmanager
    def receive(self) -> Iterator[Incoming]:
        with self._failures_told():
            self._tidy_once()
            self._incoming.mkdir(parents=True, exist_ok=True)
            path = self._incoming / f"{self._owner}{SEPARATOR}{uuid.uuid4().hex}"
            file = path.open("a+b", buffering=0)
        try:
            with file:
                yield _Arriving(self, file, path)
        finally:
            with self._failures_told():
                path.unlink(missing_ok=True)

    def open(self, key: str) -> BinaryIO:
        path = self._place(key)
        with self._failures_told():
            try:
                return path.open("rb")
            except FileNotFoundError as error:
                raise StoreError(
                    f"The stored file {key} is not in {self._path}.",
                    hint="Name the folder that the capture wrote to: --file-storage PATH.",
                ) from error

    def has(self, key: str) -> bool:
        with self._failures_told():
            return self._place(key).is_file()

    def remove(self, key: str, *, untouched_since: datetime) -> bool:
        place = self._place(key)
        # A file system may keep whole seconds only: a touch in the same second counts as later.
        since = int(untouched_since.timestamp())
        taken_out_at = int(self._clock.now().timestamp())
        out_of_sight = self._outgoing / f"{place.name}.{taken_out_at}.{uuid.uuid4().hex}"
        with self._failures_told():
            self._outgoing.mkdir(parents=True, exist_ok=True)
            try:
                place.rename(out_of_sight)
                if out_of_sight.stat().st_mtime < since:
                    out_of_sight.unlink()
                    return True
            except FileNotFoundError:
                return not place.exists()
            self._put_back(out_of_sight)
        return False

    def describe(self) -> str:
        return f"the folder {self._path}"

    def check_writable(self) -> None:
        if self._incoming.exists():
            with self.receive() as incoming:
                incoming.write(b"a")
            return
        # Tried where the folder would be made: a look leaves none behind.
        with self._failures_told():
            above = next(parent for parent in self._incoming.absolute().parents if parent.exists())
            with TemporaryFile(dir=above) as file:
                file.write(b"a")

    def publish(self, path: Path, file: FileIO, *, sha256: str, size_bytes: int) -> str:
        """Give a received file its name for good; the same bytes are touched where they are here already."""
        key = f"{sha256[:2]}/{sha256}"
        place = self._place(key)
        with self._failures_told():
            if not self._touched(place, size_bytes):
                os.fsync(file.fileno())
                self._touch(path)
                place.parent.mkdir(exist_ok=True)
                path.replace(place)
                _make_name_durable(place.parent)
        return key

    def _place(self, key: str) -> Path:
        if _KEY.fullmatch(key) is None:
            raise StoreError(
                "A storage key in the database is none that this program wrote.",
                hint="Look at artifact_files.storage_key: it must be ab/ab… with 64 hexadecimal digits.",
            )
        return self._path / key

    def _touched(self, place: Path, size_bytes: int) -> bool:
        """Touch bytes that are here, and look whether they still are.

        The system finds a file by its name first and touches it then: in between somebody may take it out of
        sight and find it untouched. Whoever takes it after the second look finds the touch.
        """
        now = int(self._clock.now().timestamp())
        try:
            if place.stat().st_size != size_bytes:
                return False
            self._touch(place)
            return int(place.stat().st_mtime) >= now
        except FileNotFoundError:
            return False

    def _touch(self, path: Path) -> None:
        now = self._clock.now().timestamp()
        os.utime(path, (now, now))

    def _put_back(self, out_of_sight: Path) -> None:
        """Bring a file back under its name, without overwriting one that came there meanwhile."""
        sha256 = out_of_sight.name.partition(".")[0]
        place = self._path / sha256[:2] / sha256
        try:
            place.hardlink_to(out_of_sight)
        except FileExistsError:  # written anew meanwhile, perhaps before the touch that brings this one back
            with suppress(FileNotFoundError):
                self._touch(place)
        except FileNotFoundError:  # put back by somebody else
            pass
        except OSError:  # no links on this file system: at worst the same bytes replace themselves
            out_of_sight.replace(place)
        out_of_sight.unlink(missing_ok=True)

    def _tidy_once(self) -> None:
        """Deal with what died processes left: half-received files go, half-removed ones come back."""
        if self._tidied:
            return
        self._tidied = True
        long_ago = (self._clock.now() - ABANDONED_AFTER).timestamp()
        for path in _files(self._incoming):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < long_ago or _is_left_by_a_dead_process(path):
                    path.unlink()
        for path in _files(self._outgoing):
            name = _OUT_OF_SIGHT.fullmatch(path.name)
            if name and int(name["taken_out_at"]) < long_ago:
                self._put_back(path)

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        with told_as_store_errors(str(self._path)):
            yield


class _Arriving(ReceivedBytes):
    """Bytes in `.incoming`, on their way to their name."""

    def __init__(self, folder: LocalFolder, file: FileIO, path: Path) -> None:
        super().__init__(file, str(path.parent.parent))
        self._folder = folder
        self._path = path

    def keep(self) -> str | None:
        return self._folder.publish(self._path, self._file, sha256=self.sha256, size_bytes=self.size_bytes)


def _is_left_by_a_dead_process(path: Path) -> bool:
    owner, _, _ = path.name.rpartition(SEPARATOR)
    return is_surely_dead(owner.replace(SEPARATOR, "/"))


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _make_name_durable(folder: Path) -> None:
    """Write a folder's entries to the disk, as fsync does with a file's bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
