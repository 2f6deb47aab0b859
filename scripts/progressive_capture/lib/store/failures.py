"""What could not be captured: kept with its reason, tried again after a growing delay, resolved at last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, select, update

from progressive_capture.lib.store.schema import capture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from progressive_capture.lib.normalize.rows import Failure, ItemKey

FIRST_DELAY = timedelta(minutes=10)
LONGEST_DELAY = timedelta(days=1)
"""No longer than the shortest retention that GitHub offers, so that an item is tried before it is deleted."""

_failures = capture.capture_failures


def retry_delay(attempts: int) -> timedelta:
    """How long to leave an item alone after so many failed attempts: 10 minutes, doubling, at most a day."""
    doublings = min(attempts - 1, 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def write_failures(connection: Connection, failures: Sequence[Failure], *, at: datetime) -> tuple[int, int]:
    """Keep failures as of a time; one that was told before (same time or later) counts no second attempt.

    Returns:
        How many are new, and how many known ones changed.
    """
    inserted = updated = 0
    at = at.replace(microsecond=0)
    for failure in {failure.item: failure for failure in failures}.values():
        where = _is(failure.item)
        known = connection.execute(select(_failures).where(where).with_for_update()).mappings().one_or_none()
        if known is None:
            first = _state(failure, attempts=1, at=at)
            connection.execute(insert(_failures).values(failure.item._asdict() | first))
            inserted += 1
        elif at > known["captured_at"]:
            # An item that was resolved meanwhile starts anew.
            attempts = 1 if known["resolved_at"] else known["attempts"] + 1
            state = _state(failure, attempts=attempts, at=at)
            connection.execute(update(_failures).where(where).values(state))
            updated += 1
    return inserted, updated


def resolve_failures(connection: Connection, items: Sequence[ItemKey], *, at: datetime) -> int:
    """Settle earlier failures; says how many were open."""
    open_until_then = and_(_failures.c.resolved_at.is_(None), _failures.c.captured_at <= at)
    return sum(
        connection.execute(
            update(_failures).where(open_until_then, _is(item)).values(resolved_at=at)
        ).rowcount
        for item in items
    )


def retry_now(connection: Connection, repository_id: int, *, at: datetime) -> int:
    """End the waiting of a repository's unresolved failures; says how many there are, waiting or not."""
    unresolved = and_(_failures.c.repository_id == repository_id, _failures.c.resolved_at.is_(None))
    waiting = and_(unresolved, _failures.c.next_attempt_at > at.replace(microsecond=0))
    connection.execute(update(_failures).where(waiting).values(next_attempt_at=at.replace(microsecond=0)))
    return connection.scalar(select(func.count()).select_from(_failures).where(unresolved)) or 0


def open_failures(
    connection: Connection, repository_id: int, kind: str | None
) -> Sequence[Mapping[str, Any]]:
    """Unresolved failures, the oldest first."""
    query = select(_failures).where(
        _failures.c.repository_id == repository_id, _failures.c.resolved_at.is_(None)
    )
    if kind is not None:
        query = query.where(_failures.c.kind == kind)
    order = query.order_by(_failures.c.captured_at, _failures.c.kind, _failures.c.item_key)
    return [dict(row) for row in connection.execute(order).mappings()]


def _is(item: ItemKey) -> ColumnElement[bool]:
    return and_(*(_failures.c[name] == value for name, value in item._asdict().items()))


def _state(failure: Failure, *, attempts: int, at: datetime) -> dict[str, Any]:
    return {
        "captured_at": at,
        "error": failure.error,
        "attempts": attempts,
        "next_attempt_at": at + retry_delay(attempts),
        "resolved_at": None,
    }
