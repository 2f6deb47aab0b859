"""The commands that a runner hears in the lines of a step, as text (pure).

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["notice", "warning", "error"]
MOST_CHARACTERS = 4096
"""Of a message; the runner cuts what is longer (ExecutionContext.cs in https://github.com/actions/runner)."""
MOST_OF_A_LEVEL = 10
"""Annotations of one step that GitHub shows
(https://docs.github.com/en/actions/reference/limits)."""


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """A message on the run's page."""

    level: Level
    message: str
    title: str = ""


def annotation_command(annotation: Annotation) -> str:
    """`::error title=…::…`."""
    message = annotation.message
    if len(message) > MOST_CHARACTERS:
        message = f"{message[: MOST_CHARACTERS - 1]}…"
    title = f" title={_property(annotation.title)}" if annotation.title else ""
    return f"::{annotation.level}{title}::{_data(message)}"


def group_command(title: str) -> str:
    """What follows is folded under this title, until the next group or its end."""
    return f"::group::{_data(title)}"


END_OF_GROUP = "::endgroup::"


def mask_command(secret: str) -> str:
    """This value is shown as `***` from now on."""
    return f"::add-mask::{_data(secret)}"


def stop_command(token: str) -> str:
    """No command is heard from now on, but the token.

    The token must be no command's name, nor empty (`ValidateStopToken` in ActionCommandManager.cs).
    """
    return f"::stop-commands::{token}"


def resume_command(token: str) -> str:
    """Commands are heard again."""
    return f"::{token}::"


def _data(text: str) -> str:
    """As `UnescapeData` in the runner's ActionCommand.cs takes it back."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """As `UnescapeProperty` takes it back."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
