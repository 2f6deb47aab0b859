"""One batch into the database: its rows, then what it says about rows that are there.

The order is a part of the contract: artifacts that are read anew lose their files and test results before
their rows come, and only what is there can be settled, taken out as a repeat, given an attempt, or end. Parts
of pull requests that were listed whole come after their rows too (see `pull_request_parts`); a file change
that is older than the set that is kept, and not in it, never goes in.

What counts as a change: a row that was not there, or that is not as it was, once for each of its two hands
(an observation, our bookkeeping). A row that is new is only that, whatever else its batch says of it. What
was taken out to be read anew and comes back in the same batch counts as if it had stayed: as nothing where
it is the same, else as an update. Rows that go are not counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store import artifact_contents, failures, pull_request_parts
from progressive_capture.lib.store.artifact_queries import known_artifacts
from progressive_capture.lib.store.contract import Written
from progressive_capture.lib.store.coverage_windows import write_windows
from progressive_capture.lib.store.rows import delete_foreign, mark_gone, mark_unlisted, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from progressive_capture.lib.capture_job import CaptureJob
    from progressive_capture.lib.normalize.rows import Batch, Row

_NOT_PLAIN = {"capture_windows": write_windows}


class _Counts:
    """Rows inserted and updated, by table."""

    def __init__(self) -> None:
        self._inserted: dict[str, int] = {}
        self._updated: dict[str, int] = {}

    def add(self, table_name: str, inserted: int = 0, updated: int = 0) -> None:
        self._inserted[table_name] = self._inserted.get(table_name, 0) + inserted
        self._updated[table_name] = self._updated.get(table_name, 0) + updated

    def written(self) -> Written:
        return Written(
            inserted={name: count for name, count in self._inserted.items() if count},
            updated={name: count for name, count in self._updated.items() if count},
        )


def write_batch(connection: Connection, batch: Batch, checkpoint: CaptureJob | None) -> Written:
    """Write a batch inside the connection's open transaction; says what that changed.

    Raises:
        StoreError: if the batch cannot be written.
    """
    counts = _Counts()
    rows = _as_settled(connection, batch)
    new_items = pull_request_parts.new_and_unlisted(connection, batch)
    listed = {row["id"] for row in rows.get("artifacts", ())}
    new_artifacts = listed - known_artifacts(connection, listed)
    were_there = artifact_contents.empty(connection, batch.emptied_artifacts, rows)
    for name, observations in rows.items():
        write = _NOT_PLAIN.get(name)
        written = write(connection, observations) if write else write_rows(connection, name, observations)
        inserted, updated = written
        same, changed = were_there.get(name, (0, 0))
        counts.add(name, inserted - same - changed, updated + changed)
    for run_id, jobs_listed in batch.jobs_listed.items():
        delete_foreign(connection, run_id, jobs_listed)
    counts.add("workflow_runs", updated=mark_gone(connection, batch.gone_runs))
    counts.add("workflow_runs", updated=sum(mark_unlisted(connection, span) for span in batch.whole_spans))
    for name, gone in pull_request_parts.replace_whole(connection, batch.whole_parts).items():
        counts.add(name, updated=len(gone - new_items.get(name, set())))
    _keep_books(connection, batch, new_artifacts, counts)
    if batch.failures or batch.resolved:
        at = _time_of(batch, checkpoint)
        counts.add("capture_failures", *failures.write_failures(connection, batch.failures, at=at))
        resolved = failures.resolve_failures(connection, batch.resolved, at=at)
        counts.add("capture_failures", updated=resolved)
    return counts.written()


def _as_settled(connection: Connection, batch: Batch) -> Mapping[str, Iterable[Row]]:
    """The rows with what the batch itself says about them: what it takes out again never goes in."""
    rows: dict[str, Iterable[Row]] = dict(batch.rows)
    if files := rows.get(pull_request_parts.FILES):
        rows[pull_request_parts.FILES] = pull_request_parts.without_outdated_files(
            connection, files, batch.whole_parts
        )
    repeated, attempts = batch.repeated_reports, batch.run_attempts
    if repeated and "artifact_files" in rows:
        rows["artifact_files"] = [
            row | {"reason": artifact_contents.with_reason(row["reason"], repeated[key])}
            if (key := (row["artifact_id"], row["position"])) in repeated
            else row
            for row in map(dict, rows["artifact_files"])
        ]
    if (repeated or attempts) and "test_results" in rows:
        rows["test_results"] = [
            row | {"run_attempt": attempts.get(row["artifact_id"], (row["run_attempt"],))[0]}
            for row in map(dict, rows["test_results"])
            if (row["artifact_id"], row["file_position"]) not in repeated
        ]
    return rows


def _keep_books(connection: Connection, batch: Batch, new_artifacts: set[int], counts: _Counts) -> None:
    """What a batch says of artifacts that are there."""
    changed = artifact_contents.settle(connection, batch.contents)
    files = artifact_contents.take_out_repeats(connection, batch.repeated_reports)
    attempted, results = artifact_contents.set_attempts(connection, batch.run_attempts)
    changed |= attempted
    changed |= artifact_contents.mark_artifacts_gone(connection, batch.gone_artifacts)
    changed |= artifact_contents.expire(connection, batch.expired_by)
    counts.add("artifacts", updated=len(changed - new_artifacts))
    counts.add("artifact_files", updated=files)
    counts.add("test_results", updated=results)


def _time_of(batch: Batch, checkpoint: CaptureJob | None) -> datetime:
    """When a batch was captured: time is told, never asked of the database."""
    if checkpoint is not None and checkpoint.updated_at is not None:
        return checkpoint.updated_at
    times: list[datetime] = [row["captured_at"] for rows in batch.rows.values() for row in rows]
    if not times:
        raise StoreError(
            "Failures without a checkpoint have no time.", hint="This is a bug: please report it."
        )
    return max(times)
