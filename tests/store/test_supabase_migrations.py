"""`supabase/migrations`: what the program writes, what Postgres makes of it, and who may use what."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from postgres_server import create_database, drop_database, migrated_database
from supabase_gateway import prepare_database

from progressive_capture.lib.store.all_functions import FUNCTIONS
from progressive_capture.lib.store.function_sql import VERSION_FUNCTION
from progressive_capture.lib.store.migrations import FUNCTIONS_VERSION, REVISIONS, VERSION_TABLES
from progressive_capture.lib.store.migrations.supabase_files import files
from progressive_capture.lib.store.schema import METADATA, VIEWS

FOLDER = Path(__file__).parents[2] / "supabase" / "migrations"

OURS = {VERSION_TABLES["postgresql"], *METADATA.tables, *VIEWS["postgresql"]}
RELATIONS = """
SELECT oid, relname, relkind::text AS kind, relrowsecurity, reloptions
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
"""
COLUMNS = """
SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 3
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
DEFINITIONS = "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1"


@pytest.fixture(scope="module", params=[False, True], ids=["no grants", "grants by itself"])
def pushed(request: pytest.FixtureRequest) -> Iterator[str]:
    """A project to which the schema was pushed, whatever it grants to new tables by itself."""
    url = create_database()
    prepare_database(url, grants_by_itself=request.param)
    with psycopg.connect(url, autocommit=True) as connection:
        for path in sorted(FOLDER.glob("*.sql")):
            connection.execute(path.read_bytes())
    yield url
    drop_database(url)


def asked(url: str, question: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(question.encode(), values).fetchall()


def may(url: str, role: str, right: str) -> set[str]:
    """Tables and views on which a role has a right."""
    rows = asked(
        url, f"SELECT relname, has_table_privilege(%s, oid, %s) FROM ({RELATIONS}) AS ours", role, right
    )
    return {name for name, allowed in rows if allowed}


def may_call(url: str, role: str) -> set[str]:
    rows = asked(
        url,
        "SELECT proname, has_function_privilege(%s, oid, 'EXECUTE') FROM pg_proc WHERE proname LIKE %s",
        role,
        "capture\\_%",
    )
    return {name for name, allowed in rows if allowed}


def test_the_files_are_what_the_program_writes() -> None:
    there = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}
    hint = "python -m progressive_capture.lib.store.migrations.supabase_files"
    assert there.keys() == files().keys(), f"write them anew: {hint}"
    different = [name for name, text in files().items() if there[name] != text]
    assert different == [], f"write them anew: {hint}"


def test_they_are_named_and_ordered_as_the_supabase_cli_wants_it() -> None:
    names = sorted(files())
    assert all(re.fullmatch(r"\d{14}_\w+\.sql", name) for name in names)
    assert [name[15:19] for name in names] == [*REVISIONS, "func"]


def test_the_schema_is_the_one_that_migrate_makes(pushed: str) -> None:
    with migrated_database() as migrated:
        for question in (COLUMNS, INDEXES, DEFINITIONS):
            assert asked(pushed, question) == asked(migrated, question) != []


def test_every_table_has_row_level_security_and_every_view_asks_as_its_reader(pushed: str) -> None:
    rows = asked(pushed, RELATIONS)
    assert {name for _, name, *_ in rows} == OURS
    for _, name, kind, secured, options in rows:
        assert secured if kind == "r" else options == ["security_invoker=true"], name


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_nobody_but_the_secret_key_may_do_anything(pushed: str, role: str) -> None:
    for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
        assert may(pushed, role, right) == set()
    assert may_call(pushed, role) == set()


def test_the_secret_key_may_read_everything_and_write_every_table(pushed: str) -> None:
    assert may(pushed, "service_role", "SELECT") == OURS
    for right in ("INSERT", "UPDATE", "DELETE"):
        assert may(pushed, "service_role", right) == set(METADATA.tables)
    assert may(pushed, "service_role", "TRUNCATE") == set()
    assert may_call(pushed, "service_role") == {*FUNCTIONS, VERSION_FUNCTION}


def test_functions_act_as_their_caller_in_our_schema_alone(pushed: str) -> None:
    rows = asked(pushed, "SELECT prosecdef, proconfig FROM pg_proc WHERE proname LIKE %s", "capture\\_%")
    assert {(definer, settings[0]) for definer, settings in rows} == {(False, "search_path=public, pg_temp")}


def test_functions_of_an_earlier_version_go_and_those_of_others_stay(pushed: str) -> None:
    before = asked(pushed, "SELECT count(*) FROM pg_proc WHERE proname LIKE %s", "capture\\_%")
    with psycopg.connect(pushed, autocommit=True) as connection:
        for name in ("capture_as_it_was", "capture_payment"):
            connection.execute(f"CREATE FUNCTION {name}() RETURNS int LANGUAGE sql AS 'SELECT 1'".encode())
        connection.execute("COMMENT ON FUNCTION capture_as_it_was() IS 'Progressive Capture'")
        (functions,) = FOLDER.glob("*_functions.sql")
        connection.execute(functions.read_bytes())
        connection.execute("DROP FUNCTION capture_payment()")  # it was still there
    assert asked(pushed, "SELECT count(*) FROM pg_proc WHERE proname LIKE %s", "capture\\_%") == before


def test_the_project_says_which_version_it_has(pushed: str) -> None:
    assert asked(pushed, f"SELECT {VERSION_FUNCTION}()") == [([[REVISIONS[-1], FUNCTIONS_VERSION]],)]
