"""The simulated GitHub's contents: repositories with their runs and pull requests.

Runs are kept, oldest first; jobs, steps and foreign check runs are drawn when asked, from
seeds made of the repository's seed and the run's place, so that 100,000 runs need little
memory. Ids lead back to their things by arithmetic (`ids`). Whoever reads or changes the
world holds `World.lock`.
"""

import threading
from bisect import bisect_left, bisect_right
from functools import lru_cache
from operator import attrgetter

from github_simulator import ids
from github_simulator.artifacts import Artifact, Artifacts
from github_simulator.checks import foreign_check_runs_of
from github_simulator.clock import SimulatedClock
from github_simulator.cpu_cost import CpuCost
from github_simulator.executed_jobs import executed_jobs_of
from github_simulator.history import (
    Attempt,
    CheckRun,
    ForeignCheckRun,
    Job,
    Person,
    Repository,
    Run,
    Workflow,
)
from github_simulator.jobs import jobs_of
from github_simulator.options import WorldOptions
from github_simulator.pulls import PullRequests
from github_simulator.refs import Refs
from github_simulator.release_records import Asset
from github_simulator.releases import Releases
from github_simulator.runs import RunDrawer
from github_simulator.timeline import draw_timeline
from github_simulator.workflows import draw_repository, draw_workflows

_CREATED_AT = attrgetter("created_at")


class RepositoryHistory:
    """One repository and all its runs."""

    def __init__(self, options: WorldOptions, slot: int) -> None:
        self.repository: Repository = draw_repository(options, slot)
        self.workflows: list[Workflow] = draw_workflows(self.repository, options)
        self.former_full_names: list[str] = [options.former_name] if slot == 0 else []
        self.pulls = PullRequests(self.repository, options)
        self.drawer = RunDrawer(self.repository, self.workflows, options, self.pulls.heads)
        timeline = draw_timeline(options, self.repository.seed)
        self._by_index: list[Run | None] = list(self.drawer.draw_all(timeline))
        self.runs: list[Run] = [run for run in self._by_index if run is not None]
        """Every run that GitHub still has, oldest first."""
        self.artifacts = Artifacts(self.repository, options, lambda: self.runs)
        self.refs = Refs(self.repository, options.now)
        self.releases = Releases(self.repository, self.refs, options)

    def run(self, index: int) -> Run | None:
        """The run at this place; None where there is none, or no more."""
        return self._by_index[index] if index < len(self._by_index) else None

    def workflow(self, workflow_id: int) -> Workflow | None:
        """The workflow with this id, deleted ones included."""
        return next((one for one in self.workflows if one.id == workflow_id), None)

    def workflow_named(self, name: str) -> Workflow | None:
        """The workflow with this path, or with this file name."""
        return next((one for one in self.workflows if name in {one.path, one.path.rpartition("/")[2]}), None)

    @property
    def newest(self) -> int:
        """When the newest run was created; 0 where there is none."""
        return self.runs[-1].created_at if self.runs else 0

    def created_between(self, first: int, last: int) -> list[Run]:
        """The runs created from `first` to `last`, both inclusive, oldest first."""
        begin = bisect_left(self.runs, first, key=_CREATED_AT)
        end = bisect_right(self.runs, last, key=_CREATED_AT)
        return self.runs[begin:end]

    def add(self, created_at: int) -> Run:
        """A new run arrives, queued."""
        run = self.drawer.draw_arrival(len(self._by_index), created_at)
        self._by_index.append(run)
        self.runs.append(run)
        return run

    def add_workflow(self, path: str, created_at: int) -> Workflow:
        """A new workflow, active; what it is called and does is still to be said."""
        number = ids.workflow_id(self.repository.slot, len(self.workflows) + 1)
        workflow = Workflow(number, self.repository, path, path, "active", (), created_at, created_at)
        self.workflows.append(workflow)
        return workflow

    def add_execution(
        self, workflow: Workflow, event: str, branch: str, person: Person, created_at: int
    ) -> Run:
        """A run of which nothing is drawn, queued."""
        commit = self.refs.resolve(branch) or self.refs.tip
        first = Attempt(1, created_at, created_at, 0, "success", person, standing="queued")
        run = Run(
            repository=self.repository,
            index=len(self._by_index),
            workflow=workflow,
            run_number=self.drawer.next_number(workflow),
            name=workflow.name,
            display_title=workflow.name,
            path=workflow.path,
            event=event,
            head_branch=branch,
            head_sha=commit.sha,
            head_commit=commit,
            head_repository=self.repository,
            pull_request_number=None,
            actor=person,
            created_at=created_at,
            job_count=0,
            attempts=[first],
        )
        self._by_index.append(run)
        self.runs.append(run)
        return run

    def remove(self, runs: list[Run]) -> None:
        """GitHub deletes runs, and with them their jobs, check suites and artifacts."""
        self.artifacts.delete_of(runs)
        for run in runs:
            self._by_index[run.index] = None
        self.runs = [run for run in self.runs if self._by_index[run.index] is run]


