"""Releases and assets as the JSON objects of https://docs.github.com/rest/releases."""

from urllib.parse import quote

from github_simulator.instants import to_text
from github_simulator.payloads import Payload, Payloads
from github_simulator.release_records import Asset, Release


class ReleasePayloads:
    """Builds them, with the addresses of `payloads`."""

    def __init__(self, payloads: Payloads) -> None:
        self._payloads = payloads

    def release(self, release: Release) -> Payload:
        repository = release.repository
        url = f"{self._payloads.repository_url(repository)}/releases/{release.id}"
        uploads = f"{self._payloads.uploads_url}/repos/{repository.full_name}/releases/{release.id}/assets"
        return {
            "url": url,
            "assets_url": f"{url}/assets",
            "upload_url": uploads + "{?name,label}",
            "html_url": f"{repository.html_url}/releases/tag/{quote(release.shown_tag)}",
            "id": release.id,
            "author": self._payloads.person(release.author),
            "node_id": release.node_id,
            "tag_name": release.tag,
            "target_commitish": release.target,
            "name": release.name,
            "draft": release.draft,
            "immutable": release.immutable,
            "prerelease": release.prerelease,
            "created_at": to_text(release.created_at),
            "updated_at": to_text(release.updated_at),
            "published_at": None if release.published_at is None else to_text(release.published_at),
            "assets": [self.asset(asset) for asset in release.assets],
            "tarball_url": self._archive(release, "tarball"),
            "zipball_url": self._archive(release, "zipball"),
            "body": release.body,
        }

    def asset(self, asset: Asset) -> Payload:
        """Only what was uploaded whole has a digest."""
        release = asset.release
        page = f"{release.repository.html_url}/releases/download/{quote(release.shown_tag)}"
        is_whole = asset.state == "uploaded"
        return {
            "url": f"{self._payloads.repository_url(release.repository)}/releases/assets/{asset.id}",
            "id": asset.id,
            "node_id": asset.node_id,
            "name": asset.name,
            "label": asset.label,
            "uploader": self._payloads.person(asset.uploader),
            "content_type": asset.content_type,
            "state": asset.state,
            "size": asset.contents.size,
            "digest": f"sha256:{asset.contents.sha256}" if is_whole else None,
            "download_count": asset.download_count,
            "created_at": to_text(asset.created_at),
            "updated_at": to_text(asset.updated_at),
            "browser_download_url": f"{page}/{quote(asset.name)}",
        }

    def _archive(self, release: Release, kind: str) -> str | None:
        url = f"{self._payloads.repository_url(release.repository)}/{kind}/{quote(release.tag)}"
        return None if release.draft else url
