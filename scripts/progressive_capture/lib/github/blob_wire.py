"""The wire to the hosts that keep the bytes: no token, no limits of GitHub's, one answer as a stream."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from progressive_capture.lib.github.failures import NetworkFailure
from progressive_capture.lib.github.session import open_session
from progressive_capture.lib.github.unlogged import unlogged
from progressive_capture.lib.github.wire import CONNECT_TIMEOUT, USER_AGENT, network_failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from progressive_capture.lib.github.failures import Failure
    from progressive_capture.lib.github.links import Link

BLOCK = 1024 * 1024
"""The most bytes that are in memory at once for one answer; a block is what has come, often less."""


class BlobAnswer:
    """An answer whose body is still to come; header names in lower case."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        self.headers = {name.lower(): value for name, value in response.headers.items()}
        self._raw: Any = response.raw

    def blocks(self) -> Iterator[bytes]:
        """The body as it was sent: nothing is unpacked, since size and digest are those of the stored bytes.

        Raises:
            NetworkFailure: it broke off, or nothing came for too long.
        """
        while block := self._next():
            yield block

    def _next(self) -> bytes:
        failure = NetworkFailure("the transfer broke off")
        try:
            return self._raw.read1(BLOCK, decode_content=False) or b""
        except ReadTimeoutError:
            failure = NetworkFailure("nothing more came in time")
        except HTTPError:
            pass  # below, so that nothing of it (it may hold an address) hangs on the failure
        raise failure


class BlobWire:
    """Asks for bytes by signed links. Safe among threads; to be closed.

    The environment's proxies are used, its passwords (`~/.netrc`) are not.

    Args:
        concurrency: how many connections to a host are kept.
        read_timeout: seconds without a byte after which an answer is given up.
    """

    def __init__(self, *, concurrency: int, read_timeout: float) -> None:
        self._session = open_session(concurrency=concurrency, block=False)
        self._timeout = (CONNECT_TIMEOUT, read_timeout)

    @contextmanager
    def get(self, link: Link, headers: Mapping[str, str]) -> Iterator[BlobAnswer]:
        """One request, one answer; it ends with the context.

        Raises:
            Failure: no answer came.
        """
        with unlogged():
            response = self._send(link, headers)
        if not isinstance(response, requests.Response):
            raise response  # here, so that the exception of requests, which holds the link, is not its cause
        with response:
            yield BlobAnswer(response)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def _send(self, link: Link, headers: Mapping[str, str]) -> requests.Response | Failure:
        own = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
        try:
            return self._session.get(
                link.url,
                headers=own | dict(headers),
                auth=_nobody,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            return network_failure(error)


def _nobody(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
    """No credentials. Said explicitly: else requests would look into ~/.netrc."""
    return prepared
