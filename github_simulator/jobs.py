"""The jobs of a run, attempt by attempt.

Each attempt is drawn from its own seed. A re-run of failed jobs executes again what
failed and carries the rest over: the same job under a new id, with its old times
(https://docs.github.com/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs).
"""

from dataclasses import dataclass, replace
from random import Random

from github_simulator import ids
from github_simulator.dice import chance
from github_simulator.history import Attempt, Job, Run, Runner
from github_simulator.runs import FAILING, has_jobs

NOBODY = (Runner(None, None, None, None), Runner(0, "", 0, ""))
"""Both ways in which GitHub writes that no runner took the job."""
_HOSTED = ("ubuntu-latest", "ubuntu-24.04", "windows-latest", "macos-15", "ubuntu-24.04-8core")
_NAMES = (
    "build",
    "lint",
    "test (3.11)",
    "test (3.12)",
    "test (3.13, windows-latest)",
    "docs",
    "deploy / publish",
    "🧪 integration",
    "::warning::not a command",
    "e2e <b>bold</b>",
    "test",
    "=SUM(A1:A9)",
)
_OTHERS = {
    "success": {"success": 92, "skipped": 7, "neutral": 1},
    "failure": {"success": 75, "failure": 9, "skipped": 13, "cancelled": 3},
    "cancelled": {"success": 45, "cancelled": 45, "skipped": 10},
    "timed_out": {"success": 80, "skipped": 20},
    "skipped": {"skipped": 1},
}
"""How the other jobs end, once one job has ended as the attempt did."""


def jobs_of(run: Run) -> list[Job]:
    """Every job of every attempt, by attempt and position."""
    every: list[Job] = []
    before: list[Job] = []
    for attempt in run.attempts:
        before = _jobs_of_attempt(run, attempt, before)
        every += before
    return every


def _jobs_of_attempt(run: Run, attempt: Attempt, before: list[Job]) -> list[Job]:
    if not has_jobs(attempt):
        return []
    rng = Random(f"{run.repository.seed}:jobs:{run.index}:{attempt.number}")
    positions = range(run.job_count)
    if attempt.rerun == "failed":
        executed = [place for place in positions if before[place].conclusion in FAILING]
    else:
        executed = list(positions)
    conclusions = dict(zip(executed, _conclusions(rng, attempt.outcome, len(executed)), strict=True))
    names = _names(run)
    execution = _Execution(rng, run, attempt)
    jobs = [
        execution.job(place, names[place], conclusions[place])
        if place in conclusions
        else carried_over(before[place], attempt)
        for place in positions
    ]
    return _as_seen(jobs, attempt)


def _names(run: Run) -> list[str]:
    """The same in every attempt. Two jobs of a run may have the same name."""
    rng = Random(f"{run.repository.seed}:names:{run.index}")
    if run.job_count > len(_NAMES):
        return [f"shard ({number}, {run.job_count})" for number in range(1, run.job_count + 1)]
    return [rng.choice(_NAMES) for _ in range(run.job_count)]


def _conclusions(rng: Random, outcome: str, count: int) -> list[str]:
    others = _OTHERS.get(outcome, {outcome: 1})
    conclusions = rng.choices(list(others), list(others.values()), k=count)
    if conclusions:
        conclusions[rng.randrange(count)] = outcome
    return conclusions


@dataclass(frozen=True)
class _Execution:
    """Jobs that an attempt really executes, drawn one after the other."""

    rng: Random
    run: Run
    attempt: Attempt

    def job(self, place: int, name: str, conclusion: str) -> Job:
        created_at = self.attempt.started_at + self.rng.randint(0, 2)
        started_at, ends_at = self._times(created_at)
        labels, runner = _runner(self.rng, place)
        skipped = conclusion == "skipped"
        return Job(
            id=job_id(self.run, self.attempt.number, place),
            run=self.run,
            attempt=self.attempt.number,
            position=place,
            name=name,
            status="completed",
            conclusion=conclusion,
            created_at=created_at,
            started_at=created_at if skipped else started_at,
            completed_at=created_at if skipped else ends_at,
            ends_at=created_at if skipped else ends_at,
            labels=labels,
            runner=NOBODY[place % 2] if skipped else runner,
        )

    def _times(self, created_at: int) -> tuple[int, int]:
        """When it starts (most wait little) and when it ends."""
        last = self.attempt.started_at + self.attempt.duration
        started_at = created_at + int(self.rng.random() ** 3 * (last - created_at) * 0.6)
        return started_at, started_at + int((last - started_at) * self.rng.uniform(0.3, 1))


def _runner(rng: Random, place: int) -> tuple[tuple[str, ...], Runner]:
    if chance(rng, 0.15):
        number = rng.randint(1, 12)
        return ("self-hosted", "linux", "x64"), Runner(number, f"builder-{number}", 1, "Default")
    number = rng.randint(1, 900)
    label = _HOSTED[(place + number) % len(_HOSTED)]
    return (label,), Runner(number, f"GitHub Actions {number}", 0, "GitHub Actions")


def carried_over(job: Job, attempt: Attempt) -> Job:
    """The same job in a later attempt that does not execute it again."""
    return replace(
        job,
        id=job_id(job.run, attempt.number, job.position),
        attempt=attempt.number,
        carried_from_job_id=job.executed_id,
    )


def job_id(run: Run, attempt: int, place: int) -> int:
    """The id of the job at this place of an attempt."""
    return ids.check_run_id(ids.CheckRunPlace(run.repository.slot, run.index, attempt, place))


def _as_seen(jobs: list[Job], attempt: Attempt) -> list[Job]:
    """The jobs as they stand in an attempt that may be unfinished."""
    if attempt.standing is None:
        return jobs
    executed = [job for job in jobs if job.carried_from_job_id is None]
    seen_at = min(attempt.updated_at, max((job.ends_at for job in executed), default=0) - 1)
    return [job if job.carried_from_job_id else _job_at(job, attempt, seen_at) for job in jobs]


def _job_at(job: Job, attempt: Attempt, seen_at: int) -> Job:
    if attempt.standing in {"queued", "waiting"} or job.started_at > seen_at:
        status = "waiting" if attempt.standing == "waiting" else "queued"
        return replace(
            job,
            status=status,
            conclusion=None,
            started_at=job.created_at,
            completed_at=None,
            runner=NOBODY[0],
        )
    if job.ends_at > seen_at:
        return replace(job, status="in_progress", conclusion=None, completed_at=None)
    return job
