"""Jobs that were routed inline, carried out in this process: claimed, captured, settled, given back.

Several workers share one database and never a job: a claim is one worker's, proved by its heartbeat, and
whoever has lost it stores nothing more. A job that failed waits, longer each time, while attempts are left;
one that paused goes on where it stopped, in a later pass, and uses up none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from progressive_capture.lib.assembly import Options
from progressive_capture.lib.base_capture import in_words
from progressive_capture.lib.capture_job import (
    LEASE,
    CaptureJob,
    JobStatus,
    claimed,
    lease_expired,
    requeued,
)
from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import (
    AuthenticationError,
    CaptureError,
    GitHubUnavailableError,
    JobConflictError,
    NotFoundError,
    StoreError,
)
from progressive_capture.lib.report import Progress, printable
from progressive_capture.lib.running import CaptureKind, Ended, run_one
from progressive_capture.lib.settings import Settings
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.worker_identity import is_surely_dead, own_identity
from queue_manager.ends_of_jobs import WorkedOn, in_one_line, left, pause_of
from queue_manager.verdicts import applied, lost
from queue_manager.worker_session import JobSession, StopOf, heard_signals

PROCESSOR = "inline"
TIME_LIMIT = timedelta(minutes=30)
"""Of one job at a time; what is left of it goes on in a later pass, after the others."""
REFUSALS_IN_A_ROW = 2
"""So many jobs one after the other whose token GitHub refuses, and it is the token's fault, not theirs."""
TRIES = 3


@dataclass(kw_only=True)
class Worked:
    """What a worker did until its end.

    Attributes:
        jobs: how many it left in each state; one that failed and is tried again is `queued`.
        stopped: a signal ended it.
        error: what ended it before its time.
    """

    jobs: Counter[JobStatus] = field(default_factory=Counter)
    stopped: bool = False
    error: CaptureError | None = None

    @property
    def exit_code(self) -> int:
        """0 unless an error ended it, or, unless a signal did, jobs failed for good (1)."""
        if self.error is not None:
            return self.error.exit_code
        return int(bool(self.jobs[JobStatus.FAILED]) and not self.stopped)


