"""Every kind of capture and its class: for whoever runs captures by the names of their kinds."""

from __future__ import annotations

from collections.abc import Mapping

from progressive_capture.artifact_bulk import ArtifactBulk
from progressive_capture.bulk_file_changes import BulkFileChanges
from progressive_capture.capture_pr_details import CapturePrDetails
from progressive_capture.historical_comments_sync import HistoricalCommentsSync
from progressive_capture.historical_pr_sync import HistoricalPrSync
from progressive_capture.historical_reviews_sync import HistoricalReviewsSync
from progressive_capture.historical_sync import HistoricalSync
from progressive_capture.job_details import JobDetails
from progressive_capture.lib.running import CaptureKind

KINDS: Mapping[str, CaptureKind] = {
    each.kind: each
    for each in (
        *(HistoricalSync, JobDetails, ArtifactBulk),
        *(HistoricalPrSync, HistoricalReviewsSync, HistoricalCommentsSync, BulkFileChanges),
        CapturePrDetails,
    )
}


def main_kinds(more: frozenset[str]) -> list[CaptureKind]:
    """The captures of the main job, in order.

    Args:
        more: `artifacts` and `pull-requests`, where they are wanted as well.
    """
    kinds: list[CaptureKind] = [HistoricalSync, JobDetails]
    kinds += [ArtifactBulk] if "artifacts" in more else []
    kinds += [HistoricalPrSync, HistoricalCommentsSync] if "pull-requests" in more else []
    return kinds
