"""Many capture jobs kept at once, as one after the other would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert

from progressive_capture.lib.capture_job import WAITING, CaptureJob
from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.job_table import job_of_answer, values_of
from progressive_capture.lib.store.schema import capture
from progressive_capture.lib.store.schema.column_types import TEXT
from progressive_capture.lib.store.statements import Rows, SymbolicKeys, among, many, statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from progressive_capture.lib.store.database import Connection

JOBS_AT_ONCE = 500
"""Of one transaction, and of one request where it is one: some hundred kilobytes."""

_TRIES = 3

_jobs = capture.progressive_capture_jobs
_NAMES = [column.name for column in _jobs.columns]


def add_jobs(connection: Connection, jobs: Sequence[CaptureJob]) -> Sequence[CaptureJob]:
    """As `job_table.add_job` for each in turn.

    Raises:
        StoreError: if some are neither kept nor to be seen, however often it is tried.
    """
    for _ in range(_TRIES):
        known = _Known(connection, jobs)
        chosen = [known.equal_to(job) or known.expect(job) for job in jobs]
        # In one order whoever adds them: two that add the same do not wait for each other.
        new = sorted(known.expected, key=lambda job: (job.request_key, job.id))
        if not new:
            return chosen
        connection.change(insert_capture_jobs, jobs=[_values(job) for job in new])
        kept = _by_id(connection, new)
        if len(kept) == len(new):
            return [kept.get(job.id, job) for job in chosen]
        # Equal work came first: it is found the next time, or over by then, so that there is room.
    raise StoreError("Some capture jobs could not be kept.", hint="Start again.")


class _Known:
    """Jobs by what they are told by: those that are stored, and those expected to be soon.

    Args:
        connection: where they are stored.
        jobs: about which it is asked.
    """

    def __init__(self, connection: Connection, jobs: Sequence[CaptureJob]) -> None:
        request_keys = sorted({job.request_key for job in jobs} - {""})
        by_key = connection.ask(waiting_capture_jobs, request_keys=request_keys) if request_keys else []
        self._by_id = dict(_by_id(connection, jobs))
        self._by_key = {row.request_key: job_of_answer(row) for row in by_key}
        self.expected: list[CaptureJob] = []

    def equal_to(self, job: CaptureJob) -> CaptureJob | None:
        """The one with its id before the one that waits with the same request."""
        return self._by_id.get(job.id) or self._by_key.get(job.request_key)

    def expect(self, job: CaptureJob) -> CaptureJob:
        """Take note that it will be stored."""
        self.expected.append(job)
        self._by_id[job.id] = job
        if job.request_key and job.status in WAITING:
            self._by_key[job.request_key] = job
        return job


def _by_id(connection: Connection, jobs: Sequence[CaptureJob]) -> Mapping[str, CaptureJob]:
    """Those that are stored, as they are stored."""
    rows = connection.ask(capture_jobs_among, ids=sorted({job.id for job in jobs}))
    return {row.id: job_of_answer(row) for row in rows}


@statement(ids=many(TEXT))
def capture_jobs_among(ids: Any) -> Any:
    """Jobs by their ids."""
    return select(_jobs).where(among(_jobs.c.id, ids))


@statement(request_keys=many(TEXT))
def waiting_capture_jobs(request_keys: Any) -> Any:
    """Jobs that wait, by what they were asked for."""
    return select(_jobs).where(and_(among(_jobs.c.request_key, request_keys), capture.WAITING))


@statement(jobs=Rows({column.name: column.type for column in _jobs.columns}))
def insert_capture_jobs(jobs: SymbolicKeys | None) -> Any:
    """See `add_jobs`; nothing where one, or equal work, is there."""
    adding = insert(_jobs) if jobs is None else insert(_jobs).from_select(_NAMES, jobs.subquery)
    return adding.on_conflict_do_nothing()


def _values(job: CaptureJob) -> tuple[Any, ...]:
    values = values_of(job)
    return tuple(values[name] for name in _NAMES)
