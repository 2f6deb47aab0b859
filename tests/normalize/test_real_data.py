"""Bodies that GitHub really sent: every one normalizes, and no field of the schema is lost.

The tables below say, independently of the code, where in a payload each column stands. They are read in
place, beside the project, and skipped where they are not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from recorded_bodies import (
    NOW,
    OBJECTS,
    OURS,
    Found,
    Payload,
    Source,
    assert_nothing_lost_or_invented,
    camel_case,
    carried_by,
    columns,
    each,
    moment,
    needs_recorded_bodies,
    same,
    second,
    times,
)

from progressive_capture.lib.normalize.graphql_jobs import graphql_job_rows
from progressive_capture.lib.normalize.jobs import rest_job_row
from progressive_capture.lib.normalize.repositories import repository_row
from progressive_capture.lib.normalize.rows import (
    CommitRow,
    RepositoryRow,
    Step,
    WorkflowJobRow,
    WorkflowRow,
    WorkflowRunAttemptRow,
    WorkflowRunRow,
)
from progressive_capture.lib.normalize.runs import attempt_row, commit_row, run_row
from progressive_capture.lib.normalize.steps import graphql_steps
from progressive_capture.lib.normalize.workflows import workflow_row

pytestmark = needs_recorded_bodies


def numbers(pulls: list[Payload]) -> list[int]:
    return sorted(pull["number"] for pull in pulls)


STATUS: dict[str, Source] = {"status": ("status", str.lower), "conclusion": ("conclusion", str.lower)}

RUN = (
    columns(
        *("id", "workflow_id", "name", "display_title", "path", "run_number", "run_attempt", "event"),
        *("head_branch", "head_sha", "check_suite_id", "check_suite_node_id", "node_id", "html_url"),
        head_repository_id=("head_repository_id or head_repository.id", same),
        actor_id=("actor.id", same),
        actor_login=("actor.login", same),
        triggering_actor_login=("triggering_actor.login", same),
        pull_request_numbers=("pull_requests", numbers),
    )
    | STATUS
    | times("created_at", "updated_at", "run_started_at")
)
ATTEMPT = (
    columns("run_attempt", run_id=("id", same), triggering_actor_login=("triggering_actor.login", same))
    | STATUS
    | times("updated_at", "run_started_at")
)
COMMIT = columns(
    sha=("head_commit.id", same),
    tree_id=("head_commit.tree_id", same),
    message=("head_commit.message", same),
    author_name=("head_commit.author.name", same),
    committed_at=("head_commit.timestamp", moment),
)
JOB = (
    columns(
        *("id", "node_id", "run_id", "run_attempt", "name", "workflow_name", "head_sha", "head_branch"),
        *("labels", "runner_id", "runner_name", "runner_group_name", "html_url"),
    )
    | STATUS
    | times("created_at", "started_at", "completed_at")
)
STEP = (
    columns("number", "name")
    | STATUS
    | columns(started_at=("started_at", second), completed_at=("completed_at", second))
)
WORKFLOW = columns("id", "name", "path", "state")
REPOSITORY = columns(
    *("id", "full_name", "name", "private", "default_branch", "html_url"), owner=("owner.login", same)
)


def _is_run(found: Found) -> bool:
    whole = {"id", "run_number", "head_sha", "workflow_id"} <= found.payload.keys()
    return whole or (found.key == "workflow_run" and {"id", "head_sha"} <= found.payload.keys())


RUNS = [found for found in OBJECTS if _is_run(found)]
JOBS = [found for found in OBJECTS if {"id", "run_id", "labels"} <= found.payload.keys()]
STEPS = [step for found in JOBS for step in found.payload["steps"]]
WORKFLOWS = [found for found in OBJECTS if {"id", "path", "badge_url"} <= found.payload.keys()]
CHECK_RUNS = [found for found in OBJECTS if {"id", "details_url", "check_suite"} <= found.payload.keys()]
REPOSITORIES = [found for found in OBJECTS if {"id", "full_name", "owner", "private"} <= found.payload.keys()]


def test_the_tables_above_name_every_column() -> None:
    assert RUN.keys() == WorkflowRunRow.__required_keys__ - OURS
    assert ATTEMPT.keys() == WorkflowRunAttemptRow.__required_keys__ - OURS
    assert COMMIT.keys() == CommitRow.__required_keys__ - OURS
    assert JOB.keys() == WorkflowJobRow.__required_keys__ - OURS - {"steps", "source", "carried_from_job_id"}
    assert STEP.keys() == Step.__required_keys__
    assert WORKFLOW.keys() == WorkflowRow.__required_keys__ - OURS
    assert REPOSITORY.keys() == RepositoryRow.__required_keys__ - OURS


@pytest.mark.parametrize(
    ("payloads", "sources"),
    [
        ([found.payload for found in RUNS], RUN),
        ([found.payload for found in RUNS], ATTEMPT),
        ([found.payload for found in RUNS], COMMIT),
        ([found.payload for found in JOBS], JOB),
        (STEPS, STEP),
        ([found.payload for found in WORKFLOWS], WORKFLOW),
        ([found.payload for found in REPOSITORIES], REPOSITORY),
    ],
    ids=["runs", "attempts", "commits", "jobs", "steps", "workflows", "repositories"],
)
def test_every_column_is_carried_by_some_payload(
    payloads: list[Payload], sources: Mapping[str, Source]
) -> None:
    """Otherwise a comparison of it below would prove nothing."""
    seen = Counter(column for payload in payloads for column in carried_by(payload, sources))

    assert seen.keys() == sources.keys()


def test_all_that_was_recorded_is_compared() -> None:
    assert sum("workflow_id" in found.payload for found in RUNS) == 55
    assert len(JOBS) == 36
    assert len(WORKFLOWS) == 17
    assert len(CHECK_RUNS) == 22


@each(RUNS)
def test_every_run_keeps_what_github_said(found: Found) -> None:
    row = run_row(found.payload, repository_id=3, captured_at=NOW)

    assert_nothing_lost_or_invented(row, found.payload, RUN)


@each(RUNS)
def test_every_run_with_a_numbered_attempt_has_that_attempt(found: Found) -> None:
    row = attempt_row(found.payload, repository_id=3, captured_at=NOW)

    assert (row is None) == ("run_attempt" not in found.payload)
    if row is not None:
        assert_nothing_lost_or_invented(row, found.payload, ATTEMPT)


@each(RUNS)
def test_every_head_commit_is_kept_without_an_address(found: Found) -> None:
    row = commit_row(found.payload, repository_id=3, captured_at=NOW)

    assert (row is None) == ("head_commit" not in found.payload)
    if row is not None:
        assert_nothing_lost_or_invented(row, found.payload, COMMIT)
        addresses = {person["email"] for person in _people(found.payload["head_commit"])}
        assert addresses
        assert not addresses & set(row.values())


def _people(head_commit: Payload) -> list[dict[str, str]]:
    return [head_commit["author"], head_commit["committer"]]


@each(JOBS)
def test_every_job_keeps_what_github_said(found: Found) -> None:
    row = rest_job_row(found.payload, repository_id=3, captured_at=NOW)

    assert_nothing_lost_or_invented(row, found.payload, JOB)
    assert row["source"] == "rest"


@each(JOBS)
def test_every_step_keeps_what_github_said(found: Found) -> None:
    steps = rest_job_row(found.payload, repository_id=3, captured_at=NOW)["steps"]

    assert steps is not None
    by_number = sorted(found.payload["steps"], key=lambda step: step["number"])
    assert len(steps) == len(by_number)
    for step, payload in zip(steps, by_number, strict=True):
        assert_nothing_lost_or_invented(step, payload, STEP)


@each(JOBS)
def test_a_job_has_the_same_steps_over_graphql(found: Found) -> None:
    nodes = [_graphql_node(step) for step in reversed(found.payload["steps"])]
    node = {"databaseId": found.payload["id"], "steps": {"nodes": nodes}}

    row = rest_job_row(found.payload, repository_id=3, captured_at=NOW)

    assert graphql_steps(node) == row["steps"]


@each(WORKFLOWS)
def test_every_workflow_keeps_what_github_said(found: Found) -> None:
    row = workflow_row(found.payload, repository_id=3, captured_at=NOW)

    assert_nothing_lost_or_invented(row, found.payload, WORKFLOW)


def test_every_repository_keeps_what_github_said() -> None:
    for found in REPOSITORIES:
        row = repository_row(found.payload, captured_at=NOW)

        assert_nothing_lost_or_invented(row, found.payload, REPOSITORY)


@dataclass(frozen=True)
class Run:
    run_id: int
    run_attempt: int | None = None
    updated_at: datetime | None = None
    workflow_name: str | None = None
    head_sha: str | None = None
    head_branch: str | None = None


@each(CHECK_RUNS)
def test_a_check_run_is_a_job_only_by_its_page(found: Found) -> None:
    page = re.search(r"/actions/runs/(\d+)/job/(\d+)$", found.payload["details_url"])
    run_id = int(page[1]) if page else 1
    check_runs = {"nodes": [_graphql_node(found.payload)]}
    node = {"databaseId": run_id, "checkSuite": {"checkRuns": check_runs}}

    jobs = graphql_job_rows(node, run=Run(run_id), repository_id=3, captured_at=NOW)

    assert (len(jobs.rows), jobs.foreign_count) == ((1, 0) if page else (0, 1))
    for row in jobs.rows:
        said = carried_by(found.payload, JOB | {"html_url": ("details_url", same)})
        assert {column: row[column] for column in said if column != "head_sha"} == {  # type: ignore[literal-required]
            column: value for column, value in said.items() if column != "head_sha"
        }


def test_one_recorded_check_run_is_a_job() -> None:
    """Otherwise the test above would compare nothing but foreign ones."""
    assert sum("/job/" in found.payload["details_url"] for found in CHECK_RUNS) == 1


def _graphql_node(payload: Payload) -> dict[str, Any]:
    """The same check run or step as GraphQL spells it: other keys, words in upper case."""
    node = {camel_case(key): value for key, value in payload.items()}
    for key in ("status", "conclusion"):
        node[key] = payload[key] and payload[key].upper()
    return node | {"databaseId": payload.get("id"), "id": payload.get("node_id")}
