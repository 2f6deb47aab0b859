"""The schema's history leads to the present schema, on every database."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, NullPool, create_engine, text

from progressive_capture.lib.store import migrations
from progressive_capture.lib.store.migrations import REVISIONS
from progressive_capture.lib.store.migrations.running import migration_sql
from progressive_capture.lib.store.schema import METADATA, VIEWS
from progressive_capture.lib.store.sqlite import SqliteStore


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    path = tmp_path / "100% new.db"
    with SqliteStore(path) as store:
        store.migrate()
    return create_engine(f"sqlite:///{path}", poolclass=NullPool)


def squeezed(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()


def test_a_migrated_database_is_the_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_column_that_no_migration_makes_would_be_noticed(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE workflow_runs ADD COLUMN weather TEXT"))
        connection.execute(text("DROP INDEX ix_workflow_jobs_run"))
        assert len(compare_metadata(MigrationContext.configure(connection), METADATA)) == 2


def test_a_migrated_database_has_the_views_as_the_schema_words_them(engine: Engine) -> None:
    with engine.connect() as connection:
        views = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'view'"))
        assert {name: squeezed(sql) for name, sql in views} == {
            name: squeezed(sql) for name, sql in VIEWS["sqlite"].items()
        }


def test_indexes_have_the_conditions_of_the_schema(engine: Engine) -> None:
    partial = {
        index.name: str(index.dialect_options["sqlite"]["where"])
        for table in METADATA.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%INDEX%WHERE%'"))
        assert {name: sql.partition(" WHERE ")[2] for name, sql in rows} == partial


def test_every_table_of_sqlite_is_strict(engine: Engine) -> None:
    with engine.connect() as connection:
        loose = connection.execute(
            text("SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND schema = 'main'")
        )
        assert set(loose.scalars()) <= {"alembic_version", "sqlite_schema"}


def test_the_list_of_revisions_is_alembics() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert [revision.revision for revision in script.walk_revisions()][::-1] == list(REVISIONS)


def test_the_history_for_postgres_makes_every_table_index_and_view() -> None:
    sql = squeezed(migration_sql("postgresql"))
    for table in METADATA.tables.values():
        assert f"CREATE TABLE {table.name} (" in sql
        for index in table.indexes:
            assert f"INDEX {index.name} ON {table.name} " in sql
    for view in VIEWS["postgresql"].values():
        assert squeezed(view) in sql
    assert "INSERT INTO alembic_version (version_num) VALUES ('0001')" in sql
    assert "captured_at TIMESTAMP WITH TIME ZONE NOT NULL" in sql
    assert "STRICT" not in sql


def test_a_new_database_is_ready_in_half_a_second(tmp_path: Path) -> None:
    took = []
    for n in range(3):
        before = time.perf_counter()
        with SqliteStore(tmp_path / f"{n}.db") as store:
            store.migrate()
        took.append(time.perf_counter() - before)
    # The quickest of three: the others may have shared the machine.
    assert min(took) < 0.5
