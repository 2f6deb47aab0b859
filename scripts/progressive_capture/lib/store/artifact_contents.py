"""What we note of artifacts beside what GitHub says: what became of their bytes, whose they are, their end.

Every function says which artifacts (or how many files) it really changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, delete, literal, or_, select, tuple_, update

from progressive_capture.lib.store.artifact_contract import Removed
from progressive_capture.lib.store.artifact_queries import HOLDING_BYTES
from progressive_capture.lib.store.rows import key_of, slices
from progressive_capture.lib.store.schema import artifacts
from progressive_capture.lib.store.schema.column_types import TIME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from progressive_capture.lib.normalize.rows import Content, ContentStatus, Row

DELETED = "deleted on GitHub before it was captured"
EXPIRED = "expired before it was captured"

ROWS_COMPARED = 50
"""How many rows are read at once to be compared; each may hold a text of 256 KB."""

_artifacts = artifacts.artifacts
_files = artifacts.artifact_files
_results = artifacts.test_results
_PARTS = (_files, _results)


def empty(
    connection: Connection, artifact_ids: Collection[int], rows: Mapping[str, Iterable[Row]]
) -> Mapping[str, tuple[int, int]]:
    """Take out the files and test results of artifacts that are read anew.

    Returns:
        By table, of the rows that now come for them: how many were there word for word (other than
        `captured_at`), and how many were there otherwise. Neither kind is new.
    """
    emptied = set(artifact_ids)
    were_there = {}
    for table in _PARTS if emptied else ():
        again = [row for row in rows.get(table.name, ()) if row["artifact_id"] in emptied]
        were_there[table.name] = _compare(connection, table, again)
        for some in slices(emptied):
            connection.execute(delete(table).where(table.c.artifact_id.in_(some)))
    return were_there


def settle(connection: Connection, contents: Mapping[int, Content]) -> set[int]:
    """Note what became of artifacts' bytes."""
    return {
        artifact_id
        for artifact_id, content in contents.items()
        if _change(connection, artifact_id, content_status=content.status, content_reason=content.reason)
    }


def take_out_repeats(connection: Connection, repeated: Mapping[tuple[int, int], str]) -> int:
    """Take out the test results of reports that repeat others; says how many files got the reason."""
    changed = 0
    for (artifact_id, position), reason in repeated.items():
        results = and_(_results.c.artifact_id == artifact_id, _results.c.file_position == position)
        connection.execute(delete(_results).where(results))
        file = and_(_files.c.artifact_id == artifact_id, _files.c.position == position)
        for present in connection.scalars(select(_files.c.reason).where(file)).all():
            if (joined := with_reason(present, reason)) != present:
                connection.execute(update(_files).where(file).values(reason=joined))
                changed += 1
    return changed


def with_reason(present: str | None, added: str) -> str:
    """A reason after the one that is there already; not twice."""
    if not present or present == added:
        return added
    return present if present.endswith(f"; {added}") else f"{present}; {added}"


def set_attempts(connection: Connection, attempts: Mapping[int, tuple[int, bool]]) -> tuple[set[int], int]:
    """Note which attempt made each artifact, on its test results too; says how many of those changed."""
    changed, results = set(), 0
    for artifact_id, (attempt, inferred) in attempts.items():
        if _change(connection, artifact_id, run_attempt=attempt, run_attempt_inferred=inferred):
            changed.add(artifact_id)
        without = and_(
            _results.c.artifact_id == artifact_id, _results.c.run_attempt.is_distinct_from(attempt)
        )
        results += connection.execute(update(_results).where(without).values(run_attempt=attempt)).rowcount
    return changed, results


def mark_artifacts_gone(connection: Connection, gone: Mapping[int, datetime]) -> set[int]:
    """Note that GitHub no longer has these artifacts, unless they were seen later."""
    return {
        artifact_id
        for artifact_id, at in gone.items()
        if connection.execute(
            update(_artifacts)
            .where(
                _artifacts.c.id == artifact_id,
                _artifacts.c.captured_at <= at,
                or_(_artifacts.c.gone_at.is_(None), artifacts.TO_DOWNLOAD),
            )
            .values(_end(at, DELETED))
        ).rowcount
    }


def expire(connection: Connection, expired_by: Mapping[int, datetime]) -> set[int]:
    """Note which artifacts of a repository have run out by a time."""
    changed: set[int] = set()
    for repository_id, at in expired_by.items():
        over = and_(
            _artifacts.c.repository_id == repository_id,
            _artifacts.c.expires_at <= at,
            # Word for word the condition of the index, so that the index serves it.
            artifacts.NOT_OVER,
        )
        values = _end(at, EXPIRED) | {"expired": True}
        changed.update(
            connection.scalars(update(_artifacts).where(over).values(values).returning(_artifacts.c.id))
        )
    return changed


def mark_removed(connection: Connection, artifact_ids: Collection[int], reason: str) -> Removed:
    """Give up the bytes of artifacts that hold some; see the contract."""
    marked = files = 0
    for some in slices(set(artifact_ids)):
        holding = and_(_artifacts.c.id.in_(some), _artifacts.c.content_status.in_(HOLDING_BYTES))
        values = {"content_status": "removed", "content_reason": reason}
        ids = connection.scalars(
            update(_artifacts).where(holding).values(values).returning(_artifacts.c.id)
        ).all()
        theirs = and_(_files.c.artifact_id.in_(ids), _files.c.status == "stored")
        removed = update(_files).where(theirs).values(storage_key=None, status="removed")
        marked, files = marked + len(ids), files + connection.execute(removed).rowcount
    return Removed(artifacts=marked, files=files)


def reset(connection: Connection, repository_id: int, statuses: Collection[ContentStatus]) -> int:
    """Make artifacts with one of these statuses pending again; says how many."""
    where = and_(
        _artifacts.c.repository_id == repository_id,
        _artifacts.c.content_status.in_(set(statuses) - {"pending"}),
        _artifacts.c.gone_at.is_(None),
    )
    values = {"content_status": "pending", "content_reason": None}
    return connection.execute(update(_artifacts).where(where).values(values)).rowcount


def _compare(connection: Connection, table: Table, rows: Iterable[Row]) -> tuple[int, int]:
    """How many of the rows are stored word for word, and how many otherwise."""
    same = changed = 0
    ours = {key_of(table, row): row for row in rows}
    for keys in slices(ours, ROWS_COMPARED):
        query = select(table).where(tuple_(*table.primary_key).in_(keys))
        for stored in map(dict, connection.execute(query).mappings()):
            row = ours[key_of(table, stored)]
            is_same = all(row[name] == value for name, value in stored.items() if name != "captured_at")
            same, changed = same + is_same, changed + (not is_same)
    return same, changed


def _change(connection: Connection, artifact_id: int, **values: Any) -> bool:
    """Give an artifact these values; says whether they were others before."""
    differs = or_(*(_artifacts.c[name].is_distinct_from(value) for name, value in values.items()))
    where = and_(_artifacts.c.id == artifact_id, differs)
    return connection.execute(update(_artifacts).where(where).values(values)).rowcount > 0


def _end(at: datetime, reason: str) -> dict[str, Any]:
    """The end of an artifact: bytes that nobody fetched cannot be fetched any more."""
    old = _artifacts.c
    return {
        "gone_at": case((old.gone_at.is_(None), literal(at, TIME)), else_=old.gone_at),
        "content_status": case((artifacts.TO_DOWNLOAD, "gone"), else_=old.content_status),
        "content_reason": case((artifacts.TO_DOWNLOAD, reason), else_=old.content_reason),
    }
