"""What a store answers about artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.store import artifact_clean_up, artifact_contents, artifact_queries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from progressive_capture.lib.normalize.rows import ContentStatus
    from progressive_capture.lib.store.artifact_contract import (
        ArtifactOfRun,
        ArtifactSummary,
        ArtifactToDownload,
        Removed,
    )
    from progressive_capture.lib.store.contract import Span
    from progressive_capture.lib.store.database import Database


class SqlArtifacts:
    """See `artifact_contract.KeepsArtifacts` for what each method promises."""

    _database: Database

    def artifacts_to_download(
        self, repository_id: int, span: Span | None = None
    ) -> Iterator[ArtifactToDownload]:
        for expiring in (True, False):
            after: tuple[datetime | None, int] | None = None
            ask = artifact_queries.page_of_artifacts_to_download
            while page := self._database.read(ask, repository_id, span, expiring=expiring, after=after):
                yield from page
                after = (page[-1].expires_at, page[-1].artifact_id)

    def count_artifacts_to_download(self, repository_id: int, span: Span | None = None) -> int:
        return self._database.read(artifact_queries.count_artifacts_to_download, repository_id, span)

    def ids_of_artifacts_to_download(self, span: Span) -> Iterator[int]:
        after: int | None = None
        while page := self._database.read(artifact_queries.page_of_ids_to_download, span, after=after):
            yield from page
            after = page[-1]

    def artifacts_of_unknown_attempt(
        self, repository_id: int, span: Span | None = None
    ) -> Iterator[ArtifactOfRun]:
        before: int | None = None
        while page := self._database.read(
            artifact_queries.page_of_unknown_attempt, repository_id, span, before=before
        ):
            yield from page
            before = page[-1].artifact_id

    def count_artifacts_since(self, repository_id: int, created_from: datetime) -> int:
        return self._database.read(artifact_queries.count_artifacts_since, repository_id, created_from)

    def known_artifacts(self, ids: Collection[int]) -> set[int]:
        return self._database.read(artifact_queries.known_artifacts, ids)

    def artifact_summary(
        self, repository_id: int | None = None, *, now: datetime
    ) -> Sequence[ArtifactSummary]:
        return self._database.read(artifact_queries.artifact_summary, repository_id, now=now)

    def removable_artifacts(self, older_than: datetime, repository_id: int | None = None) -> Iterator[int]:
        after: int | None = None
        ask = artifact_clean_up.page_of_removable_artifacts
        while page := self._database.read(ask, older_than, repository_id, after=after):
            yield from page
            after = page[-1]

    def removable_keys(
        self, older_than: datetime, repository_id: int | None = None
    ) -> Iterator[tuple[str, int | None]]:
        after: str | None = None
        ask = artifact_clean_up.page_of_removable_keys
        while page := self._database.read(ask, older_than, repository_id, after=after):
            yield from page
            after = page[-1][0]

    def mark_removed(self, artifact_ids: Collection[int], *, reason: str) -> Removed:
        return self._database.write(artifact_clean_up.mark_removed, artifact_ids, reason)

    def keys_given_up(self) -> Iterator[tuple[str, int | None]]:
        after: str | None = None
        while page := self._database.read(artifact_clean_up.page_of_keys_given_up, after=after):
            yield from page
            after = page[-1][0]

    def reset_contents(self, repository_id: int, statuses: Collection[ContentStatus]) -> int:
        return self._database.write(artifact_contents.reset, repository_id, statuses)
