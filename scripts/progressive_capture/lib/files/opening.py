"""Open the file storage that a setting names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.files.local_folder import LocalFolder
from progressive_capture.lib.files.no_storage import NoStorage
from progressive_capture.lib.files.storage import FileStorage

if TYPE_CHECKING:
    from progressive_capture.lib.patience import Patience

DEFAULT_FOLDER = "./data/files"
DEFAULT_BUCKET = "progressive-capture"
NOT_CONFIGURED = "no durable file storage is configured"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
"""Two letters or more: one letter is a Windows drive."""
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_FORMS = "Write --file-storage ./data/files (or file:///absolute/folder, or supabase:BUCKET)."


def open_file_storage(
    url: str | None,
    *,
    in_actions: bool,
    clock: Clock | None = None,
    supabase_url: str | None = None,
    supabase_key: str | None = None,
    patience: Patience | None = None,
) -> FileStorage:
    """The storage at a path, `file:` or `supabase:` URL; nothing is touched yet.

    Args:
        url: a path, `file:relative`, `file:///absolute`, `supabase:BUCKET` (or `supabase:` for the bucket
            `progressive-capture`), or None (or empty): the default.
        in_actions: whether a GitHub runner runs us. Its disk is thrown away with it, so that by default
            nothing is kept; elsewhere it is `./data/files`.
        clock: tells the time of stored files; the machine's where none is given.
        supabase_url: the address of the project that a bucket is in.
        supabase_key: the project's secret key.
        patience: how long a project that does not answer is waited for.

    Raises:
        ConfigurationError: if the URL names no storage that is supported, or Supabase's cannot be asked.
    """
    if not url:
        return NoStorage(NOT_CONFIGURED) if in_actions else LocalFolder(Path(DEFAULT_FOLDER), clock)
    scheme = _SCHEME.match(url)
    if scheme is None:
        return LocalFolder(_path(url), clock)
    parts = urlsplit(url)
    if parts.scheme == "supabase" and not parts.netloc:
        return _bucket(parts.path or DEFAULT_BUCKET, supabase_url, supabase_key, patience)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not parts.path:
        # Only the scheme is repeated: the rest of a URL may hold a password.
        raise ConfigurationError(
            f"This file storage cannot be used ({scheme[1]} scheme): only a local folder or a bucket of "
            "Supabase Storage is supported.",
            hint=_FORMS,
        )
    return LocalFolder(_path(unquote(parts.path)), clock)


def _bucket(name: str, url: str | None, key: str | None, patience: Patience | None) -> FileStorage:
    if _BUCKET.fullmatch(name) is None:
        raise ConfigurationError(
            "The bucket of the file storage has a name that no bucket should have.",
            hint="Write --file-storage supabase:BUCKET with letters, digits, dots, dashes and underscores.",
        )
    if url is None or key is None:
        raise ConfigurationError(
            "Files can be kept in Supabase Storage only with the project's address and its secret key.",
            hint="Set SUPABASE_URL (https://<ref>.supabase.co) and SUPABASE_SECRET_KEY, or name another "
            "place: --file-storage PATH.",
        )
    from progressive_capture.lib.files.supabase_storage import SupabaseStorage  # noqa: PLC0415  (start-up time)
    from progressive_capture.lib.patience import Patience  # noqa: PLC0415

    return SupabaseStorage(url, key, name, patience or Patience())


def _path(text: str) -> Path:
    if "\0" in text:
        raise ConfigurationError("The name of the file storage holds a NUL character.", hint=_FORMS)
    return Path(text)
