"""Whatever is wrong, it is said in words, with a next step and the right exit code; nothing is half-written."""

from __future__ import annotations

import hashlib
import resource
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from child import Child, count_rows
from rehearsal import Rehearsal, outcomes
from whole_truth import untruths_by_any_source

from github_simulator.process import Simulator
from progressive_capture.lib.capture_command import report
from progressive_capture.lib.capture_job import Outcome

TOKEN = "sim-a-secret-that-nobody-may-see"
NEXT_STEP = ("  → ", "Try '")
SMALL = ("--runs", 20, "--cpu-scale", 0.01)


@pytest.fixture
def ask(command_line: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Runs a command as a person would; whatever comes of it, the token is in no output and in no file."""

    def run(*arguments: object, simulator: Simulator | None = None, token: str = TOKEN, **more: Any) -> Any:
        ran = command_line(simulator, token)(*arguments, **more)
        secret = token.split(maxsplit=1)[0] if token.split() else TOKEN
        assert secret not in ran.stdout + ran.stderr
        assert [
            file for file in tmp_path.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()
        ] == []
        return ran

    return run


@pytest.fixture(scope="module")
def small() -> Iterator[Simulator]:
    """A small GitHub for everything that is refused before it could change anything."""
    with Simulator(*(str(each) for each in SMALL)) as simulator:
        yield simulator


def is_refused(ran: Any, exit_code: int, *words: str) -> None:
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


# ---- which repository, which token -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [["sync"], ["historical-sync", "--repository"], ["job-details", "--repository"]]
)
def test_a_repository_that_is_not_there_is_said_to_be_missing_or_hidden(
    ask: Callable[..., Any], small: Simulator, tmp_path: Path, command: list[str]
) -> None:
    ran = ask(*command, "octo/no-such-thing", simulator=small)
    is_refused(ran, 3, "octo/no-such-thing", "does not exist, or this token may not see it")
    assert count_rows(tmp_path / "capture.db", "repositories", "progressive_capture_jobs") == 0


def test_a_token_without_permission_is_told_which_one_it_needs(
    ask: Callable[..., Any], small: Simulator, tmp_path: Path
) -> None:
    ran = ask("sync", small.repository, simulator=small, token="sim-noperm-but-otherwise-good")
    is_refused(ran, 3, "does not let this token", "actions: read")
    assert count_rows(tmp_path / "capture.db", "workflow_runs", "workflow_jobs", "capture_windows") == 0


@pytest.mark.parametrize("token", ["sim-expired-long-ago-12345", "ghp_0123456789abcdefghijklmnopqrstuvwxyz"])
def test_a_token_that_is_not_valid_is_said_to_be_so(
    ask: Callable[..., Any], small: Simulator, token: str
) -> None:
    ran = ask("sync", small.repository, simulator=small, token=token)
    is_refused(ran, 3, "does not accept the token", "GITHUB_TOKEN")


def test_a_token_with_a_space_in_it_is_refused_before_it_is_sent(
    ask: Callable[..., Any], small: Simulator
) -> None:
    small.reset_ledger()
    ran = ask("sync", small.repository, simulator=small, token="sim-first-half-of-it second-half")
    is_refused(ran, 2, "holds a character that no token has")
    assert small.ledger(lines=True)["lines"] == []


def test_without_a_token_a_private_repository_cannot_be_seen(
    ask: Callable[..., Any], simulate: Callable[..., Simulator]
) -> None:
    simulator = simulate(*SMALL, "--private")
    ran = ask("sync", simulator.repository, simulator=simulator, token="")
    is_refused(
        ran, 3, "does not exist, or this token may not see it", "for a private repository set GITHUB_TOKEN"
    )
    assert "No GITHUB_TOKEN is set" in ran.stderr


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "octo",
        "octo/",
        "/example",
        "../..",
        "octo/..",
        "octo/.",
        "octo/ex ample",
        "octo/example/actions",
        "octo/example?x=1",
        "octo/exa%2fmple",
        "öcto/example",
        "octo\n/example",
        "o" * 40 + "/example",
        "-",
        "",
        "https://example.com/octo/example",
        "octo/\x1b[31mexample",
        "octo/" + "x" * 101,
    ],
)
def test_what_names_no_repository_is_refused_before_anything_is_asked(
    ask: Callable[..., Any], small: Simulator, tmp_path: Path, name: str
) -> None:
    small.reset_ledger()
    ran = ask("sync", name, simulator=small)
    is_refused(ran, 2, "does not name a repository", "OWNER/NAME")
    assert "\x1b" not in ran.stderr
    assert small.ledger(lines=True)["lines"] == []
    assert not (tmp_path / "capture.db").exists()


@pytest.mark.parametrize(
    "address",
    [
        "octo/example",
        " octo/example ",
        "octo/example/",
        "https://github.com/octo/example",
        "https://github.com/octo/example/",
        "https://github.com/octo/example.git",
        "https://github.com/octo/example.git/",
    ],
)
def test_the_address_of_a_repository_names_it_too(
    ask: Callable[..., Any], small: Simulator, address: str
) -> None:
    ran = ask("sync", address, "--max-items", 1, "--depth", "jobs", "--json", simulator=small)
    assert (ran.exit_code, ran.data[0]["repository"]) == (0, "octo/example")


def test_no_repository_at_all_is_a_question_back(ask: Callable[..., Any], small: Simulator) -> None:
    is_refused(ask("sync", simulator=small), 2, "No repository is named", "GITHUB_REPOSITORY")


# ---- options ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--since", "2026-02-30"], "is no date"),
        (["--since", "yesterday"], "is no date"),
        (["--until", "2026-13-01"], "is no date"),
        (["--until", "24:00"], "is no date"),
        (["--since", "9999-12-31T23:59:59-12:00"], "is no date"),
        (["--until", "0001-01-01T00:00:00+12:00"], "is no date"),
        (["--since", "2026-05-02", "--until", "2026-05-01"], "begins"),
        (["--since", "2026-05-01T00:00:01Z", "--until", "2026-05-01T00:00:00Z"], "begins"),
        (["--time-range", "7", "--since", "2026-05-01"], "both say where to begin"),
        (["--time-range", "7", "--until", "2001-01-01"], "begins"),
        (["--time-range", "-1"], "-1"),
        (["--time-range", "0"], "0"),
        (["--time-range", "99999999999"], "99999999999"),
        (["--max-items", "-5"], "-5"),
        (["--max-items", "0"], "0"),
        (["--max-items", "many"], "many"),
        (["--concurrency", "0"], "0"),
        (["--concurrency", "1000"], "1000"),
        (["--leave-budget", "-1"], "-1"),
        (["--leave-budget", "100"], "100"),
        (["--time-budget", "soon"], "is no length of time"),
        (["--time-budget", "-5m"], "is no length of time"),
        (["--time-budget", "0s"], "is no length of time"),
        (["--depth", "bottomless"], "bottomless"),
        (["--no-such-option"], "--no-such-option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_option_that_cannot_be_is_refused_before_anything_is_asked(
    ask: Callable[..., Any], small: Simulator, tmp_path: Path, options: list[str], says: str
) -> None:
    small.reset_ledger()
    is_refused(ask("sync", small.repository, *options, simulator=small), 2, says)
    assert small.ledger(lines=True)["lines"] == []
    assert not (tmp_path / "capture.db").exists()


@pytest.mark.parametrize(
    "options", [["--since", "0001-01-01"], ["--until", "9999-12-31"], ["--since", "2999-01-01"]]
)
def test_a_date_far_from_now_is_a_date(ask: Callable[..., Any], small: Simulator, options: list[str]) -> None:
    assert ask("historical-sync", "--repository", small.repository, *options, simulator=small).exit_code == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_API_URL", "ftp://example.com"),
        ("GITHUB_API_URL", "example.com"),
        ("GITHUB_GRAPHQL_URL", "graphql"),
        ("GITHUB_API_URL", "http://"),
        ("GITHUB_API_TIMEOUT", "soon"),
        ("GITHUB_API_TIMEOUT", "-1"),
        ("CAPTURE_TIME_RANGE", "-1"),
        ("CAPTURE_DEPTH", "deep"),
    ],
)
def test_a_variable_that_cannot_be_is_refused(
    ask: Callable[..., Any], small: Simulator, name: str, value: str
) -> None:
    is_refused(ask("sync", small.repository, simulator=small, env={name: value}), 2, name)


def test_a_job_that_is_not_there_is_said_to_be_so(ask: Callable[..., Any], small: Simulator) -> None:
    ran = ask("job-details", "--repository", small.repository, "--job-id", "no-such-job", simulator=small)
    is_refused(ran, 2, "no capture job 'no-such-job'", "progressive-capture status")
    is_refused(ask("status", "--job-id", "no-such-job"), 2, "no capture job 'no-such-job'")


# ---- the database ----------------------------------------------------------------------------------------


def test_a_status_of_nothing_says_how_to_begin_and_makes_no_file(
    ask: Callable[..., Any], tmp_path: Path
) -> None:
    is_refused(ask("status"), 6, "There is no database", "progressive-capture sync")
    assert fingerprints(tmp_path) == {}


def folder(path: Path) -> None:
    path.mkdir()
    (path / "a file in it").write_text("precious")


def text_file(path: Path) -> None:
    path.write_text("Dear diary, this is no database. " * 40)


def anothers_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE invoices (id INTEGER PRIMARY KEY, amount INTEGER)")
        connection.execute("INSERT INTO invoices VALUES (1, 100)")
        connection.commit()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (folder, "is a folder"),
        (text_file, "is not an SQLite database"),
        (anothers_database, "somebody else's"),
    ],
)
@pytest.mark.parametrize("command", ["sync", "status"])
def test_what_is_not_our_database_is_left_as_it_is(
    ask: Callable[..., Any],
    small: Simulator,
    tmp_path: Path,
    make: Callable[[Path], None],
    says: str,
    command: str,
) -> None:
    make(tmp_path / "capture.db")
    before = fingerprints(tmp_path)
    is_refused(ask(command, *([small.repository] if command == "sync" else []), simulator=small), 6, says)
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("command", ["sync", "status"])
def test_a_database_from_the_future_is_left_as_it_is(
    ask: Callable[..., Any], small: Simulator, tmp_path: Path, command: str
) -> None:
    assert ask("sync", small.repository, "--max-items", 1, simulator=small).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "capture.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_much_later'")
        connection.commit()
    before = fingerprints(tmp_path)
    ran = ask(command, *([small.repository] if command == "sync" else []), simulator=small)
    is_refused(ran, 6, "made by a newer version", "Install the newest version")
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("place", ["/proc/no-such-folder/capture.db", "{}/a file/capture.db", "/dev/null"])
def test_a_place_that_cannot_be_written_is_said_to_be_so(
    ask: Callable[..., Any], small: Simulator, tmp_path: Path, place: str
) -> None:
    (tmp_path / "a file").write_text("not a folder")
    before = fingerprints(tmp_path)
    ran = ask("sync", small.repository, "--database", f"sqlite:///{place.format(tmp_path)}", simulator=small)
    is_refused(ran, 6, "cannot be created", "--database")
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ann:hunter2@db.example.com/history",
        "sqlite://",
        "sqlite:///",
        "history.db",
        "sqlite:///:memory:",
    ],
)
def test_a_database_of_another_kind_is_refused_and_its_password_is_not_repeated(
    ask: Callable[..., Any], small: Simulator, url: str
) -> None:
    ran = ask("sync", small.repository, "--database", url, simulator=small)
    is_refused(ran, 2, "database URL", "sqlite:///")
    assert "hunter2" not in ran.stdout + ran.stderr


def test_a_file_that_may_not_grow_stops_the_capture_and_loses_nothing(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    simulator = simulate("--runs", 60, "--cpu-scale", 0.01)
    database = tmp_path / "capture.db"
    size = 600_000

    def may_not_grow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    with Child(database, simulator, "sync", simulator.repository, before=may_not_grow) as child:
        end = child.end()
    is_refused(SimpleNamespace(exit_code=end.code, stderr=end.stderr), 6, str(database))
    assert is_intact(database)
    assert count_rows(database, "workflow_runs", "workflow_jobs") > 0
    with Child(database, simulator, "sync", simulator.repository) as child:
        assert child.end().code == 0
    assert untruths_by_any_source(database, simulator) == []


IN_A_SMALL_ROOM = """
mount -t tmpfs -o size=400k tmpfs "$1" && cd "$1" || exit 99
"$2" -m progressive_capture sync octo/example; echo "full: $?"
"$2" -m progressive_capture status > /dev/null; echo "status: $?"
mount -o remount,size=50m "$1"
"$2" -m progressive_capture sync octo/example; echo "roomy: $?"
cp capture.db* "$3"
"""


def test_a_full_disk_is_named_and_with_room_again_it_goes_on(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    import os
    import sys

    room, outside = tmp_path / "room", tmp_path / "outside"
    room.mkdir()
    outside.mkdir()
    if (
        shutil.which("unshare") is None
        or subprocess.run(
            ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", room], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("this user may not make a small disk here")
    simulator = simulate("--runs", 60, "--cpu-scale", 0.01)
    ran = subprocess.run(
        ["unshare", "-rm", "sh", "-c", IN_A_SMALL_ROOM, "sh", room, sys.executable, outside],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": "sqlite:///capture.db",
            "GITHUB_TOKEN": simulator.token,
            "GITHUB_API_URL": simulator.url,
            "GITHUB_GRAPHQL_URL": simulator.graphql_url,
        },
    )
    assert ran.stdout.split("\n")[:3] == ["full: 6", "status: 0", "roomy: 0"], ran.stderr
    assert "the disk is full" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert untruths_by_any_source(outside / "capture.db", simulator) == []


def is_intact(database: Path) -> bool:
    """What SQLite itself says about the file, and no row without the one that it belongs to."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        damage = connection.execute("PRAGMA integrity_check").fetchall()
        orphans = connection.execute(
            "SELECT count(*) FROM workflow_jobs WHERE run_id NOT IN (SELECT id FROM workflow_runs)"
        ).fetchone()[0]
    return damage == [("ok",)] and orphans == 0


# ---- GitHub answers nonsense, or nothing -----------------------------------------------------------------

GARBAGE = ("html", "malformed", "empty")
RUN_PAGES = r"/actions/runs\?"
ONE_RUN = r"/actions/runs/\d+/jobs"
A_WHILE = 15 * 60
"""Seconds after which what failed once is tried again."""


@pytest.fixture
def rehearse(simulate: Callable[..., Simulator], tmp_path: Path) -> Rehearsal:
    """The main job on a clock that nobody waits for: five attempts take no time."""
    return Rehearsal(tmp_path / "capture.db", simulate(*SMALL))


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_in_the_place_of_the_repository_ends_it(
    rehearse: Rehearsal, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rehearse.simulator.fault(kind, path=r"/repos/octo/example$", times=None)
    ended = rehearse()
    report([ended], database="the database", as_json=False)
    is_refused(
        SimpleNamespace(exit_code=ended.exit_code, stderr=capsys.readouterr().err),
        5,
        "GitHub answered",
        "proxy",
    )
    assert count_rows(rehearse.database, "repositories", "progressive_capture_jobs") == 0


@pytest.mark.parametrize(
    ("kind", "path"),
    [("html", RUN_PAGES), ("html", ONE_RUN), ("empty", ONE_RUN)],
    ids=["listing", "run", "nothing"],
)
def test_garbage_in_the_place_of_one_item_is_recorded_and_the_next_run_completes(
    rehearse: Rehearsal, kind: str, path: str
) -> None:
    rehearse.simulator.fault(kind, path=path, times=5)
    ended = rehearse(concurrency=1, depth="full")
    assert (ended.exit_code, ended.error) == (1, None)
    assert Outcome.FAILED in outcomes(ended)
    assert sum(result.failed for result in ended.results) == 1
    assert count_rows(rehearse.database, "capture_failures") == 1
    assert rehearse.simulator.ledger()["faults"] == {kind: 5}
    rehearse.simulator.clear_faults()
    rehearse.let_pass(A_WHILE)
    assert rehearse(depth="full").exit_code == 0
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []
    with closing(sqlite3.connect(rehearse.database)) as connection:
        assert connection.execute(
            "SELECT count(*) FROM capture_failures WHERE resolved_at IS NULL"
        ).fetchone() == (0,)


def test_a_github_that_is_not_there_is_said_to_be_unreachable(
    rehearse: Rehearsal, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, but nobody listens
        rehearse.environment["GITHUB_API_URL"] = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        ended = rehearse()
    report([ended], database="the database", as_json=False)
    is_refused(
        SimpleNamespace(exit_code=ended.exit_code, stderr=capsys.readouterr().err),
        4,
        "no connection",
        "5 times",
        "githubstatus.com",
    )


def test_a_github_that_goes_down_on_the_way_ends_it_and_the_next_run_goes_on(rehearse: Rehearsal) -> None:
    rehearse.simulator.fault("reset", path=ONE_RUN, times=None)
    ended = rehearse(depth="full")
    assert ended.exit_code == 4
    rehearse.simulator.clear_faults()
    rehearse.let_pass(A_WHILE)
    assert rehearse(depth="full").exit_code == 0
    assert untruths_by_any_source(rehearse.database, rehearse.simulator) == []
