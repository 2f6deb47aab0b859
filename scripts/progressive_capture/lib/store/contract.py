"""What a store promises, whatever stands behind it (SQLite now; Postgres and Supabase to the same words).

* `write` commits the rows of a batch and the job's checkpoint together, or neither.
* The overwrite rule (see `overwrite.py`) decides between two observations of one thing; an observation
  that changes nothing else is not written.
* A checkpoint is fenced: it fails with `JobConflictError` once another worker has taken the job.
* Everything that can go wrong is a `StoreError` with a next step.

A store is used by one thread at a time (the writer); captures ask it for units from that same thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeVar

from progressive_capture.lib.store.artifact_contract import KeepsArtifacts
from progressive_capture.lib.store.pull_request_contract import KeepsPullRequests

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from progressive_capture.lib.capture_job import CaptureJob, JobStatus
    from progressive_capture.lib.normalize.rows import Batch, CaptureWindowRow
    from progressive_capture.lib.store.database import Connection

Answer = TypeVar("Answer")

GroupedBy = Literal["repository", "kind", "month"]
"""What capture jobs are added up by; months are those of `created_at`, in UTC."""

SECONDS_A_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a write changed, by table; rows that said nothing new are in neither."""

    inserted: Mapping[str, int] = field(default_factory=dict)
    updated: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RunToCapture:
    """A run whose jobs are still to be captured, in the state that the store knows."""

    run_id: int
    node_id: str | None
    run_attempt: int | None
    updated_at: datetime | None
    status: str | None
    workflow_name: str | None
    head_sha: str | None
    head_branch: str | None


@dataclass(frozen=True, kw_only=True)
class UnfinishedRun:
    """A run that was not `completed` when it was last seen."""

    run_id: int
    status: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class JobToCapture:
    """A job whose steps have not been asked for."""

    job_id: int
    node_id: str
    run_id: int


@dataclass(frozen=True, kw_only=True)
class StoredRun:
    """A run that has a row, and when GitHub last told something new of it; `gone_at`: not there any more."""

    run_id: int
    created_at: datetime
    captured_at: datetime
    gone_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ShortOfJobs:
    """A run of which `job_count` jobs were captured, and fewer are stored."""

    run_id: int
    job_count: int
    stored_jobs: int


@dataclass(frozen=True, kw_only=True)
class Span:
    """The part of a repository that a query is about: runs (artifacts) created from … to, both inclusive.

    `first_id` and `last_id`, inclusive too, are of runs; in questions about artifacts, of artifacts.
    """

    repository_id: int
    created_from: datetime | None = None
    created_to: datetime | None = None
    first_id: int | None = None
    last_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class JobCosts:
    """What a group of capture jobs came to.

    Attributes:
        key: the repository as it is named by the newest job, the kind, or the month (`2026-11`; `undated`
            for jobs that do not say when they were made).
        jobs: how many there are, in whatever state; those in one of three states beside it.
        processed_items: and failed ones, of the jobs' kinds.
        first_created_at: of the oldest job and of the newest; None where none says so.
    """

    key: str
    jobs: int
    succeeded: int
    failed: int
    paused: int
    processed_items: int
    failed_items: int
    rest_requests: int
    graphql_points: int
    runner_minutes: float
    cost_usd: float
    first_created_at: datetime | None
    last_created_at: datetime | None

    @property
    def days(self) -> float:
        """From the oldest job to the newest; 0 where there is but one."""
        if self.first_created_at is None or self.last_created_at is None:
            return 0.0
        return (self.last_created_at - self.first_created_at).total_seconds() / SECONDS_A_DAY


@dataclass(frozen=True, kw_only=True)
class OneRepository:
    """The repository that a look at the database is narrowed to; capture jobs know only its name."""

    id: int
    full_name: str


@dataclass(frozen=True, kw_only=True)
class SchemaVersion:
    """Versions of the schema: the database's (None: nothing is there yet), and this program's.

    `by_itself`: whether a capture brings it up to date; of a database that others use somebody has to do so.
    """

    found: str | None
    newest: str
    by_itself: bool = True


@dataclass(frozen=True, kw_only=True)
class StoredRows:
    """Rows as they come, each a value for every column. To be read once, and to its end."""

    columns: Sequence[str]
    rows: Iterator[Sequence[Any]]


class Snapshot(Protocol):
    """The whole database as it was at one moment, whatever is written meanwhile; bounded memory."""

    def tables(self) -> Sequence[str]:
        """Every table of the schema, by name."""

    def rows(self, table_name: str, repository: OneRepository | None = None) -> StoredRows:
        """A table's rows by primary key: of one repository, or all."""

    def builds(self, repository: OneRepository | None = None) -> StoredRows:
        """The view `builds` by run id, as a user's own SQL shows it."""


