"""Instants as whole seconds since 1970 (UTC), and the texts that GitHub writes for them."""

import time
from datetime import UTC, datetime
from email.utils import formatdate

MINUTE = 60
HOUR = 3_600
DAY = 86_400


def to_text(instant: int) -> str:
    """`2026-11-20T12:00:00Z`, the form of nearly every time in GitHub's payloads."""
    return f"{_clock_face(instant)}Z"


def to_text_with_milliseconds(instant: int, milliseconds: int, offset_hours: int = 0) -> str:
    """`2026-11-20T13:00:00.000+01:00`: the form that the steps of some jobs have."""
    zone = f"{offset_hours:+03d}:00" if offset_hours else "Z"
    return f"{_clock_face(instant + offset_hours * HOUR)}.{milliseconds:03d}{zone}"


def _clock_face(instant: int) -> str:
    """Without `datetime`, which takes four times as long: a page of jobs has thousands of these."""
    year, month, day, hour, minute, second = time.gmtime(instant)[:6]
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"


def to_http_date(instant: float) -> str:
    """`Fri, 20 Nov 2026 12:00:00 GMT`, for the headers Date and Retry-After."""
    return formatdate(instant, usegmt=True)


def from_text(text: str) -> int:
    """The instant of an ISO 8601 text; a text without a zone is UTC. ValueError if it is none."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
