"""GitHub's listing of a repository's runs, as a walk asks for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from progressive_capture.lib.discovery.listing import Filters, Listing, ListPage

if TYPE_CHECKING:
    from progressive_capture.lib.github.client import GitHub
    from progressive_capture.lib.windows import Window


def pages_of(github: GitHub, full_name: str) -> ListPage:
    """The pages of a repository's runs."""
    return partial(_page, github, full_name)


def _page(github: GitHub, full_name: str, window: Window, filters: Filters, page: int) -> Listing:
    # Of a longer span only first pages are asked for, and what one answer shows has to be one moment's.
    one_answer = window.seconds > 1
    answer = github.runs(full_name, created=window.query(), page=page, one_answer=one_answer, **filters)
    return Listing(
        runs=answer.runs,
        total_count=answer.total_count,
        has_next=answer.has_next,
        captured_at=answer.captured_at,
    )
