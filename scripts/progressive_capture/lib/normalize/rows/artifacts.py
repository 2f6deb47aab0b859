"""Rows of artifacts, what is in them, and what test reports tell."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from progressive_capture.lib.normalize.rows.observed import Observed

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
