"""The files that a step writes for the runner: GITHUB_OUTPUT, GITHUB_ENV, GITHUB_STATE and GITHUB_PATH.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

MOST_SUMMARY_BYTES = 1024 * 1024


class StepFileError(Exception):
    """A file that the runner cannot read: the step fails."""


def pairs_in(text: str) -> Iterator[tuple[str, str]]:
    """`NAME=VALUE`, or `NAME<<DELIMITER`, the lines of the value, `DELIMITER`.

    Raises:
        StepFileError: a line is neither, or a delimiter is missing.
    """
    lines = iter(_lines(text))
    for line in lines:
        if not line:
            continue
        name, equals, value = line.partition("=")
        heredoc_name, heredoc, delimiter = line.partition("<<")
        if heredoc and len(heredoc_name) < len(name):
            yield heredoc_name, _until(lines, heredoc_name, delimiter)
        elif equals and name:
            yield name, value
        else:
            raise StepFileError(f"Invalid format '{line}'")


def _lines(text: str) -> list[str]:
    """Without the end of the last line: it closes it, and is not a further one."""
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _until(lines: Iterator[str], name: str, delimiter: str) -> str:
    if not name or not delimiter:
        raise StepFileError(f"Invalid format '{name}<<{delimiter}'. Name and delimiter must not be empty")
    value: list[str] = []
    for line in lines:
        if line == delimiter:
            return "\n".join(value)
        value.append(line)
    raise StepFileError(f"Invalid value. Matching delimiter not found '{delimiter}'")


def paths_in(text: str) -> list[str]:
    """One a line."""
    return [line for line in _lines(text) if line]


class StepFiles:
    """The five files of one step.

    Args:
        folder: of this step alone; made here.
    """

    NAMES = ("output", "env", "path", "step_summary", "state")

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._paths = {name: folder / name for name in self.NAMES}
        for path in self._paths.values():
            path.touch()

    def variables(self) -> dict[str, str]:
        """As a step gets them: `GITHUB_OUTPUT` and so on."""
        return {f"GITHUB_{name.upper()}": str(path) for name, path in self._paths.items()}

    def pairs(self, name: str) -> dict[str, str]:
        """The last value of each name.

        Raises:
            StepFileError: the file cannot be read.
        """
        return dict(pairs_in(self.text(name)))

    def text(self, name: str) -> str:
        path = self._paths[name]
        if not path.is_file():
            return ""
        try:
            return path.read_bytes().decode()
        except UnicodeDecodeError as error:
            raise StepFileError(f"GITHUB_{name.upper()} is not UTF-8: {error}") from error
