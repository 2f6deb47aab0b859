"""The branches and tags of a repository, as far as dispatches and releases name them.

There is the default branch, which stands still, and the tags that releases made.
"""

from hashlib import sha1

from github_simulator.history import Commit, Repository
from github_simulator.instants import HOUR
from github_simulator.people import PEOPLE


class Refs:
    """`tip` is the newest commit of the default branch, `tags` the commits by tag."""

    def __init__(self, repository: Repository, now: int) -> None:
        self._default_branch = repository.default_branch
        sha = sha1(f"{repository.seed}:tip".encode(), usedforsecurity=False).hexdigest()
        self.tip = Commit(sha, "The newest commit", PEOPLE[0].login, now - HOUR)
        self.tags: dict[str, Commit] = {}

    def resolve(self, ref: str) -> Commit | None:
        """The commit of a branch or tag, with `refs/…` or without, or of its own sha; None: there is none."""
        if ref.removeprefix("refs/heads/") == self._default_branch or ref == self.tip.sha:
            return self.tip
        return self.tags.get(ref.removeprefix("refs/tags/"))


def short(ref: str) -> str:
    """`main` of `refs/heads/main`: what a run says of its head branch."""
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
