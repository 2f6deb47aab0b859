"""A simulated history as the batches that a first `sync` writes, from the simulator's truth.

Nothing is asked the way a capture asks, so that nothing but the writing takes time. As in a capture, a page
of 100 runs is a batch, the jobs of 100 runs by GraphQL (without steps) another, the steps of 100 jobs a
third; of a run that was run again REST tells the jobs, a batch for each run, and another for each earlier
attempt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from github_simulator.process import Simulator
from progressive_capture.lib.capture_values import hundreds
from progressive_capture.lib.normalize.carried import mark_carried
from progressive_capture.lib.normalize.jobs import rest_job_row
from progressive_capture.lib.normalize.rows import Batch, Row, WholeSpan
from progressive_capture.lib.normalize.runs import attempt_row, commit_row, created_at, run_row

RUNS_IN_ROUND = 1_000
A_SECOND = timedelta(seconds=1)

FROM_REST_ALONE = ("created_at", "labels", "runner_id", "runner_name", "runner_group_name")
FROM_THE_RUN = ("run_attempt", "workflow_name", "head_sha", "head_branch")
"""What a row of a job lacks that came by GraphQL; and the columns that it takes over from the stored run."""


@dataclass(frozen=True, kw_only=True)
class History:
    """A part of the history: runs as GitHub tells them, each with every attempt and job."""

    runs: Sequence[Mapping[str, Any]]
    attempts: Mapping[int, Sequence[Mapping[str, Any]]]
    jobs: Mapping[int, Sequence[Mapping[str, Any]]]


def rounds(simulator: Simulator, *, size: int = RUNS_IN_ROUND) -> Iterator[History]:
    """The whole history, oldest first, so many runs at a time. The simulator must have no unfinished runs."""
    runs = simulator.truth("runs")
    attempts = _InOrder(simulator.truth("attempts"), "id")
    jobs = _InOrder(simulator.truth("jobs"), "run_id")
    while some := list(islice(runs, size)):
        yield History(
            runs=some,
            attempts={run["id"]: attempts.of(run["id"]) for run in some},
            jobs={run["id"]: jobs.of(run["id"]) for run in some},
        )


class _InOrder:
    """What belongs to runs, told in the order of the runs; to some belongs nothing."""

    def __init__(self, payloads: Iterable[Mapping[str, Any]], key: str) -> None:
        self._groups = groupby(payloads, itemgetter(key))
        self._next = next(self._groups, None)

    def of(self, run_id: int) -> Sequence[Mapping[str, Any]]:
        if self._next is None or self._next[0] != run_id:
            return []
        theirs = list(self._next[1])
        self._next = next(self._groups, None)
        return theirs


class Writer:
    """Makes batches of a history, as of a time.

    Args:
        repository_id: whose it is.
        captured_at: when GitHub said so.
    """

    def __init__(self, repository_id: int, captured_at: datetime) -> None:
        self._whose: Any = {"repository_id": repository_id, "captured_at": captured_at}
        self._unproved: list[Mapping[str, Any]] = []

    def batches(self, history: History) -> Iterator[Batch]:
        """Pages of runs; the jobs of most; those of the others, and their earlier attempts; the steps."""
        again = [run for run in history.runs if run["run_attempt"] > 1]
        once = [run for run in history.runs if run["run_attempt"] == 1]
        yield from map(self._page, hundreds(history.runs))
        for run in again:
            for attempt in history.attempts[run["id"]][:-1]:
                yield Batch(rows={"workflow_run_attempts": self._attempts([attempt])})
        for runs in hundreds(once):
            yield self._jobs_by_graphql(runs, history)
        for run in again:
            yield self._jobs_by_rest(run, history)
        rows = (row for run in once for row in self._with_steps(history.jobs[run["id"]]))
        for some in hundreds(rows):
            yield Batch(rows={"workflow_jobs": some}, processed=len(some), completing=True)

    def _page(self, runs: Sequence[Mapping[str, Any]]) -> Batch:
        rows: dict[str, Sequence[Row]] = {
            "capture_windows": [],
            "commits": [row for run in runs if (row := commit_row(run, **self._whose))],
            "workflow_runs": [run_row(run, **self._whose) for run in runs],
            "workflow_run_attempts": self._attempts(runs),
        }
        span = self._proved(runs)
        if span is not None:
            rows["capture_windows"] = [self._window(span)]
        return Batch(rows=rows, processed=len(runs), whole_spans=[span] if span else [])

    def _attempts(self, runs: Sequence[Mapping[str, Any]]) -> Sequence[Row]:
        return [row for run in runs if (row := attempt_row(run, **self._whose))]

    def _proved(self, runs: Sequence[Mapping[str, Any]]) -> WholeSpan | None:
        """The seconds that are whole with this page: its last one may go on in the next."""
        self._unproved += runs
        end = created_at(runs[-1]) - A_SECOND
        whole = [run for run in self._unproved if created_at(run) <= end]
        if not whole:
            return None
        self._unproved = self._unproved[len(whole) :]
        return WholeSpan(
            **self._whose,
            created_from=created_at(whole[0]),
            created_to=end,
            run_ids=frozenset(run["id"] for run in whole),
        )

    def _window(self, span: WholeSpan) -> Row:
        return {
            **self._whose,
            "kind": "workflow_runs",
            "slice": "",
            "window_from": span.created_from,
            "window_to": span.created_to,
            "item_count": len(span.run_ids),
            "reported_count": len(span.run_ids),
            "status": "covered",
            "reason": None,
        }

    def _jobs_by_graphql(self, runs: Sequence[Mapping[str, Any]], history: History) -> Batch:
        jobs = [row for run in runs for row in self._jobs(history.jobs[run["id"]])]
        without_steps: list[Row] = [
            {**row, **_by_graphql(FROM_REST_ALONE), "steps": row["steps"] if _never_ran(row) else None}
            for row in jobs
        ]
        coverage = [self._coverage(run, "jobs", len(history.jobs[run["id"]])) for run in runs]
        return Batch(
            rows={"workflow_jobs": without_steps, "workflow_job_coverage": coverage}, processed=len(runs)
        )

    def _jobs_by_rest(self, run: Mapping[str, Any], history: History) -> Batch:
        jobs = mark_carried(rest_job_row(job, **self._whose) for job in history.jobs[run["id"]])
        return Batch(
            rows={"workflow_jobs": jobs, "workflow_job_coverage": [self._coverage(run, "full", len(jobs))]},
            processed=1,
            jobs_listed={run["id"]: {row["id"] for row in jobs}},
        )

    def _with_steps(self, payloads: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
        for row in self._jobs(payloads):
            if not _never_ran(row):
                yield {**row, **_by_graphql(FROM_REST_ALONE + FROM_THE_RUN)}

    def _jobs(self, payloads: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
        for payload in payloads:
            yield rest_job_row(payload, **self._whose)

    def _coverage(self, run: Mapping[str, Any], depth: str, job_count: int) -> Row:
        known = run_row(run, **self._whose)
        return {
            **self._whose,
            "run_id": known["id"],
            "run_attempt": known["run_attempt"],
            "run_updated_at": known["updated_at"],
            "run_status": known["status"],
            "depth": depth,
            "job_count": job_count,
            "foreign_check_run_count": None if depth == "full" else 0,
        }


def _by_graphql(not_asked: Sequence[str]) -> Row:
    return {**dict.fromkeys(not_asked), "source": "graphql"}


def _never_ran(job: Row) -> bool:
    return bool(job["conclusion"] == "skipped")
