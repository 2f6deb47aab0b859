"""What `check` says: a survey and its forecast, as data for programs and in lines for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from progressive_capture.lib.forecasting.forecast import (
    GITHUB_TOKEN_AN_HOUR,
    LISTED_UP_TO,
    SETUP_SECONDS,
    SOON,
    USUAL_JOBS_A_RUN,
    AgeSpan,
    Certainty,
    Count,
    DepthCost,
    Retention,
    Sample,
    all_runs,
    depth_costs,
)
from progressive_capture.lib.forecasting.prices import (
    DOLLARS_A_MINUTE,
    OUR_RUNNER,
    PRICES_SINCE,
    PRICES_SOURCE,
)
from progressive_capture.lib.forecasting.survey import Survey
from progressive_capture.lib.report import plural, printable
from progressive_capture.lib.windows import stamp

MINUTE = "%Y-%m-%d %H:%M UTC"
NOT_EXACT = (
    "  Where it says about or at least, GitHub's own counts are estimates: past 1,000 they may be a few",
    "  percent off; past 2,500 results of a search, and past 40,000 in all, it stops counting.",
)
_BUDGET = f"{GITHUB_TOKEN_AN_HOUR:,} requests and {GITHUB_TOKEN_AN_HOUR:,} points"
LEAST_HOURS = 0.01
COLUMNS = "  depth    requests    points  hours of GITHUB_TOKEN  of this token  runner minutes  dollars"


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What follows from a survey.

    Attributes:
        runs: how many runs the costs are for.
        first_deletion_at: when the oldest run that is listed goes; None where there is none.
        going_soon: how many go within the next seven days.
    """

    runs: int
    first_deletion_at: datetime | None
    going_soon: Count
    costs: Sequence[DepthCost]


def forecast(survey: Survey) -> Forecast:
    """The forecast."""
    oldest, kept = survey.oldest_listed_at, timedelta(days=survey.retention.days)
    runs = all_runs(survey.total, oldest_listed_at=oldest, retention=survey.retention, now=survey.now)
    return Forecast(
        runs=runs,
        first_deletion_at=oldest + kept if oldest is not None and survey.is_listed_whole else None,
        going_soon=survey.spans[-1][1] if survey.spans else Count(0, Certainty.EXACT),
        costs=list(depth_costs(runs, survey.sample, survey.pace, private=survey.private)),
    )


def as_data(survey: Survey, seen: Forecast) -> Mapping[str, Any]:
    """All of it for programs."""
    return {
        "repository": survey.full_name,
        "private": survey.private,
        "checked_at": stamp(survey.now),
        "runs": asdict(survey.total),
        "runs_by_age": [
            {"from_days": span.younger_days, "to_days": span.older_days, **asdict(count)}
            for span, count in survey.spans
        ],
        "oldest_listed_run_at": _moment(survey.oldest_listed_at),
        "is_listed_whole": survey.is_listed_whole,
        "retention": asdict(survey.retention),
        "first_deletion_at": _moment(seen.first_deletion_at),
        "deleted_within_7_days": asdict(seen.going_soon),
        "costs_for_runs": seen.runs,
        "costs": [_cost_data(cost) for cost in seen.costs],
        "measured": {
            **asdict(survey.sample),
            "jobs_a_run_is_assumed": survey.sample.runs_with_jobs == 0,
            "seconds_a_request": round(survey.pace.seconds_a_request, 3),
            "limits_of_this_token": dict(survey.pace.limits),
        },
        "prices": {"since": PRICES_SINCE.isoformat(), "source": PRICES_SOURCE, "runner": OUR_RUNNER},
        "rest_requests": survey.spent.requests,
        "graphql_points": survey.spent.points,
    }


def _cost_data(cost: DepthCost) -> Mapping[str, Any]:
    data = asdict(cost)
    spending: dict[str, int] = data.pop("spending")
    return data | spending


