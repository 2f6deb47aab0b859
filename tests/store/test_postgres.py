"""What only Postgres has: somebody sets it up, others use it too, and rows come to it in three ways."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command as alembic
from postgres_server import command, empty_database, migrated_database
from sqlalchemy import NullPool, create_engine, make_url
from store_databases import postgres_database
from store_rows import (
    NOON,
    at,
    attempt_row,
    batch,
    capture_job,
    graphql_job,
    rest_job,
    run_row,
    step,
    window_row,
)

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store import postgres_connection
from progressive_capture.lib.store.contract import SchemaVersion, Store
from progressive_capture.lib.store.migrations import REVISIONS, running
from progressive_capture.lib.store.opening import open_store
from progressive_capture.lib.store.schema import METADATA, VIEWS
from progressive_capture.lib.store.sql_store import SqlStore

NEWEST = REVISIONS[-1]


@pytest.fixture
def empty() -> Iterator[str]:
    with empty_database() as url:
        yield url


@pytest.fixture
def migrated() -> Iterator[str]:
    with migrated_database() as url:
        yield url


def relations(url: str) -> set[str]:
    """Every table, view and index that is not Postgres's own."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        return {name for (name,) in rows}


def migrate_to(url: str, revision: str) -> None:
    """What an older version of the program left."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        config = running._config()
        config.attributes["connection"] = connection
        alembic.upgrade(config, revision)


def refusal(store: Store) -> StoreError:
    """What a capture is told before it begins; `migrate` refuses too unless it could help."""
    with pytest.raises(StoreError) as caught:
        store.prepare()
    assert caught.value.exit_code == 6
    return caught.value


# -- set up by hand ------------------------------------------------------------------------------------


def test_a_new_database_is_not_set_up_by_itself_and_says_how(empty: str) -> None:
    with open_store(empty) as store:
        error = refusal(store)
        assert "has not been set up" in str(error)
        assert "progressive-capture migrate" in error.hint
        assert "DATABASE_URL" in error.hint
        assert store.schema_version() == SchemaVersion(found=None, newest=NEWEST, by_itself=False)
        store.check_writable()
    assert relations(empty) == set()


def test_migrate_sets_it_up_once(empty: str) -> None:
    with open_store(empty) as store:
        store.migrate()
        store.prepare()
        assert store.schema_version() == SchemaVersion(found=NEWEST, newest=NEWEST, by_itself=False)
        store.write(batch(workflow_runs=run_row()))
        before = relations(empty)
        store.migrate()
        assert store.counts(1)["workflow_runs"] == 1
    assert relations(empty) == before


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_a_database_that_is_behind_is_refused_until_it_is_migrated(empty: str, revision: str) -> None:
    migrate_to(empty, revision)
    with open_store(empty) as store:
        error = refusal(store)
        assert f"has the schema {revision}; this program needs {NEWEST}" in str(error)
        assert "progressive-capture migrate" in error.hint
        store.check_writable()
        store.migrate()
        store.prepare()


def test_a_database_of_a_newer_program_is_refused(migrated: str) -> None:
    command("UPDATE progressive_capture_version SET version_num = '9999'", url=migrated)
    with open_store(migrated) as store:
        assert "newer version" in str(refusal(store))
        with pytest.raises(StoreError, match="newer version"):
            store.migrate()


def test_eight_that_migrate_at_once_agree(empty: str) -> None:
    start = threading.Barrier(8)
    errors: list[BaseException] = []

    def migrate() -> None:
        try:
            with open_store(empty) as store:
                store.check_writable()
                start.wait(timeout=60)
                store.migrate()
                store.write(batch(workflow_runs=run_row()))
        except BaseException as error:  # noqa: BLE001  (told below)
            errors.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert errors == []
    with open_store(empty) as store:
        assert store.counts(1)["workflow_runs"] == 1


def test_a_migration_that_fails_leaves_nothing(empty: str) -> None:
    command("CREATE TYPE reviews AS (a int)", url=empty)  # in the way of the table of that name
    before = relations(empty)
    with open_store(empty) as store, pytest.raises(StoreError):
        store.migrate()
    assert relations(empty) == before


def test_a_user_who_may_not_make_tables_is_told_so(empty: str) -> None:
    role = f"guest_maker_{os.getpid()}"
    command(f"CREATE ROLE {role} LOGIN PASSWORD 'hunter2'")
    guest = make_url(empty).set(username=role, password="hunter2").render_as_string(hide_password=False)
    try:
        with open_store(guest) as store:
            for attempt in (store.check_writable, store.migrate):
                with pytest.raises(StoreError, match="does not allow this user") as caught:
                    attempt()
                assert "CREATE on their schema" in caught.value.hint
    finally:
        command(f"DROP ROLE {role}")


# -- beside others ---------------------------------------------------------------------------------------


def test_tables_of_others_are_left_alone(empty: str) -> None:
    command("CREATE TABLE cats (name text)", url=empty)
    command("INSERT INTO cats VALUES ('Tom')", url=empty)
    command("CREATE TABLE alembic_version (version_num text)", url=empty)
    command("INSERT INTO alembic_version VALUES ('abcdef')", url=empty)
    with open_store(empty) as store:
        store.check_writable()
        store.migrate()
        store.prepare()
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT name FROM cats").fetchall() == [("Tom",)]
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("abcdef",)]


STRANGERS = {
    "a table": ["CREATE TABLE repositories (name text)"],
    "a view": ["CREATE VIEW builds AS SELECT 1 AS id_build"],
    "a version of something else": [
        "CREATE TABLE progressive_capture_version (version_num text)",
        "INSERT INTO progressive_capture_version VALUES ('0001')",
    ],
    "tables of ours without their version": [
        "CREATE TABLE progressive_capture_jobs (id text)",
        "CREATE TABLE progressive_capture_version (version_num text)",
    ],
}


@pytest.mark.parametrize("strangers", STRANGERS.values(), ids=STRANGERS)
def test_what_bears_a_name_of_ours_and_is_not_ours_is_left_alone(empty: str, strangers: list[str]) -> None:
    for statement in strangers:
        command(statement, url=empty)
    before = relations(empty)
    with open_store(empty) as store:
        for attempt in (store.prepare, store.migrate, store.check_writable):
            with pytest.raises(StoreError, match="somebody else's under names of ours") as caught:
                attempt()
            assert "CREATE SCHEMA" in caught.value.hint
    assert relations(empty) == before


def test_a_supabase_project_is_not_migrated_but_pushed(empty: str) -> None:
    for schema in ("auth", "storage"):
        command("CREATE SCHEMA {}", schema, url=empty)
    with open_store(empty) as store, pytest.raises(StoreError, match="is a Supabase project's") as caught:
        store.migrate()
    assert "supabase db push" in caught.value.hint
    assert relations(empty) == set()


def test_tables_that_row_level_security_hides_are_not_taken_for_strangers(migrated: str) -> None:
    role = f"guest_{uuid.uuid4().hex[:8]}"
    command("CREATE ROLE {} LOGIN PASSWORD 'x'", role, url=migrated)
    command("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}", role, url=migrated)
    command("ALTER TABLE progressive_capture_version ENABLE ROW LEVEL SECURITY", url=migrated)
    guest = make_url(migrated).set(username=role, password="x").render_as_string(hide_password=False)
    try:
        with open_store(guest) as store, pytest.raises(StoreError, match="row level security") as caught:
            store.prepare()
        assert "the user that owns them" in caught.value.hint
    finally:
        command("DROP OWNED BY {}", role, url=migrated)
        command("DROP ROLE {}", role)


def test_a_schema_of_our_own_is_a_way_out(empty: str) -> None:
    command("CREATE TABLE repositories (name text)", url=empty)
    command("CREATE SCHEMA capture", url=empty)
    ours = make_url(empty).update_query_dict({"options": "-csearch_path=capture"})
    with open_store(ours.render_as_string(hide_password=False)) as store:
        store.migrate()
        store.prepare()
        store.write(batch(workflow_runs=run_row()))
        assert store.counts(1)["workflow_runs"] == 1
    assert relations(empty) == {"repositories"}


def test_a_version_that_two_programs_wrote_is_refused(migrated: str) -> None:
    command("INSERT INTO progressive_capture_version VALUES ('abcdef')", url=migrated)
    with open_store(migrated) as store:
        assert "does not say which version" in str(refusal(store))


SETTINGS = [
    ("datestyle", "German, DMY", "DateStyle German"),
    ("search_path", "nowhere", "no schema that tables would go to"),
]


@pytest.mark.parametrize(("name", "value", "matches"), SETTINGS)
def test_a_session_that_cannot_be_worked_in_says_what_to_set(
    migrated: str, name: str, value: str, matches: str
) -> None:
    database = make_url(migrated).database
    command(f"ALTER DATABASE {database} SET {name} = {value}")
    with open_store(migrated) as store:
        error = refusal(store)
    assert matches in str(error)
    assert error.hint


def test_an_encoding_that_cannot_hold_every_character_is_refused() -> None:
    with empty_database("ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'") as url, open_store(url) as store:
        error = refusal(store)
        assert "LATIN1" in str(error)
        assert "UTF8" in error.hint


# -- what it holds ------------------------------------------------------------------------------------------


def test_a_migrated_database_has_every_view(migrated: str) -> None:
    with psycopg.connect(migrated) as connection:
        for view in VIEWS["postgresql"]:
            assert connection.execute(f"SELECT * FROM {view}").fetchall() == []


def test_times_are_the_same_wherever_the_session_is(migrated: str) -> None:
    command(f"ALTER DATABASE {make_url(migrated).database} SET timezone = 'Asia/Kathmandu'")
    with open_store(migrated) as store:
        store.write(batch(workflow_runs=run_row(created_at=at(0)), capture_windows=window_row(0, 60)))
        job = store.add_job(capture_job())
        assert store.created_at_of_newest(1, 1) == NOON
        assert store.windows(1, "workflow_runs")[0]["window_from"].isoformat() == NOON.isoformat()
        assert store.job(job.id) == job
    with psycopg.connect(migrated) as connection:
        (shown,) = connection.execute("SELECT created_at::text FROM workflow_runs").fetchone() or ("",)
        assert shown == "2026-11-01 17:45:00+05:45"


def test_a_look_cannot_change_anything(migrated: str) -> None:
    with open_store(migrated) as store:
        assert isinstance(store, SqlStore)
        with pytest.raises(StoreError, match="may only be read"):
            store._database.read(lambda connection: connection.upsert(METADATA.tables["workflows"], [ROW]))


ROW = {
    "repository_id": 1,
    "captured_at": at(0),
    "id": 50,
    "name": "CI",
    "path": "ci.yml",
    "state": "active",
}


# -- three ways for rows -------------------------------------------------------------------------------

HARD = '\'; DROP TABLE x; -- \\N \\. \t \r\n {a,"b"} NULL \0 🎉 \u2028 %s %(a)s :a'


def observations() -> list[dict[str, Any]]:
    """Jobs with every kind of value that a row may hold."""
    return [
        rest_job(id=1, name=HARD, labels=[HARD, "", None], steps=[step(1, name=HARD)], runner_name=""),
        rest_job(id=2, steps=None, labels=None, run_attempt=None, completed_at=None, runner_id=-(2**63)),
        graphql_job(id=3, steps=[], name="x" * 100_000),
        rest_job(id=2**63 - 1, labels=[], head_branch="{}"),
    ]


def test_rows_are_the_same_whichever_way_they_come(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One by one, as arrays, and copied; new ones, and over old ones."""
    seen = []
    for least in (10**9, 1):
        monkeypatch.setattr(postgres_connection, "COPIED_FROM_ROWS", least)
        database = postgres_database(tmp_path)
        old = [row | {"name": "old", "steps": None, "captured_at": at(-5)} for row in observations()[:2]]
        written = [
            database.store.write(batch(workflow_jobs=old)),
            database.store.write(batch(workflow_jobs=observations())),
            database.store.write(batch(workflow_jobs=observations())),
        ]
        assert [dict(each.inserted) for each in written] == [{"workflow_jobs": 2}, {"workflow_jobs": 2}, {}]
        assert [dict(each.updated) for each in written] == [{}, {"workflow_jobs": 2}, {}]
        seen.append(database.rows("workflow_jobs"))
        database.close()
    database = postgres_database(tmp_path)
    for row in observations():
        database.store.write(batch(workflow_jobs=row))
    seen.append(database.rows("workflow_jobs"))
    database.close()
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0]["name"] == HARD.replace("\0", "\ufffd")


def test_a_thing_that_comes_twice_among_many_counts_once(migrated: str) -> None:
    with open_store(migrated) as store:
        many = [attempt_row(run_id=n) for n in range(3_000)]
        again = [attempt_row(run_id=n, captured_at=at(1), conclusion="success") for n in range(10)]
        written = store.write(batch(workflow_run_attempts=[*many, *again]))
        assert written.inserted == {"workflow_run_attempts": 3_000}
        assert written.updated == {}
        written = store.write(batch(workflow_run_attempts=[*again, *again, attempt_row(run_id=9_999)]))
        assert (written.inserted, written.updated) == ({"workflow_run_attempts": 1}, {})


@pytest.mark.parametrize("values", [{"run_number": "seven"}, {"run_number": 1.5}, {"created_at": "soon"}])
def test_one_row_that_cannot_be_copied_stops_all_of_them(migrated: str, values: dict[str, Any]) -> None:
    rows = [run_row(id=n) for n in range(1_200)]
    with open_store(migrated) as store:
        with pytest.raises(StoreError):
            store.write(batch(workflow_runs=[*rows, run_row(id=5_000, **values)]))
        assert store.counts(1)["workflow_runs"] == 0
