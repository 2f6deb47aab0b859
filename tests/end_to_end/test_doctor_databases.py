"""`doctor` on Postgres, Supabase and places for files: well and not well, quickly, and nothing is written."""

from __future__ import annotations

import itertools
import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from forked_simulator import Simulator
from kept_history import BUCKET, HOMES, shape_of, told_of_project
from supabase_gateway import Gateway
from supabase_project import PROJECT
from typed import CommandLine, Ran
from unusable_databases import SECRETS, UNUSABLE, Unusable

from progressive_capture.lib.clock import ManualClock
from progressive_capture.lib.examination import State, examine

Doctor = Callable[..., Ran]
NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator("--runs", "3", "--unfinished", "0", "--now", "real", "--cpu-scale", "0.02") as simulator:
        yield simulator


@pytest.fixture(scope="module", autouse=True)
def project() -> Iterator[None]:
    """The Supabase project of these tests ends with them."""
    yield
    PROJECT.close()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty one, where a command runs."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def doctor(simulator: Simulator, command_line: Callable[..., CommandLine]) -> Doctor:
    return partial(command_line(simulator), "doctor", "--json")


def finding(ran: Ran, what: str) -> dict[str, Any]:
    (found,) = [each for each in ran.data["findings"] if each["what"] == what]
    return dict(found)


# ---- the database ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOMES)
def test_a_database_that_can_be_used_is_well_and_left_as_it_is(
    name: str, simulator: Simulator, tmp_path: Path
) -> None:
    with HOMES[name](tmp_path) as home:
        assert home.run(simulator, "migrate").exit_code == 0
        before = home.tables(), shape_of(home.url)
        ran = home.run(simulator, "doctor", "--json")
        assert ran.exit_code == 0
        assert "may be written to, and has the newest schema" in finding(ran, "database")["says"]
        assert (home.tables(), shape_of(home.url)) == before


@pytest.fixture(params=UNUSABLE)
def unusable(request: pytest.FixtureRequest) -> Iterator[Unusable]:
    with UNUSABLE[request.param]() as unusable:
        yield unusable


def test_a_database_that_commands_refuse_is_a_problem_with_its_next_step(
    unusable: Unusable, doctor: Doctor, own_folder: Path
) -> None:
    ran = doctor(env={"DATABASE_URL": "", **unusable.told})
    assert [secret for secret in SECRETS if secret in ran.stdout + ran.stderr] == []
    problems = [each for each in ran.data["findings"] if each["state"] == "problem"]
    assert list(own_folder.iterdir()) == []
    if "doctor" not in unusable.commands:
        assert (ran.exit_code, problems) == (0, [])
        return
    assert ran.exit_code == unusable.exit_code
    told = f"{problems[0]['says']} {problems[0]['next_step']}"
    assert [part for part in unusable.says if part not in told] == []
    if problems[0]["what"] == "database":  # and the rest is looked at all the same
        assert finding(ran, "token")["state"] == "ok"


@pytest.mark.parametrize("place", ["postgresql://mona:hunter2@127.0.0.1:{}/capture", "http://127.0.0.1:{}"])
def test_a_database_that_does_not_answer_is_not_waited_for_as_long_as_a_capture_would(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "sb_secret_hunter2")
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{port}")
        clock = ManualClock(NOON)
        looking = examine(place.format(port), str(tmp_path), None, clock)
        (database,) = [each for each in itertools.islice(looking, 3) if each.what == "database"]
    assert (database.state, database.exit_code) == (State.PROBLEM, 6)
    assert "start again: it goes on where it stopped" in database.next_step
    assert "hunter2" not in f"{database}"
    assert 5 <= clock.monotonic() < 15


# ---- files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["/sys/no-such-folder", "a-file/files"])
def test_a_place_where_no_file_can_be_written_is_a_problem(
    place: str, doctor: Doctor, own_folder: Path
) -> None:
    (own_folder / "a-file").write_text("in the way")
    ran = doctor("--file-storage", place)
    assert ran.exit_code == 6
    problem = finding(ran, "files")
    assert problem["state"] == "problem"
    assert place in problem["says"]
    assert "name another place: --file-storage PATH" in problem["next_step"]
    assert [path.name for path in own_folder.iterdir()] == ["a-file"]


