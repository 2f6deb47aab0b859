"""Silence for addresses that are secrets: urllib3 writes every address that it asks for into its log."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGGERS = ("urllib3.connection", "urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry")
_here = threading.local()


@contextmanager
def unlogged() -> Iterator[None]:
    """What urllib3 does in this thread meanwhile is not logged, at no level."""
    _here.silent = True
    try:
        yield
    finally:
        _here.silent = False


def _may_be_logged(_: logging.LogRecord) -> bool:
    return not getattr(_here, "silent", False)


for _name in LOGGERS:
    logging.getLogger(_name).addFilter(_may_be_logged)
