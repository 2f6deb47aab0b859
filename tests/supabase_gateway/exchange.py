"""One HTTP exchange as values: what was asked, and what is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO


@dataclass(frozen=True)
class Request:
    """What was asked; header names in lower case, the path without its query and not unquoted."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: BinaryIO
    size: int


@dataclass(frozen=True)
class Answer:
    """What is answered: `body`, or the bytes of `file`, which is closed when it was sent.

    One that is `cut` breaks off in its middle, and the connection with it.
    """

    status: int
    body: bytes = b""
    file: BinaryIO | None = None
    cut: bool = False
    headers: Mapping[str, str] = field(
        default_factory=lambda: {"Content-Type": "application/json; charset=utf-8"}
    )

    def drop(self) -> None:
        """It is not sent."""
        if self.file is not None:
            self.file.close()


def json_answer(status: int, value: Any) -> Answer:
    """An answer whose body is a JSON value."""
    return Answer(status, json.dumps(value).encode())


def page(status: int, title: str) -> Answer:
    """What answers where the project itself does not: a page for a person, and no JSON."""
    html = f"<html><head><title>{status} {title}</title></head><body><h1>{status} {title}</h1></body></html>"
    return Answer(status, html.encode(), headers={"Content-Type": "text/html"})
