"""Live mode: a repository in use. After every so many requests something happens to its runs.

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
from github_simulator.world import World

_SHARES = {"arrive": 35, "finish": 35, "rerun all": 12, "rerun failed": 12, "delete": 6}
"""How often each kind of change happens, in percent."""
_ARTIFACT_DELETED = 0.15
"""How often an artifact is deleted besides."""


class LiveMode:
    """Changes the world while it is read. Off where `every` is 0.

    `happened` counts the runs that each kind of change has touched so far,
    `artifacts_deleted` the artifacts that somebody deleted besides.
    """

    def __init__(self, world: World, changes: Changes, every: int = 0) -> None:
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
