"""Jobs of another database, and the proof that they are whole.

A check run that is no job looks like one to GraphQL; REST, which lists jobs alone, tells. Where one of two
databases has REST's whole list of a run (coverage of depth `full`), what the other has by GraphQL alone, and
last saw before that list, is no job: it does not come in, and goes where it is.

When a job was last seen: at its own `captured_at`, or with the last listing of its run, whichever is later.
A listing that said nothing new left no trace (see `overwrite`); no capture asks GraphQL for what REST told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from progressive_capture.lib.store.rows import delete_jobs, slices, stored_keys
from progressive_capture.lib.store.schema import actions
from progressive_capture.lib.store.schema.column_types import INTEGER
from progressive_capture.lib.store.shards.observations import merge_observations
from progressive_capture.lib.store.statements import among, many, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.normalize.rows import Row
    from progressive_capture.lib.store.database import Connection

    Listed = Mapping[int, datetime]
    """When each run's jobs were listed last."""

_jobs = actions.workflow_jobs
_coverage = actions.workflow_job_coverage


@statement(run_ids=many(INTEGER))
def coverage_of_runs(run_ids: Any) -> Any:
    """When the jobs of runs were listed, and how deep."""
    columns = (_coverage.c.run_id, _coverage.c.captured_at, _coverage.c.depth)
    return select(*columns).where(among(_coverage.c.run_id, run_ids))


@statement(run_ids=many(INTEGER))
def ids_of_jobs_of_runs(run_ids: Any) -> Any:
    """Every job of runs, with its source and when it was seen."""
    columns = (_jobs.c.run_id, _jobs.c.id, _jobs.c.source, _jobs.c.captured_at)
    return select(*columns).where(among(_jobs.c.run_id, run_ids))


def merge_jobs(connection: Connection, rows: Sequence[Row], listed: Listed) -> tuple[int, int]:
    """Write jobs, but for those that are none; says how many are new, and how many changed.

    Args:
        connection: where to.
        rows: of the table `workflow_jobs`.
        listed: when the jobs of their runs were listed, in the database that they come from.
    """
    here = {
        row.run_id: row.captured_at
        for some in slices({row["run_id"] for row in rows if row["source"] == "graphql"})
        for row in connection.ask(coverage_of_runs, run_ids=some)
        if row.depth == "full"
    }
    unlisted = [
        (row["id"],)
        for row in rows
        if row["source"] == "graphql"
        and (run_id := row["run_id"]) in here
        and _last_seen(row["captured_at"], listed.get(run_id)) <= here[run_id]
    ]
    foreign = set(unlisted) - stored_keys(connection, _jobs, unlisted)
    return merge_observations(connection, _jobs.name, [row for row in rows if (row["id"],) not in foreign])


def merge_job_coverage(
    connection: Connection, rows: Sequence[Row], jobs: Mapping[int, Collection[int]]
) -> tuple[int, int]:
    """Write the proofs, after taking out what they say is no job.

    Args:
        connection: where to; the jobs are there already.
        rows: of the table `workflow_job_coverage`, a few hundred.
        jobs: by run, the ids of its jobs in the database that they come from.
    """
    full = {row["run_id"]: row["captured_at"] for row in rows if row["depth"] == "full"}
    here = {
        row.run_id: row.captured_at
        for some in slices(full)
        for row in connection.ask(coverage_of_runs, run_ids=some)
    }
    foreign = [
        row.id
        for some in slices(full)
        for row in connection.ask(ids_of_jobs_of_runs, run_ids=some)
        if row.source == "graphql"
        and row.id not in jobs.get(row.run_id, ())
        and _last_seen(row.captured_at, here.get(row.run_id)) <= full[row.run_id]
    ]
    for ids in slices(foreign):
        connection.change(delete_jobs, ids=ids)
    return merge_observations(connection, _coverage.name, rows)


def _last_seen(captured_at: datetime, listed_at: datetime | None) -> datetime:
    return captured_at if listed_at is None else max(captured_at, listed_at)
