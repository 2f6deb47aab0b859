"""Which jobs of a re-run are copies of an earlier attempt's, and of which job.

Re-running only failed jobs carries the others into the new attempt: under new ids, with their old times and
results (https://docs.github.com/en/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs). Whoever
adds up minutes or failures would count them twice. GitHub does not mark the copies, but their times give
them away: a job that really ran again started later than the attempt before it had ended.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from progressive_capture.lib.normalize.rows import WorkflowJobRow


def mark_carried(rows: Iterable[WorkflowJobRow]) -> list[WorkflowJobRow]:
    """The same rows in the same order, each copy with its original's id in `carried_from_job_id`.

    A copy has the run, name, times and conclusion of a job of an earlier attempt. The original is the job
    that really ran, also where it was carried through several attempts. Jobs that share all this within one
    attempt (a matrix whose legs have one name) are paired one to one, by id.

    Only finished jobs are marked, and of them only those that ran: a skipped job costs nothing and proves
    nothing, so that a copy of it does no harm, and two skips can share their times without being copies.

    Where attempts are unknown (GraphQL does not say), the lower id is the earlier attempt's: like-named jobs
    of one attempt with equal times then look like copies. Rows of a run that was never re-run belong in
    here only with their attempt.
    """
    jobs = list(rows)
    originals = _originals(jobs)
    return [
        {**job, "carried_from_job_id": originals.get(job["id"], job["carried_from_job_id"])} for job in jobs
    ]


def _originals(jobs: Iterable[WorkflowJobRow]) -> dict[int, int]:
    """The original's id by the copy's."""
    # By id within: pages that shift can show one job twice, which does not make it two.
    executions: dict[tuple[object, ...], dict[int, WorkflowJobRow]] = defaultdict(dict)
    for job in jobs:
        if _ran_to_its_end(job):
            executions[_execution(job)][job["id"]] = job
    originals: dict[int, int] = {}
    for alike in executions.values():
        originals.update(_paired(alike.values()))
    return originals


def _ran_to_its_end(job: WorkflowJobRow) -> bool:
    finished = job["status"] == "completed" and job["conclusion"] != "skipped"
    return finished and job["started_at"] is not None and job["completed_at"] is not None


def _execution(job: WorkflowJobRow) -> tuple[object, ...]:
    return job["run_id"], job["name"], job["started_at"], job["completed_at"], job["conclusion"]


def _paired(alike: Iterable[WorkflowJobRow]) -> Iterator[tuple[int, int]]:
    """Pairs of (copy, original) among jobs of one execution: the n-th of an attempt copies the n-th original.

    One more than there are originals is the copy of a job that is not among the rows; it counts as an
    original, so that its minutes are counted once.
    """
    originals: list[int] = []
    for _, attempt in groupby(sorted(alike, key=_attempt_order), key=_attempt):
        for position, job in enumerate(attempt):
            if position < len(originals):
                yield job["id"], originals[position]
            else:
                originals.append(job["carried_from_job_id"] or job["id"])


def _attempt_order(job: WorkflowJobRow) -> tuple[bool, int, int]:
    run_attempt = job["run_attempt"]
    return run_attempt is None, run_attempt or 0, job["id"]


def _attempt(job: WorkflowJobRow) -> tuple[str, int]:
    """The attempt a job belongs to; a job whose attempt is unknown stands for one of its own."""
    run_attempt = job["run_attempt"]
    return ("of job", job["id"]) if run_attempt is None else ("number", run_attempt)
