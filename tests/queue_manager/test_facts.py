"""What the router has to know: from the store where it tells, else from GitHub, and nothing for nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "store"))

from store_rows import (
    NOON,
    artifact_row,
    at,
    attempt_row,
    batch,
    coverage_row,
    pull_coverage_row,
    pull_row,
    repository_row,
    run_row,
    window_row,
)

from progressive_capture.lib.assembly import open_connection
from progressive_capture.lib.clock import SystemClock
from progressive_capture.lib.errors import (
    AuthenticationError,
    CapturePaused,
    GitHubUnavailableError,
    NotFoundError,
)
from progressive_capture.lib.forecasting.forecast import ACTIONS_BEGAN
from progressive_capture.lib.github.client import RunsPage
from progressive_capture.lib.github.messages import Answer
from progressive_capture.lib.normalize.times import format_time
from progressive_capture.lib.places import opened_store
from progressive_capture.lib.settings import read_settings
from progressive_capture.lib.store.contract import Store
from queue_manager.facts import MOST_REQUESTS, FactsGatherer, LooksAround
from queue_manager.request import CaptureRequest
from queue_manager.router import Facts, Thresholds, route

NOW = NOON
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EDGE = NOW - DAY
YESTERDAY, LONG_AGO = EDGE + HOUR, NOW - 40 * DAY
USUAL = Thresholds()
NAME = "octo/hello"


def wanted(kind: str = "workflow_runs", **given: Any) -> CaptureRequest:
    return CaptureRequest(**{"kind": kind, "repository": NAME, **given})


@dataclass
class PullsPage:
    pulls: list[dict[str, Any]]
    pages: int


@dataclass
class SmallGitHub:
    """A repository of so many runs and pull requests, by when they were created (updated)."""

    run_times: list[datetime] = field(default_factory=list)
    pull_times: list[datetime] = field(default_factory=list)
    error: Exception | None = None
    pulls_error: Exception | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def pulls(self) -> SmallGitHub:
        return self

    def peek(self, full_name: str, *, size: int = 1, oldest_first: bool = False) -> PullsPage:
        self._note(f"{size} pulls, {'oldest' if oldest_first else 'newest'} first", full_name)
        if self.pulls_error:
            raise self.pulls_error
        found = [{"updated_at": format_time(each)} for each in sorted(self.pull_times)]
        ordered = found if oldest_first else found[::-1]
        return PullsPage(ordered[:size], max(1, -(-len(found) // size)))

    def peek_runs(self, full_name: str, *, created: str | None = None) -> RunsPage:
        self._note("runs" if created is None else f"runs {created}", full_name)
        first, last = (created or f"{format_time(ACTIONS_BEGAN)}..{format_time(NOW)}").split("..")
        return self._page([each for each in self.run_times if first <= format_time(each) <= last], 1)

    def runs(self, full_name: str) -> RunsPage:
        self._note("a page of runs", full_name)
        return self._page(self.run_times, 100)

    def run(self, full_name: str, run_id: int) -> Answer:
        self._note(f"run {run_id}", full_name)
        body = {"id": run_id, "created_at": format_time(LONG_AGO)}
        return Answer(body=body, captured_at=NOW, links={}, status=200)

    def _page(self, times: list[datetime], size: int) -> RunsPage:
        newest = sorted(times, reverse=True)
        runs = [{"created_at": format_time(each)} for each in newest[:size]]
        return RunsPage(runs=runs, total_count=len(times), has_next=len(times) > size, captured_at=NOW)

    def _note(self, asked: str, full_name: str) -> None:
        assert full_name == NAME
        self.asked.append(asked)
        if self.error:
            raise self.error


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened_store(f"sqlite:///{tmp_path}/capture.db", read_settings({})) as opened:
        yield opened


@pytest.fixture
def known(store: Store) -> Store:
    """A store that knows the repository."""
    store.write(batch(repositories=repository_row()))
    return store


@dataclass
class Found:
    facts: Facts
    asked: list[str]
    dispatches: int
    said: list[str]


def gather(
    store: Store,
    request: CaptureRequest,
    github: SmallGitHub | None = None,
    *,
    dispatch: str | None = None,
    thresholds: Thresholds = USUAL,
) -> Found:
    github = github or SmallGitHub()
    tried: list[CaptureRequest] = []
    said: list[str] = []

    def dispatched(asked: CaptureRequest) -> str | None:
        tried.append(asked)
        return dispatch

    gatherer = FactsGatherer(store, github=lambda: github, dispatch=dispatched, say=said.append)
    facts = gatherer.gather(request, thresholds, now=NOW)
    assert len(github.asked) <= MOST_REQUESTS
    return Found(facts, github.asked, len(tried), said)


def processor(request: CaptureRequest, facts: Facts) -> str:
    return route(request, facts, USUAL, now=NOW).processor


# ---- nothing for nothing ---------------------------------------------------------------------------------


class Untouchable:
    """Whatever is asked of it, somebody should not have."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for")


