"""What has to be over before a job, and what several results come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions_runner.expression_functions import Status
from actions_runner.finished import Job
from actions_runner.workflow_file import listed


@dataclass(frozen=True)
class Needs:
    """What has to be over before a job.

    Attributes:
        direct: the jobs that it names.
        all: these, and all before them.
        any_was_run: whether one of them was not carried over from the attempt before.
    """

    direct: Mapping[str, Job] = field(default_factory=dict)
    all: tuple[Job, ...] = ()

    @property
    def any_was_run(self) -> bool:
        return any(not job.is_carried for job in self.all)

    def context(self) -> dict[str, Any]:
        return {
            name: {"result": job.result, "outputs": dict(job.outputs)} for name, job in self.direct.items()
        }

    def status(self, *, is_cancelled: bool) -> Status:
        """What an `if` of a job asks: of the whole chain, as on GitHub."""
        results = [job.result for job in self.all]
        return Status(
            not is_cancelled and all(each == "success" for each in results),
            "failure" in results,
            is_cancelled,
        )


def needed(given: Mapping[str, Any]) -> list[str]:
    """The jobs that a job names."""
    return [str(each) for each in listed(given.get("needs"))]


def worst(results: Iterable[str]) -> str:
    """What several come to together."""
    found = set(results)
    for each in ("failure", "cancelled", "success"):
        if each in found:
            return each
    return "skipped"
