"""Where a history is kept, as people are told: never with a secret."""

from __future__ import annotations

import pytest

from progressive_capture.lib.places import shown


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite:///data/capture.db", "sqlite:///data/capture.db"),
        ("sqlite:////srv/ci.db", "sqlite:////srv/ci.db"),
        ("postgresql://mona:hunter2@db.example.com:5432/ci", "postgresql://mona@db.example.com:5432/ci"),
        ("postgresql://db.example.com/ci?password=hunter2", "postgresql://db.example.com/ci"),
        ("postgresql://:hunter2@db.example.com/ci", "postgresql://db.example.com/ci"),
        ("https://x:hunter2@ref.supabase.co", "https://ref.supabase.co"),
        ("https://ref.supabase.co", "https://ref.supabase.co"),
        ("https://ref.supabase.co?apikey=hunter2", "https://ref.supabase.co"),
        ("postgresql:///ci?host=/run/postgresql&user=mona&password=hunter2", "postgresql://mona@/ci"),
        ("postgres://mona:hun%3Fter2@db.example.com/ci", "postgresql://mona@db.example.com/ci"),
        ("postgresql://mona:hun?ter2@db.example.com/ci", "postgresql://mona@db.example.com/ci"),
        ("postgresql://mona:hun@ter2@db.example.com/ci", "postgresql://…"),
    ],
)
def test_a_url_is_shown_without_what_may_be_secret(url: str, told: str) -> None:
    assert shown(url) == told
