"""What `status` says: one plain value read from the store, and its lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, get_args

from progressive_capture.lib.capture_job import CaptureJob
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.normalize.rows import ContentStatus
from progressive_capture.lib.places import shown
from progressive_capture.lib.report import counted, file_size, plural, printable
from progressive_capture.lib.store.artifact_contract import ArtifactSummary
from progressive_capture.lib.store.contract import Span, Store
from progressive_capture.lib.windows import Window, joined

RECENT_JOBS = 5
SHOWN_FAILURES = 5
MINUTE = "%Y-%m-%d %H:%M"
SECOND = "%Y-%m-%d %H:%M:%S"
KIND = "workflow_runs"
NOUNS = {
    "workflows": "workflow",
    "workflow_runs": "workflow run",
    "workflow_run_attempts": "attempt",
    "workflow_jobs": "job",
    "commits": "commit",
    "artifacts": "artifact",
    "artifact_files": "file",
    "test_results": "test result",
    "pull_requests": "pull request",
    "reviews": "review",
    "review_comments": "review comment",
    "issue_comments": "comment",
    "file_changes": "file change",
}

CONTENT_STATUSES = get_args(ContentStatus)


def read_status(
    store: Store, *, repository: str | None, job_id: str | None, now: datetime
) -> Mapping[str, Any]:
    """The state of a database, as data.

    Raises:
        ConfigurationError: the repository or the job is not in it.
    """
    if job_id is not None:
        job = store.job(job_id)
        if job is None:
            raise ConfigurationError(
                f"There is no capture job {printable(job_id, 80)!r} in {store.describe()}.",
                hint="List the jobs with: progressive-capture status",
            )
        return {"repositories": [], "jobs": [_job(job)]}
    rows = [row for row in store.repositories() if repository in (None, row["full_name"])]
    if repository is not None and not rows:
        raise ConfigurationError(
            f"{printable(repository, 140)} is not in {store.describe()}.",
            hint=f"Capture it with: progressive-capture sync {printable(repository, 140)}",
        )
    jobs = store.jobs(repository=repository)
    return {
        "repositories": [_repository(store, row, now) for row in rows],
        "jobs": [_job(job) for job in jobs],
    }


def in_lines(status: Mapping[str, Any], *, database: str) -> list[str]:
    """The same for people."""
    lines = [f"Database: {shown(database)}"]
    if not status["repositories"] and not status["jobs"]:
        lines.append("Nothing is captured yet. Begin with: progressive-capture sync OWNER/NAME")
    for each in status["repositories"]:
        lines += _repository_lines(each)
    if status["jobs"]:
        lines += ["", "Capture jobs, newest first:"]
        lines += [_job_line(job) for job in status["jobs"][:RECENT_JOBS]]
    if len(status["jobs"]) > RECENT_JOBS:
        lines.append(f"  … and {len(status['jobs']) - RECENT_JOBS} more (--json shows them)")
    return lines


def _repository(store: Store, row: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    windows = store.windows(row["id"], KIND)
    covered = joined(Window(w["window_from"], w["window_to"]) for w in windows if w["status"] == "covered")
    failures = store.failures(row["id"])
    return {
        "full_name": row["full_name"],
        "rows": dict(store.counts(row["id"])),
        "runs_without_jobs": store.count_runs_without_jobs(Span(repository_id=row["id"]), depth="jobs"),
        "jobs_without_steps": store.count_jobs_without_steps(Span(repository_id=row["id"])),
        "covered": [{"from": window.start, "to": window.end} for window in covered],
        "saturated_seconds": [
            {"at": w["window_from"], "listed": w["item_count"], "reported": w["reported_count"]}
            for w in windows
            if w["status"] == "saturated"
        ],
        "artifacts": [_artifacts(line) for line in store.artifact_summary(row["id"], now=now)],
        "failures": [dict(failure) for failure in failures],
    }


def _artifacts(line: ArtifactSummary) -> Mapping[str, Any]:
    return {name: value for name, value in asdict(line).items() if name != "repository_id"}


def _job(job: CaptureJob) -> Mapping[str, Any]:
    return {name: value for name, value in asdict(job).items() if value is not None}


def _repository_lines(each: Mapping[str, Any]) -> list[str]:
    lines = ["", f"{printable(each['full_name'])}: {counted(each['rows'], NOUNS) or 'nothing yet'}"]
    lines += [f"  covered:  {span['from']:{SECOND}} to {span['to']:{SECOND}} UTC" for span in each["covered"]]
    lines += [_hole_line(hole) for hole in each["saturated_seconds"]]
    if len(each["covered"]) > 1 + len(each["saturated_seconds"]):
        lines.append("  Between those spans nothing was listed: the next sync fills the gaps.")
    to_do = Counter({name: each[name] for name in ("runs_without_jobs", "jobs_without_steps")})
    words = {"runs_without_jobs": "run without jobs", "jobs_without_steps": "job without steps"}
    pending = [f"{count:,} {words[name]}" for name, count in to_do.items() if count]
    if pending:
        lines.append(f"  to do:    {', '.join(pending)}")
    lines += _artifact_lines(each["artifacts"])
    if each["failures"]:
        lines.append(
            f"  failures: {plural(len(each['failures']), 'item')} not captured, tried again next time"
        )
    lines += [
        f"    {printable(failure['item_key'], 80)}: {printable(failure['error'], 160)}"
        for failure in each["failures"][:SHOWN_FAILURES]
    ]
    return lines


def _artifact_lines(artifacts: Sequence[Mapping[str, Any]]) -> list[str]:
    """What became of the artifacts' bytes, what is still to do first."""
    order = sorted(artifacts, key=lambda line: CONTENT_STATUSES.index(line["content_status"]))
    return [f"  {'artifacts:' if not at else '':<11}{_artifact_line(line)}" for at, line in enumerate(order)]


def _artifact_line(line: Mapping[str, Any]) -> str:
    said = f"{line['artifacts']:,} {line['content_status']}, {file_size(line['size_in_bytes'])}"
    if line["stored_files"]:
        said += f", {plural(line['stored_files'], 'file')} kept in {file_size(line['distinct_bytes'])}"
    if line["next_expires_at"] is not None:
        said += f"; GitHub deletes the next one at {line['next_expires_at']:{MINUTE}} UTC"
    return said


def _hole_line(hole: Mapping[str, Any]) -> str:
    counts = f"{hole['listed']:,} of {hole['reported']:,} runs"
    return f"  hole:     {counts} of {hole['at']:{SECOND}} UTC could be listed; GitHub shows no more"


def _job_line(job: Mapping[str, Any]) -> str:
    when = job["created_at"]
    spent = f"{plural(job['rest_requests'], 'request')}, {plural(job['graphql_points'], 'point')}"
    failed = f", {job['failed_items']:,} failed" if job["failed_items"] else ""
    why = f" ({printable(job['error'], 80)})" if job.get("error") else ""
    return (
        f"  {when:{MINUTE}} {job['kind']} {printable(job['repository'], 80)}: {job['status']}{why}, "
        f"{job['processed_items']:,} items{failed}; {spent}; id {job['id']}"
    )
