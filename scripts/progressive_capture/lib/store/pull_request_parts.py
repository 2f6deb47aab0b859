"""Parts of pull requests that were listed whole: what such a listing does not show is gone, or goes.

Reviews and comments stay, and say so in `gone_at`. Changed files are a snapshot, replaced as a set: those of
another set go. What was seen later than the listing, it cannot tell of.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, tuple_, update

from progressive_capture.lib.store.rows import slices, stored_keys
from progressive_capture.lib.store.schema import pull_requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from progressive_capture.lib.normalize.rows import Batch, Row, WholePart

FILES = "file_changes"

_WITH_IDS: Mapping[str, Table] = {
    table.name: table
    for table in (pull_requests.reviews, pull_requests.review_comments, pull_requests.issue_comments)
}
_files = pull_requests.file_changes
_coverage = pull_requests.pull_request_coverage

_Listings = dict[int, "WholePart"]
"""Listings of one part in one repository, by the number of the pull request."""


def without_outdated_files(
    connection: Connection, rows: Iterable[Row], wholes: Iterable[WholePart]
) -> list[Row]:
    """File changes that may go in, where `wholes` come with them.

    A set that was listed whole later knows of no files but its own: what was seen before, and is not in it,
    is outdated. An earlier observation of a file that it has is left to the overwrite rule.
    """
    observed = list(rows)
    listed_at = {_pull_of_whole(whole): whole.captured_at for whole in wholes if whole.part == FILES}
    covered_at = {
        pull: row.captured_at
        for row in _coverage_of(connection, {_pull_of(row) for row in observed})
        if (pull := (row.repository_id, row.pull_request_number)) not in listed_at
        or listed_at[pull] < row.captured_at
    }
    late = [
        (*_pull_of(row), row["path"])
        for row in observed
        if _pull_of(row) in covered_at and row["captured_at"] < covered_at[_pull_of(row)]
    ]
    outdated = set(late) - stored_keys(connection, _files, late)
    return [row for row in observed if (*_pull_of(row), row["path"]) not in outdated]


def new_and_unlisted(connection: Connection, batch: Batch) -> Mapping[str, set[int]]:
    """By table, ids that a batch brings for the first time, and leaves out of its own whole listing."""
    keys: dict[tuple[str, tuple[int, int]], frozenset[int | str]] = {
        (whole.part, _pull_of_whole(whole)): frozenset(whole.keys) for whole in batch.whole_parts
    }
    new = {}
    for name in _WITH_IDS if keys else ():
        unlisted = [
            (row["id"],)
            for row in batch.rows.get(name, ())
            if row["id"] not in keys.get((name, _pull_of(row)), {row["id"]})
        ]
        new[name] = {key[0] for key in set(unlisted) - stored_keys(connection, _WITH_IDS[name], unlisted)}
    return new


def replace_whole(connection: Connection, wholes: Sequence[WholePart]) -> Mapping[str, set[int]]:
    """Carry out what whole listings say of the rows that are there.

    Returns:
        By table, the ids of what is gone now and was not before. Changed files that went are not counted.
    """
    gone: defaultdict[str, set[int]] = defaultdict(set)
    for (repository_id, part), listings in _one_by_one(wholes):
        if part == FILES:
            _take_out_files(connection, repository_id, listings)
        else:
            gone[part] |= _mark_unlisted(connection, _WITH_IDS[part], repository_id, listings)
    return gone


def _one_by_one(wholes: Sequence[WholePart]) -> Iterator[tuple[tuple[int, str], _Listings]]:
    """Listings of one part of one repository, a few hundred pull requests at a time."""
    groups: defaultdict[tuple[int, str], list[WholePart]] = defaultdict(list)
    for whole in wholes:
        groups[whole.repository_id, whole.part].append(whole)
    for group, theirs in groups.items():
        for some in slices(theirs):
            # Of two listings of one part in one batch, the later one.
            by_time = sorted(some, key=lambda whole: whole.captured_at)
            yield group, {whole.pull_request_number: whole for whole in by_time}


def _mark_unlisted(connection: Connection, table: Table, repository_id: int, listings: _Listings) -> set[int]:
    """Note that rows are gone which the listing of their pull request did not show; says which are news."""
    query = select(table.c.id, table.c.pull_request_number, table.c.captured_at).where(
        table.c.repository_id == repository_id,
        table.c.pull_request_number.in_(list(listings)),
        table.c.gone_at.is_(None),
    )
    keys = _keys(listings)
    gone: defaultdict[datetime, set[int]] = defaultdict(set)
    for row in connection.execute(query):
        at = listings[row.pull_request_number].captured_at
        if row.captured_at <= at and row.id not in keys[row.pull_request_number]:
            gone[at].add(row.id)
    for at, ids in gone.items():
        for some in slices(ids):
            connection.execute(update(table).where(table.c.id.in_(some)).values(gone_at=at))
    return set().union(*gone.values())


def _take_out_files(connection: Connection, repository_id: int, listings: _Listings) -> None:
    """Take out files that the listing did not show, and those of a head before the one that is covered."""
    heads = {
        row.pull_request_number: row
        for row in _coverage_of(connection, {(repository_id, number) for number in listings})
    }
    columns = (_files.c.pull_request_number, _files.c.path, _files.c.captured_at, _files.c.head_sha)
    query = select(*columns).where(
        _files.c.repository_id == repository_id, _files.c.pull_request_number.in_(list(listings))
    )
    keys = _keys(listings)
    out = [
        (repository_id, row.pull_request_number, row.path)
        for row in connection.execute(query)
        if (
            row.captured_at <= listings[row.pull_request_number].captured_at
            and row.path not in keys[row.pull_request_number]
        )
        or _is_of_earlier_head(row, heads.get(row.pull_request_number))
    ]
    for some in slices(out):
        connection.execute(delete(_files).where(tuple_(*_files.primary_key).in_(some)))


def _is_of_earlier_head(file: Any, covered: Any | None) -> bool:
    """Whether a file was seen before the files of another commit were all listed."""
    return (
        covered is not None
        and None not in (covered.head_sha, file.head_sha)
        and file.head_sha != covered.head_sha
        and file.captured_at < covered.captured_at
    )


def _coverage_of(connection: Connection, pulls: set[tuple[int, int]]) -> Iterator[Any]:
    """The coverage of the files of pull requests, named by repository and number."""
    key = tuple_(_coverage.c.repository_id, _coverage.c.pull_request_number, _coverage.c.part)
    for some in slices(pulls):
        yield from connection.execute(
            select(_coverage).where(key.in_([(repository, number, FILES) for repository, number in some]))
        )


def _keys(listings: _Listings) -> Mapping[int, frozenset[int | str]]:
    return {number: frozenset(whole.keys) for number, whole in listings.items()}


def _pull_of(row: Row) -> tuple[int, int]:
    return row["repository_id"], row["pull_request_number"]


def _pull_of_whole(whole: WholePart) -> tuple[int, int]:
    return whole.repository_id, whole.pull_request_number
