"""The databases that are meant by names of files and folders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.store.shards.errors import shown
from progressive_capture.lib.store.shards.packing import unpacked

PACKED = ".db.gz"
ENDINGS = (".db", PACKED)


def found_shards(names: Sequence[str], *, but: Path | None) -> list[Path]:
    """Files as they are named, and of each folder every database below it; none twice.

    Args:
        names: of files or folders.
        but: the database that they are to be merged into; below a folder it is passed over.

    Raises:
        ConfigurationError: a folder holds none, or `but` itself is named.
    """
    found: dict[Path, Path] = {}
    for path in map(Path, names):
        if path.is_dir():
            below = [each for each in _below(path) if not _is_same(each, but)]
            if not below:
                raise ConfigurationError(
                    f"There is no database in the folder {shown(path)}.",
                    hint="A leg leaves its shard as capture.db in its folder; packed ones end in .db.gz.",
                )
        elif _is_same(path, but):
            raise ConfigurationError(
                f"{shown(path)} cannot be merged into itself.",
                hint="Name another file, or another database to merge into: --database URL",
            )
        else:
            below = [path]
        found |= {each.absolute(): each for each in below if each.absolute() not in found}
    return list(found.values())


@contextmanager
def at_hand(shard: Path) -> Iterator[Path]:
    """The shard as a database; a packed one is unpacked for as long as the `with` lasts.

    Raises:
        ShardError: it cannot be unpacked.
    """
    if not shard.name.endswith(PACKED):
        yield shard
        return
    with TemporaryDirectory(prefix="progressive-capture-") as folder:
        database = Path(folder) / "capture.db"
        unpacked(shard, database)
        yield database


def _below(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.name.endswith(ENDINGS) and each.is_file())


def _is_same(path: Path, other: Path | None) -> bool:
    return other is not None and path.resolve() == other.resolve()
