"""The schema says what the rows and docs/data.md say."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import BigInteger, Table
from sqlalchemy.dialects import postgresql, sqlite

from progressive_capture.lib.normalize import rows
from progressive_capture.lib.store.overwrite import (
    ASSIGNED,
    NOT_ALWAYS_ASKED,
    SET_ONCE,
    observed_columns,
)
from progressive_capture.lib.store.schema import METADATA

ROWS: dict[str, type] = {
    "repositories": rows.RepositoryRow,
    "workflows": rows.WorkflowRow,
    "commits": rows.CommitRow,
    "workflow_runs": rows.WorkflowRunRow,
    "workflow_run_attempts": rows.WorkflowRunAttemptRow,
    "workflow_jobs": rows.WorkflowJobRow,
    "workflow_job_coverage": rows.WorkflowJobCoverageRow,
    "capture_windows": rows.CaptureWindowRow,
    "artifacts": rows.ArtifactRow,
    "artifact_files": rows.ArtifactFileRow,
    "test_results": rows.TestResultRow,
    "pull_requests": rows.PullRequestRow,
    "reviews": rows.ReviewRow,
    "review_comments": rows.ReviewCommentRow,
    "issue_comments": rows.IssueCommentRow,
    "file_changes": rows.FileChangeRow,
    "pull_request_coverage": rows.PullRequestCoverageRow,
}

KEYS = {
    "repositories": ["id"],
    "workflows": ["id"],
    "commits": ["repository_id", "sha"],
    "workflow_runs": ["id"],
    "workflow_run_attempts": ["run_id", "run_attempt"],
    "workflow_jobs": ["id"],
    "workflow_job_coverage": ["run_id"],
    "artifacts": ["id"],
    "artifact_files": ["artifact_id", "position"],
    "test_results": ["artifact_id", "file_position", "position"],
    "pull_requests": ["id"],
    "reviews": ["id"],
    "review_comments": ["id"],
    "issue_comments": ["id"],
    "file_changes": ["repository_id", "pull_request_number", "path"],
    "pull_request_coverage": ["repository_id", "pull_request_number", "part"],
    "progressive_capture_jobs": ["id"],
    "capture_windows": ["repository_id", "kind", "slice", "window_from", "window_to"],
    "capture_failures": ["kind", "repository_id", "item_key"],
}
"""The tables of the contract and their keys, and our own proofs of coverage."""

GONE = {"workflow_runs", "artifacts", "pull_requests", "reviews", "review_comments", "issue_comments"}
"""Where the contract has `gone_at`."""


def test_the_tables_and_their_keys_are_those_of_the_design() -> None:
    assert {name: list(table.primary_key.columns.keys()) for name, table in METADATA.tables.items()} == KEYS


@pytest.mark.parametrize("name", ROWS)
def test_a_row_has_exactly_the_columns_of_its_table(name: str) -> None:
    assert set(observed_columns(METADATA.tables[name])) == set(typing.get_type_hints(ROWS[name]))


@pytest.mark.parametrize("name", ROWS)
def test_a_column_may_be_null_exactly_where_a_row_may_hold_none(name: str) -> None:
    hints = typing.get_type_hints(ROWS[name])
    may_be_none = {column for column, hint in hints.items() if type(None) in typing.get_args(hint)}
    table = METADATA.tables[name]
    nullable = {column for column in observed_columns(table) if table.c[column].nullable}
    # The first schema let `rerun` be NULL; no row ever is.
    assert nullable - {"rerun"} == may_be_none


def test_what_only_we_write_of_an_artifact_is_in_its_table_and_in_no_observation() -> None:
    table = METADATA.tables["artifacts"]
    ours = set(table.c.keys()) - set(observed_columns(table))
    assert ours == {"content_status", "content_reason", "run_attempt", "run_attempt_inferred", "gone_at"}


def test_every_observation_says_whose_it_is_and_when_it_was_made() -> None:
    for name, table in METADATA.tables.items():
        if name != "progressive_capture_jobs":
            assert not table.c["captured_at"].nullable
            assert name == "repositories" or not table.c["repository_id"].nullable
    assert {name for name, table in METADATA.tables.items() if "gone_at" in table.c} == GONE


def test_columns_that_are_set_once_are_columns_of_jobs() -> None:
    assert set(METADATA.tables["workflow_jobs"].c.keys()) >= ASSIGNED


@pytest.mark.parametrize("rule", [SET_ONCE, NOT_ALWAYS_ASKED])
def test_columns_with_a_rule_of_their_own_are_columns_that_may_be_null(
    rule: Mapping[str, frozenset[str]],
) -> None:
    for name, columns in rule.items():
        assert all(METADATA.tables[name].c[column].nullable for column in columns), name


def column_types(table: Table, dialect: Any) -> dict[str, str]:
    return {column.name: column.type.compile(dialect) for column in table.columns}


def test_types_are_wide_and_exact_in_both_dialects() -> None:
    jobs = METADATA.tables["workflow_jobs"]
    names = ["id", "name", "started_at", "steps"]
    on_sqlite, on_postgres = column_types(jobs, sqlite.dialect()), column_types(jobs, postgresql.dialect())
    assert [on_sqlite[name] for name in names] == ["INTEGER", "TEXT", "TEXT", "TEXT"]
    assert [on_postgres[name] for name in names] == ["BIGINT", "TEXT", "TIMESTAMP WITH TIME ZONE", "JSONB"]
    repositories = METADATA.tables["repositories"]
    assert column_types(repositories, postgresql.dialect())["private"] == "BOOLEAN"
    assert all(
        isinstance(column.type, BigInteger)
        for table in METADATA.tables.values()
        for column in table.columns
        if column.name.endswith("_id")
        and column.name not in {"parent_id", "node_id", "tree_id", "check_suite_node_id"}
    )
