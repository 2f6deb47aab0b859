"""The overwrite rule: which of two observations of one thing is kept, whatever their order of arrival.

* The *newer* observation wins: the later `captured_at`; on a tie the higher `run_attempt`, then the later
  `updated_at` (in the coverage of a pull request: its own), then the more final status. A tie in all of these
  leaves what is stored.
* An observation that changes nothing but `captured_at` is not written, so that a second capture touches
  no row. The price: a state that went away and came back (A, B, A) is kept right only in order of time.
  Stored as A, A, B it ends as B, because the second A left no trace.
  In the ledger of windows the time itself is the news, so there it is always written.
* A run's `pull_request_numbers` are those that are open: when they are merged the list empties, which is no
  news about the past. An empty list never replaces a fuller one.
* What a source does not ask for (`NOT_ALWAYS_ASKED`: REST and GraphQL of pull requests) is NULL there, which
  never replaces a value, and a gap is filled by an older one. Where a value fell between two observations of
  which one did not ask, it is kept right only in order of time, for the row has but one `captured_at`. A file
  that is no longer renamed or copied has no `previous_path`, whatever was known.
* `gone_at` goes when GitHub shows the thing again later. An artifact that ran out is not back however often
  it is listed; one that is back is to be fetched again where its end was all that hindered it.
* A workflow job is seen by two sources. Some of its columns (`ASSIGNED`) are set once in its life, and
  GraphQL does not know most of them: there a value is never turned into NULL, an older one still fills a
  gap, and REST's word stands against GraphQL's copy of the run's. `source` says `rest` if either was.
* The steps of a job belong to how far it was (not started, running, completed). They go when the job moves
  on without them, to be asked for again. Among equally final states they only grow, so that the list that
  says more stays, and NULL (not asked) never wins.

`upsert` states this once; SQLAlchemy spells it for SQLite and Postgres alike.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, case, cast, false, func, literal, literal_column, null, or_, true
from sqlalchemy.dialects import postgresql, sqlite

from progressive_capture.lib.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Column, ColumnElement, Select, Table
    from sqlalchemy.sql.base import ReadOnlyColumnCollection

    Columns = ReadOnlyColumnCollection[str, Any]

BOOKKEEPING = frozenset({"gone_at"})
"""Columns that no observation holds, in any table: only we write them."""

ARTIFACT_BOOKKEEPING = frozenset({"content_status", "content_reason", "run_attempt", "run_attempt_inferred"})
"""Columns of `artifacts` that only we write."""

ASSIGNED = frozenset(
    {
        "node_id",
        "run_attempt",
        "workflow_name",
        "created_at",
        "head_sha",
        "head_branch",
        "labels",
        "runner_id",
        "runner_name",
        "runner_group_name",
        "html_url",
        "carried_from_job_id",
    }
)
"""Columns of `workflow_jobs` that are set once in a job's life."""

SET_ONCE: Mapping[str, frozenset[str]] = MappingProxyType(
    {"pull_requests": frozenset({"node_id"}), "reviews": frozenset({"node_id"})}
)
"""By table: columns that keep the first value they get (those of jobs apart: `ASSIGNED`)."""

NOT_ALWAYS_ASKED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "reviews": frozenset({"created_at", "updated_at", "is_minimized"}),
        "review_comments": frozenset({"is_minimized"}),
        "issue_comments": frozenset({"is_minimized"}),
        "file_changes": frozenset({"previous_path"}),
    }
)
"""By table: columns in which NULL means that nobody asked."""

_TIME_IS_NEWS = frozenset({"capture_windows"})

_RUN_STATES = ("status", {"in_progress": 1, "completed": 2})
_FINALITY: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "workflow_runs": _RUN_STATES,
    "workflow_run_attempts": _RUN_STATES,
    "workflow_jobs": _RUN_STATES,
    "workflow_job_coverage": ("depth", {"jobs": 1, "full": 2}),
    "capture_windows": ("status", {"saturated": 1, "covered": 1}),
}
"""By table: the column that says how final a state is, and the rank of its words (0: any other word)."""


