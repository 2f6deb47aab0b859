"""Open the file storage that a setting names."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.files.local_folder import LocalFolder
from progressive_capture.lib.files.no_storage import NoStorage
from progressive_capture.lib.files.storage import FileStorage

DEFAULT_FOLDER = "./data/files"
NOT_CONFIGURED = "no durable file storage is configured"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
"""Two letters or more: one letter is a Windows drive."""


def open_file_storage(url: str | None, *, in_actions: bool, clock: Clock | None = None) -> FileStorage:
    """The storage at a path or `file:` URL; nothing on the disk is touched yet.

    Args:
        url: a path, `file:relative`, `file:///absolute`, or None (or empty): the default.
        in_actions: whether a GitHub runner runs us. Its disk is thrown away with it, so that by default
            nothing is kept; elsewhere it is `./data/files`.
        clock: tells the time of stored files; the machine's where none is given.

    Raises:
        ConfigurationError: if the URL names no storage that is supported.
    """
    if not url:
        return NoStorage(NOT_CONFIGURED) if in_actions else LocalFolder(Path(DEFAULT_FOLDER), clock)
    scheme = _SCHEME.match(url)
    if scheme is None:
        return LocalFolder(_path(url), clock)
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not parts.path:
        # Only the scheme is repeated: the rest of a URL may hold a password.
        raise ConfigurationError(
            f"This file storage cannot be used ({scheme[1]} scheme): only a local folder is supported.",
            hint="Write --file-storage ./data/files (or file:///absolute/folder).",
        )
    return LocalFolder(_path(unquote(parts.path)), clock)


def _path(text: str) -> Path:
    if "\0" in text:
        raise ConfigurationError(
            "The name of the file storage holds a NUL character.",
            hint="Write --file-storage ./data/files (or file:///absolute/folder).",
        )
    return Path(text)
