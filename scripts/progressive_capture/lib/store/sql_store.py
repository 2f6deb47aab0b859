"""A store on any database that SQLAlchemy speaks to: everything but how one opens it.

A database of its own adds how to connect, how to migrate, and how to explain its errors.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store import audit_queries, failures, job_table, queries
from progressive_capture.lib.store.contract import Written
from progressive_capture.lib.store.coverage_windows import windows_of, write_windows
from progressive_capture.lib.store.rows import delete_foreign, mark_gone, mark_unlisted, write_rows
from progressive_capture.lib.store.snapshot import SqlSnapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import Self

    from sqlalchemy import Connection, Engine

    from progressive_capture.lib.capture_job import CaptureJob
    from progressive_capture.lib.normalize.rows import Batch, CaptureWindowRow
    from progressive_capture.lib.store.contract import (
        JobToCapture,
        RunToCapture,
        ShortOfJobs,
        Span,
        StoredRun,
        UnfinishedRun,
    )

_NOT_PLAIN = {"capture_windows": write_windows}


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
        counted: dict[str, tuple[int, int]] = {}
        with self._writing() as connection:
            if checkpoint is not None:
                job_table.save_checkpoint(connection, checkpoint)
            for name, rows in batch.rows.items():
                write = _NOT_PLAIN.get(name)
                counted[name] = write(connection, rows) if write else write_rows(connection, name, rows)
            for run_id, jobs_listed in batch.jobs_listed.items():
                delete_foreign(connection, run_id, jobs_listed)
            gone = mark_gone(connection, batch.gone_runs)
            gone += sum(mark_unlisted(connection, span) for span in batch.whole_spans)
            if gone:
                inserted, updated = counted.get("workflow_runs", (0, 0))
                counted["workflow_runs"] = (inserted, updated + gone)
            if batch.failures or batch.resolved:
                counted["capture_failures"] = _settle_failures(connection, batch, checkpoint)
        return Written(
            inserted={name: count for name, (count, _) in counted.items() if count},
            updated={name: count for name, (_, count) in counted.items() if count},
        )

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

    def _page(self, ask: Any, span: Span, **place: Any) -> Any:
        with self._reading() as connection:
            return ask(connection, span, **place)

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


def _settle_failures(connection: Connection, batch: Batch, checkpoint: CaptureJob | None) -> tuple[int, int]:
    at = _time_of(batch, checkpoint)
    inserted, updated = failures.write_failures(connection, batch.failures, at=at)
    return inserted, updated + failures.resolve_failures(connection, batch.resolved, at=at)


def _time_of(batch: Batch, checkpoint: CaptureJob | None) -> datetime:
    """When a batch was captured: time is told, never asked of the database."""
    if checkpoint is not None and checkpoint.updated_at is not None:
        return checkpoint.updated_at
    times: list[datetime] = [row["captured_at"] for rows in batch.rows.values() for row in rows]
    if not times:
        raise StoreError(
            "Failures without a checkpoint have no time.", hint="This is a bug: please report it."
        )
    return max(times)
