"""Pull requests by themselves, without what was said about them: who, what, where, since when.

Drawn with the repository, because its runs are about them. Numbers are shared with issues:
every fifth one is an issue's, as on GitHub, where both count together.
"""

from dataclasses import replace
from hashlib import sha1
from random import Random

from github_simulator.dice import chance
from github_simulator.history import Person, Repository
from github_simulator.instants import DAY, HOUR, MINUTE
from github_simulator.options import WorldOptions
from github_simulator.people import PEOPLE, fork_of
from github_simulator.pull_records import FilePlan, PullRequest, Push
from github_simulator.pull_texts import draw_body
from github_simulator.titles import TITLES

ISSUE_EVERY = 5
GIANT_FILE_COUNTS = (3_000, 4_512)
_TOPICS = (
    "feature/search",
    "fix/🐛",
    "größer",
    "user's-branch",
    "dependabot/npm_and_yarn/example",
    "wip&test",
)
_RENAMING, _COPYING, _COPYING_PLACE = 0.04, 200, 12
_WITHOUT_FORK, _FORK_GONE_EVERY, _FORK_GONE_PLACE = 0.75, 13, 6
_AUTHOR_GONE_EVERY, _AUTHOR_GONE_PLACE = 19, 4


def pull_number(place: int) -> int:
    """The number of the pull request at a place, oldest first."""
    return place + place // (ISSUE_EVERY - 1) + 1


def issue_numbers(pulls: int) -> range:
    """The numbers between those of so many pull requests that are issues'."""
    return range(ISSUE_EVERY, pull_number(pulls), ISSUE_EVERY)


class PullDrawer:
    """Draws the pull requests of one repository, each from its place."""

    def __init__(self, repository: Repository, options: WorldOptions) -> None:
        self._repository = repository
        self._options = options
        self._forks = [fork_of(repository, person) for person in PEOPLE[:4]]
        self._giants = self._giant_places()

    def draw_all(self) -> list[PullRequest]:
        """Those of the past, oldest first."""
        return [self._draw_past(place) for place in range(self._options.pulls)]

    def draw_arrival(self, place: int, created_at: int) -> PullRequest:
        """One that is opened while the simulator runs."""
        return self._draw(self._rng(place), place, created_at)

    def _rng(self, place: int) -> Random:
        return Random(f"{self._repository.seed}:pull:{place}")

    def _draw_past(self, place: int) -> PullRequest:
        options, rng = self._options, self._rng(place)
        span = options.now - HOUR - options.began
        into = (place + rng.random()) / options.pulls if place else 0.0
        pull = self._draw(rng, place, options.began + int(span * into))
        self._live_on(rng, pull)
        return pull

    def _draw(self, rng: Random, place: int, created_at: int) -> PullRequest:
        number = pull_number(place)
        giant = self._giants.get(place)
        return PullRequest(
            repository=self._repository,
            number=number,
            title=rng.choice(TITLES),
            body=draw_body(rng) if chance(rng, 0.9) else None,
            draft=chance(rng, 0.15),
            author=self._author(rng, place),
            base_ref="main" if chance(rng, 0.9) else "release/2.x",
            head_ref=f"{rng.choice(_TOPICS)}-{number}",
            head_repository=self._head_repository(rng, place),
            created_at=created_at,
            updated_at=created_at,
            closed_at=None,
            merged_at=None,
            pushes=[draw_push(self._repository, number, 1, created_at)],
            file_plan=_file_plan(rng, place, giant),
            is_reviewed_a_lot=giant == 0,
        )

    def _author(self, rng: Random, place: int) -> Person | None:
        person = rng.choice(PEOPLE)
        return None if place % _AUTHOR_GONE_EVERY == _AUTHOR_GONE_PLACE else person

    def _head_repository(self, rng: Random, place: int) -> Repository | None:
        own, fork = chance(rng, _WITHOUT_FORK), rng.choice(self._forks)
        if place % _FORK_GONE_EVERY == _FORK_GONE_PLACE:
            return None
        return self._repository if own else fork

    def _live_on(self, rng: Random, pull: PullRequest) -> None:
        """What happened to it until now: further pushes, and mostly an end."""
        latest = self._options.now - 10 * MINUTE
        closes_at = pull.created_at + 10 * MINUTE + int(rng.expovariate(1 / (3 * DAY)))
        if closes_at < latest and chance(rng, 0.94):
            pull.closed_at = closes_at
            pull.merged_at = closes_at if chance(rng, 0.8) else None
            pull.draft = pull.draft and pull.merged_at is None
        end = pull.closed_at or latest
        pushes = min(20, int(rng.lognormvariate(0.2, 0.8)))
        for instant in sorted(rng.randint(pull.created_at, end) for _ in range(pushes)):
            pull.pushes.append(draw_push(pull.repository, pull.number, len(pull.pushes) + 1, instant))
        pull.updated_at = max(pull.created_at, pull.closed_at or 0, pull.pushes[-1].instant)

    def _giant_places(self) -> dict[int, int]:
        """Where giants stand: 0 for the much reviewed, 1 and 2 for those of many files."""
        count = 3 * self._options.giant_pulls
        return {(giant * self._options.pulls) // count: giant % 3 for giant in range(count)}


def draw_push(repository: Repository, number: int, count: int, instant: int) -> Push:
    """The pull request's `count`-th push."""
    name = f"{repository.seed}:push:{number}:{count}"
    return Push(sha1(name.encode(), usedforsecurity=False).hexdigest(), instant)


def change_plan(rng: Random, plan: FilePlan) -> FilePlan:
    """After a push there are some files more or less; giants stay what they are."""
    if plan.count in GIANT_FILE_COUNTS:
        return plan
    return replace(plan, count=max(1, plan.renamed + plan.copied, plan.count + rng.randint(-3, 3)))


def _file_plan(rng: Random, place: int, giant: int | None) -> FilePlan:
    count = min(400, int(rng.lognormvariate(1.5, 1.0)))
    renamed = rng.randint(1, 3) if chance(rng, _RENAMING) or place % 100 == 1 else 0
    if giant:
        return FilePlan(GIANT_FILE_COUNTS[giant - 1], renamed=2 if giant == 1 else 0)
    copied = int(place % _COPYING == _COPYING_PLACE)
    return FilePlan(max(count, renamed + copied), renamed, copied)
