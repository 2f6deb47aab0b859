"""Runs: one payload gives a run, an attempt and a commit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.rows import WorkflowRunRow
from progressive_capture.lib.normalize.runs import attempt_row, commit_row, run_row

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)

RUN: dict[str, Any] = {
    "id": 36_000_000_433,
    "name": "Build",
    "node_id": "WFR_kwLOAAAAAc8AAAAIYZ",
    "check_suite_id": 42,
    "check_suite_node_id": "CS_kwDOAAAAAc8AAAAIYZ",
    "head_branch": "feature/🚀",
    "head_sha": "acb5820ced9479c074f688cc328bf03f341a511d",
    "path": ".github/workflows/build.yml@main",
    "display_title": "=cmd() ::error::",
    "run_number": 562,
    "run_attempt": 3,
    "event": "push",
    "status": "completed",
    "conclusion": "failure",
    "workflow_id": 159_038,
    "html_url": "https://github.com/octocat/hello-world/actions/runs/36000000433",
    "pull_requests": [{"id": 12, "number": 90}, {"id": 11, "number": 7}, {"id": 12, "number": 90}],
    "created_at": "2026-11-20T10:00:00Z",
    "updated_at": "2026-11-21T11:30:00Z",
    "run_started_at": "2026-11-21T11:00:00Z",
    "actor": {"login": "octocat", "id": 1},
    "triggering_actor": {"login": "hubot", "id": 2},
    "previous_attempt_url": "https://api.github.com/repos/octocat/hello-world/actions/runs/36000000433/attempts/2",
    "head_commit": {
        "id": "acb5820ced9479c074f688cc328bf03f341a511d",
        "tree_id": "d23f6eedb1e1b9610bbc754ddb5197bfe7271223",
        "message": "Create linter.yaml\n\nlong",
        "timestamp": "2026-11-20T10:59:50+01:00",
        "author": {"name": "Octo Cat", "email": "octocat@github.com"},
        "committer": {"name": "GitHub", "email": "noreply@github.com"},
    },
    "repository": {"id": 3, "full_name": "octocat/hello-world"},
    "head_repository": {"id": 217_723_378, "full_name": "hubot/hello-world"},
}


def row(**changes: Any) -> WorkflowRunRow:
    return run_row({**RUN, **changes}, repository_id=3, captured_at=NOW)


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in RUN.items() if key not in keys}


def test_a_run_keeps_every_field() -> None:
    assert row() == {
        "repository_id": 3,
        "captured_at": NOW,
        "id": 36_000_000_433,
        "workflow_id": 159_038,
        "name": "Build",
        "display_title": "=cmd() ::error::",
        "path": ".github/workflows/build.yml",
        "run_number": 562,
        "run_attempt": 3,
        "event": "push",
        "status": "completed",
        "conclusion": "failure",
        "head_branch": "feature/🚀",
        "head_sha": "acb5820ced9479c074f688cc328bf03f341a511d",
        "head_repository_id": 217_723_378,
        "actor_id": 1,
        "actor_login": "octocat",
        "triggering_actor_login": "hubot",
        "pull_request_numbers": [7, 90],
        "check_suite_id": 42,
        "check_suite_node_id": "CS_kwDOAAAAAc8AAAAIYZ",
        "node_id": "WFR_kwLOAAAAAc8AAAAIYZ",
        "html_url": "https://github.com/octocat/hello-world/actions/runs/36000000433",
        "created_at": datetime(2026, 11, 20, 10, tzinfo=UTC),
        "updated_at": datetime(2026, 11, 21, 11, 30, tzinfo=UTC),
        "run_started_at": datetime(2026, 11, 21, 11, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("path", "stored"),
    [
        (".github/workflows/build.yml", ".github/workflows/build.yml"),
        (".github/workflows/build.yml@refs/heads/main", ".github/workflows/build.yml"),
        (".github/workflows/build.yaml@dependabot/npm/@types/node", ".github/workflows/build.yaml"),
        (".github/workflows/ci.yml@rename/old.yml@v2", ".github/workflows/ci.yml"),
        (".github/workflows/deploy@v2.yml", ".github/workflows/deploy@v2.yml"),
        (".github/workflows/deploy@v2.yml@main", ".github/workflows/deploy@v2.yml"),
        ("dynamic/pages/pages-build-deployment", "dynamic/pages/pages-build-deployment"),
        ("dynamic/github-code-scanning/codeql@main", "dynamic/github-code-scanning/codeql"),
        ("", ""),
        (None, None),
    ],
)
def test_the_path_loses_its_ref_and_nothing_else(path: str | None, stored: str | None) -> None:
    assert row(path=path)["path"] == stored


@pytest.mark.parametrize("conclusion", ["", None])
def test_no_conclusion_is_null(conclusion: str | None) -> None:
    assert row(conclusion=conclusion)["conclusion"] is None


def test_a_deleted_user_and_a_deleted_fork_are_null() -> None:
    ghost = row(actor=None, triggering_actor=None, head_repository=None)

    assert ghost["actor_id"] is None
    assert ghost["actor_login"] is None
    assert ghost["triggering_actor_login"] is None
    assert ghost["head_repository_id"] is None


def test_the_forks_id_is_known_even_after_the_fork_is_gone() -> None:
    assert row(head_repository=None, head_repository_id=99)["head_repository_id"] == 99


@pytest.mark.parametrize("pull_requests", [[], None])
def test_no_pull_request_is_an_empty_list(pull_requests: list[Any] | None) -> None:
    assert row(pull_requests=pull_requests)["pull_request_numbers"] == []


def test_an_old_payload_leaves_unknown_columns_null() -> None:
    old = without(
        "run_attempt", "run_started_at", "path", "actor", "triggering_actor", "display_title", "name"
    )

    stored = run_row(old, repository_id=3, captured_at=NOW)

    assert stored["id"] == 36_000_000_433
    unknown = {key for key, value in stored.items() if value is None}
    assert unknown == {
        "run_attempt",
        "run_started_at",
        "path",
        "actor_id",
        "actor_login",
        "triggering_actor_login",
        "display_title",
        "name",
    }


def test_a_run_without_an_id_is_an_error() -> None:
    with pytest.raises(UnexpectedPayloadError, match="without id"):
        run_row(without("id"), repository_id=3, captured_at=NOW)


def test_an_id_as_text_is_an_error_that_names_the_run() -> None:
    with pytest.raises(UnexpectedPayloadError, match="workflow_id of workflow run 36000000433"):
        row(workflow_id="159038")


def test_an_attempt_holds_what_belongs_to_the_attempt() -> None:
    assert attempt_row(RUN, repository_id=3, captured_at=NOW) == {
        "repository_id": 3,
        "captured_at": NOW,
        "run_id": 36_000_000_433,
        "run_attempt": 3,
        "status": "completed",
        "conclusion": "failure",
        "run_started_at": datetime(2026, 11, 21, 11, tzinfo=UTC),
        "updated_at": datetime(2026, 11, 21, 11, 30, tzinfo=UTC),
        "triggering_actor_login": "hubot",
    }


def test_an_attempt_of_unknown_number_has_no_row() -> None:
    assert attempt_row(without("run_attempt"), repository_id=3, captured_at=NOW) is None


def test_a_commit_keeps_its_author_but_no_address() -> None:
    commit = commit_row(RUN, repository_id=3, captured_at=NOW)

    assert commit == {
        "repository_id": 3,
        "captured_at": NOW,
        "sha": "acb5820ced9479c074f688cc328bf03f341a511d",
        "tree_id": "d23f6eedb1e1b9610bbc754ddb5197bfe7271223",
        "message": "Create linter.yaml\n\nlong",
        "author_name": "Octo Cat",
        "committed_at": datetime(2026, 11, 20, 9, 59, 50, tzinfo=UTC),
    }
    assert "@" not in str(commit)


@pytest.mark.parametrize("payload", [{**RUN, "head_commit": None}, without("head_commit")])
def test_a_run_without_a_head_commit_has_no_commit_row(payload: dict[str, Any]) -> None:
    assert commit_row(payload, repository_id=3, captured_at=NOW) is None


def test_a_commit_without_an_author_is_kept() -> None:
    head_commit = {**RUN["head_commit"], "author": None}

    commit = commit_row({**RUN, "head_commit": head_commit}, repository_id=3, captured_at=NOW)

    assert commit is not None
    assert commit["author_name"] is None


def test_a_commit_without_a_sha_is_an_error() -> None:
    with pytest.raises(UnexpectedPayloadError, match=r"head_commit\.id"):
        commit_row({**RUN, "head_commit": {"message": "?"}}, repository_id=3, captured_at=NOW)
