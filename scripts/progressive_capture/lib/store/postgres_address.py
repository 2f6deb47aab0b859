"""The URL of a Postgres database: what to connect with, and what to call it without its password."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import conninfo_to_dict

from progressive_capture.lib.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

UNLESS_GIVEN: Mapping[str, str] = {
    "application_name": "progressive-capture",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""What a URL may say otherwise: so that a peer that is gone is noticed within a minute, in seconds (the last
one in milliseconds). https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS"""

_PLACEHOLDERS = ("[YOUR-PASSWORD]", "%5BYOUR-PASSWORD%5D")
_FOR_OTHERS = ("pgbouncer=", "connection_limit=")
"""What Supabase writes into URLs for one client library, and libpq refuses."""

_PORTS = re.compile(r"\d{0,5}(,\d{0,5})*", re.ASCII)

_ENCODED = (
    "What is no letter or digit has to be percent-encoded in it: @ is %40, : is %3A, / is %2F, # is %23."
)


def parameters_of(url: str) -> dict[str, str]:
    """What libpq is to be given.

    Raises:
        ConfigurationError: if it cannot be read, or has no password yet; nothing of it is repeated.
    """
    if any(placeholder in url for placeholder in _PLACEHOLDERS):
        raise ConfigurationError(
            "The database URL still has [YOUR-PASSWORD] where the password goes.",
            hint=f"Put the database's password there. {_ENCODED}",
        )
    place, _, query = url.partition("?")
    options = "&".join(option for option in query.split("&") if not option.startswith(_FOR_OTHERS))
    try:
        given = conninfo_to_dict(f"{place}?{options}" if options else place)
    except psycopg.Error:
        raise _unreadable() from None
    said = {name: str(value) for name, value in given.items() if value is not None}
    # Else a part of a password that is not encoded would pass for a host, a port or a database, and be shown.
    if "@" in said.get("host", "") + said.get("dbname", "") or not _PORTS.fullmatch(said.get("port", "")):
        raise _unreadable()
    return {**UNLESS_GIVEN, **said, "client_encoding": "utf8"}


def _unreadable() -> ConfigurationError:
    return ConfigurationError(
        "The database URL cannot be read.",
        hint=f"Write postgresql://USER:PASSWORD@HOST:PORT/NAME, with an encoded password. {_ENCODED}",
    )


def described(parameters: Mapping[str, str]) -> str:
    """A name for people: `Postgres database capture on db.example.com:5432`."""
    name = parameters.get("dbname") or parameters.get("user") or "of this user"
    host = parameters.get("host") or parameters.get("hostaddr") or "this machine"
    port = "" if host.startswith("/") else f":{parameters.get('port') or '5432'}"
    return f"Postgres database {name} on {host}{port}"
