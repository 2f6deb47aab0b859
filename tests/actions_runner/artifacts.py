"""The artifacts of runs, as version 4 and later of the actions keep them."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

_FIRST_ID = 5001
_FORBIDDEN = frozenset('":<>|*?\r\n\\/')


class ArtifactError(Exception):
    """What the actions end with."""


@dataclass(frozen=True)
class Artifact:
    """
    Attributes:
        id: of it.
        name: unique in one attempt of one run.
        run_id: of the run.
        attempt: of the run.
        path: its bytes, a zip archive, or with `archive: false` the file itself.
        digest: sha256 of these bytes, in hexadecimal.
        is_archive: whether it is a zip archive.
        retention_days: as asked for; 0: the repository's.
    """

    id: int
    name: str
    run_id: str
    attempt: int
    path: Path
    digest: str
    is_archive: bool = True
    retention_days: int = 0

    def names(self) -> list[str]:
        """Of the files in it."""
        if not self.is_archive:
            return [self.name]
        with zipfile.ZipFile(self.path) as archive:
            return archive.namelist()

    def read(self, name: str) -> bytes:
        """A file in it.

        Raises:
            KeyError: there is none of that name.
        """
        if not self.is_archive:
            return self.path.read_bytes()
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(name)


@dataclass
class Artifacts:
    """All that runs have uploaded; several runs may share it.

    Args:
        folder: for their bytes; made when it is needed.
    """

    folder: Path
    _kept: list[Artifact] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _made: int = 0

    def of_run(self, run_id: str) -> list[Artifact]:
        """Of all attempts, in the order of their upload."""
        with self._lock:
            return [each for each in self._kept if each.run_id == run_id]

    def latest(self, run_id: str, pattern: str = "*") -> list[Artifact]:
        """By name; of one name the newest."""
        found = {each.name: each for each in self.of_run(run_id) if fnmatchcase(each.name, pattern or "*")}
        return [found[name] for name in sorted(found)]

    def upload(
        self,
        name: str,
        files: dict[str, Path],
        *,
        run_id: str,
        attempt: int,
        overwrite: bool = False,
        archive: bool = True,
        retention_days: int = 0,
    ) -> Artifact:
        """
        Args:
            name: of the artifact.
            files: by their names in it.
            run_id: of the run.
            attempt: of the run.
            overwrite: remove the one of this name first.
            archive: zip them; without it, one file is kept as it is.
            retention_days: 0: the repository's.

        Raises:
            ArtifactError: the name is taken or not allowed.
        """
        if not name or _FORBIDDEN & set(name):
            raise ArtifactError(f"The artifact name is not valid: {name!r}")
        with self._lock:
            self._make_room(name, run_id, attempt, overwrite=overwrite)
            self._made += 1
            number = _FIRST_ID + self._made - 1
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / (f"{number}.zip" if archive else f"{number}.raw")
            _write(path, files, archive=archive)
            made = Artifact(number, name, run_id, attempt, path, _digest(path), archive, retention_days)
            self._kept.append(made)
            return made

    def _make_room(self, name: str, run_id: str, attempt: int, *, overwrite: bool) -> None:
        taken = [
            each for each in self._kept if (each.name, each.run_id, each.attempt) == (name, run_id, attempt)
        ]
        if taken and not overwrite:
            raise ArtifactError(
                "Failed to CreateArtifact: Received non-retryable error: (409) Conflict: "
                f"an artifact with this name already exists on the workflow run: {name}"
            )
        for each in taken:
            self._kept.remove(each)


def _write(path: Path, files: dict[str, Path], *, archive: bool) -> None:
    if not archive:
        (only,) = files.values()
        path.write_bytes(only.read_bytes())
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as into:
        for name, source in sorted(files.items()):
            with into.open(zipfile.ZipInfo(name), "w") as member, source.open("rb") as content:
                _copy(content, member)


def _copy(content: BinaryIO, member: object) -> None:
    while block := content.read(1 << 20):
        member.write(block)  # type: ignore[attr-defined]


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
