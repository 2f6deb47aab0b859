"""What the router has to know beyond the request: from the store where it tells, else from GitHub.

Nothing is asked that would not change the answer. Of GitHub at most two things are asked; what it does not
tell stays unknown, and is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from progressive_capture.lib.errors import CaptureError, CapturePaused, NotFoundError
from progressive_capture.lib.forecasting.forecast import ACTIONS_BEGAN, PER_PAGE
from progressive_capture.lib.github.client import RunsPage
from progressive_capture.lib.github.messages import Answer
from progressive_capture.lib.normalize.times import parse_time
from progressive_capture.lib.store.contract import Store
from progressive_capture.lib.windows import SECOND, Window
from queue_manager.request import CaptureRequest
from queue_manager.router import (
    DISPATCH,
    OLDEST,
    PULL_REQUESTS,
    RUNS,
    SIZES,
    Facts,
    Thresholds,
    facts_needed,
)
from queue_manager.stored_facts import Stored, stored_facts

MOST_REQUESTS = 2
OF_PULL_REQUESTS = frozenset({"pull_requests", "reviews", "comments", "file_changes", "pull_request_details"})
WORDS = {
    OLDEST: "how old the data is",
    RUNS: "how many workflow runs there are",
    PULL_REQUESTS: "how many pull requests there are",
}


class PullsPeeked(Protocol):
    """A page of pull requests, as GitHub lists them, and how many pages of that size there are."""

    @property
    def pulls(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def pages(self) -> int: ...


class LooksAtPulls(Protocol):
    """What is asked of `GitHub.pulls`."""

    def peek(self, full_name: str, *, size: int = 1, oldest_first: bool = False) -> PullsPeeked:
        """One page of pull requests in whatever state, by their last update."""


class LooksAround(Protocol):
    """What is asked of `GitHub`; each a request."""

    @property
    def pulls(self) -> LooksAtPulls: ...
    def peek_runs(self, full_name: str, *, created: str | None = None) -> RunsPage: ...
    def runs(self, full_name: str) -> RunsPage: ...
    def run(self, full_name: str, run_id: int) -> Answer: ...


@dataclass(frozen=True, kw_only=True)
class Question:
    """One request to GitHub: what it is about, and the facts that its answer tells."""

    about: str
    tells: frozenset[str]
    ask: Callable[[LooksAround], Facts]


class FactsGatherer:
    """Finds out what the router needs.

    Args:
        store: asked first.
        github: opens the way to GitHub; called only where something is to be asked.
        dispatch: why the request cannot be dispatched; None: it can.
        say: is told what could not be found out.
    """

    def __init__(
        self,
        store: Store,
        *,
        github: Callable[[], LooksAround],
        dispatch: Callable[[CaptureRequest], str | None],
        say: Callable[[str], None],
    ) -> None:
        self._store = store
        self._github = github
        self._dispatch = dispatch
        self._say = say

    def gather(self, request: CaptureRequest, thresholds: Thresholds, *, now: datetime) -> Facts:
        """The facts that change where the request goes; none is looked for that does not.

        Raises:
            NotFoundError: GitHub shows no such repository, or no such workflow run.
            StoreError: the store cannot be read.
        """
        facts, known = Facts(), frozenset[str]()

        def needed() -> frozenset[str]:
            return facts_needed(request, thresholds, now, facts=facts, known=known)

        questions: Sequence[Question] = ()
        if needed() & {OLDEST, *SIZES}:
            stored = stored_facts(self._store, request, thresholds, now=now)
            facts, known, questions = stored.facts, stored.known, list(_questions(request, stored))
        if DISPATCH in needed():
            facts, known = replace(facts, dispatch=self._dispatch(request)), known | {DISPATCH}
        for _ in range(MOST_REQUESTS):
            question = next((each for each in questions if each.tells & needed()), None)
            if question is None:
                break
            facts, known = self._answered(question, request, facts, known), known | question.tells
        return facts

    def _answered(
        self, question: Question, request: CaptureRequest, facts: Facts, known: frozenset[str]
    ) -> Facts:
        """The facts with those that GitHub tells; what the store told stays."""
        try:
            answer = question.ask(self._github())
        except NotFoundError as error:
            if PULL_REQUESTS not in question.tells:  # a repository may do without pull requests
                raise NotFoundError(
                    f"GitHub shows no {question.about} of {request.repository} to this token.",
                    status=error.status,
                    hint="Check the name; for a private repository set GITHUB_TOKEN to a token that may "
                    "read it.",
                ) from error
            self._say_unknown(question, error)
            return facts
        except (CaptureError, CapturePaused) as error:
            self._say_unknown(question, error)
            return facts
        return replace(facts, **{name: getattr(answer, name) for name in question.tells - known})

    def _say_unknown(self, question: Question, error: Exception) -> None:
        unknown = " and ".join(WORDS[name] for name in sorted(question.tells))
        self._say(f"Not known is {unknown}, for GitHub does not tell: {error}")


def _questions(request: CaptureRequest, stored: Stored) -> Iterator[Question]:
    """What GitHub can be asked about the request, the most telling first."""
    if "number" in request.parameters:
        return  # one pull request is one item, and as old as it is
    if request.kind in OF_PULL_REQUESTS:
        yield _about_pull_requests(request, stored)
        yield _how_many_runs(request)
    else:
        yield _about_runs(request, stored)
        yield _how_many_runs(request)
        yield Question(
            about="pull requests",
            tells=frozenset({PULL_REQUESTS}),
            ask=lambda github: Facts(pull_requests=_count(github.pulls.peek(request.repository))),
        )


def _how_many_runs(request: CaptureRequest) -> Question:
    return Question(
        about="workflow runs",
        tells=frozenset({RUNS}),
        ask=lambda github: Facts(runs=github.peek_runs(request.repository).total_count),
    )


def _about_runs(request: CaptureRequest, stored: Stored) -> Question:
    """How old what is to do is: of one run, of the newest, or of all that was never listed."""
    name, asked = request.repository, request.parameters

    def one(github: LooksAround) -> Facts:
        return Facts(oldest_at=_time(github.run(name, asked["run_id"]).body, "created_at"))

    def newest(github: LooksAround) -> Facts:
        page = github.runs(name)
        last = page.runs[: asked["max_items"]][-1:]
        oldest = _time(last[0], "created_at") if last else stored.fresh_from
        return Facts(oldest_at=oldest, runs=page.total_count)

    def unlisted(github: LooksAround) -> Facts:
        until = stored.unlisted_until - SECOND
        if until < ACTIONS_BEGAN:
            return Facts(oldest_at=stored.fresh_from)
        older = github.peek_runs(name, created=Window(ACTIONS_BEGAN, until).query()).runs
        return Facts(oldest_at=_time(older[0], "created_at") if older else stored.fresh_from)

    if "run_id" in asked:
        return Question(about=f"workflow run {asked['run_id']}", tells=frozenset({OLDEST}), ask=one)
    if request.kind == "workflow_runs" and "max_items" in asked:
        return Question(about="workflow runs", tells=frozenset({OLDEST, RUNS}), ask=newest)
    return Question(about="workflow runs", tells=frozenset({OLDEST}), ask=unlisted)


def _about_pull_requests(request: CaptureRequest, stored: Stored) -> Question:
    """How long ago those to do were updated: of the newest, or of all that were never listed."""
    name, most = request.repository, request.parameters.get("max_items")

    def newest(github: LooksAround) -> Facts:
        pulls = github.pulls.peek(name, size=min(most or 1, PER_PAGE)).pulls
        return Facts(oldest_at=_time(pulls[-1], "updated_at") if pulls else stored.fresh_from)

    def unlisted(github: LooksAround) -> Facts:
        page = github.pulls.peek(name, oldest_first=True)
        updated = _time(page.pulls[0], "updated_at") if page.pulls else None
        is_unlisted = updated is not None and updated < stored.unlisted_until
        return Facts(oldest_at=updated if is_unlisted else stored.fresh_from, pull_requests=_count(page))

    if most is not None:
        return Question(about="pull requests", tells=frozenset({OLDEST}), ask=newest)
    return Question(about="pull requests", tells=frozenset({OLDEST, PULL_REQUESTS}), ask=unlisted)


def _count(page: PullsPeeked) -> int:
    """How many there are, told by pages of one."""
    return page.pages if page.pulls else 0


def _time(payload: Mapping[str, Any], name: str) -> datetime | None:
    return parse_time(payload.get(name), field=name)
