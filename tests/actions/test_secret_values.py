"""Which values the runner is told to hide."""

from __future__ import annotations

import pytest

from progressive_capture.lib.actions_runtime import minutes_cost_money, secrets_in
from progressive_capture.lib.settings import read_settings


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("postgresql://me:p%40ss%3Aword@db.test:5432/x", {"p%40ss%3Aword", "p@ss:word"}),
        ("postgres://me:secret@one.test,two.test/x", {"secret"}),
        ("postgresql://me@db.test/x?sslmode=require&password=in%20query", {"in%20query", "in query"}),
        ("postgresql+psycopg://me:secret@db.test/x", {"secret"}),
        ("https://me:se%63ret@x.supabase.co", {"se%63ret", "secret"}),
        ("postgresql://me:se[cret@db.test/x", {"se[cret"}),
    ],
)
def test_the_password_is_one_as_it_is_written_and_as_it_is_meant(url: str, secret: set[str]) -> None:
    assert secrets_in(read_settings({}), url) == {url, *secret}


@pytest.mark.parametrize(
    "url", ["sqlite:///data/capture.db", "postgresql:///x?host=/tmp", "https://x.supabase.co", "", None, "::"]
)
def test_an_address_without_a_password_is_no_secret(url: str | None) -> None:
    assert secrets_in(read_settings({}), url) == frozenset()


def test_the_token_and_the_projects_key_are_secrets() -> None:
    environment = {
        "GITHUB_TOKEN": "ghs_token",
        "SUPABASE_SERVICE_KEY": "sb_secret_key",
        "GITHUB_ACTIONS": "true",
    }
    settings = read_settings(environment)
    assert secrets_in(settings) == {"ghs_token", "sb_secret_key"}
    assert "ghs_token" not in repr(settings)
    assert minutes_cost_money(settings)
