"""Recorded answers of GitHub, replayed; `--record-mode=rewrite` records them again (see CONTRIBUTING.md)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from forked_simulator import Simulator

from progressive_capture.lib.clock import SystemClock

sys.path.insert(0, str(Path(__file__).parent))

from connections_made import ConnectionsMade
from recording import API_URL, Recorded, Rehearse, Simulated, Source, record, replay
from survey import survey

CASSETTES = Path(__file__).parent / "cassettes"
WORLD = (
    *("--seed", "2526", "--runs", "6", "--days", "20", "--unfinished", "1", "--rerun-share", "0.3"),
    *("--giants-share", "0", "--burst-size", "0"),
    # Time all but stands still, so that recording twice gives the same bytes; and so GitHub has to be quick.
    *("--clock-factor", "0.001", "--cpu-scale", "0.0001"),
)
SIMULATORS_TOKEN = "sim-whose-name-is-in-no-cassette"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-mode",
        choices=["none", "rewrite"],
        default="none",
        help="rewrite: record the cassettes again",
    )
    parser.addoption(
        "--record-from", metavar="OWNER/NAME", help="record from this repository on GitHub, with GITHUB_TOKEN"
    )


@pytest.fixture(scope="session")
def github_token(request: pytest.FixtureRequest) -> str:
    """For the session, because no test of its own sees the environment's token."""
    token = os.environ.get("GITHUB_TOKEN", "")
    if request.config.getoption("--record-from") and not token:
        raise pytest.UsageError("--record-from needs GITHUB_TOKEN")
    return token


@pytest.fixture
def is_recording(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--record-mode") == "rewrite")


@pytest.fixture(autouse=True)
def connections_made(is_recording: bool) -> Iterator[ConnectionsMade]:
    """Whoever replays makes none."""
    with ConnectionsMade() as made:
        yield made
    assert is_recording or not made.to, f"a test that replays has connected to {made.to}"


@pytest.fixture
def cassette(request: pytest.FixtureRequest) -> Path:
    """Each test has a cassette of its own, of its own name."""
    return CASSETTES / f"{request.node.name.removeprefix('test_')}.json"


@pytest.fixture
def recorded(
    request: pytest.FixtureRequest, github_token: str, is_recording: bool, cassette: Path
) -> Iterator[Recorded]:
    """A conversation with GitHub: what is asserted of it must hold for every repository."""
    repository = request.config.getoption("--record-from")
    conversation: AbstractContextManager[Recorded]
    if not is_recording:
        conversation = replay(cassette)
    elif repository:
        conversation = _from_github(cassette, repository, github_token)
    else:
        conversation = record_simulated(cassette)
    with conversation as opened:
        yield opened


@pytest.fixture
def simulated(request: pytest.FixtureRequest, is_recording: bool, cassette: Path) -> Simulated:
    """A conversation about what cannot be asked of just any repository: always the simulator's."""

    def open_conversation(rehearse: Rehearse = lambda _: None) -> AbstractContextManager[Recorded]:
        if is_recording and not request.config.getoption("--record-from"):
            return record_simulated(cassette, rehearse)
        return replay(cassette)

    return open_conversation


def _from_github(cassette: Path, repository: str, token: str) -> AbstractContextManager[Recorded]:
    source = Source(API_URL, f"{API_URL}/graphql", token)
    with source.connect(SystemClock()) as connection:
        about = survey(connection.client(), repository, recorded_from="github")
    return record(cassette, source, about)


@contextmanager
def record_simulated(cassette: Path, rehearse: Rehearse = lambda _: None) -> Iterator[Recorded]:
    """Record from a simulator of its own; `rehearse` prepares it for the scene."""
    with Simulator(*WORLD) as simulator:
        source = Source(simulator.url, simulator.graphql_url, SIMULATORS_TOKEN)
        surveyor = Source(simulator.url, simulator.graphql_url, f"{SIMULATORS_TOKEN}-either")
        with surveyor.connect(SystemClock()) as connection:  # with a budget of its own
            about = survey(connection.client(), simulator.repository, recorded_from="simulator")
        rehearse(simulator)
        with record(cassette, source, about) as opened:
            yield opened
