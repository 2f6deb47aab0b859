"""What is stored together: rows, and what a capture says of rows that are there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from progressive_capture.lib.normalize.rows.artifacts import ContentStatus
from progressive_capture.lib.normalize.rows.observed import Observed
from progressive_capture.lib.normalize.rows.pull_requests import Part


class CaptureWindowRow(Observed):
    """A closed span of `created` that was listed, and what came of it: the proof of coverage."""

    kind: str
    slice: str
    window_from: datetime
    window_to: datetime
    item_count: int
    reported_count: int | None
    status: Literal["open", "covered", "saturated"]
    reason: str | None


Row = Mapping[str, Any]


class ItemKey(NamedTuple):
    """Names one item of one kind in `capture_failures`."""

    kind: str
    repository_id: int
    item_key: str


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One item that could not be captured, and why."""

    item: ItemKey
    error: str


@dataclass(frozen=True, kw_only=True)
class WholeSpan:
    """Every run that GitHub has of a closed span of `created`: a stored one not among them is gone."""

    repository_id: int
    created_from: datetime
    created_to: datetime
    run_ids: frozenset[int]
    captured_at: datetime


@dataclass(frozen=True, kw_only=True)
class WholePart:
    """Everything that GitHub has of one part of a pull request: ids, or the paths of changed files.

    A stored review or comment that is not among them is gone; a file change that is not goes.
    """

    repository_id: int
    pull_request_number: int
    part: Part
    keys: Collection[int] | Collection[str]
    captured_at: datetime


@dataclass(frozen=True, kw_only=True)
class Content:
    """What became of an artifact's bytes, and why."""

    status: ContentStatus
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What one fetched page or answer adds to the store: committed whole, or not at all.

    Args:
        rows: rows by table name.
        processed: items of the capture's own kind in here (runs, jobs, …), for the job's counters.
        completing: the rows add what was not asked for before; that is no change of what they are about.
        failures: items that could not be captured; they count as failed.
        resolved: items of earlier failures that this batch settles.
        jobs_listed: by run id, all job ids that REST lists for it: a row that came from GraphQL and is not
            among them is a foreign check run, and goes.
        whole_spans: spans of which all runs were listed.
        gone_runs: run ids that GitHub no longer has, with the time this was noticed.
        contents: by artifact id, what became of its bytes.
        emptied_artifacts: artifacts that are read anew: their files and test results go before `rows` come.
        repeated_reports: by artifact id and file position, why the test results of that file are taken out
            again: they repeat those of other files. The reason is kept with the file.
        run_attempts: by artifact id, the attempt that made it, and whether that was inferred from times.
        gone_artifacts: artifact ids that GitHub no longer has, with the time this was noticed.
        expired_by: repositories whose artifacts with an `expires_at` up to this time are gone.
        whole_parts: parts of pull requests that were listed whole.
    """

    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    processed: int = 0
    completing: bool = False
    failures: Sequence[Failure] = ()
    resolved: Sequence[ItemKey] = ()
    jobs_listed: Mapping[int, Collection[int]] = field(default_factory=dict)
    whole_spans: Sequence[WholeSpan] = ()
    gone_runs: Mapping[int, datetime] = field(default_factory=dict)
    contents: Mapping[int, Content] = field(default_factory=dict)
    emptied_artifacts: Collection[int] = ()
    repeated_reports: Mapping[tuple[int, int], str] = field(default_factory=dict)
    run_attempts: Mapping[int, tuple[int, bool]] = field(default_factory=dict)
    gone_artifacts: Mapping[int, datetime] = field(default_factory=dict)
    expired_by: Mapping[int, datetime] = field(default_factory=dict)
    whole_parts: Sequence[WholePart] = ()
