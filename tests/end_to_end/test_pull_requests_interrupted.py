"""Killed at any moment: the next capture goes on from there, and ends as if nothing had happened."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from child import Child, count_rows
from pull_request_rehearsal import PullRequestRehearsal, Question, listed_by_rest, questions
from pull_request_truths import WITH_IDS, numbers_in, untruths_of_pull_requests
from whole_truth import data_of

from github_simulator.process import Simulator

WORLD = (
    *("--runs", 10, "--unfinished", 0, "--pulls", 260),
    *("--cpu-scale", 0.01, "--latency-ms", 30),
)
KILLS = 10
FOREVER = 120
"""Seconds that an answer takes which nobody is going to wait for."""
MOVED = "SELECT DISTINCT pull_request_number FROM file_changes WHERE status IN ('renamed', 'copied')"
CURSOR = (
    "SELECT reason FROM capture_windows WHERE kind = 'pull_requests' AND status = 'covered' "
    "ORDER BY window_from LIMIT 1"
)


def test_killed_at_ten_random_moments_it_ends_as_if_nothing_had_happened(
    simulate: Callable[..., Simulator], tmp_path: Path
) -> None:
    calm, rough = simulate(*WORLD), simulate(*WORLD)
    undisturbed = PullRequestRehearsal(tmp_path / "undisturbed", calm)
    assert undisturbed().exit_code == 0
    assert untruths_of_pull_requests(undisturbed.database, calm) == []
    every = rows_in(undisturbed.database)

    database = tmp_path / "killed.db"
    # Asked for last: while it hangs, no capture ends before it is killed.
    last = min(numbers_where(undisturbed.database, MOVED))
    rough.fault("slow", seconds=FOREVER, path=f"/pulls/{last}/files", times=None)
    capture = ("historical-pr-sync", "--repository", rough.repository, "--leave-budget", 0)
    died_at, known = [], Known()
    for enough, seconds in random_moments(KILLS, up_to=0.9 * every):
        rough.reset_ledger()
        with Child(database, rough, *capture, within=("env",)) as child:
            child.until(partial(is_moment, database, enough, time.monotonic() + seconds))
            child.tell(signal.SIGKILL)
            assert child.end().exit_code == -signal.SIGKILL
        assert known.asked_again(rough) == []
        known = Known.of(database)
        died_at.append(rows_in(database))
    assert len(set(died_at)) >= 6, died_at
    assert sum(0 < rows < every for rows in died_at) >= 6, died_at

    rough.clear_faults()
    rough.reset_ledger()
    with Child(database, rough, *capture, within=("env",)) as child:
        assert child.end().exit_code == 0
    assert known.asked_again(rough) == []
    assert data_of(database) == data_of(undisturbed.database)
    assert untruths_of_pull_requests(database, rough) == []


class Known:
    """What a database holds when its capture dies, so that the next one need not ask for it."""

    def __init__(
        self, numbers: frozenset[int] = frozenset(), to_do: frozenset[int] = frozenset(), reason: str = ""
    ) -> None:
        self._done = numbers - to_do
        self._listing_begun, self._reason = bool(numbers), reason

    @classmethod
    def of(cls, database: Path) -> Known:
        if not database.exists() or not count_rows(database, "pull_requests"):
            return cls()
        moved_from_nowhere = numbers_where(database, f"{MOVED} AND previous_path IS NULL")
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            (reason,) = connection.execute(CURSOR).fetchone()
        return cls(frozenset(numbers_in(database)), frozenset(moved_from_nowhere), reason or "")

    def asked_again(self, simulator: Simulator) -> list[str]:
        """What was asked though the answer was there: pages that were listed, files whose past is known.

        The first page is always asked for, since there is what is new; then the listing goes on from its
        cursor, if it had not come to its end.
        """
        asked = since_its_beginning(questions(simulator), simulator)
        cursors = [each.variables["after"] for each in asked if each.what == "PullRequests"]
        again = [f"files of {number}" for number in listed_by_rest(asked) & self._done]
        if not self._listing_begun:
            return again
        further = [cursor for cursor in cursors if cursor is not None]
        if len(cursors) - len(further) > 1:
            again.append("the first page")
        if further and (not self._reason or further[0] not in self._reason):
            again.append(f"{further[0]} where {self._reason!r}")
        if len(set(further)) < len(further):
            again.append("a page twice")
        return again


def since_its_beginning(asked: list[Question], simulator: Simulator) -> list[Question]:
    """What a capture asked for, without what was still to be answered when the one before it was killed."""
    first = [each.what == f"/repos/{simulator.repository}" for each in asked]
    return asked[first.index(True) :] if any(first) else []


def numbers_where(database: Path, query: str) -> set[int]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return {number for (number,) in connection.execute(query)}


def random_moments(number: int, *, up_to: float) -> list[tuple[float, float]]:
    """After how many stored rows to kill each child, and after how many seconds at the earliest."""
    dice = random.Random(10)
    rows = sorted(dice.uniform(0, up_to) for _ in range(number))
    return [(0.0 if index < 1 else enough, dice.uniform(0, 0.6)) for index, enough in enumerate(rows)]


def is_moment(database: Path, enough: float, not_before: float) -> bool:
    return time.monotonic() >= not_before and rows_in(database) >= enough


def rows_in(database: Path) -> int:
    return count_rows(database, *WITH_IDS, "file_changes", "pull_request_coverage")
