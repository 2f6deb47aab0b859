"""Tables of our own work: capture jobs, the proof of coverage, and what could not be captured."""

from __future__ import annotations

from sqlalchemy import Index, func, text

from progressive_capture.lib.store.schema.column_types import (
    INTEGER,
    JSON,
    NUMBER,
    TEXT,
    TIME,
    key,
    known,
    maybe,
)
from progressive_capture.lib.store.schema.tables import table

WAITING = text("request_key <> '' AND status IN ('queued', 'paused', 'running')")
"""Capture jobs of which there must be but one for equal work."""

QUEUED = text("status = 'queued'")
"""Capture jobs that may be claimed. Said word for word like their indexes, a question is served by them."""

RUNNING = text("status = 'running'")
"""Capture jobs of which a worker proves that it lives, or should."""

PAUSED = text("status = 'paused'")
"""Capture jobs that go on later."""

DISPATCHED = text("processor = 'actions' AND status IN ('queued', 'running') AND dispatched_at IS NOT NULL")
"""Capture jobs of which a workflow run is to be looked after."""

PART = text("parent_id IS NOT NULL")
"""Capture jobs that are chunks of another."""

progressive_capture_jobs = table(
    "progressive_capture_jobs",
    key("id", TEXT),
    known("kind", TEXT),
    known("repository", TEXT),
    known("status", TEXT),
    maybe("outcome", TEXT),
    known("processor", TEXT),
    maybe("route_reason", TEXT),
    known("parameters", JSON),
    known("request_key", TEXT),
    known("priority", INTEGER),
    maybe("parent_id", TEXT),
    maybe("chunk_index", INTEGER),
    maybe("chunk_count", INTEGER),
    maybe("total_items", INTEGER),
    known("processed_items", INTEGER),
    known("failed_items", INTEGER),
    known("attempt", INTEGER),
    known("max_attempts", INTEGER),
    maybe("next_attempt_at", TIME),
    maybe("heartbeat_at", TIME),
    maybe("claimed_by", TEXT),
    maybe("resume_at", TIME),
    known("handovers", INTEGER),
    maybe("error", TEXT),
    maybe("dispatch_nonce", TEXT),
    maybe("dispatched_at", TIME),
    maybe("workflow_run_id", INTEGER),
    maybe("workflow_run_url", TEXT),
    known("rest_requests", INTEGER),
    known("graphql_points", INTEGER),
    known("runner_minutes", NUMBER),
    known("cost_usd", NUMBER),
    maybe("created_at", TIME),
    maybe("started_at", TIME),
    maybe("updated_at", TIME),
    maybe("finished_at", TIME),
    Index("ix_progressive_capture_jobs_newest", "created_at", "id"),
    # Not by their times: a checkpoint would else touch every index of a row.
    Index("ix_progressive_capture_jobs_running", "id", sqlite_where=RUNNING, postgresql_where=RUNNING),
    Index("ix_progressive_capture_jobs_paused", "id", sqlite_where=PAUSED, postgresql_where=PAUSED),
    Index(
        "ix_progressive_capture_jobs_parent",
        *("parent_id", "chunk_index", "id"),
        sqlite_where=PART,
        postgresql_where=PART,
    ),
    Index(
        "ix_progressive_capture_jobs_dispatched",
        *("dispatched_at", "id"),
        sqlite_where=DISPATCHED,
        postgresql_where=DISPATCHED,
    ),
    Index(
        "ix_progressive_capture_jobs_waiting",
        "request_key",
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    ),
)

Index(
    "ix_progressive_capture_jobs_repository",
    func.lower(progressive_capture_jobs.c.repository),
    progressive_capture_jobs.c.created_at,
    progressive_capture_jobs.c.id,
)

IN_TURN = (
    progressive_capture_jobs.c.priority.desc(),
    # SQLite sorts NULL first unasked, and has no words for it in an index: its migration leaves them out.
    progressive_capture_jobs.c.created_at.asc().nulls_first(),
    progressive_capture_jobs.c.id,
)
"""The order in which queued capture jobs are taken."""

Index("ix_progressive_capture_jobs_queue", *IN_TURN, sqlite_where=QUEUED, postgresql_where=QUEUED)
Index(
    "ix_progressive_capture_jobs_processor",
    progressive_capture_jobs.c.processor,
    *IN_TURN,
    sqlite_where=QUEUED,
    postgresql_where=QUEUED,
)

capture_windows = table(
    "capture_windows",
    key("repository_id", INTEGER),
    key("kind", TEXT),
    key("slice", TEXT),
    key("window_from", TIME),
    key("window_to", TIME),
    known("captured_at", TIME),
    known("item_count", INTEGER),
    maybe("reported_count", INTEGER),
    known("status", TEXT),
    maybe("reason", TEXT),
)

capture_failures = table(
    "capture_failures",
    key("kind", TEXT),
    key("repository_id", INTEGER),
    key("item_key", TEXT),
    known("captured_at", TIME),
    known("error", TEXT),
    known("attempts", INTEGER),
    known("next_attempt_at", TIME),
    maybe("resolved_at", TIME),
    Index("ix_capture_failures_repository", "repository_id"),
)
