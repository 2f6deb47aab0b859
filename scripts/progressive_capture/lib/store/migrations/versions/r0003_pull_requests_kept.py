"""Pull requests are kept: how GraphQL is asked for them, proof that parts are whole, and their runs.

Spelled out, not imported: the present schema goes on changing, this revision does not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INTEGER: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME: Any = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")

# name, table, columns, condition
INDEXES = [
    ("ix_pull_requests_updated_at", "pull_requests", ["repository_id", "updated_at", "id"], None),
    ("ix_pull_requests_head_sha", "pull_requests", ["repository_id", "head_sha"], None),
    ("ix_pull_requests_head_ref", "pull_requests", ["repository_id", "head_ref", "head_repository_id"], None),
    ("ix_workflow_runs_head_sha", "workflow_runs", ["repository_id", "head_sha"], None),
    (
        "ix_workflow_runs_head_branch",
        "workflow_runs",
        ["repository_id", "head_branch", "head_repository_id", "created_at"],
        None,
    ),
    (
        "ix_file_changes_moved_from_unknown",
        "file_changes",
        ["repository_id", "pull_request_number"],
        "status IN ('renamed', 'copied') AND previous_path IS NULL",
    ),
]


def upgrade() -> None:
    """Add the columns, the table, the indexes and the view."""
    for table in ("pull_requests", "reviews"):
        op.add_column(table, sa.Column("node_id", sa.Text(), nullable=True))
    op.create_table(
        "pull_request_coverage",
        sa.Column("repository_id", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("pull_request_number", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("part", sa.Text(), primary_key=True),
        sa.Column("captured_at", TIME, nullable=False),
        sa.Column("pull_request_updated_at", TIME, nullable=True),
        sa.Column("head_sha", sa.Text(), nullable=True),
        sa.Column("item_count", INTEGER, nullable=False),
        sa.Column("reported_count", INTEGER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sqlite_strict=True,
    )
    for name, table, keys, condition in INDEXES:
        where = sa.text(condition) if condition else None
        op.create_index(name, table, keys, sqlite_where=where, postgresql_where=where)
    statement = Path(__file__).parent / "r0003" / f"pull_request_runs.{op.get_context().dialect.name}.sql"
    op.execute(sa.text(statement.read_text("utf-8").replace(":", r"\:")))
