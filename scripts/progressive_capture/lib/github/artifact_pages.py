"""GitHub's listing of a repository's artifacts, as a walk asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from progressive_capture.lib.discovery.newest_first import Listed, ListPage
from progressive_capture.lib.github.failures import ListingTooLongError

if TYPE_CHECKING:
    from datetime import datetime

    from progressive_capture.lib.github.client import GitHub
    from progressive_capture.lib.github.rest import Page


@dataclass(frozen=True, kw_only=True)
class ArtifactsPage:
    """A page of artifacts, newest first. GitHub lists none that have expired; pages shift.

    Where it is not `steady`, it came in parts between which the count fell: something may be missing.
    """

    artifacts: list[dict[str, Any]]
    total_count: int
    has_next: bool
    captured_at: datetime
    steady: bool = True

    @classmethod
    def of(cls, page: Page) -> Self:
        """A page of a listing as one of artifacts."""
        return cls(
            artifacts=page.items,
            total_count=page.total_count,
            has_next=page.has_next,
            captured_at=page.captured_at,
            steady=page.steady,
        )


def artifact_pages_of(github: GitHub, full_name: str) -> ListPage:
    """The pages of a repository's artifacts."""
    return partial(_page, github, full_name)


def _page(github: GitHub, full_name: str, page: int, size: int) -> Listed | None:
    try:
        found = github.artifacts(full_name, page=page, size=size)
    except ListingTooLongError:
        return None
    return Listed(
        items=found.artifacts,
        total_count=found.total_count,
        has_next=found.has_next,
        captured_at=found.captured_at,
        steady=found.steady,
    )
