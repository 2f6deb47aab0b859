"""What is sent to GitHub, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from progressive_capture.lib.rate_limit_monitor import CORE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime


class ByteSource(Protocol):
    """Bytes to be sent; how many is known before."""

    len: int
    content_type: str

    def begin(self) -> None:
        """Go back to the first of them."""

    def read(self, size: int = -1) -> bytes:
        """The next ones; none at the end."""

    def __iter__(self) -> Iterator[bytes]: ...


class ByteSink(Protocol):
    """Where the bytes of an answer go, if the answer holds them (as `Transfer` does)."""

    def headers(self) -> Mapping[str, str]:
        """How to ask for what is still missing."""

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """The head of the answer is here."""

    def write(self, block: bytes) -> None:
        """Some of its bytes."""

    def end(self) -> None:
        """It is at its end."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request. `path` names it to people; it takes `cost` from the budget of its `resource`.

    Its body is `payload`, as JSON, or what comes from `source`. With a `sink`, the bytes themselves are asked
    for, and go there.
    """

    method: str
    url: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    payload: Mapping[str, Any] | None = None
    resource: str = CORE
    cost: int = 1
    source: ByteSource | None = None
    sink: ByteSink | None = None

    @property
    def writes(self) -> bool:
        """Whether it changes something: a query of GraphQL is a POST, too."""
        return self.method != "GET" and self.resource == CORE

    @property
    def what(self) -> str:
        """The request in a few words, for messages."""
        page = f" (page {self.params['page']})" if "page" in self.params else ""
        return f"{self.method} {self.path}{page}"


@dataclass(frozen=True, kw_only=True)
class RawAnswer:
    """An answer as it came over the wire; header names in lower case. It began after so many `seconds`."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A good answer of the REST API.

    `captured_at` is when GitHub said so (its `Date`, whole seconds, UTC); `links` are the pages that it
    names, by their relation (`next`, `last`, …).
    """

    body: Any
    captured_at: datetime
    links: Mapping[str, str]
    status: int


@dataclass(frozen=True)
class Redirect:
    """The answer that something lies elsewhere. The address may be a secret: it is not shown."""

    location: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class GraphQLAnswer:
    """An answer of the GraphQL API that holds data, perhaps not all of it: `errors` says what is missing.

    It began after so many `seconds`.
    """

    data: Mapping[str, Any]
    errors: tuple[Mapping[str, Any], ...]
    captured_at: datetime
    seconds: float = 0.0
