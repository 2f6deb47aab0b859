"""What we note of artifacts beside what GitHub says: what became of their bytes, whose they are, their end.

Every function says which artifacts (or how many files) it really changed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import and_, case, delete, exists, func, or_, select, type_coerce, update

from progressive_capture.lib.store.rows import key_of, slices
from progressive_capture.lib.store.schema import artifacts
from progressive_capture.lib.store.schema.column_types import FLAG, INTEGER, TEXT, TIME
from progressive_capture.lib.store.statements import (
    Keys,
    Statement,
    among,
    among_keys,
    keep,
    keys,
    many,
    statement,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Table

    from progressive_capture.lib.normalize.rows import Content, ContentStatus, Row
    from progressive_capture.lib.store.database import Connection

_Item = TypeVar("_Item")
_Value = TypeVar("_Value")

DELETED = "deleted on GitHub before it was captured"
EXPIRED = "expired before it was captured"

ROWS_COMPARED = 50
"""How many rows are read at once to be compared; each may hold a text of 256 KB."""

_artifacts = artifacts.artifacts
_files = artifacts.artifact_files
_results = artifacts.test_results
_PARTS: Mapping[str, Table] = {table.name: table for table in (_files, _results)}


def empty(
    connection: Connection, artifact_ids: Collection[int], rows: Mapping[str, Iterable[Row]]
) -> Mapping[str, tuple[int, int]]:
    """Take out the files and test results of artifacts that are read anew.

    Returns:
        By table, of the rows that now come for them: how many were there word for word (other than
        `captured_at`), and how many were there otherwise. Neither kind is new.
    """
    were_there = {}
    for name in _PARTS if artifact_ids else ():
        # Mostly none: what is read for the first time is not looked for row by row.
        full = {
            artifact_id
            for some in slices(set(artifact_ids))
            for artifact_id in connection.values(artifacts_with_parts, part=name, artifact_ids=some)
        }
        again = [row for row in rows.get(name, ()) if row["artifact_id"] in full]
        were_there[name] = _compare(connection, _PARTS[name], again)
        for some in slices(full):
            connection.change(delete_parts, part=name, artifact_ids=some)
    return were_there


@statement(choices={"part": tuple(_PARTS)}, artifact_ids=many(INTEGER))
def artifacts_with_parts(part: str, artifact_ids: Any) -> Any:
    """Those of the artifacts that have files, or test results."""
    artifact_id = _PARTS[part].c.artifact_id
    return select(artifact_id).where(among(artifact_id, artifact_ids)).distinct()


@statement(choices={"part": tuple(_PARTS)}, artifact_ids=many(INTEGER))
def delete_parts(part: str, artifact_ids: Any) -> Any:
    """Take out the files, or the test results, of artifacts that are still to be read.

    One that another worker has stored meanwhile keeps what it has: nobody would read it again.
    """
    artifact_id = _PARTS[part].c.artifact_id
    is_settled = exists().where(
        _artifacts.c.id == artifact_id, _artifacts.c.content_status.not_in(("pending", "failed"))
    )
    return delete(_PARTS[part]).where(among(artifact_id, artifact_ids), ~is_settled)


def _compare(connection: Connection, table: Table, rows: Iterable[Row]) -> tuple[int, int]:
    """How many of the rows are stored word for word, and how many otherwise."""
    same = changed = 0
    ours = {key_of(table, row): row for row in rows}
    for some in slices(ours, ROWS_COMPARED):
        for stored in connection.ask(_IN_FULL[table.name], named=some):
            values = stored._asdict()
            row = ours[key_of(table, values)]
            is_same = all(row[name] == value for name, value in values.items() if name != "captured_at")
            same, changed = same + is_same, changed + (not is_same)
    return same, changed


def _in_full(table: Table) -> Statement:
    """The statement that gives whole rows by their primary keys."""
    columns = list(table.primary_key)

    def build(named: Any) -> Any:
        return select(table).where(among_keys(columns, named))

    kinds = {column.name: column.type for column in columns}
    return keep(Statement(f"{table.name}_in_full", {"named": Keys(kinds)}, build))


_IN_FULL = {name: _in_full(table) for name, table in _PARTS.items()}


def settle(connection: Connection, contents: Mapping[int, Content]) -> set[int]:
    """Note what became of artifacts' bytes."""
    changed: set[int] = set()
    for content, ids in _by_value(contents):
        changed.update(
            connection.values(settle_artifacts, ids=ids, status=content.status, reason=content.reason)
        )
    return changed


@statement(ids=many(INTEGER), status=TEXT, reason=TEXT)
def settle_artifacts(ids: Any, status: Any, reason: Any) -> Any:
    """See `settle`."""
    return _change(ids, content_status=status, content_reason=reason)


def take_out_repeats(connection: Connection, repeated: Mapping[tuple[int, int], str]) -> int:
    """Take out the test results of reports that repeat others; says how many files got the reason."""
    reasons: dict[tuple[int, int], str] = {}
    for some in slices(repeated):
        connection.change(delete_results_of_reports, reports=some)
        for row in connection.ask(reasons_of_files, files=some):
            file = (row.artifact_id, row.position)
            if (joined := with_reason(row.reason, repeated[file])) != row.reason:
                reasons[file] = joined
    return sum(
        connection.change(give_files_a_reason, files=files, reason=reason)
        for reason, files in _by_value(reasons)
    )


@statement(reports=keys(artifact_id=INTEGER, file_position=INTEGER))
def delete_results_of_reports(reports: Any) -> Any:
    """Take out the test results of files."""
    return delete(_results).where(among_keys((_results.c.artifact_id, _results.c.file_position), reports))


