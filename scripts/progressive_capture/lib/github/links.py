"""Signed links: where GitHub keeps the bytes, for about a minute, for whoever holds the link (pure).

Such a link is a secret. It is shown in no error and no representation; of one that must not be followed,
scheme and host are named and nothing else.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.github.failures import GarbageFailure
from progressive_capture.lib.github.messages import Redirect
from progressive_capture.lib.github.reading import (
    Read,
    plain_text,
    read_without_body,
    reading_of,
    status_failure,
)

if TYPE_CHECKING:
    from datetime import datetime

    from progressive_capture.lib.github.messages import RawAnswer

AWAY = (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT)
"""What leads to the bytes; a move for good leads to the repository's new name."""
ADDRESS = re.compile(r"[\x21-\x5b\x5d-\x7e]+")
"""Visible ASCII without the backslash, which some readers of addresses take for a slash."""


@dataclass(frozen=True)
class Link:
    """A link that may be followed, and when (monotonic seconds) it was given."""

    url: str = field(repr=False)
    given_at: float


def read_link(raw: RawAnswer, *, now: datetime) -> Read:
    """The answer of an address that leads elsewhere, `…/zip` of an artifact."""
    location = raw.headers.get("location")
    result: Redirect | Exception
    if raw.status in AWAY and location:
        result = Redirect(location)
    else:
        result = status_failure(raw) or GarbageFailure(f"no link to it, with status {raw.status},")
    return Read(result, reading_of(raw, result, now=now))


def read_bytes_or_link(raw: RawAnswer, *, now: datetime) -> Read:
    """The answer to a request with a sink: the bytes have gone there, or it says where they are."""
    if raw.status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        return read_without_body(raw, now=now)
    return read_link(raw, now=now)


def checked_address(location: str, *, api_url: str, what: str) -> str:
    """The address, if it may be asked: https, or http on this machine where the API itself is on it.

    Raises:
        UnexpectedPayloadError: it may not; names its scheme and host alone.
    """
    try:
        parts = urlsplit(location)
        allowed = _is_allowed(location, parts, urlsplit(api_url).hostname)
    except ValueError:
        parts, allowed = SplitResult("", "", "", "", ""), False
    if allowed:
        return location
    place = f"{plain_text(parts.scheme) or 'no scheme'}, {plain_text(_host(parts)) or 'no host'}"
    raise UnexpectedPayloadError(
        f"GitHub sent {what} to an address that is not followed ({place}): https is expected.",
        hint="Check the address of the API; if it is right, please report this.",
    )


def _is_allowed(location: str, parts: SplitResult, api_host: str | None) -> bool:
    host = _host(parts)
    if not ADDRESS.fullmatch(location) or not host or "@" in parts.netloc or parts.port == 0:
        return False
    on_this_machine = _is_loopback(host) and _is_loopback(api_host or "")
    return parts.scheme == "https" or (parts.scheme == "http" and on_this_machine)


def _host(parts: SplitResult) -> str:
    return parts.hostname or ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
