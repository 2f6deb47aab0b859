"""The releases of a repository: what may be made of them, and what GitHub refuses.

https://docs.github.com/rest/releases; immutable ones:
https://docs.github.com/code-security/concepts/supply-chain-security/immutable-releases. Errors have the words
that people have met; where nobody told, README.md says so.
"""

from collections.abc import Mapping
from typing import Any

from github_simulator import ids
from github_simulator.artifact_bytes import WholeBytes
from github_simulator.history import Person, Repository
from github_simulator.options import WorldOptions
from github_simulator.refs import Refs
from github_simulator.release_records import (
    Asset,
    Release,
    ReleaseRefusedError,
    asset_name,
    invalid,
)

MOST_ASSETS = 1_000


class Releases:
    """What a repository has released. `immutable`: whether what is published from now on is locked."""

    def __init__(self, repository: Repository, refs: Refs, options: WorldOptions) -> None:
        self.immutable = options.immutable_releases
        self._largest = options.largest_asset_bytes
        self._repository = repository
        self._refs = refs
        self._made: list[Release] = []
        self._uploaded: list[Asset] = []
        self._gone: set[int] = set()
        self._gone_assets: set[int] = set()
        self._locked_tags: set[str] = set()
        self._latest: Release | None = None

    def every(self) -> list[Release]:
        """Those that there are, the newest first."""
        there = [release for release in self._made if release.id not in self._gone]
        return sorted(there, key=lambda release: (release.created_at, release.id), reverse=True)

    def find(self, release_id: int) -> Release | None:
        return next((release for release in self.every() if release.id == release_id), None)

    def find_asset(self, asset_id: int) -> Asset | None:
        place = ids.remark_place(ids.ASSET_BASE, asset_id)
        known = place is not None and place[1] < len(self._uploaded) and asset_id not in self._gone_assets
        return self._uploaded[place[1]] if known and place else None

    def tagged(self, tag: str) -> Release | None:
        """The published release of a tag; a draft has none, whatever it is to be called."""
        return next((one for one in self.every() if one.tag == tag and not one.draft), None)

    def latest(self) -> Release | None:
        """The one that was made the latest, else the newest; neither a draft nor a prerelease."""
        full = [release for release in self.every() if release.is_full]
        return self._latest if self._latest in full else next(iter(full), None)

    def create(self, given: Mapping[str, Any], person: Person, now: int) -> Release:
        """From the fields of the request."""
        if not given["tag_name"]:
            raise invalid("Release", "missing_field", "tag_name")
        release = Release(
            id=ids.remark_id(ids.RELEASE_BASE, self._repository.slot, len(self._made)),
            repository=self._repository,
            tag=given["tag_name"],
            target=given.get("target_commitish") or self._repository.default_branch,
            name=given.get("name"),
            body=given.get("body"),
            draft=True,
            prerelease=bool(given.get("prerelease")),
            author=person,
            created_at=now,
            updated_at=now,
        )
        if not given.get("draft"):
            self._publish(release, now)
        self._made.append(release)
        self._choose_latest(release, given.get("make_latest", "true"))
        return release

    def update(self, release: Release, given: Mapping[str, Any], now: int) -> None:
        """Title, notes and kind of any release; tag and state of those that are not immutable."""
        tag, draft = given.get("tag_name") or release.tag, bool(given.get("draft", release.draft))
        for name, changes in (("tag_name", tag != release.tag), ("state", draft)):
            if release.immutable and changes:
                words = f"{name} cannot be changed when release is immutable"
                raise invalid("Release", "custom", name, words)
        was_draft = release.draft
        if not draft and (was_draft or tag != release.tag):
            self._check_tag(tag, given.get("target_commitish") or release.target, release)
        release.tag, release.target = tag, given.get("target_commitish") or release.target
        release.name, release.body = given.get("name", release.name), given.get("body", release.body)
        release.prerelease = bool(given.get("prerelease", release.prerelease))
        release.updated_at = now
        if draft:
            release.draft, release.published_at = True, None
        elif was_draft:
            self._publish(release, now)
        else:
            self._make_tag(release)
        self._choose_latest(release, given.get("make_latest", "true" if was_draft else "false"))

    def delete(self, release: Release) -> None:
        """Its assets go with it; its tag stays, and that of an immutable one cannot be used again."""
        self._gone.add(release.id)
        self._gone_assets |= {asset.id for asset in release.assets}

    def check_upload(self, release: Release, name: str, length: int) -> None:
        """ReleaseRefusedError where an asset with this name and length has no place in the release."""
        if release.immutable:
            raise ReleaseRefusedError("Cannot upload assets to an immutable release.")
        if length < 1:
            raise invalid("ReleaseAsset", "custom", "size", "size must be greater than or equal to 1")
        if length > self._largest:
            limit = f"size must be less than or equal to {self._largest}"
            raise invalid("ReleaseAsset", "custom", "size", limit)
        if len(release.assets) >= MOST_ASSETS:
            limit = f"file_count limited to {MOST_ASSETS} assets per release"
            raise invalid("ReleaseAsset", "custom", "file_count", limit)
        if release.named(asset_name(name)):
            raise invalid("ReleaseAsset", "already_exists", "name")

    def add_asset(
        self,
        release: Release,
        name: str,
        data: bytes | None,
        *,
        label: str | None,
        content_type: str,
        person: Person,
        now: int,
    ) -> Asset:
        """Something was uploaded; None: its upload broke off."""
        asset = Asset(
            id=ids.remark_id(ids.ASSET_BASE, self._repository.slot, len(self._uploaded)),
            release=release,
            name=asset_name(name),
            label=label,
            content_type=content_type,
            state="starter" if data is None else "uploaded",
            contents=WholeBytes(data or b"", media_type=content_type),
            uploader=person,
            created_at=now,
            updated_at=now,
        )
        self._uploaded.append(asset)
        release.assets.append(asset)
        return asset

    def rename_asset(self, asset: Asset, given: Mapping[str, Any], now: int) -> None:
        """Another name or label; the state can be said, and stays what it is."""
        if asset.release.immutable:
            raise invalid("ReleaseAsset", "custom", message="Cannot update asset of an immutable release")
        name = asset_name(given["name"]) if given.get("name") else asset.name
        if asset.release.named(name) not in {None, asset}:
            raise invalid("ReleaseAsset", "already_exists", "name")
        asset.name, asset.label, asset.updated_at = name, given.get("label", asset.label), now

    def delete_asset(self, asset: Asset) -> None:
        if asset.release.immutable:
            raise invalid("ReleaseAsset", "custom", message="Cannot delete asset from an immutable release")
        asset.release.assets.remove(asset)
        self._gone_assets.add(asset.id)

    def _publish(self, release: Release, now: int) -> None:
        """What is published immutably stays so, whatever becomes of the setting."""
        self._check_tag(release.tag, release.target, release)
        self._make_tag(release)
        release.draft, release.published_at = False, now
        release.created_at = self._refs.tags[release.tag].committed_at
        release.immutable = self.immutable
        if release.immutable:
            self._locked_tags.add(release.tag)

    def _make_tag(self, release: Release) -> None:
        """Where there is none with this name yet."""
        commit = self._refs.resolve(release.target) or self._refs.tip
        self._refs.tags.setdefault(release.tag, commit)

    def _check_tag(self, tag: str, target: str, release: Release) -> None:
        """Whether the release may be published with this tag."""
        if self.tagged(tag) not in {None, release}:
            raise invalid("Release", "already_exists", "tag_name")
        if tag in self._locked_tags:
            raise invalid("Release", "custom", "tag_name", "tag_name was used by an immutable release")
        if tag not in self._refs.tags and self._refs.resolve(target) is None:
            raise invalid("Release", "invalid", "target_commitish")

    def _choose_latest(self, release: Release, make_latest: str) -> None:
        """Drafts and prereleases cannot be the latest, whatever is asked."""
        if make_latest == "legacy":
            self._latest = None
        elif make_latest == "true" and release.is_full:
            self._latest = release
