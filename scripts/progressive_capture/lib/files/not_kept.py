"""The one way in which a member of an archive is turned away."""

from __future__ import annotations

from typing import Literal


class NotKept(Exception):  # noqa: N818  (no failure of ours: an outcome of one member, always recorded)
    """A member that is not kept.

    Args:
        status: `skipped`: too large for what was asked for; `rejected`: broken, or made to hurt.
        reason: why, for a person; without anything that the archive wrote.
    """

    def __init__(self, status: Literal["skipped", "rejected"], reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Unreadable(Exception):  # noqa: N818  (likewise, of a whole archive)
    """An archive that cannot be opened at all; its text says why."""
