"""How a runner, or a person, ends a process, and how we heed it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_on_signals(stop: threading.Event) -> Iterator[None]:
    """Let SIGINT and SIGTERM end the work in order; a second one ends it at once.

    The runner sends SIGINT, 7.5 s later SIGTERM, and kills 2.5 s after that
    (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation).
    """

    def set_stop(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, set_stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
