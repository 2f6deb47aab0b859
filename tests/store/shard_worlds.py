"""A small world that legs look at: what each look stores follows from the world and the moment alone.

A second is a second of the world; no two looks share one. So whatever looks are given to which leg, all legs
saw one and the same history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from store_rows import (
    artifact_row,
    at,
    attempt_row,
    change_row,
    commit_row,
    coverage_row,
    file_row,
    graphql_job,
    issue_comment_row,
    pull_coverage_row,
    pull_row,
    repository_row,
    rest_job,
    result_row,
    review_comment_row,
    review_row,
    run_row,
    step,
    window_row,
    workflow_row,
)

from progressive_capture.lib.normalize.rows import Batch, Content, Failure, ItemKey, WholePart

END = 40
"""The last second of the world."""

RUN, FOREIGN, ARTIFACT, PULL = 1000, 5666, 700, 12
ITEM = ItemKey("workflow_jobs", 1, f"jobs of run {RUN}")


@dataclass(frozen=True)
class World:
    """When things happen.

    Attributes:
        run_ends: when the run is over; it is run again `again` seconds later, and over after as many more.
        again: see there.
        run_goes: when GitHub deletes the run, with its jobs and artifact.
        foreign_comes: when somebody attaches a check run that is no job.
        renamed: when the repository is.
        review_goes: when a review is deleted.
        head_moves: when the pull request gets another head, with other files.
        storage_from: from when on there is a file storage.
    """

    run_ends: int
    again: int
    run_goes: int
    foreign_comes: int
    renamed: int
    review_goes: int
    head_moves: int
    storage_from: int

    def run(self, moment: int) -> dict[str, Any]:
        """The run as a listing shows it."""
        changes = [self.run_ends, self.run_ends + self.again, self.run_ends + 2 * self.again]
        passed = sum(moment >= each for each in changes)
        status, conclusion, attempt = (
            ("in_progress", None, 1),
            ("completed", "failure", 1),
            ("in_progress", None, 2),
            ("completed", "success", 2),
        )[passed]
        updated_at = at([0, *changes][passed])
        return {
            "status": status,
            "conclusion": conclusion,
            "run_attempt": attempt,
            "updated_at": updated_at,
        }

    def jobs(self, moment: int) -> dict[int, dict[str, Any]]:
        """The real jobs by id: one of each attempt."""
        run = self.run(moment)
        found = {}
        for attempt in range(1, run["run_attempt"] + 1):
            ended = attempt < run["run_attempt"] or run["status"] == "completed"
            end = self.run_ends if attempt == 1 else self.run_ends + 2 * self.again
            found[5000 + attempt] = {
                "id": 5000 + attempt,
                "run_attempt": attempt,
                "status": "completed" if ended else "in_progress",
                "conclusion": ("failure" if attempt == 1 else "success") if ended else None,
                "completed_at": at(end) if ended else None,
            }
        return found


worlds = st.builds(
    World,
    run_ends=st.integers(1, 20),
    again=st.integers(1, 8),
    run_goes=st.integers(10, END + 20),
    foreign_comes=st.integers(0, END + 5),
    renamed=st.integers(0, END + 5),
    review_goes=st.integers(5, END + 5),
    head_moves=st.integers(5, END + 5),
    storage_from=st.integers(0, END + 5),
)


def _run_listed(world: World, moment: int) -> Batch:
    if moment >= world.run_goes:
        return Batch(gone_runs={RUN: at(moment)})
    seen = {"captured_at": at(moment)}
    run = world.run(moment)
    latest = {name: run[name] for name in ("status", "conclusion", "run_attempt", "updated_at")}
    return Batch(
        rows={
            "workflow_runs": [run_row(**run, **seen)],
            "workflow_run_attempts": [attempt_row(**latest, **seen)],
            "commits": [commit_row(**seen)],
            "workflows": [workflow_row(**seen)],
        }
    )


def _state_of_run(world: World, moment: int) -> dict[str, Any]:
    run = world.run(moment)
    return {
        "captured_at": at(moment),
        "run_attempt": run["run_attempt"],
        "run_updated_at": run["updated_at"],
        "run_status": run["status"],
    }


def _jobs_by_graphql(world: World, moment: int) -> Batch:
    if moment >= world.run_goes:
        return Batch()
    jobs = [
        graphql_job(captured_at=at(moment), **{**job, "run_attempt": None})
        for job in world.jobs(moment).values()
    ]
    if moment >= world.foreign_comes:
        jobs.append(graphql_job(id=FOREIGN, captured_at=at(moment)))
    covered = coverage_row(depth="jobs", job_count=len(jobs), **_state_of_run(world, moment))
    return Batch(rows={"workflow_jobs": jobs, "workflow_job_coverage": [covered]})


def _jobs_by_rest(world: World, moment: int) -> Batch:
    if moment >= world.run_goes:
        return Batch(gone_runs={RUN: at(moment)})
    jobs = [
        rest_job(captured_at=at(moment), **{**job, "steps": [step(1)] if job["conclusion"] else []})
        for job in world.jobs(moment).values()
    ]
    covered = coverage_row(
        depth="full", job_count=len(jobs), foreign_check_run_count=None, **_state_of_run(world, moment)
    )
    return Batch(
        rows={"workflow_jobs": jobs, "workflow_job_coverage": [covered]},
        jobs_listed={RUN: {row["id"] for row in jobs}},
        resolved=[ITEM],
    )


def _jobs_failed(world: World, moment: int) -> Batch:
    return Batch(
        failures=[Failure(item=ITEM, error=f"502 at {moment}")],
        rows={"repositories": [_repository(world, moment)]},
    )


def _repository(world: World, moment: int) -> dict[str, Any]:
    name = "hello" if moment < world.renamed else "goodbye"
    return repository_row(captured_at=at(moment), name=name, full_name=f"octo/{name}")


def _window(world: World, moment: int) -> Batch:
    """A listing of the last seconds, wider or narrower."""
    del world
    status = ("covered", "open", "saturated")[moment % 3]
    start = moment - 3 * (moment % 7) - 3
    row = window_row(start, moment - moment % 4, captured_at=at(moment), item_count=moment, status=status)
    return Batch(rows={"capture_windows": [row]})


def _artifact_listed(world: World, moment: int) -> Batch:
    row = artifact_row(captured_at=at(moment), expires_at=at(world.run_goes + 5))
    return (
        Batch(rows={"artifacts": [row]})
        if moment < world.run_goes
        else Batch(gone_artifacts={ARTIFACT: at(moment)})
    )


def _artifact_read(world: World, moment: int) -> Batch:
    """Listed and read: into the storage, or its texts alone; a later report has another number of results."""
    if moment >= world.run_goes:
        return Batch(expired_by={1: at(moment)} if moment >= world.run_goes + 5 else {})
    seen = {"captured_at": at(moment)}
    kept = moment >= world.storage_from
    status: Any = {"status": "stored"} if kept else {"status": "skipped", "storage_key": None}
    return Batch(
        rows={
            "artifacts": [artifact_row(expires_at=at(world.run_goes + 5), **seen)],
            "artifact_files": [file_row(position=n, **status, **seen) for n in range(1 + moment % 2)],
            "test_results": [result_row(position=n, **seen) for n in range(1 + moment % 3)],
        },
        emptied_artifacts={ARTIFACT},
        contents={ARTIFACT: Content(status="stored" if kept else "skipped")},
        run_attempts={ARTIFACT: (1, moment % 2 == 0)},
    )


def _artifact_failed(world: World, moment: int) -> Batch:
    if moment >= world.run_goes:
        return Batch()
    return Batch(contents={ARTIFACT: Content(status="failed", reason="502")})


def _reviews(world: World, moment: int) -> Mapping[int, dict[str, Any]]:
    reviews = {9100: {"state": "APPROVED"}, 9101: {"state": "COMMENTED"}}
    if moment >= world.review_goes:
        del reviews[9101]
    return reviews


def _pull_listed(world: World, moment: int) -> Batch:
    """The pull request with its reviews and files, each listed whole."""
    seen = {"captured_at": at(moment)}
    moved = moment >= world.head_moves
    head = {"head_sha": ("d" if moved else "c") * 40}
    state = {"pull_request_updated_at": at(world.head_moves if moved else -30), **head}
    reviews = _reviews(world, moment)
    paths = ["src/new.py", "src/sums.py"] if moved else ["src/old.py", "src/sums.py"]
    whole: Any = {"repository_id": 1, "pull_request_number": PULL, "captured_at": at(moment)}
    return Batch(
        rows={
            "pull_requests": [pull_row(updated_at=state["pull_request_updated_at"], **head, **seen)],
            "reviews": [review_row(id=n, **row, **seen) for n, row in reviews.items()],
            "file_changes": [change_row(path=path, **head, **seen) for path in paths],
            "pull_request_coverage": [
                pull_coverage_row(part="reviews", item_count=len(reviews), **state, **seen),
                pull_coverage_row(part="file_changes", item_count=2, **state, **seen),
            ],
        },
        whole_parts=[
            WholePart(part="reviews", keys=set(reviews), **whole),
            WholePart(part="file_changes", keys=set(paths), **whole),
        ],
    )


def _reviews_seen(world: World, moment: int) -> Batch:
    """Some reviews and comments, as feeds show them: nothing is proved."""
    seen = {"captured_at": at(moment)}
    rows = [review_row(id=n, **row, **seen) for n, row in _reviews(world, moment).items()]
    comments = {
        "issue_comments": [issue_comment_row(**seen)],
        "review_comments": [review_comment_row(**seen)],
    }
    return Batch(rows={"reviews": rows, **comments})


LOOKS: Sequence[Callable[[World, int], Batch]] = (
    _run_listed,
    _jobs_by_graphql,
    _jobs_by_rest,
    _jobs_failed,
    _window,
    _artifact_listed,
    _artifact_read,
    _artifact_failed,
    _pull_listed,
    _reviews_seen,
)


@dataclass(frozen=True)
class Look:
    """One look at the world, by one leg."""

    moment: int
    what: int
    leg: int

    def batch(self, world: World) -> Batch:
        return LOOKS[self.what](world, self.moment)


def looks(legs: int) -> st.SearchStrategy[list[Look]]:
    """Some looks of some legs, in order of time."""
    each = st.builds(Look, st.integers(0, END), st.integers(0, len(LOOKS) - 1), st.integers(0, legs - 1))
    return st.lists(each, min_size=2, max_size=14, unique_by=lambda look: look.moment).map(
        lambda found: sorted(found, key=lambda look: look.moment)
    )


def as_captures_ask(world: World, seen: Sequence[Look]) -> list[Look]:
    """The looks that captures make: GraphQL is not asked for jobs that REST told in this state of the run.

    Else a check run that is no job would come, go and come again, with nothing else changed: that is kept
    right only in order of time, as the overwrite rule says.
    """
    asked, told = [], []
    for look in seen:
        state = world.run(look.moment)
        if LOOKS[look.what] is _jobs_by_rest:
            told.append(state)
        if LOOKS[look.what] is not _jobs_by_graphql or state not in told:
            asked.append(look)
    return asked
