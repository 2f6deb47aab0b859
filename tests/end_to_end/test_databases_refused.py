"""A database that cannot be used, typed at the command line: what is wrong, what to do, and no secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from asking import is_refused
from forked_simulator import Simulator
from kept_history import HOMES, Home, shape_of
from postgres_server import empty_database, migrated_database
from sqlalchemy import make_url
from supabase_project import PROJECT
from typed import CommandLine, Ran
from unusable_databases import SECRETS, UNUSABLE, Unusable, guest

FEW = ("--runs", "3", "--unfinished", "0", "--artifacts-share", "0", "--cpu-scale", "0.001")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(*FEW) as simulator:
        yield simulator


@pytest.fixture(scope="module", autouse=True)
def project() -> Iterator[None]:
    """The Supabase project of these tests ends with them."""
    yield
    PROJECT.close()


@pytest.fixture(params=UNUSABLE)
def unusable(request: pytest.FixtureRequest) -> Iterator[Unusable]:
    with UNUSABLE[request.param]() as unusable:
        yield unusable


Type = Callable[..., Ran]


@pytest.fixture
def typed(simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """A command where the environment says this and nothing else. Whatever comes of it shows no secret."""
    monkeypatch.chdir(tmp_path)

    def run(told: Mapping[str, str], *arguments: object) -> Ran:
        ran = CommandLine(tmp_path / "unused", simulator)(*arguments, env={"DATABASE_URL": "", **told})
        assert [secret for secret in SECRETS if secret in ran.stdout + ran.stderr] == []
        return ran

    return run


def test_a_database_that_cannot_be_used_is_refused_with_the_next_step(
    unusable: Unusable, typed: Type, simulator: Simulator, tmp_path: Path
) -> None:
    ran = {
        "status": typed(unusable.told, "status"),
        "sync": typed(unusable.told, "sync", simulator.repository),
    }
    for name, each in ran.items():
        if name in unusable.commands:
            is_refused(each, unusable.exit_code, *unusable.says)
        else:
            assert each.exit_code == 0, each.stderr
    assert list(tmp_path.iterdir()) == []  # and no other database was taken in its place


def test_a_postgres_without_the_schema_is_left_as_it_is(typed: Type, simulator: Simulator) -> None:
    with empty_database() as url:
        told = {"DATABASE_URL": url}
        is_refused(typed(told, "sync", simulator.repository), 6, "progressive-capture migrate")
        assert shape_of(url) == []
        assert typed(told, "migrate").exit_code == 0
        assert typed(told, "sync", simulator.repository).exit_code == 0


# ---- a database that can be used ---------------------------------------------------------------------------


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[Mapping[str, Home]]:
    """An empty history in each database."""
    with ExitStack() as open_homes:
        yield {name: open_homes.enter_context(home_in(tmp_path)) for name, home_in in HOMES.items()}


def test_the_option_goes_before_the_variable_and_the_variable_before_the_project(
    typed: Type, homes: Mapping[str, Home], simulator: Simulator
) -> None:
    sqlite, postgres, supabase = homes["SQLite"], homes["Postgres"], homes["Supabase"]
    sync = ("sync", simulator.repository, "--max-items", 1)
    by_option = typed({**postgres.told, **supabase.told}, *sync, "--database", sqlite.database)
    assert by_option.exit_code == 0, by_option.stderr
    assert [home.count("workflow_runs") for home in homes.values()] == [1, 0, 0]
    by_variable = typed({**supabase.told, **postgres.told}, *sync)
    assert by_variable.exit_code == 0, by_variable.stderr
    assert [home.count("workflow_runs") for home in homes.values()] == [1, 1, 0]
    by_default = typed(supabase.told, *sync)
    assert by_default.exit_code == 0, by_default.stderr
    assert [home.count("workflow_runs") for home in homes.values()] == [1, 1, 1]


def test_which_database_it_was_is_said_without_its_password(typed: Type) -> None:
    with migrated_database() as url, guest(url) as guest_url:
        said = typed({"DATABASE_URL": guest_url}, "status")
        assert said.exit_code == 0, said.stderr
        first_line, user, name = (
            said.stdout.splitlines()[0],
            make_url(guest_url).username,
            make_url(url).database,
        )
        assert first_line.startswith(f"Database: postgresql://{user}@")
        assert first_line.endswith(f"/{name}")
