"""What a leg does: bring what its work needs, capture, and leave a folder for `finish`.

With a database it writes there. Without one it works in a copy of its own of the database on the shelf: a
whole copy, or, of a plan cut into several chunks, the few rows that its chunk needs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import click

from progressive_capture.lib.actions_report.from_capture import leg_summary
from progressive_capture.lib.actions_report.leg_summary import LegSummary
from progressive_capture.lib.actions_runtime import minutes_cost_money
from progressive_capture.lib.assembly import Options, Session
from progressive_capture.lib.capture_command import opened, report
from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.cleaning import clean_up
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import CaptureError, CapturePaused
from progressive_capture.lib.estimating import count_runs, expected_cost, look, say_before
from progressive_capture.lib.forecasting.estimate import ALL_OF_IT
from progressive_capture.lib.leg_folder import LegFolder
from progressive_capture.lib.planning import Work
from progressive_capture.lib.report import plural
from progressive_capture.lib.resuming import rescue, waiting_jobs
from progressive_capture.lib.running import CaptureKind, Ended, run_one
from progressive_capture.lib.settings import Settings
from progressive_capture.lib.settling import job_of
from progressive_capture.lib.shelving import opened_shelf
from progressive_capture.lib.store.shards.seeding import seed

Kinds = Mapping[str, CaptureKind]


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One repository's part of the work.

    Attributes:
        repository: OWNER/NAME.
        repository_id: refuse another one of that name; None: any.
        kinds: what to capture, by name, in order.
        asked: of each of them.
        chunk: of a plan; None: all of it, with what waits in the database.
    """

    repository: str
    repository_id: int | None
    kinds: Sequence[str]
    asked: Asked
    chunk: Chunk | None = None


