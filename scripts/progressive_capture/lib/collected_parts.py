"""Parts of pull requests on their way into one batch: their rows, and what a whole listing of them proves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from progressive_capture.lib.github.pulls import MOST_FILES
from progressive_capture.lib.normalize.pull_request_nodes import Listed, PullRequestWithParts
from progressive_capture.lib.normalize.rows import (
    Batch,
    Failure,
    Part,
    PullRequestCoverageRow,
    Row,
    WholePart,
)


class State(NamedTuple):
    """The state of a pull request that a listing of its parts belongs to."""

    number: int
    updated_at: datetime | None
    head_sha: str | None
    changed_files: int | None


@dataclass
class Collected:
    """The rows of some parts, and what they prove, on their way into one batch."""

    repository_id: int
    rows: dict[str, list[Row]] = field(default_factory=dict)
    whole: list[WholePart] = field(default_factory=list)

    def add(
        self,
        part: Part,
        listed: Listed[Any, Any],
        state: State,
        captured_at: datetime,
        reason: str | None = None,
    ) -> bool:
        """Take what was listed of a part; says whether it is whole (with a `reason`: for GitHub)."""
        self.rows.setdefault(part, []).extend(listed.rows)
        reason = reason or (_left_out(listed, state) if part == "file_changes" else None)
        if not listed.is_whole and reason is None:
            return False
        self.whole.append(
            WholePart(
                repository_id=self.repository_id,
                pull_request_number=state.number,
                part=part,
                keys=listed.keys,
                captured_at=captured_at,
            )
        )
        coverage = PullRequestCoverageRow(
            repository_id=self.repository_id,
            captured_at=captured_at,
            pull_request_number=state.number,
            part=part,
            pull_request_updated_at=state.updated_at,
            head_sha=state.head_sha,
            item_count=listed.item_count,
            reported_count=listed.reported_count if reason is None else state.changed_files,
            reason=reason,
        )
        self.rows.setdefault("pull_request_coverage", []).append(coverage)
        return True

    def add_pull_request(self, found: PullRequestWithParts, captured_at: datetime) -> None:
        """A pull request with whatever came along."""
        row = found.row
        self.rows.setdefault("pull_requests", []).append(row)
        state = state_in(row)
        for part, listed in found.parts.items():
            self.add(part, listed, state, captured_at)

    def batch(self, *, processed: int, failures: Sequence[Failure] = ()) -> Batch:
        """All of it, to be stored at once."""
        return Batch(rows=self.rows, whole_parts=self.whole, processed=processed, failures=failures)


def state_in(row: Mapping[str, Any]) -> State:
    """The state that a row of `pull_requests` tells of."""
    return State(row["number"], row["updated_at"], row["head_sha"], row["changed_files"])


def _left_out(listed: Listed[Any, Any], state: State) -> str | None:
    """Why GraphQL's list of changed files, whole as GraphQL counts it, is shorter than their number."""
    if state.changed_files is None or not MOST_FILES <= len(listed.rows) < state.changed_files:
        return None
    return f"GitHub lists {MOST_FILES:,} of {state.changed_files:,} files"