class Store(KeepsArtifacts, KeepsPullRequests, Protocol):
    """A place that keeps history. Open with `assembly`, close with `close` (or use it as a context)."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exc_info: object) -> None: ...
    def close(self) -> None:
        """Give back every connection."""

    # -- schema ------------------------------------------------------------------------------------
    def prepare(self) -> None:
        """Make sure that the schema is the one that we need: every command asks this first.

        A file is migrated. A database that others use is only looked at: somebody has to migrate it.

        Raises:
            StoreError: if it has not been set up, is behind, or is newer than this program.
        """

    def migrate(self) -> None:
        """Bring the schema to the newest version; refuses a database that is newer than this program."""

    def schema_version(self) -> SchemaVersion:
        """Which version of the schema is there; changes nothing. Refuses as `migrate` does."""

    def check_writable(self) -> None:
        """Try whether rows could be written now; changes nothing.

        Raises:
            StoreError: if they could not.
        """

    def describe(self) -> str:
        """Where the data is, for people; never with a password."""

    # -- rows --------------------------------------------------------------------------------------
    def write(self, batch: Batch, *, checkpoint: CaptureJob | None = None) -> Written:
        """Commit a batch, with the job's new state where given.

        The checkpoint tells the time of failures. The order in which a batch is carried out, and what
        counts as a change, is told in `batch_writing`.

        Raises:
            JobConflictError: if the job is not running, or not the checkpoint's `claimed_by`'s; nothing of
                the batch is stored then.
            StoreError: if the database refuses; nothing of the batch is stored then either. (Where each
                statement is a transaction, as over Supabase's HTTP interface, those before it are; writing
                the batch again does no harm.)
        """

    def write_all(self, batches: Sequence[Batch], *, checkpoint: CaptureJob) -> Sequence[Written]:
        """Commit batches, one after the other, with one checkpoint, as `write` does one: all, or nothing."""

    def merge(self, step: Callable[[Connection], Answer]) -> Answer:
        """Carry out one step of a merge (see `shards`), and commit it: all of it, or nothing.

        It may be carried out again from its start; where each statement is a transaction, as in `write`.
        """

    # -- capture jobs ------------------------------------------------------------------------------
    def add_job(self, job: CaptureJob) -> CaptureJob:
        """Keep a new job; where equal work waits already (same `request_key`), that one is returned."""

    def add_jobs(self, jobs: Iterable[CaptureJob]) -> Sequence[CaptureJob]:
        """As `add_job` for each in turn, in few transactions; of equal ones among them the first is kept.

        One transaction takes some hundred of them: where one fails, those before it stay kept, and to add all
        once more keeps none twice.
        """

    def job(self, job_id: str) -> CaptureJob | None:
        """One job, or None."""

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
        """Jobs, newest first (undated ones last): of a repository (its name in any case), in a state, ….

        Args:
            repository: only of this one; and so on.
            status: only in this state.
            kind: only of this kind.
            processor: only those.
            limit: so many at most.
            after: the last job of the page before: those that follow it in this order.
        """

    def dispatched_jobs(self, limit: int = 1_000) -> Sequence[CaptureJob]:
        """Jobs for which a workflow run was started, queued or running; the one dispatched first, first."""

    def due_jobs(
        self,
        *,
        now: datetime,
        kinds: Collection[str] | None = None,
        processor: str | None = None,
        limit: int = 100,
    ) -> Sequence[CaptureJob]:
        """Paused jobs that may go on: `resume_at` has come, or there is none; the longest due first.

        Jobs that are the sum of their chunks are left out: nobody goes on with those by themselves.
        """

    def children(self, parent_id: str) -> Sequence[CaptureJob]:
        """The chunks of a job, those of earlier plans too; by their place in the plan."""

    def job_costs(self, by: GroupedBy) -> Sequence[JobCosts]:
        """What capture jobs came to, by repository, kind or month; by key.

        Chunks are left out: their job tells the sum of their work, and minutes and dollars are those of the
        whole workflow run, of which no chunk knows its share. So no work counts twice, and a job is what
        somebody asked for. What chunks have done shows once their job is settled.
        """

    def replace_job(self, before: CaptureJob, after: CaptureJob) -> bool:
        """Swap one state of a job for the next if nobody else did; says whether it happened.

        Compared are `status`, `claimed_by` and `heartbeat_at`. Claim, settle and rescue all pass here. A job
        that is `after` already, word for word, was swapped by this very call before its connection was
        lost: that is True too, but for what went back into the queue, since anybody may have put it there.

        Raises:
            JobConflictError: if equal work waits already, so that this job may not.
        """

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
        """Take the next queued job, as `capture_job.claimed` does; None where none may run now.

        It may once `next_attempt_at` and `resume_at` have come. The highest `priority` comes first, then the
        oldest (by `created_at`, undated ones before all), then by id. Of workers that ask at one moment, each
        gets another job. A claim whose connection is lost stays taken until its lease has run out.

        Args:
            worker: who takes it, a name that nobody else has.
            now: the time.
            kinds: only these kinds of capture.
            repository: only this repository, its name in any case.
            parent_id: only chunks of this job.
            processor: only jobs that were routed there.
        """

    def abandoned_jobs(self, *, now: datetime, limit: int = 100) -> Sequence[CaptureJob]:
        """Running jobs whose heartbeat is older than `capture_job.LEASE`, or missing; the oldest first.

        To give one back: `replace_job(job, capture_job.requeued(job, …))`; of several rescuers one does it.
        """

    # -- what is known and what is to do --------------------------------------------------------------
    def repositories(self) -> Sequence[Mapping[str, Any]]:
        """Every repository in the database, by name."""

    def repository(self, full_name: str) -> Mapping[str, Any] | None:
        """The repository row by name (any case), or None."""

    def windows(self, repository_id: int, kind: str, *, slice_: str = "") -> Sequence[CaptureWindowRow]:
        """The windows of one ledger, by `window_from`."""

    def created_at_of_newest(self, repository_id: int, number: int) -> datetime | None:
        """When the run was created that is this far from the newest (1: the newest); None: not so many."""

    def gone_among(self, run_ids: Collection[int]) -> set[int]:
        """Those of the runs that GitHub no longer has (`gone_at`)."""

    def unfinished_runs(self, span: Span) -> Sequence[UnfinishedRun]:
        """Runs whose status is not `completed`, newest first, gone ones left out."""

    def runs_without_jobs(self, span: Span, *, depth: str) -> Iterator[RunToCapture]:
        """Runs whose job coverage is missing, of another state of the run, or less than `depth` asks for.

        `jobs` is content with any coverage, `full` with `full` alone, and `steps` wants `full` of the runs
        that were run again (only REST knows attempts). Newest first, in bounded memory; gone ones left out.
        """

    def count_runs_without_jobs(self, span: Span, *, depth: str) -> int:
        """How many those are."""

    def missing_attempts(self, span: Span) -> Iterator[tuple[int, int]]:
        """(run_id, run_attempt) of attempts before the latest without a final row; newest run first."""

    def jobs_without_steps(self, span: Span) -> Iterator[JobToCapture]:
        """Jobs that ran (or run) and whose steps were not asked for (NULL): failed ones first, then by age.

        Left out: jobs without a node id, skipped ones, those not yet started, those of gone runs.
        """

    def count_jobs_without_steps(self, span: Span) -> int:
        """How many those are."""

    def runs_in_doubt(self, span: Span) -> Iterator[RunToCapture]:
        """Runs with a job, not skipped, that came by GraphQL and of whose steps only REST can tell.

        It began and its steps were not given (NULL), or it ended without any (`[]`; unless cancelled: then it
        may never have begun), and perhaps it is no job at all. Newest first.
        """

    def ids_to_detail(self, span: Span, depth: str) -> Iterator[int]:
        """Ids of runs that a capture of jobs at this depth has something to do for: ascending, each once.

        Those of `runs_without_jobs`; unless the depth is `jobs`, those of `jobs_without_steps` and
        `runs_in_doubt` too. In bounded memory.
        """

    def count_ids_to_detail(self, span: Span, depth: str) -> int:
        """How many those are."""

    def failures(self, repository_id: int, *, kind: str | None = None) -> Sequence[Mapping[str, Any]]:
        """Unresolved failures, oldest first."""

    def retry_now(self, repository_id: int, *, at: datetime) -> int:
        """Let unresolved failures wait no longer than until then; says how many there are."""

    # -- what an audit asks: is everything there that should be? -------------------------------------
    def stored_runs(self, span: Span) -> Iterator[StoredRun]:
        """Every run of a span that has a row, gone ones included; oldest first, in bounded memory."""

    def known_runs(self, run_ids: Collection[int]) -> set[int]:
        """Those of the ids (a listing's page, or a few) that have a row."""

    def count_runs(self, span: Span) -> int:
        """How many runs of a span have a row, gone ones included."""

    def runs_short_of_jobs(self, span: Span) -> Iterator[ShortOfJobs]:
        """Runs of which fewer jobs are stored than were captured; oldest first."""

    def latest_attempts_without_row(self, span: Span) -> Iterator[tuple[int, int]]:
        """(run_id, run_attempt) of latest attempts that have no row, though their run has; oldest first."""

    def count_jobs_by_graphql(self, span: Span) -> int:
        """Jobs of which only GraphQL has told: their labels, runners and creation times are not known."""

    def count_gone_without_jobs(self, span: Span) -> int:
        """Runs that GitHub deleted before their jobs were captured."""

    def counts(self, repository_id: int) -> Mapping[str, int]:
        """Rows per table, for reports."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """A look at everything at one moment, for as long as the `with` lasts."""
