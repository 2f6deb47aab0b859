"""No durable place for files: bytes are read, and not kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.files.receiving import ReceivedBytes
from progressive_capture.lib.files.storage import Incoming
from progressive_capture.lib.files.storage_failures import told_as_store_errors

_PLACE = "the folder for temporary files"


class _Forgotten(ReceivedBytes):
    def keep(self) -> str | None:
        return None


class NoStorage:
    """Receives bytes into a file without a name, and forgets them.

    Args:
        reason: why nothing is kept, as it is recorded with every file.
    """

    def __init__(self, reason: str) -> None:
        self._reason = reason

    @contextmanager
    def receive(self) -> Iterator[Incoming]:
        with told_as_store_errors(_PLACE):
            file = tempfile.TemporaryFile("a+b", buffering=0)  # noqa: SIM115  (just below)
        with file:
            yield _Forgotten(file, _PLACE)

    def open(self, key: str) -> BinaryIO:
        raise StoreError(f"No stored file can be read here: {self._reason}.", hint=f"Asked for {key}.")

    def has(self, key: str) -> bool:  # noqa: ARG002  (the contract's)
        return False

    def remove(self, key: str, *, untouched_since: datetime) -> bool:  # noqa: ARG002  (the contract's)
        return True

    def describe(self) -> str:
        return self._reason

    def check_writable(self) -> None:
        with self.receive() as incoming:
            incoming.write(b"a")
            incoming.reader().close()