def untouched(*_: Any) -> Any:
    raise AssertionError("nobody should have asked")


@pytest.mark.parametrize(
    "request_",
    [
        wanted(items=50, parameters={"since": YESTERDAY}),
        wanted(processor="inline", items=3),
        wanted(parameters={"time_range": 1, "max_items": 3}),
        wanted("artifacts", parameters={"run_id": 7, "since": YESTERDAY}),
    ],
)
def test_what_needs_no_fact_touches_nothing(request_: CaptureRequest) -> None:
    gatherer = FactsGatherer(
        cast("Store", Untouchable()), github=untouched, dispatch=untouched, say=untouched
    )
    assert gatherer.gather(request_, USUAL, now=NOW) == Facts()


@pytest.mark.parametrize(
    "request_",
    [
        wanted(items=51),
        wanted(items=3, scheduled=True),
        wanted(items=3, processor="actions"),
        wanted(items=3, parameters={"time_range": 30}),
    ],
)
@pytest.mark.parametrize("reason", [None, "there is no token"])
def test_what_is_sure_to_go_to_actions_asks_only_whether_it_can(
    request_: CaptureRequest, reason: str | None
) -> None:
    gatherer = FactsGatherer(
        cast("Store", Untouchable()), github=untouched, dispatch=lambda _: reason, say=untouched
    )
    assert gatherer.gather(request_, USUAL, now=NOW) == Facts(dispatch=reason)


def test_a_schedule_that_can_be_dispatched_asks_github_nothing(known: Store) -> None:
    found = gather(known, wanted(scheduled=True))
    assert (found.asked, found.dispatches) == ([], 1)


# ---- runs that nobody has listed -------------------------------------------------------------------------


def test_a_first_capture_of_a_repository_with_a_history_is_old(store: Store) -> None:
    found = gather(store, wanted(), SmallGitHub(run_times=[LONG_AGO, YESTERDAY]))
    assert found.asked == [f"runs {format_time(ACTIONS_BEGAN)}..{format_time(EDGE - timedelta(seconds=1))}"]
    assert found.facts.oldest_at == LONG_AGO
    assert processor(wanted(), found.facts) == "actions"


@pytest.mark.parametrize(("runs", "goes_to"), [(3, "inline"), (1_000, "inline"), (1_001, "actions")])
def test_a_first_capture_of_a_repository_of_today_is_as_large_as_it_is(
    runs: int, goes_to: str, store: Store
) -> None:
    found = gather(store, wanted(), SmallGitHub(run_times=[YESTERDAY] * runs))
    assert found.asked[1:] == ["runs"]
    assert found.facts == Facts(oldest_at=EDGE, runs=runs)
    assert processor(wanted(), found.facts) == goes_to


def test_a_run_of_exactly_a_day_ago_is_fresh_and_one_a_second_older_is_not(store: Store) -> None:
    on_edge = gather(store, wanted(), SmallGitHub(run_times=[EDGE]))
    assert processor(wanted(), on_edge.facts) == "inline"
    below = gather(store, wanted(), SmallGitHub(run_times=[EDGE - timedelta(seconds=1)]))
    assert processor(wanted(), below.facts) == "actions"


def test_an_age_from_before_there_was_actions_asks_nothing(store: Store) -> None:
    ages = Thresholds(age=timedelta(days=40_000))
    found = gather(store, wanted(items=3), SmallGitHub(run_times=[LONG_AGO]), thresholds=ages)
    assert found.asked == []


# ---- runs that the store has listed ----------------------------------------------------------------------


def seconds_before_now(moment: datetime) -> float:
    return (moment - NOW).total_seconds()


def covered(start: datetime, end: datetime, **fields: Any) -> dict[str, Any]:
    return window_row(seconds_before_now(start), seconds_before_now(end), **fields)


def test_what_was_listed_an_hour_ago_is_fresh_where_nothing_is_older(known: Store) -> None:
    known.write(batch(capture_windows=covered(LONG_AGO, NOW - HOUR)))
    found = gather(known, wanted(), SmallGitHub(run_times=[LONG_AGO]))
    assert found.asked == [
        f"runs {format_time(ACTIONS_BEGAN)}..{format_time(LONG_AGO - timedelta(seconds=1))}",
        "runs",
    ]
    assert found.facts.oldest_at == NOW - HOUR + timedelta(seconds=1)
    assert processor(wanted(), found.facts) == "inline"


