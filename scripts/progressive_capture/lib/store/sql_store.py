"""A store on any database that SQLAlchemy speaks to: everything but how one opens it.

A database of its own adds how to connect, how to migrate, and how to explain its errors.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store import (
    artifact_contents,
    artifact_queries,
    audit_queries,
    failures,
    job_table,
    queries,
)
from progressive_capture.lib.store.batch_writing import write_batch
from progressive_capture.lib.store.coverage_windows import windows_of
from progressive_capture.lib.store.snapshot import SqlSnapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import Self

    from sqlalchemy import Connection, Engine

    from progressive_capture.lib.capture_job import CaptureJob
    from progressive_capture.lib.normalize.rows import Batch, CaptureWindowRow, ContentStatus
    from progressive_capture.lib.store.artifact_contract import (
        ArtifactOfRun,
        ArtifactSummary,
        ArtifactToDownload,
        Removed,
    )
    from progressive_capture.lib.store.contract import (
        JobToCapture,
        RunToCapture,
        ShortOfJobs,
        Span,
        StoredRun,
        UnfinishedRun,
        Written,
    )


class SqlStore:
    """The contract in SQL, the same for every dialect; see `contract.Store` for what each method promises."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

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

    def artifacts_to_download(
        self, repository_id: int, span: Span | None = None
    ) -> Iterator[ArtifactToDownload]:
        for expiring in (True, False):
            after: tuple[datetime | None, int] | None = None
            ask = artifact_queries.page_of_artifacts_to_download
            while page := self._page(ask, repository_id, span, expiring=expiring, after=after):
                yield from page
                after = (page[-1].expires_at, page[-1].artifact_id)

    def count_artifacts_to_download(self, repository_id: int, span: Span | None = None) -> int:
        with self._reading() as connection:
            return artifact_queries.count_artifacts_to_download(connection, repository_id, span)

    def artifacts_of_unknown_attempt(self, repository_id: int) -> Iterator[ArtifactOfRun]:
        before: int | None = None
        while page := self._page(artifact_queries.page_of_unknown_attempt, repository_id, before=before):
            yield from page
            before = page[-1].artifact_id

    def count_artifacts_since(self, repository_id: int, created_from: datetime) -> int:
        with self._reading() as connection:
            return artifact_queries.count_artifacts_since(connection, repository_id, created_from)

    def known_artifacts(self, ids: Collection[int]) -> set[int]:
        with self._reading() as connection:
            return artifact_queries.known_artifacts(connection, ids)

    def artifact_summary(
        self, repository_id: int | None = None, *, now: datetime
    ) -> Sequence[ArtifactSummary]:
        with self._reading() as connection:
            return artifact_queries.artifact_summary(connection, repository_id, now=now)

    def removable_artifacts(self, older_than: datetime, repository_id: int | None = None) -> Iterator[int]:
        after: int | None = None
        ask = artifact_queries.page_of_removable_artifacts
        while page := self._page(ask, older_than, repository_id, after=after):
            yield from page
            after = page[-1]

    def removable_keys(
        self, older_than: datetime, repository_id: int | None = None
    ) -> Iterator[tuple[str, int | None]]:
        after: str | None = None
        ask = artifact_queries.page_of_removable_keys
        while page := self._page(ask, older_than, repository_id, after=after):
            yield from page
            after = page[-1][0]

    def mark_removed(self, artifact_ids: Collection[int], *, reason: str) -> Removed:
        with self._writing() as connection:
            return artifact_contents.mark_removed(connection, artifact_ids, reason)

    def keys_given_up(self) -> Iterator[tuple[str, int | None]]:
        after: str | None = None
        while page := self._page(artifact_queries.page_of_keys_given_up, after=after):
            yield from page
            after = page[-1][0]

    def reset_contents(self, repository_id: int, statuses: Collection[ContentStatus]) -> int:
        with self._writing() as connection:
            return artifact_contents.reset(connection, repository_id, statuses)

    def counts(self, repository_id: int) -> Mapping[str, int]:
        with self._reading() as connection:
            return queries.count_rows(connection, repository_id)

    @contextmanager
    def snapshot(self) -> Iterator[SqlSnapshot]:
        with self._reading() as connection:
            yield SqlSnapshot(connection)

    def _page(self, ask: Any, *of: Any, **place: Any) -> Any:
        with self._reading() as connection:
            return ask(connection, *of, **place)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One consistent look; nothing that others write meanwhile shows."""
        with self._explained(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """All of it is committed, or nothing."""
        with self._explained(), self._engine.connect() as connection:
            writer = connection.execution_options(writes=True)
            with writer.begin():
                yield writer

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        # Beside the database's own: text that is no Unicode and numbers over 64 bits, which cannot be sent.
        except (SQLAlchemyError, UnicodeError, OverflowError) as error:
            raise self._explain(error) from error

    def _explain(self, error: Exception) -> StoreError:
        """The error in a person's words, with a next step; a database that knows its own says more."""
        reason = getattr(error, "orig", None) or error
        return StoreError(f"The database failed: {reason}")
