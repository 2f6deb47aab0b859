"""Capture jobs are listed, grouped and looked after by many: an index for each way to find them.

Spelled out, not imported: the present schema goes on changing, this revision does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TABLE = "progressive_capture_jobs"
OLDEST_FIRST = {"sqlite": "created_at", "postgresql": "created_at NULLS FIRST"}
"""By dialect: undated ones before all. SQLite sorts NULL so unasked, and has no words for it in an index."""

DISPATCHED = "processor = 'actions' AND status IN ('queued', 'running') AND dispatched_at IS NOT NULL"


def upgrade() -> None:
    """Add them; an index of repositories as they are written serves nobody who asks in any case."""
    op.drop_index("ix_progressive_capture_jobs_repository", TABLE)
    _add("repository", "lower(repository)", "created_at", "id")
    _add("newest", "created_at", "id")
    _add("running", "id", where="status = 'running'")
    _add("paused", "id", where="status = 'paused'")
    _add("parent", "parent_id", "chunk_index", "id", where="parent_id IS NOT NULL")
    _add("dispatched", "dispatched_at", "id", where=DISPATCHED)
    oldest_first = OLDEST_FIRST[op.get_context().dialect.name]
    _add("processor", "processor", "priority DESC", oldest_first, "id", where="status = 'queued'")


def _add(by: str, *columns: str, where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(
        f"ix_{TABLE}_{by}",
        TABLE,
        [sa.text(column) for column in columns],
        sqlite_where=condition,
        postgresql_where=condition,
    )
