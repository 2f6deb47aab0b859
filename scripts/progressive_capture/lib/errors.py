"""What can go wrong, each with its exit code and the next step for the person who reads it.

A message has three parts: what happened, why (probably), and what to do next. The first two are the
exception's text, the third is its `hint`. No message ever holds a token.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

PauseCause = Literal["time", "budget", "signal", "token", "other"]
"""What paused the work: the end of its time budget, the token's budget, a signal, or a token that ran out."""


class CaptureError(Exception):
    """Anything that ends a command; `exit_code` is the process's, `hint` the next step."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ConfigurationError(CaptureError):
    """An option, variable or combination that cannot work (exit 2)."""

    exit_code = 2


class AuthenticationError(CaptureError):
    """GitHub does not accept the token, or does not let it see what was asked (exit 3)."""

    exit_code = 3


class NotFoundError(AuthenticationError):
    """GitHub answered 404 or 410: gone, never there, or hidden from this token, which look alike (exit 3)."""

    def __init__(self, message: str, *, status: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


class GitHubUnavailableError(CaptureError):
    """GitHub did not give a usable answer after every retry (exit 4)."""

    exit_code = 4


class UnexpectedPayloadError(CaptureError):
    """GitHub answered something that is not the documented shape (exit 5)."""

    exit_code = 5


class StoreError(CaptureError):
    """The database could not be opened, read or written (exit 6)."""

    exit_code = 6


class JobConflictError(CaptureError):
    """Another worker holds the capture job (exit 7)."""

    exit_code = 7


class CapturePaused(Exception):  # noqa: N818  (a pause is not an error, and it must never read like one)
    """The work has to stop here and can go on later; never shown to a person as a failure.

    Args:
        reason: in words.
        resume_at: not before then has it a point to go on: so long the token's budget is spent.
        cause: what paused it, where it is known to be something else.
    """

    def __init__(
        self, reason: str, *, resume_at: datetime | None = None, cause: PauseCause = "other"
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.resume_at = resume_at
        self.cause: PauseCause = "budget" if cause == "other" and resume_at is not None else cause
