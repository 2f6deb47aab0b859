"""An answer whose body comes as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urllib3.exceptions import HTTPError, ReadTimeoutError

from progressive_capture.lib.github.failures import NetworkFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

BLOCK = 1024 * 1024
"""The most bytes that are in memory at once for one answer; a block is what has come, often less."""
IDENTITY = {"Accept-Encoding": "identity"}
"""Size and digest are those of the stored bytes: nothing is to be packed on the way."""


class ByteAnswer:
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