def _moment(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None


def in_lines(survey: Survey, seen: Forecast) -> list[str]:
    """All of it for people."""
    kind = "private" if survey.private else "public"
    lines = [f"{printable(survey.full_name)} ({kind}), {survey.now:{MINUTE}}", ""]
    if survey.total.number == 0:
        lines.append("GitHub has no workflow runs of it: there is nothing to keep yet.")
    else:
        lines += [*_history(survey), "", *_deletion(survey, seen), "", *_costs(survey, seen), ""]
        lines += _basis(survey.sample, survey)
    cost = f"{plural(survey.spent.requests, 'request')} and {plural(survey.spent.points, 'point')}"
    return [*lines, "", f"This check cost {cost}. It wrote nothing."]


def _history(survey: Survey) -> list[str]:
    lines = [f"GitHub still has {in_words(survey.total)} workflow runs:"]
    lines += [f"  {_age(span):<28} {in_words(count)}" for span, count in survey.spans]
    if survey.oldest_listed_at is not None:
        what = "oldest run" if survey.is_listed_whole else f"oldest of the {LISTED_UP_TO:,} that are listed"
        lines.append(f"  The {what} is of {survey.oldest_listed_at:{MINUTE}}.")
    counts = [survey.total, *(count for _, count in survey.spans)]
    if any(count.certainty is not Certainty.EXACT for count in counts):
        lines.append(
            "  Where it says about or at least, GitHub's own counts are estimates: past 1,000 they may"
        )
        lines.append(
            "  be a few percent off, past 2,500 results of a search (40,000 in all) it stops counting."
        )
    return lines


def _deletion(survey: Survey, seen: Forecast) -> list[str]:
    retention = survey.retention
    lines = [
        "What GitHub deletes next:",
        f"  Runs, jobs and artifacts are kept {plural(retention.days, 'day')} ({retention.source}).",
        f"  {in_words(seen.going_soon)} of those runs go within the next {SOON.days} days.",
    ]
    if seen.first_deletion_at is not None:
        lines.append(f"  {_first(seen.first_deletion_at, survey.now, retention)}")
    return lines


def _first(at: datetime, now: datetime, retention: Retention) -> str:
    if at <= now:
        return f"The oldest is over {plural(retention.days, 'day')} old: it may go at any moment."
    return f"The first goes on {at:{MINUTE}}, counted from its creation."


def _costs(survey: Survey, seen: Forecast) -> list[str]:
    about = "" if seen.runs == survey.total.number else ", as many a day as in the part that is listed"
    lines = [f"What it costs to keep all of it ({plural(seen.runs, 'run')}{about}), once:", COLUMNS]
    lines += [_cost_line(cost) for cost in seen.costs]
    lines.append("  Later calls bring only what is new: nothing new costs 5 requests at most.")
    return lines


def _cost_line(cost: DepthCost) -> str:
    own = "unknown" if cost.hours_of_this_token is None else _hours(cost.hours_of_this_token)
    return (
        f"  {cost.depth:<5} {cost.spending.requests:>11,} {cost.spending.points:>9,} "
        f"{_hours(cost.hours_of_github_token):>22} {own:>14} {cost.runner_minutes:>15,} {cost.dollars:>8,.2f}"
    )


def _hours(hours: float) -> str:
    return f"{hours:,.2f}" if hours >= LEAST_HOURS else f"<{LEAST_HOURS}"


def _basis(sample: Sample, survey: Survey) -> list[str]:
    """What the numbers were measured over, and what is assumed."""
    ends = "the newest and the oldest" if sample.runs < survey.total.number else "all"
    price = "a public repository's minutes are free"
    if survey.private:
        price = (
            f"{OUR_RUNNER}, ${DOLLARS_A_MINUTE[OUR_RUNNER]} a minute since {PRICES_SINCE}; free minutes of a"
        )
        price += " plan are not taken off"
    return [
        "What these numbers rest on:",
        f"  re-runs  {sample.rerun_share:.0%} of the runs, measured over {sample.runs:,} runs ({ends})",
        f"  jobs     {_jobs(sample, survey.graphql_refused)}",
        f"  hours    of a token's budget, a tenth of it left to your CI; GITHUB_TOKEN has {_BUDGET} an hour",
        f"  minutes  {survey.pace.seconds_a_request:.2f} s a request, measured over this check's full pages,",
        f"           one after the other; {SETUP_SECONDS:.0f} s to set up each job, assumed",
        f"  dollars  {price}",
    ]


def _jobs(sample: Sample, refused: str) -> str:
    if sample.runs_with_jobs:
        over = f"the newest {sample.runs_with_jobs:,} runs that finished at the first attempt"
        return f"{sample.jobs_a_run:.1f} a run, measured over {over}"
    why = f" ({printable(refused)})" if refused else ""
    return f"{USUAL_JOBS_A_RUN} a run, assumed: GraphQL did not tell{why}"


def in_words(count: Count) -> str:
    """`120`, `about 1,500`, `at least 2,500`."""
    words = {Certainty.EXACT: "", Certainty.ESTIMATE: "about ", Certainty.AT_LEAST: "at least "}
    return f"{words[count.certainty]}{count.number:,}"


def _age(span: AgeSpan) -> str:
    if span.older_days is None:
        return f"older than {span.younger_days} days" if span.younger_days else "of any age"
    if not span.younger_days:
        return f"of the last {span.older_days} days"
    return f"{span.younger_days} to {span.older_days} days old"
