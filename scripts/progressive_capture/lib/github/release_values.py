"""Releases and assets as values, read from GitHub's JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from progressive_capture.lib.github.rest import unexpected

DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
UPLOADED = "uploaded"


@dataclass(frozen=True, kw_only=True)
class Release:
    """A release. A draft is seen only by those who may write, and has no tag in the repository yet.

    `upload_url` is where assets are sent to; the token goes there.
    """

    id: int
    tag: str
    name: str
    body: str
    draft: bool
    prerelease: bool
    immutable: bool
    html_url: str
    upload_url: str = field(repr=False)

    @classmethod
    def parse(cls, body: Any, path: str) -> Self:
        """From an answer of `path`.

        Raises:
            UnexpectedPayloadError: it is no release.
        """
        return cls(
            id=_get(body, "id", int, path),
            tag=_get(body, "tag_name", str, path),
            name=body.get("name") or "",
            body=body.get("body") or "",
            draft=_get(body, "draft", bool, path),
            prerelease=body.get("prerelease") is True,
            immutable=body.get("immutable") is True,
            html_url=str(body.get("html_url") or ""),
            upload_url=_get(body, "upload_url", str, path).partition("{")[0],
        )


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A file of a release; whole only where it `is_uploaded`. `sha256` (hex) may be untold."""

    id: int
    name: str
    state: str
    size_bytes: int
    sha256: str | None
    created_at: datetime

    @property
    def is_uploaded(self) -> bool:
        """An upload that broke off leaves an asset in another state, which holds the name."""
        return self.state == UPLOADED

    def holds(self, size_bytes: int, sha256: str) -> bool:
        """Whether these bytes are in it, as far as GitHub tells."""
        same_bytes = self.sha256 in (None, sha256)
        return self.is_uploaded and self.size_bytes == size_bytes and same_bytes

    @classmethod
    def parse(cls, body: Any, path: str) -> Self:
        """From an answer of `path`. Raises as `Release.parse`."""
        digest = DIGEST.fullmatch(str(_get(body, "id", int, path) and body.get("digest")))
        return cls(
            id=body["id"],
            name=_get(body, "name", str, path),
            state=_get(body, "state", str, path),
            size_bytes=_get(body, "size", int, path),
            sha256=digest[1] if digest else None,
            created_at=_moment(_get(body, "created_at", str, path), path),
        )


def _get(body: Any, name: str, kind: type, path: str) -> Any:
    value = body.get(name) if isinstance(body, dict) else None
    if type(value) is not kind:
        raise unexpected(name, path, f"a value of type {kind.__name__}")
    return value


def _moment(text: str, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise unexpected("created_at", path, "a time")
    return moment
