"""`fetch`: the newest database that a workflow keeps, brought to this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from progressive_capture.lib.command_line import AS_JSON, HELP_NAMES, ends_well, option
from progressive_capture.lib.settings import DEFAULT_DATABASE

if TYPE_CHECKING:
    from collections.abc import Callable

    from progressive_capture.lib.clock import Clock
    from progressive_capture.lib.errors import CaptureError
    from progressive_capture.lib.github.client import GitHub
    from progressive_capture.lib.shelf.kept import Kept
    from progressive_capture.lib.shelf.shelf import Shelf

DEFAULT_FILE = DEFAULT_DATABASE.removeprefix("sqlite:///")


@click.command("fetch", context_settings=HELP_NAMES)
@click.argument("repository", metavar="OWNER/NAME")
@option(
    "--shelf",
    envvar="CAPTURE_SHELF",
    metavar="OWNER/NAME",
    show_default="the captured repository itself",
    help="The repository whose workflow keeps it.",
)
@option(
    "--into",
    envvar="CAPTURE_FETCH_INTO",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DEFAULT_FILE,
    metavar="FILE",
    help="Where to. What is in a database there already stays: the fetched one is merged into it.",
)
@AS_JSON
@ends_well
def command(*, repository: str, shelf: str | None, into: Path, as_json: bool) -> int:
    """Bring the newest database that a workflow keeps of OWNER/NAME to this machine.

    A token is needed for what only some may see: private repositories, and drafts (GITHUB_TOKEN).
    """
    import json  # noqa: PLC0415  (--help stays quick)
    from functools import partial  # noqa: PLC0415

    from progressive_capture.lib.identify import checked_name  # noqa: PLC0415

    name = checked_name(repository)
    keeper = checked_name(shelf) if shelf else name
    say = partial(click.echo, err=True)
    kept, was_there = _fetched(name, keeper, into, say)
    if as_json:
        click.echo(json.dumps({"file": str(into), "merged": was_there, **kept.as_data()}, indent=2))
    else:
        click.echo("\n".join(_in_lines(kept, into, was_there=was_there)))
    return 0


def _fetched(name: str, keeper: str, into: Path, say: Callable[..., Any]) -> tuple[Kept, bool]:
    """What was fetched, and whether it was merged into what was there."""
    from progressive_capture.lib.assembly import open_connection  # noqa: PLC0415
    from progressive_capture.lib.clock import SystemClock  # noqa: PLC0415
    from progressive_capture.lib.errors import (  # noqa: PLC0415
        CapturePaused,
        ConfigurationError,
        GitHubUnavailableError,
    )
    from progressive_capture.lib.settings import read_settings  # noqa: PLC0415

    clock = SystemClock()
    try:
        with open_connection(read_settings(), clock) as connection:
            return _brought(_opened(connection.client(), name, keeper, clock, say), name, keeper, into, say)
    except OSError as error:
        raise ConfigurationError(
            f"{into} cannot be written ({error.strerror or type(error).__name__}).",
            hint="Give another place: --into FILE",
        ) from error
    except CapturePaused as pause:
        when = f"{pause.resume_at:%Y-%m-%d %H:%M:%S} UTC" if pause.resume_at else "some minutes"
        raise GitHubUnavailableError(
            f"GitHub does not answer this token now: {pause.reason}.", hint=f"Fetch again after {when}."
        ) from pause


def _opened(github: GitHub, name: str, keeper: str, clock: Clock, say: Callable[..., Any]) -> Shelf:
    """The shelf, by the names that GitHub has for both repositories today."""
    from progressive_capture.lib.identify import look_up  # noqa: PLC0415
    from progressive_capture.lib.shelf.shelf import Shelf  # noqa: PLC0415

    target = look_up(github, name).body
    own = keeper.lower() == name.lower()
    return Shelf(
        github.releases,
        repository=target["full_name"] if own else look_up(github, keeper).body["full_name"],
        target=target["full_name"],
        target_id=target["id"],
        clock=clock,
        say=say,
    )


def _brought(shelf: Shelf, name: str, keeper: str, into: Path, say: Callable[..., Any]) -> tuple[Kept, bool]:
    """A file that is there stays as it is until the database is here, and whole."""
    was_there = into.exists()
    place = into.with_name(f"{into.name}.fetched") if was_there else into
    try:
        kept = shelf.bring(place)
        if kept is None:
            raise _nothing(name, keeper, is_there=shelf.exists())
        if was_there:
            _merge(place, into, say)
    finally:
        if was_there:
            place.unlink(missing_ok=True)
    return kept, was_there


def _merge(fetched: Path, into: Path, say: Callable[..., Any]) -> None:
    from progressive_capture.lib.places import opened_store  # noqa: PLC0415
    from progressive_capture.lib.store.shards.merging import merge_shard  # noqa: PLC0415

    with opened_store(f"sqlite:///{into}", must_exist=True) as store:
        merge_shard(store, fetched, say=say)


def _nothing(name: str, keeper: str, *, is_there: bool) -> CaptureError:
    from progressive_capture.lib.shelf.errors import ShelfError  # noqa: PLC0415

    if is_there:
        return ShelfError(
            f"{keeper} has a release for the database of {name}, and no complete database in it.",
            hint="Wait until a run of its workflow has ended, and look under Actions whether one failed.",
        )
    return ShelfError(
        f"{keeper} keeps no database of {name}, or not for everyone to see: a draft of a release is shown "
        "only to those who may write.",
        hint="Set up the workflow that keeps one: README.md, “Let GitHub run it”. Where the release is a "
        "draft, set GITHUB_TOKEN to a token that may write there; where another repository keeps it, name "
        "it with --shelf.",
    )


def _in_lines(kept: Kept, into: Path, *, was_there: bool) -> list[str]:
    from progressive_capture.lib.report import NOUNS, counted, file_size  # noqa: PLC0415

    done = "was merged into" if was_there else "is now"
    held = counted(kept.rows, NOUNS) or "no rows yet"
    database = "" if str(into) == DEFAULT_FILE else f" --database sqlite:///{into}"
    size, when = file_size(kept.database_bytes), f"{kept.kept_at:%Y-%m-%d %H:%M} UTC"
    return [
        f"The history of {kept.repository} ({size}), kept at {when}, {done} {into}.",
        f"It holds {held}.",
        f"Look at it: progressive-capture status{database}",
    ]
