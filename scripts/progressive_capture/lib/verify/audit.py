"""An audit of one repository's history: every hole in it, found by asking GitHub and the ledger.

No row is written. What the ledger calls covered is listed again and compared with the rows; where GitHub
lists no more, the ledger's counts are all there is to compare with. Then the rows are held against each
other: runs against their attempts and jobs, jobs against what was counted when they were captured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from progressive_capture.lib.capture_job import CaptureJob, JobStatus
from progressive_capture.lib.discovery.listing import ListPage
from progressive_capture.lib.normalize.rows import CaptureWindowRow
from progressive_capture.lib.store.contract import Span, Store
from progressive_capture.lib.verify.listed_again import ListedAgain, LostRun
from progressive_capture.lib.windows import SECOND, Window, gaps, joined, stamp

RUNS, JOBS = "workflow_runs", "workflow_jobs"
LIMITS = frozenset({"since", "time_range", "until", "max_items"})
"""What a capture may have been asked for that leaves runs, rightly, outside of what is covered."""
SURELY_LISTED = timedelta(hours=1)
"""A run still seen so long after it was created is older than the minutes that no listing proves."""
JOBS_REMEMBERED = 1000


@dataclass(frozen=True, kw_only=True)
class Hole:
    """Something that should be in the database and is not; `item` is named as captures name it."""

    item: str
    why: str
    run: LostRun | None = None


@dataclass(kw_only=True)
class Audit:
    """What was found.

    Attributes:
        span: what was audited; None where nothing was ever listed whole.
        stored: rows of runs in that span, those of deleted runs included.
        listed: runs of it that GitHub lists today.
        deleted: ids of runs that GitHub deleted since, and the database keeps.
        expired: how many runs are older than everything that GitHub still lists.
        holes: by item.
        notes: what is not there because nobody asked for it, or could not be compared.
    """

    span: Window | None = None
    stored: int = 0
    listed: int = 0
    deleted: Sequence[int] = ()
    expired: int = 0
    holes: dict[str, Hole] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Auditor:
    """Audits one repository in a store.

    Args:
        asked: narrows what is audited; either end may be open.
        show: told how many runs were listed, of how many that are stored.
    """

    def __init__(
        self,
        store: Store,
        repository_id: int,
        full_name: str,
        *,
        asked: tuple[datetime | None, datetime | None] = (None, None),
        show: Callable[[int, int], None] = lambda _listed, _stored: None,
    ) -> None:
        self._store = store
        self._id = repository_id
        self._asked = asked
        self._show = show
        self._ledger = store.windows(repository_id, RUNS)
        self._capture_jobs = store.jobs(repository=full_name, limit=JOBS_REMEMBERED)
        self._audit = Audit()

    def run(self, list_page: ListPage) -> Audit:
        """Look everywhere."""
        audit = self._audit
        self._add(_saturated(self._ledger))
        self._add(self._failures())
        audit.span = self._span()
        if audit.span is None:
            self._nothing_listed()
            return audit
        covered = gaps(audit.span, gaps(audit.span, self._covered()))[::-1]
        audit.stored = sum(self._store.count_runs(self._within(window)) for window in covered)
        self._add(_never_listed(audit.span, covered))
        self._compare(covered, list_page)
        for window in covered:
            self._add(self._attempts(window))
            self._add(self._jobs(window))
        self._note(covered)
        return audit

    def _add(self, holes: Iterable[Hole]) -> None:
        """The first to name a hole knows most about it."""
        for hole in holes:
            self._audit.holes.setdefault(hole.item, hole)

    # -- what is audited -------------------------------------------------------------------------------

    def _covered(self) -> list[Window]:
        return joined(_window(row) for row in self._ledger if row["status"] == "covered")

    def _span(self) -> Window | None:
        """From the oldest to the newest second that was listed, as far as asked; None: there is no such."""
        covered = self._covered()
        if not covered:
            return None
        since, until = self._asked
        start, end = self._stored_beyond(Window(covered[0].start, covered[-1].end))
        start, end = max(start, since or start), min(end, until or end)
        return Window(start, end) if start <= end else None

    def _stored_beyond(self, listed: Window) -> tuple[datetime, datetime]:
        """The ends, moved out to stored runs that must have been listed: a lost end shows as a hole.

        Where a capture was asked for less than everything, runs outside of its coverage are no wonder.
        """
        if any(job.kind == RUNS and LIMITS & job.parameters.keys() for job in self._capture_jobs):
            return listed.start, listed.end
        older = Span(repository_id=self._id, created_to=listed.start - SECOND)
        newer = Span(repository_id=self._id, created_from=listed.end + SECOND)
        oldest = next((run.created_at for run in self._store.stored_runs(older)), listed.start)
        newest = max(
            (
                run.created_at
                for run in self._store.stored_runs(newer)
                if run.captured_at - run.created_at > SURELY_LISTED
            ),
            default=listed.end,
        )
        return oldest, newest

    def _within(self, window: Window) -> Span:
        return Span(repository_id=self._id, created_from=window.start, created_to=window.end)

    # -- runs ------------------------------------------------------------------------------------------

    def _compare(self, covered: Sequence[Window], list_page: ListPage) -> None:
        again = ListedAgain(
            store=self._store,
            repository_id=self._id,
            list_page=list_page,
            show=lambda listed: self._show(listed, self._audit.stored),
        )
        for window in covered:
            again.compare(window)
        self._add(_lost(run) for run in again.lost.values())
        self._add(self._counted_but_not_there(list(again.lost.values())))
        self._audit.listed, self._audit.expired = again.listed, again.expired
        self._audit.deleted = again.deleted
        self._audit.notes += [
            f"GitHub does not list {window.query()} whole today: deletions there cannot be told"
            for window in again.not_compared
        ]

    def _counted_but_not_there(self, lost: Sequence[LostRun]) -> Iterator[Hole]:
        """Windows that once held more runs than are stored of them, and than GitHub still lists."""
        for row in self._ledger:
            window = _window(row)
            if (
                row["status"] != "covered"
                or self._audit.span is None
                or not self._audit.span.contains(window)
            ):
                continue
            named = sum(window.start <= run.created_at <= window.end for run in lost)
            missing = row["item_count"] - self._store.count_runs(self._within(window)) - named
            if missing > 0:
                yield Hole(
                    item=f"{window.query()} runs",
                    why=f"{row['item_count']:,} runs were listed here; {missing:,} of them are neither "
                    "stored nor on GitHub any more",
                )

    # -- what belongs to a run -------------------------------------------------------------------------

    def _attempts(self, window: Window) -> Iterator[Hole]:
        span = self._within(window)
        earlier = () if self._asked_for_jobs_alone() else self._store.missing_attempts(span)
        for run_id, run_attempt in chain(self._store.latest_attempts_without_row(span), earlier):
            yield Hole(item=f"run {run_id} attempt {run_attempt}", why="not captured, or not to its end")

    def _jobs(self, window: Window) -> Iterator[Hole]:
        span = self._within(window)
        for short in self._store.runs_short_of_jobs(span):
            why = f"{short.job_count:,} jobs were captured, {short.stored_jobs:,} are stored"
            yield Hole(item=f"jobs of run {short.run_id}", why=why)
        if not self._jobs_captures():
            return
        for run in self._store.runs_without_jobs(span, depth="jobs"):
            why = "its jobs were not captured, or before it changed"
            yield Hole(item=f"jobs of run {run.run_id}", why=why)
        if not self._asked_for_jobs_alone():
            for job in self._store.jobs_without_steps(span):
                yield Hole(item=f"steps of job {job.job_id}", why=f"not captured (run {job.run_id})")

    def _jobs_captures(self) -> Sequence[CaptureJob]:
        return [job for job in self._capture_jobs if job.kind == JOBS]

    def _asked_for_jobs_alone(self) -> bool:
        """Whether a capture left out steps and earlier attempts because nobody asked for them."""
        return any(job.parameters.get("depth") == "jobs" for job in self._capture_jobs)

    # -- everything else -------------------------------------------------------------------------------

    def _failures(self) -> Iterator[Hole]:
        """Those of a saturated second's slices are parts of a hole that has its name already."""
        named = set(self._audit.holes)
        for failure in self._store.failures(self._id):
            window, _, part = failure["item_key"].partition(" ")
            if not (part and window in named):
                yield Hole(item=failure["item_key"], why=f"not captured: {failure['error']}")

    def _nothing_listed(self) -> None:
        since, until = (stamp(moment) if moment else "…" for moment in self._asked)
        self._add([Hole(item=f"{since}..{until}", why="none of it was ever listed whole")])

    def _note(self, covered: Sequence[Window]) -> None:
        """What is not there and is no hole."""
        notes, spans = self._audit.notes, [self._within(window) for window in covered]
        newest = next((job for job in self._capture_jobs if job.kind == RUNS), None)
        if newest is not None and newest.status is not JobStatus.SUCCEEDED:
            notes.append(
                f"the newest capture of runs is {newest.status}: what it did not reach was not audited"
            )
        if not self._jobs_captures():
            notes.append("jobs were not asked for (job-details captures them)")
        elif self._asked_for_jobs_alone():
            steps = sum(self._store.count_jobs_without_steps(span) for span in spans)
            notes.append(f"steps of {steps:,} jobs, and earlier attempts, were not asked for (--depth jobs)")
        by_graphql = sum(self._store.count_jobs_by_graphql(span) for span in spans)
        if by_graphql:
            notes.append(
                f"labels and runners of {by_graphql:,} jobs were not asked for (--depth full brings them)"
            )
        too_late = sum(self._store.count_gone_without_jobs(span) for span in spans)
        if too_late and self._jobs_captures():
            notes.append(f"{too_late:,} runs were deleted on GitHub before their jobs were captured")


def _window(row: CaptureWindowRow) -> Window:
    return Window(row["window_from"], row["window_to"])


def _saturated(ledger: Sequence[CaptureWindowRow]) -> Iterator[Hole]:
    for row in ledger:
        if row["status"] == "saturated":
            yield Hole(item=_window(row).query(), why=row["reason"] or "GitHub has more runs than it lists")


def _never_listed(span: Window, covered: Sequence[Window]) -> Iterator[Hole]:
    for window in gaps(span, covered):
        yield Hole(item=window.query(), why="never listed whole: the next sync lists it")


def _lost(run: LostRun) -> Hole:
    number = "" if run.run_number is None else f" (#{run.run_number})"
    why = f"created at {stamp(run.created_at)}{number}: GitHub lists it, and the database lacks it"
    return Hole(item=f"run {run.run_id}", why=why, run=run)
