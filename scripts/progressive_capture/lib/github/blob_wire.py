"""The wire to the hosts that keep the bytes: no token, no limits of GitHub's, one answer as a stream."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import requests

from progressive_capture.lib.github.byte_answers import IDENTITY, ByteAnswer
from progressive_capture.lib.github.session import open_session
from progressive_capture.lib.github.unlogged import unlogged
from progressive_capture.lib.github.wire import CONNECT_TIMEOUT, USER_AGENT, network_failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from progressive_capture.lib.github.failures import Failure
    from progressive_capture.lib.github.links import Link


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
    def get(self, link: Link, headers: Mapping[str, str]) -> Iterator[ByteAnswer]:
        """One request, one answer; it ends with the context.

        Raises:
            Failure: no answer came.
        """
        with unlogged():
            response = self._send(link, headers)
        if not isinstance(response, requests.Response):
            raise response  # here, so that the exception of requests, which holds the link, is not its cause
        with response:
            yield ByteAnswer(response)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def _send(self, link: Link, headers: Mapping[str, str]) -> requests.Response | Failure:
        own = {"User-Agent": USER_AGENT, "Accept": "*/*", **IDENTITY}
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
