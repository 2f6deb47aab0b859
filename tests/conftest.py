"""What all tests share: an environment without anybody's token, and simulated GitHubs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # what several folders use: databases, a Supabase project

from forked_simulator import Simulator

Simulate = Callable[..., Simulator]
OURS = (
    *("GITHUB_", "CAPTURE_", "GH_", "SUPABASE_", "DATABASE_", "INITIAL_SYNC", "POLL_", "RETRY_FAILED"),
    *("FILE_STORAGE", "MAX_FILE_", "MAX_ARTIFACT_", "MAX_CONCURRENT_", "CLEANUP_OLD_"),
)
"""How the names of variables begin that the product reads."""


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine, or of the CI that runs us, reaches a test."""
    import os  # noqa: PLC0415  (the tests' own door to the environment)

    for name in list(os.environ):
        if name.startswith(OURS):
            monkeypatch.delenv(name)


@pytest.fixture
def simulate() -> Iterator[Simulate]:
    """Start simulated GitHubs that end with the test: `simulate("--runs", "300")`."""
    with ExitStack() as running:
        yield lambda *arguments: running.enter_context(Simulator(*(str(each) for each in arguments)))
