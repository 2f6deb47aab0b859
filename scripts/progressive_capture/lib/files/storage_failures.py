"""What a full disk, a folder that cannot be written or a file in its place says to a person."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from progressive_capture.lib.errors import StoreError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_FOLDER = {errno.ENOTDIR, errno.EEXIST}


@contextmanager
def told_as_store_errors(place: str) -> Iterator[None]:
    """Turn what the operating system refuses into a StoreError with a next step.

    Args:
        place: the folder or device that is meant, for the message.
    """
    try:
        yield
    except OSError as error:
        raise _store_error(error, place) from error


def _store_error(error: OSError, place: str) -> StoreError:
    said = error.strerror or type(error).__name__
    if error.errno in _FULL:
        return StoreError(
            f"No room is left for files in {place} ({said}).",
            hint="Free some space, or name another place: --file-storage PATH. What is stored stays valid.",
        )
    if error.errno in _FORBIDDEN:
        return StoreError(
            f"Files cannot be written to {place} ({said}).",
            hint="Allow this user to write there, or name another place: --file-storage PATH.",
        )
    if error.errno in _NO_FOLDER:
        return StoreError(
            f"{place} is no folder, or a file stands in the way of one ({said}).",
            hint="Move that file away, or name another place: --file-storage PATH.",
        )
    return StoreError(
        f"The file storage {place} failed ({said}).",
        hint="Look at the disk it is on, then run the command again: it goes on where it stopped.",
    )
