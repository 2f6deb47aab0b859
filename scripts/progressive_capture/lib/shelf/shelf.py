"""Shelf: the newest database of a repository, brought from a release, and kept there."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from progressive_capture.lib.github.release_errors import LARGEST_ASSET
from progressive_capture.lib.shelf.errors import ShelfError, VanishedError
from progressive_capture.lib.shelf.keeping import Keeping
from progressive_capture.lib.shelf.names import database_name, tag_of
from progressive_capture.lib.shelf.pruning import prune
from progressive_capture.lib.shelf.reading import ShelfReader
from progressive_capture.lib.shelf.release_home import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from progressive_capture.lib.clock import Clock
    from progressive_capture.lib.github.releases import Releases
    from progressive_capture.lib.shelf.choice import Look, Pair
    from progressive_capture.lib.shelf.keeping import Pack
    from progressive_capture.lib.shelf.kept import Kept
    from progressive_capture.lib.shelf.reading import Unpack

MOST_LOOKS = 4


class Shelf:
    """The databases of one captured repository, kept by a release.

    Methods raise what `GitHub` does, CapturePaused included, and ShelfError.

    Args:
        releases: of GitHub.
        repository: OWNER/NAME of the repository that has the shelf.
        target: OWNER/NAME of the captured repository, as GitHub calls it now.
        target_id: its id.
        clock: the time.
        say: is told whatever is left out, taken instead or left behind.
        pack: makes a packed copy of a database.
        unpack: makes a database of a packed copy.
        largest: bytes from which on GitHub takes no asset.
    """

    def __init__(
        self,
        releases: Releases,
        *,
        repository: str,
        target: str,
        target_id: int,
        clock: Clock,
        say: Callable[[str], None],
        pack: Pack | None = None,
        unpack: Unpack | None = None,
        largest: int = LARGEST_ASSET,
    ) -> None:
        self.tag = tag_of(target, shelf=repository, repository_id=target_id)
        self._releases = releases
        self._clock = clock
        self._say = say
        self._pack = pack or _shard_pack()
        self._place = Place(repository=repository, target=target, target_id=target_id, tag=self.tag)
        self._largest = largest
        self._reader = ShelfReader(
            releases,
            repository=repository,
            tag=self.tag,
            target_id=target_id,
            unpack=unpack or _shard_unpack(),
            say=say,
        )

    def exists(self) -> bool:
        """Whether there is a release for it; a draft is seen only by those who may write."""
        return bool(self._reader.look().releases)

    def newest(self) -> Kept | None:
        """What the newest complete database is; None: there is none."""
        return self._first(lambda *_: True)

    def bring(self, into: Path) -> Kept | None:
        """Make `into` the newest database that is whole, and say which it is; None: there is none.

        A file that is there is replaced, at once; after an error it is as it was.
        """
        return self._first(lambda pair, kept: self._reader.bring(pair, kept, into))

    def keep(
        self,
        database: Path,
        *,
        grown_from: Kept | None,
        merge: Callable[[Path], None],
        name_part: str,
    ) -> Kept:
        """Put a database on the shelf, and take whatever else has come there into it first.

        When it returns, the shelf has a complete database with all that was in this one and in every complete
        one that it saw. Whenever it ends otherwise, what was on the shelf is still there.

        Args:
            database: the file; other databases are merged into it.
            grown_from: the kept database that it began as, or that was merged into it.
            merge: brings another whole database (a file of its own, which it may not change) into `database`.
            name_part: tells it from others that are kept at the same time: the id of the run.

        Raises:
            ShelfFullError: it has outgrown what an asset holds.
            ShelfError: others keep without end; what was kept is complete.
            AuthenticationError: the token lacks `contents: write`.
        """
        database_name(1, name_part)  # refuse it before anything is done
        with TemporaryDirectory(dir=database.parent, prefix=".keeping-") as folder:
            keeping = Keeping(
                self._releases,
                self._reader,
                place=self._place,
                folder=Path(folder),
                pack=self._pack,
                clock=self._clock,
                say=self._say,
                largest=self._largest,
            )
            kept = keeping.keep(database, grown_from=grown_from, merge=merge, name_part=name_part)
        prune(
            self._releases,
            self._reader,
            repository=self._place.repository,
            now=self._clock.now(),
            say=self._say,
        )
        return kept

    def _first(self, suits: Callable[[Pair, Kept], bool]) -> Kept | None:
        """The newest complete database that suits. It is said where that is not the newest of all."""
        for _ in range(MOST_LOOKS):
            try:
                return self._first_in_one_look(suits)
            except VanishedError:
                continue  # somebody has kept a newer one, and pruned
        raise ShelfError(
            "The databases on the shelf change faster than they can be read.", hint="Try again in a minute."
        )

    def _first_in_one_look(self, suits: Callable[[Pair, Kept], bool]) -> Kept | None:
        look = self._reader.look()
        for pair in look.pairs:
            kept = self._reader.kept(pair)
            if kept is not None and suits(pair, kept):
                self._say_if_older(kept, look)
                return kept
        return None

    def _say_if_older(self, kept: Kept, look: Look) -> None:
        if look.newest_generation > kept.generation:
            self._say(
                f"The database {kept.name}, kept at {kept.kept_at:%Y-%m-%d %H:%M} UTC, is taken: "
                "what is newer is not complete, or broken."
            )


def _shard_pack() -> Pack:
    from progressive_capture.lib.store.shards.packing import packed  # noqa: PLC0415  (start-up time)

    return packed


def _shard_unpack() -> Unpack:
    from progressive_capture.lib.store.shards.packing import unpacked  # noqa: PLC0415  (start-up time)

    return unpacked
