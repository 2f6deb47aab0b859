"""What a repository's Actions history is made of.

Plain records. Times are whole seconds since 1970; what may be missing on GitHub may be
None here. GitHub departs from its own OpenAPI document in two places that matter, and so
do these records: `actor` is null where the account was deleted, `head_repository` is null
where the fork was deleted.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from github_simulator import ids
from github_simulator.workflow_inputs import WorkflowInput

RerunMode = Literal["all", "failed"]


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `kind` is GitHub's `type`: User, Bot or Organization."""

    login: str
    id: int
    kind: str = "User"

    @property
    def node_id(self) -> str:
        prefix = {"User": "U", "Bot": "BOT", "Organization": "O"}[self.kind]
        return ids.node_id(prefix, self.id)


@dataclass(slots=True)
class Repository:
    """The repository, or a fork of it. `seed` is what its whole history is drawn from."""

    id: int
    slot: int
    seed: str
    owner: Person
    name: str
    private: bool
    fork: bool
    default_branch: str
    created_at: int

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def html_url(self) -> str:
        return f"https://github.com/{self.full_name}"

    @property
    def node_id(self) -> str:
        return ids.node_id("R", self.id)


@dataclass(slots=True)
class Workflow:
    """A workflow. Runs older than `renamed_at` carry `former_name`.

    `inputs` are those of its `workflow_dispatch`; `run_name` is what its file says of titles.
    """

    id: int
    repository: Repository
    name: str
    path: str
    state: str
    events: tuple[str, ...]
    created_at: int
    updated_at: int
    deleted_at: int | None = None
    former_name: str | None = None
    renamed_at: int | None = None
    inputs: dict[str, WorkflowInput] = field(default_factory=dict)
    run_name: str | None = None

    @property
    def node_id(self) -> str:
        return ids.node_id("W", self.id, self.repository.id)

    def name_at(self, instant: int) -> str:
        """The name that a run created then got."""
        if self.former_name is not None and self.renamed_at is not None:
            return self.former_name if instant < self.renamed_at else self.name
        return self.name


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit that a run was started for."""

    sha: str
    message: str
    author: str
    committed_at: int

    @property
    def tree_id(self) -> str:
        return hashlib.sha1(f"tree {self.sha}".encode(), usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class Attempt:
    """One attempt of a run.

    `standing` is its status while it is unfinished (queued, in_progress, waiting, pending,
    requested), None once it is completed. `outcome` is the conclusion it has, or will have.
    `rerun` says what the person asked for: None for the first attempt, all jobs, or only
    the failed ones. Its jobs run within `duration` seconds after `started_at`, or are what
    somebody `reported` who executes the run (`Run.execution`).
    """

    number: int
    started_at: int
    updated_at: int
    duration: int
    outcome: str
    triggering_actor: Person | None
    standing: str | None = None
    rerun: RerunMode | None = None
    reported: "list[ReportedJob]" = field(default_factory=list)

    @property
    def status(self) -> str:
        return self.standing or "completed"

    @property
    def conclusion(self) -> str | None:
        return None if self.standing else self.outcome


@dataclass(slots=True)
class Execution:
    """What somebody needs who executes a run: nothing of it is drawn.

    `inputs` are the values of all that the workflow declares. `requests_left`: after so many
    requests it ends by itself (None: when that is reported).
    """

    ref: str
    inputs: dict[str, str]
    requests_left: int | None = None
    cancel_requested: bool = False


@dataclass(slots=True)
class Run:
    """A workflow run with all its attempts, the latest last.

    `job_count` is the number of jobs of each attempt. `revision` rises with every change,
    so that what was derived from the run can be kept until then. `execution` is there where
    the run is really executed by somebody, instead of being drawn.
    """

    repository: Repository
    index: int
    workflow: Workflow
    run_number: int
    name: str | None
    display_title: str
    path: str
    event: str
    head_branch: str | None
    head_sha: str
    head_commit: Commit | None
    head_repository: Repository | None
    pull_request_number: int | None
    actor: Person | None
    created_at: int
    job_count: int
    attempts: list[Attempt] = field(default_factory=list)
    revision: int = 0
    execution: Execution | None = None

    @property
    def place(self) -> ids.RunPlace:
        return ids.RunPlace(self.repository.slot, self.index)

    @property
    def id(self) -> int:
        return ids.run_id(self.place)

    @property
    def node_id(self) -> str:
        return ids.node_id("WFR", self.id, self.repository.id)

    @property
    def check_suite_id(self) -> int:
        return ids.suite_id(self.place)

    @property
    def check_suite_node_id(self) -> str:
        return ids.node_id("CS", self.check_suite_id, self.repository.id)

    @property
    def html_url(self) -> str:
        return f"{self.repository.html_url}/actions/runs/{self.id}"

    @property
    def latest(self) -> Attempt:
        return self.attempts[-1]

    @property
    def status(self) -> str:
        return self.latest.status

    @property
    def conclusion(self) -> str | None:
        return self.latest.conclusion

    @property
    def updated_at(self) -> int:
        return self.latest.updated_at


@dataclass(frozen=True, slots=True)
class Runner:
    """What a job says of its runner; GitHub writes null, "" or 0 where there was none."""

    id: int | None
    name: str | None
    group_id: int | None
    group_name: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job. Numbers have gaps: cleaning-up steps come after a jump."""

    number: int
    name: str
    status: str
    conclusion: str | None
    started_at: int | None
    completed_at: int | None


@dataclass(slots=True)
class ReportedJob:
    """A job as somebody reported it who executes the run; it began when it was first told of."""

    name: str
    created_at: int
    status: str = "queued"
    conclusion: str | None = None
    started_at: int | None = None
    completed_at: int | None = None
    labels: tuple[str, ...] = ("ubuntu-latest",)
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A workflow job: one check run of the run's suite.

    A re-run of failed jobs carries the others over under new ids with their old times:
    `carried_from_job_id` is the job that was really executed. `ends_at` is when the job
    ends, also while that still lies ahead. Steps are drawn when asked (`steps.steps_of`), unless
    they were reported.
    """

    id: int
    run: Run
    attempt: int
    position: int
    name: str
    status: str
    conclusion: str | None
    created_at: int
    started_at: int
    completed_at: int | None
    ends_at: int
    labels: tuple[str, ...]
    runner: Runner
    carried_from_job_id: int | None = None
    reported_steps: tuple[Step, ...] | None = None

    @property
    def node_id(self) -> str:
        return ids.node_id("CR", self.id, self.run.repository.id)

    @property
    def executed_id(self) -> int:
        """The id under which this job was really executed."""
        return self.carried_from_job_id or self.id

    @property
    def details_url(self) -> str:
        return f"{self.run.html_url}/job/{self.id}"


@dataclass(frozen=True, slots=True)
class ForeignCheckRun:
    """A check run in a run's suite that is no job: a test reporter made it.

    It shows in GraphQL's `checkRuns`, never among REST's jobs, and has no steps. Its
    `details_url` is mostly `https://github.com/OWNER/NAME/runs/ID`, now and then shaped
    like a job's (https://github.com/dorny/test-reporter/issues/67 and its kin).
    """

    id: int
    run: Run
    name: str
    status: str
    conclusion: str | None
    started_at: int
    completed_at: int | None
    details_url: str

    @property
    def node_id(self) -> str:
        return ids.node_id("CR", self.id, self.run.repository.id)


CheckRun = Job | ForeignCheckRun
