"""The database that a leg works in, where none is named: its own copy of the shelf's, or a seed of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from progressive_capture.lib.actions_runtime import minutes_cost_money
from progressive_capture.lib.assembly import open_connection
from progressive_capture.lib.capture_values import Asked
from progressive_capture.lib.chunks import Chunk
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.identify import look_up
from progressive_capture.lib.leg_folder import LegFolder
from progressive_capture.lib.settings import Settings
from progressive_capture.lib.shelving import opened_shelf
from progressive_capture.lib.store.shards.seeding import seed


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One repository's part of the work.

    Attributes:
        repository: OWNER/NAME.
        repository_id: refuse another one of that name; None: any.
        kinds: what to capture, by name, in order.
        asked: of each of them.
        chunk: of a plan; None: all of it, with what waits in the database.
    """

    repository: str
    repository_id: int | None
    kinds: tuple[str, ...]
    asked: Asked
    chunk: Chunk | None = None

    @property
    def works_in_a_seed(self) -> bool:
        """Whether the rows that its chunk needs are enough; the one that lists for all needs everything."""
        return self.chunk is not None and self.chunk.is_part and self.chunk.last_id is not None


def bring_database(
    leg: Leg,
    folder: LegFolder,
    settings: Settings,
    clock: Clock,
    *,
    may_wait_until: Callable[[datetime], bool],
) -> str:
    """Bring it into the leg's folder; its URL.

    Raises:
        ConfigurationError: what is captured is private, and the release that would keep it is not.
        CaptureError, CapturePaused: as GitHub's client, and the shelf.
    """
    _refuse_to_publish(leg, settings, clock)
    say = partial(click.echo, err=True)
    with (
        tempfile.TemporaryDirectory(prefix="progressive-capture-") as elsewhere,
        opened_shelf(
            settings, leg.repository, clock, say, target_id=leg.repository_id, may_wait_until=may_wait_until
        ) as shelf,
    ):
        whole = not leg.works_in_a_seed
        into = folder.database if whole else Path(elsewhere) / "known.db"
        kept = shelf.bring(into)
        if kept is not None and leg.chunk is not None and not whole:
            seed(into, folder.database, leg.chunk, kept.repository_id)
    folder.write_base(kept, whole=whole)
    return f"sqlite:///{folder.database}"


def _refuse_to_publish(leg: Leg, settings: Settings, clock: Clock) -> None:
    """A release is as public as its repository: another one's private history does not belong there."""
    run = settings.run
    if run is None or run.repository.lower() == leg.repository.lower() or minutes_cost_money(settings):
        return
    with open_connection(settings, clock) as connection:
        is_private = look_up(connection.client(), leg.repository).body.get("private") is not False
    if is_private:
        raise ConfigurationError(
            f"{leg.repository} is private; {run.repository}, whose release would keep it, is public.",
            hint="Run this in a private repository, or keep the history in a database (DATABASE_URL).",
        )
