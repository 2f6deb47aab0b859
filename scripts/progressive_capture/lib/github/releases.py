"""Releases and their assets: a place for files in a repository.

https://docs.github.com/en/rest/releases
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO

from progressive_capture.lib.errors import AuthenticationError, NotFoundError
from progressive_capture.lib.github.asset_upload import AssetUpload
from progressive_capture.lib.github.bare_lists import BareLists
from progressive_capture.lib.github.failures import UnansweredError
from progressive_capture.lib.github.release_errors import release_refusal
from progressive_capture.lib.github.release_values import Asset, Release
from progressive_capture.lib.github.repository_paths import repository_path
from progressive_capture.lib.github.rest import unexpected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from progressive_capture.lib.github.downloads import Downloads
    from progressive_capture.lib.github.gate import Gate
    from progressive_capture.lib.github.rest import RestClient
    from progressive_capture.lib.github.transfer import Downloaded

MOST_CREATIONS = 3
BINARY = "application/octet-stream"


class Releases:
    """The releases of one GitHub, seen with one token. Safe among threads; it raises what `GitHub` does.

    What writes raises AuthenticationError where the token lacks `contents: write`, and says how to grant it.
    """

    def __init__(self, *, rest: RestClient, downloads: Downloads, gate: Gate) -> None:
        self._rest = rest
        self._downloads = downloads
        self._gate = gate
        self._releases = BareLists(rest, key="id", kind=int)
        self._assets = BareLists(rest, key="id", kind=int)

    # ---- what there is -----------------------------------------------------------------------------------

    def listed(self, full_name: str) -> Iterator[Release]:
        """All releases of OWNER/NAME, 100 a request; drafts among them for those who may write."""
        path = f"{repository_path(full_name)}/releases"
        return (Release.parse(item, path) for item in _each(self._releases, path))

    def assets(self, full_name: str, release: Release) -> list[Asset]:
        """The assets of a release, 100 a request, in whatever state."""
        path = self._assets_path(full_name, release)
        return [Asset.parse(item, path) for item in _each(self._assets, path)]

    def are_immutable(self, full_name: str) -> bool | None:
        """Whether what is published now becomes immutable; None where the token may not know.

        https://docs.github.com/en/rest/repos/repos#check-if-immutable-releases-are-enabled-for-a-repository
        """
        path = f"{repository_path(full_name)}/immutable-releases"
        try:
            body = self._rest.get(path).body
        except NotFoundError as error:
            return False if error.status == HTTPStatus.NOT_FOUND else None
        except AuthenticationError:
            return None
        enabled = body.get("enabled") if isinstance(body, dict) else None
        if not isinstance(enabled, bool):
            raise unexpected("enabled", path, "true or false")
        return enabled

    # ---- releases ----------------------------------------------------------------------------------------

    def create_draft(
        self, full_name: str, *, tag: str, name: str, body: str, prerelease: bool = True
    ) -> Release:
        """A draft that is published with `tag` one day; where an answer is lost, it is looked for.

        GitHub allows any number of drafts for one tag.
        """
        path = f"{repository_path(full_name)}/releases"
        payload = {"tag_name": tag, "name": name, "body": body, "draft": True, "prerelease": prerelease}
        payload["make_latest"] = "false"
        for attempt in range(1, MOST_CREATIONS + 1):
            try:
                return self._write("POST", path, payload, repeatable=False)
            except UnansweredError:
                found = self._draft_like(full_name, tag, name, body)
                if found is not None:
                    return found
                if attempt == MOST_CREATIONS:
                    raise
        raise AssertionError  # the loop above ends with a result or an error

    def publish(self, full_name: str, release: Release, *, prerelease: bool = True) -> Release:
        """Publish a draft, never as the latest; its tag is made where the repository has none.

        Raises:
            NameTakenError: another published release has the tag.
            ImmutableReleaseError: the tag belonged to an immutable release.
        """
        path = f"{repository_path(full_name)}/releases/{release.id}"
        payload = {"draft": False, "prerelease": prerelease, "make_latest": "false"}
        return self._write("PATCH", path, payload, repeatable=True)

    # ---- assets ------------------------------------------------------------------------------------------

    def upload(
        self,
        full_name: str,
        release: Release,
        name: str,
        file: Path,
        *,
        content_type: str = BINARY,
        progress: Callable[[int], None] | None = None,
    ) -> Asset:
        """Make a file an asset; its bytes are streamed. What broke off is deleted and sent again.

        An asset with this name that holds the same bytes is taken for it.

        Args:
            full_name: OWNER/NAME.
            release: a draft, or one that is not immutable.
            name: letters, digits, periods, hyphens and underscores: GitHub changes others. Nobody else may
                upload under this name at the same time.
            file: must not change meanwhile, and not be empty.
            content_type: what is in it.
            progress: is told how many bytes have been handed over so far.

        Raises:
            AssetTooLargeError: 2 GiB or more.
            NameTakenError: another asset has the name.
            ImmutableReleaseError, ReleaseFullError: GitHub takes no more.
            OSError: the file cannot be opened.
        """
        return AssetUpload(
            rest=self._rest,
            gate=self._gate,
            path=self._assets_path(full_name, release),
            release=release,
            name=name,
            file=file,
            content_type=content_type,
            progress=progress,
            named=lambda wanted: self._named(full_name, release, wanted),
            delete=lambda asset: self.delete_asset(full_name, asset),
        ).put()

    def download(self, full_name: str, asset: Asset, into: BinaryIO, *, at_most: int) -> Downloaded:
        """Write an asset's bytes into an empty file, at most so many; what breaks off is continued.

        Raises: as `Downloads.fetch`, among them NotFoundError (it is gone) and TooLargeError.
        """
        path = f"{repository_path(full_name)}/releases/assets/{asset.id}"
        return self._downloads.fetch_asset(path, into, at_most=at_most)

    def delete_asset(self, full_name: str, asset: Asset) -> None:
        """Delete an asset; one that is gone already is fine.

        Raises:
            ImmutableReleaseError: its release is immutable.
        """
        path = f"{repository_path(full_name)}/releases/assets/{asset.id}"
        try:
            self._rest.write("DELETE", path, repeatable=True, refused=release_refusal)
        except NotFoundError:
            return

    def _write(self, method: str, path: str, payload: dict[str, Any], *, repeatable: bool) -> Release:
        answer = self._rest.write(method, path, payload, repeatable=repeatable, refused=release_refusal)
        return Release.parse(answer.body, path)

    def _draft_like(self, full_name: str, tag: str, name: str, body: str) -> Release | None:
        wanted = (True, tag, name, body)
        return next(
            (
                each
                for each in self.listed(full_name)
                if (each.draft, each.tag, each.name, each.body) == wanted
            ),
            None,
        )

    def _named(self, full_name: str, release: Release, name: str) -> Asset | None:
        return next((asset for asset in self.assets(full_name, release) if asset.name == name), None)

    def _assets_path(self, full_name: str, release: Release) -> str:
        return f"{repository_path(full_name)}/releases/{release.id}/assets"


def _each(lists: BareLists, path: str) -> Iterator[dict[str, Any]]:
    """The items of a list, part by part; one that shifted meanwhile repeats items: they count once."""
    start, has_next, seen = 0, True, set[int]()
    while has_next:
        part = lists.part(path, {}, start=start)
        yield from (item for item in part.items if item["id"] not in seen)
        seen |= {item["id"] for item in part.items}
        start, has_next = part.end, part.has_next