def test_where_nobody_names_a_place_inside_actions_it_says_that_files_are_not_kept(
    doctor: Doctor,
) -> None:
    ran = doctor(env={"GITHUB_ACTIONS": "true"})
    assert ran.exit_code == 0
    assert "no durable file storage is configured" in finding(ran, "files")["says"]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """A Supabase project for files alone."""
    with Gateway() as gateway:
        yield gateway


def storage(gateway: Gateway, method: str, path: str, **sent: object) -> httpx.Response:
    """What a project's storage answers to its owner."""
    headers = {"apikey": gateway.secret_key}
    return httpx.request(method, f"{gateway.url}/storage/v1/{path}", json=sent, headers=headers)


@pytest.mark.parametrize("there", [True, False])
def test_a_bucket_that_takes_files_is_well_and_stays_as_it_is(
    there: bool, gateway: Gateway, doctor: Doctor
) -> None:
    gateway.forget()
    if there:
        storage(gateway, "POST", "bucket", id=BUCKET)
    told = {**told_of_project(gateway.url, gateway.secret_key), "FILE_STORAGE": f"supabase:{BUCKET}"}
    ran = doctor(env=told)
    assert ran.exit_code == 0
    assert finding(ran, "files") == {
        "what": "files",
        "state": "ok",
        "next_step": "",
        "exit_code": 0,
        "says": f"artifacts' files: the Supabase bucket {BUCKET}",
    }
    assert {method for method, *_ in gateway.requests} >= {"POST", "DELETE"}  # it tried
    assert storage(gateway, "GET", f"bucket/{BUCKET}").is_success == there
    assert storage(gateway, "POST", f"object/list/{BUCKET}", prefix="check", limit=9, offset=0).json() == []


@pytest.mark.parametrize(
    ("told", "code", "says"),
    [
        ({"SUPABASE_SECRET_KEY": "sb_secret_hunter2"}, 6, "the key is not accepted"),
        ({"SUPABASE_SECRET_KEY": "sb_publishable_hunter2"}, 2, "of the wrong kind"),
        ({"SUPABASE_SECRET_KEY": ""}, 2, "only with the project's address and its secret key"),
        ({"SUPABASE_URL": ""}, 2, "only with the project's address and its secret key"),
        ({"FILE_STORAGE": "supabase:no/bucket"}, 2, "a name that no bucket should have"),
        ({"FILE_STORAGE": "s3://mona:hunter2@host/x"}, 2, "cannot be used (s3 scheme)"),
    ],
)
def test_a_bucket_that_cannot_be_used_is_a_problem(
    told: dict[str, str], code: int, says: str, gateway: Gateway, doctor: Doctor
) -> None:
    gateway.forget()
    well = {**told_of_project(gateway.url, gateway.secret_key), "FILE_STORAGE": f"supabase:{BUCKET}"}
    ran = doctor(env=well | told)
    assert ran.exit_code == code
    problem = finding(ran, "files")
    assert says in problem["says"]
    assert re.search(r"SUPABASE_URL|SUPABASE_SECRET_KEY|supabase:BUCKET", problem["next_step"])
    assert "hunter2" not in ran.stdout + ran.stderr
    assert finding(ran, "database")["state"] == "ok"


def test_a_bucket_that_anybody_may_read_is_a_problem(gateway: Gateway, doctor: Doctor) -> None:
    gateway.forget()
    storage(gateway, "POST", "bucket", id=BUCKET, public=True)
    told = {**told_of_project(gateway.url, gateway.secret_key), "FILE_STORAGE": f"supabase:{BUCKET}"}
    ran = doctor(env=told)
    assert ran.exit_code == 6
    assert "it is public" in finding(ran, "files")["says"]
    assert "Make it private" in finding(ran, "files")["next_step"]
