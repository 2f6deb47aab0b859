"""`merge`: bring shards, or whole databases, into one database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from progressive_capture.lib.command_line import AS_JSON, DATABASE, HELP_NAMES, ends_well, say_error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from progressive_capture.lib.errors import CaptureError
    from progressive_capture.lib.store.contract import Store
    from progressive_capture.lib.store.shards.merging import Merged

HELP = """Bring SHARDs into one database: SQLite files (.db, .db.gz), or folders with such files in them.

A shard is what a leg of a workflow wrote; any other database of this program can be merged as well. The order
does not matter, and to merge one twice changes nothing: of two observations of one thing the later one stays.
A shard whose leg was killed is taken with all that was committed. The files are not changed.

To move a SQLite file to Postgres (which is set up by `progressive-capture migrate`):

    progressive-capture merge data/capture.db --database postgresql://USER:PASSWORD@HOST/NAME

One that is damaged, or something else, is left out and said so; the others are merged; exit code 6.
"""


@click.command(
    "merge",
    help=HELP.replace("    progressive", "\b\n    progressive"),
    context_settings=HELP_NAMES,
)
@click.argument("shards", nargs=-1, required=True, metavar="SHARD...")
@DATABASE
@AS_JSON
@ends_well
def command(shards: tuple[str, ...], *, database: str, as_json: bool) -> int:
    """Merge; see HELP."""
    import json  # noqa: PLC0415  (--help stays quick)

    from progressive_capture.lib.errors import StoreError  # noqa: PLC0415
    from progressive_capture.lib.places import opened_store  # noqa: PLC0415
    from progressive_capture.lib.store.opening import file_of  # noqa: PLC0415
    from progressive_capture.lib.store.shards.errors import ShardError, shown  # noqa: PLC0415
    from progressive_capture.lib.store.shards.finding import found_shards  # noqa: PLC0415

    found = found_shards(shards, but=file_of(database))
    merged: list[tuple[Path, Merged]] = []
    refused: list[tuple[Path, ShardError]] = []
    with opened_store(database) as store:
        for shard in found:
            try:
                merged.append((shard, _merge(store, shard)))
            except ShardError as error:
                say_error(error)
                refused.append((shard, error))
    if as_json:
        click.echo(json.dumps(_as_data(merged, refused), indent=2))
    if refused:
        names = ", ".join(shown(shard) for shard, _ in refused)
        raise StoreError(
            f"{len(refused):,} of {len(found):,} were not merged: {names}.",
            hint="The others were; why each of these was not is said above.",
        )
    return 0


def _merge(store: Store, shard: Path) -> Merged:
    """Merge one, and say what came of it."""
    from functools import partial  # noqa: PLC0415

    from progressive_capture.lib.report import NOUNS, counted, printable  # noqa: PLC0415
    from progressive_capture.lib.store.shards.errors import shown  # noqa: PLC0415
    from progressive_capture.lib.store.shards.finding import at_hand  # noqa: PLC0415
    from progressive_capture.lib.store.shards.merging import merge_shard  # noqa: PLC0415

    say = partial(click.echo, err=True)
    with at_hand(shard) as file:
        merged = merge_shard(store, file, say=say)
    whose = ", ".join(printable(name, 140) for name in merged.repositories) or "no repository"
    say(f"{shown(shard)} ({whose})")
    say(f"  new:     {counted(merged.inserted, NOUNS) or 'nothing'}")
    say(f"  changed: {counted(merged.updated, NOUNS) or 'nothing'}")
    for note in merged.notes:
        say(f"  {note}")
    return merged


def _as_data(
    merged: Sequence[tuple[Path, Merged]], refused: Sequence[tuple[Path, CaptureError]]
) -> Mapping[str, Any]:
    return {
        "merged": [
            {
                "shard": str(shard),
                "repositories": each.repositories,
                "inserted": dict(each.inserted),
                "updated": dict(each.updated),
                "notes": each.notes,
            }
            for shard, each in merged
        ],
        "refused": [
            {"shard": str(shard), "error": str(error), "next": error.hint} for shard, error in refused
        ],
    }
