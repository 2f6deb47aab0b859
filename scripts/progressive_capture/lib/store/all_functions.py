"""Every statement of the store as SQL functions: what Supabase's migrations create, and what is called."""

from __future__ import annotations

from progressive_capture.lib.store import (  # noqa: F401  (whoever is imported has entered its statements)
    artifact_clean_up,
    artifact_contents,
    artifact_queries,
    audit_queries,
    coverage_windows,
    failures,
    job_batches,
    job_listing,
    job_table,
    planning_queries,
    pull_request_parts,
    pull_request_queries,
    queries,
    rows,
    table_pages,
)
from progressive_capture.lib.store.function_sql import functions
from progressive_capture.lib.store.shards import (  # noqa: F401
    artifacts,
    capture_jobs,
    observations,
    workflow_jobs,
)
from progressive_capture.lib.store.shards import failures as failures_of_shards  # noqa: F401
from progressive_capture.lib.store.shards import pull_request_parts as parts_of_shards  # noqa: F401
from progressive_capture.lib.store.statements import STATEMENTS

FUNCTIONS = functions(list(STATEMENTS.values()))
"""`CREATE FUNCTION` by name."""
