"""The workflow files and action.yml of a repository, and what is known beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from actions_runner.expression_values import text_of
from actions_runner.known_actions import KNOWN_ACTIONS, KnownAction
from actions_runner.stand_ins import Declared
from actions_runner.workflow_file import WorkflowFileError, read_yaml

_NOT_OURS = (".git", ".venv", "node_modules", "data")


@dataclass(frozen=True)
class Known:
    """What no file of the repository says.

    Attributes:
        secrets: their names.
        variables: their names.
        outputs: names that programs called by `run` write to GITHUB_OUTPUT themselves; None: any.
        actions: what actions of other repositories declare, by `OWNER/REPO`.
    """

    secrets: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()
    outputs: frozenset[str] | None = None
    actions: Mapping[str, KnownAction] = field(default_factory=lambda: KNOWN_ACTIONS)


@dataclass(frozen=True)
class SourceFile:
    """
    Attributes:
        name: its path from the root.
        text: as it stands.
        content: as GitHub reads it.
    """

    name: str
    text: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Repository:
    """
    Attributes:
        root: of it.
    """

    root: Path

    @cached_property
    def unreadable(self) -> list[str]:
        """What is wrong with files that cannot be read."""
        return [str(read) for read in self._read.values() if not isinstance(read, SourceFile)]

    @property
    def workflows(self) -> list[SourceFile]:
        return [each for each in self._readable() if each.name.startswith(".github/workflows/")]

    @property
    def actions(self) -> list[SourceFile]:
        return [each for each in self._readable() if not each.name.startswith(".github/workflows/")]

    def workflow(self, uses: str) -> SourceFile | None:
        """The workflow that `./…` calls."""
        return self._at(uses.removeprefix("./"))

    def action(self, uses: str) -> SourceFile | None:
        """The action that `./…` uses."""
        folder = uses.removeprefix("./").strip("/")
        below = f"{folder}/" if folder and folder != "." else ""
        return self._at(f"{below}action.yml") or self._at(f"{below}action.yaml")

    def _at(self, name: str) -> SourceFile | None:
        read = self._read.get(name)
        return read if isinstance(read, SourceFile) else None

    def _readable(self) -> Iterator[SourceFile]:
        yield from (each for each in self._read.values() if isinstance(each, SourceFile))

    @cached_property
    def _read(self) -> dict[str, SourceFile | WorkflowFileError]:
        return {name: _read(self.root / name, name) for name in sorted(self._names())}

    def _names(self) -> Iterator[str]:
        for path in (self.root / ".github/workflows").glob("*.y*ml"):
            yield str(path.relative_to(self.root))
        yield from (str(path.relative_to(self.root)) for path in _actions_below(self.root))


def _actions_below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in {"action.yml", "action.yaml"} and path.is_file():
            yield path
        elif path.is_dir() and not path.is_symlink() and path.name not in _NOT_OURS:
            yield from _actions_below(path)


def _read(path: Path, name: str) -> SourceFile | WorkflowFileError:
    text = path.read_text(encoding="utf-8")
    try:
        return SourceFile(name, text, read_yaml(text, name))
    except WorkflowFileError as error:
        return error


def declared_by(uses: str, repository: Repository, known: Known) -> KnownAction | None:
    """What an action declares; None: nobody knows."""
    if not uses.startswith("./"):
        return known.actions.get("/".join(uses.partition("@")[0].split("/")[:2]))
    action = repository.action(uses)
    if action is None:
        return None
    inputs = {
        str(name): Declared((each or {}).get("required") is True, text_of((each or {}).get("default")))
        for name, each in (action.content.get("inputs") or {}).items()
    }
    return KnownAction(inputs, tuple(str(name) for name in action.content.get("outputs") or {}))