def observed_columns(table: Table) -> list[str]:
    """The columns that an observation of this table fills: all but our bookkeeping."""
    ours = BOOKKEEPING | ARTIFACT_BOOKKEEPING if table.name == "artifacts" else BOOKKEEPING
    return [column.name for column in table.columns if column.name not in ours]


@cache
def upsert(table: Table, dialect_name: str, source: Select[Any] | None = None) -> Any:
    """`INSERT … ON CONFLICT DO UPDATE … WHERE it changes something`, ready for rows of that table.

    Args:
        table: a table of observations.
        dialect_name: whose SQL.
        source: a query for the rows, its columns in the order of `observed_columns`; None: rows come as
            parameters.

    Raises:
        StoreError: if the table does not hold observations.
    """
    if "captured_at" not in table.c:
        raise StoreError(
            f"Rows of {table.name} are no observations.", hint="This is a bug: please report it."
        )
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect_name](table)
    if source is not None:
        # Spelled out: as a default of SQLAlchemy's it would be bound, and there is nobody to bind it.
        ours = [column for column in table.columns if column.default is not None]
        named = [*observed_columns(table), *(column.name for column in ours)]
        rows = source.add_columns(*(_text(_default(column)).label(column.name) for column in ours))
        insert = insert.from_select(named, rows, include_defaults=False)
    old, new = table.c, insert.excluded
    keys = [column.name for column in table.primary_key]
    newer = is_newer(table, new, old)
    merged = _merged(table, new, old, newer)
    plain = [name for name in observed_columns(table) if name not in {*keys, *merged}]
    content = plain if table.name in _TIME_IS_NEWS else [name for name in plain if name != "captured_at"]
    changes = [and_(newer, or_(*(new[name].is_distinct_from(old[name]) for name in content)))]
    changes += [value.is_distinct_from(old[name]) for name, value in merged.items()]
    # Without merged columns only a newer observation is ever written: no need to ask again.
    winners = {name: _winner(name, new, old, newer) if merged else new[name] for name in plain}
    return insert.on_conflict_do_update(index_elements=keys, set_=winners | merged, where=or_(*changes))


def is_newer(table: Table, new: Columns, old: Columns) -> ColumnElement[bool]:
    """Whether the new observation beats the old one."""
    verdict: ColumnElement[bool] = false()
    for ours, theirs in reversed(list(zip(_version(table, new), _version(table, old), strict=True))):
        verdict = or_(ours > theirs, and_(ours == theirs, verdict))
    return verdict


def _merged(
    table: Table, new: Columns, old: Columns, newer: ColumnElement[bool]
) -> dict[str, ColumnElement[Any]]:
    """The columns in which more than the newer observation counts, and what each should hold."""
    if table.name == "artifacts":
        return _back_again(new, old)
    if table.name == "workflow_jobs":
        return _both_sources(table, new, old, newer)
    merged: dict[str, ColumnElement[Any]] = {
        name: func.coalesce(old[name], new[name]) for name in sorted(SET_ONCE.get(table.name, ()))
    }
    merged |= {
        name: _if_asked(name, new, old, newer) for name in sorted(NOT_ALWAYS_ASKED.get(table.name, ()))
    }
    if table.name == "file_changes":
        moved = _winner("status", new, old, newer).in_([_text("renamed"), _text("copied")])
        merged["previous_path"] = case(
            (moved, merged["previous_path"]), else_=_winner("previous_path", new, old, newer)
        )
    if "gone_at" in old:
        merged["gone_at"] = case((new["captured_at"] > old["gone_at"], null()), else_=old["gone_at"])
    if "pull_request_numbers" in old:
        merged["pull_request_numbers"] = _not_emptied("pull_request_numbers", new, old, newer)
    return merged


def _both_sources(
    table: Table, new: Columns, old: Columns, newer: ColumnElement[bool]
) -> dict[str, ColumnElement[Any]]:
    """What a workflow job should hold of what two sources say."""
    merged = {name: _assigned(name, new, old, newer) for name in sorted(ASSIGNED)}
    merged["source"] = case((old["source"] == _text("rest"), old["source"]), else_=new["source"])
    merged["steps"] = _fuller_steps(table, new, old, newer)
    return merged


