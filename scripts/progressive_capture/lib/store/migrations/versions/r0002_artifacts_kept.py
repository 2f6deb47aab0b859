"""Artifacts are kept: how their attempt is known, indexes for what is asked of them, and views of tests.

`builds` is made anew: where the jobs of a run's latest attempt are not known it says NULL, and no longer 0.
Spelled out, not imported: the present schema goes on changing, this revision does not.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# name, table, columns, condition
INDEXES: list[tuple[str, str, list[str], str | None]] = [
    ("ix_artifacts_created_at", "artifacts", ["repository_id", "created_at"], None),
    (
        "ix_artifacts_to_download",
        "artifacts",
        ["repository_id", "expires_at", "id"],
        "content_status IN ('pending', 'failed')",
    ),
    (
        "ix_artifacts_not_over",
        "artifacts",
        ["repository_id", "expires_at"],
        "NOT (gone_at IS NOT NULL AND expired IS TRUE AND content_status NOT IN ('pending', 'failed'))",
    ),
    ("ix_artifacts_of_unknown_attempt", "artifacts", ["repository_id", "id"], "run_attempt IS NULL"),
    ("ix_artifact_files_storage_key", "artifact_files", ["storage_key"], "storage_key IS NOT NULL"),
    ("ix_artifact_files_removed", "artifact_files", ["sha256"], "status = 'removed'"),
]

# Postgres's trees hold no key over 2,704 bytes, and a test may have a longer name.
INDEXES_OF_RESULTS: dict[str, list[tuple[str, str, list[str], str | None]]] = {
    "sqlite": [
        (
            "ix_test_results_test",
            "test_results",
            ["name", "repository_id", "classname", "artifact_id"],
            None,
        ),
        (
            "ix_test_results_not_passed",
            "test_results",
            ["artifact_id", "name", "classname", "suite"],
            "status IN ('failed', 'error')",
        ),
    ],
    "postgresql": [
        ("ix_test_results_failed", "test_results", ["artifact_id"], "status IN ('failed', 'error')"),
    ],
}

VIEWS = ("builds", "test_history", "flaky_tests")


def upgrade() -> None:
    """Add the column, the indexes and the views."""
    flag = sa.Boolean().with_variant(sa.Integer(), "sqlite")
    op.add_column("artifacts", sa.Column("run_attempt_inferred", flag, nullable=True))
    dialect = op.get_context().dialect.name
    for name, table, keys, condition in [*INDEXES, *INDEXES_OF_RESULTS[dialect]]:
        where = sa.text(condition) if condition else None
        op.create_index(name, table, keys, sqlite_where=where, postgresql_where=where)
    if dialect == "postgresql":
        op.create_index("ix_test_results_name", "test_results", ["name"], postgresql_using="hash")
    op.execute("DROP VIEW builds")
    for view in VIEWS:
        statement = Path(__file__).parent / "r0002" / f"{view}.{dialect}.sql"
        op.execute(sa.text(statement.read_text("utf-8").replace(":", r"\:")))
