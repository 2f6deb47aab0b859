"""What `finish` does with what legs left: brings it together, keeps it, settles the job, decides to go on.

Nothing is lost on the way: a shard that cannot be read stays the artifact that it is, and is named; what
could not be kept is said, with what to grant; and the workflow goes on only after everything is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from progressive_capture.lib.actions_report.leg_summary import LegSummary
from progressive_capture.lib.capture_job import CaptureJob, JobStatus
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import CaptureError, CapturePaused, GitHubUnavailableError, StoreError
from progressive_capture.lib.hand_over import HandOver, hand_over, in_a_row
from progressive_capture.lib.leg_folder import LegFolder
from progressive_capture.lib.places import opened_store
from progressive_capture.lib.report import plural, printable
from progressive_capture.lib.settings import Settings
from progressive_capture.lib.settling import settle_parent
from progressive_capture.lib.shelf.kept import Kept
from progressive_capture.lib.shelving import opened_shelf
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.store.shards.merging import merge_shard
from progressive_capture.lib.store.shards.reading import readable_file

JOBS_LOOKED_AT = 1_000


@dataclass(kw_only=True)
class Finished:
    """What became of one repository's legs.

    Attributes:
        repository: OWNER/NAME.
        legs: what each leg did, in its latest attempt.
        kept: the database on the shelf; None where it is elsewhere, or could not be kept.
        has_nothing_to_keep: whether no leg has left a database.
        hand_over: whether to go on at once, and why (not).
        job_id: the capture job to go on with; None where several wait, or none does.
        notes: what a person should know of the keeping.
        problems: what went wrong here, in this job.
    """

    repository: str
    legs: Sequence[LegSummary]
    kept: Kept | None = None
    has_nothing_to_keep: bool = False
    hand_over: HandOver = field(default_factory=lambda: HandOver(False, "nothing is left to do at once"))
    job_id: str | None = None
    notes: list[str] = field(default_factory=list)
    problems: list[CaptureError] = field(default_factory=list)


class Finisher:
    """Brings the legs of repositories together.

    Args:
        settings: of this process.
        clock: the time.
        database: None: the shelf keeps it.
        cancelled: whether a person ended the workflow run.
    """

    def __init__(self, settings: Settings, clock: Clock, *, database: str | None, cancelled: bool) -> None:
        self._settings = settings
        self._clock = clock
        self._database = database
        self._cancelled = cancelled
        self._said: list[str] = []

    def _say(self, line: str) -> None:
        """For the log, and for the summary: what a person should not overlook."""
        click.echo(line, err=True)
        self._said.append(line)

    def finish(
        self,
        repository: str,
        folders: Sequence[LegFolder],
        chunks: Sequence[Chunk],
        *,
        repository_id: int | None,
    ) -> Finished:
        """Bring one repository's legs together.

        Args:
            repository: OWNER/NAME.
            folders: what its legs left.
            chunks: of the plan; empty where there was none.
            repository_id: its id, where it is known.
        """
        finished = Finished(repository=repository, legs=latest(folders, chunks, repository))
        self._said = finished.notes
        told = (leg.repository_id for leg in finished.legs)
        repository_id = repository_id or next((each for each in told if each is not None), None)
        try:
            if self._database is not None:
                with opened_store(self._database, self._settings) as store:
                    self._decide(finished, store, chunks)
            else:
                self._keep(finished, folders, chunks, repository_id)
        except (CaptureError, CapturePaused, OSError) as error:
            finished.problems.append(_problem(error))
            finished.hand_over = HandOver(False, "what was captured could not be kept")
        return finished

    def _keep(
        self,
        finished: Finished,
        folders: Sequence[LegFolder],
        chunks: Sequence[Chunk],
        repository_id: int | None,
    ) -> None:
        """Put the legs' databases together with the newest one on the shelf, and keep that."""
        shards = [folder for folder in folders if folder.database.exists()]
        if not shards:
            finished.has_nothing_to_keep = True
            return
        run = self._settings.run
        with (
            TemporaryDirectory(prefix="progressive-capture-") as elsewhere,
            opened_shelf(
                self._settings,
                finished.repository,
                self._clock,
                self._say,
                target_id=repository_id,
                # Even where waiting costs money: what was captured must not be lost.
                may_wait_until=lambda _: True,
            ) as shelf,
        ):
            newest = shelf.newest()
            shards = [folder for folder in shards if self._is_readable(finished, folder)]
            first = next((folder for folder in shards if folder.grew_from(newest)), None)
            path = first.database if first is not None else Path(elsewhere) / "capture.db"
            grown_from = newest if first is not None else shelf.bring(path)
            with opened_store(f"sqlite:///{path}", self._settings) as store:
                self._merge(finished, store, [each for each in shards if each is not first])
                self._decide(finished, store, chunks)
                finished.kept = shelf.keep(
                    path,
                    grown_from=grown_from,
                    merge=partial(self._merged, store),
                    name_part=f"{run.id}-{run.attempt}" if run is not None else "local",
                )

    def _is_readable(self, finished: Finished, shard: LegFolder) -> bool:
        """One that cannot be read is left out, and named: no other shard suffers from it."""
        try:
            with readable_file(shard.database):
                pass
        except StoreError as error:
            self._leave_out(finished, shard, error)
            return False
        return True

    def _merge(self, finished: Finished, store: Store, shards: Sequence[LegFolder]) -> None:
        for shard in shards:
            try:
                merge_shard(store, shard.database, say=self._say)
            except StoreError as error:
                self._leave_out(finished, shard, error)

    def _leave_out(self, finished: Finished, shard: LegFolder, error: StoreError) -> None:
        finished.problems.append(
            StoreError(
                f"What {printable(shard.path.name)} captured is left out: {error}",
                hint=f"{error.hint} Run its job again: it captures that anew.",
            )
        )

    def _merged(self, store: Store, other: Path) -> None:
        merge_shard(store, other, say=self._say)

    def _decide(self, finished: Finished, store: Store, chunks: Sequence[Chunk]) -> None:
        """Settle the job of several chunks, decide whether to go on at once, and write that down."""
        now = self._clock.now()
        finished.legs = [_as_stored(leg, store, chunks) for leg in finished.legs]
        settle_parent(store, chunks, now=now, cancelled=self._cancelled)
        jobs = _jobs_to_go_on_with(store, finished.legs, chunks)
        run = self._settings.run
        recorded = in_a_row(
            max((job.handovers for job in jobs), default=0),
            event_name=run.event_name if run is not None else "",
            actor=run.actor if run is not None else "",
        )
        finished.hand_over = hand_over(finished.legs, handovers=recorded, cancelled=self._cancelled)
        finished.job_id = jobs[0].id if len(jobs) == 1 else None
        if finished.hand_over.goes_on:
            for job in jobs:
                store.replace_job(job, job.evolve(handovers=recorded + 1, updated_at=now))


