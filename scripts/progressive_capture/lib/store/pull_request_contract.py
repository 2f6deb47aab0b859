"""What a store promises about pull requests: which have parts still to do, and what is known of them.

A part of `contract.Store`. What is *written* of pull requests travels in a `Batch`, as everything does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.normalize.rows import Part

REST_CANNOT_TELL = "REST"
"""How the reason in a coverage of changed files begins where REST was asked and did not list every file."""


@dataclass(frozen=True, kw_only=True)
class UpdatedSpan:
    """Pull requests that were updated from … to, both inclusive; None: no limit."""

    updated_from: datetime | None = None
    updated_to: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PullToCapture:
    """A pull request of which a part is still to be captured, in the state that the store knows."""

    pull_request_id: int
    node_id: str | None
    number: int
    updated_at: datetime | None
    head_sha: str | None
    changed_files: int | None


class KeepsPullRequests(Protocol):
    """The part of a store that knows pull requests."""

    def pulls_without(
        self, repository_id: int, part: Part, span: UpdatedSpan | None = None
    ) -> Iterator[PullToCapture]:
        """Pull requests whose coverage of a part is missing, or of another state of theirs; gone ones apart.

        Another state is another `head_sha` for changed files, and another `updated_at` for all other parts.
        Those updated last come first (those whose time is not known last of all), in bounded memory. None
        comes twice; one that is updated meanwhile may be left to the next time.
        """

    def count_pulls_without(self, repository_id: int, part: Part, span: UpdatedSpan | None = None) -> int:
        """How many those are."""

    def reviews_of(self, repository_id: int, numbers: Collection[int]) -> Mapping[int, Sequence[str]]:
        """The node ids of reviews that are stored and not gone, by id; an entry for each of the numbers.

        For a page of pull requests, say 100.
        """

    def renames_without_previous_path(self, repository_id: int) -> Iterator[int]:
        """Numbers of pull requests with a file that was renamed or copied from nobody knows where.

        The highest first, in bounded memory. Left out: pull requests that are gone, and those whose coverage
        of changed files has a reason that begins with `REST_CANNOT_TELL` ("REST lists the first 3,000
        files"): REST was asked, and will not tell.
        """

    def oldest_part_captured_at(self, repository_id: int, parts: Collection[Part]) -> datetime | None:
        """The oldest `captured_at` among the coverages of these parts; None: there is none."""

    def known_pulls(self, repository_id: int, numbers: Collection[int]) -> set[int]:
        """Those of the numbers (a listing's page, or a few) that have a row, gone ones included."""

    def pull_request(self, repository_id: int, number: int) -> Mapping[str, Any] | None:
        """The row of one pull request, or None."""
