"""What starts runs: an event on a branch by somebody, for a commit.

One occasion starts two runs (as one push starts several workflows), so that runs share
commits. Texts are as hostile as those that strangers put into titles and branch names.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha1
from random import Random

from github_simulator.dice import chance
from github_simulator.history import Commit, Person, Repository
from github_simulator.people import PEOPLE, fork_of
from github_simulator.pull_records import PullRequest
from github_simulator.titles import TITLES

_EVENTS = {
    "push": 42,
    "pull_request": 30,
    "schedule": 8,
    "workflow_dispatch": 5,
    "merge_group": 4,
    "pull_request_target": 4,
    "release": 3,
    "dynamic": 4,
}
_TOPICS = (
    "feature/login",
    "feature/search/index",
    "fix/🐛-crash",
    "release/2.x",
    "dependabot/npm_and_yarn/example-1.2.3",
    "user's-branch",
    "größer",
    "wip&test",
)

_RECENT_PULLS = 12


@dataclass(frozen=True)
class Occasion:
    """What the runs of one occasion have in common."""

    event: str
    branch: str | None
    title: str
    actor: Person | None
    commit: Commit
    commit_known: bool
    head_repository: Repository | None
    pull_request_number: int | None


class OccasionDrawer:
    """Draws the occasions of one repository, each from its own number.

    Where it has `pulls` (oldest first), occasions of pull requests are about these.
    """

    def __init__(self, repository: Repository, pulls: Sequence[PullRequest] = ()) -> None:
        self._repository = repository
        self._pulls = pulls
        self._forks = [fork_of(repository, person) for person in PEOPLE[:4]]

    def draw(self, number: int, instant: int) -> Occasion:
        """The occasion with this number; its first run was created at `instant`."""
        rng = Random(f"{self._repository.seed}:occasion:{number}")
        event = rng.choices(list(_EVENTS), list(_EVENTS.values()))[0]
        title = rng.choice(TITLES)
        actor = None if chance(rng, 0.01) else rng.choice(PEOPLE)
        head_repository, pull_request = self._head(rng, event, number)
        occasion = Occasion(
            event=event,
            branch=None if chance(rng, 0.01) else _branch(rng, event, number),
            title=title,
            actor=actor,
            commit=self._commit(rng, number, title, instant),
            commit_known=chance(rng, 0.99),
            head_repository=head_repository,
            pull_request_number=pull_request,
        )
        about_pull = self._pulls and event.startswith("pull_request")
        return self._about_pull(occasion, number, instant) if about_pull else occasion

    def _about_pull(self, occasion: Occasion, number: int, instant: int) -> Occasion:
        """The same, for what was then the head of a pull request; rather one that was open then.

        The run tells its number only if it is open and its head still the same.
        """
        rng = Random(f"{self._repository.seed}:occasion-pull:{number}")
        end = max(1, bisect_right(self._pulls, instant, key=lambda pull: pull.created_at))
        recent = self._pulls[max(0, end - _RECENT_PULLS) : end]
        pull = rng.choice([one for one in recent if (one.closed_at or instant) >= instant] or recent)
        push = pull.push_at(instant)
        is_told = pull.is_open and push is pull.pushes[-1] and not pull.is_from_fork
        return replace(
            occasion,
            branch=pull.head_ref,
            title=pull.title,
            commit=replace(occasion.commit, sha=push.sha),
            head_repository=pull.head_repository,
            pull_request_number=pull.number if is_told else None,
        )

    def _head(self, rng: Random, event: str, number: int) -> tuple[Repository | None, int | None]:
        """Where the head lies (None: a fork since deleted), and the pull request still open.

        Pull requests of forks are not listed in a run's `pull_requests`, closed ones neither.
        """
        if not event.startswith("pull_request"):
            return self._repository, None
        if chance(rng, 0.25):
            return (None if chance(rng, 0.2) else rng.choice(self._forks)), None
        return self._repository, (number // 5 + 1 if chance(rng, 0.5) else None)

    def _commit(self, rng: Random, number: int, title: str, instant: int) -> Commit:
        name = f"{self._repository.seed}:commit:{number}"
        return Commit(
            sha=sha1(name.encode(), usedforsecurity=False).hexdigest(),
            message=f"{title}\n\nThe body of commit {number}." if number % 3 else title,
            author=rng.choice(PEOPLE).login,
            committed_at=instant - rng.randint(5, 3_000),
        )


def _branch(rng: Random, event: str, number: int) -> str:
    if event in {"schedule", "dynamic"}:
        return "main"
    if event == "release":
        return f"v1.{number // 50}.{number % 50}"
    if event == "merge_group":
        return f"gh-readonly-queue/main/pr-{number // 5 + 1}-{number:040x}"
    if event == "push" and chance(rng, 0.5):
        return "main"
    return rng.choice(_TOPICS)
