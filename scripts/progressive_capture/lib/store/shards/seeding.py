"""A seed: a small database with what one leg of a plan reads, taken out of a large one.

A capture in it makes the requests, and stores the rows, that it would in the whole. What it stores is merged
back; what the seed brought along is in the whole already, and changes nothing there.

A seed says which artifacts it holds without their files (`reading.LEFT_BEHIND`), and has no proof of anything
that it does not hold: of windows only those of artifacts, and only where it has them all.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from progressive_capture.lib.errors import StoreError
from progressive_capture.lib.store import artifact_queries, planning_queries
from progressive_capture.lib.store.contract import Span
from progressive_capture.lib.store.failures import open_failures
from progressive_capture.lib.store.schema import METADATA
from progressive_capture.lib.store.shards.errors import DamagedShardError
from progressive_capture.lib.store.shards.reading import LEFT_BEHIND, Shard, opened_file, readable_file
from progressive_capture.lib.store.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from progressive_capture.lib.chunks import Chunk

_NAMED = {"workflow_jobs": re.compile(r"\brun (\d+)"), "artifacts": re.compile(r"\bartifact (\d+)")}
"""By kind: how the keys of failures name the run, or the artifact, that they are about."""

_TO_DO = "SELECT id FROM wanted"
_IN_REPOSITORY = "repository_id = :repository_id"


@dataclass(frozen=True, kw_only=True)
class _Part:
    """Rows that are taken along: a table, and which of its rows."""

    table: str
    where: str = _IN_REPOSITORY


_OF_RUNS: Sequence[_Part] = (
    _Part(table="workflow_runs", where=f"id IN ({_TO_DO})"),
    _Part(table="workflow_jobs", where=f"run_id IN ({_TO_DO})"),
    _Part(table="workflow_job_coverage", where=f"run_id IN ({_TO_DO})"),
)
_CONTENTS: Sequence[_Part] = (
    _Part(table="artifact_files", where=f"artifact_id IN ({_TO_DO})"),
    _Part(table="test_results", where=f"artifact_id IN ({_TO_DO})"),
)
_OF_ARTIFACTS: Sequence[_Part] = (_Part(table="artifacts", where=f"id IN ({_TO_DO})"), *_CONTENTS)
_OF_LISTING: Sequence[_Part] = (
    # What is listed is held against all artifacts that were, and finds its attempt by those of its run.
    _Part(table="artifacts"),
    _Part(table="workflow_runs"),
    _Part(table="workflow_run_attempts"),
    _Part(table="capture_windows", where=f"{_IN_REPOSITORY} AND kind = 'artifacts'"),
    *_CONTENTS,
)
"""Of the one part of a plan that lists artifacts for all."""

_FAILED = _Part(
    table="capture_failures",
    where=f"{_IN_REPOSITORY} AND kind = :kind AND item_key IN (SELECT item_key FROM failed)",  # noqa: S608
)
_WAITING = (
    "kind = :kind AND lower(repository) = lower(:repository) AND status IN ('queued', 'paused', 'running')"
)


def seed(base: Path, shard: Path, chunk: Chunk, repository_id: int) -> None:
    """Make a shard with what a leg of this chunk reads.

    Args:
        base: the whole database; nobody writes to it meanwhile.
        shard: the file to make, replaced if it is there.
        chunk: of kind `workflow_jobs` (its ids are of runs) or `artifacts`. One of artifacts without a
            `last_id` lists them too.
        repository_id: whose history it is.

    Raises:
        ShardError: the base cannot be read.
        StoreError: there is no seed for such a chunk, or it cannot be written.
    """
    if chunk.kind not in _NAMED:
        raise StoreError(
            f"There is no seed for chunks of {chunk.kind}.", hint="Take the whole database instead."
        )
    part = shard.with_name(f"{shard.name}.part")
    _remove(part)
    try:
        with readable_file(base) as file:
            _plant(file, part, chunk, repository_id)
        _remove(shard)
        part.replace(shard)
    finally:
        _remove(part)


def _plant(base: Path, part: Path, chunk: Chunk, repository_id: int) -> None:
    with opened_file(base, base) as whole:
        wanted = list(_wanted(whole, chunk, repository_id))
        failures = [(key,) for key in _failures(whole, chunk, repository_id)]
    with closing(SqliteDatabase(part)) as database:
        database.migrate()
    with closing(sqlite3.connect(f"file:{quote(str(part.absolute()))}", uri=True)) as connection:
        try:
            connection.execute("ATTACH ? AS base", (f"file:{quote(str(base.absolute()))}?immutable=1",))
            connection.execute("CREATE TEMP TABLE wanted (id INTEGER PRIMARY KEY)")
            connection.executemany("INSERT INTO wanted VALUES (?)", ((each,) for each in wanted))
            connection.execute("CREATE TEMP TABLE failed (item_key TEXT PRIMARY KEY)")
            connection.executemany("INSERT INTO failed VALUES (?)", failures)
            for each in _parts(chunk):
                _take(connection, each, chunk, repository_id)
            _note_what_is_left_behind(connection)
            connection.commit()
        except sqlite3.Error as error:
            raise DamagedShardError(base, str(error)) from error


def _note_what_is_left_behind(connection: sqlite3.Connection) -> None:
    """Of artifacts that are done only the row was taken."""
    name = LEFT_BEHIND.name
    connection.execute(f"CREATE TABLE main.{name} (artifact_id INTEGER PRIMARY KEY) STRICT")
    connection.execute(
        f"INSERT INTO main.{name} SELECT id FROM main.artifacts WHERE id NOT IN ({_TO_DO})"  # noqa: S608
    )


def _parts(chunk: Chunk) -> Iterator[_Part]:
    yield _Part(table="repositories", where="id = :repository_id")
    if chunk.kind == "workflow_jobs":
        yield from _OF_RUNS
    else:
        yield from _OF_LISTING if chunk.last_id is None else _OF_ARTIFACTS
    yield _FAILED
    yield _Part(
        table="progressive_capture_jobs", where="id = :job_id" if chunk.job_id is not None else _WAITING
    )


def _take(connection: sqlite3.Connection, part: _Part, chunk: Chunk, repository_id: int) -> None:
    columns = ", ".join(f'"{name}"' for name in _columns(part.table))
    given: Mapping[str, Any] = {
        "repository_id": repository_id,
        "repository": chunk.repository,
        "kind": chunk.kind,
        "job_id": chunk.job_id,
    }
    connection.execute(
        f"INSERT INTO main.{part.table} ({columns}) "  # noqa: S608  (names and conditions of ours)
        f"SELECT {columns} FROM base.{part.table} WHERE {part.where}",
        given,
    )


def _columns(table_name: str) -> Sequence[str]:
    return METADATA.tables[table_name].c.keys()


def _wanted(whole: Shard, chunk: Chunk, repository_id: int) -> Iterator[int]:
    """Ids of what the chunk still has something to do for."""
    span = Span(repository_id=repository_id, first_id=chunk.first_id, last_id=chunk.last_id)
    page_of: Callable[..., Sequence[int]] = artifact_queries.page_of_ids_to_download
    given: dict[str, Any] = {}
    if chunk.kind == "workflow_jobs":
        page_of = planning_queries.page_of_ids_to_detail
        given = {"depth": chunk.parameters.get("depth") or "steps"}
    after: int | None = None
    while page := whole.read(page_of, span, **given, after=after):
        yield from page
        after = page[-1]


def _failures(whole: Shard, chunk: Chunk, repository_id: int) -> Iterator[str]:
    """Keys of the open failures that are the chunk's: of its own ids; others are whose part has no end."""
    for row in whole.read(open_failures, repository_id, chunk.kind):
        named = _NAMED[chunk.kind].search(row["item_key"])
        is_ours = chunk.last_id is None if named is None else _is_within(int(named[1]), chunk)
        if is_ours:
            yield row["item_key"]


def _is_within(number: int, chunk: Chunk) -> bool:
    return (chunk.first_id or 0) <= number and (chunk.last_id is None or number <= chunk.last_id)


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(f"{path.name}{end}").unlink()
