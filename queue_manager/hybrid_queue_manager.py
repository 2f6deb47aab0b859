"""HybridQueueManager: work is submitted here; it goes where it is cheapest, and its job can say why."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from progressive_capture.lib.capture_job import CaptureJob, JobStatus, requeued
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import (
    CaptureError,
    CapturePaused,
    ConfigurationError,
    JobConflictError,
    NotFoundError,
)
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.workflow_control import WorkflowControl
from progressive_capture.lib.report import plural, printable
from progressive_capture.lib.store.contract import Store
from queue_manager.dispatcher import Dispatcher, may_be_dispatched
from queue_manager.estimates import CountRuns, Prices, RequestEstimate, estimate_request
from queue_manager.facts import FactsGatherer
from queue_manager.hindrances import Hindrances
from queue_manager.queue_settings import QueueSettings
from queue_manager.reconciling import Reconciled, Reconciler, cancel_parts
from queue_manager.request import CaptureRequest, Processor, job_of
from queue_manager.router import Facts, Route, route
from queue_manager.run_costs import RunCosts
from queue_manager.verdicts import cancelled

TRIES = 3
MOST_DISPATCHED = 100
"""GitHub keeps so many runs waiting in one concurrency group, and cancels what is more."""
JOBS_AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class Explained:
    """Where a request would go, and why; nothing was submitted.

    Attributes:
        request: what was asked.
        route: the router's answer.
        facts: what it was told by.
        estimate: what it will cost.
    """

    request: CaptureRequest
    route: Route
    facts: Facts
    estimate: RequestEstimate


class HybridQueueManager:
    """The queue in one database.

    Args:
        store: where the jobs are; used by one thread at a time.
        clock: the time, and the way to wait.
        settings: thresholds, and whose workflows run.
        github: the client; None: GitHub cannot be asked.
        has_token: whether it asks with a token.
        database: the store's URL, which tells whether a runner can reach it.
        say: is told what could not be found out.
        stop: once set, nothing is waited for.
        count_runs: for estimates: asks how many runs a listing will bring; not at all, unless given.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        settings: QueueSettings,
        github: GitHub | None,
        has_token: bool,
        database: str,
        say: Callable[[str], None],
        stop: threading.Event | None = None,
        count_runs: CountRuns = lambda _work, _looked: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._github = github
        self._say = say
        self._count_runs = count_runs
        control = github.workflow_control if github is not None and has_token else None
        self._control: WorkflowControl | None = control
        self._hindrances = Hindrances(
            control,
            clock,
            jobs_repository=settings.jobs_repository,
            has_token=has_token,
            database=database,
        )
        self._dispatcher = Dispatcher(
            store,
            control,
            clock,
            jobs_repository=settings.jobs_repository,
            ref=settings.ref,
            hindrance=self._hindrances.of,
            goes_inline=self._goes_inline,
            stop=stop,
        )
        self._costs = RunCosts(github, settings.jobs_repository)
        self._reconciler = Reconciler(
            store,
            control if settings.jobs_repository is not None else None,
            clock,
            jobs_repository=settings.jobs_repository,
            cost_of=self._costs.of,
        )

    # ---- work comes in -----------------------------------------------------------------------------------

    def submit(self, request: CaptureRequest) -> CaptureJob:
        """Keep the work as a job, and start its workflow run where it goes to Actions.

        Where equal work waits already, that job is returned, as it is.

        Raises:
            ConfigurationError: it is refused: too large for inline, and Actions cannot do it.
            NotFoundError: GitHub shows no such repository.
            StoreError: the database does not answer.
        """
        return self._dispatcher.dispatch(self._store.add_job(self._as_job(request)))

    def submit_all(self, requests: Iterable[CaptureRequest]) -> Sequence[CaptureJob]:
        """Keep much work at once, in few transactions; in the order of the requests, equal ones one job.

        Nothing is dispatched here: that is paced, and `dispatch_waiting` does it.

        Raises:
            ConfigurationError: some of it is refused; then none of it is kept.
            NotFoundError, StoreError: as in `submit`.
        """
        jobs: list[CaptureJob] = []
        refused: list[ConfigurationError] = []
        for request in requests:
            try:
                jobs.append(self._as_job(request))
            except ConfigurationError as refusal:
                refused.append(refusal)
        if refused:
            raise ConfigurationError(
                f"{plural(len(refused), 'request')} of {len(jobs) + len(refused):,} cannot be done, "
                f"and none was submitted. The first: {refused[0]}",
                hint=refused[0].hint,
            )
        return self._store.add_jobs(jobs)

    def explain(self, request: CaptureRequest) -> Explained:
        """Where the request would go, why, and what it would cost; nothing is submitted.

        Raises:
            NotFoundError, StoreError: as in `submit`.
        """
        facts, answer = self._routed(request)
        return Explained(
            request=request, route=answer, facts=facts, estimate=self._estimate(request, facts, answer)
        )

    # ---- work is looked at -------------------------------------------------------------------------------

    def jobs(
        self,
        *,
        repository: str | None = None,
        status: JobStatus | None = None,
        kind: str | None = None,
        processor: str | None = None,
        limit: int = 50,
    ) -> Sequence[CaptureJob]:
        """Jobs, newest first: of a repository (its name in any case), in a state, and so on."""
        return self._store.jobs(
            repository=repository, status=status, kind=kind, processor=processor, limit=limit
        )

    def job(self, job_id: str) -> CaptureJob:
        """One job.

        Raises:
            ConfigurationError: it is not there.
        """
        job = self._store.job(job_id)
        if job is None:
            raise ConfigurationError(
                f"There is no capture job {printable(job_id, 80)!r} in {self._store.describe()}.",
                hint="List the jobs with: queue-manager list",
            )
        return job

    # ---- a person decides --------------------------------------------------------------------------------

    def cancel(self, job_id: str) -> CaptureJob:
        """Cancel what waits, with its workflow run. Of what runs in Actions, the run is asked to end.

        A running job that is asked to end is running still: `reconcile` writes its end.

        Raises:
            ConfigurationError: it is not there, over, a chunk, or runs inline.
            JobConflictError: somebody else keeps changing it.
            CaptureError, CapturePaused: a running job's workflow run could not be asked to end.
        """
        for _ in range(TRIES):
            before = self._whole(job_id, "cancel")
            if before.status is JobStatus.RUNNING:
                return self._ask_to_end(before)
            if before.status not in (JobStatus.QUEUED, JobStatus.PAUSED):
                raise ConfigurationError(
                    f"Capture job {before.id} is {before.status}: there is nothing to cancel.",
                    hint=f"See it with: queue-manager show {before.id}",
                )
            now, reason = self._clock.now(), "somebody cancelled it"
            after = cancelled(before, now, reason)
            if self._store.replace_job(before, after):
                cancel_parts(self._store, after, now=now, reason=reason)
                return self._end_runs(after)
        raise _keeps_changing(job_id)

    def retry(self, job_id: str) -> CaptureJob:
        """Let a failed job begin anew, with all of its attempts.

        Raises:
            ConfigurationError: it is not there, a chunk, or did not fail.
            JobConflictError: equal work waits already, or somebody else keeps changing it.
        """
        for _ in range(TRIES):
            before = self._whole(job_id, "retry")
            if before.status is not JobStatus.FAILED:
                raise ConfigurationError(
                    f"Capture job {before.id} is {before.status}: only a failed one can be tried again.",
                    hint=_INSTEAD[before.status],
                )
            now = self._clock.now()
            after = requeued(before, now=now).evolve(attempt=0, next_attempt_at=None, finished_at=None)
            if self._store.replace_job(before, after):
                return self._dispatcher.dispatch(after)
        raise _keeps_changing(job_id)

    # ---- the queue keeps itself in order -----------------------------------------------------------------

    def reconcile(self) -> Reconciled:
        """Match jobs with their workflow runs, wake what paused, and dispatch what waits for Actions.

        Raises:
            StoreError: the database does not answer; what was done is kept.
        """
        done = _together(self._reconciler.reconcile(), self._reconciler.wake())
        self.dispatch_waiting()
        return done

    def rescue(self) -> Reconciled:
        """Give jobs of dead workers back to the queue; see `Reconciler.rescue`."""
        return self._reconciler.rescue()

    def dispatch_waiting(self, most: int = MOST_DISPATCHED) -> Sequence[CaptureJob]:
        """Dispatch what waits for Actions, in the queue's order, until so many runs are on their way.

        Raises:
            StoreError: the database does not answer; what was dispatched is written down.
        """
        now = self._clock.now()
        waiting = [job for job in self._queued_for_actions() if may_be_dispatched(job, now=now)]
        under_way = sum(job.dispatch_nonce is not None for job in self._store.dispatched_jobs())
        return [self._dispatcher.dispatch(job) for job in waiting[: max(0, most - under_way)]]

    # ---- inside ------------------------------------------------------------------------------------------

    def _as_job(self, request: CaptureRequest) -> CaptureJob:
        """The items that it names are kept with it: they tell whether it may run inline after all."""
        _, answer = self._routed(request)
        return job_of(request, answer, self._clock.now()).evolve(total_items=request.items)

    def _routed(self, request: CaptureRequest) -> tuple[Facts, Route]:
        now, thresholds = self._clock.now(), self._settings.thresholds
        facts = self._gatherer(lambda asked: self._hindrances.of(asked.kind)).gather(
            request, thresholds, now=now
        )
        return facts, route(request, facts, thresholds, now=now)

    def _gatherer(self, dispatch: Callable[[CaptureRequest], str | None]) -> FactsGatherer:
        return FactsGatherer(self._store, github=self._asked_github, dispatch=dispatch, say=self._say)

    def _asked_github(self) -> GitHub:
        if self._github is None:
            raise ConfigurationError("GitHub cannot be asked here.", hint="Set GITHUB_TOKEN.")
        return self._github

    def _goes_inline(self, job: CaptureJob, refusal: str) -> str | None:
        """Why a job that Actions refuses runs inline; None where it must not."""
        now, thresholds = self._clock.now(), self._settings.thresholds
        try:
            request = CaptureRequest(
                kind=job.kind,
                repository=job.repository,
                parameters=job.parameters,
                items=job.total_items or None,
                processor="actions",
            )
            facts = self._gatherer(lambda _: refusal).gather(request, thresholds, now=now)
        except (ConfigurationError, NotFoundError):
            return None
        answer = route(request, replace(facts, dispatch=refusal), thresholds, now=now)
        if answer.processor != "inline":
            return None
        return f"{job.route_reason or 'it was to go to Actions'}; Actions cannot do it: {refusal}"

    def _estimate(self, request: CaptureRequest, facts: Facts, answer: Route) -> RequestEstimate:
        """As it is wanted, where it is refused."""
        processor: Processor = "inline" if answer.processor == "inline" else "actions"
        prices = Prices(
            minutes_cost=processor == "inline" or self._costs.are_minutes_paid_for(),
            inline_dollars_per_hour=self._settings.inline_dollars_per_hour,
        )
        return estimate_request(
            request,
            processor,
            facts,
            prices,
            store=self._store,
            now=self._clock.now(),
            count_runs=self._count_runs,
        )

    def _whole(self, job_id: str, verb: str) -> CaptureJob:
        job = self.job(job_id)
        if job.parent_id is not None:
            raise ConfigurationError(
                f"Capture job {job.id} is a chunk of another one.",
                hint=f"Use: queue-manager {verb} {job.parent_id}",
            )
        return job

    def _ask_to_end(self, job: CaptureJob) -> CaptureJob:
        asked = [self._cancel_run(run_id) for run_id in self._live_runs(job)]
        if not any(asked):
            raise ConfigurationError(
                f"Capture job {job.id} is running: {printable(job.claimed_by or 'a worker', 80)} has it.",
                hint="Stop that worker (Ctrl-C pauses the job), then cancel it.",
            )
        return self.job(job.id)

    def _end_runs(self, job: CaptureJob) -> CaptureJob:
        """What cannot be asked to end now, or is not listed yet, is asked when the queue is reconciled."""
        try:
            for run_id in self._live_runs(job):
                self._cancel_run(run_id)
        except (CaptureError, CapturePaused) as failure:
            said = printable(f"{job.error}; its workflow run could not be cancelled yet: {failure}", 500)
            self._store.replace_job(job, job.evolve(error=said))
        return self.job(job.id)

    def _live_runs(self, job: CaptureJob) -> list[int]:
        if self._control is None or self._settings.jobs_repository is None:
            return []
        listed = self._reconciler.runs_of(job)
        live = [run.id for run in listed if run.status != "completed"]
        if job.workflow_run_id is not None and job.workflow_run_id not in {run.id for run in listed}:
            live.append(job.workflow_run_id)
        return live

    def _cancel_run(self, run_id: int) -> bool:
        assert self._control is not None
        try:
            return self._control.cancel(self._settings.jobs_repository or "", run_id)
        except NotFoundError:
            return False

    def _queued_for_actions(self) -> list[CaptureJob]:
        found: list[CaptureJob] = []
        page = partial(self._store.jobs, status=JobStatus.QUEUED, processor="actions", limit=JOBS_AT_ONCE)
        while some := page(after=found[-1] if found else None):
            found += some
        return sorted(found, key=_in_turn)


_INSTEAD = {
    JobStatus.QUEUED: "It waits already; see why with: queue-manager list",
    JobStatus.RUNNING: "Let it end, or cancel it first.",
    JobStatus.PAUSED: "It goes on by itself when its time has come; reconcile and work see to that.",
    JobStatus.SUCCEEDED: "Submit the work again: what is new since is captured.",
    JobStatus.CANCELLED: "Submit the work again.",
}


def _in_turn(job: CaptureJob) -> tuple[int, float, str]:
    return (-job.priority, job.created_at.timestamp() if job.created_at else 0.0, job.id)


def _together(*parts: Reconciled) -> Reconciled:
    return Reconciled(
        looked_at=sum(part.looked_at for part in parts),
        changes=[change for part in parts for change in part.changes],
        problems=[problem for part in parts for problem in part.problems],
    )


def _keeps_changing(job_id: str) -> JobConflictError:
    return JobConflictError(
        f"Capture job {printable(job_id, 80)} is being changed by somebody else.",
        hint="Run the same command again.",
    )
