"""BaseCapture: the one loop. Fetch concurrently, store from one writer, checkpoint, stop in time, settle.

A capture says what kind it is and which passes it makes; a pass names its units (asked of the store, so that
the data itself is the state to resume from) and how one unit becomes batches of rows. Everything else (the
threads, the checkpoint, the deadline, signals, budgets, failures, the outcome) is `run`, once, for all kinds.
"""

from __future__ import annotations

import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, final

from progressive_capture.lib.capture_job import Outcome, outcome_of
from progressive_capture.lib.capture_values import Asked, Collaborators, Pass, Repository, Result
from progressive_capture.lib.discovery.listing import Proof
from progressive_capture.lib.errors import (
    CaptureError,
    CapturePaused,
    GitHubUnavailableError,
    JobConflictError,
    NotFoundError,
    PauseCause,
    StoreError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.fetch_pool import Fetched, FetchPool
from progressive_capture.lib.normalize.rows import Batch, CaptureWindowRow, Failure, ItemKey
from progressive_capture.lib.rate_limit_monitor import Spent
from progressive_capture.lib.report import Snapshot, plural

MOST_TOGETHER = 5
"""Batches in one transaction, where the store is slower than what comes: each commit costs."""
GIVE_UP_AFTER = 5
"""So many units in a row without a usable answer, and GitHub counts as unavailable."""
GIVE_UP_ON_GARBAGE_AFTER = 50
"""And so many with answers that make no sense, and something else answers in its place."""

OF_AN_ID = re.compile(r"\b(?:run|artifact) (\d+)")
"""How the keys of failures name what a part of a plan is told by: a run, or an artifact."""
OF_A_RUN = re.compile(r"\brun (\d+)")
"""How the keys of failures name the run that they belong to."""

ITEM_ERRORS = (NotFoundError, UnexpectedPayloadError, GitHubUnavailableError)
"""What costs one unit, recorded and tried again later; every other error ends the capture."""


class BaseCapture(ABC):
    """One kind of GitHub history of one repository, resumable at any point."""

    kind: ClassVar[str]

    def __init__(self, repository: Repository, asked: Asked, collaborators: Collaborators) -> None:
        self.repository = repository
        self.asked = asked
        self.with_ = collaborators
        self._halt = threading.Event()
        self._pause: CapturePaused | None = None
        self._silent_in_a_row = self._garbage_in_a_row = 0
        self._done_in_pass = 0
        self.processed = 0
        self.open_failures: dict[str, datetime | None] = {}
        self._postponed: set[str] = set()

    @abstractmethod
    def passes(self) -> Iterator[Pass]:
        """The passes in order; each is asked for only when the one before it is stored."""

    def belongs(self, key: str) -> bool:
        """Whether an item that failed earlier is this capture's to settle: a part's are its own alone."""
        named = OF_AN_ID.search(key)
        if named is None or (self.asked.first_id is None and self.asked.last_id is None):
            return self.asked.last_id is None  # what is listed for all parts is the open one's
        return self.asked.includes(int(named[1]))

    def item(self, key: str) -> ItemKey:
        """The name of one item of this kind and repository in `capture_failures`."""
        return ItemKey(self.kind, self.repository.id, key)

    def window_row(self, proof: Proof, captured_at: datetime) -> CaptureWindowRow:
        """What a listing proves, for the ledger of this kind."""
        return CaptureWindowRow(
            repository_id=self.repository.id,
            captured_at=captured_at,
            kind=self.kind,
            slice=proof.slice,
            window_from=proof.window.start,
            window_to=proof.window.end,
            item_count=proof.item_count,
            reported_count=proof.reported_count,
            status=proof.status,
            reason=proof.reason,
        )

    def hole(self, proof: Proof) -> Failure:
        """What could not be listed is a failure, not a silence; its key reads back as the window."""
        return Failure(item=self.item(proof.window.query()), error=proof.reason or "saturated")

    @final
    def run(self) -> Result:
        """Do what is still to do, and say how it ended.

        Raises:
            CaptureError: what ended the capture early; the job is settled as failed first.
            JobConflictError: another worker holds the job, or has taken it over.
        """
        tracker = self.with_.tracker
        asked = self.asked.parameters()
        tracker.begin(self.kind, self.repository.full_name, asked, job_id=self.with_.job_id)
        try:
            self._run_passes()
        except (JobConflictError, StoreError):
            raise  # the job is somebody else's, or cannot be written: its claim runs out by itself
        except BaseException as error:
            tracker.settle(Outcome.FAILED, self._spent(), error=in_words(error))
            raise
        return self._settle()

    def _run_passes(self) -> None:
        failures = self.with_.store.failures(self.repository.id, kind=self.kind)
        self.open_failures = {
            failure["item_key"]: failure["next_attempt_at"]
            for failure in failures
            if self.belongs(failure["item_key"])
        }
        for each in self.passes():
            if each.items:
                self.with_.tracker.expect(each.items)
            self._run_pass(each)
            if self._pause is not None:
                return
        self._resolve_what_is_gone()

    def _run_pass(self, each: Pass) -> None:
        self._done_in_pass = self._silent_in_a_row = self._garbage_in_a_row = 0
        at_once = each.at_once or self.with_.concurrency
        pool: FetchPool[Any] = FetchPool(each.fetch, concurrency=at_once, stop=self._halt)
        for fetched in pool.run(self._due(each)):
            if fetched is None:
                self.with_.tracker.prove_life(self._spent())
            elif fetched.batch is not None:
                self._store([fetched.batch, *pool.batches_waiting(MOST_TOGETHER - 1)])
            else:
                self._note_the_end(each, fetched)
            self._heed_the_end()
            self._show(each)
        self._heed_the_end()

    def _due(self, each: Pass) -> Iterator[Any]:
        """The units, without those that failed lately and whose time to be tried again has not come."""
        for unit in each.units:
            if each.another_follows and self._silent_in_a_row >= GIVE_UP_AFTER:
                return  # GitHub does not answer this way: the pass that follows does the work
            if not each.always and self.has_to_wait(each.key(unit)):
                self._postponed.add(each.key(unit))
            else:
                yield unit

    def has_to_wait(self, key: str) -> bool:
        """Whether an item failed, and the time to try it again has not come."""
        next_attempt_at = self.open_failures.get(key)
        if next_attempt_at is None:
            return False
        return not self.with_.retries or next_attempt_at > self.with_.clock.now()

    def _store(self, batches: Sequence[Batch]) -> None:
        """Store what has come, in one transaction."""
        self.with_.tracker.checkpoint(batches, self._spent())
        for batch in batches:
            for failure in batch.failures:
                # It failed again: the unit's end is no cure.
                self.open_failures.pop(failure.item.item_key, None)
            self.processed += batch.processed
            self._done_in_pass += batch.processed

    def _note_the_end(self, each: Pass, fetched: Fetched[Any]) -> None:
        """Note how a unit ended."""
        if fetched.error is None:
            self._silent_in_a_row = self._garbage_in_a_row = 0
            self.resolve([each.key(fetched.unit)])
        elif isinstance(fetched.error, CapturePaused):
            self._heed_the_end()  # what stopped everything says more than who was stopped by it
            self._pause = self._pause or fetched.error
        elif isinstance(fetched.error, ITEM_ERRORS):
            self._count_in_a_row(fetched.error)
            if not each.another_follows:
                self._record(each.key(fetched.unit), fetched.error)
                self._give_up(fetched.error)
        else:
            raise fetched.error

    def resolve(self, keys: Iterable[str]) -> None:
        """Settle earlier failures of items that are captured by now; in the writer's thread."""
        settled = [key for key in keys if key in self.open_failures]
        if settled:
            batch = Batch(resolved=[self.item(key) for key in settled])
            self.with_.tracker.checkpoint([batch], self._spent())
        for key in settled:
            del self.open_failures[key]

    def _resolve_what_is_gone(self) -> None:
        """What belongs to a run that GitHub no longer has will never come: its failure is over."""
        run_of = {key: int(found[1]) for key in self.open_failures if (found := OF_A_RUN.search(key))}
        gone = self.with_.store.gone_among(set(run_of.values()))
        self.resolve([key for key, run_id in run_of.items() if run_id in gone])

    def _record(self, key: str, error: CaptureError) -> None:
        """Write down what could not be captured, and why."""
        failure = Failure(item=self.item(key), error=in_words(error))
        self.open_failures.pop(key, None)  # it failed again: nothing of this run settles it
        self.with_.tracker.checkpoint([Batch(failures=[failure])], self._spent())

    def _count_in_a_row(self, error: CaptureError) -> None:
        silent, garbage = isinstance(error, GitHubUnavailableError), isinstance(error, UnexpectedPayloadError)
        self._silent_in_a_row = self._silent_in_a_row + 1 if silent else 0
        self._garbage_in_a_row = self._garbage_in_a_row + 1 if garbage else 0

    def _give_up(self, error: CaptureError) -> None:
        """End the capture where GitHub gives no answer, or no sensible one, whatever it is asked."""
        if self._silent_in_a_row >= GIVE_UP_AFTER or self._garbage_in_a_row >= GIVE_UP_ON_GARBAGE_AFTER:
            raise error

    def _heed_the_end(self) -> None:
        """Take no more work after a signal, a pause, or the end of the time budget."""
        with_ = self.with_
        if with_.deadline is not None and with_.clock.now() >= with_.deadline:
            self._pause = self._pause or CapturePaused("the time budget is used up", cause="time")
            with_.stop.set()
        if with_.stop.is_set():
            self._pause = self._pause or CapturePaused("stopped by a signal", cause="signal")
        if self._pause is not None:
            self._halt.set()

    def _settle(self) -> Result:
        tracker, pause = self.with_.tracker, self._pause
        not_captured = tracker.job.failed_items + len(self._postponed)
        outcome = outcome_of(failed_items=not_captured, paused=pause is not None)
        reason = pause.reason if pause is not None else None
        resume_at = pause.resume_at if pause is not None else None
        tracker.settle(outcome, self._spent(), error=reason, resume_at=resume_at)
        return Result(
            kind=self.kind,
            repository=self.repository.full_name,
            job_id=tracker.job.id,
            outcome=outcome,
            processed=tracker.job.processed_items,
            stored_now=self.processed,
            failed=tracker.job.failed_items,
            postponed=len(self._postponed),
            inserted=dict(tracker.inserted),
            updated=dict(tracker.updated),
            spent=self._spent(),
            reason=reason,
            resume_at=resume_at,
            cause=None if pause is None else self._cause_of(pause),
        )

    def _cause_of(self, pause: CapturePaused) -> PauseCause:
        """A request that was told to stop does not know why: the time budget stops it as a signal does."""
        with_ = self.with_
        if pause.cause not in ("other", "signal") or not with_.stop.is_set():
            return pause.cause
        is_over = with_.deadline is not None and with_.clock.now() >= with_.deadline
        return "time" if is_over else "signal"

    def _spent(self) -> Spent:
        return self.with_.meter.spent()

    def _show(self, each: Pass) -> None:
        spent = self._spent()
        self.with_.progress.show(
            Snapshot(
                capture=f"{self.repository.full_name} {self.kind}",
                title=each.title,
                done=self._done_in_pass,
                total=each.items,
                spent=f"{plural(spent.requests, 'request')}, {plural(spent.points, 'point')}",
                budget=self.with_.meter.budget_left(),
            )
        )


def in_words(error: BaseException) -> str:
    """An error as it is kept in the store: what happened and what to do, without a trace."""
    hint = error.hint if isinstance(error, CaptureError) else ""
    name = "" if isinstance(error, CaptureError) else f"{type(error).__name__}: "
    return f"{name}{error} {hint}".strip()
