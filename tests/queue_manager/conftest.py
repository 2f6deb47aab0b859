"""The ground truth and the processes of the end-to-end tests, importable by name, and workers of a queue."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "end_to_end"))

from offices import Office, Offices

from github_simulator.process import Simulator


@pytest.fixture
def office(simulate: Callable[..., Simulator], tmp_path: Path) -> Iterator[Offices]:
    """Open an office on an SQLite file, or at a URL: `office("--runs", 12)`."""
    with ExitStack() as stack:

        def build(*world: object, database: str | None = None) -> Office:
            url = database or f"sqlite:///{tmp_path / 'capture.db'}"
            return Office(url, simulate("--giants-share", 0, "--cpu-scale", 0.001, *world), stack)

        yield build
