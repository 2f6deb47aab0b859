"""What a leg captures: its chunk; or the main job, what waits in the database, and a clean-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from progressive_capture.lib.assembly import Session
from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.cleaning import clean_up
from progressive_capture.lib.errors import CaptureError, CapturePaused
from progressive_capture.lib.estimating import count_runs, expected_cost, look, say_before
from progressive_capture.lib.forecasting.estimate import ALL_OF_IT
from progressive_capture.lib.leg_database import Leg
from progressive_capture.lib.planning import Work
from progressive_capture.lib.report import plural
from progressive_capture.lib.resuming import rescue, waiting_jobs
from progressive_capture.lib.running import CaptureKind, Ended, run_one
from progressive_capture.lib.settings import Settings
from progressive_capture.lib.settling import job_of, settle_waiting_parents

Kinds = Mapping[str, CaptureKind]


@dataclass(frozen=True, kw_only=True)
class LegCaptures:
    """Captures of one leg in one session."""

    session: Session
    settings: Settings
    kinds: Kinds
    leg: Leg

    def run(self) -> Ended:
        """Capture; whatever goes wrong is told in the answer."""
        ended = Ended(self.leg.repository)
        try:
            if self.leg.chunk is not None:
                return self._chunk(self.leg.chunk)
            self._before()
            ended = self._run_one([self.kinds[kind] for kind in self.leg.kinds], self.leg.asked)
            self._waiting(ended)
            self._clean_up(ended)
        except CapturePaused as pause:
            ended.pause = pause
        except CaptureError as error:
            ended.error = error
        return ended

    def _chunk(self, chunk: Chunk) -> Ended:
        if chunk.is_part and chunk.job_id is not None:
            with self.session.open_store() as store:
                store.add_job(job_of(chunk, now=self.session.clock.now()))
        return self._run_one([self.kinds[chunk.kind]], self.leg.asked, chunk.job_id)

    def _run_one(self, kinds: list[CaptureKind], asked: Asked, job_id: str | None = None) -> Ended:
        self.session.options = replace(self.session.options, job_id=job_id)
        return run_one(self.session, self.leg.repository, kinds, asked)

    def _before(self) -> None:
        """Give back what dead workers held; say what a first capture will cost."""
        now = self.session.clock.now()
        with self.session.open_store() as store:
            rescued = rescue(store, now=now)
            is_first = store.repository(self.leg.repository) is None
            work = Work(
                kind=ALL_OF_IT, repository=self.leg.repository, repository_id=None, asked=self.leg.asked
            )
            looked = look(store, work, now=now)
        if rescued:
            self.session.progress.say(f"{plural(rescued, 'capture job')} of workers that died: queued again.")
        if is_first:
            items = count_runs(self.settings, self.session.clock, work, looked)
            expected = expected_cost(self.settings, work, items, looked, legs=1)
            say_before(self.settings, work, expected, self.session.progress.say)

    def _waiting(self, ended: Ended) -> None:
        """Go on with what waits in the database, until something hinders it."""
        now, name = self.session.clock.now(), self.leg.repository
        with self.session.open_store() as store:
            jobs = waiting_jobs(store, name, now=now, kinds=self.kinds.keys())
        for job in jobs:
            if ended.error or ended.pause or self.session.stop.is_set():
                break
            more = self._run_one([self.kinds[job.kind]], Asked.of(job.parameters, now=now), job.id)
            ended.results += more.results
            ended.error, ended.pause = more.error, more.pause
        with self.session.open_store() as store:
            settle_waiting_parents(store, name, now=self.session.clock.now())

    def _clean_up(self, ended: Ended) -> None:
        """Only where somebody has said after how many days; GitHub deleting is why we keep."""
        days = self.settings.clean_up_after_days
        if days is None or ended.error or self.session.stop.is_set():
            return
        now = self.session.clock.now()
        with self.session.open_store() as store:
            row = store.repository(ended.repository)
            before, owner = now - timedelta(days=days), row["id"] if row else None
            cleaned = clean_up(store, self.session.open_files(), before, owner, now=now)
        self.session.progress.say(f"Clean-up: {plural(cleaned.files, 'stored file')} removed.")
