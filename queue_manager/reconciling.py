"""Dispatched jobs matched with their workflow runs, and jobs of dead workers given back to the queue.

One listing per workflow serves all of its jobs; only what it does not show is asked for one by one. A run is
known by its id, or by the word (nonce) in its name: never by the time at which it began. A workflow that
starts itself again passes the word on, so that the next run is found by it, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol

from progressive_capture.lib.capture_job import WAITING, CaptureJob, JobStatus, lease_expired, requeued
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import CaptureError, CapturePaused, JobConflictError, NotFoundError
from progressive_capture.lib.github.workflow_control import RunState
from progressive_capture.lib.github.workflow_errors import WorkflowMissingError
from progressive_capture.lib.report import plural, printable
from progressive_capture.lib.store.contract import Store
from queue_manager.costs import RunCost
from queue_manager.hindrances import WORKFLOW_FILES
from queue_manager.verdicts import (
    GOES_ON_WITHIN,
    Next,
    Seen,
    Verdict,
    applied,
    cancelled,
    lost,
    undispatched,
    verdict,
)

MOST_PAGES = 10
"""With a filter GitHub lists 1,000 runs."""
CLOCKS_APART = timedelta(hours=1)
"""Ours and GitHub's, at most: a run is looked for among those that began so much earlier, too."""
JOBS_LOOKED_AT = 1_000
SETTLED = (JobStatus.PAUSED, JobStatus.FAILED, JobStatus.SUCCEEDED, JobStatus.CANCELLED)
_GOES_ON = (Next.LEAVE, Next.END_RUN)
"""Verdicts about runs that are not over, or jobs that are not."""
SILENT_JOBS_LOOKED_AT = 10_000
"""Jobs of several chunks never show life themselves: they must not hide the others."""


class SeesRuns(Protocol):
    """The part of `WorkflowControl` that is needed here."""

    def runs_of(
        self, full_name: str, file: str, *, page: int = 1, **filters: str
    ) -> tuple[list[RunState], bool]: ...

    def run(self, full_name: str, run_id: int) -> RunState: ...

    def cancel(self, full_name: str, run_id: int) -> bool: ...


@dataclass(frozen=True)
class Change:
    """A job before and after, and why."""

    before: CaptureJob
    after: CaptureJob
    reason: str


@dataclass(kw_only=True)
class Reconciled:
    """What a look at the queue came to; `problems` are what could not be looked at, in words."""

    looked_at: int = 0
    changes: list[Change] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Listing:
    """A workflow's newest runs; whoever was dispatched after `complete_since` is in it, if it is anywhere."""

    runs: Mapping[int, RunState]
    complete_since: datetime | None

    def of(self, job: CaptureJob) -> list[RunState]:
        """The runs of a job's dispatch, the first one first."""
        mine = [
            run
            for run in self.runs.values()
            if run.id == job.workflow_run_id or job.dispatch_nonce in run.display_title.split()
        ]
        return sorted((run for run in mine if run.id >= (job.workflow_run_id or 0)), key=lambda run: run.id)

    def has_all_of(self, job: CaptureJob) -> bool:
        """Whether a run that is not in it was never started."""
        asked_at = job.dispatched_at
        return self.complete_since is not None and asked_at is not None and asked_at >= self.complete_since


