"""Fixtures of the simulator's own tests; `reading_pulls` is importable by name."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from github_simulator.in_process import InProcessGitHub
from github_simulator.options import WorldOptions
from github_simulator.service import ServiceOptions

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def make_github() -> Callable[..., InProcessGitHub]:
    """A factory: `make_github(ServiceOptions(...), runs=...)`; 60 runs where nothing is said."""

    def make(service_options: ServiceOptions | None = None, **options: Any) -> InProcessGitHub:
        return InProcessGitHub(WorldOptions(**{"runs": 60, **options}), service_options)

    return make
