"""The jobs and steps of every attempt of every run in the store.

Passes, cheapest first, because in GraphQL it is the nested connection that costs: the jobs of 100 runs for
one point, without steps; then what only REST can tell (attempt numbers of runs that were run again, whatever
GraphQL could not give); then the steps of 100 jobs for one point; then, by REST, jobs whose steps leave a
doubt that they are jobs at all. Each pass asks the store what is left, so what one cannot do the next does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeVar

import click

from progressive_capture.lib.base_capture import BaseCapture
from progressive_capture.lib.capture_values import A_HUNDRED, Asked, Collaborators, Pass, Repository, hundreds
from progressive_capture.lib.command_line import (
    HELP_NAMES,
    JOB_ID,
    capture_options,
    ends_well,
    repository_option,
    run_from_shell,
)
from progressive_capture.lib.errors import NotFoundError, UnexpectedPayloadError
from progressive_capture.lib.github.batches import NodeBatch
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.failures import GraphQLRefusedError
from progressive_capture.lib.github.hybrid import Ways, choose_ways
from progressive_capture.lib.identify import run_is_gone
from progressive_capture.lib.normalize.carried import mark_carried
from progressive_capture.lib.normalize.graphql_jobs import graphql_job_rows, graphql_job_with_steps
from progressive_capture.lib.normalize.jobs import rest_job_row
from progressive_capture.lib.normalize.rows import Batch, WorkflowJobCoverageRow, WorkflowJobRow
from progressive_capture.lib.store.contract import JobToCapture, RunToCapture, Span

OfARun = TypeVar("OfARun", RunToCapture, JobToCapture)


class JobDetails(BaseCapture):
    """The capture of kind `workflow_jobs`."""

    kind = "workflow_jobs"

    def __init__(
        self, repository: Repository, asked: Asked, collaborators: Collaborators, github: GitHub
    ) -> None:
        super().__init__(repository, asked, collaborators)
        self._github = github
        self._chosen: set[int] = set()
        self._span = Span(
            repository_id=repository.id,
            created_from=asked.since,
            created_to=asked.until,
            first_id=asked.first_id,
            last_id=asked.last_id,
        )

    def passes(self) -> Iterator[Pass]:
        """Jobs by GraphQL, jobs by REST, steps by GraphQL, doubts by REST: each only what is left."""
        store, span, depth = self.with_.store, self._span, self.asked.depth or "steps"
        pending = store.count_runs_without_jobs(span, depth=depth)
        if pending and self._ways(pending).graphql:
            for giants in (False, True):
                yield self._jobs_by_graphql(depth, giants=giants)
        yield Pass(
            title="jobs, run by run",
            units=self._of_the_newest(store.runs_without_jobs(span, depth=depth)),
            fetch=self._jobs_of_run,
            key=_run_name,
            items=self._at_most(store.count_runs_without_jobs(span, depth=depth)),
        )
        if depth == "jobs":
            return
        if self._github.graphql_available:
            for giants in (False, True):
                yield self._steps_by_graphql(giants=giants)
        doubtful = self._of_the_newest(store.runs_in_doubt(span))
        yield Pass(title="doubtful jobs", units=doubtful, fetch=self._jobs_of_run, key=_run_name)
        self.resolve(self._done_in_another_way(depth))

    def _done_in_another_way(self, depth: str) -> list[str]:
        """Open failures of runs that nothing is left to do of, whichever pass has done it."""
        if not self.open_failures:
            return []
        everything, store = Span(repository_id=self.repository.id), self.with_.store
        left = {_run_name(run) for run in store.runs_without_jobs(everything, depth=depth)}
        left |= {_run_name(run) for run in store.runs_in_doubt(everything)}
        return [key for key in self.open_failures if key not in left]

    def _jobs_by_graphql(self, depth: str, *, giants: bool) -> Pass:
        """Giants, runs with over a page of jobs, come last: their further pages are asked for together."""
        left = self.with_.store.count_runs_without_jobs(self._span, depth="jobs")
        return Pass(
            title="jobs of giants" if giants else f"jobs, {A_HUNDRED} runs a query",
            units=hundreds(self._for_graphql(depth)),
            fetch=partial(self._jobs_of_runs, giants=giants),
            key=lambda runs: f"jobs of runs {runs[0].run_id} to {runs[-1].run_id}",
            items=self._at_most(left),
            another_follows=True,
        )

    def _steps_by_graphql(self, *, giants: bool) -> Pass:
        return Pass(
            title="steps of giants" if giants else f"steps, {A_HUNDRED} jobs a query",
            units=hundreds(self._of_the_newest(self.with_.store.jobs_without_steps(self._span))),
            fetch=partial(self._steps_of_jobs, giants=giants),
            key=lambda jobs: f"steps of jobs {jobs[0].job_id} and {len(jobs) - 1} more",
            items=None if self._chosen else self.with_.store.count_jobs_without_steps(self._span),
            another_follows=True,
        )

    # -- what is to do ---------------------------------------------------------------------------------

    def _ways(self, pending: int) -> Ways:
        budget = self._github.budget().get("core")
        return choose_ways(
            pending=self._at_most(pending),
            spare_requests=budget.spendable if budget is not None else None,
            graphql_available=self._github.graphql_available,
            depth=self.asked.depth,
        )

    def _for_graphql(self, depth: str) -> Iterator[RunToCapture]:
        """Runs that GraphQL can tell whole: of a run that was run again it does not know the attempts."""
        for run in self._of_the_newest(self.with_.store.runs_without_jobs(self._span, depth="jobs")):
            if run.node_id is not None and (depth == "jobs" or not _was_run_again(run)):
                yield run

    def _of_the_newest(self, units: Iterator[OfARun]) -> Iterator[OfARun]:
        """The units of the newest so many runs that have something to do, where so many were asked for."""
        most = self.asked.max_items
        for unit in units:
            if most is None or unit.run_id in self._chosen or len(self._chosen) < most:
                if most is not None:
                    self._chosen.add(unit.run_id)
                yield unit

    def _at_most(self, items: int) -> int:
        return items if self.asked.max_items is None else min(items, self.asked.max_items)

    # -- how a unit is fetched (in many threads; the store is not touched) -----------------------------

    def _jobs_of_runs(self, runs: list[RunToCapture], *, giants: bool) -> Iterator[Batch]:
        """Up to 100 runs by GraphQL; what is missing or makes no sense is left to the next pass."""
        try:
            answer = self._github.jobs_of_runs([run.node_id for run in runs if run.node_id], giants=giants)
        except GraphQLRefusedError:
            return
        if answer.captured_at is None:
            return  # not one of them was found
        rows: list[WorkflowJobRow] = []
        coverage: list[WorkflowJobCoverageRow] = []
        for run in runs:
            node = answer.found.get(run.node_id or "")
            if node is None:
                continue
            try:
                jobs = graphql_job_rows(
                    node, run=run, repository_id=self.repository.id, captured_at=answer.captured_at
                )
            except UnexpectedPayloadError:
                continue  # REST tells this run's jobs, in the pass that follows
            rows += mark_carried(jobs.rows) if _was_run_again(run) else jobs.rows
            coverage.append(
                self._coverage(run, answer.captured_at, "jobs", len(jobs.rows), jobs.foreign_count)
            )
        yield Batch(rows={"workflow_jobs": rows, "workflow_job_coverage": coverage}, processed=len(coverage))

    def _jobs_of_run(self, run: RunToCapture) -> Iterator[Batch]:
        """One run by REST: every attempt's jobs, and all that GitHub knows of them."""
        try:
            answer = self._github.run_jobs(self.repository.full_name, run.run_id)
        except NotFoundError:
            if not run_is_gone(self._github, self.repository.full_name, run.run_id):
                raise
            yield Batch(gone_runs={run.run_id: self._github.server_now()})
            return
        rows = mark_carried(
            rest_job_row(job, repository_id=self.repository.id, captured_at=answer.captured_at)
            for job in answer.jobs
        )
        yield Batch(
            rows={
                "workflow_jobs": rows,
                "workflow_job_coverage": [
                    self._coverage(run, answer.captured_at, "full", len(rows), foreign_count=None)
                ],
            },
            processed=1,
            jobs_listed={run.run_id: {row["id"] for row in rows}},
        )

    def _steps_of_jobs(self, jobs: list[JobToCapture], *, giants: bool) -> Iterator[Batch]:
        """The steps of up to 100 jobs; a job that GraphQL does not give is in doubt, and REST's to tell."""
        try:
            answer = self._github.steps_of_jobs([job.node_id for job in jobs], giants=giants)
        except GraphQLRefusedError:
            return
        if answer.captured_at is None:
            return
        rows = [row for job in jobs if (row := self._with_steps(job, answer)) is not None]
        yield Batch(rows={"workflow_jobs": rows}, processed=len(rows), completing=True)

    def _with_steps(self, job: JobToCapture, answer: NodeBatch) -> WorkflowJobRow | None:
        """A job's row with its steps; None where they are missing or make no sense: REST's to tell."""
        node = answer.found.get(job.node_id)
        if node is None or answer.captured_at is None:
            return None
        try:
            return graphql_job_with_steps(
                node, run_id=job.run_id, repository_id=self.repository.id, captured_at=answer.captured_at
            )
        except UnexpectedPayloadError:
            return None

    def _coverage(
        self,
        run: RunToCapture,
        captured_at: datetime,
        depth: Literal["jobs", "full"],
        job_count: int,
        foreign_count: int | None,
    ) -> WorkflowJobCoverageRow:
        """The proof for one run, as of the state of it that the store knows: a later one is to do again."""
        return WorkflowJobCoverageRow(
            repository_id=self.repository.id,
            captured_at=captured_at,
            run_id=run.run_id,
            run_attempt=run.run_attempt,
            run_updated_at=run.updated_at,
            run_status=run.status,
            depth=depth,
            job_count=job_count,
            foreign_check_run_count=foreign_count,
        )


def _was_run_again(run: RunToCapture) -> bool:
    return run.run_attempt is not None and run.run_attempt > 1


def _run_name(run: RunToCapture) -> str:
    return f"jobs of run {run.run_id}"


@click.command("job-details", context_settings=HELP_NAMES)
@repository_option
@JOB_ID
@capture_options
@ends_well
def command(repository: str | None, **chosen: Any) -> int:
    """Capture the jobs and steps of every run that is in the database.

    Only what is missing or has changed; run historical-sync first, or sync for both.
    """
    from progressive_capture.lib.capture_command import run_command  # noqa: PLC0415  (--help stays quick)

    return run_command([JobDetails], [repository] if repository else [], **chosen)


if __name__ == "__main__":
    run_from_shell(command)
