"""Workflows, workflow runs, their attempts and head commits: everything that GitHub still has, newest first.

Passes: the workflows; where the history begins; the runs, walked down in a few spans at once; the runs that
were unfinished when last seen; the attempts before the latest. What was listed is kept as covered windows,
so the next start asks only for what is not covered, and once a day again for what can still change: a re-run
is possible for 30 days and moves nothing that a listing could be asked by.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from progressive_capture.lib.base_capture import BaseCapture
from progressive_capture.lib.capture_values import Asked, Collaborators, Pass, Repository
from progressive_capture.lib.command_line import (
    HELP_NAMES,
    JOB_ID,
    capture_options,
    ends_well,
    repository_option,
    run_from_shell,
)
from progressive_capture.lib.discovery.listing import LAST_PAGE, Found, Proof, Run
from progressive_capture.lib.discovery.relisting import to_list
from progressive_capture.lib.discovery.walk import Walk
from progressive_capture.lib.errors import NotFoundError, UnexpectedPayloadError
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.failures import InvalidRequestError
from progressive_capture.lib.github.run_pages import pages_of
from progressive_capture.lib.identify import run_is_gone
from progressive_capture.lib.normalize.rows import Batch, CaptureWindowRow, Failure, Row, WholeSpan
from progressive_capture.lib.normalize.runs import attempt_row, commit_row, created_at, run_row
from progressive_capture.lib.normalize.workflows import workflow_row
from progressive_capture.lib.store.contract import Span
from progressive_capture.lib.windows import Window, cut, gaps, whole_seconds

BEFORE_ACTIONS = datetime(2018, 1, 1, tzinfo=UTC)
SEARCH_LAG = timedelta(seconds=60)
"""The newest minute is listed, but not counted as covered: a search may lag behind what it searches."""
SPANS_AT_ONCE = 8
SHORTEST_SPAN = timedelta(days=2)
LONG_SPAN = timedelta(days=60)
TWO_PAGES = 200
WORKFLOWS = "workflows"
FIFTY_PAGES = 5000
SENSELESS_RUN = re.compile(r"run (\d+)")
"""The key of a run that was listed and whose payload made no sense."""


Spans = Sequence[Window]
"""Windows walked one after the other, as one unit."""


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """Runs that were last seen with one unfinished status."""

    status: str
    run_ids: frozenset[int]


class HistoricalSync(BaseCapture):
    """The capture of kind `workflow_runs`."""

    kind = "workflow_runs"

    def __init__(
        self, repository: Repository, asked: Asked, collaborators: Collaborators, github: GitHub
    ) -> None:
        super().__init__(repository, asked, collaborators)
        self._github = github
        self._list = pages_of(github, repository.full_name)
        self._now = whole_seconds(github.server_now())
        self._window = self._asked_window()
        self._span = Span(
            repository_id=repository.id, created_from=self._window.start, created_to=self._window.end
        )

    def passes(self) -> Iterator[Pass]:
        """Workflows, the beginning, the runs, what was unfinished, earlier attempts."""
        yield Pass(title="workflows", units=[WORKFLOWS], fetch=self._workflows, key=str, always=True)
        if self.asked.max_items is None and not self._ledger():
            yield Pass(title="the beginning", units=[[self._window]], fetch=self._beginning, key=_name)
        to_list = self._to_list()
        unfinished = self._unfinished(to_list)
        yield Pass(title="workflow runs", units=self._units(to_list), fetch=self._walk, key=_name)
        yield Pass(
            title="unfinished runs", units=unfinished, fetch=self._revisit, key=lambda unit: unit.status
        )
        if self.asked.depth != "jobs":
            attempts = self.with_.store.missing_attempts(self._span)
            yield Pass(title="earlier attempts", units=attempts, fetch=self._attempt, key=_attempt_name)
        senseless = [int(found[1]) for key in self.open_failures if (found := SENSELESS_RUN.fullmatch(key))]
        yield Pass(title="runs that made no sense", units=senseless, fetch=self._run, key=_run_name)
        self.resolve([key for key in self.open_failures if self._is_settled(key)])

    # -- what is to do ---------------------------------------------------------------------------------

    def _asked_window(self) -> Window:
        oldest = self.repository.created_at or BEFORE_ACTIONS
        since = max(self.asked.since or oldest, oldest)
        until = min(self.asked.until or self._now, self._now)
        return Window(whole_seconds(min(since, until)), whole_seconds(until))

    def _ledger(self) -> list[CaptureWindowRow]:
        """What was listed before, as far as it was whole."""
        windows = self.with_.store.windows(self.repository.id, self.kind)
        return [window for window in windows if window["status"] == "covered"]

    def _to_list(self) -> list[Window]:
        """The seconds that nothing covers, and those whose runs may have changed since."""
        listed = (
            (Window(row["window_from"], row["window_to"]), row["captured_at"]) for row in self._ledger()
        )
        return to_list(
            self._window,
            listed,
            restless_from=self._restless_from(),
            now=self._now,
        )

    def _restless_from(self) -> datetime | None:
        """The oldest unfinished run within two pages of the newest.

        Listing down to it costs next to nothing; each status that runs wait in costs a listing of its own.
        """
        reach = self.with_.store.created_at_of_newest(self.repository.id, TWO_PAGES)
        unfinished = [run.created_at for run in self.with_.store.unfinished_runs(self._span)]
        return min((at for at in unfinished if reach is None or at >= reach), default=None)

    def _units(self, to_list: Sequence[Window]) -> list[Spans]:
        """A few spans at once; all in one row where only the newest so many items are asked for."""
        if self.asked.max_items is not None:
            return [to_list] if to_list else []
        return [[piece] for gap in to_list for piece in cut(gap, self._pieces(gap), at_least=SHORTEST_SPAN)]

    def _pieces(self, gap: Window) -> int:
        """Each span costs a page that is not full: where little is known to be, fewer are worth it."""
        known = self.with_.store.count_runs(
            Span(repository_id=self.repository.id, created_from=gap.start, created_to=gap.end)
        )
        return min(SPANS_AT_ONCE, 1 + known // FIFTY_PAGES) if known else SPANS_AT_ONCE

    def _unfinished(self, to_list: Sequence[Window]) -> list[Unfinished]:
        """Unfinished runs that the listing will not show anyway, by status."""
        by_status: dict[str, set[int]] = defaultdict(set)
        for run in self.with_.store.unfinished_runs(self._span):
            if not any(window.start <= run.created_at <= window.end for window in to_list):
                by_status[run.status].add(run.run_id)
        return [Unfinished(status=status, run_ids=frozenset(ids)) for status, ids in by_status.items()]

    def _is_settled(self, key: str) -> bool:
        """Whether what failed earlier was done since in another way: a hole, an attempt, a status."""
        if ".." in key:
            covered = (Window(row["window_from"], row["window_to"]) for row in self._ledger())
            return not gaps(Window.parse(key), covered)
        everything, store = Span(repository_id=self.repository.id), self.with_.store
        if key.startswith("run "):
            return " attempt " in key and key not in map(_attempt_name, store.missing_attempts(everything))
        return key != WORKFLOWS and key not in {run.status for run in store.unfinished_runs(everything)}

    # -- how a unit is fetched (in many threads; the store is not touched) -----------------------------

    def _workflows(self, _: str) -> Iterator[Batch]:
        for answer in self._github.workflows(self.repository.full_name):
            rows = [
                workflow_row(workflow, repository_id=self.repository.id, captured_at=answer.captured_at)
                for workflow in answer.body["workflows"]
            ]
            yield Batch(rows={"workflows": rows})

    def _beginning(self, spans: Spans) -> Iterator[Batch]:
        """Halve the span from its old end while its older half is empty: history is mostly younger."""
        (window,) = spans
        while window.end - window.start > LONG_SPAN:
            newer, older = window.halves()
            listing = self._list(older, {}, 1)
            if listing.total_count:
                return
            proof = Proof(window=older, status="covered", item_count=0, reported_count=0)
            yield self._batch(Found(captured_at=listing.captured_at, proofs=[proof]))
            window = newer

    def _walk(self, spans: Spans) -> Iterator[Batch]:
        """Walk down the spans, no further than to the last run asked for."""
        wanted = self.asked.max_items
        for window in spans:
            for found in Walk(window, self._list, created_at, covered_until=self._now - SEARCH_LAG).down():
                if wanted is not None and len(found.runs) > wanted:
                    # What the cut leaves out of the page is not proved, so its seconds stay to be listed.
                    yield self._batch(Found(captured_at=found.captured_at, runs=found.runs[:wanted]))
                    return
                yield self._batch(found)
                if wanted is not None:
                    wanted -= len(found.runs)

    def _revisit(self, unit: Unfinished) -> Iterator[Batch]:
        """One listing by status instead of a request for each; those that left it have to be asked for."""
        missing = set(unit.run_ids)
        try:
            for page in range(1, LAST_PAGE + 1) if len(missing) > 1 else ():
                listed = self._github.runs(self.repository.full_name, status=unit.status, page=page)
                yield self._batch(Found(captured_at=listed.captured_at, runs=listed.runs))
                missing -= {run["id"] for run in listed.runs}
                if not missing or not listed.has_next:
                    break
        except InvalidRequestError:
            pass  # a status that is no filter (GitHub adds words): each run is asked for
        for run_id in sorted(missing):
            yield from self._run(run_id)

    def _run(self, run_id: int) -> Iterator[Batch]:
        """One run as it is now."""
        try:
            answer = self._github.run(self.repository.full_name, run_id)
        except NotFoundError:
            if not run_is_gone(self._github, self.repository.full_name, run_id):
                raise
            yield Batch(gone_runs={run_id: self._github.server_now()})
            return
        yield self._batch(Found(captured_at=answer.captured_at, runs=[answer.body]))

    def _attempt(self, unit: tuple[int, int]) -> Iterator[Batch]:
        run_id, run_attempt = unit
        try:
            answer = self._github.run_attempt(self.repository.full_name, run_id, run_attempt)
        except NotFoundError:
            if not run_is_gone(self._github, self.repository.full_name, run_id):
                raise
            yield Batch(gone_runs={run_id: self._github.server_now()})
            return
        row = attempt_row(answer.body, repository_id=self.repository.id, captured_at=answer.captured_at)
        yield Batch(rows={"workflow_run_attempts": [row] if row else []})

    # -- rows ------------------------------------------------------------------------------------------

    def _batch(self, found: Found) -> Batch:
        """The rows of listed runs, with what their listing proves; a hole is a failure, not a silence."""
        rows: dict[str, list[Row]] = {
            "capture_windows": [self.window_row(proof, found.captured_at) for proof in found.proofs],
            **{table: [] for table in ("commits", "workflow_runs", "workflow_run_attempts")},
        }
        failures = [self.hole(proof) for proof in found.proofs if _is_hole(proof)]
        for run in found.runs:
            try:
                self._add_rows(run, found.captured_at, rows)
            except UnexpectedPayloadError as error:
                failures.append(Failure(item=self.item(f"run {run.get('id')}"), error=str(error)))
        return Batch(
            rows=rows,
            processed=len(rows["workflow_runs"]),
            whole_spans=self._whole_spans(found),
            failures=failures,
        )

    def _add_rows(self, run: Run, captured_at: datetime, rows: dict[str, list[Row]]) -> None:
        """One run's rows; all of them or, where its payload makes no sense, none."""
        owner = self.repository.id
        attempt = attempt_row(run, repository_id=owner, captured_at=captured_at)
        commit = commit_row(run, repository_id=owner, captured_at=captured_at)
        rows["workflow_runs"].append(run_row(run, repository_id=owner, captured_at=captured_at))
        rows["workflow_run_attempts"] += [attempt] if attempt else []
        rows["commits"] += [commit] if commit else []

    def _whole_spans(self, found: Found) -> list[WholeSpan]:
        if found.whole is None:
            return []
        window, run_ids = found.whole
        span = WholeSpan(
            repository_id=self.repository.id,
            created_from=window.start,
            created_to=window.end,
            run_ids=run_ids,
            captured_at=found.captured_at,
        )
        return [span]


def _is_hole(proof: Proof) -> bool:
    """A second that is not whole; its slices are the details."""
    return proof.status == "saturated" and not proof.slice


def _name(spans: Spans) -> str:
    """Spans as a key that reads back as the window around them."""
    return Window(spans[-1].start, spans[0].end).query()


def _run_name(run_id: int) -> str:
    return f"run {run_id}"


def _attempt_name(unit: tuple[int, int]) -> str:
    return f"run {unit[0]} attempt {unit[1]}"


@click.command("historical-sync", context_settings=HELP_NAMES)
@repository_option
@JOB_ID
@capture_options
@ends_well
def command(repository: str | None, **chosen: Any) -> int:
    """Capture workflows, workflow runs, their attempts and head commits.

    Newest first, everything that GitHub still has; a second call asks only for what is new, and once a day
    for what may have been run again.
    """
    from progressive_capture.lib.capture_command import run_command  # noqa: PLC0415  (--help stays quick)

    return run_command([HistoricalSync], [repository] if repository else [], **chosen)


if __name__ == "__main__":
    run_from_shell(command)
