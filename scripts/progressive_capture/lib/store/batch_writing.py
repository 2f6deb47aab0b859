"""One batch into the database: its rows, then what it says about rows that are there, then what that proves.

The order is a part of the contract. Artifacts that are read anew lose their files and test results before
their rows come, and only what is there can be settled, taken out as a repeat, given an attempt, or end. Parts
of pull requests that were listed whole come after their rows too (see `pull_request_parts`); a file change
that is older than the set that is kept, and not in it, never goes in.

Proofs come after all that they vouch for: that an artifact's contents are stored after its files and test
results, coverage and windows after every row, and after the failures that are holes in them. What an earlier
failure was about is resolved last of all. Where every statement is committed by itself, a kill between any
two leaves something to do that is done already, and never a proof of what is not there; doing the batch again
ends as if it had been done at once.

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
from progressive_capture.lib.store.rows import (
    delete_foreign,
    mark_gone,
    mark_unlisted,
    refuse_unfit,
    write_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from progressive_capture.lib.capture_job import CaptureJob
    from progressive_capture.lib.normalize.rows import Batch, Row
    from progressive_capture.lib.store.database import Connection

_NOT_PLAIN = {"capture_windows": write_windows}

_PROOFS = ("workflow_job_coverage", "pull_request_coverage", "capture_windows")
"""Tables whose rows vouch for those of others; windows for whole listings, so they come last."""


_TELLING = frozenset({"workflow_runs"})
"""Tables whose rows tell what is still to do: an attempt is missed by the state of its run."""


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
    """Write a batch; says what that changed.

    Raises:
        StoreError: if the batch cannot be written.
    """
    for name, observed in batch.rows.items():
        refuse_unfit(name, observed)
    counts = _Counts()
    at = _time_of(batch, checkpoint) if batch.failures or batch.resolved else None
    rows = _as_settled(connection, batch)
    _write_data(connection, batch, rows, counts)
    if at is not None:
        counts.add("capture_failures", *failures.write_failures(connection, batch.failures, at=at))
    _write_proofs(connection, rows, counts)
    if at is not None:
        resolved = failures.resolve_failures(connection, batch.resolved, at=at)
        counts.add("capture_failures", updated=resolved)
    return counts.written()


def _write_data(
    connection: Connection, batch: Batch, rows: Mapping[str, Iterable[Row]], counts: _Counts
) -> None:
    """What was seen, and what that says of rows that are there."""
    new_items = pull_request_parts.new_and_unlisted(connection, batch)
    listed = {row["id"] for row in rows.get("artifacts", ())}
    new_artifacts = listed - known_artifacts(connection, listed)
    were_there = artifact_contents.empty(connection, batch.emptied_artifacts, rows)
    for name in sorted((name for name in rows if name not in _PROOFS), key=_TELLING.__contains__):
        inserted, updated = write_rows(connection, name, rows[name])
        same, changed = were_there.get(name, (0, 0))
        counts.add(name, inserted - same - changed, updated + changed)
    delete_foreign(connection, batch.jobs_listed)
    counts.add("workflow_runs", updated=mark_gone(connection, batch.gone_runs))
    counts.add("workflow_runs", updated=sum(mark_unlisted(connection, span) for span in batch.whole_spans))
    coverages = list(rows.get("pull_request_coverage", ()))
    for name, gone in pull_request_parts.replace_whole(connection, batch.whole_parts, coverages).items():
        counts.add(name, updated=len(gone - new_items.get(name, set())))
    _keep_books(connection, batch, new_artifacts, counts)


def _write_proofs(connection: Connection, rows: Mapping[str, Iterable[Row]], counts: _Counts) -> None:
    """What the rows that are there now are the whole of."""
    for name in _PROOFS:
        if name in rows:
            write = _NOT_PLAIN.get(name)
            written = write(connection, rows[name]) if write else write_rows(connection, name, rows[name])
            counts.add(name, *written)


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
    """What a batch says of artifacts that are there; that their contents are stored is the last of it."""
    files = artifact_contents.take_out_repeats(connection, batch.repeated_reports)
    changed, results = artifact_contents.set_attempts(connection, batch.run_attempts)
    changed |= artifact_contents.settle(connection, batch.contents)
    # What ended is over, whatever became of its contents: so this sees them settled.
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
