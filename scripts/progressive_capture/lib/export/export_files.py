"""Exports as files: written beside their place under another name, and moved there when they are complete."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from progressive_capture import __version__
from progressive_capture.lib.errors import ConfigurationError, StoreError
from progressive_capture.lib.export.export_rows import csv_lines, ndjson_lines, timestamp
from progressive_capture.lib.report import printable
from progressive_capture.lib.store.contract import OneRepository, Snapshot, Store

BUILDS_FILE = "builds_features.csv"
MANIFEST = "manifest.json"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A file that is complete, and how many rows it holds."""

    path: Path
    rows: int


def export_builds(store: Store, output: Path, repository: OneRepository | None) -> list[Written]:
    """The view `builds` as CSV, in the file `output` (`….csv`) or in the folder of that name.

    Raises:
        ConfigurationError: nothing can be made there.
        StoreError: the database or the disk failed; what was there before is still there.
    """
    is_file = output.suffix.lower() == ".csv" and not output.is_dir()
    with _Parts(output.parent if is_file else output) as parts, store.snapshot() as snapshot:
        builds = snapshot.builds(repository)
        name = output.name if is_file else BUILDS_FILE
        rows = parts.write(name, csv_lines(builds.columns, builds.rows)) - 1  # the header is none
        parts.put_in_place()
    return [Written(path=parts.folder / name, rows=rows)]


def export_tables(
    store: Store, output: Path, repository: OneRepository | None, *, now: datetime
) -> list[Written]:
    """Every table as NDJSON in the folder `output`, with a manifest that is there when all of them are.

    Raises:
        ConfigurationError, StoreError: as `export_builds`.
    """
    version = store.schema_version().found
    with _Parts(output) as parts, store.snapshot() as snapshot:
        counts = {name: _write_table(parts, snapshot, name, repository) for name in snapshot.tables()}
        manifest = {
            "exported_at": timestamp(now),
            "program": f"progressive-capture {__version__}",
            "schema_version": version,
            "repository": repository.full_name if repository else None,
            "rows": counts,
        }
        parts.write(MANIFEST, [json.dumps(manifest, indent=2), "\n"])
        parts.put_in_place()
    return [Written(path=output / f"{name}.ndjson", rows=rows) for name, rows in counts.items()]


def chosen_repository(store: Store, full_name: str | None) -> OneRepository | None:
    """The repository of that name in the store; None for all of them.

    Raises:
        ConfigurationError: there is none.
    """
    if full_name is None:
        return None
    row = store.repository(full_name)
    if row is None:
        raise ConfigurationError(
            f"{printable(full_name, 140)} is not in {store.describe()}.",
            hint="See what is with: progressive-capture status",
        )
    return OneRepository(id=row["id"], full_name=row["full_name"])


def _write_table(parts: _Parts, snapshot: Snapshot, name: str, repository: OneRepository | None) -> int:
    stored = snapshot.rows(name, repository)
    return parts.write(f"{name}.ndjson", ndjson_lines(stored.columns, stored.rows))


class _Parts:
    """Files of one folder that are still being written; whatever is not in place at the end is removed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mark = f"part-{secrets.token_hex(8)}"
        self._names: list[str] = []

    def __enter__(self) -> Self:
        with _explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *exc_info: object) -> None:
        for name in self._names:
            self._part(name).unlink(missing_ok=True)

    def write(self, name: str, lines: Iterable[str]) -> int:
        """Write the lines to what will be the file of that name; says how many there were."""
        with _explained(self.folder / name):
            file = self._part(name).open("x", encoding="utf-8", newline="")
        self._names.append(name)
        count = 0
        try:
            with file:
                for line in lines:
                    file.write(line)
                    count += 1
        except OSError as error:
            raise StoreError(
                f"{self.folder / name} could not be written to its end: {error.strerror or error}.",
                hint="Nothing half-written is left. Free some space there, or choose another --output.",
            ) from error
        return count

    def put_in_place(self) -> None:
        """Move every file to its place. The last of several is the seal: it is away while others change."""
        *others, seal = self._names
        with _explained(self.folder):
            if others:
                (self.folder / seal).unlink(missing_ok=True)
            for name in self._names:
                self._part(name).replace(self.folder / name)

    def _part(self, name: str) -> Path:
        return self.folder / f".{name}.{self._mark}"


@contextmanager
def _explained(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            f"Nothing can be written to {place}: {error.strerror or error}.",
            hint="Choose a folder that you may write to: --output FOLDER",
        ) from error


def as_data(written: Iterable[Written]) -> list[dict[str, Any]]:
    """The files for programs."""
    return [{"path": str(each.path), "rows": each.rows} for each in written]
