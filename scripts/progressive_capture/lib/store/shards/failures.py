"""Failures of another database: the later news of each item stays, and the later settlement."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, update

from progressive_capture.lib.normalize.rows import ItemKey
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.schema import capture
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT, TIME
from progressive_capture.lib.store.shards.observations import merge_observations
from progressive_capture.lib.store.statements import among_keys, keys, statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from progressive_capture.lib.normalize.rows import Row
    from progressive_capture.lib.store.database import Connection

_failures = capture.capture_failures
_ITEM = (_failures.c.kind, _failures.c.repository_id, _failures.c.item_key)
_ITEMS = keys(kind=TEXT, repository_id=INTEGER, item_key=TEXT)


def merge_failures(connection: Connection, rows: Sequence[Row]) -> tuple[int, int]:
    """Write failures; says how many are new, and how many changed.

    Of one that both know of the same moment, the wait ends as soon as either says (`retry` ends it).
    """
    here = {
        _item(row._asdict()): row
        for some in slices([_item(row) for row in rows])
        for row in connection.ask(what_is_known_of_failures, items=some)
    }
    resolved: defaultdict[datetime, list[ItemKey]] = defaultdict(list)
    sooner: defaultdict[datetime, list[ItemKey]] = defaultdict(list)
    for row in rows:
        item, known = _item(row), here.get(_item(row))
        for settled_at in (row["resolved_at"], known and known.resolved_at):
            if settled_at is not None:
                resolved[settled_at].append(item)
        if known and _is_same_but_sooner(row, known):
            sooner[row["next_attempt_at"]].append(item)
    written = merge_observations(connection, _failures.name, rows)
    for at, items in resolved.items():
        for some in slices(items):
            connection.change(resolve_items_later, items=some, at=at)
    for at, items in sooner.items():
        for some in slices(items):
            connection.change(try_items_sooner, items=some, at=at)
    return written


@statement(items=_ITEMS)
def what_is_known_of_failures(items: Any) -> Any:
    """See `merge_failures`."""
    times = (_failures.c.captured_at, _failures.c.next_attempt_at, _failures.c.resolved_at)
    return select(*_ITEM, *times).where(among_keys(_ITEM, items))


@statement(items=_ITEMS, at=TIME)
def resolve_items_later(items: Any, at: Any) -> Any:
    """Settle failures as of a time, unless they came later, or were settled later."""
    earlier = or_(_failures.c.resolved_at.is_(None), _failures.c.resolved_at < at)
    open_then = and_(_failures.c.captured_at <= at, earlier)
    return update(_failures).where(among_keys(_ITEM, items), open_then).values(resolved_at=at)


@statement(items=_ITEMS, at=TIME)
def try_items_sooner(items: Any, at: Any) -> Any:
    """Let failures wait no longer than until then."""
    waiting = _failures.c.next_attempt_at > at
    return update(_failures).where(among_keys(_ITEM, items), waiting).values(next_attempt_at=at)


def _is_same_but_sooner(row: Row, known: Any) -> bool:
    is_same = row["captured_at"] == known.captured_at
    return bool(is_same and row["next_attempt_at"] < known.next_attempt_at)


def _item(row: Any) -> ItemKey:
    return ItemKey(row["kind"], row["repository_id"], row["item_key"])
