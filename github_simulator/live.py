"""Live mode: a repository in use. After every so many requests something happens to its runs.

Where there are pull requests, something happens to one of these as well.

What happens, and to which runs, follows from the seed: the third change is the same one
whenever it comes. Runs finish two at a time, so that more of them end than begin.
"""

import threading
from collections import Counter
from collections.abc import Callable
from random import Random

from github_simulator.changes import Changes
from github_simulator.dice import chance
from github_simulator.history import Run
from github_simulator.pull_changes import PullChanges
from github_simulator.world import World

_SHARES = {"arrive": 35, "finish": 35, "rerun all": 12, "rerun failed": 12, "delete": 6}
"""How often each kind of change happens, in percent."""
_ARTIFACT_DELETED = 0.15
"""How often an artifact is deleted besides."""
_PULL_SHARES = {
    "open pull": 12,
    "comment": 22,
    "review": 22,
    "dismiss review": 4,
    "edit comment": 12,
    "delete comment": 6,
    "force-push": 12,
    "merge pull": 8,
    "close pull": 2,
}
"""How often each kind of change happens to a pull request, in percent."""


class LiveMode:
    """Changes the world while it is read. Off where `every` is 0.

    `happened` counts the runs and pull requests that each kind of change has touched so far,
    `artifacts_deleted` the artifacts that somebody deleted besides.
    """

    def __init__(self, world: World, changes: Changes, pull_changes: PullChanges, every: int = 0) -> None:
        self._world = world
        self._every = every
        self._requests = self._steps = 0
        self._lock = threading.Lock()
        self.happened: Counter[str] = Counter()
        self.artifacts_deleted = 0
        self._changes = changes
        self._kinds: dict[str, Callable[[str], list[Run]]] = {
            "arrive": lambda repository: changes.arrive(1, repository),
            "finish": lambda repository: changes.finish(2, repository),
            "rerun all": lambda repository: changes.rerun(1, "all", repository),
            "rerun failed": lambda repository: changes.rerun(1, "failed", repository),
            "delete": lambda repository: changes.delete(1, repository),
        }
        self._pull_kinds: dict[str, Callable[[str], list[int]]] = {
            "open pull": lambda repository: pull_changes.open_pulls(1, repository),
            "comment": lambda repository: pull_changes.comment(1, repository),
            "review": lambda repository: pull_changes.review(1, repository),
            "dismiss review": lambda repository: pull_changes.dismiss(1, repository),
            "edit comment": lambda repository: pull_changes.edit_comments(1, repository),
            "delete comment": lambda repository: pull_changes.delete_comments(1, repository),
            "force-push": lambda repository: pull_changes.force_push(1, repository),
            "merge pull": lambda repository: pull_changes.close(1, repository),
            "close pull": lambda repository: pull_changes.close(1, repository, merge=False),
        }

    def switch(self, every: int) -> None:
        """Something happens after so many requests from now on; 0: nothing any more."""
        if every < 0:
            raise ValueError("live mode counts requests: every >= 0")
        with self._lock:
            self._every, self._requests = every, 0

    def note_request(self) -> None:
        """One more request was answered."""
        with self._lock:
            self._requests += 1
            if self._every and self._requests % self._every == 0:
                self._step()

    def _step(self) -> None:
        self._steps += 1
        rng = Random(f"{self._world.options.seed}:live:{self._steps}")
        kind = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
        repository = rng.choice(self._world.histories).repository.full_name
        self.happened[kind] += len(self._kinds[kind](repository))
        if chance(rng, _ARTIFACT_DELETED):
            self.artifacts_deleted += len(self._changes.delete_artifacts(1, repository))
        if self._world.options.pulls:
            self._step_of_pulls(repository)

    def _step_of_pulls(self, repository: str) -> None:
        rng = Random(f"{self._world.options.seed}:live pulls:{self._steps}")
        kind = rng.choices(list(_PULL_SHARES), list(_PULL_SHARES.values()))[0]
        self.happened[kind] += len(self._pull_kinds[kind](repository))
