"""Rows of another database that are observations: in by the overwrite rule; and the end of what ended."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, update

from progressive_capture.lib.store.overwrite import observed_columns
from progressive_capture.lib.store.rows import slices, stored_keys, write_rows
from progressive_capture.lib.store.schema import METADATA
from progressive_capture.lib.store.schema.column_types import INTEGER, TIME
from progressive_capture.lib.store.statements import among, many, statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from progressive_capture.lib.normalize.rows import Row
    from progressive_capture.lib.store.database import Connection

ENDING = ("workflow_runs", "pull_requests", "reviews", "review_comments", "issue_comments")
"""Tables whose rows say in `gone_at` that GitHub no longer has the thing. Artifacts end in another way."""


def merge_observations(connection: Connection, table_name: str, rows: Sequence[Row]) -> tuple[int, int]:
    """Write whole rows as the observations that they are; says how many are new, and how many changed."""
    table = METADATA.tables[table_name]
    names = observed_columns(table)
    ended = {row["id"]: row["gone_at"] for row in rows if row["gone_at"]} if table_name in ENDING else {}
    known = {key[0] for key in stored_keys(connection, table, [(row_id,) for row_id in ended])}
    written = write_rows(connection, table_name, ({name: row[name] for name in names} for row in rows))
    # What is new is only that, whatever else is said of it.
    end_later(connection, table_name, ((row_id, at) for row_id, at in ended.items() if row_id not in known))
    news = end_later(connection, table_name, ((row_id, ended[row_id]) for row_id in known))
    return written[0], written[1] + news


def end_later(connection: Connection, table_name: str, ended: Iterable[tuple[int, datetime]]) -> int:
    """Note that things are gone as of a time, unless they were seen later; says of how many that is news.

    Of two ends the later stays.
    """
    return sum(
        connection.change(end_rows_later, table=table_name, ids=some, at=at)
        for at, ids in by_time(ended).items()
        for some in slices(ids)
    )


@statement(choices={"table": ENDING}, ids=many(INTEGER), at=TIME)
def end_rows_later(table: str, ids: Any, at: Any) -> Any:
    """See `end_later`."""
    kept = METADATA.tables[table]
    earlier = or_(kept.c.gone_at.is_(None), kept.c.gone_at < at)
    return update(kept).where(among(kept.c.id, ids), earlier, kept.c.captured_at <= at).values(gone_at=at)


def by_time(ended: Iterable[tuple[int, datetime]]) -> Mapping[datetime, list[int]]:
    """The ids that ended at each time."""
    times: defaultdict[datetime, list[int]] = defaultdict(list)
    for row_id, at in ended:
        times[at].append(row_id)
    return times
