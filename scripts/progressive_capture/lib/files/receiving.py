"""Bytes coming in: written to a file, counted and hashed on the way."""

from __future__ import annotations

import hashlib
import os
from io import FileIO
from typing import BinaryIO

from progressive_capture.lib.files.storage_failures import told_as_store_errors


class ReceivedBytes:
    """What every storage does with bytes before it keeps or drops them.

    Args:
        file: opened for appending and reading (`a+b`), so that reading never moves where a block goes,
            and without a buffer, so that closing it has nothing left to fail with.
        place: where the file is, for messages.
    """

    def __init__(self, file: FileIO, place: str) -> None:
        self._file = file
        self._place = place
        self._hash = hashlib.sha256()
        self._size_bytes = 0

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, block: bytes) -> None:
        with told_as_store_errors(self._place):
            rest = memoryview(block)
            while rest:
                rest = rest[self._file.write(rest) :]
        self._hash.update(block)
        self._size_bytes += len(block)

    def reader(self) -> BinaryIO:
        with told_as_store_errors(self._place):
            reader = os.fdopen(os.dup(self._file.fileno()), "rb")
            reader.seek(0)
        return reader
