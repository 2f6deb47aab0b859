"""What pull requests are made of: reviews, comments, changed files.

Plain records that change while the simulator runs. Times are whole seconds since 1970. An
`author` of None is an account that was deleted, a `head_repository` of None a fork that was.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from github_simulator import ids
from github_simulator.history import Person, Repository

FILES_CAP = 3_000
"""GitHub lists no more files of a pull request
(https://docs.github.com/rest/pulls/pulls#list-pull-requests-files)."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that a pull request changes; `status` in REST's words, `previous_path` where it was moved."""

    path: str
    status: str
    additions: int
    deletions: int
    previous_path: str | None = None


@dataclass(frozen=True, slots=True)
class Push:
    """The head branch got a new last commit."""

    sha: str
    instant: int


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What the files of a pull request are drawn from: how many, and how many of them were moved."""

    count: int
    renamed: int = 0
    copied: int = 0


@dataclass(slots=True, eq=False, kw_only=True)
class Remark:
    """What somebody says about an issue or a pull request, both told by their `number`.

    `id` is given by whoever keeps the remark. One that is `deleted` is remembered for the truth
    and never served.
    """

    NODE_PREFIX: ClassVar[str]

    repository: Repository
    number: int
    author: Person | None
    body: str
    created_at: int
    updated_at: int
    is_minimized: bool = False
    deleted: bool = False
    id: int = 0

    @property
    def node_id(self) -> str:
        return ids.node_id(self.NODE_PREFIX, self.id, self.repository.id)


@dataclass(slots=True, eq=False, kw_only=True)
class Review(Remark):
    """A review; `submitted_at` is None while it is pending, which only its author sees."""

    NODE_PREFIX: ClassVar[str] = "PRR"

    state: str
    submitted_at: int | None
    comments: list["ReviewComment"] = field(default_factory=list)

    @property
    def is_pending(self) -> bool:
        return self.submitted_at is None

    @property
    def visible_comments(self) -> list["ReviewComment"]:
        return [comment for comment in self.comments if not comment.deleted]


@dataclass(slots=True, eq=False, kw_only=True)
class ReviewComment(Remark):
    """A comment on a line (None: one that the changes no longer have) or an answer to one."""

    NODE_PREFIX: ClassVar[str] = "PRRC"

    review: Review
    path: str
    line: int | None
    in_reply_to: "ReviewComment | None" = None


@dataclass(slots=True, eq=False, kw_only=True)
class IssueComment(Remark):
    """A comment in the conversation of a pull request, or of an issue that is none."""

    NODE_PREFIX: ClassVar[str] = "IC"

    of_pull: bool


@dataclass(slots=True, eq=False, kw_only=True)
class PullRequest:
    """A pull request. `pushes` are the last commits that its head had, the latest last."""

    repository: Repository
    number: int
    title: str
    body: str | None
    draft: bool
    author: Person | None
    base_ref: str
    head_ref: str
    head_repository: Repository | None
    created_at: int
    updated_at: int
    closed_at: int | None
    merged_at: int | None
    pushes: list[Push]
    file_plan: FilePlan
    is_reviewed_a_lot: bool = False
    reviews: list[Review] = field(default_factory=list)
    conversation: list[IssueComment] = field(default_factory=list)

    @property
    def id(self) -> int:
        return ids.pull_id(self.repository.slot, self.number)

    @property
    def node_id(self) -> str:
        return ids.node_id("PR", self.id, self.repository.id)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def head_sha(self) -> str:
        return self.pushes[-1].sha

    @property
    def is_from_fork(self) -> bool:
        return self.head_repository is not self.repository

    @property
    def visible_reviews(self) -> list[Review]:
        """Oldest first, pending ones included."""
        return [review for review in self.reviews if not review.deleted]

    @property
    def visible_conversation(self) -> list[IssueComment]:
        return [comment for comment in self.conversation if not comment.deleted]

    def push_at(self, instant: int) -> Push:
        """The last push before an instant; the first one where there was none yet."""
        return next((push for push in reversed(self.pushes) if push.instant <= instant), self.pushes[0])
