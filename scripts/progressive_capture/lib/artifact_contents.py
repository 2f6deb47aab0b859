"""The bytes of one artifact: downloaded, checked, opened; whatever comes of it is written down with it."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from progressive_capture.lib.base_capture import in_words
from progressive_capture.lib.capture_values import FileRules, Repository
from progressive_capture.lib.content_batches import ContentBatches
from progressive_capture.lib.errors import (
    CapturePaused,
    GitHubUnavailableError,
    NotFoundError,
    StoreError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.files.contents import read_contents
from progressive_capture.lib.files.limits import Limits
from progressive_capture.lib.files.storage import FileStorage
from progressive_capture.lib.files.storage_failures import told_as_store_errors
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.failures import GoneError, TooLargeError
from progressive_capture.lib.github.transfer import Downloaded
from progressive_capture.lib.identify import is_gone
from progressive_capture.lib.normalize.rows import Batch, Content
from progressive_capture.lib.report import plural
from progressive_capture.lib.store.artifact_contract import ArtifactToDownload


class ArtifactContents:
    """Brings the contents of a repository's artifacts; in fetching threads, the store is not touched.

    Args:
        repository: whose artifacts they are.
        github: gives the bytes.
        files: takes the files.
        rules: how large artifacts and files may be.
        stop: once set, nothing more is opened.
    """

    def __init__(
        self,
        repository: Repository,
        github: GitHub,
        files: FileStorage,
        rules: FileRules,
        stop: threading.Event,
    ) -> None:
        self._repository_id = repository.id
        self._full_name = repository.full_name
        self._github = github
        self._files = files
        self._rules = rules
        self._limits = Limits(file_bytes=rules.max_file_bytes)
        self._stop = stop

    def of(self, artifact: ArtifactToDownload) -> Iterator[Batch]:
        """Download, check, open; whatever comes of it is written down with the artifact."""
        too_large = self._too_large(artifact.size_in_bytes)
        if too_large is not None:
            yield self._ended(artifact, too_large)
            return
        opened = False
        try:
            with told_as_store_errors(tempfile.gettempdir()), tempfile.TemporaryFile() as archive:
                self._download(artifact, archive)
                opened = True
                yield from self._read(artifact, archive)
        except TooLargeError:
            yield self._ended(artifact, self._larger_than_allowed())
        except NotFoundError as error:
            if not isinstance(error, GoneError) and not self._is_gone(artifact):
                yield self._failed(artifact, error)
                raise
            yield self._gone(artifact)
        except (GitHubUnavailableError, UnexpectedPayloadError) as error:
            yield self._failed(artifact, error)
            raise
        except (CapturePaused, StoreError):
            if opened:
                yield Batch(emptied_artifacts={artifact.artifact_id})  # nothing half-read is to be seen
            raise

    def _download(self, artifact: ArtifactToDownload, archive: BinaryIO) -> None:
        """The bytes, and nothing but what GitHub promised.

        Raises:
            UnexpectedPayloadError: their size or their hash is another.
        """
        downloaded = self._github.download_artifact(
            self._full_name, artifact.artifact_id, archive, at_most=self._rules.max_artifact_bytes
        )
        wrong = _what_is_wrong(artifact, downloaded)
        if wrong is not None:
            raise UnexpectedPayloadError(
                f"The bytes of {artifact_name(artifact)} {wrong}.",
                hint="They are not opened, and asked for again later. Perhaps a proxy answered for GitHub.",
            )

    def _read(self, artifact: ArtifactToDownload, archive: BinaryIO) -> Iterator[Batch]:
        contents = read_contents(archive, artifact.name, self._files, self._limits, stop=self._heed_stop)
        batches = ContentBatches(
            artifact, repository_id=self._repository_id, captured_at=self._github.server_now()
        )
        yield from batches.of(contents)

    def _too_large(self, size_in_bytes: int | None) -> Content | None:
        if size_in_bytes is None or size_in_bytes <= self._rules.max_artifact_bytes:
            return None
        return self._larger_than_allowed()

    def _larger_than_allowed(self) -> Content:
        limit = plural(self._rules.max_artifact_bytes, "byte")
        return Content(status="skipped", reason=f"larger than the artifact size limit of {limit}")

    def _ended(self, artifact: ArtifactToDownload, content: Content) -> Batch:
        return Batch(contents={artifact.artifact_id: content}, processed=1, completing=True)

    def _failed(self, artifact: ArtifactToDownload, error: Exception) -> Batch:
        """It was not opened: what is known of it stays. Why is kept with it, and with what failed."""
        return Batch(
            contents={artifact.artifact_id: Content(status="failed", reason=in_words(error))},
            completing=True,
        )

    def _gone(self, artifact: ArtifactToDownload) -> Batch:
        """It will never come: expired where its time is over (with all that have), else deleted."""
        now = self._github.server_now()
        if artifact.expires_at is not None and artifact.expires_at <= now:
            return Batch(expired_by={self._repository_id: now})
        return Batch(gone_artifacts={artifact.artifact_id: now})

    def _is_gone(self, artifact: ArtifactToDownload) -> bool:
        """Whether GitHub no longer has it, though it still shows the repository to this token."""
        ask = partial(self._github.artifact, self._full_name, artifact.artifact_id)
        return is_gone(self._github, self._full_name, ask)

    def _heed_stop(self) -> None:
        if self._stop.is_set():
            raise CapturePaused("stopped")


def _what_is_wrong(artifact: ArtifactToDownload, downloaded: Downloaded) -> str | None:
    """Where the bytes are not what GitHub promised. Uploads by older actions have no digest."""
    digest = (artifact.digest or "").removeprefix("sha256:").lower()
    if digest:
        return None if downloaded.sha256 == digest else "have another sha256 than GitHub says"
    if artifact.size_in_bytes not in (None, downloaded.size_bytes):
        return f"are {downloaded.size_bytes:,} instead of {artifact.size_in_bytes:,}"
    is_page = (downloaded.content_type or "").startswith("text/html")
    return "are a web page" if is_page and not artifact.name.lower().endswith((".html", ".htm")) else None


def artifact_name(artifact: ArtifactToDownload) -> str:
    """How `capture_failures` names an artifact."""
    return f"artifact {artifact.artifact_id}"
