"""OWNER/NAME, checked before it becomes part of an address or a query (pure)."""

from __future__ import annotations

import re

from progressive_capture.lib.errors import ConfigurationError

FULL_NAME = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
ONLY_DOTS = re.compile(r"(^|/)\.+(/|$)")


def repository_path(full_name: str) -> str:
    """The repository's path in the REST API.

    Raises:
        ConfigurationError: the name cannot be a repository's.
    """
    return f"/repos/{'/'.join(owner_and_name(full_name))}"


def owner_and_name(full_name: str) -> tuple[str, str]:
    """The two parts of OWNER/NAME. Raises as `repository_path`."""
    if not FULL_NAME.fullmatch(full_name) or ONLY_DOTS.search(full_name):
        raise ConfigurationError(
            f"{full_name!r} is no repository: OWNER/NAME is expected.",
            hint="Take it from the repository's address, https://github.com/OWNER/NAME.",
        )
    owner, _, name = full_name.partition("/")
    return owner, name
