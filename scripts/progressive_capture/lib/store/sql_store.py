"""A store on any database that SQLAlchemy speaks to: everything but how one opens it.

A database of its own adds how to connect, how to migrate, and how to explain its errors.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from progressive_capture.lib.store import audit_queries, failures, job_table, queries
from progressive_capture.lib.store.batch_writing import write_batch
from progressive_capture.lib.store.coverage_windows import windows_of
from progressive_capture.lib.store.snapshot import SqlSnapshot
from progressive_capture.lib.store.sql_artifacts import SqlArtifacts
from progressive_capture.lib.store.sql_pull_requests import SqlPullRequests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.capture_job import CaptureJob
    from progressive_capture.lib.normalize.rows import Batch, CaptureWindowRow
    from progressive_capture.lib.store.contract import (
        JobToCapture,
        RunToCapture,
        ShortOfJobs,
        Span,
        StoredRun,
        UnfinishedRun,
        Written,
    )


class SqlStore(SqlArtifacts, SqlPullRequests):
    """The contract in SQL, the same for every dialect; see `contract.Store` for what each method promises."""

    def write(self, batch: Batch, *, checkpoint: CaptureJob | None = None) -> Written:
        with self._writing() as connection:
            if checkpoint is not None:
                job_table.save_checkpoint(connection, checkpoint)
            return write_batch(connection, batch, checkpoint)

    def add_job(self, job: CaptureJob) -> CaptureJob:
        with self._writing() as connection:
            return job_table.add_job(connection, job)

    def job(self, job_id: str) -> CaptureJob | None:
        with self._reading() as connection:
            return job_table.find_job(connection, job_id)

    def jobs(self, *, repository: str | None = None, limit: int = 50) -> Sequence[CaptureJob]:
        with self._reading() as connection:
            return job_table.list_jobs(connection, repository=repository, limit=limit)

    def replace_job(self, before: CaptureJob, after: CaptureJob) -> bool:
        with self._writing() as connection:
            return job_table.replace_job(connection, before, after)

    def repositories(self) -> Sequence[Mapping[str, Any]]:
        with self._reading() as connection:
            return queries.repositories(connection)

    def repository(self, full_name: str) -> Mapping[str, Any] | None:
        with self._reading() as connection:
            return queries.repository_named(connection, full_name)

    def windows(self, repository_id: int, kind: str, *, slice_: str = "") -> Sequence[CaptureWindowRow]:
        with self._reading() as connection:
            return windows_of(connection, repository_id, kind, slice_)

    def created_at_of_newest(self, repository_id: int, number: int) -> datetime | None:
        with self._reading() as connection:
            return queries.created_at_of_newest(connection, repository_id, number)

    def gone_among(self, run_ids: Collection[int]) -> set[int]:
        with self._reading() as connection:
            return queries.gone_among(connection, run_ids)

    def unfinished_runs(self, span: Span) -> Sequence[UnfinishedRun]:
        with self._reading() as connection:
            return queries.unfinished_runs(connection, span)

    def runs_without_jobs(self, span: Span, *, depth: str) -> Iterator[RunToCapture]:
        before: int | None = None
        while page := self._page(queries.page_of_runs_without_jobs, span, depth=depth, before=before):
            yield from page
            before = page[-1].run_id

    def count_runs_without_jobs(self, span: Span, *, depth: str) -> int:
        with self._reading() as connection:
            return queries.count_runs_without_jobs(connection, span, depth=depth)

    def missing_attempts(self, span: Span) -> Iterator[tuple[int, int]]:
        before: int | None = None
        while page := self._page(queries.page_of_missing_attempts, span, before=before):
            yield from ((run_id, attempt) for run_id, missing in page for attempt in missing)
            before = page[-1][0]

    def jobs_without_steps(self, span: Span) -> Iterator[JobToCapture]:
        for failed in (True, False):
            after: tuple[int, int] | None = None
            while page := self._page(queries.page_of_jobs_without_steps, span, failed=failed, after=after):
                yield from page
                after = (page[-1].run_id, page[-1].job_id)

    def count_jobs_without_steps(self, span: Span) -> int:
        with self._reading() as connection:
            return queries.count_jobs_without_steps(connection, span)

    def runs_in_doubt(self, span: Span) -> Iterator[RunToCapture]:
        before: int | None = None
        while page := self._page(queries.page_of_runs_in_doubt, span, before=before):
            yield from page
            before = page[-1].run_id

    def failures(self, repository_id: int, *, kind: str | None = None) -> Sequence[Mapping[str, Any]]:
        with self._reading() as connection:
            return failures.open_failures(connection, repository_id, kind)

    def retry_now(self, repository_id: int, *, at: datetime) -> int:
        with self._writing() as connection:
            return failures.retry_now(connection, repository_id, at=at)

    def stored_runs(self, span: Span) -> Iterator[StoredRun]:
        after: tuple[datetime, int] | None = None
        while page := self._page(audit_queries.page_of_stored_runs, span, after=after):
            yield from page
            after = (page[-1].created_at, page[-1].run_id)

    def known_runs(self, run_ids: Collection[int]) -> set[int]:
        with self._reading() as connection:
            return audit_queries.known_runs(connection, run_ids)

    def count_runs(self, span: Span) -> int:
        with self._reading() as connection:
            return audit_queries.count_runs(connection, span)

    def runs_short_of_jobs(self, span: Span) -> Iterator[ShortOfJobs]:
        after: int | None = None
        while page := self._page(audit_queries.page_of_runs_short_of_jobs, span, after=after):
            yield from page
            after = page[-1].run_id

    def latest_attempts_without_row(self, span: Span) -> Iterator[tuple[int, int]]:
        after: int | None = None
        while page := self._page(audit_queries.page_of_latest_attempts_without_row, span, after=after):
            yield from page
            after = page[-1][0]

    def count_jobs_by_graphql(self, span: Span) -> int:
        with self._reading() as connection:
            return audit_queries.count_jobs_by_graphql(connection, span)

    def count_gone_without_jobs(self, span: Span) -> int:
        with self._reading() as connection:
            return audit_queries.count_gone_without_jobs(connection, span)

    def counts(self, repository_id: int) -> Mapping[str, int]:
        with self._reading() as connection:
            return queries.count_rows(connection, repository_id)

    @contextmanager
    def snapshot(self) -> Iterator[SqlSnapshot]:
        with self._reading() as connection:
            yield SqlSnapshot(connection)
