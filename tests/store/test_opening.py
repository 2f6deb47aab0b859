"""From a URL to a store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from progressive_capture.lib.errors import ConfigurationError, StoreError
from progressive_capture.lib.store.opening import open_store


def test_three_slashes_are_relative_and_four_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for url, path in (
        ("sqlite:///data/capture.db", tmp_path / "data" / "capture.db"),
        (f"sqlite:///{tmp_path}/other.db", tmp_path / "other.db"),
    ):
        with open_store(url) as store:
            store.migrate()
        assert path.is_file()


def test_a_database_that_must_exist_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no database") as refused:
        open_store(f"sqlite:///{tmp_path}/capture.db", must_exist=True)
    assert "progressive-capture sync" in refused.value.hint
    assert list(tmp_path.iterdir()) == []
    with open_store(f"sqlite:///{tmp_path}/capture.db") as store:
        store.migrate()
    with open_store(f"sqlite:///{tmp_path}/capture.db", must_exist=True) as store:
        assert store.jobs() == []


UNSUPPORTED = [
    "postgresql+psycopg://mona:hunter2@db.example/postgres",
    "mysql://mona:hunter2@db.example/capture",
    "capture.db",
    "sqlite:///",
    "sqlite://",
    "sqlite:///:memory:",
    "",
]


@pytest.mark.parametrize("url", UNSUPPORTED)
def test_any_other_url_is_refused_with_what_to_write_instead(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        open_store(url)
    assert refused.value.exit_code == 2
    assert "sqlite:///" in refused.value.hint
    assert "postgresql://" in refused.value.hint
    assert "hunter2" not in f"{refused.value}{refused.value.hint}"


POSTGRES = {
    "postgresql://mona:hunter2@db.example.com:6543/capture": "capture on db.example.com:6543",
    "postgres://mona:hunter2@db.example.com/capture?sslmode=require": "capture on db.example.com:5432",
    "postgresql://mona@[::1]:6543/capture": "capture on ::1:6543",
    "postgresql://mona:hunter2@db.example.com": "mona on db.example.com:5432",
    "postgresql://mona:hunter2@/capture?host=/run/postgresql": "capture on /run/postgresql",
    "postgresql://postgres.ref:hunter2@pooler.example:6543/postgres?pgbouncer=true&connection_limit=1": (
        "postgres on pooler.example:6543"
    ),
    "postgresql://mona:hunter2@one.example:5432,two.example:5433/capture": (
        "capture on one.example,two.example:5432,5433"
    ),
}


@pytest.mark.parametrize("url", POSTGRES)
def test_a_postgres_database_is_described_without_its_password_and_not_connected_to(url: str) -> None:
    with open_store(url, must_exist=True) as store:
        assert store.describe() == f"Postgres database {POSTGRES[url]}"


def test_a_supabase_project_needs_its_key() -> None:
    with pytest.raises(ConfigurationError, match="needs its secret key") as refused:
        open_store("https://ref.supabase.co")
    assert "SUPABASE_SECRET_KEY" in refused.value.hint
    with open_store("https://ref.supabase.co", supabase_key="sb_secret_x") as store:
        assert store.describe() == "Supabase project ref.supabase.co"


def test_sqlalchemy_and_alembic_are_imported_only_when_they_are_needed() -> None:
    code = """
import sys
import progressive_capture.lib.store.contract
from progressive_capture.lib.store.opening import open_store
assert "sqlalchemy" not in sys.modules and "alembic" not in sys.modules
store = open_store(sys.argv[1])
assert "sqlalchemy" in sys.modules and "alembic" not in sys.modules
assert ("psycopg" in sys.modules) == (sys.argv[1].startswith("postgresql"))
assert "supabase" not in sys.modules
store.close()
"""
    for url in ("sqlite:///nowhere/capture.db", "postgresql://mona@db.example.com/capture"):
        subprocess.run([sys.executable, "-c", code, url], check=True)
