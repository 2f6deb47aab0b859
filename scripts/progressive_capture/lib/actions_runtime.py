"""The runner door: what GitHub Actions tells a step, and what a step tells it.

Outputs go to the file that `GITHUB_OUTPUT` names, with a random delimiter, so that no text can end the value
early (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
"""

from __future__ import annotations

import json
import secrets
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from progressive_capture.lib.settings import Settings


def minutes_cost_money(settings: Settings) -> bool:
    """Whether waiting is paid for: inside Actions, unless the repository that runs us is public."""
    if not settings.in_actions:
        return False
    if settings.event_path is None:
        return True
    try:
        event = json.loads(Path(settings.event_path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    repository = event.get("repository") if isinstance(event, dict) else None
    return not (isinstance(repository, dict) and repository.get("private") is False)


def set_outputs(settings: Settings, outputs: Mapping[str, object]) -> None:
    """Hand values to later steps; outside Actions nobody asks for them."""
    if settings.output_path is None:
        return
    with Path(settings.output_path).open("a", encoding="utf-8") as file:
        for name, value in outputs.items():
            delimiter = f"end-{secrets.token_hex(16)}"
            file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


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
