"""Our own workflows, executed on this machine against a simulated GitHub."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "end_to_end"))
sys.path.insert(0, str(Path(__file__).parent))

from collections.abc import Callable

from executed import Executed

from github_simulator.process import Simulator


@pytest.fixture
def execute(simulate: Callable[..., Simulator], tmp_path: Path) -> Callable[..., Executed]:
    """A simulated repository with our workflows: `execute("--runs", 100)`."""

    def build(*arguments: object, **more: object) -> Executed:
        simulator = simulate("--cpu-scale", 0.01, *arguments)
        return Executed(simulator, tmp_path / "runs", **more)  # type: ignore[arg-type]

    return build
