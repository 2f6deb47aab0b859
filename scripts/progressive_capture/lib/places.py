"""Where a command keeps its history and its files: opened as options and settings say."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.files.opening import open_file_storage
from progressive_capture.lib.patience import Patience
from progressive_capture.lib.settings import Settings, read_settings
from progressive_capture.lib.store.opening import open_store

if TYPE_CHECKING:
    from progressive_capture.lib.clock import Clock
    from progressive_capture.lib.files.storage import FileStorage
    from progressive_capture.lib.store.contract import Store


def opened_store(
    url: str,
    settings: Settings | None = None,
    *,
    must_exist: bool = False,
    patience: Patience | None = None,
) -> Store:
    """The store at a URL, to be closed by the caller (or used as a context).

    Args:
        url: the database.
        settings: holds the key of a Supabase project; the environment's unless given.
        must_exist: refuse a database that is not there, instead of making it.
        patience: how long one that does not answer is waited for; 5 minutes unless given, and says so.

    Raises:
        ConfigurationError: the URL names no database that is supported, or its key is missing.
        StoreError: the database cannot be opened, or does not have the schema that we need.
    """
    key = (settings or read_settings()).supabase_key
    patience = patience or Patience(say=partial(click.echo, err=True))
    store = open_store(url, must_exist=must_exist, supabase_key=key, patience=patience)
    try:
        store.prepare()
    except BaseException:
        store.close()
        raise
    return store


def opened_files(
    place: str | None, settings: Settings, *, clock: Clock | None = None, patience: Patience | None = None
) -> FileStorage:
    """The file storage at a place; see `files.opening`."""
    return open_file_storage(
        place,
        in_actions=settings.in_actions,
        clock=clock,
        supabase_url=settings.supabase_url,
        supabase_key=settings.supabase_key,
        patience=patience,
    )


def shown(url: str) -> str:
    """The URL of a database for people to read: without a password, and without what else may be secret."""
    scheme = url.partition("://")[0]
    if scheme in ("postgresql", "postgres"):
        return _shown_postgres(url)
    if scheme in ("http", "https"):
        return f"{scheme}://{urlsplit(url).netloc.rpartition('@')[2]}"
    return url


def _shown_postgres(url: str) -> str:
    """As libpq reads it: what is not encoded in a password passes for something else anywhere else."""
    from progressive_capture.lib.store.postgres_address import parameters_of  # noqa: PLC0415  (start-up time)

    try:
        said = parameters_of(url)
    except ConfigurationError:
        return "postgresql://…"
    user = f"{said['user']}@" if "user" in said else ""
    host = said.get("host", "")
    place = "" if host.startswith("/") else host + (f":{said['port']}" if said.get("port") else "")
    return f"postgresql://{user}{place}/{said.get('dbname', '')}"
