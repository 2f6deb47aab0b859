"""The rows of the store, one typed dictionary per table, and the batch in which they travel.

Keys are the columns of the tables (GitHub's own names). Times are aware UTC datetimes truncated to whole
seconds; JSON columns hold plain lists and dictionaries. Every row carries all of its keys: uniform keys are
what makes a bulk upsert safe. Columns that only our own bookkeeping writes (`gone_at`) are not part of an
observation and so not part of a row.
"""

from __future__ import annotations

from progressive_capture.lib.normalize.rows.actions import (
    CommitRow,
    RepositoryRow,
    Source,
    Step,
    WorkflowJobCoverageRow,
    WorkflowJobRow,
    WorkflowRow,
    WorkflowRunAttemptRow,
    WorkflowRunRow,
)
from progressive_capture.lib.normalize.rows.artifacts import (
    ArtifactFileRow,
    ArtifactRow,
    ContentStatus,
    FileStatus,
    TestResultRow,
    TestStatus,
)
from progressive_capture.lib.normalize.rows.batches import (
    Batch,
    CaptureWindowRow,
    Content,
    Failure,
    ItemKey,
    Row,
    WholePart,
    WholeSpan,
)
from progressive_capture.lib.normalize.rows.observed import (
    Observed,
)
from progressive_capture.lib.normalize.rows.pull_requests import (
    FileChangeRow,
    IssueCommentRow,
    Part,
    PullRequestCoverageRow,
    PullRequestRow,
    ReviewCommentRow,
    ReviewRow,
)

__all__ = [
    "ArtifactFileRow",
    "ArtifactRow",
    "Batch",
    "CaptureWindowRow",
    "CommitRow",
    "Content",
    "ContentStatus",
    "Failure",
    "FileChangeRow",
    "FileStatus",
    "IssueCommentRow",
    "ItemKey",
    "Observed",
    "Part",
    "PullRequestCoverageRow",
    "PullRequestRow",
    "RepositoryRow",
    "ReviewCommentRow",
    "ReviewRow",
    "Row",
    "Source",
    "Step",
    "TestResultRow",
    "TestStatus",
    "WholePart",
    "WholeSpan",
    "WorkflowJobCoverageRow",
    "WorkflowJobRow",
    "WorkflowRow",
    "WorkflowRunAttemptRow",
    "WorkflowRunRow",
]
