"""Files in a private bucket of Supabase Storage, named by their content: `ab/<sha256>`.

Bytes that are there already are uploaded again: that is the touch which tells `remove` that somebody still
keeps them (`updated_at`, Supabase's time), and Supabase meters what leaves it, not what comes. Only what this
very storage kept before is not sent twice: it serves one capture, and a clean-up leaves all alone that was
kept since the oldest running capture began.

One gap stays that Supabase gives no means to close: bytes that a capture keeps again between the two requests
of `remove` (the look at their time, and the removal) are lost, though a row will need them. It is as long as
a request; whoever wants none cleans up while no capture runs.
"""

from __future__ import annotations

import re
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from io import FileIO
from typing import BinaryIO, cast

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.files.not_kept import NotKept
from progressive_capture.lib.files.receiving import ReceivedBytes
from progressive_capture.lib.files.storage import Incoming
from progressive_capture.lib.files.storage_failures import told_as_store_errors
from progressive_capture.lib.files.supabase_bucket import TOO_LARGE, NoSuchBucketError, SupabaseBucket
from progressive_capture.lib.patience import Patience
from progressive_capture.lib.supabase_access import check_key

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""What was uploaded so shortly before counts as kept again: that time is Supabase's, the other ours."""
REMEMBERED_KEYS = 10_000

_KEY = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{62}")
_TEMPORARY = "the folder for temporary files"


class SupabaseStorage:
    """Keeps files in a bucket, which is made when the first file comes.

    Args:
        url: the project's address.
        key: its secret key.
        bucket: the bucket's name.
        patience: how long a project that does not answer is waited for.

    Raises:
        ConfigurationError: the key cannot be one that may write.
    """

    def __init__(self, url: str, key: str, bucket: str, patience: Patience) -> None:
        check_key(key)
        self._bucket = SupabaseBucket(url, key, bucket, patience)
        self._lock = threading.Lock()
        self._kept: dict[str, None] = {}
        self._smallest_refused: int | None = None

    @contextmanager
    def receive(self) -> Iterator[Incoming]:
        with told_as_store_errors(_TEMPORARY):
            file = tempfile.TemporaryFile("a+b", buffering=0)  # noqa: SIM115  (just below)
        with file:
            yield _Arriving(self, file)

    def open(self, key: str) -> BinaryIO:
        _check(key)
        with told_as_store_errors(_TEMPORARY), ExitStack() as unless_all_is_well:
            file = cast("BinaryIO", unless_all_is_well.enter_context(tempfile.TemporaryFile()))
            if not self._bucket.download(key, file):
                raise StoreError(
                    f"The stored file {key} is not in {self.describe()}.",
                    hint="Name the place that the capture wrote to: --file-storage supabase:BUCKET",
                )
            file.seek(0)
            unless_all_is_well.pop_all()
        return file

    def has(self, key: str) -> bool:
        _check(key)
        return self._bucket.updated_at(key) is not None

    def remove(self, key: str, *, untouched_since: datetime) -> bool:
        _check(key)
        updated_at = self._bucket.updated_at(key)
        if updated_at is None:
            return True
        if updated_at >= untouched_since - CLOCKS_DIFFER_BY:
            return False
        self._bucket.remove(key)
        return True

    def describe(self) -> str:
        return f"the Supabase bucket {self._bucket.name}"

    def check_writable(self) -> None:
        """Write something and take it away again; where there is no bucket, do the same with a bucket."""
        is_public = self._bucket.is_public()
        if is_public is None:
            self._bucket.make()
            self._bucket.unmake()
            return
        if is_public:
            raise StoreError(
                f"Anybody may read what is in {self.describe()}: it is public.",
                hint="Make it private (Storage → Edit bucket), or name another: --file-storage supabase:NAME",
            )
        path = f"check/{uuid.uuid4().hex}"
        with self.receive() as incoming:
            incoming.write(b"a")
            self._bucket.upload(path, incoming.reader)
        self._bucket.remove(path)

    def publish(self, opened: Callable[[], BinaryIO], *, sha256: str, size_bytes: int) -> str:
        """Upload received bytes under the name that they give themselves.

        Raises:
            NotKept: they are more than the bucket takes.
        """
        key = f"{sha256[:2]}/{sha256}"
        if key in self._kept:
            return key
        if self._smallest_refused is not None and size_bytes >= self._smallest_refused:
            raise NotKept("skipped", TOO_LARGE)
        try:
            self._upload(key, opened)
        except NotKept:
            with self._lock:
                self._smallest_refused = min(size_bytes, self._smallest_refused or size_bytes)
            raise
        self._remember(key)
        return key

    def _upload(self, key: str, opened: Callable[[], BinaryIO]) -> None:
        for _ in range(2):  # once made, `check_writable` of another may take it away once
            with suppress(NoSuchBucketError):
                return self._bucket.upload(key, opened)
            self._bucket.make()
        return self._bucket.upload(key, opened)

    def _remember(self, key: str) -> None:
        with self._lock:
            if len(self._kept) >= REMEMBERED_KEYS:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = None


class _Arriving(ReceivedBytes):
    """Bytes in a file without a name, on their way to the bucket."""

    def __init__(self, storage: SupabaseStorage, file: FileIO) -> None:
        super().__init__(file, _TEMPORARY)
        self._storage = storage

    def keep(self) -> str | None:
        return self._storage.publish(self.reader, sha256=self.sha256, size_bytes=self.size_bytes)


def _check(key: str) -> None:
    if _KEY.fullmatch(key) is None:
        raise StoreError(
            "A storage key in the database is none that this program wrote.",
            hint="Look at artifact_files.storage_key: it must be ab/ab… with 64 hexadecimal digits.",
        )
