"""Open the store that a URL names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from progressive_capture.lib.errors import ConfigurationError, StoreError

if TYPE_CHECKING:
    from progressive_capture.lib.patience import Patience
    from progressive_capture.lib.store.contract import Store
    from progressive_capture.lib.store.database import Database

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")
_SUPABASE = ("https://", "http://")


def open_store(
    url: str, *, must_exist: bool = False, supabase_key: str | None = None, patience: Patience | None = None
) -> Store:
    """The store at a URL: first of all, `prepare` it.

    Nothing is connected to yet, and no file is made.

    Args:
        url: `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://…`, or the address of a Supabase
            project.
        must_exist: refuse a file that is not there, instead of making it.
        supabase_key: a Supabase project's secret key.
        patience: how long a database that does not answer is waited for; 5 minutes unless given.

    Raises:
        ConfigurationError: if the URL names no database that is supported, or a project without its key.
        StoreError: if what is there cannot be our database, or nothing is there that must be.
    """
    database = _database(url, supabase_key, patience)
    if must_exist and url.startswith(_SQLITE) and not (path := _path(url)).exists():
        database.close()
        raise StoreError(
            f"There is no database {path}.",
            hint="Make one with: progressive-capture sync OWNER/NAME (or name another: --database URL).",
        )
    from progressive_capture.lib.store.sql_store import SqlStore  # noqa: PLC0415

    return SqlStore(database)


def _database(url: str, supabase_key: str | None, patience: Patience | None) -> Database:
    # SQLAlchemy and each database's client take a third of a second to import: not before they are needed.
    if url.startswith(_SQLITE) and url.removeprefix(_SQLITE) not in ("", ":memory:"):
        from progressive_capture.lib.store.sqlite import SqliteDatabase  # noqa: PLC0415

        return SqliteDatabase(_path(url))
    if url.startswith((*_POSTGRES, *_SUPABASE)):
        from progressive_capture.lib.patience import Patience  # noqa: PLC0415

        patience = patience or Patience()
        return (
            _supabase(url, supabase_key, patience) if url.startswith(_SUPABASE) else _postgres(url, patience)
        )
    # Only the scheme is repeated: the rest of a URL may hold a password.
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", url)
    raise ConfigurationError(
        f"This database URL cannot be used ({scheme[1] if scheme else 'no'} scheme).",
        hint="Write --database sqlite:///data/capture.db (sqlite:////… for an absolute path), "
        "postgresql://USER:PASSWORD@HOST/NAME, or the address of a Supabase project.",
    )


def file_of(url: str) -> Path | None:
    """The file that a URL names; None where it names a server."""
    return _path(url) if url.startswith(_SQLITE) else None


def _path(url: str) -> Path:
    return Path(url.removeprefix(_SQLITE))


def _postgres(url: str, patience: Patience) -> Database:
    from progressive_capture.lib.store.postgres import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(url, patience)


def _supabase(url: str, key: str | None, patience: Patience) -> Database:
    from progressive_capture.lib.store.supabase import SupabaseDatabase  # noqa: PLC0415

    if key is None:
        raise ConfigurationError(
            "A Supabase project needs its secret key.",
            hint="Set SUPABASE_SECRET_KEY (sb_secret_…: Project Settings → API Keys), or DATABASE_URL to use "
            "another database.",
        )
    return SupabaseDatabase(url, key, patience)
