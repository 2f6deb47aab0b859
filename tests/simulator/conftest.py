"""Fixtures of the simulator's own tests."""

from collections.abc import Callable
from typing import Any

import pytest

from github_simulator.in_process import InProcessGitHub
from github_simulator.options import WorldOptions
from github_simulator.service import ServiceOptions


@pytest.fixture(scope="session")
def make_github() -> Callable[..., InProcessGitHub]:
    """A factory: `make_github(ServiceOptions(...), runs=...)`; 60 runs where nothing is said."""

    def make(service_options: ServiceOptions | None = None, **options: Any) -> InProcessGitHub:
        return InProcessGitHub(WorldOptions(**{"runs": 60, **options}), service_options)

    return make
