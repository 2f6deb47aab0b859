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
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT, TIME
from progressive_capture.lib.store.statements import among, if_given, many, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from progressive_capture.lib.normalize.rows import Part
    from progressive_capture.lib.store.database import Connection
    from progressive_capture.lib.store.pull_request_contract import UpdatedSpan
    from progressive_capture.lib.store.statements import Kind

_pulls = tables.pull_requests
_reviews = tables.reviews
_files = tables.file_changes
_coverage = tables.pull_request_coverage

_PARTS = ("reviews", "review_comments", "issue_comments", "file_changes")
_IN_SPAN: Mapping[str, Kind] = {"repository_id": INTEGER, "updated_from": TIME, "updated_to": TIME}
"""The arguments that pull requests of a span of updates are; `_of_span` gives them."""

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
    moment, pull_request_id = before or (None, None)
    rows = connection.ask(
        pulls_without_part,
        **_of_span(repository_id, span),
        part=part,
        dated=dated,
        before_time=moment,
        before_id=pull_request_id,
    )
    return [PullToCapture(**row._asdict()) for row in rows]


@statement(choices={"part": _PARTS, "dated": (True, False)}, **_IN_SPAN, before_time=TIME, before_id=INTEGER)
def pulls_without_part(*, part: Part, dated: bool, before_time: Any, before_id: Any, **span: Any) -> Any:
    """See `page_of_pulls_without`."""
    updated_at = _pulls.c.updated_at

    def earlier() -> ColumnElement[bool]:
        is_lower: ColumnElement[bool] = _pulls.c.id < before_id
        if not dated:
            return is_lower
        return and_(updated_at <= before_time, or_(updated_at < before_time, is_lower))

    query = _without(part, *_TO_CAPTURE, **span).where(
        updated_at.is_not(None) if dated else updated_at.is_(None), if_given(before_id, earlier)
    )
    return query.order_by(updated_at.desc(), _pulls.c.id.desc()).limit(PAGE)


def count_pulls_without(
    connection: Connection, repository_id: int, part: Part, span: UpdatedSpan | None
) -> int:
    """How many that is in all."""
    given = _of_span(repository_id, span)
    return connection.value(number_of_pulls_without_part, **given, part=part) or 0


@statement(choices={"part": _PARTS}, **_IN_SPAN)
def number_of_pulls_without_part(*, part: Part, **span: Any) -> Any:
    """See `count_pulls_without`."""
    return _without(part, func.count(), **span)


def reviews_of(
    connection: Connection, repository_id: int, numbers: Collection[int]
) -> Mapping[int, Sequence[str]]:
    """Node ids of the reviews of each of the pull requests."""
    found: dict[int, list[str]] = {number: [] for number in numbers}
    for some in slices(found):
        for row in connection.ask(node_ids_of_reviews, repository_id=repository_id, numbers=some):
            found[row.pull_request_number].append(row.node_id)
    return found


@statement(repository_id=INTEGER, numbers=many(INTEGER))
def node_ids_of_reviews(repository_id: Any, numbers: Any) -> Any:
    """See `reviews_of`."""
    query = select(_reviews.c.pull_request_number, _reviews.c.node_id).where(
        _reviews.c.repository_id == repository_id,
        among(_reviews.c.pull_request_number, numbers),
        _reviews.c.gone_at.is_(None),
        _reviews.c.node_id.is_not(None),
    )
    return query.order_by(_reviews.c.id)


def page_of_renames_without_previous_path(
    connection: Connection, repository_id: int, *, before: int | None
) -> Sequence[int]:
    """The next numbers below one, the highest first."""
    return connection.values(pulls_with_unknown_renames, repository_id=repository_id, before=before)


@statement(repository_id=INTEGER, before=INTEGER)
def pulls_with_unknown_renames(repository_id: Any, before: Any) -> Any:
    """See `page_of_renames_without_previous_path`."""
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
        if_given(before, lambda: number < before),
    )
    return query.distinct().order_by(number.desc()).limit(PAGE)


def oldest_part_captured_at(
    connection: Connection, repository_id: int, parts: Collection[Part]
) -> datetime | None:
    """The oldest `captured_at` of the coverages of these parts."""
    oldest: datetime | None = connection.value(
        oldest_coverage_of_parts, repository_id=repository_id, parts=list(parts)
    )
    return oldest


@statement(repository_id=INTEGER, parts=many(TEXT))
def oldest_coverage_of_parts(repository_id: Any, parts: Any) -> Any:
    """See `oldest_part_captured_at`."""
    return select(func.min(_coverage.c.captured_at)).where(
        _coverage.c.repository_id == repository_id, among(_coverage.c.part, parts)
    )


def known_pulls(connection: Connection, repository_id: int, numbers: Collection[int]) -> set[int]:
    """Those of the numbers that have a row."""
    known: set[int] = set()
    for some in slices(numbers):
        known.update(connection.values(numbers_of_known_pulls, repository_id=repository_id, numbers=some))
    return known


@statement(repository_id=INTEGER, numbers=many(INTEGER))
def numbers_of_known_pulls(repository_id: Any, numbers: Any) -> Any:
    """See `known_pulls`."""
    return select(_pulls.c.number).where(
        _pulls.c.repository_id == repository_id, among(_pulls.c.number, numbers)
    )


def pull_request(connection: Connection, repository_id: int, number: int) -> Mapping[str, Any] | None:
    """The row of one pull request."""
    rows = connection.ask(pull_of_number, repository_id=repository_id, number=number)
    return dict(rows[0]._asdict()) if rows else None


@statement(repository_id=INTEGER, number=INTEGER)
def pull_of_number(repository_id: Any, number: Any) -> Any:
    """See `pull_request`."""
    query = select(_pulls).where(_pulls.c.repository_id == repository_id, _pulls.c.number == number)
    return query.order_by(_pulls.c.id.desc()).limit(1)


def _of_span(repository_id: int, span: UpdatedSpan | None) -> Mapping[str, Any]:
    """A repository's span of updates as arguments."""
    return {
        "repository_id": repository_id,
        "updated_from": span.updated_from if span else None,
        "updated_to": span.updated_to if span else None,
    }


def _without(
    part: Part, *columns: Any, repository_id: Any, updated_from: Any, updated_to: Any
) -> Select[Any]:
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
            if_given(updated_from, lambda: _pulls.c.updated_at >= updated_from),
            if_given(updated_to, lambda: _pulls.c.updated_at <= updated_to),
        )
    )