class LegRunner:
    """Runs legs, one after the other, in folders of their own.

    Args:
        settings: of this process.
        clock: the time.
        kinds: every capture by the name of its kind.
        options: for each leg, but for its database and what is asked.
        database: None: the shelf keeps it.
        root: where the folders go.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        kinds: Kinds,
        options: Options,
        *,
        database: str | None,
        root: Path,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._kinds = kinds
        self._options = options
        self._database = database
        self._root = root
        self._deadline = clock.now() + options.time_budget if options.time_budget is not None else None
        self._stopped = False

    def run(self, legs: Sequence[Leg]) -> int:
        """Run them; the exit code is the highest of theirs. After a signal the rest is left, and says so."""
        codes = [0]
        for index, leg in enumerate(legs):
            folder = LegFolder(self._root / str(index) if len(legs) > 1 else self._root)
            began = self._clock.now()
            self._leave(folder, LegSummary(repository=leg.repository, kinds=leg.kinds, started_at=began))
            if self._stopped:
                click.echo(f"{leg.repository}: not begun, because a signal came.", err=True)
                continue
            codes.append(self._run(leg, folder, began))
        return max(codes)

    def _run(self, leg: Leg, folder: LegFolder, began: datetime) -> int:
        try:
            database = self._database or self._brought(leg, folder)
        except (CaptureError, CapturePaused) as error:
            ended = _not_begun(leg, error)
            report([ended], database="", as_json=False)
            now = self._clock.now()
            self._leave(folder, leg_summary(ended, self._settings, started_at=began, ended_at=now))
            return ended.exit_code
        options = replace(
            self._options,
            database=database,
            asked=leg.asked,
            time_budget=self._time_left(),
            repository_id=leg.repository_id,
        )
        with opened(self._settings, options, self._clock) as session:
            self._say_what_it_will_cost(session, leg)
            ended = self._capture(session, leg)
            self._stopped = session.stop.is_set() and not self._out_of_time()
            report([ended], database=database, as_json=False)
            summary = leg_summary(
                ended,
                self._settings,
                started_at=began,
                ended_at=self._clock.now(),
                session=session,
                chunk=leg.chunk,
            )
        self._leave(folder, summary)
        return ended.exit_code

    def _brought(self, leg: Leg, folder: LegFolder) -> str:
        """A database of the leg's own: a copy of what the shelf keeps, or of what its chunk needs of it."""
        say = partial(click.echo, err=True)
        whole = leg.chunk is None or not leg.chunk.is_part or leg.chunk.last_id is None
        folder.path.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="progressive-capture-") as elsewhere,
            opened_shelf(
                self._settings,
                leg.repository,
                self._clock,
                say,
                target_id=leg.repository_id,
                may_wait_until=self._may_wait_until,
            ) as shelf,
        ):
            into = folder.database if whole else Path(elsewhere) / "known.db"
            kept = shelf.bring(into)
            if kept is not None and leg.chunk is not None and not whole:
                seed(into, folder.database, leg.chunk, kept.repository_id)
        folder.write_base(kept, whole=whole)
        return f"sqlite:///{folder.database}"

    def _say_what_it_will_cost(self, session: Session, leg: Leg) -> None:
        """Before a first capture, as a plan does before a matrix; what comes later is little."""
        with session.open_store() as store:
            if leg.chunk is not None or store.repository(leg.repository) is not None:
                return
            work = Work(kind=ALL_OF_IT, repository=leg.repository, repository_id=None, asked=leg.asked)
            looked = look(store, work, now=self._clock.now())
        items = count_runs(self._settings, self._clock, work, looked)
        expected = expected_cost(self._settings, work, items, looked, legs=1)
        say_before(self._settings, work, expected, session.progress.say)

    def _capture(self, session: Session, leg: Leg) -> Ended:
        """What is asked, then what waits in the database."""
        if leg.chunk is not None:
            return self._capture_chunk(session, leg, leg.chunk)
        self._rescue(session)
        ended = run_one(session, leg.repository, [self._kinds[kind] for kind in leg.kinds], leg.asked)
        for kind, asked, job_id in self._waiting(session, leg.repository):
            if ended.error or session.stop.is_set():
                break
            session.options = replace(session.options, job_id=job_id)
            more = run_one(session, leg.repository, [self._kinds[kind]], asked)
            ended.results += more.results
            ended.error, ended.pause = more.error, more.pause or ended.pause
        self._clean_up(session, ended)
        return ended

    def _capture_chunk(self, session: Session, leg: Leg, chunk: Chunk) -> Ended:
        if chunk.is_part and chunk.job_id is not None:
            with session.open_store() as store:
                store.add_job(job_of(chunk, now=self._clock.now()))
        session.options = replace(session.options, job_id=chunk.job_id)
        return run_one(session, leg.repository, [self._kinds[chunk.kind]], leg.asked)

    def _rescue(self, session: Session) -> None:
        with session.open_store() as store:
            rescued = rescue(store, now=self._clock.now())
        if rescued:
            session.progress.say(f"{plural(rescued, 'capture job')} of workers that died: queued again.")

    def _waiting(self, session: Session, repository: str) -> list[tuple[str, Asked, str]]:
        now = self._clock.now()
        with session.open_store() as store:
            jobs = waiting_jobs(store, repository, now=now, kinds=self._kinds.keys())
        return [(job.kind, Asked.of(job.parameters, now=now), job.id) for job in jobs]

    def _clean_up(self, session: Session, ended: Ended) -> None:
        """Only where somebody has said after how many days; GitHub deleting is why we keep."""
        days, files = self._settings.clean_up_after_days, session.open_files()
        if days is None or ended.error or session.stop.is_set():
            return
        now = self._clock.now()
        with session.open_store() as store:
            row = store.repository(ended.repository)
            cleaned = clean_up(store, files, now - timedelta(days=days), row["id"] if row else None, now=now)
        session.progress.say(f"Clean-up: {plural(cleaned.files, 'stored file')} removed.")

    def _may_wait_until(self, moment: datetime) -> bool:
        """Where waiting costs nothing, and inside the time budget."""
        if minutes_cost_money(self._settings):
            return False
        return self._deadline is None or moment < self._deadline

    def _time_left(self) -> timedelta | None:
        if self._deadline is None:
            return None
        return max(self._deadline - self._clock.now(), timedelta())

    def _out_of_time(self) -> bool:
        return self._deadline is not None and self._clock.now() >= self._deadline

    def _leave(self, folder: LegFolder, summary: LegSummary) -> None:
        attempt = self._settings.run.attempt if self._settings.run is not None else 1
        folder.write_summary(
            replace(summary, minutes_cost_money=minutes_cost_money(self._settings)), attempt=attempt
        )


def _not_begun(leg: Leg, error: CaptureError | CapturePaused) -> Ended:
    if isinstance(error, CapturePaused):
        return Ended(leg.repository, pause=error)
    return Ended(leg.repository, error=error)


def asked_of(chunk: Chunk, *, now: datetime) -> Asked:
    """What a chunk asks for."""
    return replace(Asked.of(chunk.parameters, now=now), first_id=chunk.first_id, last_id=chunk.last_id)
