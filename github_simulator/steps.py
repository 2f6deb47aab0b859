"""The steps of a job, drawn when asked."""

from dataclasses import replace
from random import Random

from github_simulator.dice import chance
from github_simulator.history import Job, Step

_NAMES = (
    "Run actions/checkout@v7",
    "Set up Python",
    "Install dependencies",
    "Run tests",
    "Upload coverage 📈",
    "Build `dist`",
    "::group::Not a group",
    'Run echo "hello"',
)
_GAP = 4
"""Cleaning-up steps come after a jump in the numbers."""
_ENOUGH_TO_CLEAN_UP = 5


def steps_of(job: Job) -> list[Step]:
    """The steps of a job by number; none where it never ran. A carried job keeps its steps."""
    if job.reported_steps is not None:
        return list(job.reported_steps)
    if job.status in {"queued", "waiting"} or job.conclusion == "skipped":
        return []
    rng = Random(f"{job.run.repository.seed}:steps:{job.executed_id}")
    if job.conclusion == "cancelled" and chance(rng, 0.3):
        return []  # cancelled before a runner took it
    count = _count(rng)
    bad_step = rng.randrange(1, count - 1)
    moments = _moments(rng, job, count)
    steps = []
    for place in range(count):
        is_last = place == count - 1
        conclusion = _conclusion(rng, job, place, bad_step) if not is_last else "success"
        name, number = _name(place, count)
        start, end = moments[place], moments[place + 1]
        steps.append(_step(number, name, conclusion, start, end))
    return steps if job.status == "completed" else _half_done(steps)


def _count(rng: Random) -> int:
    """3 to 30 for nearly every job; one in a hundred has over 50, one in 500 over 100."""
    if chance(rng, 0.002):
        return rng.randint(101, 130)
    if chance(rng, 0.01):
        return rng.randint(51, 99)
    return int(rng.triangular(3, 31, 9))


def _moments(rng: Random, job: Job, count: int) -> list[int]:
    length = job.ends_at - job.started_at
    inner = sorted(rng.randint(0, length) for _ in range(count - 1))
    return [job.started_at, *(job.started_at + second for second in inner), job.ends_at]


def _name(place: int, count: int) -> tuple[str, int]:
    if place == 0:
        return "Set up job", 1
    if place == count - 1:
        return "Complete job", place + 1 + _GAP
    if place == count - 2 and count >= _ENOUGH_TO_CLEAN_UP:
        return f"Post {_NAMES[0]}", place + 1 + _GAP
    return _NAMES[(place - 1) % len(_NAMES)], place + 1


def _conclusion(rng: Random, job: Job, place: int, bad_step: int) -> str:
    bad = {"failure": "failure", "cancelled": "cancelled", "timed_out": "cancelled"}.get(job.conclusion or "")
    if bad is None or place < bad_step:
        return "skipped" if place and chance(rng, 0.05) else "success"
    return bad if place == bad_step else "skipped"


def _step(number: int, name: str, conclusion: str, start: int, end: int) -> Step:
    """A skipped step has equal times, or none."""
    if conclusion != "skipped":
        return Step(number, name, "completed", conclusion, start, end)
    if number % 2:
        return Step(number, name, "completed", conclusion, start, start)
    return Step(number, name, "completed", conclusion, None, None)


def _half_done(steps: list[Step]) -> list[Step]:
    """The steps of a job in progress: some completed, one running, the rest still to come."""
    running = len(steps) // 2
    started_at = next((s.completed_at for s in reversed(steps[:running]) if s.completed_at is not None), None)
    current = replace(
        steps[running], status="in_progress", conclusion=None, started_at=started_at, completed_at=None
    )
    ahead = [
        replace(step, status="queued", conclusion=None, started_at=None, completed_at=None)
        for step in steps[running + 1 :]
    ]
    return [*steps[:running], current, *ahead]
