"""What happens to a history while the simulator runs: runs arrive, finish, run again, go.

A run that finishes uploads its artifacts; somebody may delete them.

Which runs are hit is drawn from the seed and the number of changes so far (those of artifacts
counted apart), so that a test that asks for the same changes in the same order sees the same
world.
"""

from collections import Counter
from random import Random
from typing import TypeVar

from github_simulator.artifacts import Artifact
from github_simulator.history import RerunMode, Run
from github_simulator.runs import can_rerun, finish, rerun
from github_simulator.world import World

_Thing = TypeVar("_Thing")


class Changes:
    """Changes the world's repositories; the first one where none is named."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._counts: Counter[str] = Counter()

    def arrive(self, count: int, repository: str | None = None) -> list[Run]:
        """New runs are created now, queued."""
        with self._world.lock:
            history = self._world.named(repository)
            created_at = max(history.newest, int(self._world.clock.now()))
            return [history.add(created_at) for _ in range(count)]

    def finish(self, count: int, repository: str | None = None) -> list[Run]:
        """The oldest unfinished runs complete, and upload their artifacts. Not what somebody executes."""
        with self._world.lock:
            history, now = self._world.named(repository), int(self._world.clock.now())
            runs = [run for run in history.runs if run.latest.standing and run.execution is None][:count]
            history.artifacts.every()  # what there was before is drawn before anything is added
            for run in runs:
                finish(run, now)
                history.artifacts.upload(run, now)
            return runs

    def rerun(self, count: int, mode: RerunMode, repository: str | None = None) -> list[Run]:
        """People re-run completed runs: a new attempt, queued. `finish` completes it."""
        with self._world.lock:
            now = int(self._world.clock.now())
            runs = self._pick(
                [run for run in self._world.named(repository).runs if can_rerun(run, now)], count
            )
            for run in runs:
                rerun(run, now, mode)
            return runs

    def delete(self, count: int, repository: str | None = None) -> list[Run]:
        """Somebody deletes completed runs, and their jobs with them."""
        with self._world.lock:
            history = self._world.named(repository)
            runs = self._pick([run for run in history.runs if not run.latest.standing], count)
            history.remove(runs)
            return runs

    def delete_artifacts(self, count: int, repository: str | None = None) -> list[Artifact]:
        """Somebody deletes artifacts that GitHub still has."""
        with self._world.lock:
            artifacts = self._world.named(repository).artifacts
            chosen = self._pick(artifacts.visible(self._world.clock.now()), count, "artifacts")
            artifacts.delete(chosen)
            return chosen

    def rename(self, name: str, repository: str | None = None) -> None:
        """The repository gets another name; the old address leads to the new one."""
        with self._world.lock:
            history = self._world.named(repository)
            history.former_full_names.append(history.repository.full_name)
            history.repository.name = name

    def _pick(self, candidates: list[_Thing], count: int, kind: str = "change") -> list[_Thing]:
        self._counts[kind] += 1
        rng = Random(f"{self._world.options.seed}:{kind}:{self._counts[kind]}")
        return rng.sample(candidates, min(count, len(candidates)))
