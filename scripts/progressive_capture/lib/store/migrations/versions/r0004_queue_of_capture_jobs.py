"""Capture jobs are taken from a queue: an index in the order in which they come.

Spelled out, not imported: the present schema goes on changing, this revision does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

OLDEST_FIRST = {"sqlite": "created_at", "postgresql": "created_at NULLS FIRST"}
"""By dialect: undated ones before all. SQLite sorts NULL so unasked, and has no words for it in an index."""


def upgrade() -> None:
    """Add the index."""
    queued = sa.text("status = 'queued'")
    op.create_index(
        "ix_progressive_capture_jobs_queue",
        "progressive_capture_jobs",
        [sa.text("priority DESC"), sa.text(OLDEST_FIRST[op.get_context().dialect.name]), "id"],
        sqlite_where=queued,
        postgresql_where=queued,
    )
