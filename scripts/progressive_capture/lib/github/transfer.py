"""One transfer into a file: what to ask for next, and whether what comes continues what is there."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO

from progressive_capture.lib.github.failures import (
    GarbageFailure,
    LinkRefusedFailure,
    NetworkFailure,
    ServerFailure,
    TooLargeError,
)
from progressive_capture.lib.github.reading import parse_seconds, plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping

LENGTH = re.compile(r"[0-9]{1,18}")
CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)")
"""RFC 9110, 14.4."""


@dataclass(frozen=True, kw_only=True)
class Downloaded:
    """What was written: its size, its sha256 (hex), and what the storage calls it."""

    size_bytes: int
    sha256: str
    content_type: str | None


class Transfer:
    """Bytes on their way into a file, in as many answers as it takes.

    Args:
        into: an empty file of nobody else's, buffered and seekable.
        at_most: bytes; not one more is written.
        what: what is transferred, for messages.
    """

    def __init__(self, into: BinaryIO, *, at_most: int, what: str) -> None:
        self._into = into
        self._at_most = at_most
        self._what = what
        self._size = 0
        self._sha256 = hashlib.sha256()
        self._total: int | None = None
        self._etag = ""
        self._content_type: str | None = None

    def headers(self) -> dict[str, str]:
        """How to ask for what is still missing."""
        if not self._size:
            return {}
        validator = {"If-Range": self._etag} if self._etag else {}
        return {"Range": f"bytes={self._size}-", **validator}

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Take the head of an answer: go on with it, or from the start.

        Raises:
            Failure: its body is of no use.
            TooLargeError: the whole is larger than what is wanted.
        """
        match status:
            case HTTPStatus.OK:
                self._begin_anew(headers)
            case HTTPStatus.PARTIAL_CONTENT:
                self._continue(headers)
            case HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                self._forget()
                raise GarbageFailure("the storage has no such part")
            case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
                wait = parse_seconds(headers.get("retry-after"))
                raise ServerFailure(f"the storage answered {status}", retry_after=wait)
            case _ if status >= HTTPStatus.BAD_REQUEST:
                raise LinkRefusedFailure(f"the storage answered {status}")
            case _:
                raise GarbageFailure(f"the storage answered {status}")

    def write(self, block: bytes) -> None:
        """Write what came.

        Raises:
            TooLargeError: more comes than is wanted, or than was announced.
            OSError: it cannot be written.
        """
        size = self._size + len(block)
        if size > self._at_most:
            raise self._too_large()
        if self._total is not None and size > self._total:
            raise TooLargeError(
                f"More bytes came for {self._what} than the {self._total:,} that were announced."
            )
        self._into.write(block)
        self._sha256.update(block)
        self._size = size

    def end(self) -> None:
        """The answer is at its end.

        Raises:
            NetworkFailure: the whole is not.
        """
        if self._total is not None and self._size < self._total:
            raise NetworkFailure("the transfer broke off")

    def result(self) -> Downloaded:
        """What is in the file."""
        return Downloaded(
            size_bytes=self._size, sha256=self._sha256.hexdigest(), content_type=self._content_type
        )

    def _begin_anew(self, headers: Mapping[str, str]) -> None:
        self._forget()
        length = headers.get("content-length", "")
        self._total = int(length) if LENGTH.fullmatch(length) else None
        etag = headers.get("etag", "")
        self._etag = (
            "" if etag.startswith("W/") else etag
        )  # a weak one says nothing of bytes (RFC 9110, 8.8.1)
        self._content_type = plain_text(headers.get("content-type", "")) or None
        if self._total is not None and self._total > self._at_most:
            raise self._too_large()

    def _continue(self, headers: Mapping[str, str]) -> None:
        found = CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
        same_file = headers.get("etag", self._etag) == self._etag or not self._etag
        if not self._size or not found or int(found[1]) != self._size or not same_file:
            self._forget()
            raise GarbageFailure("the storage sent a part that does not continue what is here")
        total = None if found[3] == "*" else int(found[3])
        if None not in (total, self._total) and total != self._total:
            self._forget()
            raise GarbageFailure("the storage sent a part of a file of another size")
        self._total = self._total if total is None else total

    def _forget(self) -> None:
        """Start over."""
        self._into.seek(0)
        self._into.truncate()
        self._size, self._total, self._etag = 0, None, ""
        self._sha256 = hashlib.sha256()

    def _too_large(self) -> TooLargeError:
        return TooLargeError(f"{self._what} is larger than {self._at_most:,} bytes.")
