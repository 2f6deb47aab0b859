"""Pruning: what is in a newer database, and what broken-off uploads have left, goes; never anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.errors import CaptureError, CapturePaused
from progressive_capture.lib.shelf.choice import leftovers, superseded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from progressive_capture.lib.github.releases import Releases
    from progressive_capture.lib.shelf.choice import Placed
    from progressive_capture.lib.shelf.reading import ShelfReader


def prune(
    releases: Releases,
    reader: ShelfReader,
    *,
    repository: str,
    now: datetime,
    say: Callable[[str], None],
) -> None:
    """Delete what nobody needs any more. What does not work is said, and is no error."""
    try:
        look = reader.look()
        unneeded = superseded(list(reader.complete(look).items())) + leftovers(look, now=now)
        _delete(releases, repository, [each for each in unneeded if not each.release.immutable])
    except (CaptureError, CapturePaused) as error:
        say(f"Older databases stay on the shelf for now: {error}")
        return
    locked = sum(each.release.immutable for each in unneeded)
    if locked:
        say(f"{locked} older assets stay: they are in a release that GitHub has made immutable.")


def _delete(releases: Releases, repository: str, unneeded: Sequence[Placed]) -> None:
    """A database before its manifest: so what a kill leaves behind is told from a database to come."""
    for each in unneeded:
        releases.delete_asset(repository, each.asset)
