"""When the runs of a history were created.

Most are spread evenly. One day, one minute and one second hold a burst each, because that
is what breaks collectors that trust GitHub's 1,000 results per search.
"""

from dataclasses import dataclass
from random import Random

from github_simulator.instants import DAY, HOUR, MINUTE
from github_simulator.options import WorldOptions

QUIET_BEFORE_NOW = 30 * MINUTE
"""Runs that are still unfinished stand in the last half hour, finished ones before it."""


@dataclass(frozen=True)
class Timeline:
    """Creation times, oldest first; which places the burst second and the unfinished runs hold."""

    created: list[int]
    burst_second: range
    unfinished: range


def draw_timeline(options: WorldOptions, seed: str) -> Timeline:
    """The creation times of all the runs of one repository."""
    rng = Random(f"{seed}:timeline")
    burst = options.runs_per_burst
    unfinished = min(options.unfinished, options.runs - 3 * burst)
    begin, end = options.began, options.now - QUIET_BEFORE_NOW
    second = _burst_start(options, 0.8, MINUTE) + 17
    created = [rng.randrange(begin, end) for _ in range(options.runs - 3 * burst - unfinished)]
    created += _burst(rng, burst, _burst_start(options, 0.4, DAY), DAY, end)
    created += _burst(rng, burst, _burst_start(options, 0.6, MINUTE), MINUTE, end)
    created += [second] * burst
    created.sort()
    first = created.index(second) if burst else 0
    late = sorted(rng.randrange(end, options.now - MINUTE) for _ in range(unfinished))
    return Timeline(
        created + late,
        range(first, first + created.count(second) if burst else first),
        range(len(created), len(created) + len(late)),
    )


def _burst_start(options: WorldOptions, place: float, length: int) -> int:
    """The beginning of the whole UTC day or minute at that place of the history."""
    instant = int(options.began + place * options.days * DAY)
    return max(options.began, instant - instant % length)


def _burst(rng: Random, size: int, start: int, length: int, end: int) -> list[int]:
    last = min(start + length, end - HOUR)
    return [rng.randrange(start, last) for _ in range(size)]
