"""Memory that does not grow with history: large blocks go back to the system when they are free."""

from __future__ import annotations

import ctypes
import sys

M_MMAP_THRESHOLD = -3
LARGE_BLOCK_BYTES = 128 * 1024


def return_large_blocks() -> None:
    """Keep glibc from raising its threshold (mallopt(3)).

    Pages of over a megabyte come and go in many threads. By default glibc keeps such blocks in an arena for
    each thread, where small ones pin them: the process grew by half while 100,000 runs were listed.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:  # not in every C library
            mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)