def test_what_lies_before_all_that_was_listed_is_old(known: Store) -> None:
    known.write(batch(capture_windows=covered(LONG_AGO, NOW - HOUR)))
    found = gather(known, wanted(), SmallGitHub(run_times=[LONG_AGO - DAY]))
    assert found.facts.oldest_at == LONG_AGO - DAY
    assert len(found.asked) == 1


@pytest.mark.parametrize(
    "windows",
    [
        [(LONG_AGO, NOW - 2 * DAY)],
        [(LONG_AGO, NOW - 9 * DAY), (NOW - 8 * DAY, NOW - HOUR)],
    ],
)
def test_an_old_hole_in_what_was_listed_needs_no_request(
    windows: list[tuple[datetime, datetime]], known: Store
) -> None:
    known.write(batch(capture_windows=[covered(*window) for window in windows]))
    found = gather(known, wanted())
    assert found.asked == []
    assert found.facts.oldest_at == windows[0][1] + timedelta(seconds=1)
    assert processor(wanted(), found.facts) == "actions"


def test_a_window_that_is_not_whole_counts_for_nothing(known: Store) -> None:
    known.write(batch(capture_windows=covered(LONG_AGO, NOW - HOUR, status="open")))
    assert gather(known, wanted(), SmallGitHub(run_times=[LONG_AGO])).facts.oldest_at == LONG_AGO


def test_what_is_stored_proves_that_a_repository_is_large(known: Store) -> None:
    runs = [run_row(id=number, created_at=at(-number)) for number in range(1, 12)]
    known.write(batch(workflow_runs=runs))
    small = Thresholds(repository_size=10)
    request = wanted(parameters={"since": YESTERDAY})
    found = gather(known, request, SmallGitHub(), thresholds=small)
    assert (found.asked, found.facts.runs) == ([], 11)
    assert gather(known, request, SmallGitHub(), thresholds=Thresholds(repository_size=11)).asked == [
        "runs",
        "1 pulls, newest first",
    ]


# ---- the newest so many, and single things ---------------------------------------------------------------


def test_the_newest_so_many_are_as_old_as_the_last_of_them(store: Store) -> None:
    github = SmallGitHub(run_times=[NOW - number * HOUR for number in range(1, 50)])
    found = gather(store, wanted(parameters={"max_items": 20}), github)
    assert found.asked == ["a page of runs"]
    assert found.facts.oldest_at == NOW - 20 * HOUR
    assert gather(store, wanted(parameters={"max_items": 30}), github).facts.oldest_at == NOW - 30 * HOUR


def test_the_newest_of_none_are_fresh(store: Store) -> None:
    found = gather(store, wanted(parameters={"max_items": 20}))
    assert processor(wanted(parameters={"max_items": 20}), found.facts) == "inline"


def test_stored_runs_that_are_fresh_prove_that_the_newest_are(known: Store) -> None:
    known.write(batch(workflow_runs=[run_row(id=number, created_at=at(-number)) for number in (1, 2, 3)]))
    assert gather(known, wanted(parameters={"max_items": 3})).asked == []
    assert gather(known, wanted(parameters={"max_items": 4})).asked == ["a page of runs"]


def test_artifacts_of_one_run_are_as_old_as_the_run(known: Store) -> None:
    request = wanted("artifacts", parameters={"run_id": 1000})
    found = gather(known, request)
    assert (found.asked, found.facts.oldest_at) == (["run 1000"], LONG_AGO)
    known.write(batch(workflow_runs=run_row(created_at=YESTERDAY)))
    found = gather(known, request)
    assert (found.asked, found.facts.oldest_at) == ([], YESTERDAY)


def test_an_artifact_that_waits_for_long_is_old(known: Store) -> None:
    known.write(batch(capture_windows=covered(LONG_AGO, NOW - HOUR, kind="artifacts")))
    request = wanted("artifacts")
    assert gather(known, request).facts.oldest_at == NOW - HOUR + timedelta(seconds=1)
    known.write(batch(artifacts=artifact_row(created_at=LONG_AGO, content_status="pending")))
    found = gather(known, request)
    assert (found.asked, found.facts.oldest_at) == ([], LONG_AGO)


