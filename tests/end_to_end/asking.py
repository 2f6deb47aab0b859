"""Asking for what cannot be: the command as typed, what a refusal has to be, and what must not change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from typed import CommandLine, Ran

from github_simulator.process import Simulator

TOKEN = "sim-a-secret-that-nobody-may-see"
NEXT_STEP = ("  → ", "Try '")
"""How our errors, and click's, say what to do next."""
SMALL = ("--runs", "20", "--cpu-scale", "0.01")
"""A GitHub for what is refused before it could change anything."""


@dataclass(frozen=True)
class Ask:
    """Runs a command as a person would; whatever comes of it, the token is in no output and in no file."""

    database: Path

    def __call__(
        self,
        *arguments: object,
        simulator: Simulator | None = None,
        token: str = TOKEN,
        env: dict[str, str] | None = None,
    ) -> Ran:
        ran = CommandLine(self.database, simulator, token)(*arguments, env=env)
        secret = token.split(maxsplit=1)[0] if token.split() else TOKEN
        assert secret not in ran.stdout + ran.stderr
        files = [file for file in self.database.parent.rglob("*") if file.is_file()]
        assert [file for file in files if secret.encode() in file.read_bytes()] == []
        return ran


class Ending(Protocol):
    """A command that has ended, in this process or another."""

    @property
    def exit_code(self) -> int: ...
    @property
    def stderr(self) -> str: ...


def is_refused(ran: Ending, exit_code: int, *words: str) -> None:
    """It ended with that code, said what happened in these words, and what to do next; no more than that."""
    assert ran.exit_code == exit_code, ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Error: " in ran.stderr
    assert any(step in ran.stderr for step in NEXT_STEP), ran.stderr
    for each in words:
        assert each in ran.stderr


def fingerprints(folder: Path) -> dict[str, str]:
    """What every file below a folder holds."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
