"""What GitHub answers to a look around, in at most ten requests: the material of a forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from progressive_capture.lib.clock import Clock
from progressive_capture.lib.errors import AuthenticationError, CapturePaused
from progressive_capture.lib.forecasting.forecast import (
    DEFAULT_RETENTION_DAYS,
    PER_PAGE,
    AgeSpan,
    Certainty,
    Count,
    Pace,
    Retention,
    Sample,
    age_spans,
    listed,
    sample_of,
    searched,
)
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.failures import GraphQLRefusedError
from progressive_capture.lib.normalize.times import parse_time
from progressive_capture.lib.rate_limit_monitor import Spent
from progressive_capture.lib.settings import Settings

BY_API = "GitHub's API says so"
BY_ENVIRONMENT = "GITHUB_RETENTION_DAYS says so"
BY_DEFAULT = (
    "GitHub's default; this token may not read the setting (a private repository may keep up to 400 days)"
)


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What was found.

    Attributes:
        now: GitHub's time.
        total: runs that GitHub still has.
        spans: how many by age; empty where there are none.
        oldest_listed_at: when the oldest run was created; where there are more than GitHub lists, the oldest
            of those.
        seconds_a_request: how long a listing of 100 runs took, the mean of two.
        graphql_refused: why jobs could not be counted; empty where they were.
    """

    full_name: str
    private: bool
    now: datetime
    retention: Retention
    total: Count
    spans: Sequence[tuple[AgeSpan, Count]]
    oldest_listed_at: datetime | None
    sample: Sample
    pace: Pace
    spent: Spent
    graphql_refused: str

    @property
    def is_listed_whole(self) -> bool:
        """Whether the oldest run that is listed is the oldest that there is."""
        return self.total.certainty is not Certainty.AT_LEAST


class Surveyor:
    """Looks around in one repository.

    Args:
        github: asked one thing after the other.
        settings: may know the retention.
        clock: for the time that a request takes.
    """

    def __init__(self, github: GitHub, settings: Settings, clock: Clock) -> None:
        self._github = github
        self._settings = settings
        self._clock = clock
        self._seconds: list[float] = []
        self._graphql_refused = ""

    def look(self, asked_name: str) -> Survey:
        """Ask: 9 requests where there are many runs, one more for a repository that was renamed.

        Raises:
            CaptureError, CapturePaused: as the client.
        """
        answer = self._github.repository(asked_name)
        name = str(answer.body.get("full_name") or asked_name)
        now = self._github.server_now()
        retention = self._retention(name)
        newest, total = self._page(name, 1)
        count = listed(total)
        last_page = -(-count.number // PER_PAGE)
        oldest = self._page(name, last_page)[0] if last_page > 1 else newest
        return Survey(
            full_name=name,
            private=answer.body.get("private") is True,
            now=now,
            retention=retention,
            total=count,
            spans=[self._counted(name, span) for span in age_spans(now, retention)] if total else [],
            oldest_listed_at=_oldest(oldest),
            sample=self._sample(newest, oldest),
            pace=self._pace(),
            spent=self._github.spent(),
            graphql_refused=self._graphql_refused,
        )

    def _page(self, name: str, page: int) -> tuple[list[dict[str, Any]], int]:
        """A page of all runs, the newest first, and how many there are; it is timed."""
        began = self._clock.monotonic()
        answer = self._github.runs(name, page=page)
        self._seconds.append(self._clock.monotonic() - began)
        return answer.runs, answer.total_count

    def _retention(self, name: str) -> Retention:
        try:
            return Retention(self._github.retention_days(name), BY_API)
        except AuthenticationError:  # only who administrates a repository may read its settings
            days = self._settings.retention_days
            if days is not None and self._settings.repository in (None, name):
                return Retention(days, BY_ENVIRONMENT)
            return Retention(DEFAULT_RETENTION_DAYS, BY_DEFAULT)

    def _counted(self, name: str, span: AgeSpan) -> tuple[AgeSpan, Count]:
        return span, searched(self._github.peek_runs(name, created=span.window.query()).total_count)

    def _sample(self, newest: Sequence[dict[str, Any]], oldest: Sequence[dict[str, Any]]) -> Sample:
        """Re-runs at both ends, since the newest runs had no time for them; jobs of runs that ran once."""
        runs = {run["id"]: run for run in (*newest, *oldest)}
        ran_once = [str(run["node_id"]) for run in newest if _has_run_once(run) and run.get("node_id")]
        return sample_of(list(runs.values()), self._jobs(ran_once))

    def _jobs(self, node_ids: Sequence[str]) -> list[int]:
        if not node_ids:
            return []
        try:
            return list(self._github.count_jobs(node_ids).values())
        except (GraphQLRefusedError, CapturePaused) as refusal:  # a pause: the hour's points are spent
            self._graphql_refused = str(refusal)
            return []

    def _pace(self) -> Pace:
        return Pace(
            limits={resource: budget.limit for resource, budget in self._github.budget().items()},
            graphql=self._github.graphql_available,
            seconds_a_request=sum(self._seconds) / len(self._seconds),
        )


def _has_run_once(run: Mapping[str, Any]) -> bool:
    return run.get("status") == "completed" and run.get("run_attempt") in (None, 1)


def _oldest(runs: Sequence[Mapping[str, Any]]) -> datetime | None:
    moments = (parse_time(run.get("created_at"), field="created_at of a workflow run") for run in runs)
    return min((moment for moment in moments if moment is not None), default=None)
