"""What a store is asked about pull requests: which have parts to do, and what is known of them.

Walks go page by page, each page a question of its own, as in `queries`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select

from progressive_capture.lib.store.pull_request_contract import REST_CANNOT_TELL, PullToCapture
from progressive_capture.lib.store.queries import PAGE
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.schema import pull_requests as tables

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

    from progressive_capture.lib.normalize.rows import Part
    from progressive_capture.lib.store.pull_request_contract import UpdatedSpan

_pulls = tables.pull_requests
_reviews = tables.reviews
_files = tables.file_changes
_coverage = tables.pull_request_coverage

_TO_CAPTURE = (
    _pulls.c.id.label("pull_request_id"),
    _pulls.c.node_id,
    _pulls.c.number,
    _pulls.c.updated_at,
    _pulls.c.head_sha,
    _pulls.c.changed_files,
)


def page_of_pulls_without(
    connection: Connection,
    repository_id: int,
    part: Part,
    span: UpdatedSpan | None,
    *,
    dated: bool,
    before: tuple[datetime | None, int] | None,
) -> Sequence[PullToCapture]:
    """The next pull requests to do before an (updated_at, id): those of a known time, or the others."""
    updated_at = _pulls.c.updated_at
    query = _without(repository_id, part, span, *_TO_CAPTURE).where(
        updated_at.is_not(None) if dated else updated_at.is_(None)
    )
    if before is not None:
        moment, pull_request_id = before
        earlier: ColumnElement[bool] = _pulls.c.id < pull_request_id
        if moment is not None:
            earlier = and_(updated_at <= moment, or_(updated_at < moment, earlier))
        query = query.where(earlier)
    page = query.order_by(updated_at.desc(), _pulls.c.id.desc()).limit(PAGE)
    return [PullToCapture(**row) for row in connection.execute(page).mappings()]


def count_pulls_without(
    connection: Connection, repository_id: int, part: Part, span: UpdatedSpan | None
) -> int:
    """How many that is in all."""
    return connection.scalar(_without(repository_id, part, span, func.count())) or 0


def reviews_of(
    connection: Connection, repository_id: int, numbers: Collection[int]
) -> Mapping[int, Sequence[str]]:
    """Node ids of the reviews of each of the pull requests."""
    found: dict[int, list[str]] = {number: [] for number in numbers}
    for some in slices(found):
        query = select(_reviews.c.pull_request_number, _reviews.c.node_id).where(
            _reviews.c.repository_id == repository_id,
            _reviews.c.pull_request_number.in_(some),
            _reviews.c.gone_at.is_(None),
            _reviews.c.node_id.is_not(None),
        )
        for row in connection.execute(query.order_by(_reviews.c.id)):
            found[row.pull_request_number].append(row.node_id)
    return found


def page_of_renames_without_previous_path(
    connection: Connection, repository_id: int, *, before: int | None
) -> Sequence[int]:
    """The next numbers below one, the highest first."""
    number = _files.c.pull_request_number
    cannot_tell = exists().where(
        _coverage.c.repository_id == repository_id,
        _coverage.c.pull_request_number == number,
        _coverage.c.part == "file_changes",
        func.substr(_coverage.c.reason, 1, len(REST_CANNOT_TELL)) == REST_CANNOT_TELL,
    )
    gone = exists().where(
        _pulls.c.repository_id == repository_id, _pulls.c.number == number, _pulls.c.gone_at.is_not(None)
    )
    query = select(number).where(
        _files.c.repository_id == repository_id,
        # Word for word the condition of the index, so that the index serves it.
        tables.MOVED_FROM_UNKNOWN,
        ~cannot_tell,
        ~gone,
    )
    if before is not None:
        query = query.where(number < before)
    return list(connection.scalars(query.distinct().order_by(number.desc()).limit(PAGE)))


def oldest_part_captured_at(
    connection: Connection, repository_id: int, parts: Collection[Part]
) -> datetime | None:
    """The oldest `captured_at` of the coverages of these parts."""
    query = select(func.min(_coverage.c.captured_at)).where(
        _coverage.c.repository_id == repository_id, _coverage.c.part.in_(list(parts))
    )
    oldest: datetime | None = connection.scalar(query)
    return oldest


def known_pulls(connection: Connection, repository_id: int, numbers: Collection[int]) -> set[int]:
    """Those of the numbers that have a row."""
    known: set[int] = set()
    for some in slices(numbers):
        query = select(_pulls.c.number).where(
            _pulls.c.repository_id == repository_id, _pulls.c.number.in_(some)
        )
        known.update(connection.scalars(query))
    return known


def pull_request(connection: Connection, repository_id: int, number: int) -> Mapping[str, Any] | None:
    """The row of one pull request."""
    query = select(_pulls).where(_pulls.c.repository_id == repository_id, _pulls.c.number == number)
    row = connection.execute(query.order_by(_pulls.c.id.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else dict(row)


def _without(repository_id: int, part: Part, span: UpdatedSpan | None, *columns: Any) -> Select[Any]:
    """Pull requests without a coverage of this part of their present state."""
    is_theirs = and_(
        _coverage.c.repository_id == _pulls.c.repository_id,
        _coverage.c.pull_request_number == _pulls.c.number,
        _coverage.c.part == part,
    )
    moved_on = (
        _coverage.c.head_sha.is_distinct_from(_pulls.c.head_sha)
        if part == "file_changes"
        else _coverage.c.pull_request_updated_at.is_distinct_from(_pulls.c.updated_at)
    )
    return (
        select(*columns)
        .outerjoin_from(_pulls, _coverage, is_theirs)
        .where(
            _pulls.c.repository_id == repository_id,
            _pulls.c.gone_at.is_(None),
            or_(_coverage.c.part.is_(None), moved_on),
            *_updated(span),
        )
    )


def _updated(span: UpdatedSpan | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if span is not None and span.updated_from is not None:
        where.append(_pulls.c.updated_at >= span.updated_from)
    if span is not None and span.updated_to is not None:
        where.append(_pulls.c.updated_at <= span.updated_to)
    return where
