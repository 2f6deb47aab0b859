"""Ids by arithmetic: every id can be led back to what it names without a table.

GitHub's ids are above 2^31 and rise with time. Here they are spread over fixed strides:
a run is `(slot, index)`, the slot being the repository's place in the world (at most
`SLOTS`) and the index the run's place in its history, oldest first. A check run (every
workflow job is one) is `(slot, index, attempt, position)`; attempt 0 holds the check runs
that are no jobs. An artifact is the n-th that its repository ever got, and so is a review, a
comment, a release or an asset; a pull request follows from its number. Node ids have GitHub's outer
form: a prefix, and base64 of a MessagePack array that holds the repository and the number.
"""

import base64
import binascii
from dataclasses import dataclass

SLOTS = 8
POSITIONS = 1_024
ATTEMPTS = 64

REPOSITORY_BASE = 812_000_000
WORKFLOW_BASE = 104_000_000
WORKFLOWS_PER_REPOSITORY = 1_000
RUN_BASE, RUN_STRIDE = 36_000_000_000, 1_009
SUITE_BASE, SUITE_STRIDE = 41_000_000_000, 2_003
CHECK_RUN_BASE, CHECK_RUN_STRIDE = 50_000_000_000, ATTEMPTS * POSITIONS
ARTIFACT_BASE, ARTIFACT_STRIDE = 4_600_000_000, 37
PULL_BASE, PULLS_PER_REPOSITORY = 2_400_000_000, 10_000_000
REVIEW_BASE, REVIEW_COMMENT_BASE, ISSUE_COMMENT_BASE = 3_400_000_000, 2_500_000_000, 3_600_000_000
RELEASE_BASE, ASSET_BASE = 393_000_000, 571_000_000
REMARK_STRIDE = 11

_HEAD = b"\x93\x00\xce"
"""MessagePack: an array of three, the number 0, then a number of four bytes."""
_PACKED_LENGTH = 16


@dataclass(frozen=True, slots=True)
class RunPlace:
    """Where a run (or its check suite) stands."""

    slot: int
    index: int


@dataclass(frozen=True, slots=True)
class CheckRunPlace:
    """Where a check run stands. Attempt 0: not a job."""

    slot: int
    index: int
    attempt: int
    position: int


@dataclass(frozen=True, slots=True)
class NodeId:
    """What a GraphQL node id says: `WFR`, `CS`, `CR`, `W`, `R`, ... and the database id."""

    prefix: str
    database_id: int


def repository_id(slot: int) -> int:
    return REPOSITORY_BASE + slot


def workflow_id(slot: int, position: int) -> int:
    return WORKFLOW_BASE + slot * WORKFLOWS_PER_REPOSITORY + position


def workflow_slot(workflow: int) -> int:
    """The slot that a workflow id would belong to; may be out of range for an unknown id."""
    return (workflow - WORKFLOW_BASE) // WORKFLOWS_PER_REPOSITORY


def run_id(place: RunPlace) -> int:
    return RUN_BASE + (place.index * SLOTS + place.slot) * RUN_STRIDE


def run_place(run: int) -> RunPlace | None:
    """Where the run with this id would stand; None: no run has such an id."""
    return _place(run - RUN_BASE, RUN_STRIDE)


def suite_id(place: RunPlace) -> int:
    return SUITE_BASE + (place.index * SLOTS + place.slot) * SUITE_STRIDE


def suite_place(suite: int) -> RunPlace | None:
    """Where the run of the check suite with this id would stand."""
    return _place(suite - SUITE_BASE, SUITE_STRIDE)


def _place(distance: int, stride: int) -> RunPlace | None:
    number, rest = divmod(distance, stride)
    if number < 0 or rest:
        return None
    index, slot = divmod(number, SLOTS)
    return RunPlace(slot, index)


def check_run_id(place: CheckRunPlace) -> int:
    number = place.index * SLOTS + place.slot
    inside = place.attempt * POSITIONS + place.position
    return CHECK_RUN_BASE + number * CHECK_RUN_STRIDE + inside


def check_run_place(check_run: int) -> CheckRunPlace | None:
    """Where the job or check run with this id would stand; None: none has such an id."""
    if check_run < CHECK_RUN_BASE:
        return None
    number, inside = divmod(check_run - CHECK_RUN_BASE, CHECK_RUN_STRIDE)
    index, slot = divmod(number, SLOTS)
    attempt, position = divmod(inside, POSITIONS)
    return CheckRunPlace(slot, index, attempt, position)


def node_id(prefix: str, database_id: int, repository: int = 0) -> str:
    """The GraphQL id, e.g. `WFR_kwDOMGYp4M8AAAAIYcRoAA`."""
    packed = _HEAD + repository.to_bytes(4) + b"\xcf" + database_id.to_bytes(8)
    return f"{prefix}_{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def parse_node_id(text: str) -> NodeId | None:
    """What a node id names; None if it is not one of ours."""
    prefix, separator, encoded = text.partition("_")
    try:
        packed = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        return None
    if not separator or len(packed) != _PACKED_LENGTH or not packed.startswith(_HEAD):
        return None
    return NodeId(prefix, int.from_bytes(packed[8:]))


def artifact_id(slot: int, number: int) -> int:
    """The id of a repository's artifact by its number, which rises with every upload."""
    return ARTIFACT_BASE + (number * SLOTS + slot) * ARTIFACT_STRIDE


def artifact_place(artifact: int) -> tuple[int, int] | None:
    """The slot and the number of the artifact with this id; None: none has such an id."""
    place = _place(artifact - ARTIFACT_BASE, ARTIFACT_STRIDE)
    return (place.slot, place.index) if place else None


def pull_id(slot: int, number: int) -> int:
    """The id of the pull request with this number."""
    return PULL_BASE + slot * PULLS_PER_REPOSITORY + number


def pull_place(pull: int) -> tuple[int, int]:
    """The slot and the number that a pull request's id would belong to; both may be out of range."""
    return divmod(pull - PULL_BASE, PULLS_PER_REPOSITORY)


def remark_id(base: int, slot: int, number: int) -> int:
    """The id of a repository's review, comment, release or asset (`base` says which) by its rising number."""
    return base + (number * SLOTS + slot) * REMARK_STRIDE


def remark_place(base: int, remark: int) -> tuple[int, int] | None:
    """The slot and the number of what has this id (`base` says what); None: nothing has such an id."""
    place = _place(remark - base, REMARK_STRIDE)
    return (place.slot, place.index) if place else None
