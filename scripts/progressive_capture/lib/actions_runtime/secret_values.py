"""Which values of the environment and of the command line are secrets (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.settings import Settings

_IN_QUERY = re.compile(r"[?&]password=([^&#]+)", re.IGNORECASE)


def secrets_in(settings: Settings, database: str | None = None) -> frozenset[str]:
    """The token, the key of a Supabase project, and what a database's URL has of a password."""
    values = [settings.token, settings.supabase_key, *_of_database(database or "")]
    return frozenset(value for value in values if value)


def _of_database(url: str) -> Iterator[str]:
    """The password as it is written and as it is meant; and the whole URL, where there is one in it."""
    written = [*_IN_QUERY.findall(url), *_before_the_host(url)]
    found = {*written, *map(unquote, written), *_as_postgres_reads_it(url)}
    if found:
        yield url
        yield from found


def _before_the_host(url: str) -> Iterator[str]:
    try:
        password = urlsplit(url).password
    except ValueError:  # no address by these rules; Postgres has rules of its own
        return
    if password:
        yield password


def _as_postgres_reads_it(url: str) -> Iterator[str]:
    if not url.startswith(("postgres://", "postgresql://")):
        return
    from progressive_capture.lib.store.postgres_address import parameters_of  # noqa: PLC0415  (start-up time)

    try:
        password = parameters_of(url).get("password")
    except ConfigurationError:
        return  # the command will say so
    if password:
        yield password
