"""What capture jobs cost: by group, item and day, and beside what an inline worker would cost (pure)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from progressive_capture.lib.forecasting.prices import DOLLARS_A_MINUTE
from progressive_capture.lib.normalize.carried import mark_carried
from progressive_capture.lib.normalize.jobs import rest_job_row
from progressive_capture.lib.normalize.rows import WorkflowJobRow
from progressive_capture.lib.report import printable
from progressive_capture.lib.store.contract import JobCosts

SELF_HOSTED = "self-hosted"
NO_LABEL = "no label"
RUNNERS: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"ubuntu-slim"), "Linux 1-core"),
    (re.compile(r"ubuntu-(latest|[0-9]{2}\.[0-9]{2})"), "Linux 2-core"),
    (re.compile(r"ubuntu-[0-9]{2}\.[0-9]{2}-arm"), "Linux arm64 2-core"),
    (re.compile(r"windows-(latest|[0-9]{4})"), "Windows 2-core"),
    (re.compile(r"macos-(latest|[0-9]{2})(-intel)?"), "macOS"),
)
"""GitHub's standard runners by their labels, with the names of their prices.

https://docs.github.com/en/actions/reference/runners/github-hosted-runners. A larger runner has a
label of its own (`macos-15-large`, or whatever its owner calls it) and a price of its own: what is not
in here has no price that we know.
"""
SECONDS_A_MINUTE = MINUTES_AN_HOUR = 60
MOST_LETTERS = 60


@dataclass(frozen=True, kw_only=True)
class RunCost:
    """What the jobs of a workflow run cost, each charged in whole minutes.

    Attributes:
        minutes: of all jobs that ran.
        dollars: for those whose price is known; 0 where minutes are free.
        unpriced: minutes by the label of a runner whose price is not known; not in `dollars`.
        self_hosted: minutes on runners of one's own, for which GitHub charges nothing; not in `dollars`.
        unfinished: jobs that are still to end, and count for nothing yet.
    """

    minutes: int = 0
    dollars: float = 0.0
    unpriced: Mapping[str, int] = field(default_factory=dict)
    self_hosted: int = 0
    unfinished: int = 0


def minutes_of_run(jobs: Iterable[Mapping[str, Any]], *, private: bool) -> RunCost:
    """What a workflow run cost.

    Jobs that never ran cost nothing, nor do those that a re-run took over from an earlier attempt.

    Args:
        jobs: those of all its attempts, as REST lists them.
        private: whether minutes of standard runners are paid for: in a public repository they are free.

    Raises:
        UnexpectedPayloadError: a job makes no sense.
    """
    read = [rest_job_row(job, repository_id=0, captured_at=_NEVER) for job in jobs]
    rows = list({row["id"]: row for row in mark_carried(read)}.values())
    charged = [row for row in rows if _ran(row) and row["carried_from_job_id"] is None]
    by_runner: Counter[str] = Counter()
    for row in charged:
        by_runner[_runner(row)] += _whole_minutes(row)
    own = by_runner.pop(SELF_HOSTED, 0)
    priced = {name: DOLLARS_A_MINUTE[name] * minutes for name, minutes in by_runner.items() if _price(name)}
    return RunCost(
        minutes=own + sum(by_runner.values()),
        dollars=round(sum(priced.values()), 4) if private else 0.0,
        unpriced={label: minutes for label, minutes in by_runner.items() if not _price(label)},
        self_hosted=own,
        unfinished=sum(row["status"] != "completed" for row in rows),
    )


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _ran(row: WorkflowJobRow) -> bool:
    """Whether it is over, and a runner had it: one that was skipped, or cancelled in the queue, had none."""
    if row["status"] != "completed" or row["conclusion"] == "skipped" or row["started_at"] is None:
        return False
    return bool(row["runner_id"] or row["runner_name"] or row["steps"])


def _whole_minutes(row: WorkflowJobRow) -> int:
    """Each begun minute counts; clocks that disagree make no job negative."""
    started, completed = row["started_at"], row["completed_at"]
    seconds = (completed - started).total_seconds() if started and completed else 0
    return max(1, math.ceil(seconds / SECONDS_A_MINUTE))


def _runner(row: WorkflowJobRow) -> str:
    """The name of the runner's price; else its label."""
    labels = [label.lower() for label in row["labels"] or ()]
    if SELF_HOSTED in labels:
        return SELF_HOSTED
    label = ", ".join(labels) or NO_LABEL  # a runner that has to have several is no standard one
    known = (name for pattern, name in RUNNERS if pattern.fullmatch(label))
    return next(known, printable(label, MOST_LETTERS))


