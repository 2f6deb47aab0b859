"""How things on a shelf are called (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from progressive_capture.lib.errors import ConfigurationError

TAG = "progressive-capture-data"
DATABASE_ENDING = ".db.gz"
MANIFEST_ENDING = ".json"
NAME = re.compile(r"capture-([0-9]{6,12})-([A-Za-z0-9][A-Za-z0-9_-]{0,59})")
NAME_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


@dataclass(frozen=True)
class AssetName:
    """The name of an asset, taken apart: of which kept database, and whether its manifest."""

    database: str
    generation: int
    is_manifest: bool


def tag_of(repository: str, *, shelf: str, repository_id: int) -> str:
    """The tag of the release that keeps a repository's database, in the repository `shelf`.

    An id outlives a change of name.
    """
    return TAG if repository.lower() == shelf.lower() else f"{TAG}-{repository_id}"


def database_name(generation: int, part: str) -> str:
    """The name of a kept database.

    Raises:
        ConfigurationError: `part` (a run's id, or a nonce) cannot be in a name.
    """
    if not NAME_PART.fullmatch(part):
        raise ConfigurationError(
            f"{part[:60]!r} cannot be a part of a database's name.", hint="Give letters, digits and hyphens."
        )
    return f"capture-{generation:06}-{part}"


def generation_of(name: str) -> int | None:
    """The generation in a database's name; None: it is no such name."""
    found = NAME.fullmatch(name)
    return int(found[1]) if found else None


def read_asset_name(asset: str) -> AssetName | None:
    """What an asset is, by its name; None: nothing of ours."""
    for ending in (DATABASE_ENDING, MANIFEST_ENDING):
        name = asset.removesuffix(ending)
        generation = generation_of(name)
        if asset.endswith(ending) and generation is not None:
            return AssetName(name, generation, is_manifest=ending == MANIFEST_ENDING)
    return None


def by_age(name: str) -> tuple[int, str]:
    """Sorts names of databases, the oldest first."""
    return generation_of(name) or 0, name
