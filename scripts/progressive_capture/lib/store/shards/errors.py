"""What can be wrong with a shard, each with the next step. Its name may be hostile: it came with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

MOST_OF_A_NAME = 200


class ShardError(StoreError):
    """A shard that cannot be used; nothing was changed in it, or by it (exit 6)."""


class MissingShardError(ShardError):
    """There is no such file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"There is no file {shown(path)}.",
            hint="Check the path. A leg leaves its shard as capture.db in its folder, the artifact "
            "progressive-capture-shard-….",
        )


class NotAShardError(ShardError):
    """Something else than a database of this program."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{shown(path)} {reason}.",
            hint="Nothing of it was taken. Give a database of this program: capture.db, or capture-….db.gz.",
        )


class DamagedShardError(ShardError):
    """A database that cannot be read to its end."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{shown(path)} is damaged: {_clean(reason)}.",
            hint="Bring it here again, if that may have damaged it. Else run its leg again: what is in no "
            "other database is captured once more.",
        )


class NewerShardError(ShardError):
    """A database of a later version of this program."""

    def __init__(self, path: Path, found: str, newest: str) -> None:
        super().__init__(
            f"{shown(path)} was made by a newer version of this program (its schema is {_clean(found)}, "
            f"this program knows up to {newest}).",
            hint="Update, then do this again: pip install --upgrade progressive-capture",
        )


class NoRoomError(ShardError):
    """There is not enough space to work with it, or it is larger than it may be."""


def shown(path: Path) -> str:
    """A file's name for people: without control sequences, and not too long."""
    return _clean(str(path))


def _clean(text: str) -> str:
    clean = "".join(char if char.isprintable() else " " for char in text)
    return clean if len(clean) <= MOST_OF_A_NAME else f"…{clean[-MOST_OF_A_NAME:]}"
