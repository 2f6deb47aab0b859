"""Runs and their attempts, drawn from the repository's seed and the run's place."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from github_simulator.dice import chance
from github_simulator.history import Attempt, Person, Repository, RerunMode, Run, Workflow
from github_simulator.instants import DAY, HOUR, MINUTE
from github_simulator.occasions import Occasion, OccasionDrawer
from github_simulator.options import WorldOptions
from github_simulator.people import PEOPLE
from github_simulator.pull_records import PullRequest
from github_simulator.timeline import Timeline

RUNS_PER_OCCASION = 2
STARTUP_FAILURE_EVERY, STARTUP_FAILURE_PLACE = 97, 5
GIANT_JOB_COUNTS = (130, 300)
FAILING = frozenset({"failure", "cancelled", "timed_out"})
WITHOUT_JOBS = frozenset({"startup_failure", "action_required"})
RERUN_DAYS = 30
"""A run can be re-run for 30 days (https://docs.github.com/actions/how-tos/manage-workflow-runs)."""

_OUTCOMES = {
    "success": 750,
    "failure": 175,
    "cancelled": 40,
    "skipped": 20,
    "timed_out": 8,
    "action_required": 7,
}
_ROOM_FOR_RERUNS = 10 * MINUTE
_STANDINGS = ("in_progress", "queued", "in_progress", "waiting", "pending", "requested")
_WITHOUT_JOBS_YET = frozenset({"pending", "requested"})


class RunDrawer:
    """Draws the runs of one repository, in the order of their creation."""

    def __init__(
        self,
        repository: Repository,
        workflows: list[Workflow],
        options: WorldOptions,
        pulls: Sequence[PullRequest] = (),
    ) -> None:
        self._repository = repository
        self._options = options
        self._occasions = OccasionDrawer(repository, pulls)
        self._occasion: tuple[int, Occasion] | None = None
        self._run_numbers: Counter[int] = Counter()
        self._candidates: dict[str, list[Workflow]] = {}
        for workflow in workflows:
            for event in workflow.events:
                self._candidates.setdefault(event, []).append(workflow)

    def draw_all(self, timeline: Timeline) -> Iterator[Run]:
        """The whole history."""
        for index, created_at in enumerate(timeline.created):
            rng = Random(f"{self._repository.seed}:run:{index}")
            occasion = self._occasion_of(index, created_at)
            if self._options.identical_burst and index in timeline.burst_second:
                alike = replace(occasion, event="push", branch="main", actor=PEOPLE[0])
                run = self._draw_run(rng, index, created_at, alike)
                run.attempts = [self._first_attempt(rng, run, "success")]
            elif index in timeline.unfinished:
                run = self._draw_run(rng, index, created_at, occasion)
                standing = _STANDINGS[(index - timeline.unfinished.start) % len(_STANDINGS)]
                self._leave_unfinished(rng, run, standing)
            else:
                run = self._draw_run(rng, index, created_at, occasion)
                self._complete(rng, run)
            yield run

    def next_number(self, workflow: Workflow) -> int:
        """The number of the workflow's next run."""
        self._run_numbers[workflow.id] += 1
        return self._run_numbers[workflow.id]

    def draw_arrival(self, index: int, created_at: int) -> Run:
        """A run that is created while the simulator runs: queued, and short once it starts."""
        rng = Random(f"{self._repository.seed}:run:{index}")
        run = self._draw_run(rng, index, created_at, self._occasion_of(index, created_at))
        self._leave_unfinished(rng, run, "queued")
        return run

    def _occasion_of(self, index: int, created_at: int) -> Occasion:
        number = index // RUNS_PER_OCCASION
        if self._occasion is None or self._occasion[0] != number:
            self._occasion = number, self._occasions.draw(number, created_at)
        return self._occasion[1]

    def _draw_run(self, rng: Random, index: int, created_at: int, occasion: Occasion) -> Run:
        workflow = rng.choice(self._candidates[occasion.event])
        run_number = self.next_number(workflow)
        name = None if chance(rng, 0.005) else workflow.name_at(created_at)
        scheduled = occasion.event in {"schedule", "dynamic"}
        return Run(
            repository=self._repository,
            index=index,
            workflow=workflow,
            run_number=run_number,
            name=name,
            display_title=workflow.name_at(created_at) if scheduled else occasion.title,
            path=workflow.path + ("@refs/heads/main" if chance(rng, 0.1) else ""),
            event=occasion.event,
            head_branch=occasion.branch,
            head_sha=occasion.commit.sha,
            head_commit=occasion.commit if occasion.commit_known else None,
            head_repository=occasion.head_repository,
            pull_request_number=occasion.pull_request_number,
            actor=occasion.actor,
            created_at=created_at,
            job_count=self._job_count(rng, index),
        )

    def _job_count(self, rng: Random, index: int) -> int:
        ordinary = rng.randint(1, 8)
        if self._options.giants_share == 0:
            return ordinary
        number, rest = divmod(index, round(1 / self._options.giants_share))
        is_giant = rest == round(0.5 / self._options.giants_share)
        return GIANT_JOB_COUNTS[number % 2] if is_giant else ordinary

    def _complete(self, rng: Random, run: Run) -> None:
        """Give a run that lies in the past its attempts."""
        ordinary = run.job_count not in GIANT_JOB_COUNTS
        if ordinary and run.index % STARTUP_FAILURE_EVERY == STARTUP_FAILURE_PLACE:
            run.attempts = [self._first_attempt(rng, run, "startup_failure")]
            run.job_count = 0
            return
        again = chance(rng, self._options.rerun_share)
        reruns = rng.choices((1, 2, 3), (70, 20, 10))[0] if again else 0
        outcome = _outcome_before_rerun(rng) if reruns else _outcome(rng, has_jobs=not ordinary)
        run.attempts = [self._first_attempt(rng, run, outcome)]
        if outcome in WITHOUT_JOBS:
            run.job_count = 0
        for left in range(reruns, 0, -1):
            self._add_past_rerun(rng, run, left)

    def _first_attempt(self, rng: Random, run: Run, outcome: str) -> Attempt:
        longest = self._options.now - 2 * MINUTE - run.created_at
        return _attempt(
            rng,
            number=1,
            started_at=run.created_at,
            duration=min(_duration(rng), longest),
            outcome=outcome,
            person=run.actor,
        )

    def _add_past_rerun(self, rng: Random, run: Run, left: int) -> None:
        """The next attempt, `left` attempts before the last one included; all lie in the past."""
        before = run.latest
        room = self._options.now - MINUTE - before.updated_at
        if room < _ROOM_FOR_RERUNS:
            return
        duration = min(_duration(rng), room // (4 * left))
        gap = min(30 + int(rng.expovariate(1 / (6 * HOUR))), room // left - duration - 10)
        failed_only = before.outcome in FAILING and chance(rng, 0.53)
        attempt = _attempt(
            rng,
            number=before.number + 1,
            started_at=before.updated_at + gap,
            duration=duration,
            outcome=_outcome_before_rerun(rng) if left > 1 else _outcome_after_rerun(rng),
            person=rng.choice(PEOPLE),
            mode="failed" if failed_only else "all",
        )
        run.attempts.append(attempt)

    def _leave_unfinished(self, rng: Random, run: Run, standing: str) -> None:
        attempt = _attempt(
            rng,
            number=1,
            started_at=run.created_at,
            duration=rng.randint(60, 240),
            outcome=_outcome_after_rerun(rng),
            person=run.actor,
        )
        run.attempts = [stand(attempt, standing)]


def rerun(run: Run, now: int, mode: RerunMode) -> None:
    """A person re-runs a completed run at `now`: a new attempt, queued.

    Only failed jobs can be asked for where some failed; otherwise all jobs run again.
    """
    rng = Random(f"{run.repository.seed}:rerun:{run.index}:{run.latest.number + 1}")
    possible: RerunMode = mode if run.latest.outcome in FAILING else "all"
    attempt = _attempt(
        rng,
        number=run.latest.number + 1,
        started_at=now,
        duration=rng.randint(30, 120),
        outcome=_outcome_after_rerun(rng),
        person=rng.choice(PEOPLE),
        mode=possible,
    )
    run.attempts.append(stand(attempt, "queued"))
    run.revision += 1


def finish(run: Run, now: int) -> None:
    """The latest attempt completes at `now`, or when its jobs end, if that is later."""
    attempt = run.latest
    attempt.standing = None
    attempt.updated_at = max(now, attempt.started_at + attempt.duration + 1)
    run.revision += 1


def can_rerun(run: Run, now: int) -> bool:
    """GitHub re-runs completed runs that have jobs, for 30 days."""
    is_over = run.status == "completed" and run.updated_at < now
    return is_over and run.job_count > 0 and now - run.created_at < RERUN_DAYS * DAY


def stand(attempt: Attempt, standing: str) -> Attempt:
    """The attempt as it looks while unfinished."""
    begun = attempt.duration // 2 if standing in {"in_progress", "waiting"} else 0
    return replace(attempt, standing=standing, updated_at=attempt.started_at + begun)


def has_jobs(attempt: Attempt) -> bool:
    """A run that waits to be taken in has no jobs yet."""
    return attempt.standing not in _WITHOUT_JOBS_YET


def _attempt(
    rng: Random,
    *,
    number: int,
    started_at: int,
    duration: int,
    outcome: str,
    person: Person | None,
    mode: RerunMode | None = None,
) -> Attempt:
    updated_at = started_at + duration + rng.randint(1, 4)
    return Attempt(number, started_at, updated_at, duration, outcome, person, rerun=mode)


def _duration(rng: Random) -> int:
    """Seconds: half of all attempts take under four minutes, a few take hours."""
    return min(6 * HOUR, 20 + int(rng.lognormvariate(5.3, 0.9)))


def _outcome(rng: Random, *, has_jobs: bool) -> str:
    outcome = rng.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
    return "failure" if has_jobs and outcome in WITHOUT_JOBS else outcome


def _outcome_before_rerun(rng: Random) -> str:
    return rng.choices(("failure", "cancelled", "success"), (88, 7, 5))[0]


def _outcome_after_rerun(rng: Random) -> str:
    return rng.choices(("success", "failure", "cancelled"), (70, 25, 5))[0]
