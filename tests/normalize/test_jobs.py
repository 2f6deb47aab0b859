"""Jobs over REST, and their steps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.jobs import rest_job_row
from progressive_capture.lib.normalize.rows import WorkflowJobRow

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)

STEP: dict[str, Any] = {
    "name": "Set up job",
    "status": "completed",
    "conclusion": "success",
    "number": 1,
    "started_at": "2026-11-20T10:00:10Z",
    "completed_at": "2026-11-20T10:00:12Z",
}

JOB: dict[str, Any] = {
    "id": 54_251_022_208,
    "run_id": 36_000_000_433,
    "run_attempt": 2,
    "workflow_name": "Build",
    "head_branch": "main",
    "head_sha": "acb5820ced9479c074f688cc328bf03f341a511d",
    "node_id": "CR_kwDOADYVqs8AAAAMoZyB",
    "html_url": "https://github.com/octocat/hello-world/actions/runs/36000000433/job/54251022208",
    "status": "completed",
    "conclusion": "success",
    "created_at": "2026-11-20T10:00:01Z",
    "started_at": "2026-11-20T10:00:09Z",
    "completed_at": "2026-11-20T10:05:00Z",
    "name": "test (3.12)",
    "steps": [STEP],
    "labels": ["self-hosted", "k8s"],
    "runner_id": 4,
    "runner_name": "my runner",
    "runner_group_id": 2,
    "runner_group_name": "my runner group",
}


def row(**changes: Any) -> WorkflowJobRow:
    return rest_job_row({**JOB, **changes}, repository_id=3, captured_at=NOW)


def test_a_job_keeps_every_field() -> None:
    assert row() == {
        "repository_id": 3,
        "captured_at": NOW,
        "id": 54_251_022_208,
        "node_id": "CR_kwDOADYVqs8AAAAMoZyB",
        "run_id": 36_000_000_433,
        "run_attempt": 2,
        "name": "test (3.12)",
        "workflow_name": "Build",
        "status": "completed",
        "conclusion": "success",
        "created_at": datetime(2026, 11, 20, 10, 0, 1, tzinfo=UTC),
        "started_at": datetime(2026, 11, 20, 10, 0, 9, tzinfo=UTC),
        "completed_at": datetime(2026, 11, 20, 10, 5, tzinfo=UTC),
        "head_sha": "acb5820ced9479c074f688cc328bf03f341a511d",
        "head_branch": "main",
        "labels": ["self-hosted", "k8s"],
        "runner_id": 4,
        "runner_name": "my runner",
        "runner_group_name": "my runner group",
        "html_url": "https://github.com/octocat/hello-world/actions/runs/36000000433/job/54251022208",
        "steps": [STEP],
        "source": "rest",
        "carried_from_job_id": None,
    }


def test_a_job_that_is_not_finished_has_no_end() -> None:
    waiting = row(status="waiting", conclusion=None, completed_at=None, steps=[], runner_id=None)

    assert waiting["status"] == "waiting"
    assert waiting["conclusion"] is None
    assert waiting["completed_at"] is None


def test_a_runner_that_never_was_stays_as_github_wrote_it() -> None:
    skipped = row(conclusion="skipped", runner_id=0, runner_name="", runner_group_name="", labels=[])

    assert (skipped["runner_id"], skipped["runner_name"], skipped["labels"]) == (0, "", [])


def test_an_old_payload_leaves_unknown_columns_null() -> None:
    younger = {"created_at", "workflow_name", "run_attempt", "head_branch"}
    old = {key: value for key, value in JOB.items() if key not in younger}

    stored = rest_job_row(old, repository_id=3, captured_at=NOW)

    assert {key for key, value in stored.items() if value is None} == younger | {"carried_from_job_id"}


def test_no_steps_and_steps_that_are_not_shown_are_different_things() -> None:
    unseen = {key: value for key, value in JOB.items() if key != "steps"}

    assert row(steps=[])["steps"] == []
    assert rest_job_row(unseen, repository_id=3, captured_at=NOW)["steps"] is None


def test_steps_come_by_number_with_their_gaps_and_their_doubles() -> None:
    numbered = [(11, "post"), (2, "first"), (1, "set up"), (2, "second")]
    steps = row(steps=[{**STEP, "number": number, "name": name} for number, name in numbered])["steps"]

    assert steps is not None
    assert [(step["number"], step["name"]) for step in steps] == [
        (1, "set up"),
        (2, "first"),
        (2, "second"),
        (11, "post"),
    ]


def test_step_times_of_every_style_become_one() -> None:
    step = {
        **STEP,
        "started_at": "2023-02-17T17:03:46.000+01:00",
        "completed_at": "2023-02-17T16:03:47.900Z",
    }

    assert row(steps=[step])["steps"] == [
        {**STEP, "started_at": "2023-02-17T16:03:46Z", "completed_at": "2023-02-17T16:03:47Z"}
    ]


def test_a_step_that_has_not_started_has_no_times() -> None:
    queued = {"name": "Test", "status": "queued", "conclusion": None, "number": 4}

    assert row(steps=[queued])["steps"] == [
        {
            "number": 4,
            "name": "Test",
            "status": "queued",
            "conclusion": None,
            "started_at": None,
            "completed_at": None,
        }
    ]


@pytest.mark.parametrize("key", ["id", "run_id"])
def test_a_job_without_its_ids_is_an_error(key: str) -> None:
    with pytest.raises(UnexpectedPayloadError, match=f"without {key}"):
        row(**{key: None})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"labels": "ubuntu-latest"}, "labels"),
        ({"steps": [None]}, "steps"),
        ({"steps": [{**STEP, "number": None}]}, r"steps\.number"),
        ({"steps": [{**STEP, "started_at": "soon"}]}, r"steps\.started_at"),
        ({"started_at": 1_795_319_107}, "started_at"),
    ],
)
def test_a_wrong_type_is_an_error_that_names_the_job(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(UnexpectedPayloadError, match=f"{named}.*") as caught:
        row(**changes)

    assert "workflow job 54251022208" in str(caught.value)