def test_stored_runs_that_are_old_prove_nothing_about_the_newest(known: Store) -> None:
    known.write(batch(workflow_runs=run_row(created_at=LONG_AGO)))
    found = gather(known, wanted(parameters={"max_items": 1}), SmallGitHub(run_times=[LONG_AGO, YESTERDAY]))
    assert found.facts.oldest_at == YESTERDAY


# ---- jobs of stored runs ---------------------------------------------------------------------------------


def test_jobs_are_as_old_as_the_runs_that_are_without_them(known: Store) -> None:
    old, fresh = run_row(id=1, created_at=LONG_AGO), run_row(id=2, created_at=YESTERDAY)
    known.write(batch(workflow_runs=[old, fresh]))
    assert gather(known, wanted("workflow_jobs", items=3)).facts.oldest_at == LONG_AGO
    newest = wanted("workflow_jobs", parameters={"max_items": 1})
    assert gather(known, newest).facts.oldest_at == YESTERDAY
    both = wanted("workflow_jobs", parameters={"max_items": 2})
    assert gather(known, both).facts.oldest_at == LONG_AGO
    assert gather(known, wanted("workflow_jobs", parameters={"first_id": 2, "max_items": 9})).facts == Facts(
        oldest_at=YESTERDAY
    )


def test_where_every_run_has_its_jobs_nothing_is_old(known: Store) -> None:
    attempts = attempt_row()
    known.write(
        batch(
            workflow_runs=run_row(created_at=LONG_AGO),
            workflow_run_attempts=attempts,
            workflow_job_coverage=coverage_row(depth="full", job_count=0),
        )
    )
    found = gather(known, wanted("workflow_jobs", items=3))
    assert (found.asked, found.facts.oldest_at) == ([], NOW)


# ---- pull requests ---------------------------------------------------------------------------------------


def test_pull_requests_and_their_age_are_told_by_one_request(store: Store) -> None:
    github = SmallGitHub(pull_times=[LONG_AGO, YESTERDAY])
    found = gather(store, wanted("pull_requests"), github)
    assert found.asked == ["1 pulls, oldest first"]
    assert found.facts == Facts(oldest_at=LONG_AGO, pull_requests=2)


@pytest.mark.parametrize("kind", ["pull_requests", "reviews", "comments", "file_changes"])
def test_fresh_pull_requests_go_by_their_number(kind: str, store: Store) -> None:
    github = SmallGitHub(pull_times=[YESTERDAY] * 1_001)
    found = gather(store, wanted(kind), github)
    assert found.facts == Facts(oldest_at=EDGE, pull_requests=1_001)
    assert processor(wanted(kind), found.facts) == "actions"
    found = gather(store, wanted(kind), SmallGitHub())
    assert found.asked == ["1 pulls, oldest first", "runs"]
    assert found.facts == Facts(oldest_at=EDGE, pull_requests=0, runs=0)
    assert processor(wanted(kind), found.facts) == "inline"


def test_pull_requests_that_were_listed_are_not_old(known: Store) -> None:
    known.write(batch(capture_windows=covered(LONG_AGO, NOW - HOUR, kind="pull_requests")))
    found = gather(known, wanted("pull_requests"), SmallGitHub(pull_times=[LONG_AGO]))
    assert found.facts.oldest_at == NOW - HOUR + timedelta(seconds=1)


def test_the_newest_pull_requests_are_as_old_as_the_last_of_them(store: Store) -> None:
    github = SmallGitHub(pull_times=[NOW - number * HOUR for number in range(1, 50)])
    found = gather(store, wanted("pull_requests", parameters={"max_items": 20}), github)
    assert found.asked == ["20 pulls, newest first"]
    assert found.facts == Facts(oldest_at=NOW - 20 * HOUR)


@pytest.mark.parametrize("kind", ["reviews", "comments", "file_changes"])
def test_parts_are_as_old_as_the_stored_pull_requests_that_lack_them(kind: str, known: Store) -> None:
    request = wanted(kind, items=3)
    known.write(batch(pull_requests=pull_row(updated_at=YESTERDAY)))
    assert gather(known, request).facts.oldest_at == NOW
    known.write(batch(pull_requests=pull_row(id=9001, number=13, updated_at=LONG_AGO)))
    found = gather(known, request)
    assert (found.asked, found.facts.oldest_at) == ([], LONG_AGO)


def test_what_the_store_has_told_stays_when_github_is_asked_for_the_rest(known: Store) -> None:
    known.write(batch(pull_requests=pull_row(updated_at=YESTERDAY)))
    found = gather(known, wanted("reviews"), SmallGitHub(pull_times=[LONG_AGO] * 3))
    assert found.facts == Facts(oldest_at=NOW, pull_requests=3, runs=0)


