"""Who takes part: the accounts of the world, bots among them, and the forks that they have."""

from github_simulator.history import Person, Repository
from github_simulator.instants import DAY

PEOPLE = (
    *(Person(f"octo-dev-{number}", 5_000_000 + number) for number in range(1, 9)),
    Person("octo_under-SCORE", 5_000_100),
    Person("dependabot[bot]", 49_699_333, "Bot"),
    Person("github-actions[bot]", 41_898_282, "Bot"),
    Person("renovate[bot]", 29_139_614, "Bot"),
)

TOKEN_OWNER = PEOPLE[-2]
"""Whom the tokens belong to: the author of what is written with them, whose pending reviews are shown."""


def fork_of(repository: Repository, owner: Person) -> Repository:
    """The fork that this person has of the repository."""
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
