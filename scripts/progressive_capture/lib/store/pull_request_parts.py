"""Parts of pull requests that were listed whole: what such a listing does not show is gone, or goes.

Reviews and comments stay, and say so in `gone_at`. Changed files are a snapshot, replaced as a set: those of
another set go. What was seen later than the listing, it cannot tell of.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, select, update

from progressive_capture.lib.store.rows import slices, stored_keys
from progressive_capture.lib.store.schema import pull_requests
from progressive_capture.lib.store.schema.column_types import INTEGER, TEXT, TIME
from progressive_capture.lib.store.statements import among, among_keys, keys, many, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Table

    from progressive_capture.lib.normalize.rows import Batch, Row, WholePart
    from progressive_capture.lib.store.database import Connection

FILES = "file_changes"

_WITH_IDS: Mapping[str, Table] = {
    table.name: table
    for table in (pull_requests.reviews, pull_requests.review_comments, pull_requests.issue_comments)
}
_files = pull_requests.file_changes
_coverage = pull_requests.pull_request_coverage

_Listings = dict[int, "WholePart"]
"""Listings of one part in one repository, by the number of the pull request."""


class _Head(NamedTuple):
    """The commit of a pull request whose files were all listed, and when."""

    captured_at: datetime
    head_sha: str | None


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
    shown: dict[tuple[str, tuple[int, int]], frozenset[int | str]] = {
        (whole.part, _pull_of_whole(whole)): frozenset(whole.keys) for whole in batch.whole_parts
    }
    new = {}
    for name in _WITH_IDS if shown else ():
        unlisted = [
            (row["id"],)
            for row in batch.rows.get(name, ())
            if row["id"] not in shown.get((name, _pull_of(row)), {row["id"]})
        ]
        new[name] = {key[0] for key in set(unlisted) - stored_keys(connection, _WITH_IDS[name], unlisted)}
    return new


def replace_whole(
    connection: Connection, wholes: Sequence[WholePart], coverages: Collection[Row]
) -> Mapping[str, set[int]]:
    """Carry out what whole listings say of the rows that are there.

    Args:
        connection: where to.
        wholes: the listings.
        coverages: their proofs, rows of `pull_request_coverage`; they may be written after this.

    Returns:
        By table, the ids of what is gone now and was not before. Changed files that went are not counted.
    """
    gone: defaultdict[str, set[int]] = defaultdict(set)
    for (repository_id, part), listings in _one_by_one(wholes):
        if part == FILES:
            heads = _heads(connection, repository_id, listings, coverages)
            _take_out_files(connection, repository_id, listings, heads)
        else:
            gone[part] |= _mark_unlisted(connection, part, repository_id, listings)
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


def _mark_unlisted(connection: Connection, part: str, repository_id: int, listings: _Listings) -> set[int]:
    """Note that rows are gone which the listing of their pull request did not show; says which are news."""
    shown = _keys(listings)
    unlisted: defaultdict[datetime, list[int]] = defaultdict(list)
    for row in connection.ask(
        present_items_of_pulls, part=part, repository_id=repository_id, numbers=list(listings)
    ):
        at = listings[row.pull_request_number].captured_at
        if row.captured_at <= at and row.id not in shown[row.pull_request_number]:
            unlisted[at].append(row.id)
    gone: set[int] = set()
    for at, ids in unlisted.items():
        for some in slices(ids):
            gone.update(connection.values(end_items_of_pulls, part=part, ids=some, at=at))
    return gone


@statement(choices={"part": tuple(_WITH_IDS)}, repository_id=INTEGER, numbers=many(INTEGER))
def present_items_of_pulls(part: str, repository_id: Any, numbers: Any) -> Any:
    """Reviews or comments of pull requests that are not gone."""
    table = _WITH_IDS[part]
    return select(table.c.id, table.c.pull_request_number, table.c.captured_at).where(
        table.c.repository_id == repository_id,
        among(table.c.pull_request_number, numbers),
        table.c.gone_at.is_(None),
    )


@statement(choices={"part": tuple(_WITH_IDS)}, ids=many(INTEGER), at=TIME)
def end_items_of_pulls(part: str, ids: Any, at: Any) -> Any:
    """Note the end of reviews or comments that were not seen later; gives the ids of which that is news."""
    table = _WITH_IDS[part]
    return (
        update(table)
        .where(among(table.c.id, ids), table.c.gone_at.is_(None), table.c.captured_at <= at)
        .values(gone_at=at)
        .returning(table.c.id)
    )


def _take_out_files(
    connection: Connection, repository_id: int, listings: _Listings, heads: Mapping[int, _Head]
) -> None:
    """Take out files that the listing did not show, and those of a head before the one that is covered."""
    shown = _keys(listings)
    out = [
        (repository_id, row.pull_request_number, row.path, row.captured_at)
        for row in connection.ask(changed_files_of_pulls, repository_id=repository_id, numbers=list(listings))
        if (
            row.captured_at <= listings[row.pull_request_number].captured_at
            and row.path not in shown[row.pull_request_number]
        )
        or _is_of_earlier_head(row, heads.get(row.pull_request_number))
    ]
    for some in slices(out):
        connection.change(take_out_changed_files, seen=some)


@statement(repository_id=INTEGER, numbers=many(INTEGER))
def changed_files_of_pulls(repository_id: Any, numbers: Any) -> Any:
    """Files that pull requests change."""
    return select(_files.c.pull_request_number, _files.c.path, _files.c.captured_at, _files.c.head_sha).where(
        _files.c.repository_id == repository_id, among(_files.c.pull_request_number, numbers)
    )


@statement(seen=keys(repository_id=INTEGER, pull_request_number=INTEGER, path=TEXT, captured_at=TIME))
def take_out_changed_files(seen: Any) -> Any:
    """Take out changed files, unless they were seen again since they were looked at."""
    return delete(_files).where(among_keys([*_files.primary_key, _files.c.captured_at], seen))


def _heads(
    connection: Connection, repository_id: int, listings: _Listings, coverages: Collection[Row]
) -> Mapping[int, _Head]:
    """By pull request, the head that is covered, or will be: whichever was listed later."""
    heads = {
        row.pull_request_number: _Head(row.captured_at, row.head_sha)
        for row in _coverage_of(connection, {(repository_id, number) for number in listings})
    }
    for row in coverages:
        number = row["pull_request_number"]
        if (row["repository_id"], row["part"]) == (repository_id, FILES) and number in listings:
            head = _Head(row["captured_at"], row["head_sha"])
            heads[number] = max(heads.get(number, head), head, key=lambda each: each.captured_at)
    return heads


def _is_of_earlier_head(file: Any, covered: _Head | None) -> bool:
    """Whether a file was seen before the files of another commit were all listed."""
    return (
        covered is not None
        and None not in (covered.head_sha, file.head_sha)
        and file.head_sha != covered.head_sha
        and file.captured_at < covered.captured_at
    )


def _coverage_of(connection: Connection, pulls: set[tuple[int, int]]) -> Iterator[Any]:
    """The coverage of the files of pull requests, named by repository and number."""
    for some in slices(pulls):
        named = [(repository_id, number, FILES) for repository_id, number in some]
        yield from connection.ask(coverage_of_parts, named=named)


@statement(named=keys(repository_id=INTEGER, pull_request_number=INTEGER, part=TEXT))
def coverage_of_parts(named: Any) -> Any:
    """Which state each part of a pull request was listed in, and when."""
    return select(
        _coverage.c.repository_id,
        _coverage.c.pull_request_number,
        _coverage.c.captured_at,
        _coverage.c.head_sha,
    ).where(among_keys(list(_coverage.primary_key), named))


def _keys(listings: _Listings) -> Mapping[int, frozenset[int | str]]:
    return {number: frozenset(whole.keys) for number, whole in listings.items()}


def _pull_of(row: Row) -> tuple[int, int]:
    return row["repository_id"], row["pull_request_number"]


def _pull_of_whole(whole: WholePart) -> tuple[int, int]:
    return whole.repository_id, whole.pull_request_number
