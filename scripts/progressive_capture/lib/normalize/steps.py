"""The steps of a job, from REST and from GraphQL, in the one shape that `workflow_jobs.steps` keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from progressive_capture.lib.normalize.fields import Fields
from progressive_capture.lib.normalize.rows import Step
from progressive_capture.lib.normalize.times import format_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


def rest_steps(job: Fields) -> list[Step] | None:
    """The steps of a REST job by number, gaps and repeated numbers as they are; None where not shown."""
    steps = job.objects("steps")
    return None if steps is None else _in_order(_step(step, "started_at", "completed_at") for step in steps)


def graphql_steps(job_node: Mapping[str, Any]) -> list[Step]:
    """The steps of a `CheckRun` node with its whole `steps` connection, by number.

    A null connection means that GitHub shows no steps for this check run.

    Raises:
        UnexpectedPayloadError: the steps were not asked for, or a field has another type than documented.
    """
    job = Fields.of(job_node, "check run", key="databaseId")
    return _in_order(_step(step, "startedAt", "completedAt") for step in _step_nodes(job))


def _step_nodes(job: Fields) -> list[Fields]:
    """The nodes of a check run's `steps` connection (none where it is null), which must have been asked."""
    if "steps" not in job.payload:
        raise job.missing("steps")
    return job.nested("steps").objects("nodes") or []


def _step(step: Fields, started_at: str, completed_at: str) -> Step:
    return Step(
        number=step.required_integer("number"),
        name=step.text("name"),
        status=step.word("status"),
        conclusion=step.word("conclusion"),
        started_at=_time_text(step, started_at),
        completed_at=_time_text(step, completed_at),
    )


def _time_text(step: Fields, key: str) -> str | None:
    moment = step.time(key)
    return None if moment is None else format_time(moment)


def _in_order(steps: Iterable[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: step["number"])
