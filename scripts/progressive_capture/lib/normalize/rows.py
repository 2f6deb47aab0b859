"""The rows of the store, one typed dictionary per table, and the batch in which they travel.

Keys are the columns of the tables (GitHub's own names). Times are aware UTC datetimes truncated to whole
seconds; JSON columns hold plain lists and dictionaries. Every row carries all of its keys: uniform keys are
what makes a bulk upsert safe. Columns that only our own bookkeeping writes (`gone_at`) are not part of an
observation and so not part of a row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypedDict

Source = Literal["rest", "graphql"]


class Observed(TypedDict):
    """What every observation carries: whose it is, and when GitHub said so."""

    repository_id: int
    captured_at: datetime


class RepositoryRow(TypedDict):
    """One repository; its own id is its `repository_id`."""

    id: int
    captured_at: datetime
    full_name: str
    owner: str
    name: str
    private: bool
    default_branch: str | None
    html_url: str | None


class WorkflowRow(Observed):
    """One workflow file."""

    id: int
    name: str | None
    path: str | None
    state: str | None


class CommitRow(Observed):
    """A run's head commit (no e-mail addresses)."""

    sha: str
    tree_id: str | None
    message: str | None
    author_name: str | None
    committed_at: datetime | None


class WorkflowRunRow(Observed):
    """A workflow run as its latest attempt shows it."""

    id: int
    workflow_id: int | None
    name: str | None
    display_title: str | None
    path: str | None
    run_number: int | None
    run_attempt: int | None
    event: str | None
    status: str | None
    conclusion: str | None
    head_branch: str | None
    head_sha: str | None
    head_repository_id: int | None
    actor_id: int | None
    actor_login: str | None
    triggering_actor_login: str | None
    pull_request_numbers: list[int]
    check_suite_id: int | None
    check_suite_node_id: str | None
    node_id: str | None
    html_url: str | None
    created_at: datetime | None
    updated_at: datetime | None
    run_started_at: datetime | None


class WorkflowRunAttemptRow(Observed):
    """One attempt of a run, the latest and only one included."""

    run_id: int
    run_attempt: int
    status: str | None
    conclusion: str | None
    run_started_at: datetime | None
    updated_at: datetime | None
    triggering_actor_login: str | None


class Step(TypedDict):
    """One step, as kept in `workflow_jobs.steps`; times are `YYYY-MM-DDTHH:MM:SSZ` strings."""

    number: int
    name: str | None
    status: str | None
    conclusion: str | None
    started_at: str | None
    completed_at: str | None


class WorkflowJobRow(Observed):
    """One job of one attempt; `source` says whether a NULL means *none* (rest) or *not asked* (graphql)."""

    id: int
    node_id: str | None
    run_id: int
    run_attempt: int | None
    name: str | None
    workflow_name: str | None
    status: str | None
    conclusion: str | None
    created_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    head_sha: str | None
    head_branch: str | None
    labels: list[str] | None
    runner_id: int | None
    runner_name: str | None
    runner_group_name: str | None
    html_url: str | None
    steps: list[Step] | None
    source: Source
    carried_from_job_id: int | None


class WorkflowJobCoverageRow(Observed):
    """The proof that the jobs of one run are whole, as of one state of that run.

    A run's jobs are to do while its `run_attempt`, `updated_at` or `status` differ from what is kept here.
    """

    run_id: int
    run_attempt: int | None
    run_updated_at: datetime | None
    run_status: str | None
    depth: Literal["jobs", "full"]
    """`full`: REST gave everything that it knows; `jobs`: GraphQL listed them (steps: see the job rows)."""
    job_count: int
    foreign_check_run_count: int | None
    """Check runs of the run's suite that are no jobs of it; NULL where REST listed the jobs (it has none)."""


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


ContentStatus = Literal["pending", "stored", "skipped", "gone", "rejected", "failed", "removed"]
"""What became of an artifact's bytes; ours alone to say, so no observation of GitHub holds it."""
FileStatus = Literal["stored", "skipped", "rejected", "removed"]
TestStatus = Literal["passed", "failed", "error", "skipped"]


class ArtifactRow(Observed):
    """An artifact as GitHub lists it."""

    id: int
    run_id: int | None
    name: str
    size_in_bytes: int | None
    digest: str | None
    expired: bool | None
    created_at: datetime | None
    updated_at: datetime | None
    expires_at: datetime | None
    head_branch: str | None
    head_sha: str | None


class ArtifactFileRow(Observed):
    """One file of an artifact, by its place in the archive; `captured_at` is when it was downloaded."""

    artifact_id: int
    position: int
    path: str
    size_bytes: int | None
    category: Literal["image", "json", "text", "binary"] | None
    media_type: str | None
    sha256: str | None
    content: str | None
    storage_key: str | None
    status: FileStatus
    reason: str | None


class TestResultRow(Observed):
    """One result in one test report; `rerun`: an earlier try of a test that the same report tried again."""

    artifact_id: int
    file_position: int
    position: int
    run_id: int | None
    run_attempt: int | None
    suite: str | None
    classname: str | None
    name: str | None
    status: TestStatus
    rerun: bool
    duration_seconds: float | None
    message: str | None


class PullRequestRow(Observed):
    """A pull request as it was last seen; `author_login` is NULL where the account was deleted."""

    id: int
    node_id: str | None
    number: int
    title: str | None
    state: str | None
    draft: bool | None
    merged: bool | None
    author_login: str | None
    base_ref: str | None
    head_ref: str | None
    head_sha: str | None
    head_repository_id: int | None
    additions: int | None
    deletions: int | None
    changed_files: int | None
    created_at: datetime | None
    updated_at: datetime | None
    closed_at: datetime | None
    merged_at: datetime | None


class ReviewRow(Observed):
    """A review; a pending one has no `submitted_at`. REST does not tell `created_at` and `updated_at`."""

    id: int
    node_id: str | None
    pull_request_number: int
    author_login: str | None
    state: str | None
    body: str | None
    is_minimized: bool | None
    created_at: datetime | None
    updated_at: datetime | None
    submitted_at: datetime | None


class ReviewCommentRow(Observed):
    """A comment on a line of the changes, part of a review. REST does not tell `is_minimized`."""

    id: int
    pull_request_number: int
    review_id: int | None
    author_login: str | None
    body: str | None
    path: str | None
    line: int | None
    in_reply_to_id: int | None
    is_minimized: bool | None
    created_at: datetime | None
    updated_at: datetime | None


class IssueCommentRow(Observed):
    """A comment in a pull request's conversation. REST does not tell `is_minimized`."""

    id: int
    pull_request_number: int
    author_login: str | None
    body: str | None
    is_minimized: bool | None
    created_at: datetime | None
    updated_at: datetime | None


class FileChangeRow(Observed):
    """A file that a pull request changes, as of its `head_sha`. GraphQL does not tell `previous_path`."""

    pull_request_number: int
    path: str
    head_sha: str | None
    previous_path: str | None
    status: str | None
    additions: int | None
    deletions: int | None
    changes: int | None


Part = Literal["reviews", "review_comments", "issue_comments", "file_changes"]
"""What belongs to a pull request, by the table that it is kept in."""


class PullRequestCoverageRow(Observed):
    """The proof that one part of a pull request was listed whole, as of one state of the pull request.

    `reason` says why it is not all that there is, such as GitHub's cap of 3,000 files.
    """

    pull_request_number: int
    part: Part
    pull_request_updated_at: datetime | None
    head_sha: str | None
    item_count: int
    reported_count: int | None
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
