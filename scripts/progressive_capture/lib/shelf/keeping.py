"""Keeping a database: merge what others have kept meanwhile, upload, look again.

Nothing is locked. Whoever keeps uploads first and looks then, so that of two who keep at once at least one
sees the other's. A database that only joins others adds nothing, so that two who join each other's are done:
what counts is which databases that add something are in it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from progressive_capture.lib.github.release_errors import ImmutableReleaseError, NameTakenError
from progressive_capture.lib.shelf.choice import missing_from
from progressive_capture.lib.shelf.errors import ShelfError, ShelfFullError, VanishedError
from progressive_capture.lib.shelf.kept import Kept, last_names
from progressive_capture.lib.shelf.names import DATABASE_ENDING, MANIFEST_ENDING, database_name, generation_of
from progressive_capture.lib.shelf.release_home import ReleaseHome
from progressive_capture.lib.store.shards.errors import DamagedShardError, NotAShardError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from progressive_capture.lib.clock import Clock
    from progressive_capture.lib.github.release_values import Release
    from progressive_capture.lib.github.releases import Releases
    from progressive_capture.lib.shelf.choice import Look, Pair
    from progressive_capture.lib.shelf.reading import ShelfReader
    from progressive_capture.lib.shelf.release_home import Place

MOST_ROUNDS = 10
NEARLY_FULL = 0.75
TO_POSTGRES = (
    "Bring it into Postgres: progressive-capture fetch OWNER/NAME, then progressive-capture merge FILE "
    "--database postgresql://…, and set DATABASE_URL in the workflow: see docs/databases.md"
)


class Packed(Protocol):
    """What a packed copy is."""

    @property
    def sha256(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def database_bytes(self) -> int: ...
    @property
    def schema_version(self) -> str: ...
    @property
    def rows(self) -> Mapping[str, int]: ...


class Pack(Protocol):
    """Makes a packed copy of a database: `store.shards.packed`."""

    def __call__(self, database: Path, into: Path) -> Packed:
        """Writes `into`."""


class Keeping:
    """One database on its way to the shelf.

    Args:
        releases: of GitHub.
        reader: of the shelf.
        place: the shelf.
        folder: for files of ours; gone afterwards.
        pack: makes a packed copy.
        clock: the time.
        say: is told what a person should know.
        largest: bytes from which on GitHub takes no asset.
    """

    def __init__(
        self,
        releases: Releases,
        reader: ShelfReader,
        *,
        place: Place,
        folder: Path,
        pack: Pack,
        clock: Clock,
        say: Callable[[str], None],
        largest: int,
    ) -> None:
        self._releases = releases
        self._reader = reader
        self._place = place
        self._home = ReleaseHome(releases, reader, place=place, say=say)
        self._folder = folder
        self._pack = pack
        self._clock = clock
        self._say = say
        self._largest = largest
        self._held: frozenset[str] = frozenset()
        self._unusable: frozenset[str] = frozenset()
        self._left_out: frozenset[str] = frozenset()
        self._kept: Kept | None = None
        self._kept_in: Release | None = None

    def keep(
        self, database: Path, *, grown_from: Kept | None, merge: Callable[[Path], None], name_part: str
    ) -> Kept:
        """As `Shelf.keep`."""
        if grown_from is not None:
            self._held = grown_from.parts
            self._unusable = frozenset(grown_from.unusable)
        for _ in range(MOST_ROUNDS):
            try:
                done = self._round(database, merge, name_part)
            except (VanishedError, ImmutableReleaseError, NameTakenError):
                continue  # the shelf has changed meanwhile: look again
            if done is not None:
                return done
        raise ShelfError(
            f"Other jobs keep databases of {self._place.target} at the same time, without end. What was kept "
            "is complete; the next job joins it.",
            hint="Let one job at a time keep: the workflow's concurrency group does that.",
        )

    def _round(self, database: Path, merge: Callable[[Path], None], name_part: str) -> Kept | None:
        """Look; if there is nothing more to do, what was kept; else merge and upload."""
        look = self._reader.look()
        complete = self._reader.complete(look)
        done = self._done(look, complete)
        if done is not None:
            return done
        for pair, kept in missing_from(self._held, complete, besides=self._left_out | self._unusable):
            if not kept.is_in(self._held):  # not in what was merged just now
                self._merge(pair, kept, merge)
        self._put(database, look, name_part)
        return None

    def _done(self, look: Look, complete: Mapping[Pair, Kept]) -> Kept | None:
        """What holds everything: ours, or another's that ours is in."""
        ours = self._kept
        if ours is None or self._is_misplaced(look):
            return None
        candidates = [kept for kept in complete.values() if kept == ours or ours.is_in(kept.parts)]
        return next(
            (
                kept
                for kept in candidates
                if not missing_from(kept.parts, complete, besides=self._left_out | self._unusable)
            ),
            None,
        )

    def _is_misplaced(self, look: Look) -> bool:
        """Ours is in a draft, and somebody has published another one: there is where people look."""
        home = look.home
        return (
            self._kept_in is not None
            and self._kept_in.draft
            and home is not None
            and not home.draft
            and home.id != self._kept_in.id
        )

    def _merge(self, pair: Pair, kept: Kept, merge: Callable[[Path], None]) -> None:
        other = self._folder / "other.db"
        if not self._reader.bring(pair, kept, other):
            self._left_out |= {pair.name}
            if self._reader.is_surely_broken(pair):
                self._unusable |= {pair.name}
            return
        try:
            merge(other)
        except (NotAShardError, DamagedShardError) as error:
            self._say(f"The database {kept.name} is broken, and left out: {error}")
            self._unusable |= {pair.name}
            return
        finally:
            other.unlink(missing_ok=True)
        self._say(f"The database {kept.name} was kept meanwhile: it is merged in.")
        self._held |= kept.parts
        self._unusable |= frozenset(kept.unusable)

    # ---- the upload --------------------------------------------------------------------------------------

    def _put(self, database: Path, look: Look, name_part: str) -> None:
        packed_file = self._folder / "packed.db.gz"
        packed_file.unlink(missing_ok=True)
        packed = self._pack(database, packed_file)
        self._check_size(packed.size_bytes)
        home = look.home or self._home.made()
        generation = max([look.newest_generation, *(_generations(self._held | self._unusable))]) + 1
        still_there = frozenset(pair.name for pair in look.pairs)
        kept = self._manifest(packed, database_name(generation, name_part), generation, still_there)
        manifest_file = self._folder / "manifest.json"
        manifest_file.write_text(json.dumps(kept.as_data(), indent=2), encoding="utf-8")
        repository = self._place.repository
        self._releases.upload(
            repository, home, kept.name + DATABASE_ENDING, packed_file, content_type="application/gzip"
        )
        manifest = self._releases.upload(
            repository, home, kept.name + MANIFEST_ENDING, manifest_file, content_type="application/json"
        )
        self._reader.know(manifest, kept)
        packed_file.unlink()
        self._kept, self._kept_in = kept, home
        self._held |= kept.parts
        if home.draft:
            self._kept_in = self._home.published(home, look)

    def _check_size(self, size_bytes: int) -> None:
        share = size_bytes / self._largest
        if share >= 1:
            raise ShelfFullError(
                f"The database, packed, has {size_bytes:,} bytes; one asset of a release holds fewer than "
                f"{self._largest:,}. It was not kept.",
                hint=TO_POSTGRES,
            )
        if share >= NEARLY_FULL:
            self._say(
                f"The database, packed, fills {share:.0%} of what one asset of a release holds. {TO_POSTGRES}"
            )

    def _manifest(self, packed: Packed, name: str, generation: int, still_there: frozenset[str]) -> Kept:
        return Kept(
            name=name,
            generation=generation,
            repository=self._place.target,
            repository_id=self._place.target_id,
            sha256=packed.sha256,
            size_bytes=packed.size_bytes,
            database_bytes=packed.database_bytes,
            schema_version=packed.schema_version,
            kept_at=self._clock.now(),
            rows=dict(packed.rows),
            contains=last_names(self._held, still_there=still_there),
            adds=self._kept is None,
            unusable=last_names(self._unusable, still_there=still_there),
        )


def _generations(names: frozenset[str]) -> list[int]:
    return [found for found in map(generation_of, names) if found is not None]
