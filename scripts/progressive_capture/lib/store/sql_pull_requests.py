"""What a store in SQL answers about pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from progressive_capture.lib.store import pull_request_queries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.normalize.rows import Part
    from progressive_capture.lib.store.database import Database
    from progressive_capture.lib.store.pull_request_contract import PullToCapture, UpdatedSpan


class SqlPullRequests:
    """See `pull_request_contract.KeepsPullRequests` for what each method promises."""

    _database: Database

    def pulls_without(
        self, repository_id: int, part: Part, span: UpdatedSpan | None = None
    ) -> Iterator[PullToCapture]:
        for dated in (True, False):
            before: tuple[datetime | None, int] | None = None
            ask = pull_request_queries.page_of_pulls_without
            while page := self._database.read(ask, repository_id, part, span, dated=dated, before=before):
                yield from page
                before = (page[-1].updated_at, page[-1].pull_request_id)

    def count_pulls_without(self, repository_id: int, part: Part, span: UpdatedSpan | None = None) -> int:
        return self._database.read(pull_request_queries.count_pulls_without, repository_id, part, span)

    def reviews_of(self, repository_id: int, numbers: Collection[int]) -> Mapping[int, Sequence[str]]:
        return self._database.read(pull_request_queries.reviews_of, repository_id, numbers)

    def renames_without_previous_path(self, repository_id: int) -> Iterator[int]:
        before: int | None = None
        ask = pull_request_queries.page_of_renames_without_previous_path
        while page := self._database.read(ask, repository_id, before=before):
            yield from page
            before = page[-1]

    def oldest_part_captured_at(self, repository_id: int, parts: Collection[Part]) -> datetime | None:
        return self._database.read(pull_request_queries.oldest_part_captured_at, repository_id, parts)

    def known_pulls(self, repository_id: int, numbers: Collection[int]) -> set[int]:
        return self._database.read(pull_request_queries.known_pulls, repository_id, numbers)

    def pull_request(self, repository_id: int, number: int) -> Mapping[str, Any] | None:
        return self._database.read(pull_request_queries.pull_request, repository_id, number)