class World:
    """Everything that the simulator knows, and the clock that it lives by."""

    def __init__(
        self,
        options: WorldOptions | None = None,
        clock: SimulatedClock | None = None,
        cpu_cost: CpuCost | None = None,
    ) -> None:
        self.options = options or WorldOptions()
        self.clock = clock or SimulatedClock(self.options.now)
        self.cpu_cost = cpu_cost or CpuCost()
        self.lock = threading.RLock()
        self.histories = [
            RepositoryHistory(self.options, slot) for slot in range(len(self.options.repositories))
        ]
        # Kept per world, for the runs that are asked again at once (their pages, their steps).
        self._jobs = lru_cache(maxsize=2_048)(self._draw_jobs)

    def history(self, full_name: str) -> RepositoryHistory | None:
        """The repository with this name now; case does not matter, as on GitHub."""
        wanted = full_name.lower()
        return next((h for h in self.histories if h.repository.full_name.lower() == wanted), None)

    def named(self, full_name: str | None) -> RepositoryHistory:
        """The named repository, the first one where none is named. ValueError where there is none."""
        history = self.history(full_name) if full_name else self.histories[0]
        if history is None:
            raise ValueError(f"no repository {full_name!r}")
        return history

    def formerly(self, full_name: str) -> RepositoryHistory | None:
        """The repository that had this name before it was renamed."""
        wanted = full_name.lower()
        for history in self.histories:
            if wanted in (name.lower() for name in history.former_full_names):
                return history
        return None

    def history_by_id(self, repository_id: int) -> RepositoryHistory | None:
        return self._history_at(repository_id - ids.REPOSITORY_BASE)

    def run(self, run_id: int) -> Run | None:
        """The run with this id; None where GitHub has none (any more)."""
        return self._run_at(ids.run_place(run_id))

    def run_of_suite(self, suite_id: int) -> Run | None:
        """The run whose check suite has this id."""
        return self._run_at(ids.suite_place(suite_id))

    def artifact(self, artifact_id: int) -> Artifact | None:
        """The artifact with this id, also one that has vanished (`Artifacts.fate`)."""
        place = ids.artifact_place(artifact_id)
        history = self._history_at(place[0]) if place else None
        return history.artifacts.find(place[1]) if history and place else None

    def asset(self, asset_id: int) -> Asset | None:
        """The asset of a release with this id."""
        place = ids.remark_place(ids.ASSET_BASE, asset_id)
        history = self._history_at(place[0]) if place else None
        return history.releases.find_asset(asset_id) if history else None

    def workflow(self, workflow_id: int) -> Workflow | None:
        history = self._history_at(ids.workflow_slot(workflow_id))
        return history.workflow(workflow_id) if history else None

    def jobs(self, run: Run, attempt: int | None = None) -> list[Job]:
        """The jobs of one attempt, or of all (None), by attempt and position."""
        jobs = self._jobs(run.id, run.revision)
        return [job for job in jobs if attempt is None or job.attempt == attempt]

    def latest_jobs(self, run: Run) -> list[Job]:
        return self.jobs(run, run.latest.number)

    def job(self, job_id: int) -> Job | None:
        """The job with this id; None also where the id is that of a foreign check run."""
        place = ids.check_run_place(job_id)
        run = self._run_at(ids.RunPlace(place.slot, place.index)) if place else None
        if place is None or run is None or not 0 < place.attempt <= len(run.attempts):
            return None
        jobs = self.jobs(run, place.attempt)
        return next((job for job in jobs if job.position == place.position), None)

    def foreign_check_runs(self, run: Run) -> list[ForeignCheckRun]:
        """The check runs in the run's suite that are not its jobs."""
        return foreign_check_runs_of(run)

    def check_runs(self, run: Run, *, latest_only: bool) -> list[CheckRun]:
        """What GraphQL's `checkRuns` holds: the jobs of the latest attempt or of all, then foreign ones."""
        jobs = self.latest_jobs(run) if latest_only else self.jobs(run)
        return [*jobs, *self.foreign_check_runs(run)]

    def check_run(self, check_run_id: int) -> CheckRun | None:
        """The job or foreign check run with this id."""
        place = ids.check_run_place(check_run_id)
        if place is None or place.attempt > 0:
            return self.job(check_run_id)
        run = self._run_at(ids.RunPlace(place.slot, place.index))
        foreign = self.foreign_check_runs(run) if run else []
        return next((one for one in foreign if one.id == check_run_id), None)

    def _draw_jobs(self, run_id: int, revision: int) -> tuple[Job, ...]:
        run = self.run(run_id)
        assert run is not None
        assert run.revision == revision
        return tuple(executed_jobs_of(run) if run.execution else jobs_of(run))

    def _run_at(self, place: ids.RunPlace | None) -> Run | None:
        history = self._history_at(place.slot) if place else None
        return history.run(place.index) if history and place else None

    def _history_at(self, slot: int) -> RepositoryHistory | None:
        return self.histories[slot] if 0 <= slot < len(self.histories) else None
