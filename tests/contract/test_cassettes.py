"""What recordings hold, and what they must never hold."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
import vcr.errors  # type: ignore[import-untyped]
from cassette_file import NOBODY, About
from connections_made import ConnectionsMade
from recording import Source, record, replay

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASSETTES = sorted((HERE / "cassettes").glob("*.json"))
SECRETS = {
    "an Authorization header": r"authorization|bearer",
    "a cookie": r"set-cookie|\"cookie",
    "a token of GitHub's": r"gh[opusr]_\w|github_pat_|sim-\w",
    "an address on this machine": r"127\.0\.0\.1|localhost|\[::1\]",
    "a path on somebody's machine": r"/home/|/root/|/users/runner|/tmp/|[a-z]:\\\\",
}
SECRET = "a-secret-of-forty-characters-0123456789"


@pytest.mark.parametrize("what", SECRETS)
@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda path: path.stem)
def test_no_cassette_holds(cassette: Path, what: str) -> None:
    assert not re.search(SECRETS[what], cassette.read_text(encoding="utf-8"), re.IGNORECASE)


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda path: path.stem)
def test_every_cassette_belongs_to_a_test(cassette: Path) -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*_contract.py"))
    assert f"def test_{cassette.stem}(" in tests


class TalkativeGitHub(BaseHTTPRequestHandler):
    """Repeats the token wherever it can, and names people."""

    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.seen.append(self.headers["Authorization"])
        token = self.headers["Authorization"].removeprefix("Bearer ")
        here = f"http://{self.headers['Host']}"
        body = json.dumps(
            {
                "id": 1,
                "note": f"you sent {token}",
                "author": {"email": "octo@cat.example"},
                "url": f"{here}/1",
            }
        ).encode()
        self.send_response(200)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Set-Cookie": f"session={token}",
            "X-Debug": token,
            "Link": f'<{here}/2>; rel="next"',
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def talkative() -> Iterator[str]:
    TalkativeGitHub.seen.clear()
    with HTTPServer(("127.0.0.1", 0), TalkativeGitHub) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


ABOUT = About(recorded_from="simulator", repository="octo/example", rerun=1, plain=1, plain_node="", jobs=())


def test_what_is_secret_is_sent_but_not_written_down(
    talkative: str, tmp_path: Path, connections_made: ConnectionsMade
) -> None:
    cassette = tmp_path / "talk.json"
    with record(cassette, Source(talkative, f"{talkative}/graphql", SECRET), ABOUT) as recorded:
        recorded.github.repository("octo/example")
    connections_made.to.clear()  # those were meant
    assert TalkativeGitHub.seen == [f"Bearer {SECRET}"]
    text = cassette.read_text(encoding="utf-8")
    assert SECRET not in text
    for what, pattern in SECRETS.items():
        assert not re.search(pattern, text, re.IGNORECASE), what
    assert "octo@cat.example" not in text
    assert f'"email": "{NOBODY}"' in text
    assert '"url": "https://api.github.com/1"' in text
    assert "<https://api.github.com/2>" in text


def test_a_recording_replays_as_it_was(
    talkative: str, tmp_path: Path, connections_made: ConnectionsMade
) -> None:
    cassette = tmp_path / "talk.json"
    with record(cassette, Source(talkative, f"{talkative}/graphql", SECRET), ABOUT) as recorded:
        first = recorded.github.repository("octo/example")
    connections_made.to.clear()
    with replay(cassette) as replayed:
        again = replayed.github.repository("octo/example")
    assert connections_made.to == []
    assert again.body["id"] == first.body["id"]
    assert again.links == {"next": "https://api.github.com/2"}


def test_replay_answers_what_was_recorded_once_and_nothing_else() -> None:
    cassette = HERE / "cassettes" / "the_repository_says_who_it_is.json"
    refused = vcr.errors.CannotOverwriteExistingCassetteException
    with replay(cassette) as recorded:
        recorded.github.repository(recorded.about.repository)
        with pytest.raises(refused):
            recorded.github.repository(recorded.about.repository)
        with pytest.raises(refused):
            recorded.github.run(recorded.about.repository, 36_000_000_000)


def test_a_recorded_answer_that_nobody_asks_for_is_noticed() -> None:
    cassette = HERE / "cassettes" / "the_repository_says_who_it_is.json"
    with pytest.raises(AssertionError, match="nobody asks for"), replay(cassette):
        pass


def test_the_guard_against_connections_sees_one(connections_made: ConnectionsMade) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        socket.create_connection(server.getsockname()).close()
    assert len(connections_made.to) > 0
    connections_made.to.clear()


def test_the_documented_command_records_them_again(tmp_path: Path) -> None:
    again = "the_repository_says_who_it_is"
    shutil.copytree(HERE, tmp_path / "tests" / "contract", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (
        "tests/conftest.py",
        "tests/forked_processes.py",
        "tests/forked_simulator.py",
        "pyproject.toml",
    ):
        shutil.copy(ROOT / name, tmp_path / name)
    cassette = tmp_path / "tests" / "contract" / "cassettes" / f"{again}.json"
    cassette.unlink()
    ran = subprocess.run(
        [sys.executable, "-m", *documented_command(), "-k", again],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    recorded = HERE / "cassettes" / cassette.name
    if About.of(recorded).recorded_from == "simulator":
        assert cassette.read_bytes() == recorded.read_bytes()


def documented_command() -> list[str]:
    """As CONTRIBUTING.md has it, without where pytest lies, and without its comment."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^ +\.venv/bin/(pytest .*--record-mode=.*)$", text, re.MULTILINE)
    return shlex.split(line, comments=True)
