"""What is on a shelf, read from GitHub; what is broken is said once and left alone."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from progressive_capture.lib.errors import NotFoundError
from progressive_capture.lib.github.failures import TooLargeError
from progressive_capture.lib.shelf.choice import Look, Pair, Placed, pairs_in
from progressive_capture.lib.shelf.errors import ManifestError, VanishedError
from progressive_capture.lib.shelf.kept import Kept
from progressive_capture.lib.store.shards.errors import DamagedShardError, NotAShardError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from progressive_capture.lib.github.release_values import Asset
    from progressive_capture.lib.github.releases import Releases

LARGEST_MANIFEST = 1024 * 1024
MOST_DOWNLOADS = 2
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database: https://www.sqlite.org/tempfiles.html"""


def _take_place(database: Path, of: Path) -> None:
    """What SQLite keeps beside a database belongs to that one: it would be applied to any other."""
    for ending in BESIDE:
        of.with_name(of.name + ending).unlink(missing_ok=True)
    database.replace(of)


class Unpack(Protocol):
    """Makes a database of a packed one: `store.shards.unpacked`."""

    def __call__(self, packed: Path, into: Path) -> None:
        """NotAShardError, DamagedShardError: it is broken. Any other error is about this machine."""


class ShelfReader:
    """Reads one shelf.

    Args:
        releases: of GitHub.
        repository: OWNER/NAME of the repository that has the shelf.
        tag: of the shelf's release.
        target_id: the id of the captured repository.
        unpack: makes a database of a packed one.
        say: told what is broken.
    """

    def __init__(
        self,
        releases: Releases,
        *,
        repository: str,
        tag: str,
        target_id: int,
        unpack: Unpack,
        say: Callable[[str], None],
    ) -> None:
        self._releases = releases
        self._repository = repository
        self._tag = tag
        self._target_id = target_id
        self._unpack = unpack
        self._say = say
        self._manifests: dict[int, Kept | None] = {}
        self._broken: dict[int, bool] = {}

    def look(self) -> Look:
        """The shelf as it is now: a request for each 100 releases of the repository, and 100 assets.

        Every release is listed, since drafts are found in no other way.
        """
        every = list(self._releases.listed(self._repository))
        ours = tuple(release for release in every if release.tag == self._tag)
        placed = tuple(
            Placed(release, asset)
            for release in ours
            for asset in self._releases.assets(self._repository, release)
        )
        published = next((release for release in every if not release.draft), None)
        immutable = published is not None and published.immutable
        return Look(ours, placed, pairs_in(placed), others_immutable=immutable)

    def complete(self, look: Look) -> dict[Pair, Kept]:
        """The databases whose manifests are good, the newest first; costs a request a manifest, once."""
        found = {pair: self.kept(pair) for pair in look.pairs}
        return {pair: kept for pair, kept in found.items() if kept is not None}

    def kept(self, pair: Pair) -> Kept | None:
        """What a database is; None where it is none, which is said.

        Raises:
            VanishedError: it was deleted meanwhile.
        """
        asset = pair.manifest.asset
        if asset.id not in self._manifests:
            self._manifests[asset.id] = self._read(pair)
        return self._manifests[asset.id]

    def know(self, manifest: Asset, kept: Kept) -> None:
        """This manifest says so: it need not be read."""
        self._manifests[manifest.id] = kept

    def bring(self, pair: Pair, kept: Kept, into: Path) -> bool:
        """Make `into` the database; False where it is broken, or does not come as it is, which is said.

        Raises:
            VanishedError: it was deleted meanwhile.
        """
        if pair.database.asset.id in self._broken:
            return False
        packed, unpacked = into.with_name(f"{into.name}.gz.part"), into.with_name(f"{into.name}.part")
        into.parent.mkdir(parents=True, exist_ok=True)
        try:
            problem, surely = self._fetch(pair, kept, packed), pair.database.asset.sha256 is None
            if problem is None:
                problem, surely = self._unpacked(packed, unpacked), True
            if problem is None:
                _take_place(unpacked, into)
                return True
        finally:
            packed.unlink(missing_ok=True)
            unpacked.unlink(missing_ok=True)
        self._broken[pair.database.asset.id] = surely
        self._say(f"The database {pair.name} is broken: {problem}.")
        return False

    def is_surely_broken(self, pair: Pair) -> bool:
        """Whether another time it would not come either. Where GitHub knows its digest, the way was bad."""
        return self._broken.get(pair.database.asset.id, False)

    def _fetch(self, pair: Pair, kept: Kept, into: Path) -> str | None:
        """What is wrong with the bytes, twice; None: nothing."""
        for _ in range(MOST_DOWNLOADS):
            with into.open("w+b") as file, suppress(TooLargeError):
                came = self._download(pair.database.asset, file, at_most=kept.size_bytes)
                if came == (kept.size_bytes, kept.sha256):
                    return None
        return "what came is not what its manifest says"

    def _unpacked(self, packed: Path, into: Path) -> str | None:
        try:
            self._unpack(packed, into)
        except (NotAShardError, DamagedShardError) as error:
            return str(error).rstrip(".")
        return None

    def _read(self, pair: Pair) -> Kept | None:
        try:
            kept = self._manifest(pair)
        except ManifestError as error:
            self._say(f"The database {pair.name} is left out: {error}")
            return None
        return kept

    def _manifest(self, pair: Pair) -> Kept:
        try:
            data = json.loads(self._manifest_bytes(pair.manifest.asset))
        except TooLargeError:
            raise ManifestError("its manifest is larger than one can be.") from None
        except (ValueError, RecursionError):
            raise ManifestError("its manifest is not JSON.") from None
        kept, asset = Kept.parse(data), pair.database.asset
        if kept.name != pair.name or not asset.holds(kept.size_bytes, kept.sha256):
            raise ManifestError("it is not what its manifest says.")
        if kept.repository_id != self._target_id:
            raise ManifestError(f"it is that of another repository ({kept.repository}).")
        return kept

    def _manifest_bytes(self, asset: Asset) -> bytes:
        """As GitHub has them, if they come like that at all."""
        into = io.BytesIO()
        for _ in range(MOST_DOWNLOADS):
            into = io.BytesIO()
            _, sha256 = self._download(asset, into, at_most=LARGEST_MANIFEST)
            if asset.sha256 in (None, sha256):
                break
        return into.getvalue()

    def _download(self, asset: Asset, into: BinaryIO, *, at_most: int) -> tuple[int, str]:
        try:
            came = self._releases.download(self._repository, asset, into, at_most=at_most)
        except NotFoundError as error:
            raise VanishedError(f"{asset.name} is gone.") from error
        return came.size_bytes, came.sha256
