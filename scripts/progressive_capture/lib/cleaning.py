"""Clean-up: the stored bytes of old artifacts go; their rows, texts and test results stay.

First the rows say that the bytes were given up; then the bytes go that no file needs any more, those too that
an earlier clean-up was killed over. Bytes that were kept again since a running capture began stay until the
next time: it may be about to write the row that needs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from progressive_capture.lib.capture_job import JobStatus
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.files.storage import FileStorage
from progressive_capture.lib.report import plural
from progressive_capture.lib.store.contract import Store

AT_A_TIME = 100
"""Artifacts in one transaction, so that none lasts long beside a capture."""
JOBS_LOOKED_AT = 1000


@dataclass(kw_only=True)
class Cleaned:
    """What a clean-up did, or would do.

    Attributes:
        artifacts: whose bytes were given up.
        files: how many distinct contents went from the storage.
        size_bytes: their bytes.
        kept_bytes: what a running capture may need, and the next clean-up takes.
    """

    artifacts: int = 0
    files: int = 0
    size_bytes: int = 0
    kept_bytes: int = 0


def would_remove(
    store: Store, files: FileStorage, older_than: datetime, repository_id: int | None
) -> Cleaned:
    """What `clean_up` would do, with what an earlier one was killed over; changes nothing.

    Raises:
        ConfigurationError: as `clean_up`.
    """
    _must_be_here(store, files, older_than, repository_id)
    cleaned = Cleaned(artifacts=sum(1 for _ in store.removable_artifacts(older_than, repository_id)))
    for key, size_bytes in chain(store.removable_keys(older_than, repository_id), store.keys_given_up()):
        if files.has(key):
            cleaned.files += 1
            cleaned.size_bytes += size_bytes or 0
    return cleaned


def clean_up(
    store: Store, files: FileStorage, older_than: datetime, repository_id: int | None, *, now: datetime
) -> Cleaned:
    """Give up the bytes of artifacts created before that time.

    Raises:
        ConfigurationError: the bytes are somewhere else; nothing is changed.
        StoreError: the database or the storage refuses; what was done until then stays done.
    """
    _must_be_here(store, files, older_than, repository_id)
    cleaned = Cleaned()
    untouched_since = min([now, *_captures_began(store)])
    reason = f"created before {older_than:%Y-%m-%d}, removed by a clean-up on {now:%Y-%m-%d}"
    for artifact_ids in _some(store.removable_artifacts(older_than, repository_id)):
        cleaned.artifacts += store.mark_removed(artifact_ids, reason=reason).artifacts
    for key, size_bytes in store.keys_given_up():
        if not files.has(key):
            continue
        if files.remove(key, untouched_since=untouched_since):
            cleaned.files += 1
            cleaned.size_bytes += size_bytes or 0
        else:
            cleaned.kept_bytes += size_bytes or 0
    return cleaned


def _must_be_here(store: Store, files: FileStorage, older_than: datetime, repository_id: int | None) -> None:
    """Refuse where the storage has not one of the contents: rows must not say that bytes went that stay."""
    keys = (key for key, _ in store.removable_keys(older_than, repository_id))
    missing = 0
    for key in keys:
        if files.has(key):
            return
        missing += 1
    if missing:
        raise ConfigurationError(
            f"None of the {plural(missing, 'stored file')} that would go is here: {files.describe()}.",
            hint="Name the folder that the capture wrote to: --file-storage FOLDER.",
        )


def _captures_began(store: Store) -> Iterator[datetime]:
    """When each capture of artifacts began that runs beside us."""
    for job in store.jobs(limit=JOBS_LOOKED_AT):
        if job.kind == "artifacts" and job.status is JobStatus.RUNNING and job.started_at is not None:
            yield job.started_at


def _some(artifact_ids: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(artifact_ids)
    while some := list(islice(remaining, AT_A_TIME)):
        yield some
