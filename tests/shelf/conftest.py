"""A shelf in a simulated GitHub, with databases of a line a row; each test has a repository of its own."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from forked_simulator import Simulator

from github_simulator.waitless_clock import WaitlessClock

sys.path.insert(0, str(Path(__file__).parent))

from shelf_desk import Desk

numbers = count(1)


@pytest.fixture(scope="session")
def running() -> Iterator[Simulator]:
    with Simulator("--runs", "3", "--cpu-scale", "0.01", "--requests-per-hour", "1000000") as simulator:
        yield simulator


@pytest.fixture
def desks() -> Iterator[Callable[..., Desk]]:
    """Opens a desk at a simulator: `desks(simulator, tmp_path, token=…)`."""
    with ExitStack() as stack:

        def open_desk(simulator: Simulator, folder: Path, **changes: Any) -> Desk:
            clock = WaitlessClock(simulator.advance)
            return stack.enter_context(Desk(simulator, folder, clock, target_id=next(numbers), **changes))

        yield open_desk


@pytest.fixture
def desk(running: Simulator, tmp_path: Path, desks: Callable[..., Desk]) -> Iterator[Desk]:
    running.reset_ledger()
    yield desks(running, tmp_path)
    running.clear_faults()
