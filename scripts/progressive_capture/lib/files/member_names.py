"""Names that an archive chose: decoded, judged, and made safe to show. Nothing is ever written under them."""

from __future__ import annotations

import re

LONGEST_PATH = 1000
"""Characters of a path that are kept in the database."""

_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSAFE = re.compile(rf"[\x00-\x1f\x7f-\x9f{_BIDI_CONTROLS}\ud800-\udfff]")
"""C0, DEL, C1, what turns the direction of text around, and halves of characters."""
_LAST_OF_ONE_BYTE = 0xFF
_DRIVE = re.compile(r"[A-Za-z]:")


def decoded_name(raw: bytes, *, says_utf8: bool) -> str:
    """A member's name, with `/` between its parts.

    Args:
        raw: the bytes in the archive.
        says_utf8: the archive's flag for UTF-8. Without it, and where it is a lie, the bytes are cp437, the
            alphabet that the format began with; every byte has a meaning there.
    """
    try:
        name = raw.decode("utf-8" if says_utf8 else "cp437")
    except UnicodeDecodeError:
        name = raw.decode("cp437")
    return name.replace("\\", "/")


def refusal_of(name: str) -> str | None:
    """Why no honest archive would hold a file of this name; None where one would."""
    if not name:
        return "the name is empty"
    if _UNSAFE.search(name):
        return "the name holds control characters"
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        return "the name points outside the archive"
    return None


def safe_text(text: str) -> str:
    r"""Text with everything escaped that could hide or harm: `\x00`, `\u202e`, `\udc80`."""
    return _UNSAFE.sub(_escaped, text)


def safe_path(name: str) -> tuple[str, str | None]:
    """A path for the database, and what had to be done to it."""
    path = safe_text(name)
    if len(path) <= LONGEST_PATH:
        return path, None
    return path[:LONGEST_PATH], f"the name was cut to {LONGEST_PATH:,} characters"


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code <= _LAST_OF_ONE_BYTE else f"\\u{code:04x}"
