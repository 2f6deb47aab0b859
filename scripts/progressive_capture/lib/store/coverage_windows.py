"""The ledger of windows: the proof of which spans of `created` were listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, delete, exists, or_, select

from progressive_capture.lib.store.rows import write_rows
from progressive_capture.lib.store.schema import capture

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection

    from progressive_capture.lib.normalize.rows import CaptureWindowRow, Row

_windows = capture.capture_windows


def write_windows(connection: Connection, rows: Iterable[Row]) -> tuple[int, int]:
    """Enter windows one by one: a newer one replaces those that it contains, and hides an older inner one.

    Equally old ones: an open window takes nothing away from a closed one, all others do.
    """
    inserted = updated = 0
    for row in rows:
        if connection.scalar(select(exists().where(_same_ledger(row), _around(row), _at_least_as_new(row)))):
            continue
        connection.execute(delete(_windows).where(_same_ledger(row), _inside(row), _at_most_as_new(row)))
        new, changed = write_rows(connection, _windows.name, [row])
        inserted, updated = inserted + new, updated + changed
    return inserted, updated


def windows_of(
    connection: Connection, repository_id: int, kind: str, slice_: str
) -> Sequence[CaptureWindowRow]:
    """One ledger, by `window_from`."""
    where = and_(
        _windows.c.repository_id == repository_id, _windows.c.kind == kind, _windows.c.slice == slice_
    )
    query = select(_windows).where(where).order_by(_windows.c.window_from, _windows.c.window_to)
    return [cast("CaptureWindowRow", dict(row)) for row in connection.execute(query).mappings()]


def _same_ledger(row: Row) -> ColumnElement[bool]:
    another = or_(_windows.c.window_from != row["window_from"], _windows.c.window_to != row["window_to"])
    same = (_windows.c[name] == row[name] for name in ("repository_id", "kind", "slice"))
    return and_(*same, another)


def _inside(row: Row) -> ColumnElement[bool]:
    return and_(_windows.c.window_from >= row["window_from"], _windows.c.window_to <= row["window_to"])


def _around(row: Row) -> ColumnElement[bool]:
    return and_(_windows.c.window_from <= row["window_from"], _windows.c.window_to >= row["window_to"])


def _at_most_as_new(row: Row) -> ColumnElement[bool]:
    same_second: Any = _windows.c.captured_at == row["captured_at"]
    if row["status"] == "open":
        same_second = and_(same_second, _windows.c.status == "open")
    return or_(_windows.c.captured_at < row["captured_at"], same_second)


def _at_least_as_new(row: Row) -> ColumnElement[bool]:
    same_second: Any = _windows.c.captured_at == row["captured_at"]
    if row["status"] != "open":
        same_second = and_(same_second, _windows.c.status != "open")
    return or_(_windows.c.captured_at > row["captured_at"], same_second)
