"""What a run of a workflow came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions_runner.artifacts import Artifact
from actions_runner.permissions import Permissions
from actions_runner.step_output import Annotation


@dataclass(frozen=True)
class Concurrency:
    """What a workflow or a job says of it; the runner records it and makes nobody wait."""

    group: str
    cancel_in_progress: bool = False
    queue: str = "single"


@dataclass(frozen=True)
class Step:
    """
    Attributes:
        name: as shown.
        id: empty where it has none.
        outcome: success, failure, cancelled or skipped, before `continue-on-error`; None: its leg died in it.
        conclusion: the same after it.
        outputs: by name.
        summary: what it wrote to GITHUB_STEP_SUMMARY, secrets hidden.
        annotations: at most ten of a level.
        dropped: how many more there were, by level.
        log: its lines.
    """

    name: str
    id: str = ""
    outcome: str | None = "skipped"
    conclusion: str | None = "skipped"
    outputs: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    annotations: Sequence[Annotation] = ()
    dropped: Mapping[str, int] = field(default_factory=Counter)
    log: str = ""


@dataclass(frozen=True)
class Leg:
    """One run of a job's steps: of a job without matrix the only one.

    Attributes:
        name: as GitHub shows it, with the matrix.
        conclusion: success, failure, cancelled or skipped.
        is_forgiven: it failed, and `continue-on-error` lets the run succeed.
        outputs: the job's, of this leg.
        steps: in order; of a leg that died, the one it died in is the last.
        permissions: of its GITHUB_TOKEN.
        matrix: its values.
        annotations: what the runner said of the leg as a whole.
        workspace: the folder that it worked in; empty where it never started.
        is_carried: it is an earlier attempt's.
    """

    name: str
    conclusion: str
    is_forgiven: bool = False
    outputs: Mapping[str, str] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    permissions: Permissions = field(default_factory=dict)
    matrix: Mapping[str, Any] = field(default_factory=dict)
    annotations: Sequence[Annotation] = ()
    workspace: str = ""
    is_carried: bool = False

    @property
    def log(self) -> str:
        return "\n".join(step.log for step in self.steps if step.log)


@dataclass(frozen=True)
class Job:
    """
    Attributes:
        id: in the file; of a called workflow behind that of the calling job: `capture/plan`.
        name: as GitHub shows it, without the matrix.
        conclusion: success, failure, cancelled or skipped.
        result: what `needs` says: a failure that `continue-on-error` forgives is a success.
        outputs: of all legs; of one name the last that is not empty.
        legs: one each of the matrix; of a calling job none.
        concurrency: what it says of it.
        permissions: of its GITHUB_TOKEN; of a calling job, what it lets the called ones ask for.
        is_carried: nothing of it was run in this attempt.
    """

    id: str
    name: str
    conclusion: str
    result: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    legs: Sequence[Leg] = ()
    concurrency: Sequence[Concurrency] = ()
    permissions: Permissions = field(default_factory=dict)
    is_carried: bool = False

    @property
    def steps(self) -> list[Step]:
        return [step for leg in self.legs for step in leg.steps]

    @property
    def annotations(self) -> list[Annotation]:
        """Of its steps, then of its legs."""
        of_legs = [each for leg in self.legs for each in leg.annotations]
        return [*(each for step in self.steps for each in step.annotations), *of_legs]

    @property
    def summary(self) -> str:
        return "\n".join(step.summary for step in self.steps if step.summary)

    @property
    def log(self) -> str:
        return "\n".join(leg.log for leg in self.legs if leg.log)

    def step(self, name: str) -> Step:
        """The first of that name or id.

        Raises:
            LookupError: there is none.
        """
        found = next((each for each in self.steps if name in (each.name, each.id)), None)
        if found is None:
            raise LookupError(f"job {self.id!r} ran no step {name!r}: {[each.name for each in self.steps]}")
        return found


@dataclass(frozen=True)
class Finished:
    """
    Attributes:
        conclusion: success, failure, cancelled or skipped.
        jobs: by id, those of called workflows too.
        run_name: as evaluated; the workflow's name where it has none.
        concurrency: of the workflow.
        artifacts: of all attempts of the run.
        attempt: which this was.
        outputs: of a workflow that was started by `called`.
        log: of all jobs, in the order in which it was written, each line behind its leg's name.
    """

    conclusion: str
    jobs: Mapping[str, Job]
    run_name: str
    concurrency: Concurrency | None
    artifacts: Sequence[Artifact]
    attempt: int
    outputs: Mapping[str, str] = field(default_factory=dict)
    log: str = ""

    @property
    def annotations(self) -> list[Annotation]:
        return [each for job in self.jobs.values() for each in job.annotations]

    @property
    def summary(self) -> str:
        return "\n".join(job.summary for job in self.jobs.values() if job.summary)

    def legs(self) -> Iterator[Leg]:
        for job in self.jobs.values():
            yield from job.legs

    def artifact(self, name: str) -> Artifact:
        """The newest of that name.

        Raises:
            LookupError: there is none.
        """
        found = [each for each in self.artifacts if each.name == name]
        if not found:
            raise LookupError(f"no artifact {name!r}: {[each.name for each in self.artifacts]}")
        return found[-1]