@statement(files=keys(artifact_id=INTEGER, position=INTEGER))
def reasons_of_files(files: Any) -> Any:
    """What is said of files already."""
    return select(*_files.primary_key, _files.c.reason).where(among_keys(list(_files.primary_key), files))


@statement(files=keys(artifact_id=INTEGER, position=INTEGER), reason=TEXT)
def give_files_a_reason(files: Any, reason: Any) -> Any:
    """See `take_out_repeats`."""
    return update(_files).where(among_keys(list(_files.primary_key), files)).values(reason=reason)


def with_reason(present: str | None, added: str) -> str:
    """A reason after the one that is there already; not twice."""
    if not present or present == added:
        return added
    return present if present.endswith(f"; {added}") else f"{present}; {added}"


def set_attempts(connection: Connection, attempts: Mapping[int, tuple[int, bool]]) -> tuple[set[int], int]:
    """Note which attempt made each artifact, on its test results too; says how many of those changed.

    Results first: while the artifact itself does not know its attempt, it is asked for again.
    """
    changed: set[int] = set()
    results = 0
    for (attempt, inferred), ids in _by_value(attempts):
        results += connection.change(set_attempt_of_results, artifact_ids=ids, attempt=attempt)
        changed.update(
            connection.values(set_attempt_of_artifacts, ids=ids, attempt=attempt, inferred=inferred)
        )
    return changed, results


@statement(artifact_ids=many(INTEGER), attempt=INTEGER)
def set_attempt_of_results(artifact_ids: Any, attempt: Any) -> Any:
    """See `set_attempts`."""
    other = and_(
        among(_results.c.artifact_id, artifact_ids), _results.c.run_attempt.is_distinct_from(attempt)
    )
    return update(_results).where(other).values(run_attempt=attempt)


@statement(ids=many(INTEGER), attempt=INTEGER, inferred=FLAG)
def set_attempt_of_artifacts(ids: Any, attempt: Any, inferred: Any) -> Any:
    """See `set_attempts`."""
    return _change(ids, run_attempt=attempt, run_attempt_inferred=inferred)


def mark_artifacts_gone(connection: Connection, gone: Mapping[int, datetime]) -> set[int]:
    """Note that GitHub no longer has these artifacts, unless they were seen later."""
    return {id_ for at, ids in _by_value(gone) for id_ in connection.values(end_artifacts, ids=ids, at=at)}


@statement(ids=many(INTEGER), at=TIME)
def end_artifacts(ids: Any, at: Any) -> Any:
    """See `mark_artifacts_gone`."""
    over = and_(
        among(_artifacts.c.id, ids),
        _artifacts.c.captured_at <= at,
        or_(_artifacts.c.gone_at.is_(None), artifacts.TO_DOWNLOAD),
    )
    return update(_artifacts).where(over).values(_end(at, DELETED)).returning(_artifacts.c.id)


def expire(connection: Connection, expired_by: Mapping[int, datetime]) -> set[int]:
    """Note which artifacts of a repository have run out by a time."""
    return {
        artifact_id
        for repository_id, at in expired_by.items()
        for artifact_id in connection.values(expire_artifacts, repository_id=repository_id, at=at)
    }


@statement(repository_id=INTEGER, at=TIME)
def expire_artifacts(repository_id: Any, at: Any) -> Any:
    """See `expire`."""
    over = and_(
        _artifacts.c.repository_id == repository_id,
        _artifacts.c.expires_at <= at,
        # Word for word the condition of the index, so that the index serves it.
        artifacts.NOT_OVER,
    )
    return update(_artifacts).where(over).values(expired=True, **_end(at, EXPIRED)).returning(_artifacts.c.id)


def reset(connection: Connection, repository_id: int, statuses: Collection[ContentStatus]) -> int:
    """Make artifacts with one of these statuses pending again; says how many."""
    others = sorted(set(statuses) - {"pending"})
    return connection.change(reset_artifacts, repository_id=repository_id, statuses=others)


@statement(repository_id=INTEGER, statuses=many(TEXT))
def reset_artifacts(repository_id: Any, statuses: Any) -> Any:
    """See `reset`."""
    where = and_(
        _artifacts.c.repository_id == repository_id,
        among(_artifacts.c.content_status, statuses),
        _artifacts.c.gone_at.is_(None),
    )
    return update(_artifacts).where(where).values(content_status="pending", content_reason=None)


def _by_value(items: Mapping[_Item, _Value]) -> Iterator[tuple[_Value, list[_Item]]]:
    """The keys of equal values together, a few hundred at a time: one change for each list."""
    groups: defaultdict[_Value, list[_Item]] = defaultdict(list)
    for item, value in items.items():
        groups[value].append(item)
    for value, theirs in groups.items():
        for some in slices(theirs):
            yield value, some


def _change(ids: Any, **values: Any) -> Any:
    """Give artifacts these values; returns those that had others before."""
    differs = or_(*(_artifacts.c[name].is_distinct_from(value) for name, value in values.items()))
    return (
        update(_artifacts)
        .where(among(_artifacts.c.id, ids), differs)
        .values(values)
        .returning(_artifacts.c.id)
    )


def _end(at: Any, reason: str) -> Mapping[str, ColumnElement[Any]]:
    """The end of an artifact: bytes that nobody fetched cannot be fetched any more."""
    old = _artifacts.c
    return {
        "gone_at": func.coalesce(old.gone_at, type_coerce(at, TIME)),
        "content_status": case((artifacts.TO_DOWNLOAD, "gone"), else_=old.content_status),
        "content_reason": case((artifacts.TO_DOWNLOAD, reason), else_=old.content_reason),
    }
