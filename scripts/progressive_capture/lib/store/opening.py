"""Open the store that a URL names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from progressive_capture.lib.errors import ConfigurationError, StoreError

if TYPE_CHECKING:
    from progressive_capture.lib.store.contract import Store

_SQLITE = "sqlite:///"


def open_store(url: str, *, must_exist: bool = False) -> Store:
    """The store at `sqlite:///relative.db` or `sqlite:////absolute.db`; first of all, `migrate` it.

    Args:
        url: the database.
        must_exist: refuse a database that is not there, instead of making it when it is migrated.

    Raises:
        ConfigurationError: if the URL names no database that is supported.
        StoreError: if what is there cannot be our database, or nothing is there that must be.
    """
    place = url.removeprefix(_SQLITE)
    if not url.startswith(_SQLITE) or place in ("", ":memory:"):
        # Only the scheme is repeated: the rest of a URL may hold a password.
        scheme = url.partition(":")[0] if ":" in url else "no"
        raise ConfigurationError(
            f"This database URL cannot be used ({scheme} scheme): only SQLite files are supported.",
            hint="Write --database sqlite:///data/capture.db (or sqlite:////absolute/path.db).",
        )
    # SQLAlchemy takes a third of a second to import: not before it is needed.
    from progressive_capture.lib.store.sqlite import SqliteStore  # noqa: PLC0415

    store = SqliteStore(Path(place))
    if must_exist and not Path(place).exists():
        store.close()
        raise StoreError(
            f"There is no database {place}.",
            hint="Make one with: progressive-capture sync OWNER/NAME (or name another: --database URL).",
        )
    return store
