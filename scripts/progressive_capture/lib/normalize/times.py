"""Times as GitHub writes them, and as we keep them: UTC, in whole seconds.

GitHub promises ISO 8601 in UTC (https://docs.github.com/en/rest/using-the-rest-api/timezones-and-the-rest-api),
but the steps of a job also come with milliseconds and with the offset of some office.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from progressive_capture.lib.normalize.unexpected import excerpt, unexpected

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def parse_time(value: object, *, field: str) -> datetime | None:
    """The moment that GitHub wrote, aware, in UTC, truncated to seconds; None for null and for `""`.

    Args:
        value: what stands in the payload.
        field: how to call it in an error, such as `created_at of workflow run 7`.

    Raises:
        UnexpectedPayloadError: the value is no time, or one without an offset, which could mean any moment.
    """
    if value is None or value == "":
        return None
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise unexpected(f"GitHub sent {excerpt(value)} as {field}, which is not a time.")
    seconds, offset = match.groups()
    try:
        return datetime.fromisoformat(seconds + offset).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = f"GitHub sent {excerpt(value)} as {field}, which is not on the calendar."
        raise unexpected(message) from error


def format_time(moment: datetime) -> str:
    """A moment as `YYYY-MM-DDTHH:MM:SSZ`, truncated to seconds.

    Raises:
        ValueError: the moment is naive; a guess at its zone could be hours off.
    """
    if moment.utcoffset() is None:
        raise ValueError("a time without a zone cannot be written as UTC")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
