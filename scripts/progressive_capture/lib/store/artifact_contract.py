"""What a store promises about artifacts: which are still to do, what is kept, and what may be cleaned up.

A part of `contract.Store`. What is *written* of artifacts travels in a `Batch`, as everything does; only
what no capture does (clean up, start over) is a method here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.normalize.rows import ContentStatus
    from progressive_capture.lib.store.contract import Span


@dataclass(frozen=True, kw_only=True)
class ArtifactToDownload:
    """An artifact whose bytes are still to be fetched (`run_attempt`: None while nobody knows)."""

    artifact_id: int
    run_id: int | None
    run_attempt: int | None
    name: str
    size_in_bytes: int | None
    digest: str | None
    created_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ArtifactOfRun:
    """An artifact of which nobody knows the attempt, and what is known of its run's attempts.

    Args:
        artifact_id: the artifact.
        created_at: when it was made.
        run_attempt: the latest attempt of its run.
        run_seen_at: when that attempt was the latest: nothing is known of what was made afterwards.
        attempts_started: when each known attempt started; not every one needs to be known.
    """

    artifact_id: int
    created_at: datetime | None
    run_attempt: int | None
    run_seen_at: datetime
    attempts_started: Mapping[int, datetime]


@dataclass(frozen=True, kw_only=True)
class ArtifactSummary:
    """The artifacts of one repository and content status, and the files of theirs that are stored.

    Args:
        repository_id: whose they are.
        content_status: what became of their bytes.
        artifacts: how many there are.
        size_in_bytes: the sum of their sizes as GitHub says them.
        next_expires_at: when GitHub deletes the next of them; None: none that is still there.
        stored_files: how many of their files are in the file storage.
        stored_bytes: the sum of the sizes of those files.
        distinct_bytes: the same with equal contents counted once: what they take in the storage, unless
            artifacts of another line have the same.
    """

    repository_id: int
    content_status: ContentStatus
    artifacts: int
    size_in_bytes: int
    next_expires_at: datetime | None
    stored_files: int
    stored_bytes: int
    distinct_bytes: int


@dataclass(frozen=True, kw_only=True)
class Removed:
    """How many artifacts and files `mark_removed` marked."""

    artifacts: int
    files: int


class KeepsArtifacts(Protocol):
    """The part of a store that knows artifacts."""

    def artifacts_to_download(
        self, repository_id: int, span: Span | None = None
    ) -> Iterator[ArtifactToDownload]:
        """Artifacts that are `pending` or `failed` and not gone; of a span, those in it.

        Soonest to expire first (those whose expiry is not known last), then by id; in bounded memory. What
        is written meanwhile makes none come twice.
        """

    def count_artifacts_to_download(self, repository_id: int, span: Span | None = None) -> int:
        """How many those are."""

    def ids_of_artifacts_to_download(self, span: Span) -> Iterator[int]:
        """Ids of the artifacts of a span that are still to be fetched, ascending, in bounded memory.

        `count_artifacts_to_download` says how many those are.
        """

    def artifacts_of_unknown_attempt(
        self, repository_id: int, span: Span | None = None
    ) -> Iterator[ArtifactOfRun]:
        """Artifacts without a `run_attempt` whose run is stored, newest first, in bounded memory.

        Of a span, those created in it. Those that cannot be decided come again the next time.
        """

    def count_artifacts_since(self, repository_id: int, created_from: datetime) -> int:
        """How many artifacts created at or after that time have a row and are not gone."""

    def known_artifacts(self, ids: Collection[int]) -> set[int]:
        """Those of the ids (a listing's page, or a few) that have a row."""

    def artifact_summary(
        self, repository_id: int | None = None, *, now: datetime
    ) -> Sequence[ArtifactSummary]:
        """The artifacts of one repository, or of all, by repository and content status; no line for none."""

    # -- clean-up --------------------------------------------------------------------------------------
    def removable_artifacts(self, older_than: datetime, repository_id: int | None = None) -> Iterator[int]:
        """Ids of artifacts (`stored` or `skipped`) created before that time with a file in the storage.

        Where it is not known when one was created, `captured_at` decides. By id, in bounded memory.
        """

    def removable_keys(
        self, older_than: datetime, repository_id: int | None = None
    ) -> Iterator[tuple[str, int | None]]:
        """Storage keys, with their bytes, that only files of such artifacts have; by key, in bounded memory.

        A key that any other file has, whatever its repository, is not among them.
        """

    def mark_removed(self, artifact_ids: Collection[int], *, reason: str) -> Removed:
        """Give the bytes of these artifacts up, in one transaction: the first step of a clean-up.

        `stored` and `skipped` ones become `removed` with the reason; their `stored` files become `removed`
        and lose their storage key. Rows, texts and test results stay. Bytes are to be deleted *after* this
        (see `keys_given_up`): a kill between the two leaves bytes that nobody needs, never a row that
        promises bytes that are not there.
        """

    def keys_given_up(self) -> Iterator[tuple[str, int | None]]:
        """Storage keys, with their bytes, that `removed` files had and no file has now: ever, of everywhere.

        Their bytes may be deleted, or have been. By key, in bounded memory.
        """

    # -- starting over -----------------------------------------------------------------------------------
    def reset_contents(self, repository_id: int, statuses: Collection[ContentStatus]) -> int:
        """Make artifacts with one of these content statuses `pending` again, gone ones left out.

        Returns:
            How many there were.
        """
