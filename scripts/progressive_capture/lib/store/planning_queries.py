"""What a plan asks of a store: ids of what is still to do, ascending, to be cut into ranges.

A walk that goes page by page, each page a question of its own, as in `queries`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, union

from progressive_capture.lib.store.queries import (
    DEPTHS,
    IN_SPAN,
    PAGE_OF_IDS,
    is_in_doubt,
    is_stale,
    of_span,
    present,
    without_steps,
)
from progressive_capture.lib.store.schema import actions
from progressive_capture.lib.store.schema.column_types import INTEGER
from progressive_capture.lib.store.statements import if_given, statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select, Subquery

    from progressive_capture.lib.store.contract import Span
    from progressive_capture.lib.store.database import Connection

_runs = actions.workflow_runs
_jobs = actions.workflow_jobs
_coverage = actions.workflow_job_coverage


def page_of_ids_to_detail(
    connection: Connection, span: Span, *, depth: str, after: int | None
) -> Sequence[int]:
    """The next ids above `after` of runs with jobs, steps or doubts to ask for."""
    return connection.values(ids_to_detail, **of_span(span), depth=depth, after=after)


@statement(choices={"depth": DEPTHS}, **IN_SPAN, after=INTEGER)
def ids_to_detail(*, depth: str, after: Any, **span: Any) -> Any:
    """See `page_of_ids_to_detail`."""
    runs = _runs_to_detail(depth, span).where(if_given(after, lambda: _runs.c.id > after))
    steps = _runs_without_steps(span).where(if_given(after, lambda: _jobs.c.run_id > after))
    # Each is a page by itself, along an index: together they are no more than two.
    pages = [runs.order_by(_runs.c.id).limit(PAGE_OF_IDS)]
    if depth != "jobs":
        pages.append(steps.order_by(_jobs.c.run_id).limit(PAGE_OF_IDS))
    found = _either(pages)
    return select(found.c.run_id).order_by(found.c.run_id).limit(PAGE_OF_IDS)


def count_ids_to_detail(connection: Connection, span: Span, *, depth: str) -> int:
    """How many runs that is in all."""
    return connection.value(number_of_ids_to_detail, **of_span(span), depth=depth) or 0


@statement(choices={"depth": DEPTHS}, **IN_SPAN)
def number_of_ids_to_detail(*, depth: str, **span: Any) -> Any:
    """See `count_ids_to_detail`."""
    parts = [_runs_to_detail(depth, span)]
    if depth != "jobs":
        parts.append(_runs_without_steps(span))
    return select(func.count()).select_from(_either(parts))


def _runs_to_detail(depth: str, span: Mapping[str, Any]) -> Select[Any]:
    to_do = is_stale(depth) if depth == "jobs" else or_(is_stale(depth), is_in_doubt())
    joined = select(_runs.c.id.label("run_id")).outerjoin_from(
        _runs, _coverage, _coverage.c.run_id == _runs.c.id
    )
    return joined.where(present(**span), to_do)


def _runs_without_steps(span: Mapping[str, Any]) -> Select[Any]:
    """Also of runs that have no row."""
    return without_steps(span, _jobs.c.run_id).distinct()


def _either(parts: Sequence[Select[Any]]) -> Subquery:
    """Ids in any of the parts, each once."""
    first, *others = (select(part.subquery().c.run_id) for part in parts)
    return union(first, *others).subquery() if others else first.subquery()
