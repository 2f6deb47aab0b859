"""What is on a shelf: which databases are complete, where the next one goes, what may be pruned (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from progressive_capture.lib.github.release_values import Asset, Release
from progressive_capture.lib.shelf.kept import Kept
from progressive_capture.lib.shelf.names import read_asset_name

STALE = timedelta(hours=1)
"""An upload that began so long ago is not going on any more: it takes minutes."""
FORGOTTEN = timedelta(days=1)
"""A database that got no manifest in this time gets none any more."""
COPIES = 2
"""The newest complete databases stay, so many, whatever is in them."""


@dataclass(frozen=True)
class Placed:
    """An asset, and the release that it belongs to."""

    release: Release
    asset: Asset


@dataclass(frozen=True)
class Pair:
    """A database and its manifest, both uploaded: complete, if the manifest tells the truth."""

    name: str
    generation: int
    database: Placed
    manifest: Placed


@dataclass(frozen=True)
class Look:
    """A shelf at one moment.

    Attributes:
        releases: those with the shelf's tag; several where one is immutable, or two began at once.
        placed: all of their assets.
        pairs: the newest first.
        others_immutable: whether the repository's newest published release is immutable.
    """

    releases: tuple[Release, ...]
    placed: tuple[Placed, ...]
    pairs: tuple[Pair, ...]
    others_immutable: bool = False

    @property
    def newest_generation(self) -> int:
        """The highest one that any asset has, complete or not."""
        names = filter(None, (read_asset_name(each.asset.name) for each in self.placed))
        return max((name.generation for name in names), default=0)

    @property
    def home(self) -> Release | None:
        """Where the next database goes: all who look choose the same. None: a release is to be made."""
        changeable = [release for release in self.releases if not release.immutable]
        return min(changeable, key=lambda release: (release.draft, release.id), default=None)


def pairs_in(placed: Sequence[Placed]) -> tuple[Pair, ...]:
    """Databases that are uploaded with their manifests, the newest first."""
    manifests: dict[tuple[int, str], tuple[int, Placed]] = {}
    databases: dict[tuple[int, str], tuple[int, Placed]] = {}
    for each in placed:
        name = read_asset_name(each.asset.name)
        if name is not None and each.asset.is_uploaded and each.asset.size_bytes:
            found = manifests if name.is_manifest else databases
            found[each.release.id, name.database] = (name.generation, each)
    pairs = [
        Pair(key[1], generation, database, manifests[key][1])
        for key, (generation, database) in databases.items()
        if key in manifests
    ]
    return tuple(sorted(pairs, key=_age, reverse=True))


def _age(pair: Pair) -> tuple[int, datetime, str]:
    return pair.generation, pair.manifest.asset.created_at, pair.name


def superseded(complete: Sequence[tuple[Pair, Kept]]) -> list[Placed]:
    """Assets of complete databases, the newest first, that are in a newer one, beyond the newest two."""
    found: list[Placed] = []
    for place, (pair, kept) in enumerate(complete):
        newer = complete[: min(place, COPIES)]
        if place >= COPIES and any(kept.is_in(other.parts) for _, other in newer):
            found += [pair.database, pair.manifest]
    return found


def leftovers(look: Look, *, now: datetime) -> list[Placed]:
    """What broken-off uploads and prunings have left: assets that are no part of any database.

    A database without a manifest counts only where a complete one is newer.
    """
    return [each for each in look.placed if _is_left_over(each, look, now=now)]


def _is_left_over(placed: Placed, look: Look, *, now: datetime) -> bool:
    name = read_asset_name(placed.asset.name)
    age = now - placed.asset.created_at
    if name is None:
        return False
    if not placed.asset.is_uploaded:
        return age > STALE
    if any(placed in (pair.database, pair.manifest) for pair in look.pairs):
        return False
    if name.is_manifest:
        return age > STALE
    newest = max((pair.generation for pair in look.pairs), default=0)
    return age > FORGOTTEN and name.generation < newest


def missing_from(
    parts: frozenset[str], complete: Mapping[Pair, Kept], *, besides: frozenset[str]
) -> list[tuple[Pair, Kept]]:
    """Complete databases that are not in one that has these parts, the newest first; `besides` names some."""
    found = ((pair, kept) for pair, kept in complete.items() if kept.name not in besides)
    return [(pair, kept) for pair, kept in found if not kept.is_in(parts)]
