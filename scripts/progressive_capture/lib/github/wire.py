"""The wire: one Session of requests, and every way in which it can fail, named."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

import requests
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from progressive_capture import __version__
from progressive_capture.lib.errors import ConfigurationError
from progressive_capture.lib.github.byte_answers import IDENTITY, ByteAnswer
from progressive_capture.lib.github.failures import Failure, GarbageFailure, NetworkFailure
from progressive_capture.lib.github.messages import RawAnswer
from progressive_capture.lib.github.session import open_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from progressive_capture.lib.clock import Clock
    from progressive_capture.lib.github.messages import ByteSink, Request

USER_AGENT = f"progressive-capture/{__version__}"
API_VERSION = "2022-11-28"
CONNECT_TIMEOUT = 10.0
UPLOAD_TIMEOUT = 120.0
"""Seconds that GitHub may take to put away what was uploaded."""
BYTES_COME = (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT)
LARGEST_BODY = 64 * 1024 * 1024
"""Bytes; a page of GitHub's has two million at most. What is larger is not an answer but an attack."""
PIECE = 256 * 1024
SECRET_LENGTH = 16
"""A token of GitHub's has forty characters; what is shorter than this is a placeholder, and no secret."""
BAD_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


class Wire:
    """Sends one request and brings the answer, once. Safe among threads; to be closed.

    The token goes only into the header of a request, never anywhere else: where GitHub repeats it (or a
    workflow printed it into a name), it is blanked in the answer.

    Args:
        token: None asks as a stranger.
        concurrency: how many connections there may be.
        read_timeout: seconds without a byte after which an answer is given up.
    """

    def __init__(self, *, token: str | None, concurrency: int, read_timeout: float, clock: Clock) -> None:
        self._clock = clock
        self._authenticate = _authentication(token)
        self._secret = (token or "").encode()
        self._timeout = (CONNECT_TIMEOUT, read_timeout)
        self._session = open_session(concurrency=concurrency, block=True)

    def send(self, request: Request) -> RawAnswer:
        """One request, one answer.

        Raises:
            Failure: if no whole answer came.
            ConfigurationError: if the address cannot be one.
        """
        began = self._clock.monotonic()
        try:
            response = self._response(request)
            seconds = self._clock.monotonic() - began
            with response:
                body = self._body(response, request.sink)
        except BAD_ADDRESS as error:
            raise _bad_address(request) from error
        except requests.RequestException as error:
            raise network_failure(error) from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        return RawAnswer(status=response.status_code, headers=headers, body=body, seconds=seconds)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def _response(self, request: Request) -> requests.Response:
        connect, read = self._timeout
        if request.source is not None:
            request.source.begin()
        return self._session.request(
            request.method,
            request.url,
            params=request.params,
            data=request.source,
            json=request.payload,
            headers=_headers(request),
            auth=self._authenticate,
            timeout=(connect, max(read, UPLOAD_TIMEOUT) if request.source else read),
            allow_redirects=False,
            stream=True,
        )

    def _body(self, response: requests.Response, sink: ByteSink | None) -> bytes:
        if sink is not None and response.status_code in BYTES_COME:
            _stream(ByteAnswer(response), sink)
            return b""
        pieces, size = [], 0
        for piece in response.iter_content(PIECE):
            size += len(piece)
            if size > LARGEST_BODY:
                raise GarbageFailure(f"an answer of more than {LARGEST_BODY:,} bytes")
            pieces.append(piece)
        body = b"".join(pieces)
        return body.replace(self._secret, b"***") if len(self._secret) >= SECRET_LENGTH else body


def _headers(request: Request) -> dict[str, str]:
    own = {"User-Agent": USER_AGENT, "X-GitHub-Api-Version": API_VERSION}
    if request.sink is not None:
        return {**own, "Accept": "application/octet-stream", **IDENTITY, **request.sink.headers()}
    if request.source is not None:
        own |= {"Content-Type": request.source.content_type, "Content-Length": str(request.source.len)}
    accept = "application/json" if request.payload is not None else "application/vnd.github+json"
    return {**own, "Accept": accept}


def _stream(answer: ByteAnswer, sink: ByteSink) -> None:
    sink.begin(answer.status, answer.headers)
    for block in answer.blocks():
        sink.write(block)
    sink.end()


def _authentication(token: str | None) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """Puts the token into a request. Given without a token too: else requests would look into ~/.netrc."""
    secret = token or ""
    if not re.fullmatch(r"[\x21-\x7e]*", secret):
        raise ConfigurationError(
            "The GitHub token holds a character that no token has (a space, a line break?).",
            hint="Copy it again and set GITHUB_TOKEN to the token alone.",
        )

    def authenticate(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        if secret:
            prepared.headers["Authorization"] = f"Bearer {secret}"
        return prepared

    return authenticate


def _bad_address(request: Request) -> ConfigurationError:
    return ConfigurationError(
        f"The address of the API cannot be one (asked for {request.what}).",
        hint="Check GITHUB_API_URL and GITHUB_GRAPHQL_URL; GitHub's own are https://api.github.com "
        "and https://api.github.com/graphql.",
    )


def network_failure(error: requests.RequestException) -> Failure:
    """The failure behind an exception of requests; its text is ours, so that no address slips into it."""
    match error:
        case requests.exceptions.ContentDecodingError():
            return GarbageFailure("an answer that cannot be unpacked")
        case requests.exceptions.ChunkedEncodingError():
            return NetworkFailure("the answer broke off", heavy=True)
        case requests.ReadTimeout():
            return NetworkFailure("no answer in time", heavy=True)
        case requests.ConnectionError():
            return _connection_failure(error)
        case _:
            return NetworkFailure(f"the request failed ({type(error).__name__})")


def _connection_failure(error: requests.ConnectionError) -> NetworkFailure:
    """A connection that did not come about has reached nobody; one that was cut may have."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, ReadTimeoutError):  # while a body is read, requests wraps a timeout like this
        return NetworkFailure("no answer in time", heavy=True)
    if isinstance(error, requests.exceptions.SSLError):
        return NetworkFailure("no encrypted connection (is the certificate trusted here?)", sent=False)
    if isinstance(error, requests.ConnectTimeout):
        return NetworkFailure("no connection in time", sent=False)
    if isinstance(error, requests.exceptions.ProxyError):
        return NetworkFailure("no connection through the proxy", sent=False)
    if isinstance(getattr(cause, "reason", None), NewConnectionError):
        return NetworkFailure("no connection", sent=False)
    return NetworkFailure("the connection was cut")