class Reconciler:
    """Brings capture jobs to where their workflow runs are.

    Args:
        store: where the jobs are.
        control: looks at workflow runs; None: GitHub cannot be asked, and what depends on it is left.
        clock: the time.
        jobs_repository: OWNER/NAME of the repository whose workflows run.
        cost_of: a completed workflow run's; one request. Raises what GitHub does.
    """

    def __init__(
        self,
        store: Store,
        control: SeesRuns | None,
        clock: Clock,
        *,
        jobs_repository: str | None,
        cost_of: Callable[[int], RunCost],
    ) -> None:
        self._store = store
        self._control = control
        self._clock = clock
        self._repository = jobs_repository
        self._cost_of = cost_of

    def reconcile(self) -> Reconciled:
        """Look at all workflow runs that jobs wait for, and settle, or queue again, what they left.

        Raises:
            StoreError: the database does not answer; what was done is kept.
        """
        done = Reconciled()
        for file, jobs in _by_file(outstanding(self._store)):
            done.looked_at += len(jobs)
            listing = self._list(file, jobs, done)
            if listing is not None:
                for job in jobs:
                    self._reconcile(job, listing, done)
        return done

    def rescue(self) -> Reconciled:
        """Give running jobs back whose workers show no life, or let them have failed after the last attempt.

        What was dispatched is left to `reconcile`; a job with chunks lives while one of them does, or its
        workflow run.

        Raises:
            StoreError: the database does not answer; what was done is kept.
        """
        now = self._clock.now()
        done = Reconciled()
        for job in self._store.abandoned_jobs(now=now, limit=SILENT_JOBS_LOOKED_AT):
            if job.dispatch_nonce is not None:
                continue
            done.looked_at += 1
            if not self._lives_elsewhere(job, done):
                self._carry_out(job, job, lost(job, now), done)
        return done

    def wake(self) -> Reconciled:
        """Give paused jobs back to the queue whose time has come; that uses up no attempt."""
        now = self._clock.now()
        done = Reconciled()
        for job in _pages(self._store, JobStatus.PAUSED):
            if _is_due(job, now) and job.parent_id is None and job.dispatch_nonce is None:
                done.looked_at += 1
                self._swap(job, undispatched(requeued(job, now=now)), "it may go on", done)
        return done

    def runs_of(self, job: CaptureJob) -> Sequence[RunState]:
        """The workflow runs of a job's dispatch as GitHub lists them now, the first one first.

        Raises:
            CaptureError, CapturePaused: as GitHub's client does.
        """
        if self._control is None or job.kind not in WORKFLOW_FILES or job.dispatch_nonce is None:
            return []
        return self._listed(WORKFLOW_FILES[job.kind], [job]).of(job)

    def _list(self, file: str, jobs: Sequence[CaptureJob], done: Reconciled) -> _Listing | None:
        """None where GitHub gives no answer: then nothing is decided."""
        if self._control is None:
            done.problems.append(
                f"{plural(len(jobs), 'dispatched job')} of {file}: GitHub cannot be asked "
                "(a token and the repository whose workflows run are needed)."
            )
            return None
        try:
            return self._listed(file, jobs)
        except WorkflowMissingError as missing:
            # Its runs may still be there, or all of it is hidden from this token: nothing is sure.
            done.problems.append(_in_words(missing))
            return _Listing(runs={}, complete_since=None)
        except (CaptureError, CapturePaused) as failure:
            done.problems.append(_in_words(failure))
            return None

    def _listed(self, file: str, jobs: Sequence[CaptureJob]) -> _Listing:
        assert self._control is not None
        known = {job.workflow_run_id for job in jobs}
        since = min(job.dispatched_at or self._clock.now() for job in jobs) - CLOCKS_APART
        filters = {"event": "workflow_dispatch", "created": f">={since:%Y-%m-%dT%H:%M:%SZ}"}
        runs: dict[int, RunState] = {}
        for page in range(1, MOST_PAGES + 1):
            found, has_more = self._control.runs_of(self._repository or "", file, page=page, **filters)
            runs |= {run.id: run for run in found if run.event == "workflow_dispatch"}
            if not has_more:
                return _Listing(runs=runs, complete_since=since)
            if None not in known and known.issubset(runs):
                break
        return _Listing(runs=runs, complete_since=_oldest(runs))

    def _reconcile(self, job: CaptureJob, listing: _Listing, done: Reconciled) -> None:
        now = self._clock.now()
        runs = listing.of(job)
        seen: Seen = self._current(runs) if runs else self._alone(job, listing, done)
        said = verdict(job, seen, now)
        if job.status is JobStatus.RUNNING and said.next is not Next.LEAVE and self._has_live_part(job):
            return
        if said.next is Next.END_RUN and isinstance(seen, RunState):
            self._end(seen.id, done)
        after = _recorded(job, seen)
        if said.next in _GOES_ON and (job.status is JobStatus.RUNNING or after == job):
            return  # a worker writes its whole row again and again: what others write there does not last
        over = [run.id for run in runs if isinstance(seen, RunState) and run.id < seen.id]
        if isinstance(seen, RunState) and said.next not in _GOES_ON:
            over.append(seen.id)
        if (paid := self._paid(after, over, done)) is not None:
            self._carry_out(job, paid, said, done)

    def _end(self, run_id: int, done: Reconciled) -> None:
        assert self._control is not None
        try:
            self._control.cancel(self._repository or "", run_id)
        except (CaptureError, CapturePaused) as failure:
            done.problems.append(f"Workflow run {run_id} could not be cancelled. {_in_words(failure)}")

    def _current(self, runs: Sequence[RunState]) -> RunState:
        """The first that is not over, or the last one."""
        return next((run for run in runs if run.status != "completed"), runs[-1])

    def _alone(self, job: CaptureJob, listing: _Listing, done: Reconciled) -> Seen:
        """A run that its workflow's listing does not show."""
        if job.workflow_run_id is None or self._control is None:
            return None if listing.has_all_of(job) else "unknown"
        try:
            return self._control.run(self._repository or "", job.workflow_run_id)
        except NotFoundError:
            return None if listing.complete_since is not None else "unknown"
        except (CaptureError, CapturePaused) as failure:
            done.problems.append(_in_words(failure))
            return "unknown"

    def _paid(self, job: CaptureJob, run_ids: Sequence[int], done: Reconciled) -> CaptureJob | None:
        """The job with what these runs cost; None where that can be asked later only."""
        for run_id in run_ids:
            try:
                cost = self._cost_of(run_id)
            except CapturePaused as pause:
                done.problems.append(_in_words(pause))
                return None
            except NotFoundError:
                continue  # a deleted run was paid for, but nobody can tell how much
            except CaptureError as failure:
                done.problems.append(f"What run {run_id} cost is not known. {_in_words(failure)}")
                continue
            job = job.evolve(
                runner_minutes=job.runner_minutes + cost.minutes, cost_usd=job.cost_usd + cost.dollars
            )
        return job

    def _carry_out(self, before: CaptureJob, job: CaptureJob, said: Verdict, done: Reconciled) -> None:
        now = self._clock.now()
        try:
            swapped = self._swap(before, applied(job, said, now), said.reason, done)
        except JobConflictError:  # equal work was asked for anew: this job stays as it is
            over = Verdict(Next.OVER, "equal work waits")
            swapped = self._swap(before, applied(job, over, now), over.reason, done)
        if swapped and said.next is Next.CANCEL:
            cancel_parts(self._store, job, now=now, reason=said.reason)

    def _swap(self, before: CaptureJob, after: CaptureJob, reason: str, done: Reconciled) -> bool:
        swapped = self._store.replace_job(before, after)
        if swapped:
            done.changes.append(Change(before, after, reason))
        return swapped

    def _lives_elsewhere(self, job: CaptureJob, done: Reconciled) -> bool:
        """Whether a running job without a heartbeat is carried out in parts, somewhere."""
        parts = self._store.children(job.id)
        if not parts:
            return False
        if any(_shows_life(part, self._clock.now()) for part in parts):
            return True
        if job.workflow_run_id is None:  # somebody's own plan: its legs may begin at any time
            return any(part.status in WAITING for part in parts)
        if self._is_elsewhere(job.workflow_run_url):
            return True
        seen = self._alone(job, _Listing(runs={}, complete_since=self._clock.now()), done)
        return seen == "unknown" or (isinstance(seen, RunState) and seen.status != "completed")

    def _is_elsewhere(self, run_url: str | None) -> bool:
        """Whether a run is of a repository that nobody looks at here."""
        return run_url is not None and f"/{self._repository}/actions/".lower() not in run_url.lower()

    def _has_live_part(self, job: CaptureJob) -> bool:
        return any(_shows_life(part, self._clock.now()) for part in self._store.children(job.id))


