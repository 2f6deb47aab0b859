"""Where the history is kept if there is no database: on the shelf, a release of the repository that runs us.

Opened as options and settings say. The shelf is read and written with the token of the workflow itself
(CAPTURE_SHELF_TOKEN), which may differ from the one that captures: a GitHub App's sees another repository.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from progressive_capture.lib.assembly import open_connection
from progressive_capture.lib.clock import Clock
from progressive_capture.lib.identify import look_up
from progressive_capture.lib.settings import Settings
from progressive_capture.lib.shelf.shelf import Shelf


def shelf_repository(settings: Settings, target: str) -> str:
    """The repository whose release keeps the database: the one that runs us; else the captured one."""
    return settings.run.repository if settings.run is not None else settings.repository or target


@contextmanager
def opened_shelf(
    settings: Settings,
    target: str,
    clock: Clock,
    say: Callable[[str], None],
    *,
    repository: str | None = None,
    target_id: int | None = None,
    may_wait_until: Callable[[datetime], bool] = lambda _: False,
) -> Iterator[Shelf]:
    """The shelf of a repository's history.

    Args:
        settings: of this process.
        target: the captured repository, OWNER/NAME.
        clock: the time.
        say: tells a person a line.
        repository: the repository whose release it is; the one that runs us, unless given.
        target_id: the id of the captured one; asked of GitHub where it is needed and not given.
        may_wait_until: whether a spent budget is waited for until then.

    Raises:
        CaptureError, CapturePaused: as GitHub's client.
    """
    repository = repository or shelf_repository(settings, target)
    as_ourselves = replace(settings, token=settings.shelf_token)
    with open_connection(as_ourselves, clock, may_wait_until=may_wait_until) as connection:
        github = connection.client()
        yield Shelf(
            github.releases,
            repository=repository,
            target=target,
            target_id=told_id(settings, target) or target_id or _id_of(settings, target, clock),
            clock=clock,
            say=say,
        )


def told_id(settings: Settings, target: str) -> int | None:
    """The id, where the runner tells it: of the repository that runs us."""
    run = settings.run
    return run.repository_id if run is not None and run.repository.lower() == target.lower() else None


def _id_of(settings: Settings, target: str, clock: Clock) -> int:
    """A repository's id, which stays when it is renamed; with the token that captures it."""
    with open_connection(settings, clock) as connection:
        return int(look_up(connection.client(), target).body["id"])
