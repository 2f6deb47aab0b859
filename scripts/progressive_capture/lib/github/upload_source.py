"""A file on its way to GitHub: read piece by piece, as many bytes as were announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from progressive_capture.lib.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIECE = 64 * 1024


class FileSource:
    """The first `size_bytes` of an open file.

    Args:
        file: open for reading, and seekable.
        size_bytes: how many bytes there are.
        content_type: what they are.
        heed_stop: raises where everything has to stop.
        progress: is told how many bytes have been handed over so far.
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        size_bytes: int,
        content_type: str,
        heed_stop: Callable[[], None],
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.len = size_bytes
        self.content_type = content_type
        self._file = file
        self._left = size_bytes
        self._heed_stop = heed_stop
        self._progress = progress

    def begin(self) -> None:
        """Go back to the first byte."""
        self._file.seek(0)
        self._left = self.len

    def read(self, size: int = -1) -> bytes:
        """The next bytes.

        Raises:
            CaptureError: the file cannot be read, or is shorter than it was.
            CapturePaused: everything has to stop.
        """
        self._heed_stop()
        wanted = self._left if size < 0 else min(size, self._left)
        piece = self._piece(wanted) if wanted else b""
        if len(piece) < wanted:
            raise CaptureError("The file that is uploaded became shorter meanwhile.", hint="Upload it again.")
        self._left -= len(piece)
        if self._progress is not None and piece:
            self._progress(self.len - self._left)
        return piece

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(PIECE):
            yield piece

    def _piece(self, wanted: int) -> bytes:
        """An OSError of the disk must not pass for one of the network."""
        try:
            return self._file.read(wanted)
        except OSError as error:
            raise CaptureError(
                f"The file that is uploaded cannot be read ({error.strerror}).", hint="Upload it again."
            ) from error