def outstanding(store: Store) -> list[CaptureJob]:
    """Jobs whose dispatch has not been seen to its end, whatever became of them meanwhile."""
    rows = [*store.dispatched_jobs(limit=JOBS_LOOKED_AT)]
    for status in SETTLED:
        rows += store.jobs(status=status, processor="actions", limit=JOBS_LOOKED_AT)
    return list({job.id: job for job in rows if job.dispatch_nonce is not None}.values())


def cancel_parts(store: Store, job: CaptureJob, *, now: datetime, reason: str) -> None:
    """Cancel what waits of the chunks of a job that is cancelled; one that runs is its worker's."""
    for part in store.children(job.id):
        if part.status in (JobStatus.QUEUED, JobStatus.PAUSED):
            store.replace_job(part, cancelled(part, now, reason))


def _by_file(jobs: Sequence[CaptureJob]) -> Iterator[tuple[str, list[CaptureJob]]]:
    placed = sorted((WORKFLOW_FILES[job.kind], job.id, job) for job in jobs if job.kind in WORKFLOW_FILES)
    for file, some in groupby(placed, key=lambda each: each[0]):
        yield file, [job for _, _, job in some]


def _pages(store: Store, status: JobStatus) -> Iterator[CaptureJob]:
    """All jobs in a state as it is now; they are read before the first is given, since some leave it."""
    found: list[CaptureJob] = []
    while page := store.jobs(status=status, limit=JOBS_LOOKED_AT, after=found[-1] if found else None):
        found += page
    return iter(found)


def _recorded(job: CaptureJob, seen: Seen) -> CaptureJob:
    if not isinstance(seen, RunState) or seen.id == job.workflow_run_id:
        return job
    return job.evolve(workflow_run_id=seen.id, workflow_run_url=seen.html_url or None)


def _oldest(runs: Mapping[int, RunState]) -> datetime | None:
    made = [run.created_at for run in runs.values() if run.created_at]
    return datetime.fromisoformat(min(made)) + CLOCKS_APART if made else None


def _is_due(job: CaptureJob, now: datetime) -> bool:
    """Whether a paused job may go on; a workflow that paused may be about to start itself again."""
    paused_at = job.updated_at if job.processor == "actions" else None
    if paused_at is not None and now - paused_at < GOES_ON_WITHIN:
        return False
    return job.resume_at is None or job.resume_at <= now


def _shows_life(job: CaptureJob, now: datetime) -> bool:
    return job.status is JobStatus.RUNNING and not lease_expired(job, now=now)


def _in_words(error: CaptureError | CapturePaused) -> str:
    hint = error.hint if isinstance(error, CaptureError) else ""
    return printable(f"{error} {hint}".strip(), 500)
