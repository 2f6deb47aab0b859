"""The store: what is said to a database, whichever it is.

How one connects to it, migrates it and explains its errors is the database's own (`database.Database`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from progressive_capture.lib.store import (
    audit_queries,
    failures,
    job_batches,
    job_listing,
    job_table,
    planning_queries,
    queries,
)
from progressive_capture.lib.store.batch_writing import write_batch
from progressive_capture.lib.store.coverage_windows import windows_of
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.sql_artifacts import SqlArtifacts
from progressive_capture.lib.store.sql_pull_requests import SqlPullRequests

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from typing import Self

    from progressive_capture.lib.capture_job import CaptureJob, JobStatus
    from progressive_capture.lib.normalize.rows import Batch, CaptureWindowRow
    from progressive_capture.lib.store.contract import (
        GroupedBy,
        JobCosts,
        JobToCapture,
        RunToCapture,
        SchemaVersion,
        ShortOfJobs,
        Snapshot,
        Span,
        StoredRun,
        UnfinishedRun,
        Written,
    )
    from progressive_capture.lib.store.database import Connection, Database

Answer = TypeVar("Answer")


class SqlStore(SqlArtifacts, SqlPullRequests):
    """The contract in statements; see `contract.Store` for what each method promises.

    Args:
        database: where they go; closed with the store.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def prepare(self) -> None:
        self._database.prepare()

    def migrate(self) -> None:
        self._database.migrate()

    def schema_version(self) -> SchemaVersion:
        return self._database.schema_version()

    def check_writable(self) -> None:
        self._database.check_writable()

    def describe(self) -> str:
        return self._database.describe()

    def write(self, batch: Batch, *, checkpoint: CaptureJob | None = None) -> Written:
        return self._database.write(_write, [_at_hand(batch)], checkpoint)[0]

    def write_all(self, batches: Sequence[Batch], *, checkpoint: CaptureJob) -> Sequence[Written]:
        return self._database.write(_write, [_at_hand(batch) for batch in batches], checkpoint)

    def merge(self, step: Callable[[Connection], Answer]) -> Answer:
        return self._database.write(step)

    def add_job(self, job: CaptureJob) -> CaptureJob:
        return self._database.write(job_table.add_job, job)

    def job(self, job_id: str) -> CaptureJob | None:
        return self._database.read(job_table.find_job, job_id)

    def add_jobs(self, jobs: Iterable[CaptureJob]) -> Sequence[CaptureJob]:
        return [
            job
            for some in slices(jobs, job_batches.JOBS_AT_ONCE)
            for job in self._database.write(job_batches.add_jobs, some)
        ]

    def jobs(
        self,
        *,
        repository: str | None = None,
        status: JobStatus | None = None,
        kind: str | None = None,
        processor: str | None = None,
        limit: int = 50,
        after: CaptureJob | None = None,
    ) -> Sequence[CaptureJob]:
        return self._database.read(
            job_listing.list_jobs,
            repository=repository,
            status=status,
            kind=kind,
            processor=processor,
            limit=limit,
            after=after,
        )

    def dispatched_jobs(self, limit: int = 1_000) -> Sequence[CaptureJob]:
        return self._database.read(job_listing.dispatched_jobs, limit=limit)

    def due_jobs(
        self,
        *,
        now: datetime,
        kinds: Collection[str] | None = None,
        processor: str | None = None,
        limit: int = 100,
    ) -> Sequence[CaptureJob]:
        return self._database.read(
            job_listing.due_jobs, now=now, kinds=kinds, processor=processor, limit=limit
        )

    def children(self, parent_id: str) -> Sequence[CaptureJob]:
        return self._database.read(job_listing.children, parent_id)

    def job_costs(self, by: GroupedBy) -> Sequence[JobCosts]:
        return self._database.read(job_listing.job_costs, by)

    def replace_job(self, before: CaptureJob, after: CaptureJob) -> bool:
        return self._database.write(job_table.replace_job, before, after)

    def claim_next(
        self,
        *,
        worker: str,
        now: datetime,
        kinds: Collection[str] | None = None,
        repository: str | None = None,
        parent_id: str | None = None,
        processor: str | None = None,
    ) -> CaptureJob | None:
        return self._database.write(
            job_table.claim_next,
            worker=worker,
            now=now,
            kinds=kinds,
            repository=repository,
            parent_id=parent_id,
            processor=processor,
        )

    def abandoned_jobs(self, *, now: datetime, limit: int = 100) -> Sequence[CaptureJob]:
        return self._database.read(job_table.abandoned_jobs, now=now, limit=limit)

    def repositories(self) -> Sequence[Mapping[str, Any]]:
        return self._database.read(queries.repositories)

    def repository(self, full_name: str) -> Mapping[str, Any] | None:
        return self._database.read(queries.repository_named, full_name)

    def windows(self, repository_id: int, kind: str, *, slice_: str = "") -> Sequence[CaptureWindowRow]:
        return self._database.read(windows_of, repository_id, kind, slice_)

    def created_at_of_newest(self, repository_id: int, number: int) -> datetime | None:
        return self._database.read(queries.created_at_of_newest, repository_id, number)

    def gone_among(self, run_ids: Collection[int]) -> set[int]:
        return self._database.read(queries.gone_among, run_ids)

    def unfinished_runs(self, span: Span) -> Sequence[UnfinishedRun]:
        return self._database.read(queries.unfinished_runs, span)

    def runs_without_jobs(self, span: Span, *, depth: str) -> Iterator[RunToCapture]:
        before: int | None = None
        while page := self._database.read(
            queries.page_of_runs_without_jobs, span, depth=depth, before=before
        ):
            yield from page
            before = page[-1].run_id

    def count_runs_without_jobs(self, span: Span, *, depth: str) -> int:
        return self._database.read(queries.count_runs_without_jobs, span, depth=depth)

    def missing_attempts(self, span: Span) -> Iterator[tuple[int, int]]:
        before: int | None = None
        while page := self._database.read(queries.page_of_missing_attempts, span, before=before):
            yield from ((run_id, attempt) for run_id, missing in page for attempt in missing)
            before = page[-1][0]

    def jobs_without_steps(self, span: Span) -> Iterator[JobToCapture]:
        for failed in (True, False):
            after: tuple[int, int] | None = None
            while page := self._database.read(
                queries.page_of_jobs_without_steps, span, failed=failed, after=after
            ):
                yield from page
                after = (page[-1].run_id, page[-1].job_id)

    def count_jobs_without_steps(self, span: Span) -> int:
        return self._database.read(queries.count_jobs_without_steps, span)

    def runs_in_doubt(self, span: Span) -> Iterator[RunToCapture]:
        before: int | None = None
        while page := self._database.read(queries.page_of_runs_in_doubt, span, before=before):
            yield from page
            before = page[-1].run_id

    def ids_to_detail(self, span: Span, depth: str) -> Iterator[int]:
        after: int | None = None
        while page := self._database.read(
            planning_queries.page_of_ids_to_detail, span, depth=depth, after=after
        ):
            yield from page
            after = page[-1]

    def count_ids_to_detail(self, span: Span, depth: str) -> int:
        return self._database.read(planning_queries.count_ids_to_detail, span, depth=depth)

    def failures(self, repository_id: int, *, kind: str | None = None) -> Sequence[Mapping[str, Any]]:
        return self._database.read(failures.open_failures, repository_id, kind)

    def retry_now(self, repository_id: int, *, at: datetime) -> int:
        return self._database.write(failures.retry_now, repository_id, at=at)

    def stored_runs(self, span: Span) -> Iterator[StoredRun]:
        after: tuple[datetime, int] | None = None
        while page := self._database.read(audit_queries.page_of_stored_runs, span, after=after):
            yield from page
            after = (page[-1].created_at, page[-1].run_id)

    def known_runs(self, run_ids: Collection[int]) -> set[int]:
        return self._database.read(audit_queries.known_runs, run_ids)

    def count_runs(self, span: Span) -> int:
        return self._database.read(audit_queries.count_runs, span)

    def runs_short_of_jobs(self, span: Span) -> Iterator[ShortOfJobs]:
        after: int | None = None
        while page := self._database.read(audit_queries.page_of_runs_short_of_jobs, span, after=after):
            yield from page
            after = page[-1].run_id

    def latest_attempts_without_row(self, span: Span) -> Iterator[tuple[int, int]]:
        after: int | None = None
        while page := self._database.read(
            audit_queries.page_of_latest_attempts_without_row, span, after=after
        ):
            yield from page
            after = page[-1][0]

    def count_jobs_by_graphql(self, span: Span) -> int:
        return self._database.read(audit_queries.count_jobs_by_graphql, span)

    def count_gone_without_jobs(self, span: Span) -> int:
        return self._database.read(audit_queries.count_gone_without_jobs, span)

    def counts(self, repository_id: int) -> Mapping[str, int]:
        return self._database.read(queries.count_rows, repository_id)

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        return self._database.snapshot()


def _at_hand(batch: Batch) -> Batch:
    """A batch whose rows can be read twice: work may be done again."""
    return replace(batch, rows={name: list(rows) for name, rows in batch.rows.items()})


def _write(
    connection: Connection, batches: Sequence[Batch], checkpoint: CaptureJob | None
) -> Sequence[Written]:
    """Rows first, the checkpoint that says so last: a kill in between is harmless where each is a request."""
    if checkpoint is not None:
        job_table.refuse_unless_held(connection, checkpoint)
    written = [write_batch(connection, batch, checkpoint) for batch in batches]
    if checkpoint is not None:
        job_table.save_checkpoint(connection, checkpoint)
    return written
