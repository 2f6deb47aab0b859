"""The comments of a whole repository in the order of their last change, read without a gap.

Pages of such a feed shift whenever a comment is edited or deleted. So only first pages are asked for: the
next one begins at the second that the last one ended in, which `since` includes
(https://docs.github.com/en/rest/issues/comments#list-issue-comments-for-a-repository).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.github.rest import unexpected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from progressive_capture.lib.github.bare_lists import BareLists

Version = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class CommentsPage:
    """Comments that were not given before in this version, the longest unchanged first."""

    comments: list[dict[str, Any]]
    captured_at: datetime


def comments_since(lists: BareLists, path: str, since: datetime) -> Iterator[CommentsPage]:
    """The comments that were changed since a moment (its second included), until the feed's end.

    Raises:
        UnexpectedPayloadError: also where the feed is not in the order that was asked for.
        CaptureError, CapturePaused: as `RestClient.get_page`.
    """
    second = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    given: set[Version] = set()
    start, brought_new = 0, False
    while True:
        params = {"sort": "updated", "direction": "asc", "since": second}
        part = lists.part(path, params, start=start)
        versions = _in_order(part.items, second, path)
        new = [item for item, version in zip(part.items, versions, strict=True) if version not in given]
        yield CommentsPage(comments=new, captured_at=part.captured_at)
        given.update(versions)
        brought_new = brought_new or bool(new)
        last = versions[-1][1] if versions else second
        if part.has_next and last == second:
            start = part.end  # one second fills the page
        elif start and brought_new:
            # Whoever was changed meanwhile left that second, and others moved up into pages that were read.
            start, brought_new = 0, False
        elif part.has_next:
            given = {version for version in given if version[1] >= last}
            second, start, brought_new = last, 0, False
        else:
            return


def _in_order(items: list[dict[str, Any]], second: str, path: str) -> list[Version]:
    """What tells each comment, and its last change, from others; they are compared as text, which sorts."""
    if not all(isinstance(item.get("updated_at"), str) for item in items):
        raise unexpected("[].updated_at", path, "a time")
    versions = [(item["id"], item["updated_at"]) for item in items]
    times = [second, *(changed for _, changed in versions)]
    if times != sorted(times):
        raise UnexpectedPayloadError(
            f"GitHub's answer to GET {path} is not in the order of the last change, as it was asked for.",
            hint="Nothing is lost: run the same command again; if it stays so, please report this.",
        )
    return versions
