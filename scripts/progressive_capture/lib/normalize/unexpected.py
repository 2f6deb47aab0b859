"""The one error of this room: GitHub sent something that cannot become a row."""

from __future__ import annotations

from progressive_capture.lib.errors import UnexpectedPayloadError

_LONGEST_EXCERPT = 60

HINT = (
    "Run the same command again; what was stored is kept. If it happens again, GitHub's answers have "
    "changed or something between here and GitHub alters them: report it with this message."
)


def unexpected(what: str) -> UnexpectedPayloadError:
    """An error that says what GitHub sent, ready to be raised."""
    return UnexpectedPayloadError(what, hint=HINT)


def excerpt(value: object) -> str:
    """A short picture of a value for a message: plain ASCII, so that hostile text cannot play terminal."""
    picture = ascii(value)
    return picture if len(picture) <= _LONGEST_EXCERPT else picture[: _LONGEST_EXCERPT - 3] + "..."
