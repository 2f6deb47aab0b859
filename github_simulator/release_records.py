"""Releases and their assets, as plain records. Times are whole seconds since 1970."""

import re
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Any, Literal

from github_simulator import ids
from github_simulator.artifact_bytes import WholeBytes
from github_simulator.history import Person, Repository

MakeLatest = Literal["true", "false", "legacy"]
_STRANGE = re.compile(r"[^A-Za-z0-9._@+-]+")


class ReleaseRefusedError(Exception):
    """What GitHub does not do with a release or an asset: its message, and the errors with it."""

    def __init__(self, message: str = "Validation Failed", *errors: dict[str, Any]) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors


def invalid(
    resource: str, code: str, field: str | None = None, message: str | None = None
) -> ReleaseRefusedError:
    """`Validation Failed`, and of what."""
    error = {"resource": resource, "code": code, "field": field, "message": message}
    return ReleaseRefusedError("Validation Failed", {key: value for key, value in error.items() if value})


@dataclass(slots=True, eq=False)
class Asset:
    """A file of a release. In state `starter` its upload broke off, and it is empty."""

    id: int
    release: "Release"
    name: str
    label: str | None
    content_type: str
    state: Literal["uploaded", "starter"]
    contents: WholeBytes
    uploader: Person
    created_at: int
    updated_at: int
    download_count: int = 0

    @property
    def node_id(self) -> str:
        return ids.node_id("RA", self.id, self.release.repository.id)


@dataclass(slots=True, eq=False)
class Release:
    """A release. `created_at` is when its commit was made; of a draft, when it was drafted."""

    id: int
    repository: Repository
    tag: str
    target: str
    name: str | None
    body: str | None
    draft: bool
    prerelease: bool
    author: Person
    created_at: int
    updated_at: int
    published_at: int | None = None
    immutable: bool = False
    assets: list[Asset] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        return ids.node_id("RE", self.id, self.repository.id)

    @property
    def is_full(self) -> bool:
        """Whether it can be the latest one."""
        return not self.draft and not self.prerelease

    @property
    def shown_tag(self) -> str:
        """A draft has no tag yet, and its page another name."""
        digest = sha1(f"draft {self.id}".encode(), usedforsecurity=False).hexdigest()
        return f"untagged-{digest[:20]}" if self.draft else self.tag

    def named(self, name: str) -> Asset | None:
        """The asset with this name, whatever its state."""
        return next((asset for asset in self.assets if asset.name == name), None)


def asset_name(given: str) -> str:
    """The name that GitHub makes of a file's: other characters become periods, which stand alone and inside.

    https://docs.github.com/rest/releases/assets#upload-a-release-asset says that, and not which.
    """
    name = re.sub(r"\.{2,}", ".", _STRANGE.sub(".", given)).rstrip(".")
    return f"default{name}" if name.startswith(".") or not name else name
