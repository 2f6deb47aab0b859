"""The schema's history leads to the present schema, on every database."""

from __future__ import annotations

import re
import sqlite3
import time
import warnings
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from postgres_server import migrated_database
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect, text
from sqlalchemy.exc import SAWarning
from sqlalchemy.schema import CreateIndex

from progressive_capture.lib.store import migrations
from progressive_capture.lib.store.migrations import REVISIONS, VERSION_TABLES, running
from progressive_capture.lib.store.migrations.running import migration_sql
from progressive_capture.lib.store.schema import METADATA, VIEWS
from progressive_capture.lib.store.sql_store import SqlStore
from progressive_capture.lib.store.sqlite import SqliteDatabase


def store_at(path: Path) -> SqlStore:
    return SqlStore(SqliteDatabase(path))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    path = tmp_path / "100% new.db"
    with store_at(path) as store:
        store.migrate()
    return create_engine(f"sqlite:///{path}", poolclass=NullPool)


@pytest.fixture(params=REVISIONS[:-1])
def old_schema(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """A database of an old revision with a row in every table, as a program of that time left it."""
    path = tmp_path / "old.db"
    path.touch()
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.begin() as connection:
        config = running._config()
        config.attributes["connection"] = connection
        command.upgrade(config, request.param)
        for table in inspect(connection).get_table_names():
            if table != "alembic_version":
                fill(connection, table)
    return request.param, path


def fill(connection: Connection, table: str) -> None:
    """One row with something in every column: 7, or a text that is a time, and JSON (a number) too."""
    columns = inspect(connection).get_columns(table)
    values = {column["name"]: "7" if str(column["type"]) == "TEXT" else 7 for column in columns}
    placeholders = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({placeholders})"), values)


# By revision: what it adds to the rows of tables that were there; a table that is new has none.
ADDED: dict[str, dict[str, dict[str, Any]]] = {
    "0002": {"artifacts": {"run_attempt_inferred": None}},
    "0003": {"pull_requests": {"node_id": None}, "reviews": {"node_id": None}, "pull_request_coverage": {}},
}


def contents(path: Path) -> dict[str, list[dict[str, Any]]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in names}


def definitions(path: Path) -> dict[str, str]:
    """Every table, index and view, as the database words it."""
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


def squeezed(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()


def is_for(part: Any, dialect_name: str) -> bool:
    """Whether a part of the schema is there for this database: some indexes are for one alone."""
    only = getattr(part, "_ddl_if", None)
    return only is None or only.dialect == dialect_name


def differences(connection: Connection) -> list[Any]:
    """What the schema has and the database has not, or the other way round."""

    dialect = connection.dialect.name
    how = {
        "include_object": lambda part, *_: is_for(part, dialect),
        "version_table": VERSION_TABLES[dialect],
    }
    with warnings.catch_warnings():
        # By SQLAlchemy's own word, in SQLite; a test of its own looks at those.
        warnings.filterwarnings(
            "ignore", "Skipped unsupported reflection of expression-based index", SAWarning
        )
        warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")
        return list(compare_metadata(MigrationContext.configure(connection, opts=how), METADATA))


def test_a_migrated_database_is_the_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        assert differences(connection) == []


def test_a_migrated_postgres_is_the_schema() -> None:
    with migrated_database() as url:
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
        with engine.connect() as connection:
            assert differences(connection) == []


def test_an_index_by_an_expression_is_the_schema_s(engine: Engine) -> None:
    (index,) = (
        index
        for index in METADATA.tables["progressive_capture_jobs"].indexes
        if str(index.name).endswith("_repository")
    )
    with engine.connect() as connection:
        query = text("SELECT sql FROM sqlite_master WHERE name = :name")
        made = connection.execute(query, {"name": index.name}).scalar_one()
    assert squeezed(made) == squeezed(str(CreateIndex(index).compile(dialect=engine.dialect)))


def test_a_column_that_no_migration_makes_would_be_noticed(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE workflow_runs ADD COLUMN weather TEXT"))
        connection.execute(text("DROP INDEX ix_workflow_jobs_run"))
        assert len(differences(connection)) == 2


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


def test_the_columns_of_a_migrated_database_stand_in_the_order_of_the_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        for name, table in METADATA.tables.items():
            found = [column["name"] for column in inspect(connection).get_columns(name)]
            assert found == table.c.keys(), name


def test_a_database_of_an_old_schema_with_rows_in_it_becomes_one_of_the_present(
    old_schema: tuple[str, Path], tmp_path: Path
) -> None:
    revision, path = old_schema
    before = contents(path)
    with store_at(path) as store:
        assert store.schema_version().found == revision
        store.migrate()
    with store_at(tmp_path / "new.db") as store:
        store.migrate()
    assert definitions(path) == definitions(tmp_path / "new.db")
    expected = before | {"alembic_version": [{"version_num": REVISIONS[-1]}]}
    for added in (added for late, added in ADDED.items() if late > revision):
        for table, values in added.items():
            expected[table] = [row | values for row in expected.get(table, [])]
    assert contents(path) == expected


def test_the_next_capture_job_is_found_along_the_queue_s_index_and_nothing_is_sorted(tmp_path: Path) -> None:
    path, sent = tmp_path / "capture.db", []
    database = SqliteDatabase(path)
    with SqlStore(database) as store:
        store.migrate()
        event.listen(database._engine, "before_cursor_execute", lambda *given: sent.append(given[2:4]))
        assert (
            store.claim_next(worker="me", now=datetime(2026, 11, 1, tzinfo=UTC), kinds=["artifacts"]) is None
        )
    ((claim, values),) = (each for each in sent if each[0].startswith("UPDATE"))
    with closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {claim}", values)]
    assert any("USING INDEX ix_progressive_capture_jobs_queue" in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


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
            is_made = f"INDEX {index.name} ON {table.name} " in sql
            assert is_made == is_for(index, "postgresql")
    for view in VIEWS["postgresql"].values():
        assert squeezed(view) in sql
    assert "INSERT INTO progressive_capture_version (version_num) VALUES ('0001')" in sql
    assert "UPDATE progressive_capture_version SET version_num='0002'" in sql
    assert "UPDATE progressive_capture_version SET version_num='0003'" in sql
    assert "UPDATE progressive_capture_version SET version_num='0004'" in sql
    assert "UPDATE progressive_capture_version SET version_num='0005'" in sql
    assert "_queue ON progressive_capture_jobs (priority DESC, created_at NULLS FIRST, id) WHERE" in sql
    assert "_repository ON progressive_capture_jobs (lower(repository), created_at, id)" in sql
    assert "ALTER TABLE artifacts ADD COLUMN run_attempt_inferred BOOLEAN;" in sql
    assert "ALTER TABLE pull_requests ADD COLUMN node_id TEXT;" in sql
    assert "ALTER TABLE reviews ADD COLUMN node_id TEXT;" in sql
    assert "PRIMARY KEY (repository_id, pull_request_number, part)" in sql
    assert sql.index("DROP VIEW builds;") < sql.rindex("CREATE VIEW builds")
    assert "captured_at TIMESTAMP WITH TIME ZONE NOT NULL" in sql
    assert "STRICT" not in sql


def test_a_new_database_is_ready_in_half_a_second(tmp_path: Path) -> None:
    took = []
    for n in range(3):
        before = time.perf_counter()
        with store_at(tmp_path / f"{n}.db") as store:
            store.migrate()
        took.append(time.perf_counter() - before)
    # The quickest of three: the others may have shared the machine.
    assert min(took) < 0.5
