"""The whole command, in this process, against a simulated GitHub."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from github_simulator.process import Simulator

sys.path.insert(0, str(Path(__file__).parent))

from typed import CommandLine


@pytest.fixture
def command_line(tmp_path: Path) -> Callable[..., CommandLine]:
    def build(simulator: Simulator | None = None, token: str | None = None) -> CommandLine:
        return CommandLine(tmp_path / "capture.db", simulator, token)

    return build
