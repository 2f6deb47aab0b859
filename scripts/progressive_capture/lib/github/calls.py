"""Calls: attempts until one succeeds, for named causes only, a bounded number of times."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from progressive_capture.lib.errors import (
    AuthenticationError,
    CaptureError,
    CapturePaused,
    GitHubUnavailableError,
    NotFoundError,
    UnexpectedPayloadError,
)
from progressive_capture.lib.github.failures import (
    Failure,
    GarbageFailure,
    InvalidRequestError,
    ListingTooLongError,
    MovedFailure,
    NetworkFailure,
    PrimaryLimitFailure,
    RefusalFailure,
    SecondaryLimitFailure,
    ServerFailure,
    TokenExpiredPause,
    TooHeavyError,
    TooMuchFailure,
    UnansweredError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from progressive_capture.lib.github.gate import Gate, Reader
    from progressive_capture.lib.github.messages import Request
    from progressive_capture.lib.github.meter import Meter

MOST_ATTEMPTS = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 120.0
EXPIRED = (
    "GitHub no longer accepts the token, which it accepted before: it has expired or was revoked "
    "(an App's token lives one hour)"
)

LIMITS = (PrimaryLimitFailure, SecondaryLimitFailure)
RETRIED = (NetworkFailure, ServerFailure, GarbageFailure, *LIMITS)
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS)
INVALID = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


def refusal_error(failure: RefusalFailure, what: str) -> CaptureError:
    """What a final refusal means to the person who reads it."""
    if failure.status == HTTPStatus.UNAUTHORIZED:
        return AuthenticationError(
            f"GitHub does not accept the token ({failure}). It may have expired or been revoked.",
            hint="Set GITHUB_TOKEN to a token that is valid now; in Actions, GitHub gives each job its own.",
        )
    if failure.status in GONE:
        return NotFoundError(
            f"GitHub does not find {what} ({failure}). It may be gone, or hidden from this token: "
            "both look alike.",
            status=failure.status,
            hint="Check the spelling of OWNER/NAME, and whether the token may read that repository.",
        )
    if failure.status == HTTPStatus.FORBIDDEN:
        # GitHub says `actions=read` here, and `actions: read` wherever one sets it.
        named = failure.permissions.replace("=", ": ")
        needed = named or "actions: read (and checks: read for GraphQL)"
        return AuthenticationError(
            f"GitHub does not let this token do {what} ({failure}).",
            hint=f"Give the token the permission {needed} on the repository.",
        )
    if "pagination is limited" in str(failure).lower():
        return ListingTooLongError(
            f"GitHub lists no further: {what} ({failure}).",
            hint="Ask for a shorter span with --since and --until.",
        )
    if failure.status in INVALID:
        return InvalidRequestError(
            f"GitHub finds the request {what} invalid ({failure}).",
            hint="Check the dates and filters that were asked for.",
        )
    return UnexpectedPayloadError(
        f"GitHub answered {what} with a status that is not expected there ({failure}).",
        hint="Check the address of the API; if it is right, please report this.",
    )


class Calls:
    """Makes a request through the gate until it succeeds or there is no sense in going on.

    Args:
        gate: what every request goes through.
        meter: counts what the calls cost.
        random: gives numbers between 0 and 1, so that many workers do not come back at the same moment.
    """

    def __init__(self, gate: Gate, meter: Meter, *, random: Callable[[], float]) -> None:
        self._gate = gate
        self._meter = meter
        self._random = random

    def make(
        self,
        request: Request,
        read: Reader,
        *,
        shrinkable: bool = False,
        repeatable: bool = True,
        refused: Callable[[RefusalFailure, str], CaptureError] = refusal_error,
    ) -> Any:
        """The answer to a request.

        Args:
            request: what to ask.
            read: how to read the answer.
            shrinkable: the caller can ask for less, so that what may be too heavy is not asked again.
            repeatable: asking twice does no harm; else what may have been done is not asked again.
            refused: what a refusal of GitHub's means to the caller.

        Raises:
            CapturePaused: a limit is reached, or everything has to stop.
            TokenExpiredPause: GitHub accepted the token before, and no longer does.
            UnansweredError: not repeatable, and GitHub may have done it, or not.
            TooHeavyError: only where shrinkable, and for GraphQL queries that GitHub finds too much.
            GitHubUnavailableError, UnexpectedPayloadError: after the last attempt.
            MovedFailure: what was asked for is elsewhere.
            CaptureError: of `refused`, by default AuthenticationError, NotFoundError, InvalidRequestError or
                ListingTooLongError.
        """
        retrying = Retrying(
            retry=retry_if_exception(partial(_is_retried, shrinkable=shrinkable, repeatable=repeatable)),
            stop=stop_after_attempt(MOST_ATTEMPTS),
            wait=partial(seconds_to_wait, random=self._random),
            sleep=self._gate.pause,
            reraise=True,
        )
        try:
            return retrying(self._gate.attempt, request, read, self._meter)
        except MovedFailure:
            raise
        except Failure as failure:
            if isinstance(failure, TooMuchFailure) or (shrinkable and failure.heavy):
                raise TooHeavyError(str(failure)) from failure
            if isinstance(failure, RefusalFailure):
                raise self._refusal(failure, request.what, refused) from failure
            if not repeatable and _may_have_been_done(failure):
                raise _unanswered(failure, request.what) from failure
            attempts = retrying.statistics["attempt_number"]
            raise _final_error(failure, request.what, attempts) from failure

    def _refusal(
        self, failure: RefusalFailure, what: str, refused: Callable[[RefusalFailure, str], CaptureError]
    ) -> CaptureError | CapturePaused:
        """What a refusal means; a token that was good before has expired, and another one can go on."""
        expired = failure.status == HTTPStatus.UNAUTHORIZED and "bad credentials" in failure.said
        return TokenExpiredPause(EXPIRED) if expired and self._gate.answered_well else refused(failure, what)


def seconds_to_wait(state: RetryCallState, *, random: Callable[[], float]) -> float:
    """1, 2, 4, 8 seconds, less a random part up to a half; as the server says, if it says more."""
    failure = state.outcome.exception() if state.outcome else None
    if isinstance(failure, LIMITS):
        return 0.0  # the gate will not let it through before its time
    seconds = FIRST_WAIT * 2.0 ** (state.attempt_number - 1) * (1 - random() / 2)
    asked = failure.retry_after if isinstance(failure, ServerFailure) else None
    return min(max(seconds, asked or 0.0), LONGEST_WAIT)


def _is_retried(error: BaseException, *, shrinkable: bool, repeatable: bool) -> bool:
    if not repeatable and _may_have_been_done(error):
        return False
    return isinstance(error, RETRIED) and not (shrinkable and error.heavy)


def _may_have_been_done(error: BaseException) -> bool:
    """Whether GitHub may have done what was asked, without our knowing."""
    if isinstance(error, NetworkFailure):
        return error.sent
    return isinstance(error, (ServerFailure, GarbageFailure))


def _unanswered(failure: Failure, what: str) -> UnansweredError:
    return UnansweredError(
        f"GitHub's answer to {what} was lost ({failure}): whether it was done is not known.",
        hint="Look at GitHub whether it was done before asking for it again.",
    )


def _final_error(failure: Failure, what: str, attempts: int) -> CaptureError | CapturePaused:
    tries = "once" if attempts == 1 else f"{attempts} times"
    match failure:
        case PrimaryLimitFailure() | SecondaryLimitFailure():
            return CapturePaused(f"GitHub's limits did not let {what} through, {tries}", cause="budget")
        case GarbageFailure():
            return UnexpectedPayloadError(
                f"GitHub answered {what} with {failure}, {tries}. "
                "Something between here and GitHub may answer in its place.",
                hint="Check the address of the API and any proxy, then run the same command again.",
            )
        case _:
            return GitHubUnavailableError(
                f"GitHub gave no usable answer to {what}: {failure}, {tries}. "
                "It may have an incident, or this machine no connection.",
                hint="See https://www.githubstatus.com, then run the same command again: it goes on where it "
                "stopped.",
            )
