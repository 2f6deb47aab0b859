"""The files that the runner gives each step: for outputs, and for the summary on the run's page.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from progressive_capture.lib.settings import Settings

MOST_SUMMARY_BYTES = 1024 * 1024
"""Of one step, in all: of a file that is larger, GitHub shows nothing
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits)."""


def set_outputs(settings: Settings, outputs: Mapping[str, object]) -> None:
    """Hand values to later steps; outside Actions nobody asks for them.

    Each with a random delimiter, so that no text can end the value early.
    """
    if settings.output_path is None:
        return
    with Path(settings.output_path).open("a", encoding="utf-8") as file:
        for name, value in outputs.items():
            delimiter = f"end-{secrets.token_hex(16)}"
            file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def add_summary(settings: Settings, markdown: str) -> None:
    """Add to what the run's page shows of this step; outside Actions there is no such page.

    What would be too much with what the file holds already is left out, whole lines of it, and that is said.
    """
    path = settings.run.summary_path if settings.run is not None else None
    if path is None:
        return
    with Path(path).open("ab+") as file:
        size = file.seek(0, 2)
        if size:
            file.seek(size - 1)
            markdown = markdown if file.read(1) == b"\n" else f"\n{markdown}"
        file.write(fitted(markdown, room=MOST_SUMMARY_BYTES - size))


def fitted(markdown: str, *, room: int) -> bytes:
    """As much of the Markdown as `room` bytes take, in whole lines, and a sentence that counts the others."""
    encoded = f"{markdown.rstrip()}\n\n".encode(errors="replace")
    if len(encoded) <= room:
        return encoded
    lines = encoded.rstrip().splitlines(keepends=True)
    spare = room - len(_left_out(len(lines)))
    if spare < 0:
        return b""
    kept = size = 0
    while kept < len(lines) and size + len(lines[kept]) <= spare:
        size += len(lines[kept])
        kept += 1
    return b"".join(lines[:kept]) + _left_out(len(lines) - kept)


def _left_out(lines: int) -> bytes:
    return (
        f"\n{lines:,} more lines were left out: GitHub shows 1 MiB of summary for a step. "
        "The rest is in the step's log and in the database.\n\n"
    ).encode()
