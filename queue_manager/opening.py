"""A queue manager with all that it stands on, opened as settings and options say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import click

from progressive_capture.lib.assembly import open_connection
from progressive_capture.lib.clock import Clock, SystemClock
from progressive_capture.lib.estimating import count_runs
from progressive_capture.lib.places import opened_store
from progressive_capture.lib.settings import Settings, read_settings
from queue_manager.hybrid_queue_manager import HybridQueueManager
from queue_manager.queue_settings import read_queue_settings


@contextmanager
def opened_manager(
    database: str, *, clock: Clock | None = None, settings: Settings | None = None
) -> Iterator[HybridQueueManager]:
    """The manager of the queue in a database.

    Args:
        database: its URL.
        clock: the machine's own, unless a rehearsal brings another.
        settings: of this process, unless given.

    Raises:
        ConfigurationError: the environment makes no sense, or the URL names no database.
        StoreError: the database does not answer, or needs another schema.
    """
    settings, clock = settings or read_settings(), clock or SystemClock()
    with opened_store(database, settings) as store, open_connection(settings, clock) as connection:
        yield HybridQueueManager(
            store,
            clock,
            settings=read_queue_settings(),
            github=connection.client(),
            has_token=settings.token is not None,
            database=database,
            say=partial(click.echo, err=True),
            stop=threading.Event(),
            count_runs=partial(count_runs, settings, clock),
        )
