"""What a leg leaves behind, a folder: its database, the one that it grew from, and what it did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

from progressive_capture.lib.actions_report.leg_summary import LegSummary
from progressive_capture.lib.shelf.errors import ManifestError
from progressive_capture.lib.shelf.kept import Kept

SUMMARY, DATABASE, BASE = "leg.json", "capture.db", "base.json"
OURS = (SUMMARY, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", BASE)


@dataclass(frozen=True)
class LegFolder:
    """One leg's folder.

    Its files are `capture.db` (not where a database of its own keeps everything), `base.json` (what that grew
    from) and `leg.json`.
    """

    path: Path

    @property
    def database(self) -> Path:
        """The leg's database: what it was given, and what it captured."""
        return self.path / DATABASE

    def write_base(self, kept: Kept | None, *, whole: bool) -> None:
        """Say which database this one grew from (None: from nothing), and whether it holds all of it."""
        self._write(BASE, {"kept": kept.as_data() if kept is not None else None, "whole": whole})

    def grew_from(self, kept: Kept | None) -> bool:
        """Whether the leg's database is that one and more, so that it can take its place."""
        base = self._read(BASE)
        if not isinstance(base, dict) or base.get("whole") is not True or not self.database.exists():
            return False
        before = base.get("kept")
        if kept is None or before is None:
            return kept is before
        try:
            return Kept.parse(before).name == kept.name
        except ManifestError:
            return False  # then it is merged as any other

    def write_summary(self, summary: LegSummary, *, attempt: int) -> None:
        """Say what the leg does, or did, in which attempt of the workflow run."""
        self._write(SUMMARY, {**summary.as_data(), "workflow_run_attempt": attempt})

    def summary(self) -> LegSummary:
        """What the leg did, as far as it could say."""
        return LegSummary.parse(self._read(SUMMARY))

    def attempt(self) -> int:
        """In which attempt of the workflow run it was left."""
        said = self._read(SUMMARY)
        number = said.get("workflow_run_attempt") if isinstance(said, dict) else None
        return number if type(number) is int else 0

    def _write(self, name: str, data: Any) -> None:
        """Whole, or not at all."""
        self.path.mkdir(parents=True, exist_ok=True)
        beside = self.path / f".{name}"
        beside.write_text(json.dumps(data, indent=2), encoding="utf-8")
        beside.replace(self.path / name)

    def emptied(self, count: int) -> Sequence[LegFolder]:
        """So many folders for legs, this one alone or some below, without what earlier ones left there.

        What an earlier leg captured would pass for this one's, perhaps of another repository.
        """
        for name in OURS:
            (self.path / name).unlink(missing_ok=True)
        for below in self.path.glob("[0-9]*"):
            if below.name.isdigit() and below.is_dir():
                rmtree(below)
        return [self] if count == 1 else [LegFolder(self.path / str(index)) for index in range(count)]

    def _read(self, name: str) -> Any:
        """None where there is no such file, or it was not written to its end."""
        try:
            return json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None


def folders_in(root: Path) -> Sequence[LegFolder]:
    """Every leg's folder somewhere below, by path."""
    found = {path.parent for name in (SUMMARY, DATABASE) for path in root.rglob(name)}
    return [LegFolder(path) for path in sorted(found)]