def test_comments_are_read_again_from_where_they_were_read_to(known: Store) -> None:
    request = wanted("comments", items=3)
    known.write(
        batch(
            pull_requests=pull_row(),
            pull_request_coverage=pull_coverage_row(part="issue_comments", captured_at=LONG_AGO),
        )
    )
    assert gather(known, request).facts.oldest_at == LONG_AGO
    window = covered(LONG_AGO, YESTERDAY, kind="comments", slice="issue_comments")
    known.write(batch(capture_windows=window))
    assert gather(known, request).facts.oldest_at == YESTERDAY


def test_one_pull_request_is_as_old_as_the_store_says_and_github_is_not_asked(known: Store) -> None:
    request = wanted("pull_request_details", parameters={"number": 12})
    assert gather(known, request, dispatch="it has no workflow") == Found(
        Facts(dispatch="it has no workflow"), [], 1, []
    )
    assert gather(known, request).asked == []
    known.write(batch(pull_requests=pull_row(updated_at=YESTERDAY)))
    found = gather(known, request)
    assert (found.facts.oldest_at, found.dispatches) == (YESTERDAY, 0)


# ---- where Actions cannot do it --------------------------------------------------------------------------


def test_where_actions_cannot_do_it_only_the_size_is_asked_for(store: Store) -> None:
    found = gather(store, wanted(), SmallGitHub(run_times=[LONG_AGO] * 1_001), dispatch="there is no token")
    assert found.asked == ["runs"]
    assert processor(wanted(), found.facts) == "refused"
    found = gather(store, wanted(items=3), SmallGitHub(run_times=[LONG_AGO]), dispatch="there is no token")
    assert found.asked == []


# ---- GitHub does not tell --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        GitHubUnavailableError("no usable answer"),
        AuthenticationError("the token is none"),
        CapturePaused("the hour's budget is spent", resume_at=NOW),
    ],
)
def test_what_github_does_not_tell_stays_unknown_and_is_said(error: Exception, store: Store) -> None:
    found = gather(store, wanted(), SmallGitHub(error=error))
    assert len(found.asked) == 2
    assert found.facts == Facts()
    assert found.said == [
        f"Not known is how old the data is, for GitHub does not tell: {error}",
        f"Not known is how many workflow runs there are, for GitHub does not tell: {error}",
    ]
    assert processor(wanted(), found.facts) == "inline"


def test_a_repository_that_github_does_not_show_is_refused(store: Store) -> None:
    gone = NotFoundError("not found", status=404)
    with pytest.raises(NotFoundError, match="GitHub shows no workflow runs of octo/hello") as said:
        gather(store, wanted(), SmallGitHub(error=gone))
    assert "GITHUB_TOKEN" in said.value.hint
    with pytest.raises(NotFoundError, match="GitHub shows no workflow run 7 of octo/hello"):
        gather(store, wanted("artifacts", parameters={"run_id": 7}), SmallGitHub(error=gone))


def test_a_repository_may_do_without_pull_requests(store: Store) -> None:
    github = SmallGitHub(pulls_error=NotFoundError("not found", status=404))
    found = gather(store, wanted("pull_requests"), github)
    assert found.facts == Facts(runs=0)
    assert len(found.said) == 1


# ---- against the simulator -------------------------------------------------------------------------------


def test_the_real_client_tells_the_facts_of_a_simulated_repository(
    simulate: Callable[..., Any], store: Store
) -> None:
    with simulate("--runs", "60") as simulator:
        settings = read_settings({"GITHUB_API_URL": simulator.url, "GITHUB_TOKEN": "sim-demo"})
        with open_connection(settings, SystemClock()) as connection:
            github = connection.client()
            now = github.repository("octo/example").captured_at
            gatherer = FactsGatherer(
                store,
                github=lambda: cast("LooksAround", github),
                dispatch=lambda _: None,
                say=untouched,
            )
            request = CaptureRequest(kind="workflow_runs", repository="octo/example")
            before = github.spent().requests
            facts = gatherer.gather(request, USUAL, now=now)
            assert github.spent().requests == before + 1
            assert facts.oldest_at is not None
            assert facts.oldest_at < now - DAY
            newest = CaptureRequest(
                kind="workflow_runs", repository="octo/example", parameters={"max_items": 5}
            )
            told = gatherer.gather(newest, USUAL, now=now)
            assert told.runs is None or told.runs == 60
            assert told.oldest_at is not None
            assert told.oldest_at > facts.oldest_at
