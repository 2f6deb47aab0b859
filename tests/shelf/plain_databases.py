"""Databases of a line a row, in place of real ones: what a shelf does with them does not depend on it."""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from progressive_capture.lib.store.shards.errors import DamagedShardError


@dataclass(frozen=True)
class PlainPacked:
    sha256: str
    size_bytes: int
    database_bytes: int
    schema_version: str = "0004"
    rows: Mapping[str, int] = field(default_factory=dict)


def pack(database: Path, into: Path) -> PlainPacked:
    data = database.read_bytes()
    into.write_bytes(gzip.compress(data, mtime=0))
    packed = into.read_bytes()
    rows = {"workflow_runs": len(rows_of(database))}
    return PlainPacked(hashlib.sha256(packed).hexdigest(), len(packed), len(data), rows=rows)


def unpack(packed: Path, into: Path) -> None:
    try:
        into.write_bytes(gzip.decompress(packed.read_bytes()))
    except (OSError, EOFError) as error:
        raise DamagedShardError(packed, "it cannot be unpacked") from error


def rows_of(database: Path) -> set[str]:
    return set(database.read_text().splitlines())


def write_rows(database: Path, rows: set[str]) -> Path:
    database.write_text("\n".join(sorted(rows)))
    return database


def merging_into(database: Path) -> Callable[[Path], None]:
    return lambda other: (write_rows(database, rows_of(database) | rows_of(other)), None)[1]