def _price(name: str) -> float | None:
    return DOLLARS_A_MINUTE.get(name)


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What a group of capture jobs cost; None: there is nothing to divide by, or no price is known.

    Attributes:
        key: the group: a repository, a kind or a month; or `TOTAL`.
        jobs: capture jobs in it, in whatever state.
        failure_rate: the share of failed ones among those that succeeded or failed.
        items: that were processed; `failed_items` of them could not be captured.
        requests: REST requests, `points`: of GraphQL, each with its average a job and an item.
        days: from the first of its jobs to the last, as `items_a_day` is measured over; at least one.
        runner_minutes: of Actions, each job of a workflow run in whole minutes.
        dollars: for those, by the price table; `dollars_per_item` too.
        inline_dollars: what the same minutes of an inline worker cost.
    """

    key: str
    jobs: int
    failure_rate: float | None
    items: int
    failed_items: int
    requests: int
    points: int
    requests_per_job: float | None
    points_per_job: float | None
    requests_per_item: float | None
    points_per_item: float | None
    minutes_per_item: float | None
    dollars_per_item: float | None
    days: float
    items_a_day: float
    runner_minutes: float
    dollars: float
    inline_dollars: float | None

    @property
    def inline_saves(self) -> float | None:
        """How many dollars less it had been inline (less than zero: more); None: no price is known."""
        return None if self.inline_dollars is None else round(self.dollars - self.inline_dollars, 4)


TOTAL = "all"


def costs_of(group: JobCosts, *, inline_dollars_per_hour: float | None = None) -> Costs:
    """What a group cost.

    Args:
        group: as the store sums it.
        inline_dollars_per_hour: what an hour of an inline worker costs; None: nobody says.
    """
    items, jobs, days = group.processed_items, group.jobs, max(group.days, 1.0)
    price = inline_dollars_per_hour
    return Costs(
        key=group.key,
        jobs=jobs,
        failure_rate=_share(group.failed, group.succeeded + group.failed),
        items=items,
        failed_items=group.failed_items,
        requests=group.rest_requests,
        points=group.graphql_points,
        requests_per_job=_share(group.rest_requests, jobs),
        points_per_job=_share(group.graphql_points, jobs),
        requests_per_item=_share(group.rest_requests, items),
        points_per_item=_share(group.graphql_points, items),
        minutes_per_item=_share(group.runner_minutes, items),
        dollars_per_item=_share(group.cost_usd, items),
        days=days,
        items_a_day=items / days,
        runner_minutes=group.runner_minutes,
        dollars=group.cost_usd,
        inline_dollars=None if price is None else round(group.runner_minutes / MINUTES_AN_HOUR * price, 4),
    )


def total_of(groups: Sequence[JobCosts]) -> JobCosts:
    """All groups as one; what is measured from the first job to the last is measured over all of them."""
    firsts = [each.first_created_at for each in groups if each.first_created_at is not None]
    lasts = [each.last_created_at for each in groups if each.last_created_at is not None]
    return JobCosts(
        key=TOTAL,
        jobs=sum(each.jobs for each in groups),
        succeeded=sum(each.succeeded for each in groups),
        failed=sum(each.failed for each in groups),
        paused=sum(each.paused for each in groups),
        processed_items=sum(each.processed_items for each in groups),
        failed_items=sum(each.failed_items for each in groups),
        rest_requests=sum(each.rest_requests for each in groups),
        graphql_points=sum(each.graphql_points for each in groups),
        runner_minutes=sum(each.runner_minutes for each in groups),
        cost_usd=sum(each.cost_usd for each in groups),
        first_created_at=min(firsts, default=None),
        last_created_at=max(lasts, default=None),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