def _back_again(new: Columns, old: Columns) -> dict[str, ColumnElement[Any]]:
    """What an artifact that GitHub still has after all is given back."""
    lasts = or_(new["expires_at"].is_(None), new["expires_at"] > new["captured_at"])
    back = and_(new["captured_at"] > old["gone_at"], lasts, new["expired"].is_not(true()))
    to_fetch = and_(back, old["content_status"] == _text("gone"))
    return {
        "gone_at": case((back, null()), else_=old["gone_at"]),
        "content_status": case((to_fetch, _text("pending")), else_=old["content_status"]),
        "content_reason": case((to_fetch, null()), else_=old["content_reason"]),
    }


def _version(table: Table, columns: Columns) -> list[ColumnElement[Any]]:
    """What orders two observations, the weightiest first.

    Left out: a job's attempt, which never changes, and an artifact's, which no observation knows.
    """
    version: list[ColumnElement[Any]] = [columns["captured_at"]]
    if "run_attempt" in columns and table.name not in ("workflow_jobs", "artifacts"):
        version.append(func.coalesce(columns["run_attempt"], literal_column("0")))
    if "updated_at" in columns:
        version.append(func.coalesce(columns["updated_at"], _text("1970-01-01T00:00:00Z")))
    if "pull_request_updated_at" in columns:
        version.append(func.coalesce(columns["pull_request_updated_at"], _text("1970-01-01T00:00:00Z")))
        # Of two listings in one second, the one that knows what it lacks.
        version.append(case((columns["reason"].is_(None), literal_column("0")), else_=literal_column("1")))
    if table.name in _FINALITY:
        version.append(_finality(table, columns))
    return version


def _finality(table: Table, columns: Columns) -> ColumnElement[int]:
    name, ranks = _FINALITY[table.name]
    return case(
        *((columns[name] == _text(word), literal_column(str(rank))) for word, rank in ranks.items()),
        else_=literal_column("0"),
    )


def _winner(name: str, new: Columns, old: Columns, newer: ColumnElement[bool]) -> ColumnElement[Any]:
    return case((newer, new[name]), else_=old[name])


def _if_asked(name: str, new: Columns, old: Columns, newer: ColumnElement[bool]) -> ColumnElement[Any]:
    """The newer value, unless nobody asked for it."""
    return case((newer, func.coalesce(new[name], old[name])), else_=func.coalesce(old[name], new[name]))


def _not_emptied(name: str, new: Columns, old: Columns, newer: ColumnElement[bool]) -> ColumnElement[Any]:
    """The newer list, unless it is empty and the other one is not."""
    nothing = literal([], old[name].type)
    winner, other = _winner(name, new, old, newer), _winner(name, old, new, newer)
    return case((winner != nothing, winner), else_=other)


def _assigned(name: str, new: Columns, old: Columns, newer: ColumnElement[bool]) -> ColumnElement[Any]:
    said_by_rest = new["source"] == _text("rest")
    better = or_(
        and_(said_by_rest, old["source"] != _text("rest")), and_(new["source"] == old["source"], newer)
    )
    return case(
        (better, func.coalesce(new[name], old[name])),
        else_=func.coalesce(old[name], new[name]),
    )


def _fuller_steps(table: Table, new: Columns, old: Columns, newer: ColumnElement[bool]) -> ColumnElement[Any]:
    ours, theirs = cast(new["steps"], Text), cast(old["steps"], Text)
    longer = func.length(ours) > func.length(theirs)
    # Of two lists of one length the choice is arbitrary, but it is the same in any order of arrival.
    same_length = and_(func.length(ours) == func.length(theirs), ours > theirs)
    return case(
        (_finality(table, new) != _finality(table, old), _winner("steps", new, old, newer)),
        (and_(new["steps"].is_not(None), or_(old["steps"].is_(None), longer, same_length)), new["steps"]),
        else_=old["steps"],
    )


def _text(constant: str) -> ColumnElement[str]:
    """A constant of ours, written into the statement: as parameters they would be sent with every row."""
    return literal_column(f"'{constant}'", Text)


def _default(column: Column[Any]) -> str:
    value: Any = column.default
    return str(value.arg)
