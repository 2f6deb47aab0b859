"""`retry`: failed items again, now, instead of when their time comes."""

from __future__ import annotations

from typing import Any

import click

from progressive_capture.lib.command_line import (
    AS_JSON,
    DATABASE,
    PACE_OPTIONS,
    REPOSITORY_VARIABLE,
    ends_well,
    with_options,
)
from progressive_capture.lib.file_options import DOWNLOADS, FILE_OPTIONS, with_file_rules


@click.command("retry")
@click.argument("repository", envvar=REPOSITORY_VARIABLE, metavar="[OWNER/NAME]", required=False)
@with_options([DATABASE, *PACE_OPTIONS, *FILE_OPTIONS, DOWNLOADS, AS_JSON])
@ends_well
def command(repository: str | None, **chosen: Any) -> int:
    """Try again, at once, what could not be captured: of one repository, or of all in the database.

    Captures try failed items again by themselves, after 10 minutes at first and after a day at last. This
    ends the waiting, and runs the captures that the items belong to as they were last asked for. Artifacts
    that were skipped are tried again too: after a limit was raised, or a file storage named.
    """
    from progressive_capture.artifact_bulk import ArtifactBulk  # noqa: PLC0415  (--help stays quick)
    from progressive_capture.bulk_file_changes import BulkFileChanges  # noqa: PLC0415
    from progressive_capture.capture_pr_details import CapturePrDetails  # noqa: PLC0415
    from progressive_capture.historical_comments_sync import HistoricalCommentsSync  # noqa: PLC0415
    from progressive_capture.historical_pr_sync import HistoricalPrSync  # noqa: PLC0415
    from progressive_capture.historical_reviews_sync import HistoricalReviewsSync  # noqa: PLC0415
    from progressive_capture.historical_sync import HistoricalSync  # noqa: PLC0415
    from progressive_capture.job_details import JobDetails  # noqa: PLC0415
    from progressive_capture.lib.retrying import retry  # noqa: PLC0415

    of_runs = (HistoricalSync, JobDetails, ArtifactBulk)
    of_pull_requests = (HistoricalPrSync, HistoricalReviewsSync, HistoricalCommentsSync, BulkFileChanges)
    kinds = {each.kind: each for each in (*of_runs, *of_pull_requests, CapturePrDetails)}
    return retry(kinds, repository, **with_file_rules(chosen))
