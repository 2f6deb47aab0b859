"""Repositories and workflows: small payloads, field by field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from progressive_capture.lib.errors import UnexpectedPayloadError
from progressive_capture.lib.normalize.repositories import repository_row
from progressive_capture.lib.normalize.workflows import workflow_row

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)

REPOSITORY: dict[str, Any] = {
    "id": 5_000_000_000,
    "node_id": "R_kgDOAAAAAQ",
    "name": "hello-world",
    "full_name": "octocat/hello-world",
    "private": True,
    "owner": {"login": "octocat", "id": 1},
    "html_url": "https://github.com/octocat/hello-world",
    "default_branch": "main",
}

WORKFLOW: dict[str, Any] = {
    "id": 161_335,
    "node_id": "MDg6V29ya2Zsb3cxNjEzMzU=",
    "name": "CI",
    "path": ".github/workflows/blank.yaml",
    "state": "active",
}


def test_a_repository_keeps_its_id_names_and_branch() -> None:
    assert repository_row(REPOSITORY, captured_at=NOW) == {
        "id": 5_000_000_000,
        "captured_at": NOW,
        "full_name": "octocat/hello-world",
        "owner": "octocat",
        "name": "hello-world",
        "private": True,
        "default_branch": "main",
        "html_url": "https://github.com/octocat/hello-world",
    }


def test_the_short_repository_inside_a_run_has_no_default_branch() -> None:
    short = {key: value for key, value in REPOSITORY.items() if key != "default_branch"}

    assert repository_row(short, captured_at=NOW)["default_branch"] is None


@pytest.mark.parametrize("key", ["id", "full_name", "name", "private", "owner"])
def test_a_repository_without_its_identity_is_an_error(key: str) -> None:
    with pytest.raises(UnexpectedPayloadError, match=key):
        repository_row({**REPOSITORY, key: None}, captured_at=NOW)


def test_a_workflow_keeps_its_name_path_and_state() -> None:
    assert workflow_row(WORKFLOW, repository_id=3, captured_at=NOW) == {
        "repository_id": 3,
        "captured_at": NOW,
        "id": 161_335,
        "name": "CI",
        "path": ".github/workflows/blank.yaml",
        "state": "active",
    }


def test_a_state_in_graphql_spelling_is_lowered() -> None:
    row = workflow_row({**WORKFLOW, "state": "DISABLED_INACTIVITY"}, repository_id=3, captured_at=NOW)

    assert row["state"] == "disabled_inactivity"


def test_a_workflow_without_an_id_is_an_error() -> None:
    with pytest.raises(UnexpectedPayloadError, match="without id"):
        workflow_row({"name": "CI"}, repository_id=3, captured_at=NOW)
