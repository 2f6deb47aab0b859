"""What a runner hears in the lines of a step; written from its documentation and its source, for tests.

ActionCommand.cs, ActionCommandManager.cs and ProcessInvoker.cs in https://github.com/actions/runner.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NAMES = {
    *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice"),
    *("remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"),
}
BLANK = "".join(char for char in map(chr, range(0x3001)) if char.isspace() and char not in "\x1c\x1d\x1e\x1f")
"""What .NET trims from the beginning of a line."""


def lines_of(text: str) -> list[str]:
    """As a reader of .NET cuts a stream."""
    lines = re.split(r"\r\n|\r|\n", text)
    return lines if lines[-1] else lines[:-1]


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def command_in(line: str, names: set[str]) -> Command | None:
    """The command in a line, of the present form or of the old one, if it is one of these names."""
    trimmed = line.lstrip(BLANK)
    if trimmed.startswith("::") and "::" in trimmed[2:]:
        head, _, data = trimmed[2:].partition("::")
        name, _, rest = head.partition(" ")
        if name.lower() in names:
            return Command(name.lower(), _properties(rest, ","), _unescaped(data))
    _, found, rest = line.partition("##[")
    if found and "]" in rest:
        head, _, data = rest.partition("]")
        name, _, more = head.partition(" ")
        if name.lower() in names:
            return Command(name.lower(), _properties(more, ";"), _unescaped(data))
    return None


def _properties(text: str, between: str) -> dict[str, str]:
    pairs = (pair.split("=", 1) for pair in text.strip().split(between) if "=" in pair)
    return {name: _unescaped(value).replace("%3A", ":").replace("%2C", ",") for name, value in pairs}


def _unescaped(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


@dataclass
class Ears:
    """Hears the lines of one step.

    Attributes:
        heard: the commands, but for those that stop and resume.
        printed: the other lines, as they stand in the log.
        tokens: with which commands were stopped.
    """

    heard: list[Command] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    stopped: bool = False

    def listen(self, text: str) -> Ears:
        for line in lines_of(text):
            self._hear(line)
        return self

    def names(self) -> list[str]:
        return [command.name for command in self.heard]

    def of(self, *names: str) -> list[str]:
        return [command.data for command in self.heard if command.name in names]

    def _hear(self, line: str) -> None:
        names = NAMES | {token.lower() for token in self.tokens[-1:] if self.stopped}
        command = command_in(line, names)
        if self.stopped:
            self.stopped = not (command and command.name == self.tokens[-1].lower())
            if self.stopped:
                self.printed.append(line)
        elif command is None:
            self.printed.append(line)
        elif command.name == "stop-commands":
            assert command.data
            assert command.data.lower() not in NAMES
            self.tokens.append(command.data)
            self.stopped = True
        else:
            self.heard.append(command)
