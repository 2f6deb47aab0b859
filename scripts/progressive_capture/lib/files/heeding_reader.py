"""A stream that listens: whoever reads it, however long, is interrupted when it is time to stop."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

_BLOCK_BYTES = 256 * 1024


def heeding(file: BinaryIO, stop: Callable[[], None]) -> BinaryIO:
    """A seekable stream over a file, which it closes; `stop` is called before every block and may raise."""
    return io.BufferedReader(_Heeding(file, stop), _BLOCK_BYTES)


class _Heeding(io.RawIOBase):
    def __init__(self, file: BinaryIO, stop: Callable[[], None]) -> None:
        super().__init__()
        self._file = file
        self._stop = stop

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        self._stop()
        block = self._file.read(min(len(buffer), _BLOCK_BYTES))
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._file.close()
        super().close()
