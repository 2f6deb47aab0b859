"""The ledger of windows: the proof of which spans of `created` were listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, delete, exists, or_, select

from progressive_capture.lib.store.rows import write_rows
from progressive_capture.lib.store.schema import capture
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT, TIME
from progressive_capture.lib.store.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement

    from progressive_capture.lib.normalize.rows import CaptureWindowRow, Row
    from progressive_capture.lib.store.database import Connection

_windows = capture.capture_windows

_LEDGER: Mapping[str, Any] = {"repository_id": INTEGER, "kind": TEXT, "slice_": TEXT}
_WINDOW: Mapping[str, Any] = {**_LEDGER, "window_from": TIME, "window_to": TIME, "captured_at": TIME}
_CLOSED_OR_NOT = {"closed": (True, False)}


def write_windows(connection: Connection, rows: Iterable[Row]) -> tuple[int, int]:
    """Enter windows one by one: a newer one replaces those that it contains, and hides an older inner one.

    Equally old ones: an open window takes nothing away from a closed one, all others do. A window is there
    before those that it contains go: where each is a request, a kill in between leaves one proof too many.
    """
    inserted = updated = 0
    for row in rows:
        window = _window(row)
        if connection.value(window_is_hidden, **window):
            continue
        new, changed = write_rows(connection, _windows.name, [row])
        connection.change(delete_windows_within, **window)
        inserted, updated = inserted + new, updated + changed
    return inserted, updated


@statement(choices=_CLOSED_OR_NOT, **_WINDOW)
def window_is_hidden(*, closed: bool, **window: Any) -> Any:
    """Whether a ledger holds another window around this one that is at least as new."""
    around = and_(
        _windows.c.window_from <= window["window_from"], _windows.c.window_to >= window["window_to"]
    )
    as_new: ColumnElement[bool] = _windows.c.captured_at == window["captured_at"]
    if closed:
        as_new = and_(as_new, _windows.c.status != "open")
    newer = _windows.c.captured_at > window["captured_at"]
    hidden = exists().where(_others(window), around, or_(newer, as_new))
    return select(hidden.label("is_hidden"))


@statement(choices=_CLOSED_OR_NOT, **_WINDOW)
def delete_windows_within(*, closed: bool, **window: Any) -> Any:
    """Take out of a ledger the other windows in this one that are at most as new."""
    inside = and_(
        _windows.c.window_from >= window["window_from"], _windows.c.window_to <= window["window_to"]
    )
    as_old: ColumnElement[bool] = _windows.c.captured_at == window["captured_at"]
    if not closed:
        as_old = and_(as_old, _windows.c.status == "open")
    older = _windows.c.captured_at < window["captured_at"]
    return delete(_windows).where(_others(window), inside, or_(older, as_old))


def windows_of(
    connection: Connection, repository_id: int, kind: str, slice_: str
) -> Sequence[CaptureWindowRow]:
    """One ledger, by `window_from`."""
    rows = connection.ask(windows_in_ledger, repository_id=repository_id, kind=kind, slice_=slice_)
    return [cast("CaptureWindowRow", row._asdict()) for row in rows]


@statement(**_LEDGER)
def windows_in_ledger(**ledger: Any) -> Any:
    """See `windows_of`."""
    return select(_windows).where(_in_ledger(ledger)).order_by(_windows.c.window_from, _windows.c.window_to)


def _window(row: Row) -> Mapping[str, Any]:
    """A row as arguments."""
    same = ("repository_id", "kind", "window_from", "window_to", "captured_at")
    return {name: row[name] for name in same} | {"slice_": row["slice"], "closed": row["status"] != "open"}


def _in_ledger(given: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(
        _windows.c.repository_id == given["repository_id"],
        _windows.c.kind == given["kind"],
        _windows.c.slice == given["slice_"],
    )


def _others(given: Mapping[str, Any]) -> ColumnElement[bool]:
    another = or_(_windows.c.window_from != given["window_from"], _windows.c.window_to != given["window_to"])
    return and_(_in_ledger(given), another)