class InlineWorker:
    """Works on the jobs of one database, one at a time; a context manager, used by one thread.

    Args:
        settings: of this process.
        database: its URL; where the jobs are and the history goes.
        kinds: every capture by the name of its kind.
        clock: the time.
        progress: shows what happens; opened and closed by the caller.
        identity: a name that no other worker has.
        repository: only jobs about this one, its name in any case.
        options: of the captures, but for the database, what is asked, the job and the time.
        time_limit: of one job at a time.
    """

    def __init__(
        self,
        settings: Settings,
        database: str,
        kinds: Mapping[str, CaptureKind],
        clock: Clock,
        *,
        progress: Progress,
        identity: str | None = None,
        repository: str | None = None,
        options: Options | None = None,
        time_limit: timedelta = TIME_LIMIT,
    ) -> None:
        self.identity = identity or own_identity()
        options = replace(options or Options(database=database), database=database, time_budget=None)
        self._session = JobSession(settings, options, progress, clock, identity=self.identity)
        self.stop = StopOf(self._session.stop)
        self._kinds = kinds
        self._clock = clock
        self._progress = progress
        self._repository = repository
        self._time_limit = time_limit
        self._opened = ExitStack()
        self._its_store: Store | None = None
        self._refused_in_a_row = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections to GitHub and to the database."""
        self._session.close()
        self._opened.close()

    # ---- one job ------------------------------------------------------------------------------------------

    def work_once(self, *, deadline: datetime | None = None) -> WorkedOn | None:
        """Claim the next job and carry it out; None where none may run now, or it is told to stop.

        Raises:
            StoreError: the database does not answer, for longer than its patience; the job's claim runs out.
        """
        began = self._clock.now()
        if self.stop.is_set():
            return None
        job = self._store.claim_next(
            worker=self.identity,
            now=began,
            kinds=list(self._kinds),
            repository=self._repository,
            processor=PROCESSOR,
        )
        return None if job is None else self._carry_out(job, began, deadline)

    def run(self, job_id: str) -> WorkedOn | None:
        """Claim this very job, if it is queued, and carry it out now; None where it cannot be had.

        Raises:
            StoreError: as in `work_once`.
        """
        began = self._clock.now()
        job = self._store.job(job_id)
        if job is None or job.status is not JobStatus.QUEUED or job.kind not in self._kinds:
            return None
        mine = claimed(job, by=self.identity, now=began)
        return self._carry_out(mine, began, None) if self._store.replace_job(job, mine) else None

    def _carry_out(self, job: CaptureJob, began: datetime, deadline: datetime | None) -> WorkedOn:
        limit = began + self._time_limit
        ended = self._capture(job, limit if deadline is None else min(limit, deadline))
        if isinstance(ended.error, StoreError):
            raise ended.error
        return WorkedOn(job=self._leave(job, ended), ended=ended, took=self._clock.now() - began)

    def _capture(self, job: CaptureJob, deadline: datetime) -> Ended:
        try:
            asked = Asked.of(job.parameters, now=self._clock.now())
            self._session.take(job.id, asked, deadline)
            return run_one(self._session, job.repository, [self._kinds[job.kind]], asked)
        except Exception as error:  # noqa: BLE001  (a job that cannot be carried out must not end the worker)
            return Ended(job.repository, error=CaptureError(in_words(error)))
        finally:
            self.stop.forget_the_capture_s()

    def _leave(self, job: CaptureJob, ended: Ended) -> CaptureJob:
        """Write what the capture itself did not: its end before it began, and when it is tried again."""
        for _ in range(TRIES):
            before = self._store.job(job.id) or job
            if isinstance(ended.error, JobConflictError):
                break  # it is somebody else's
            now = self._clock.now()
            after = left(before, ended, by=self.identity, now=now, items_due=self._items_due(job, ended))
            try:
                if after == before or self._store.replace_job(before, after):
                    return after
            except JobConflictError:
                break  # equal work was asked for anew: this job stays failed
        return self._store.job(job.id) or job

    def _items_due(self, job: CaptureJob, ended: Ended) -> datetime | None:
        """When the first of the items that failed may be tried again; before that there is nothing to do."""
        if not any(result.failed or result.postponed for result in ended.results):
            return None
        row = self._store.repository(ended.results[-1].repository)
        failures = self._store.failures(row["id"], kind=job.kind) if row is not None else []
        return min((failure["next_attempt_at"] for failure in failures), default=None)

    # ---- what others left ---------------------------------------------------------------------------------

    def wake(self) -> int:
        """Give paused inline jobs back to the queue whose time has come; says how many."""
        woken = 0
        while due := self._store.due_jobs(
            now=self._clock.now(), kinds=list(self._kinds), processor=PROCESSOR
        ):
            now = self._clock.now()
            swapped = sum(self._store.replace_job(job, requeued(job, now=now)) for job in due)
            woken += swapped
            if not swapped:
                break  # other workers are at it
        return woken

    def rescue(self) -> int:
        """Give inline jobs of workers that died back to the queue, or let them have failed; says how many.

        One on this host is known to be dead at once, any other when its lease has run out.
        """
        now, rescued = self._clock.now(), 0
        # As if it were later: all that run, the longest silent ones first.
        for job in self._store.abandoned_jobs(now=now + 2 * LEASE):
            if _is_inline(job) and (lease_expired(job, now=now) or is_surely_dead(job.claimed_by or "")):
                rescued += self._store.replace_job(job, applied(job, lost(job, now), now))
        return rescued

    # ---- many jobs ----------------------------------------------------------------------------------------

    def work(
        self,
        *,
        watch: timedelta | None = None,
        time_budget: timedelta | None = None,
        tell: Callable[[WorkedOn], None] | None = None,
    ) -> Worked:
        """Work until the queue has nothing more to do now; then, where it is watched, again and again.

        A pass begins with what others left: pauses that are over, and jobs of dead workers. It ends early
        where GitHub cannot be asked for now: no other job would fare better. A signal ends it in order, with
        its job paused.

        Args:
            watch: begin a pass so long after each one's end; None: one pass.
            time_budget: no job begins after it, and one that runs then is paused.
            tell: told of each job; unless given, a line is shown.
        """
        deadline = None if time_budget is None else self._clock.now() + time_budget
        worked = Worked()
        with heard_signals(self.stop):
            try:
                while True:
                    not_before = self._pass(worked, deadline, tell or self._say)
                    if watch is None or not self._wait(watch, not_before, deadline):
                        break
            except CaptureError as error:
                worked.error = error
                self._progress.say(printable(f"The worker ends: {error} {error.hint}".strip()))
        worked.stopped = self.stop.is_set()
        return worked

    def _pass(
        self, worked: Worked, deadline: datetime | None, tell: Callable[[WorkedOn], None]
    ) -> datetime | None:
        """Work until there is nothing more; says when it is worth while again, where that is known."""
        self.wake()
        self.rescue()
        while deadline is None or self._clock.now() < deadline:
            done = self.work_once(deadline=deadline)
            if done is None:
                break
            worked.jobs[done.job.status] += 1
            tell(done)
            self._refuse_a_useless_token(done.ended)
            if isinstance(done.ended.error, GitHubUnavailableError):
                break
            if (pause := pause_of(done.ended)) is not None and pause.cause == "budget":
                return pause.resume_at
        return None

    def _wait(self, watch: timedelta, not_before: datetime | None, deadline: datetime | None) -> bool:
        """Wait for the next pass; says whether there is to be one."""
        now = self._clock.now()
        again_at = max(now + watch, not_before or now)
        if deadline is not None and again_at >= deadline:
            return False
        return not self._clock.wait((again_at - now).total_seconds(), self.stop)

    def _refuse_a_useless_token(self, ended: Ended) -> None:
        """End where every further job would only use up its attempts."""
        pause = pause_of(ended)
        if pause is not None and pause.cause == "token":
            raise AuthenticationError(
                "GitHub no longer accepts the token.",
                hint="Set GITHUB_TOKEN to one that is valid now, and start the worker again.",
            )
        refused = isinstance(ended.error, AuthenticationError) and not isinstance(ended.error, NotFoundError)
        self._refused_in_a_row = self._refused_in_a_row + 1 if refused else 0
        if ended.error is not None and self._refused_in_a_row >= REFUSALS_IN_A_ROW:
            raise ended.error

    def _say(self, done: WorkedOn) -> None:
        self._progress.say(in_one_line(done))

    @property
    def _store(self) -> Store:
        """The database, opened when it is first needed."""
        if self._its_store is None:
            self._its_store = self._opened.enter_context(self._session.open_store())
        return self._its_store


def _is_inline(job: CaptureJob) -> bool:
    """Whether it is a worker's in one piece, and nobody else looks after it."""
    is_part_or_whole = job.parent_id is not None or job.chunk_count is not None
    return job.processor == PROCESSOR and job.dispatch_nonce is None and not is_part_or_whole
