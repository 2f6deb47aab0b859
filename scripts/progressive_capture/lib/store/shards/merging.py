"""One database merged into another: every row that a capture could have written, in pages.

Whatever the order of the shards, and however often: the same rows, as far as the overwrite rule can tell
(`overwrite` says where it cannot). Each page is a transaction of its own, so that memory stays flat, in the
order of `batch_writing`: data first, the failures that are holes in it, then the proofs of what is whole,
then what is settled, at last the capture jobs that say so. Killed in between it leaves no proof without its
rows, and merging again mends it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from progressive_capture.lib.store.contract import Written
from progressive_capture.lib.store.coverage_windows import windows_of, write_windows
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.schema import METADATA, capture
from progressive_capture.lib.store.shards import artifacts, pull_request_parts, workflow_jobs
from progressive_capture.lib.store.shards.capture_jobs import merge_capture_jobs
from progressive_capture.lib.store.shards.failures import merge_failures
from progressive_capture.lib.store.shards.observations import merge_observations
from progressive_capture.lib.store.shards.reading import Row, Shard, opened_shard

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Select

    from progressive_capture.lib.store.contract import Store
    from progressive_capture.lib.store.database import Connection

    Step = Callable[[Connection], tuple[int, int]]

PLAIN = ("repositories", "workflows", "commits", "workflow_run_attempts")
"""Tables that are nothing but observations. The latest attempt of a run comes before the run: its row tells
which earlier ones are missing."""

COVERAGES_AT_ONCE = 100
"""Proofs of a page: of each, the ids (of a pull request's files, the paths) that it vouches for are read."""

WINDOWS_AT_ONCE = 200
SAY_EVERY_ROWS = 250_000


@dataclass(frozen=True, kw_only=True)
class Merged(Written):
    """What a shard brought, by table; rows that said nothing new are in neither.

    Attributes:
        repositories: whose rows it has, by name.
        notes: what a person may want to know of it.
    """

    repositories: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def merge_shard(store: Store, shard: Path, *, say: Callable[[str], None]) -> Merged:
    """Bring a shard, or any whole database of this program, into a store; the file is not changed.

    Args:
        store: prepared, of the present schema.
        shard: a SQLite file; what its write-ahead log holds belongs to it.
        say: tells a person a line of what goes on.

    Raises:
        ShardError: it is no database that can be merged. Where that shows only in the middle, what was
            merged until then stays, and is right.
        StoreError: the store cannot take it.
    """
    with opened_shard(shard) as source:
        return _Merge(store, source, say).run()


class _Merge:
    """One shard on its way into a store."""

    def __init__(self, store: Store, shard: Shard, say: Callable[[str], None]) -> None:
        self._store = store
        self._shard = shard
        self._say = say
        self._rows = 0
        self._inserted: Counter[str] = Counter()
        self._updated: Counter[str] = Counter()

    def run(self) -> Merged:
        """All of it, in the order of the contract."""
        for name in PLAIN:
            self._merge_pages(name, merge_observations, name)
        self._merge_artifacts()
        self._merge_jobs()
        self._merge_pull_requests()
        self._merge_pages("workflow_runs", merge_observations, "workflow_runs")
        self._merge_failures(resolved=False)
        self._merge_job_coverage()
        self._merge_pull_coverage()
        self._merge_windows()
        self._merge_failures(resolved=True)
        self._merge_capture_jobs()
        return Merged(
            inserted={name: number for name, number in sorted(self._inserted.items()) if number},
            updated={name: number for name, number in sorted(self._updated.items()) if number},
            repositories=self._repositories(),
            notes=self._notes(),
        )

    # -- what is written page by page ----------------------------------------------------------------

    def _merge_pages(self, table_name: str, merge: Callable[..., tuple[int, int]], *before: Any) -> None:
        for page in self._shard.pages(_all_of(table_name)):
            self._do(table_name, partial(_with_rows, merge, before, page), rows=len(page))

    def _do(self, table_name: str, step: Step, *, rows: int) -> None:
        self._count(table_name, *self._store.merge(step), rows=rows)

    def _count(self, table_name: str, inserted: int, updated: int, *, rows: int) -> None:
        """Count what a page of so many rows changed, and say now and then how far it is."""
        self._inserted[table_name] += inserted
        self._updated[table_name] += updated
        said, self._rows = self._rows // SAY_EVERY_ROWS, self._rows + rows
        if self._rows // SAY_EVERY_ROWS > said:
            self._say(f"merging: {self._rows:,} rows read, now {table_name}")

    def _merge_jobs(self) -> None:
        jobs = METADATA.tables["workflow_jobs"]
        for page in self._shard.pages(select(jobs).order_by(jobs.c.run_id, jobs.c.id)):
            runs = {row["run_id"] for row in page if row["source"] == "graphql"}
            listed = {
                row.run_id: row.captured_at
                for some in slices(runs)
                for row in self._shard.ask(workflow_jobs.coverage_of_runs, run_ids=some)
            }
            step = partial(workflow_jobs.merge_jobs, rows=page, listed=listed)
            self._do("workflow_jobs", step, rows=len(page))

    def _merge_job_coverage(self) -> None:
        name = "workflow_job_coverage"
        for page in self._shard.pages(_all_of(name)):
            jobs: defaultdict[int, set[int]] = defaultdict(set)
            for some in slices(row["run_id"] for row in page if row["depth"] == "full"):
                for row in self._shard.ask(workflow_jobs.ids_of_jobs_of_runs, run_ids=some):
                    jobs[row.run_id].add(row.id)
            step = partial(workflow_jobs.merge_job_coverage, rows=page, jobs=jobs)
            self._do(name, step, rows=len(page))

    def _merge_failures(self, *, resolved: bool) -> None:
        """Those that are open come before the proofs that they are holes in; what is over, after."""
        failures = capture.capture_failures
        is_over = failures.c.resolved_at.is_not(None) if resolved else failures.c.resolved_at.is_(None)
        for page in self._shard.pages(_all_of(failures.name).where(is_over)):
            self._do(failures.name, partial(merge_failures, rows=page), rows=len(page))

    def _merge_windows(self) -> None:
        """Those that are not there word for word: to enter one takes several questions."""
        windows = capture.capture_windows
        for page in self._shard.pages(_all_of(windows.name), at_once=WINDOWS_AT_ONCE):
            self._do(windows.name, partial(_enter_windows, rows=page), rows=len(page))

    def _merge_capture_jobs(self) -> None:
        jobs = capture.progressive_capture_jobs
        for page in self._shard.pages(_all_of(jobs.name)):
            self._do(jobs.name, partial(merge_capture_jobs, rows=page), rows=len(page))

    # -- artifacts -------------------------------------------------------------------------------------

    def _merge_artifacts(self) -> None:
        for page in self._shard.pages(_all_of("artifacts")):
            ids = [row["id"] for row in page]
            states, hearsay = artifacts.states(self._shard.ask, ids), self._shard.left_behind(ids)
            reads = {
                row_id: artifacts.read_of(state)
                for row_id, state in states.items()
                if row_id not in hearsay or state.get("files")
            }
            self._merge_page_of_artifacts(page, reads)

    def _merge_page_of_artifacts(self, page: Sequence[Row], reads: Mapping[int, artifacts.Read]) -> None:
        written, taken = self._store.merge(
            lambda connection: artifacts.merge_artifacts(connection, page, reads)
        )
        for name in artifacts.PARTS:
            for some in slices(sorted(taken)):
                self._take_parts(name, some, taken)
        if taken:
            self._store.merge(lambda connection: artifacts.settle(connection, taken))
        self._count("artifacts", *written, rows=len(page))

    def _take_parts(
        self, name: str, artifact_ids: Collection[int], taken: Mapping[int, artifacts.Taken]
    ) -> None:
        table = METADATA.tables[name]
        query = _all_of(name).where(table.c.artifact_id.in_(artifact_ids))
        for page in self._shard.pages(query):
            rows = page if name == "artifact_files" else artifacts.with_attempts(page, taken)
            step = partial(merge_observations, table_name=name, rows=rows)
            self._do(name, step, rows=len(page))

    # -- pull requests ---------------------------------------------------------------------------------

    def _merge_pull_requests(self) -> None:
        self._merge_pages("pull_requests", merge_observations, "pull_requests")
        for name in (*pull_request_parts.WITH_IDS, pull_request_parts.FILES):
            for page in self._shard.pages(_all_of(name)):
                named = pull_request_parts.parts_of(name, page)
                listed = pull_request_parts.listed_at(self._shard.ask, named)
                if name == pull_request_parts.FILES:
                    step: Step = partial(pull_request_parts.merge_files, rows=page, listed=listed)
                else:
                    step = partial(pull_request_parts.merge_items, part=name, rows=page, listed=listed)
                self._do(name, step, rows=len(page))

    def _merge_pull_coverage(self) -> None:
        name = "pull_request_coverage"
        for page in self._shard.pages(_all_of(name), at_once=COVERAGES_AT_ONCE):
            shown = self._shown(page)
            step = partial(pull_request_parts.merge_pull_coverage, rows=page, shown=shown)
            self._do(name, step, rows=len(page))

    def _shown(self, coverages: Iterable[Row]) -> Mapping[tuple[int, int, str], set[Any]]:
        """By part: the ids, or paths, that the shard has."""
        numbers: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for row in coverages:
            numbers[row["part"], row["repository_id"]].append(row["pull_request_number"])
        shown: defaultdict[tuple[int, int, str], set[Any]] = defaultdict(set)
        for (part, repository_id), theirs in numbers.items():
            table = METADATA.tables[part]
            item = table.c.path if part == pull_request_parts.FILES else table.c.id
            query = select(table.c.pull_request_number, item.label("item")).where(
                table.c.repository_id == repository_id, table.c.pull_request_number.in_(theirs)
            )
            for row in self._shard.rows(query):
                shown[repository_id, row["pull_request_number"], part].add(row["item"])
        return shown

    # -- what is told ----------------------------------------------------------------------------------

    def _repositories(self) -> list[str]:
        names = {row["full_name"] for row in self._shard.rows(_all_of("repositories"))}
        return sorted(names, key=str.lower)

    def _notes(self) -> list[str]:
        jobs = capture.progressive_capture_jobs
        running = list(self._shard.rows(select(jobs.c.id).where(jobs.c.status == "running")))
        if not running:
            return []
        number = "A capture job was" if len(running) == 1 else f"{len(running):,} capture jobs were"
        return [f"{number} still running when the shard was left: its worker died. What it stored is merged."]


def _with_rows(
    merge: Callable[..., tuple[int, int]], before: Sequence[Any], rows: Sequence[Row], connection: Connection
) -> tuple[int, int]:
    return merge(connection, *before, rows)


def _all_of(table_name: str) -> Select[Any]:
    table = METADATA.tables[table_name]
    return select(table).order_by(*table.primary_key)


def _enter_windows(connection: Connection, rows: Sequence[Row]) -> tuple[int, int]:
    """Enter windows into their ledgers, but for those that are there word for word."""
    ledgers = {(row["repository_id"], row["kind"], row["slice"]) for row in rows}
    there = [dict(row) for ledger in ledgers for row in windows_of(connection, *ledger)]
    known = {tuple(row.values()) for row in there}
    columns = list(capture.capture_windows.c.keys())
    return write_windows(
        connection, [row for row in rows if tuple(row[name] for name in columns) not in known]
    )
