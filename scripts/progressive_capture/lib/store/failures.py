"""What could not be captured: kept with its reason, tried again after a growing delay, resolved at last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, update

from progressive_capture.lib.normalize.rows import ItemKey
from progressive_capture.lib.store.rows import slices, write_rows
from progressive_capture.lib.store.schema import capture
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT, TIME
from progressive_capture.lib.store.statements import among_keys, if_given, keys, statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from progressive_capture.lib.normalize.rows import Failure
    from progressive_capture.lib.store.database import Connection

FIRST_DELAY = timedelta(minutes=10)
LONGEST_DELAY = timedelta(days=1)
"""No longer than the shortest retention that GitHub offers, so that an item is tried before it is deleted."""

_failures = capture.capture_failures

_ITEMS = keys(kind=TEXT, repository_id=INTEGER, item_key=TEXT)
_ITEM = (_failures.c.kind, _failures.c.repository_id, _failures.c.item_key)


def retry_delay(attempts: int) -> timedelta:
    """How long to leave an item alone after so many failed attempts: 10 minutes, doubling, at most a day."""
    doublings = min(attempts - 1, 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def write_failures(connection: Connection, failures: Sequence[Failure], *, at: datetime) -> tuple[int, int]:
    """Keep failures as of a time; one that was told before (same time or later) counts no second attempt.

    The overwrite rule sees to that: what is not newer is not written, so that doing it again is harmless.

    Returns:
        How many are new, and how many known ones changed.
    """
    at = at.replace(microsecond=0)
    latest = {failure.item: failure for failure in failures}
    known = {
        ItemKey(row.kind, row.repository_id, row.item_key): row
        for some in slices(latest)
        for row in connection.ask(failures_of_items, items=some)
    }
    rows = [_row(failure, known.get(item), at=at) for item, failure in latest.items()]
    return write_rows(connection, _failures.name, rows)


@statement(items=_ITEMS)
def failures_of_items(items: Any) -> Any:
    """What is known of some items; see `write_failures`."""
    return select(*_ITEM, _failures.c.attempts, _failures.c.resolved_at).where(among_keys(_ITEM, items))


def resolve_failures(connection: Connection, items: Sequence[ItemKey], *, at: datetime) -> int:
    """Settle earlier failures; says how many were open."""
    at = at.replace(microsecond=0)
    return sum(connection.change(resolve_failed_items, items=some, at=at) for some in slices(items))


@statement(items=_ITEMS, at=TIME)
def resolve_failed_items(items: Any, at: Any) -> Any:
    """See `resolve_failures`."""
    open_until_then = and_(_failures.c.resolved_at.is_(None), _failures.c.captured_at <= at)
    return update(_failures).where(open_until_then, among_keys(_ITEM, items)).values(resolved_at=at)


def retry_now(connection: Connection, repository_id: int, *, at: datetime) -> int:
    """End the waiting of a repository's unresolved failures; says how many there are, waiting or not."""
    connection.change(end_waiting_of_failures, repository_id=repository_id, at=at.replace(microsecond=0))
    return connection.value(number_of_unresolved_failures, repository_id=repository_id) or 0


@statement(repository_id=INTEGER, at=TIME)
def end_waiting_of_failures(repository_id: Any, at: Any) -> Any:
    """See `retry_now`."""
    waiting = and_(_unresolved(repository_id), _failures.c.next_attempt_at > at)
    return update(_failures).where(waiting).values(next_attempt_at=at)


@statement(repository_id=INTEGER)
def number_of_unresolved_failures(repository_id: Any) -> Any:
    """See `retry_now`."""
    return select(func.count()).select_from(_failures).where(_unresolved(repository_id))


def open_failures(
    connection: Connection, repository_id: int, kind: str | None
) -> Sequence[Mapping[str, Any]]:
    """Unresolved failures, the oldest first."""
    return [
        row._asdict() for row in connection.ask(unresolved_failures, repository_id=repository_id, kind=kind)
    ]


@statement(repository_id=INTEGER, kind=TEXT)
def unresolved_failures(repository_id: Any, kind: Any) -> Any:
    """See `open_failures`."""
    of_kind = if_given(kind, lambda: _failures.c.kind == kind)
    query = select(_failures).where(_unresolved(repository_id), of_kind)
    return query.order_by(_failures.c.captured_at, _failures.c.kind, _failures.c.item_key)


def _unresolved(repository_id: Any) -> ColumnElement[bool]:
    return and_(_failures.c.repository_id == repository_id, _failures.c.resolved_at.is_(None))


def _row(failure: Failure, known: Any, *, at: datetime) -> dict[str, Any]:
    # An item that was resolved meanwhile starts anew.
    attempts = 1 if known is None or known.resolved_at else known.attempts + 1
    return failure.item._asdict() | {
        "captured_at": at,
        "error": failure.error,
        "attempts": attempts,
        "next_attempt_at": at + retry_delay(attempts),
        "resolved_at": None,
    }