def _problem(error: CaptureError | CapturePaused | OSError) -> CaptureError:
    if isinstance(error, CaptureError):
        return error
    if isinstance(error, OSError):
        return StoreError(
            f"What was captured could not be kept ({error.strerror or type(error).__name__}).",
            hint="Make room on this machine, or keep the history in a database (DATABASE_URL).",
        )
    return GitHubUnavailableError(
        f"What was captured could not be kept now: {error.reason}.",
        hint="It is an artifact still: re-run the failed jobs.",
    )


def latest(folders: Sequence[LegFolder], chunks: Sequence[Chunk], repository: str) -> Sequence[LegSummary]:
    """What each leg did, in its latest attempt; one that left nothing died before it could."""
    newest: dict[tuple[str, int], LegFolder] = {}
    for folder in sorted(folders, key=LegFolder.attempt):
        summary = folder.summary()
        if not chunks or not summary.kinds or tuple(summary.kinds) == (chunks[0].kind,):
            newest[summary.repository, summary.chunk_index] = folder
    found = [folder.summary() for _, folder in sorted(newest.items(), key=lambda item: item[0])]
    left = {summary.chunk_index for summary in found}
    lost = [
        LegSummary(
            repository=repository, kinds=[chunk.kind], chunk_index=chunk.index, chunk_count=chunk.count
        )
        for chunk in chunks
        if chunk.index not in left
    ]
    return [*found, *lost]


def _as_stored(leg: LegSummary, store: Store, chunks: Sequence[Chunk]) -> LegSummary:
    """A leg that left nothing, as the database knows it: an earlier attempt may have kept its work."""
    chunk = next((chunk for chunk in chunks if chunk.index == leg.chunk_index), None)
    is_part = leg.outcome is None and chunk is not None and chunk.is_part
    job = store.job(chunk.job_id) if is_part and chunk is not None and chunk.job_id else None
    if job is None or job.outcome is None:
        return leg
    return replace(leg, outcome=job.outcome.value, reason=job.error, resume_at=job.resume_at)


def silent_legs(legs: Sequence[LegSummary]) -> str | None:
    """How many legs left no result, in words; None where all did."""
    silent = sum(leg.outcome is None for leg in legs)
    return f"{plural(silent, 'leg')} of {len(legs)} left no result" if silent else None


def _jobs_to_go_on_with(
    store: Store, legs: Sequence[LegSummary], chunks: Sequence[Chunk]
) -> Sequence[CaptureJob]:
    """The job of several chunks, also where one of them failed; else those of the legs that paused."""
    if chunks and chunks[0].parent_id is not None:
        job = store.job(chunks[0].parent_id)
        return [job] if job is not None and job.status in (JobStatus.PAUSED, JobStatus.FAILED) else []
    ids = [capture.job_id for leg in legs for capture in leg.captures if capture.job_id is not None]
    return [job for job_id in ids if (job := store.job(job_id)) and job.status is JobStatus.PAUSED]
