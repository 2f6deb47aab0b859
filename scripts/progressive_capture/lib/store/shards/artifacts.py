"""Artifacts of another database: what GitHub says of them, what became of their bytes, their end.

The files and test results of an artifact are a set that one reading made: it is taken whole, or not at all.
Of two databases the one knows more whose state of the contents ranks higher (`_KNOWS`: kept, could not be
opened, was not wanted, never came, still to come); of equal ones the later reading, then the further state of
the same reading (given up by a clean-up). No time is kept for a state, so where even that is equal, the order
is arbitrary and the same in every order of merging.

A set comes in several transactions. The artifact is `pending` until the last of them, which says what became
of it: killed in between, it is as if nobody had read it, and merging again replaces what came of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, case, func, or_, select, true, type_coerce, update

from progressive_capture.lib.normalize.rows import Content
from progressive_capture.lib.store import artifact_contents
from progressive_capture.lib.store.rows import slices
from progressive_capture.lib.store.schema import artifacts
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT, TIME
from progressive_capture.lib.store.shards.observations import by_time, merge_observations
from progressive_capture.lib.store.statements import among, many, statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from progressive_capture.lib.normalize.rows import Row
    from progressive_capture.lib.store.database import Connection

_artifacts = artifacts.artifacts
_files = artifacts.artifact_files

PARTS = ("artifact_files", "test_results")

_KNOWS = {"stored": 4, "removed": 4, "rejected": 3, "skipped": 2, "gone": 1}
_FURTHER = {"removed": 2, "failed": 1}
_NEVER = datetime.fromtimestamp(0, UTC)


class Read(NamedTuple):
    """How much a database knows of an artifact's contents: the greater knows more."""

    knows: int
    read_at: datetime
    further: int
    files: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """An artifact whose contents come from the other database.

    Attributes:
        content: what became of its bytes.
        run_attempt: which attempt made it, as it is known by now.
    """

    content: Content
    run_attempt: int | None


def merge_artifacts(
    connection: Connection, rows: Sequence[Row], reads: Mapping[int, Read]
) -> tuple[tuple[int, int], Mapping[int, Taken]]:
    """Write artifacts, without their files and test results.

    Args:
        connection: where to.
        rows: of the table `artifacts`.
        reads: what their database knows of their contents, but for those of which nothing is to be taken.

    Returns:
        How many are new and how many changed; and the artifacts whose contents are to be taken. Nothing is
        left here of what they had.
    """
    ids = [row["id"] for row in rows]
    before = [row._asdict() for some in slices(ids) for row in connection.ask(states_of_artifacts, ids=some)]
    were_there = {row["id"] for row in before}
    inserted, updated = merge_observations(connection, _artifacts.name, rows)
    # What had run out here has, though an observation from before that came now.
    changed = _end(connection, [*before, *rows])
    here = states(connection.ask, ids)
    attempts, told = _merge_attempts(connection, rows, here)
    known = {row_id: read_of(state) for row_id, state in here.items()}
    taken = {
        row["id"]: Taken(
            content=Content(status=row["content_status"], reason=row["content_reason"]),
            run_attempt=attempts.get(row["id"]),
        )
        for row in rows
        if row["id"] in reads and row["content_status"] != "gone" and reads[row["id"]] > known[row["id"]]
    }
    artifact_contents.settle(connection, dict.fromkeys(taken, Content(status="pending")))
    artifact_contents.empty(connection, taken, {})
    # What is new is only that; of all else our books say of an artifact, one change counts.
    booked = were_there & (changed | told | taken.keys())
    return (inserted, updated + len(booked)), taken


def settle(connection: Connection, taken: Mapping[int, Taken]) -> None:
    """Note what became of contents that are all here by now."""
    artifact_contents.settle(connection, {key: each.content for key, each in taken.items()})


def with_attempts(rows: Iterable[Row], taken: Mapping[int, Taken]) -> list[Row]:
    """Test results with the attempt of their artifact, where it is known."""
    return [
        {**row, "run_attempt": attempt}
        if (attempt := taken[row["artifact_id"]].run_attempt) is not None
        else row
        for row in rows
    ]


