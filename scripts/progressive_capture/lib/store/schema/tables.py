"""Where every table is registered, and how one is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import MetaData, Table

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem

METADATA = MetaData()


def table(name: str, *items: SchemaItem) -> Table:
    """A table without foreign keys: shards arrive in any order, and GitHub deletes what others point at.

    STRICT, so that a wrong type is refused by SQLite as it is by every other database.
    """
    return Table(name, METADATA, *items, sqlite_strict=True)
