"""Stored runs beside what GitHub lists today: which are lost here, and which GitHub has deleted.

A run that is listed and has no row was lost, or never captured. A row whose run a whole listing of its
second does not show was deleted on GitHub: by somebody, or, where nothing older is listed any more, by its
retention.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from progressive_capture.lib.discovery.listing import ListPage, Run
from progressive_capture.lib.discovery.walk import Walk
from progressive_capture.lib.normalize.runs import created_at
from progressive_capture.lib.store.contract import Span, Store
from progressive_capture.lib.windows import Window


@dataclass(frozen=True, kw_only=True)
class LostRun:
    """A run that GitHub lists and the database does not hold."""

    run_id: int
    run_number: int | None
    created_at: datetime


@dataclass(kw_only=True)
class ListedAgain:
    """What came of listing windows again; windows are compared one by one, the oldest first.

    Attributes:
        show: told how many runs were listed so far.
        listed: how many runs GitHub lists.
        lost: those of them that have no row, by id.
        deleted: runs that have a row and are not listed, though older ones are.
        expired: how many runs are older than everything that GitHub lists: only the database has them.
        not_compared: seconds that GitHub does not list whole, so that a missing run tells nothing.
    """

    store: Store
    repository_id: int
    list_page: ListPage
    show: Callable[[int], None]
    listed: int = 0
    lost: dict[int, LostRun] = field(default_factory=dict)
    deleted: list[int] = field(default_factory=list)
    expired: int = 0
    not_compared: list[Window] = field(default_factory=list)
    _lists_older: bool = False

    def compare(self, window: Window) -> None:
        """List a window and compare it with the rows, as much at a time as one answer proves."""
        oldest: datetime | None = None
        for found in Walk(window, self.list_page, created_at, covered_until=window.end).down():
            oldest = min(
                (moment for moment in (oldest, *map(created_at, found.runs)) if moment), default=None
            )
            self._note_lost(found.runs)
            if found.whole is not None:
                self._note_deleted(*found.whole, oldest)
            self.not_compared += [proof.window for proof in found.proofs if proof.reason and not proof.slice]
            self.show(self.listed)
        self._lists_older = self._lists_older or oldest is not None

    def _note_lost(self, runs: Sequence[Run]) -> None:
        known = self.store.known_runs({run["id"] for run in runs}) if runs else set()
        for run in runs:
            if run["id"] not in known:
                self.lost[run["id"]] = LostRun(
                    run_id=run["id"], run_number=run.get("run_number"), created_at=created_at(run)
                )

    def _note_deleted(self, window: Window, run_ids: frozenset[int], oldest: datetime | None) -> None:
        """`oldest` is the oldest run listed in this window so far; the walk goes from new to old."""
        self.listed += len(run_ids)
        span = Span(repository_id=self.repository_id, created_from=window.start, created_to=window.end)
        for run in self.store.stored_runs(span):
            if run.gone_at is not None or run.run_id in run_ids:
                continue
            if not self._lists_older and (oldest is None or run.created_at < oldest):
                self.expired += 1
            else:
                self.deleted.append(run.run_id)
