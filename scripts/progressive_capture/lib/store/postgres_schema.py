"""Which schema a Postgres database has, and whether it is ours: looked at, never changed.

Tables of others are normal in a team's database. It is refused only where ours could not be made beside them:
where something that is not ours bears one of our names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from sqlalchemy import bindparam, text

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store.migrations import REVISIONS, VERSION_TABLES
from progressive_capture.lib.store.schema import METADATA, VIEWS
from progressive_capture.lib.store.supabase_errors import PUSH

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SESSION = text(
    "SELECT current_schema() AS schema, current_setting('server_encoding') AS encoding,"
    " current_setting('DateStyle') AS date_style"
)
_VERSIONS = VERSION_TABLES["postgresql"]
_FOUND = text(f"SELECT version_num FROM {_VERSIONS}")  # noqa: S608  (a constant of ours)
_HIDDEN = text(f"SELECT relrowsecurity FROM pg_catalog.pg_class WHERE oid = to_regclass('{_VERSIONS}')")  # noqa: S608
_SUPABASE = text("SELECT to_regnamespace('auth') IS NOT NULL AND to_regnamespace('storage') IS NOT NULL")
_MARK = "progressive_capture_jobs"
_OURS = {*METADATA.tables, *VIEWS["postgresql"]}
_NAMES = text(
    "SELECT relname FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace"
    " WHERE n.nspname = current_schema() AND relname IN :names"
).bindparams(bindparam("names", sorted({*_OURS, _VERSIONS}), expanding=True))


def revision_of(connection: Connection, database: str) -> str | None:
    """The schema's revision; None where nothing of ours is there yet.

    Args:
        connection: in a transaction.
        database: what the database is called, for people.

    Raises:
        StoreError: if our tables cannot be in it, or it is a newer program's.
    """
    _check_session(connection, database)
    there = set(connection.scalars(_NAMES))
    found = connection.scalars(_FOUND).all() if _VERSIONS in there else []
    ours = there & _OURS
    if not ours and not found:
        return None
    if _VERSIONS in there and not found and connection.scalar(_HIDDEN):
        raise StoreError(
            f"{database} does not let this user see its tables: they have row level security.",
            hint="Use the user that owns them (postgres, on Supabase), or give this one policies.",
        )
    if _MARK not in ours or not found:
        _refuse(database, sorted(ours) or [_VERSIONS])
    if len(found) > 1:
        raise StoreError(
            f"{database} does not say which version of the schema it has: {_VERSIONS} has {len(found)} rows.",
            hint="Two programs share that table: give Progressive Capture a database of its own.",
        )
    if found[0] not in REVISIONS:
        raise StoreError(
            f"{database} was set up by a newer version of this program "
            f"(its schema is {found[0]}, this program knows up to {REVISIONS[-1]}).",
            hint="Install the newest version: pip install --upgrade progressive-capture",
        )
    return str(found[0])


def refuse_to_migrate_supabase(connection: Connection, database: str) -> None:
    """Refuse to make tables that a Supabase project would show to whoever has its public key.

    Raises:
        StoreError: if it is a project's database: its migrations come with grants and row level security.
    """
    if connection.scalar(_SUPABASE):
        raise StoreError(
            f"{database} is a Supabase project's: there the schema comes with grants and row level security.",
            hint=PUSH,
        )


def _check_session(connection: Connection, database: str) -> None:
    session = connection.execute(_SESSION).one()
    if session.schema is None:
        raise StoreError(
            f"{database} has no schema that tables would go to.",
            hint="Make the one that our user's search_path names, e.g. CREATE SCHEMA public",
        )
    if session.encoding != "UTF8":
        raise StoreError(
            f"{database} cannot hold every character: its encoding is {session.encoding}.",
            hint="Make another: CREATE DATABASE capture TEMPLATE template0 ENCODING 'UTF8'",
        )
    if not session.date_style.startswith("ISO"):
        raise StoreError(
            f"{database} writes dates in a way that cannot be read (DateStyle {session.date_style}).",
            hint="Set it for our user: ALTER ROLE <user> SET datestyle = 'ISO, MDY'",
        )


def _refuse(database: str, names: list[str]) -> NoReturn:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004  (enough to see whose they are)
    raise StoreError(
        f"{database} has something of somebody else's under names of ours: {', '.join(names[:3])}{more}.",
        hint="Nothing was changed. Give Progressive Capture a database of its own, or a schema: "
        "CREATE SCHEMA capture; ALTER ROLE <user> SET search_path = capture",
    )
