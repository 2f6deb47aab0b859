"""Captures of pull requests in this process, on a clock that moves the simulator's time and does not wait."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rehearsal import Rehearsal

from github_simulator.process import Simulator
from github_simulator.waitless_clock import WaitlessClock
from progressive_capture.historical_comments_sync import HistoricalCommentsSync
from progressive_capture.historical_pr_sync import HistoricalPrSync
from progressive_capture.lib.running import CaptureKind, Ended

PULL_REQUESTS: Sequence[CaptureKind] = (HistoricalPrSync,)
WITH_EDITS: Sequence[CaptureKind] = (HistoricalPrSync, HistoricalCommentsSync)
"""As `sync --with pull-requests` has it: an edit of a comment does not always move its pull request."""
A_MINUTE_AND_A_MOMENT = 90.0
LINE = re.compile(r"\S+ (?P<what>\S+?)(?: (?P<variables>\{.*\}))? \d{3}")
FILES = re.compile(r"/pulls/(\d+)/files\b")


class PullRequestRehearsal:
    """One database below `home`: `rehearsal()` captures pull requests, with the token's whole budget."""

    def __init__(self, home: Path, simulator: Simulator) -> None:
        home.mkdir(exist_ok=True)
        self.database = home / "capture.db"
        self.simulator = simulator
        self.clock = WaitlessClock(simulator.advance)
        self._rehearsal = Rehearsal(self.database, simulator, self.clock)

    def __call__(self, kinds: Sequence[CaptureKind] = PULL_REQUESTS, **asked: Any) -> Ended:
        """Capture, with a new page in the ledger."""
        self.simulator.reset_ledger()
        return self._rehearsal(kinds=kinds, leave_budget=0, **asked)

    def later(self, seconds: float = A_MINUTE_AND_A_MOMENT) -> None:
        """Time passes on both sides."""
        self.clock.advance(seconds)


class Question(NamedTuple):
    """A request as the ledger has it: a path of REST, or an operation of GraphQL with its variables."""

    what: str
    variables: dict[str, Any]


def questions(simulator: Simulator) -> list[Question]:
    """What was asked since the ledger's page began, in the order of the answers."""
    found = [LINE.fullmatch(line) for line in simulator.ledger(lines=True)["lines"]]
    assert all(found)
    return [
        Question(each["what"].removeprefix("/graphql#"), json.loads(each["variables"] or "{}"))
        for each in found
        if each is not None
    ]


def units(simulator: Simulator) -> int:
    """Requests and points that were spent since the ledger's page began."""
    ledger = simulator.ledger()
    spent: int = ledger["requests"]["total"] + ledger["points"]["total"]
    return spent


def listed_by_rest(asked: Iterable[Question]) -> set[int]:
    """The pull requests of which REST was asked for the files."""
    return {int(found[1]) for each in asked if (found := FILES.search(each.what))}


def nodes_asked(asked: Iterable[Question]) -> set[str]:
    """The node ids that GraphQL was asked about, one by one or in hundreds."""
    return {
        value
        for each in asked
        for name, given in each.variables.items()
        if name.startswith("id")
        for value in (given if isinstance(given, list) else [given])
    }
