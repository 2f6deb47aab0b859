"""Where tests keep databases: on one shelf, by as many clients as they like."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from mortal_client import MortalClient
from plain_databases import merging_into, pack, rows_of, unpack, write_rows

from github_simulator.process import Simulator
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.github.release_values import Asset, Release
from progressive_capture.lib.shelf.kept import Kept
from progressive_capture.lib.shelf.shelf import Shelf


class Desk:
    """One captured repository's shelf. `said` is what a person was told."""

    def __init__(
        self, simulator: Simulator, folder: Path, clock: Clock, *, target_id: int, token: str | None = None
    ) -> None:
        self.simulator = simulator
        self.repository = simulator.repository
        self.target, self.target_id = f"mona/target-{target_id}", target_id
        self.folder = folder
        self.clock = clock
        self.said: list[str] = []
        self.token = token or simulator.token
        self._stack = ExitStack()
        self._files = iter(range(10**6))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def client(self, *, requests: float = float("inf"), token: str | None = None) -> MortalClient:
        mortal = MortalClient(self.simulator.url, token or self.token, self.clock, requests=requests)
        self._stack.callback(mortal.close)
        return mortal

    def shelf(self, client: MortalClient | None = None, **changes: Any) -> Shelf:
        usual: dict[str, Any] = {
            "repository": self.repository,
            "target": self.target,
            "target_id": self.target_id,
            "clock": self.clock,
            "say": self.said.append,
            "pack": pack,
            "unpack": unpack,
        }
        return Shelf((client or self.client()).releases, **(usual | changes))

    def file(self, name: str = "database") -> Path:
        return self.folder / f"{next(self._files)}-{name}.db"

    def keep(self, *rows: str, shelf: Shelf | None = None, part: str = "1") -> Kept:
        """As a finishing job does: bring the newest, add rows, keep it."""
        shelf = shelf or self.shelf()
        database = self.file()
        base = shelf.bring(database)
        return self.keep_on(base, database, *rows, shelf=shelf, part=part)

    def keep_on(
        self, base: Kept | None, database: Path, *rows: str, shelf: Shelf | None = None, part: str = "1"
    ) -> Kept:
        write_rows(database, set(rows) | (rows_of(database) if base else set()))
        shelf = shelf or self.shelf()
        return shelf.keep(database, grown_from=base, merge=merging_into(database), name_part=part)

    def brought(self, shelf: Shelf | None = None) -> set[str] | None:
        """The rows that are on the shelf, as a new client finds them."""
        database = self.file("brought")
        return rows_of(database) if (shelf or self.shelf()).bring(database) else None

    # ---- behind the shelf's back -------------------------------------------------------------------------

    def releases(self) -> list[Release]:
        tag = self.shelf().tag
        return [each for each in self.client().releases.listed(self.repository) if each.tag == tag]

    def assets(self) -> dict[str, Asset]:
        client = self.client().releases
        return {
            asset.name: asset
            for release in self.releases()
            for asset in client.assets(self.repository, release)
        }

    def upload(self, name: str, data: bytes, release: Release | None = None) -> None:
        file = self.file("upload")
        file.write_bytes(data)
        client = self.client().releases
        client.upload(self.repository, release or self.releases()[0], name, file)

    def delete(self, name: str) -> None:
        self.client().releases.delete_asset(self.repository, self.assets()[name])

    def manifest(self, name: str) -> Any:
        into = self.file("manifest")
        with into.open("w+b") as file:
            self.client().releases.download(
                self.repository, self.assets()[f"{name}.json"], file, at_most=10**6
            )
        return json.loads(into.read_bytes())

    def replace_manifest(self, name: str, change: Callable[[Any], Any]) -> None:
        changed = change(self.manifest(name))
        self.delete(f"{name}.json")
        self.upload(f"{name}.json", json.dumps(changed).encode())
