"""How long the runner waits; tests shorten it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """In seconds. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation

    Attributes:
        interrupt: from SIGINT to SIGTERM.
        terminate: from SIGTERM to the end of the process tree.
        minute: how long a minute of `timeout-minutes` lasts.
        drain: for what is still in the pipe when the entry process has ended and a child of it holds it open.
    """

    interrupt: float = 7.5
    terminate: float = 2.5
    minute: float = 60.0
    drain: float = 1.0
