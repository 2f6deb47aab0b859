"""Reviews, comments and changed files of another database, and the proof that they are whole.

`pull_request_coverage` says when a part of a pull request was listed whole. What one database has and such a
list of the other did not show is gone (reviews and comments), or goes (changed files), if it was last seen
before that list: at its own `captured_at`, or with the last whole list of its own database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from progressive_capture.lib.normalize.rows import WholePart
from progressive_capture.lib.store import pull_request_parts
from progressive_capture.lib.store.rows import slices, stored_keys
from progressive_capture.lib.store.schema import METADATA, pull_requests
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT
from progressive_capture.lib.store.shards.observations import end_later, merge_observations
from progressive_capture.lib.store.statements import among, among_keys, keys, many, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.normalize.rows import Row
    from progressive_capture.lib.store.database import Connection

    PartKey = tuple[int, int, str]

FILES = pull_request_parts.FILES
WITH_IDS = ("reviews", "review_comments", "issue_comments")
"""Parts whose rows stay, and say in `gone_at` that they are gone."""

_coverage = pull_requests.pull_request_coverage


@statement(named=keys(repository_id=INTEGER, pull_request_number=INTEGER, part=TEXT))
def listings_of_parts(named: Any) -> Any:
    """When parts of pull requests were listed whole."""
    columns = [*_coverage.primary_key, _coverage.c.captured_at]
    return select(*columns).where(among_keys(list(_coverage.primary_key), named))


@statement(choices={"part": WITH_IDS}, repository_id=INTEGER, numbers=many(INTEGER))
def items_of_pulls(part: str, repository_id: Any, numbers: Any) -> Any:
    """Reviews or comments of pull requests, gone or not."""
    table = METADATA.tables[part]
    return select(table.c.id, table.c.pull_request_number, table.c.captured_at).where(
        table.c.repository_id == repository_id, among(table.c.pull_request_number, numbers)
    )


def listed_at(ask: Any, named: Iterable[PartKey]) -> Mapping[PartKey, datetime]:
    """When a database listed each of the parts whole, where it did."""
    return {
        (row.repository_id, row.pull_request_number, row.part): row.captured_at
        for some in slices(sorted(set(named)))
        for row in ask(listings_of_parts, named=some)
    }


def parts_of(part: str, rows: Iterable[Row]) -> set[PartKey]:
    """The parts that rows of one table belong to."""
    return {(row["repository_id"], row["pull_request_number"], part) for row in rows}


def merge_items(
    connection: Connection, part: str, rows: Sequence[Row], listed: Mapping[PartKey, datetime]
) -> tuple[int, int]:
    """Write reviews or comments; says how many are new, and how many changed.

    Args:
        connection: where to.
        part: their table.
        rows: its rows.
        listed: when their parts were listed whole, in the database that they come from.
    """
    here = listed_at(connection.ask, parts_of(part, rows))
    late = {
        row["id"]: here[key]
        for row in rows
        if (key := (row["repository_id"], row["pull_request_number"], part)) in here
        and max(row["captured_at"], listed.get(key, row["captured_at"])) <= here[key]
    }
    known = stored_keys(connection, METADATA.tables[part], [(row_id,) for row_id in late])
    written = merge_observations(connection, part, rows)
    unlisted = ((row_id, at) for row_id, at in late.items() if (row_id,) not in known)
    end_later(connection, part, unlisted)
    return written


def merge_files(
    connection: Connection, rows: Sequence[Row], listed: Mapping[PartKey, datetime]
) -> tuple[int, int]:
    """Write changed files, without those that a later whole list here does not have.

    Args:
        connection: where to.
        rows: of the table `file_changes`.
        listed: as in `merge_items`.
    """
    wholes = [_whole(key, (), at) for key, at in listed.items()]
    fit = pull_request_parts.without_outdated_files(connection, rows, wholes)
    return merge_observations(connection, FILES, fit)


def merge_pull_coverage(
    connection: Connection, rows: Sequence[Row], shown: Mapping[PartKey, Collection[Any]]
) -> tuple[int, int]:
    """Write the proofs, after carrying out what they say of what is here.

    Args:
        connection: where to; the parts are there already.
        rows: of the table `pull_request_coverage`, about a hundred.
        shown: by part, the ids (paths) that the database has which they come from, gone ones too.
    """
    here = listed_at(connection.ask, (_part(row) for row in rows))
    later = [row for row in rows if _part(row) not in here or row["captured_at"] > here[_part(row)]]
    wholes = [_whole(_part(row), shown.get(_part(row), ()), row["captured_at"]) for row in later]
    of_files = [whole for whole in wholes if whole.part == FILES]
    pull_request_parts.replace_whole(connection, of_files, [row for row in later if row["part"] == FILES])
    for part in WITH_IDS:
        _end_unlisted(connection, part, [whole for whole in wholes if whole.part == part])
    return merge_observations(connection, _coverage.name, rows)


def _end_unlisted(connection: Connection, part: str, wholes: Sequence[WholePart]) -> None:
    """Note that reviews or comments are gone that the other database has never had, and listed whole."""
    listings = {(whole.repository_id, whole.pull_request_number): whole for whole in wholes}
    for repository_id in {number[0] for number in listings}:
        numbers = [number for owner, number in listings if owner == repository_id]
        for some in slices(numbers):
            unlisted = [
                (row.id, whole.captured_at)
                for row in connection.ask(
                    items_of_pulls, part=part, repository_id=repository_id, numbers=some
                )
                if row.id not in (whole := listings[repository_id, row.pull_request_number]).keys
            ]
            end_later(connection, part, unlisted)


def _part(row: Row) -> PartKey:
    return row["repository_id"], row["pull_request_number"], row["part"]


def _whole(key: Any, shown: Collection[Any], at: datetime) -> WholePart:
    repository_id, number, part = key
    return WholePart(
        repository_id=repository_id,
        pull_request_number=number,
        part=part,
        keys=frozenset(shown),
        captured_at=at,
    )
