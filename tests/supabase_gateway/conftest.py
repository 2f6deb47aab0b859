"""The gateway over a database of its own, and two functions that it is tried with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from postgres_server import empty_database

from supabase_gateway import Gateway, prepare_database

FUNCTIONS = """
CREATE TABLE notes (id bigint PRIMARY KEY, text text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON notes TO service_role;

CREATE FUNCTION add_note(p_id bigint, p_text text DEFAULT 'none') RETURNS bigint LANGUAGE sql VOLATILE
AS 'INSERT INTO notes VALUES (p_id, p_text) RETURNING id';
CREATE FUNCTION notes_now() RETURNS jsonb LANGUAGE sql STABLE
AS 'SELECT jsonb_agg(jsonb_build_array(id, text) ORDER BY id) FROM notes';
CREATE FUNCTION said(p_ids bigint[], p_words text[], p_at timestamptz, p_rows jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS
'SELECT jsonb_build_object(''ids'', p_ids, ''words'', p_words, ''at'', p_at, ''rows'', p_rows)';
"""


@pytest.fixture
def dsn() -> Iterator[str]:
    """A database as a Supabase project has it, with a table that the secret key may use."""
    with empty_database() as url:
        prepare_database(url)
        with psycopg.connect(url) as connection:
            connection.execute(FUNCTIONS.encode())
        yield url


@pytest.fixture
def gateway(dsn: str) -> Iterator[Gateway]:
    with Gateway(dsn, statement_timeout_ms=2000) as gateway:
        yield gateway