def states(ask: Callable[..., Sequence[Any]], ids: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    """What a database notes of artifacts, and how many files they have, read when."""
    found = {row.id: row._asdict() for some in slices(ids) for row in ask(states_of_artifacts, ids=some)}
    for some in slices(ids):
        for row in ask(readings_of_artifacts, artifact_ids=some):
            if row.artifact_id in found:
                found[row.artifact_id] |= {"files": row.files, "read_at": row.read_at}
    return found


def read_of(state: Mapping[str, Any]) -> Read:
    """How much that is."""
    return Read(
        knows=_KNOWS.get(state["content_status"], 0),
        read_at=state.get("read_at") or _NEVER,
        further=_FURTHER.get(state["content_status"], 0),
        files=state.get("files", 0),
        reason=state["content_reason"] or "",
    )


@statement(ids=many(INTEGER))
def states_of_artifacts(ids: Any) -> Any:
    """See `states`."""
    ends = ("gone_at", "expired")
    columns = ("id", "content_status", "content_reason", "run_attempt", "run_attempt_inferred", *ends)
    return select(*(_artifacts.c[name] for name in columns)).where(among(_artifacts.c.id, ids))


@statement(artifact_ids=many(INTEGER))
def readings_of_artifacts(artifact_ids: Any) -> Any:
    """See `states`; every file of a reading carries its time."""
    read_at = func.max(_files.c.captured_at, type_=TIME).label("read_at")
    query = select(_files.c.artifact_id, func.count().label("files"), read_at)
    return query.where(among(_files.c.artifact_id, artifact_ids)).group_by(_files.c.artifact_id)


def _merge_attempts(
    connection: Connection, rows: Sequence[Row], here: Mapping[int, Mapping[str, Any]]
) -> tuple[Mapping[int, int], set[int]]:
    """Note which attempt made each, where the other database knows better.

    Returns:
        What is known by then; and of which artifacts that is news.
    """
    known: dict[int, int] = {}
    better: dict[int, tuple[int, bool]] = {}
    for row in rows:
        ours, theirs = _attempt(here[row["id"]]), _attempt(row)
        best = max(filter(None, (ours, theirs)), key=lambda each: (not each[1], each[0]), default=None)
        if best is not None:
            known[row["id"]] = best[0]
            if best != ours:
                better[row["id"]] = best
    changed, _ = artifact_contents.set_attempts(connection, better)
    return known, changed


def _attempt(row: Mapping[str, Any]) -> tuple[int, bool] | None:
    """Which attempt, and whether that is inferred."""
    attempt = row["run_attempt"]
    return None if attempt is None else (attempt, bool(row["run_attempt_inferred"]))


def _end(connection: Connection, rows: Iterable[Row]) -> set[int]:
    """Note the end of artifacts that ended in the other database; says of which that is news.

    Of two ends the later stays.
    """
    over = [row for row in rows if row["gone_at"]]
    changed: set[int] = set()
    for expired in (True, False):
        reason = artifact_contents.EXPIRED if expired else artifact_contents.DELETED
        ended = ((row["id"], row["gone_at"]) for row in over if bool(row["expired"]) is expired)
        for at, ids in by_time(ended).items():
            for some in slices(ids):
                given = {"ids": some, "at": at, "reason": reason}
                changed.update(connection.values(end_artifacts_later, expired=expired, **given))
    return changed


@statement(choices={"expired": (True, False)}, ids=many(INTEGER), at=TIME, reason=TEXT)
def end_artifacts_later(*, expired: bool, ids: Any, at: Any, reason: Any) -> Any:
    """See `_end`: unless it was seen later, and was there (`overwrite` says the same of one that is back)."""
    old = _artifacts.c
    back = and_(
        old.captured_at > at,
        or_(old.expires_at.is_(None), old.expires_at > old.captured_at),
        old.expired.is_not(true()),
    )
    earlier = or_(old.gone_at.is_(None), old.gone_at < at)
    never_came = or_(artifacts.TO_DOWNLOAD, old.content_status == "gone")
    values: dict[str, Any] = {
        "gone_at": case((earlier, type_coerce(at, TIME)), else_=old.gone_at),
        "content_status": case((never_came, "gone"), else_=old.content_status),
        "content_reason": case((and_(never_came, earlier), reason), else_=old.content_reason),
    }
    news = or_(earlier, old.expired.is_not(true())) if expired else earlier
    return (
        update(_artifacts)
        .where(among(old.id, ids), news, ~back)
        .values(values | ({"expired": True} if expired else {}))
        .returning(old.id)
    )
