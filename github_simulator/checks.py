"""Check runs in a run's suite that are no jobs: results that test reporters attached.

GitHub puts them into any Actions suite of the commit, often another run's
(https://github.com/dorny/test-reporter/issues/67).
"""

from random import Random

from github_simulator import ids
from github_simulator.dice import chance
from github_simulator.history import ForeignCheckRun, Run

SHARE = 0.08
"""Of the finished runs; such a suite holds one to three of them."""
_NAMES = ("Test Results", "JUnit tests", "Coverage / patch", "test (3.11)")


def foreign_check_runs_of(run: Run) -> list[ForeignCheckRun]:
    """The foreign check runs of a run's suite; none while its first attempt is unfinished.

    None either where somebody executes the run.
    """
    if run.attempts[0].standing or run.execution is not None:
        return []
    rng = Random(f"{run.repository.seed}:checks:{run.index}")
    count = rng.randint(1, 3) if chance(rng, SHARE) else 0
    return [_draw(rng, run, position) for position in range(count)]


def _draw(rng: Random, run: Run, position: int) -> ForeignCheckRun:
    place = ids.CheckRunPlace(run.repository.slot, run.index, 0, position)
    check_run = ids.check_run_id(place)
    first = run.attempts[0]
    started_at = first.started_at + rng.randint(0, first.duration)
    return ForeignCheckRun(
        id=check_run,
        run=run,
        name=rng.choice(_NAMES),
        status="completed",
        conclusion=rng.choice(("success", "success", "failure", "neutral")),
        started_at=started_at,
        completed_at=started_at + rng.randint(0, 20),
        details_url=_details_url(rng, run, check_run),
    )


def _details_url(rng: Random, run: Run, check_run: int) -> str:
    if chance(rng, 0.9):
        return f"{run.repository.html_url}/runs/{check_run}"
    other = max(0, run.index - rng.choice((0, 1, 2)))
    place = ids.RunPlace(run.repository.slot, other)
    return f"{run.repository.html_url}/actions/runs/{ids.run_id(place)}/job/{check_run}"
