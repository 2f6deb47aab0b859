"""The simulated repository that the numbers are measured on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

SEED = 9
"""In this repository 5.0 % of 12,000 runs were really run again, as was asked for, and of 7,000 as well."""
GIANTS_SHARE = 0.001
"""So that the mean is about 4.5 jobs a run, giants included."""


@dataclass(frozen=True, kw_only=True)
class World:
    """What the repository is like; everything else is as the simulator has it by default.

    1 to 8 jobs a run and 3 to 30 steps a job, now and then more; giants have 130 or 300 jobs. From 4,200 runs
    on, one day, one minute and one second hold 1,050 runs each.
    """

    runs: int
    seed: int = SEED
    days: int = 90
    rerun_share: float = 0.05
    giants_share: float = GIANTS_SHARE

    def arguments(self) -> tuple[str, ...]:
        """As `python -m github_simulator` takes them."""
        given = {
            "seed": self.seed,
            "runs": self.runs,
            "days": self.days,
            "rerun-share": self.rerun_share,
            "giants-share": self.giants_share,
        }
        return tuple(text for name, value in given.items() for text in (f"--{name}", str(value)))

    def __str__(self) -> str:
        return (
            f"{self.runs:,} runs over {self.days} days, {self.rerun_share:.1%} run again, "
            f"{self.giants_share:.1%} giants, seed {self.seed}"
        )


def world_options(
    *, runs: int, giants_share: float = GIANTS_SHARE
) -> Callable[[Callable[[World], None]], Callable[..., None]]:
    """The options of a benchmark that say what the repository is like; the command takes a `World`."""
    options = (
        click.option("--runs", default=runs, show_default=True, help="Runs in the repository."),
        click.option("--seed", default=SEED, show_default=True, help="Another seed, another repository."),
        click.option("--giants-share", default=giants_share, show_default=True, help="Of the runs."),
    )

    def add(command: Callable[[World], None]) -> Callable[..., None]:
        @wraps(command)
        def with_world(**given: Any) -> None:
            command(World(**given))

        for option in reversed(options):
            with_world = option(with_world)
        return with_world

    return add
