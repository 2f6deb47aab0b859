"""Failed items again: their waiting ends, and the captures that they belong to run as last asked for.

Artifacts that were skipped are tried again with them, since a limit may have been raised or a storage named.
Only where files can be kept: else they would be downloaded to be skipped once more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import click

from progressive_capture.lib.actions_report.telling import legs_in_one_job, tell_runner
from progressive_capture.lib.assembly import Session
from progressive_capture.lib.capture_command import as_data, opened, options_of, report
from progressive_capture.lib.capture_job import CaptureJob, Outcome
from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.clock import Clock, SystemClock
from progressive_capture.lib.files.no_storage import NoStorage
from progressive_capture.lib.files.storage import FileStorage
from progressive_capture.lib.identify import stored_repository
from progressive_capture.lib.places import opened_files, opened_store
from progressive_capture.lib.report import plural
from progressive_capture.lib.running import CaptureKind, Ended, run_one
from progressive_capture.lib.settings import Settings, read_settings
from progressive_capture.lib.store.contract import Store

ARTIFACTS = "artifacts"
CHAINS = (
    ("workflow_runs", "workflow_jobs", ARTIFACTS),
    ("pull_requests", "reviews", "comments", "file_changes"),
    ("pull_request_details",),
)
"""Kinds in the order in which they run, where one brings work for the next."""
NOTHING_FAILED = "No failed item is open: there is nothing to try again."

Kinds = Mapping[str, CaptureKind]
"""The captures by kind."""


@dataclass(frozen=True, kw_only=True)
class Again:
    """A repository with failed or skipped items, and the captures to run: each as it was last asked for."""

    repository_id: int
    full_name: str
    captures: Sequence[tuple[CaptureKind, Asked]]


def retry(
    kinds: Kinds,
    repository: str | None,
    *,
    database: str,
    as_json: bool,
    settings: Settings | None = None,
    clock: Clock | None = None,
    **pace: Any,
) -> int:
    """Try the failed items of one repository, or of all, again; say how many were open before and after.

    Returns:
        The exit code: 0 also where nothing was to do.
    """
    settings, clock = replace(settings or read_settings(), retry_failed=True), clock or SystemClock()
    options = options_of(now=clock.now(), database=database, **pace)
    files = opened_files(options.file_storage, settings)
    with opened_store(database, settings, must_exist=True) as store:
        rows = _rows(store, repository)
        skipped = {row["id"]: _unskipped(store, row["id"], kinds, files) for row in rows}
        works = _works(store, kinds, rows, skipped, now=clock.now())
        before = sum(store.retry_now(work.repository_id, at=clock.now()) for work in works)
        ended: list[Ended] = []
        if works:
            began = clock.now()
            with opened(settings, options, clock) as session:
                ended = _run(session, works)
                if settings.in_actions:
                    tell_runner(settings, legs_in_one_job(session, ended, settings, began=began))
        after = sum(len(store.failures(work.repository_id)) for work in works)
    _tell(ended, before, after, sum(skipped.values()), database=database, as_json=as_json)
    return max((each.exit_code for each in ended), default=0)


def _rows(store: Store, repository: str | None) -> Sequence[Mapping[str, Any]]:
    return store.repositories() if repository is None else [stored_repository(store, repository)]


def _unskipped(store: Store, repository_id: int, kinds: Kinds, files: FileStorage) -> int:
    """How many skipped artifacts are to do again now."""
    if ARTIFACTS not in kinds or isinstance(files, NoStorage):
        return 0
    return store.reset_contents(repository_id, {"skipped"})


def _works(
    store: Store,
    kinds: Kinds,
    rows: Sequence[Mapping[str, Any]],
    skipped: Mapping[int, int],
    *,
    now: datetime,
) -> list[Again]:
    works = []
    for row in rows:
        failed = {failure["kind"] for failure in store.failures(row["id"])} & kinds.keys()
        again = failed | ({ARTIFACTS} if skipped[row["id"]] else set())
        if not again:
            continue
        jobs = reversed(store.jobs(repository=row["full_name"], limit=1000))
        newest = {job.kind: job for job in jobs if job.parent_id is None}  # a chunk is not all that was asked
        chosen = [kind for chain in CHAINS for kind in _again_and_later(chain, again, newest.keys())]
        captures = [(kinds[kind], _as_asked(newest.get(kind), now=now)) for kind in chosen]
        works.append(Again(repository_id=row["id"], full_name=row["full_name"], captures=captures))
    return works


def _again_and_later(
    chain: Sequence[str], again: Collection[str], captured: Collection[str]
) -> Iterator[str]:
    """What failed of a chain of kinds, and what comes after it: that may have more to do then."""
    reached = False
    for kind in chain:
        reached = reached or kind in again
        if kind in again or (reached and kind in captured):
            yield kind


def _as_asked(job: CaptureJob | None, *, now: datetime) -> Asked:
    """What a capture job was asked for."""
    return Asked.of(job.parameters if job is not None else {}, now=now)


def _run(session: Session, works: Sequence[Again]) -> list[Ended]:
    """One capture after the other; none after a signal, and none of a repository after its pause or error."""
    all_ended: list[Ended] = []
    for work in works:
        ended = Ended(work.full_name)
        for kind, asked in work.captures:
            if session.stop.is_set():
                break
            one = run_one(session, work.full_name, [kind], asked)
            ended.results += one.results
            ended.error, ended.pause = one.error, one.pause
            if one.error or one.pause or any(each.outcome is Outcome.PAUSED for each in one.results):
                break
        all_ended.append(ended)
    return all_ended


def _tell(
    ended: Sequence[Ended], before: int, after: int, skipped: int, *, database: str, as_json: bool
) -> None:
    report(ended, database=database, as_json=False)
    if before or not skipped:
        said = f"Failed items: {before:,} were open, {after:,} are now." if before else NOTHING_FAILED
        click.echo(said, err=True)
    if skipped:
        click.echo(f"{plural(skipped, 'skipped artifact')} tried again.", err=True)
    if as_json:
        found = {
            "open_before": before,
            "open_after": after,
            "skipped_tried_again": skipped,
            "captures": [as_data(each) for each in ended],
        }
        click.echo(json.dumps(found, indent=2, default=str))
