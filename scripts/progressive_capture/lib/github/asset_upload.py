"""Uploads of assets: again where they broke off, never twice, and nothing half is left behind."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from progressive_capture.lib.errors import GitHubUnavailableError
from progressive_capture.lib.github.failures import UnansweredError
from progressive_capture.lib.github.release_errors import (
    LARGEST_ASSET,
    NameTakenError,
    asset_too_large,
    name_taken,
    release_refusal,
)
from progressive_capture.lib.github.release_values import Asset
from progressive_capture.lib.github.upload_source import FileSource

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from progressive_capture.lib.github.gate import Gate
    from progressive_capture.lib.github.release_values import Release
    from progressive_capture.lib.github.rest import RestClient

MOST_ATTEMPTS = 4
FIRST_WAIT = 2.0


class AssetUpload:
    """A file that shall be an asset with this name.

    Args:
        rest: sends it.
        gate: waits, and knows whether everything has to stop.
        path: of the release's assets, for messages.
        release: where it goes.
        name: letters, digits, periods, hyphens and underscores: GitHub changes others.
        file: what it holds; it must not change meanwhile.
        content_type: what that is.
        progress: is told how many bytes have been handed over so far, from 0 on again where it begins again.
        named: the asset with this name, as GitHub has it now.
        delete: deletes an asset.
    """

    def __init__(
        self,
        *,
        rest: RestClient,
        gate: Gate,
        path: str,
        release: Release,
        name: str,
        file: Path,
        content_type: str,
        progress: Callable[[int], None] | None,
        named: Callable[[str], Asset | None],
        delete: Callable[[Asset], None],
    ) -> None:
        self._rest = rest
        self._gate = gate
        self._path = path
        self._release = release
        self._name = name
        self._file = file
        self._content_type = content_type
        self._progress = progress
        self._named = named
        self._delete = delete

    def put(self) -> Asset:
        """Send it until GitHub has it whole.

        Raises:
            AssetTooLargeError, NameTakenError, ImmutableReleaseError, ReleaseFullError: GitHub refuses it.
            GitHubUnavailableError: it did not arrive whole, several times.
            CaptureError, CapturePaused: as `Calls.make`; the file cannot be read.
            OSError: the file cannot be opened.
        """
        size_bytes = self._file.stat().st_size
        if size_bytes >= LARGEST_ASSET:
            raise asset_too_large(f"The upload {self._name}")
        sha256 = _sha256(self._file)
        for attempt in range(MOST_ATTEMPTS):
            if attempt:
                self._gate.pause(FIRST_WAIT * 2.0 ** (attempt - 1))
            asset = self._sent(size_bytes) or self._named(self._name)
            if asset is not None and asset.holds(size_bytes, sha256):
                return asset
            if asset is not None:
                self._remove(asset)
        raise GitHubUnavailableError(
            f"The upload {self._name} did not arrive whole, {MOST_ATTEMPTS} times.",
            hint="See https://www.githubstatus.com, then run the same command again.",
        )

    def _sent(self, size_bytes: int) -> Asset | None:
        """What GitHub says that it has got; None where one has to look."""
        with self._file.open("rb") as opened:
            source = FileSource(
                opened,
                size_bytes=size_bytes,
                content_type=self._content_type,
                heed_stop=self._gate.heed_stop,
                progress=self._progress,
            )
            try:
                answer = self._rest.upload(
                    self._release.upload_url,
                    self._path,
                    {"name": self._name},
                    source,
                    refused=release_refusal,
                )
            except (UnansweredError, NameTakenError):
                return None
        return Asset.parse(answer.body, self._path)

    def _remove(self, asset: Asset) -> None:
        """Give the name free, where nothing whole has it that is not ours."""
        if asset.is_uploaded and asset.size_bytes:
            raise name_taken(f"The release has another asset with the name {self._name} already.")
        self._delete(asset)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
