"""A request as the simulator sees it, and the answer that goes back over the wire."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

Delivery = Literal["whole", "truncated", "reset"]
"""How an answer reaches the client: whole, cut in the middle, or not at all."""
Host = Literal["api", "uploads"]
"""Which of GitHub's hosts is asked: `api.github.com` or `uploads.github.com`."""
JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    host: Host = "api"

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def announced_length(self) -> int | None:
        """How long the body is to be; None where the client does not say so."""
        text = self.headers.get("content-length", "")
        return int(text) if text.isdecimal() else None


@dataclass
class Answer:
    """One HTTP answer.

    `items`: how many things the body lists, which is what it costs GitHub to make it.
    `delay_seconds`: real seconds before it is sent. `stream` replaces `body` where the
    answer is too long to be held; with `length` it is announced, and a stream that ends before
    is a transfer that breaks off.
    """

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    items: int = 0
    delivery: Delivery = "whole"
    delay_seconds: float = 0.0
    stream: Iterable[bytes] | None = None
    length: int | None = None

    def whole_body(self) -> bytes:
        """Everything that is sent; a stream is used up by it."""
        return self.body if self.stream is None else b"".join(self.stream)


def json_answer(
    status: int, payload: Any, *, items: int = 0, headers: Mapping[str, str] | None = None
) -> Answer:
    """An answer with a JSON body."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"Content-Type": JSON_TYPE, **(headers or {})}, items)
