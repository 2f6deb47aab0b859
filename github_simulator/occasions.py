"""What starts runs: an event on a branch by somebody, for a commit.

One occasion starts two runs (as one push starts several workflows), so that runs share
commits. Texts are as hostile as those that strangers put into titles and branch names.
"""

from dataclasses import dataclass
from hashlib import sha1
from random import Random

from github_simulator.dice import chance
from github_simulator.history import Commit, Person, Repository
from github_simulator.instants import DAY

PEOPLE = (
    *(Person(f"octo-dev-{number}", 5_000_000 + number) for number in range(1, 9)),
    Person("octo_under-SCORE", 5_000_100),
    Person("dependabot[bot]", 49_699_333, "Bot"),
    Person("github-actions[bot]", 41_898_282, "Bot"),
    Person("renovate[bot]", 29_139_614, "Bot"),
)
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
_TITLES = (
    "Fix the flaky test of the scheduler",
    "Add a page for search results",
    "Bump example from 1.2.2 to 1.2.3",
    "🚀 Faster start: load plugins when asked",
    "Größere Schrift, größerer Abstand — ok?",
    "日本語のタイトル",
    'Quote " and \\ backslash, and a tab\tinside',
    "<script>alert('title')</script>",
    "=cmd|' /C calc'!A0,\"comma\"",
    "::error file=app.js,line=1::this is a title, not a command",
    "%0A::set-output name=x::y",
    "\x1b[31mred\x1b[0m alert",
    "Merge pull request #12 from fork/topic",
)


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
    """Draws the occasions of one repository, each from its own number."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._forks = [_fork(repository, person) for person in PEOPLE[:4]]

    def draw(self, number: int, instant: int) -> Occasion:
        """The occasion with this number; its first run was created at `instant`."""
        rng = Random(f"{self._repository.seed}:occasion:{number}")
        event = rng.choices(list(_EVENTS), list(_EVENTS.values()))[0]
        title = rng.choice(_TITLES)
        actor = None if chance(rng, 0.01) else rng.choice(PEOPLE)
        head_repository, pull_request = self._head(rng, event, number)
        return Occasion(
            event=event,
            branch=None if chance(rng, 0.01) else _branch(rng, event, number),
            title=title,
            actor=actor,
            commit=self._commit(rng, number, title, instant),
            commit_known=chance(rng, 0.99),
            head_repository=head_repository,
            pull_request_number=pull_request,
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


def _fork(repository: Repository, owner: Person) -> Repository:
    return Repository(
        id=700_000_000 + repository.slot * 1_000 + owner.id % 1_000,
        slot=repository.slot,
        seed=repository.seed,
        owner=owner,
        name=repository.name,
        private=repository.private,
        fork=True,
        default_branch=repository.default_branch,
        created_at=repository.created_at + 30 * DAY,
    )
