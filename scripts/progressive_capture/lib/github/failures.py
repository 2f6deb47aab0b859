"""What can go wrong with one request, and what of it reaches the caller.

A `Failure` is one attempt that brought nothing; `calls.py` decides whether there is another one. What is left
in the end is an error of `lib/errors.py` or one of the few at the end of this page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.errors import (
    AuthenticationError,
    CaptureError,
    CapturePaused,
    ConfigurationError,
    GitHubUnavailableError,
    NotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Failure(Exception):  # noqa: N818  (an attempt that failed is not yet an error)
    """One attempt that brought nothing; its text says what happened.

    `heavy` ones may be due to the size of what was asked: to ask for less helps more than to ask again.
    """

    heavy = False


class NetworkFailure(Failure):
    """No whole answer came. `sent` is False where the request cannot have reached GitHub."""

    def __init__(self, message: str, *, heavy: bool = False, sent: bool = True) -> None:
        super().__init__(message)
        self.heavy = heavy
        self.sent = sent


class ServerFailure(Failure):
    """GitHub had trouble of its own (a status from 500 up)."""

    def __init__(self, message: str, *, heavy: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.heavy = heavy
        self.retry_after = retry_after


class TooMuchFailure(Failure):
    """GitHub did not do what a GraphQL query asked, most likely because it was too much."""

    heavy = True


class GarbageFailure(Failure):
    """What came is not JSON, or not of GitHub's shape."""


class PrimaryLimitFailure(Failure):
    """The hour's budget is spent."""


class SecondaryLimitFailure(Failure):
    """Too much in too short a time."""


class RefusalFailure(Failure):
    """A final answer: GitHub understood and does not do it (a status of 4xx that is no limit).

    `problems` is what GitHub says of the parts of a request: `field`, `code` and `message`, as far as told.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        permissions: str = "",
        problems: tuple[Mapping[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.permissions = permissions
        self.problems = problems

    @property
    def said(self) -> str:
        """All of GitHub's words, in lower case, for looking something up in them."""
        return " ".join([str(self), *(value for each in self.problems for value in each.values())]).lower()


class MovedFailure(Failure):
    """What was asked for lives at another address now."""

    def __init__(self, location: str, *, permanent: bool) -> None:
        super().__init__("moved")
        self.location = location
        self.permanent = permanent


class LinkRefusedFailure(Failure):
    """A signed link is not accepted (any more)."""


# ---- what reaches the caller -----------------------------------------------------------------------------


class InvalidRequestError(ConfigurationError):
    """GitHub finds the request itself invalid: a filter or an address that cannot be (exit 2)."""


class ListingTooLongError(CaptureError):
    """GitHub lists no further than this, 40,000 items in a listing without filters (422)."""


class GoneError(NotFoundError):
    """GitHub answered 410: it had this, and deleted it (expired)."""


class TooLargeError(CaptureError):
    """There are more bytes than were wanted, or than were announced."""


class DiffUnavailableError(CaptureError):
    """GitHub cannot tell what a pull request changes (422): it is too much, or its commits are gone."""


class TokenExpiredPause(CapturePaused):
    """GitHub accepted this token before, and no longer does: another one can go on where this one stopped."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, cause="token")


class UnansweredError(GitHubUnavailableError):
    """GitHub's answer to a write was lost: it may have done it, or not. It is not asked again blindly."""


class TooHeavyError(CaptureError):
    """What was asked at once is too much for GitHub; ask for less. Internal to this room."""


class GraphQLRefusedError(AuthenticationError):
    """This token, or this server, has no GraphQL for what was asked."""
