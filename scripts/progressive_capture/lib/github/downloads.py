"""Downloads: a link from GitHub, the bytes from where it leads, again and on until they are whole."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from progressive_capture.lib.errors import GitHubUnavailableError, UnexpectedPayloadError
from progressive_capture.lib.github.calls import refusal_error, seconds_to_wait
from progressive_capture.lib.github.failures import (
    Failure,
    GarbageFailure,
    GoneError,
    LinkRefusedFailure,
    NetworkFailure,
    ServerFailure,
)
from progressive_capture.lib.github.links import Link, checked_address
from progressive_capture.lib.github.transfer import Transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from progressive_capture.lib.clock import Clock
    from progressive_capture.lib.errors import CaptureError
    from progressive_capture.lib.github.blob_wire import BlobWire
    from progressive_capture.lib.github.byte_answers import ByteAnswer
    from progressive_capture.lib.github.failures import RefusalFailure
    from progressive_capture.lib.github.gate import Gate
    from progressive_capture.lib.github.rest import RestClient
    from progressive_capture.lib.github.transfer import Downloaded

MOST_ATTEMPTS = 6
MOST_HOPS = 3
LINK_LIFE = 50.0
"""Seconds after which a link is not asked again: it lives a minute, counted when a transfer begins
(https://docs.github.com/en/rest/actions/artifacts#download-an-artifact)."""
RETRIED = (NetworkFailure, ServerFailure, GarbageFailure, LinkRefusedFailure)
ELSEWHERE = (
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
)


class Downloads:
    """Brings what GitHub hands out by signed links. Safe among threads.

    The bytes do not pass the gate, so that a download takes no place and no time from requests.

    Args:
        rest: gives the links, one request each.
        wire: brings the bytes.
        gate: knows whether everything has to stop.
        clock: the age of a link.
        api_url: where the API is.
        random: numbers between 0 and 1.
    """

    def __init__(
        self,
        *,
        rest: RestClient,
        wire: BlobWire,
        gate: Gate,
        clock: Clock,
        api_url: str,
        random: Callable[[], float],
    ) -> None:
        self._rest = rest
        self._wire = wire
        self._gate = gate
        self._clock = clock
        self._api_url = api_url
        self._random = random

    def fetch(self, path: str, into: BinaryIO, *, at_most: int) -> Downloaded:
        """Write what `GET path` leads to into an empty file; memory stays flat.

        What breaks off is continued where the storage can, else begun again. After an error the file holds
        anything.

        Raises:
            GoneError: GitHub answered 410.
            TooLargeError: there are more bytes than `at_most`.
            GitHubUnavailableError: the bytes did not come whole, several times.
            UnexpectedPayloadError: the link leads where nothing is followed to.
            CaptureError, CapturePaused: as `Calls.make`.
            OSError: the file cannot be written.
        """
        transfer = Transfer(into, at_most=at_most, what=f"GET {path}")
        return self._transferred(path, transfer, partial(self._ask_for_link, path))

    def fetch_asset(self, path: str, into: BinaryIO, *, at_most: int) -> Downloaded:
        """As `fetch`, from an address that hands out either a link or the bytes themselves."""
        transfer = Transfer(into, at_most=at_most, what=f"GET {path}")
        return self._transferred(path, transfer, partial(self._ask_for_bytes, path, transfer))

    def _transferred(self, path: str, transfer: Transfer, ask: Callable[[], Link | None]) -> Downloaded:
        what = f"GET {path}"
        links = _Links(ask, self._clock)
        retrying = Retrying(
            retry=retry_if_exception_type(RETRIED),
            stop=stop_after_attempt(MOST_ATTEMPTS),
            wait=partial(seconds_to_wait, random=self._random),
            sleep=self._gate.pause,
            reraise=True,
        )
        try:
            retrying(self._attempt, what, transfer, links)
        except Failure as failure:
            raise GitHubUnavailableError(
                f"The bytes of {what} did not come whole: {failure}, {MOST_ATTEMPTS} times. "
                "The storage that GitHub uses may have an incident, or may not be reachable from here.",
                hint="See https://www.githubstatus.com, and whether a proxy lets the storage's hosts "
                "through; then run the same command again.",
            ) from failure
        return transfer.result()

    def _attempt(self, what: str, transfer: Transfer, links: _Links) -> None:
        link = links.current()
        if link is None:
            return
        with self._answer(what, link, transfer.headers()) as answer:
            try:
                transfer.begin(answer.status, answer.headers)
            except LinkRefusedFailure:
                links.drop()
                raise
            for block in answer.blocks():
                self._gate.heed_stop()
                transfer.write(block)
            transfer.end()

    @contextmanager
    def _answer(self, what: str, link: Link, headers: Mapping[str, str]) -> Iterator[ByteAnswer]:
        """The answer to a link, or to where that leads."""
        for _ in range(MOST_HOPS + 1):
            self._gate.heed_stop()
            with self._wire.get(link, headers) as answer:
                if answer.status not in ELSEWHERE:
                    yield answer
                    return
                link = self._link(answer.headers.get("location", ""), what)
        raise UnexpectedPayloadError(
            f"The storage sent {what} from one address to the next, {MOST_HOPS} times.",
            hint="Check whether a proxy stands between here and the storage.",
        )

    def _ask_for_link(self, path: str) -> Link:
        return self._link(self._rest.get_location(path, refused=_refused), f"GET {path}")

    def _ask_for_bytes(self, path: str, transfer: Transfer) -> Link | None:
        location = self._rest.get_bytes_or_location(path, _Heeding(transfer, self._gate), refused=_refused)
        return None if location is None else self._link(location, f"GET {path}")

    def _link(self, location: str, what: str) -> Link:
        address = checked_address(location, api_url=self._api_url, what=what)
        return Link(address, given_at=self._clock.monotonic())


class _Heeding:
    """A transfer that ends when everything has to stop."""

    def __init__(self, transfer: Transfer, gate: Gate) -> None:
        self._gate = gate
        self._transfer = transfer
        self.headers, self.begin, self.end = transfer.headers, transfer.begin, transfer.end

    def write(self, block: bytes) -> None:
        self._gate.heed_stop()
        self._transfer.write(block)


class _Links:
    """The link of one download, asked for again when it has run out; None: the bytes came at once."""

    def __init__(self, ask: Callable[[], Link | None], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._link: Link | None = None

    def current(self) -> Link | None:
        if self._link is None or self._clock.monotonic() - self._link.given_at > LINK_LIFE:
            self._link = self._ask()
        return self._link

    def drop(self) -> None:
        self._link = None


def _refused(failure: RefusalFailure, what: str) -> CaptureError:
    """What a refusal to give a link means."""
    if failure.status == HTTPStatus.GONE:
        return GoneError(
            f"GitHub does not have {what} any more ({failure}): it has expired.",
            status=failure.status,
            hint="Capture more often than things expire; what was stored stays.",
        )
    return refusal_error(failure, what)
