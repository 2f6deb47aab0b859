"""What happens to a history while the simulator runs: runs arrive, finish, run again, go.

Which runs are hit is drawn from the seed and the number of changes so far, so that a test
that asks for the same changes in the same order sees the same world.
"""

from random import Random

from github_simulator.history import RerunMode, Run
from github_simulator.runs import can_rerun, finish, rerun
from github_simulator.world import RepositoryHistory, World


class Changes:
    """Changes the world's repositories; the first one where none is named."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._count = 0

    def arrive(self, count: int, repository: str | None = None) -> list[Run]:
        """New runs are created now, queued."""
        with self._world.lock:
            history = self._history(repository)
            newest = history.runs[-1].created_at if history.runs else 0
            created_at = max(newest, int(self._world.clock.now()))
            return [history.add(created_at) for _ in range(count)]

    def finish(self, count: int, repository: str | None = None) -> list[Run]:
        """The oldest unfinished runs complete."""
        with self._world.lock:
            runs = [run for run in self._history(repository).runs if run.latest.standing][:count]
            for run in runs:
                finish(run, int(self._world.clock.now()))
            return runs

    def rerun(self, count: int, mode: RerunMode, repository: str | None = None) -> list[Run]:
        """People re-run completed runs: a new attempt, queued. `finish` completes it."""
        with self._world.lock:
            now = int(self._world.clock.now())
            runs = self._pick([run for run in self._history(repository).runs if can_rerun(run, now)], count)
            for run in runs:
                rerun(run, now, mode)
            return runs

    def delete(self, count: int, repository: str | None = None) -> list[Run]:
        """Somebody deletes completed runs, and their jobs with them."""
        with self._world.lock:
            history = self._history(repository)
            runs = self._pick([run for run in history.runs if not run.latest.standing], count)
            history.remove(runs)
            return runs

    def rename(self, name: str, repository: str | None = None) -> None:
        """The repository gets another name; the old address leads to the new one."""
        with self._world.lock:
            history = self._history(repository)
            history.former_full_names.append(history.repository.full_name)
            history.repository.name = name

    def _history(self, repository: str | None) -> RepositoryHistory:
        """The named repository. ValueError where there is none."""
        history = self._world.history(repository) if repository else self._world.histories[0]
        if history is None:
            raise ValueError(f"no repository {repository!r}")
        return history

    def _pick(self, candidates: list[Run], count: int) -> list[Run]:
        self._count += 1
        rng = Random(f"{self._world.options.seed}:change:{self._count}")
        return rng.sample(candidates, min(count, len(candidates)))
