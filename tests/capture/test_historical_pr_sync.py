"""What is captured of pull requests, decided by the ledger: against a GitHub of a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from tiny_capture import NOW, REPOSITORY, Stage

from progressive_capture.historical_pr_sync import LISTING_LAG, Counted, HistoricalPrSync
from progressive_capture.lib.base_capture import GIVE_UP_AFTER
from progressive_capture.lib.capture_job import Outcome
from progressive_capture.lib.capture_values import Asked, Repository, Result
from progressive_capture.lib.errors import GitHubUnavailableError, UnexpectedPayloadError
from progressive_capture.lib.github.client import GitHub
from progressive_capture.lib.github.one_pull import WholePull
from progressive_capture.lib.github.pull_answers import MissingPull, PullRequestsPage
from progressive_capture.lib.store.contract import Store

BORN = NOW - timedelta(days=30)
PAGE = 2
NOTHING = {"totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}
A_MINUTE = timedelta(minutes=1)


def pull(number: int, updated_at: datetime, **others: Any) -> dict[str, Any]:
    return {
        "id": f"PR_{number}",
        "fullDatabaseId": str(900 + number),
        "number": number,
        "title": "Wait",
        "state": "OPEN",
        "isDraft": False,
        "merged": False,
        "author": {"__typename": "User", "login": "mona"},
        "baseRefName": "main",
        "headRefName": "topic",
        "headRefOid": "a" * 40,
        "headRepository": {"databaseId": 7},
        "additions": 1,
        "deletions": 0,
        "changedFiles": 0,
        "createdAt": f"{BORN:%Y-%m-%dT%H:%M:%SZ}",
        "updatedAt": f"{updated_at:%Y-%m-%dT%H:%M:%SZ}",
        "closedAt": None,
        "mergedAt": None,
        "reviews": NOTHING,
        "comments": NOTHING,
        "files": NOTHING,
    } | others


@dataclass
class FewPulls:
    """GitHub with some pull requests, two a page; counts what it is asked. It is its own `pulls`."""

    there: dict[int, dict[str, Any]]
    now: datetime = NOW
    asked: list[str] = field(default_factory=list)
    null_in_lists: set[int] = field(default_factory=set)
    garbage_alone: bool = False
    silent_alone: bool = False
    before_each: Callable[[str | None], None] = lambda _: None
    unordered: bool = False
    page_size: int = PAGE

    @property
    def pulls(self) -> FewPulls:
        return self

    def server_now(self) -> datetime:
        return self.now

    def pull_requests(self, _: str, *, after: str | None, sizes: object) -> PullRequestsPage:
        assert sizes is not None
        self.asked.append(f"after {after}")
        self.before_each(after)
        listed = sorted(
            self.there.values(), key=lambda each: (each["updatedAt"], each["number"]), reverse=True
        )
        listed = listed[::-1] if self.unordered else listed
        rest = [each for each in listed if after is None or _cursor(each) < after]
        page, more = rest[: self.page_size], len(rest) > self.page_size
        missing = [each for each in page if each["number"] in self.null_in_lists]
        return PullRequestsPage(
            nodes=[each for each in page if each not in missing],
            missing=[MissingPull(number=each["number"], node_id=None, reason="null") for each in missing],
            total_count=len(self.there),
            end_cursor=_cursor(page[-1]) if page else None,
            has_next=more,
            captured_at=self.now,
        )

    def pull_request(self, _: str, number: int) -> WholePull:
        self.asked.append(f"number {number}")
        if self.silent_alone:
            raise GitHubUnavailableError("nobody there")
        if self.garbage_alone:
            raise UnexpectedPayloadError("HTML in the place of a pull request")
        return WholePull(self.there[number], {}, self.now)


def _cursor(node: dict[str, Any]) -> str:
    return f"{node['updatedAt']}/{node['number']:03}"


def of_ages(*minutes: float) -> FewPulls:
    """Pull requests 1, 2, … that were updated so many minutes ago."""
    return FewPulls({n: pull(n, NOW - age * A_MINUTE) for n, age in enumerate(minutes, start=1)})


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "capture.db")


@pytest.fixture
def store(stage: Stage) -> Iterator[Store]:
    with stage.open_store() as opened:
        yield opened


def sync(stage: Stage, store: Store, github: FewPulls, **asked: Any) -> Result:
    repository = Repository(id=REPOSITORY.id, full_name=REPOSITORY.full_name, created_at=BORN)
    github.asked.clear()
    collaborators = stage.collaborators(store)
    return HistoricalPrSync(repository, Asked(**asked), collaborators, cast("GitHub", github)).run()


def let_pass(stage: Stage, github: FewPulls, minutes: float) -> None:
    github.now += minutes * A_MINUTE
    stage.clock.advance(minutes * 60)


def spans(store: Store) -> list[tuple[datetime, datetime]]:
    rows = store.windows(REPOSITORY.id, "pull_requests")
    return [(row["window_from"], row["window_to"]) for row in rows]


def stored(store: Store) -> set[int]:
    return store.known_pulls(REPOSITORY.id, range(1, 50))


# ---- how far the listing is read ---------------------------------------------------------------------------


def test_the_whole_listing_is_read_once_and_then_only_its_first_page(stage: Stage, store: Store) -> None:
    github = of_ages(10, 20, 30, 40, 50)
    result = sync(stage, store, github)
    assert (result.outcome, result.inserted["pull_requests"]) == (Outcome.SUCCEEDED, 5)
    assert len(github.asked) == 3
    assert spans(store) == [(BORN, NOW - LISTING_LAG)]
    let_pass(stage, github, 5)
    assert "pull_requests" not in sync(stage, store, github).inserted
    assert github.asked == ["after None"]


def test_a_walk_that_broke_off_goes_on_from_its_cursor(stage: Stage, store: Store) -> None:
    github = of_ages(10, 20, 30, 40, 50, 60, 70)

    def break_off(after: str | None) -> None:
        if after == _cursor(github.there[4]):
            raise GitHubUnavailableError("nobody there")

    github.before_each = break_off
    assert sync(stage, store, github).outcome is Outcome.FAILED
    assert stored(store) == {1, 2, 3, 4}
    # As far as the last one of the last page, whose second may hold more that were not listed.
    assert spans(store) == [(NOW - 40 * A_MINUTE + timedelta(seconds=1), NOW - LISTING_LAG)]
    github.before_each = lambda _: None
    let_pass(stage, github, 5)
    assert sync(stage, store, github).outcome is Outcome.SUCCEEDED
    assert github.asked == [
        "after None",
        f"after {_cursor(github.there[4])}",
        f"after {_cursor(github.there[6])}",
    ]
    assert stored(store) == set(range(1, 8))
    assert spans(store)[0][0] == BORN


def test_what_moved_to_the_front_while_the_listing_was_read_comes_with_the_next_run(
    stage: Stage, store: Store
) -> None:
    github = of_ages(10, 20, 30, 40, 50)

    def move(after: str | None) -> None:
        if after is not None:
            github.there[5] = pull(5, NOW + timedelta(seconds=1), title="Moved")

    github.before_each = move
    sync(stage, store, github)
    assert stored(store) == {1, 2, 3, 4}
    let_pass(stage, github, 5)
    sync(stage, store, github)
    assert stored(store) == {1, 2, 3, 4, 5}
    row = store.pull_request(REPOSITORY.id, 5)
    assert row is not None
    assert row["title"] == "Moved"


def test_what_was_updated_in_the_newest_minute_is_listed_again(stage: Stage, store: Store) -> None:
    github = of_ages(0.5, 20)
    sync(stage, store, github)
    seconds = {3: -20, 4: -10, 5: 60}  # the listing was late with two of them, one on the second page
    github.there |= {n: pull(n, NOW + timedelta(seconds=after)) for n, after in seconds.items()}
    let_pass(stage, github, 5)
    sync(stage, store, github)
    assert stored(store) == {1, 2, 3, 4, 5}


def test_as_many_as_were_asked_for_are_no_proof_and_the_rest_comes_later(stage: Stage, store: Store) -> None:
    github = of_ages(10, 20, 30, 40, 50)
    assert sync(stage, store, github, max_items=3).outcome is Outcome.SUCCEEDED
    assert stored(store) == {1, 2, 3}
    assert spans(store) == [(NOW - 20 * A_MINUTE + timedelta(seconds=1), NOW - LISTING_LAG)]
    sync(stage, store, github)
    assert stored(store) == {1, 2, 3, 4, 5}


def test_since_ends_the_walk_and_a_later_one_goes_on_below(stage: Stage, store: Store) -> None:
    github = of_ages(10, 20, 30, 40, 50)
    since = NOW - 15 * A_MINUTE
    sync(stage, store, github, since=since)
    assert github.asked == ["after None"]
    assert spans(store) == [(since, NOW - LISTING_LAG)]
    sync(stage, store, github)
    assert github.asked[1:] == [f"after {_cursor(github.there[2])}", f"after {_cursor(github.there[4])}"]
    assert stored(store) == {1, 2, 3, 4, 5}


def test_a_listing_in_another_order_proves_nothing(stage: Stage, store: Store) -> None:
    github = of_ages(10, 20)
    github.unordered = True
    assert sync(stage, store, github).outcome is Outcome.FAILED
    (failure,) = store.failures(REPOSITORY.id)
    assert "not in the order of the last update" in failure["error"]
    assert spans(store) == []


# ---- what does not come ------------------------------------------------------------------------------------


def test_one_that_does_not_come_with_others_is_asked_for_alone(stage: Stage, store: Store) -> None:
    github = of_ages(10, 20, 30)
    github.null_in_lists = {2}
    assert sync(stage, store, github).outcome is Outcome.SUCCEEDED
    assert github.asked == ["after None", "number 2", f"after {_cursor(github.there[2])}"]
    assert stored(store) == {1, 2, 3}


def test_it_is_asked_for_before_its_page_counts_as_listed(stage: Stage, store: Store) -> None:
    github = of_ages(10, 20, 30)
    github.null_in_lists = {2}
    windows: list[object] = []
    ask = github.pull_request

    def look(full_name: str, number: int) -> WholePull:
        with stage.open_store() as own:  # this is a fetching thread
            windows.extend(spans(own))
        return ask(full_name, number)

    github.pull_request = look  # type: ignore[method-assign, assignment]
    sync(stage, store, github)
    assert windows == []  # had it been killed here, the page would be listed again


def test_one_that_does_not_come_alone_either_is_written_down_and_costs_no_other(
    stage: Stage, store: Store
) -> None:
    github = of_ages(10, 20, 30)
    github.null_in_lists, github.garbage_alone = {2}, True
    result = sync(stage, store, github)
    assert (result.outcome, result.failed, stored(store)) == (Outcome.FAILED, 1, {1, 3})
    (failure,) = store.failures(REPOSITORY.id)
    assert failure["item_key"] == "pull request 2"
    assert "HTML in the place of a pull request" in failure["error"]


def test_a_known_one_whose_change_did_not_come_stays_to_do_until_it_comes(stage: Stage, store: Store) -> None:
    github = of_ages(10, 20, 30)
    sync(stage, store, github)
    let_pass(stage, github, 5)
    for number in (3, 2, 1):
        github.there[number] = pull(number, github.now - number * timedelta(seconds=1), title="Another")
    let_pass(stage, github, 5)
    github.null_in_lists, github.garbage_alone = {3}, True
    assert sync(stage, store, github).failed == 1
    github.null_in_lists, github.garbage_alone = set(), False
    let_pass(stage, github, 5)
    result = sync(stage, store, github)  # too early to try it again, and further down than the first page
    assert (result.outcome, result.postponed) == (Outcome.FAILED, 1)
    assert [failure["item_key"] for failure in store.failures(REPOSITORY.id)] == ["pull request 3"]
    let_pass(stage, github, 10)
    assert sync(stage, store, github).outcome is Outcome.SUCCEEDED
    row = store.pull_request(REPOSITORY.id, 3)
    assert row is not None
    assert row["title"] == "Another"
    assert store.failures(REPOSITORY.id) == []


def test_one_that_failed_and_came_with_the_next_listing_is_not_waited_for(stage: Stage, store: Store) -> None:
    github = of_ages(10, 20)
    github.null_in_lists, github.garbage_alone = {1}, True
    sync(stage, store, github)
    github.null_in_lists = set()
    result = sync(stage, store, github)
    assert (result.outcome, result.postponed) == (Outcome.SUCCEEDED, 0)
    assert store.failures(REPOSITORY.id) == []


def test_one_that_makes_no_sense_is_written_down_and_costs_no_other(stage: Stage, store: Store) -> None:
    github = of_ages(10, 20, 30)
    github.there[2]["additions"] = "some"
    result = sync(stage, store, github)
    assert (result.outcome, result.failed, stored(store)) == (Outcome.FAILED, 1, {1, 3})
    (failure,) = store.failures(REPOSITORY.id)
    assert failure["item_key"] == "pull request 2"
    assert "additions" in failure["error"]


def test_where_github_gives_none_alone_the_walk_stops_and_goes_on_later(stage: Stage, store: Store) -> None:
    github = FewPulls({n: pull(n, NOW - n * A_MINUTE) for n in range(2, 14)}, page_size=8)
    github.null_in_lists, github.silent_alone = set(range(2, 14)), True
    assert sync(stage, store, github).outcome is Outcome.FAILED
    assert len(github.asked) == 1 + GIVE_UP_AFTER
    assert spans(store) == []
    github.null_in_lists, github.silent_alone = set(), False
    let_pass(stage, github, 24 * 60)
    assert sync(stage, store, github).outcome is Outcome.SUCCEEDED
    assert stored(store) == set(range(2, 14))


def test_a_window_says_how_many_pull_requests_were_listed_in_it() -> None:
    day = datetime(2026, 11, 1, tzinfo=UTC)
    pages = [[11, 10, 9, 9], [9, 8, 8], [8, 8], [2]]  # the hours of their updates; 11 is too new to count
    edges_and_counts = [(10, 1), (9, 4), (9, 4), (0, 9)]  # one second may go on from page to page
    counted = Counted(day + timedelta(hours=10))
    for hours, (edge, count) in zip(pages, edges_and_counts, strict=True):
        counted.add([day + timedelta(hours=hour) for hour in hours])
        assert counted.since(day + timedelta(hours=edge)) == count
