"""What a step says: secrets hidden, workflow commands obeyed, annotations kept.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_OF_A_LEVEL = 10
MOST_CHARACTERS = 4096
_COMMAND = re.compile(
    r"^\s*::(?P<name>[A-Za-z][\w-]*)(?: +(?P<properties>[^:]*(?::(?!:)[^:]*)*))?::(?P<data>.*)$"
)
_LEVELS = ("error", "warning", "notice")


@dataclass(frozen=True)
class Annotation:
    """One that GitHub shows. `title` and `file` are empty, and `line` 0, where they were not given."""

    level: str
    message: str
    title: str = ""
    file: str = ""
    line: int = 0


class Mask:
    """Hides secrets, for all jobs of a run that share it: their values, and each line of them."""

    def __init__(self, values: tuple[str, ...] = ()) -> None:
        self._lock = threading.Lock()
        self._values: set[str] = set()
        for value in values:
            self.add(value)

    def add(self, value: str) -> None:
        with self._lock:
            self._values.update(part for part in (value, *value.splitlines()) if part.strip())

    def copy(self) -> Mask:
        """One that further secrets can be added to for one job alone."""
        with self._lock:
            return Mask(tuple(self._values))

    def hide(self, text: str) -> str:
        with self._lock:
            longest_first = sorted(self._values, key=len, reverse=True)
        for value in longest_first:
            text = text.replace(value, "***")
        return text

    def holds(self, text: str) -> bool:
        """Whether a text has a secret in it."""
        return self.hide(text) != text


@dataclass
class StepOutput:
    """
    Attributes:
        mask: of the job.
        say: takes each line for the log.
        annotations: at most ten of a level.
        dropped: how many more there were, by level.
        outputs: those of the old command `set-output`, which still works.
    """

    mask: Mask
    say: Callable[[str], None]
    annotations: list[Annotation] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    outputs: dict[str, str] = field(default_factory=dict)
    _stopped_by: str | None = None

    def take(self, line: str) -> None:
        """A line as the process wrote it, without its end."""
        found = _COMMAND.match(line) if "::" in line else None
        name = found["name"].lower() if found else ""
        if self._stopped_by is not None:
            self._wait_for_token(line, self._stopped_by)
        elif found is None or not self._obeyed(name, found["properties"] or "", _unescaped(found["data"])):
            self.say(self.mask.hide(line))

    def annotate(self, annotation: Annotation) -> None:
        """Keep it, or count it."""
        of_level = sum(1 for each in self.annotations if each.level == annotation.level)
        if of_level >= MOST_OF_A_LEVEL:
            self.dropped[annotation.level] += 1
        else:
            self.annotations.append(annotation)

    def error(self, message: str) -> None:
        """What the runner itself has to say."""
        self._annotated("error", {}, message)

    def warning(self, message: str) -> None:
        """Likewise."""
        self._annotated("warning", {}, message)

    def _wait_for_token(self, line: str, token: str) -> None:
        self.say(self.mask.hide(line))
        if line.strip().lower().startswith(f"::{token.lower()}::"):
            self._stopped_by = None

    def _obeyed(self, name: str, properties: str, data: str) -> bool:
        if name in _LEVELS:
            self._annotated(name, _properties(properties), data)
        elif name == "stop-commands":
            self._stop(data)
        elif name == "add-mask":
            self._add_mask(data)
        elif name in {"group", "endgroup", "debug"}:
            self.say(self.mask.hide(f"##[{name}]{data}"))
        elif name == "set-output":
            self.outputs[_properties(properties).get("name", "")] = data
        else:
            return name in {"echo", "add-matcher", "remove-matcher", "save-state"}
        return True

    def _stop(self, token: str) -> None:
        self.say(f"::stop-commands::{token}")
        self._stopped_by = token

    def _add_mask(self, value: str) -> None:
        if value.strip():
            self.mask.add(value)
        else:
            self.warning("Can't add secret mask for empty string in ##[add-mask] command.")

    def _annotated(self, level: str, properties: dict[str, str], message: str) -> None:
        message = self.mask.hide(message)
        self.say(f"##[{level}]{message}")
        line = properties.get("line", "")
        self.annotate(
            Annotation(
                level,
                message[:MOST_CHARACTERS],
                self.mask.hide(properties.get("title", "")),
                self.mask.hide(properties.get("file", "")),
                int(line) if line.isdecimal() else 0,
            )
        )


def _unescaped(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _properties(text: str) -> dict[str, str]:
    parts = (part.partition("=") for part in text.split(","))
    return {
        name.strip().lower(): _unescaped(value.replace("%3A", ":").replace("%2C", ","))
        for name, _, value in parts
        if value
    }
